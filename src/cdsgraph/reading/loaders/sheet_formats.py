"""How a workbook's cells show their numbers, and which of its formulas have no value: ECMA-376 part 1, section 18."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from types import TracebackType
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# The number formats that have no entry in a file's styles (18.8.30), those of dates and text apart.
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0",
             39: "#,##0.00", 40: "#,##0.00"}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_PLAIN = re.compile(r"[#0,.%\s()+\-?]+")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(slots=True)
class Shown:
    """Of one sheet: the number formats of its cells that have one, by row and column from 0; the first formula without
    a value ("C7"), if there is one; how many rows and columns its filled cells span."""

    of: dict[tuple[int, int], str] = field(default_factory=dict)
    unreckoned: str | None = None
    rows: int = 0
    columns: int = 0


@dataclass(slots=True)
class _Extent:
    """The first and last row and column of cells taken one by one."""

    bounds: tuple[int, int, int, int] | None = None

    def take(self, row: int, column: int) -> None:
        top, bottom, left, right = self.bounds or (row, row, column, column)
        self.bounds = (min(top, row), max(bottom, row), min(left, column), max(right, column))

    def size(self) -> tuple[int, int]:
        top, bottom, left, right = self.bounds or (0, -1, 0, -1)
        return bottom - top + 1, right - left + 1


class Formats:
    """The formats in a workbook, read from its parts; a context manager. Raises KeyError and lxml's errors for one
    that lacks a part or is malformed."""

    def __init__(self, path: Path) -> None:
        self._archive = ZipFile(path)
        self._styles: list[str] = []
        self._sheets: dict[str, str] = {}

    def __enter__(self) -> "Formats":
        names = frozenset(self._archive.namelist())
        if "xl/styles.xml" in names:
            self._styles = _styles(self._parsed("xl/styles.xml"))
        targets = {each.get("Id"): each.get("Target") for each in self._parsed("xl/_rels/workbook.xml.rels")}
        for sheet in self._parsed("xl/workbook.xml").iter("{*}sheet"):
            target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION))
            if target is not None:
                self._sheets[sheet.get("name")] = normpath(join("xl", target)).lstrip("/")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._archive.close()

    def of_sheet(self, name: str) -> Shown:
        """How the cells of a sheet are shown; nothing for a sheet that the workbook does not list."""
        from lxml.etree import iterparse

        shown = Shown()
        extent = _Extent()
        if name not in self._sheets:
            return shown
        with self._archive.open(self._sheets[name]) as part:
            for _, element in iterparse(part, tag=("{*}c", "{*}row"), resolve_entities=False, no_network=True):
                if element.tag.endswith("}c"):
                    self._cell(element, shown, extent)
                else:
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        shown.rows, shown.columns = extent.size()
        return shown

    def _cell(self, cell: "Element", shown: Shown, extent: "_Extent") -> None:
        where = cell.get("r") or ""
        filled = any(
            inner.tag.endswith(("}v", "}is")) and "".join(inner.itertext()) for inner in cell.iterchildren("*")
        )
        if not filled:
            reckoned = cell.get("t") == "str" or next(cell.iterchildren("{*}f"), None) is None
            if not reckoned and shown.unreckoned is None:
                shown.unreckoned = where
            return
        style = cell.get("s")
        form = self._styles[int(style)] if style and style.isdecimal() and int(style) < len(self._styles) else ""
        place = _CELL.fullmatch(where)
        if place:
            row, column = int(place[2]) - 1, _column(place[1])
            extent.take(row, column)
            if form:
                shown.of[row, column] = form

    def _parsed(self, name: str) -> "Element":
        from lxml.etree import XMLParser, fromstring

        return fromstring(self._archive.read(name), XMLParser(resolve_entities=False, no_network=True))


def _styles(root: "Element") -> list[str]:
    """The number format of each cell style, its part for positive numbers without words; "" for a general one."""
    own = {each.get("numFmtId"): each.get("formatCode") or "" for each in root.iter("{*}numFmt")}
    formats = []
    for style in root.iterfind("{*}cellXfs/{*}xf"):
        number = style.get("numFmtId") or "0"
        code = own.get(number) or _BUILT_IN.get(int(number) if number.isdecimal() else 0, "")
        plain = _QUOTED.sub("", code.split(";")[0])
        formats.append(plain.strip() if _PLAIN.fullmatch(plain) else "")
    return formats


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
