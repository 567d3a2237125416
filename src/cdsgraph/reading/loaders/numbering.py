"""The numbers Word puts before paragraphs: they are in no paragraph's words, but the reader sees them.

ECMA-376 part 1, section 17.9: a paragraph, or its style, names a list; the list's levels say how they are printed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a paragraph; `text` is empty for a bullet. `depth` counts from 0."""

    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


def value(element: "Element", path: str) -> str | None:
    """The w:val at the end of a path of names without prefix, if it is there."""
    found = element.find("/".join(f"{_W}{name}" for name in path.split("/")))
    return None if found is None else found.get(f"{_W}val")


def style_chain(document: "Document") -> Callable[["Element"], list["Element"]]:
    """A function that gives a paragraph's style and those it is based on, nearest first."""
    styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iterchildren(f"{_W}style")}

    def chain(paragraph: "Element") -> list["Element"]:
        found: list[Element] = []
        style = styles.get(value(paragraph, "pPr/pStyle"))
        while style is not None and style not in found:
            found.append(style)
            style = styles.get(value(style, "basedOn"))
        return found

    return chain


class Numbering:
    """Counts through a document's lists; asked once for each paragraph, in order."""

    def __init__(self, document: "Document") -> None:
        self._lists: dict[str, str] = {}
        self._restarted: set[str | None] = set()
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(document.part.numbering_part.element)

    def label(self, paragraph: "Element", styles: list["Element"]) -> Label | None:
        """What Word prints before a paragraph; None where it stands in no list."""
        number = depth = None
        for holder in (paragraph, *styles):
            number = number or value(holder, "pPr/numPr/numId")
            depth = depth or value(holder, "pPr/numPr/ilvl")
        listed = self._lists.get(number or "0")
        if listed is None:
            return None
        place = int(depth) if depth and depth.isdecimal() else 0
        level = self._levels.get((listed, place))
        if level is None or level.form == "bullet":
            return Label("", place)
        counts = self._counts.setdefault(f"num {number}" if number in self._restarted else listed, {})
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [each for each in counts if each > place]:
            del counts[deeper]
        if level.form == "none":
            return None

        def printed(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            outer = self._levels.get((listed, which), level)
            return _printed(counts.get(which, outer.start), outer.form)

        return Label(_PLACE.sub(printed, level.pattern), place)

    def _read(self, root: "Element") -> None:
        for kind in root.iterchildren(f"{_W}abstractNum"):
            for level in kind.iterchildren(f"{_W}lvl"):
                start, place = value(level, "start") or "", level.get(f"{_W}ilvl") or ""
                self._levels[kind.get(f"{_W}abstractNumId") or "", int(place) if place.isdecimal() else 0] = _Level(
                    value(level, "numFmt") or "decimal",
                    value(level, "lvlText") or "",
                    int(start) if start.isdecimal() else 1,
                )
        for used in root.iterchildren(f"{_W}num"):
            self._lists[used.get(f"{_W}numId") or ""] = value(used, "abstractNumId") or ""
            if value(used, "lvlOverride/startOverride") is not None:
                self._restarted.add(used.get(f"{_W}numId"))


def _printed(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for size, sign in _ROMAN:
            roman += sign * (number // size)
            number %= size
        return roman if form == "upperRoman" else roman.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)
