"""What the lines over a table's cell say of its figures: part played, period, what is compared with, unit, the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cdsgraph.reading.extract.table_values import Unit, unit_in, unit_of, without_unit
from cdsgraph.reading.periods import Anchor, TimeMention, find
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.reading.table_words import HeadRole

_YEAR = r"(?:19|20)\d\d"
# "6 tháng", "6T/2025", "9 tháng 2024": in a head the first months of the year.
_MONTHS = re.compile(rf"(?<![\w/])(\d{{1,2}})\s?(?:tháng|T)\b(?!\s+(?:đầu|cuối))(?:\s?/\s?|\s+năm\s+|\s+)?({_YEAR})?")
_TITLE = re.compile(r"^[^\W\d_]+(?:\s[^\W\d_]+)?\s?(?:số\s)?[IVXLC\d]+(?:[.-]\d+)*\s?[.:]\s*")
_DEADLINES = ("year", "quarter", "half", "interval")  # up to a day or month is what is counted up to
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Said:
    """What lines say, the inner over the outer; `scope` are the words left over.

    `until` tells that the period is a deadline, `versus` that the figures are compared with the time `base` (`compared`
    in words), `change` in which directions they may go; `outer_unit` is a unit for the whole table; `telling`, that the
    heads say that figures stand under them and not something else.
    """

    role: HeadRole | None = None
    period: str | None = None
    until: bool = False
    versus: bool = False
    base: TimeMention | None = None
    compared: str = ""
    unit: Unit | None = None
    outer_unit: Unit | None = None
    telling: bool = False
    scope: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    anchor: Anchor = field(default_factory=Anchor)


def said_by(lines: Sequence[str], words: QuantityWords, anchor: Anchor, *, opening: bool = False) -> Said:
    """What lines say, outermost first; the year that one names holds for the quarters and months of those within.

    With `opening` only the words with which a line begins tell a role.
    """
    said = Said(anchor=anchor)
    for line in lines:
        said = _line(_TITLE.sub("", line) if opening else line, said, words, opening=opening)
    return said


def title_unit(line: str, words: QuantityWords) -> Unit | None:
    """The one unit that a line over a table announces for all its figures."""
    place = words.heads.unit_line(line)
    if place is None:
        return None
    stated = line[slice(*place)]
    return None if ";" in stated or "," in stated else unit_of(stated, words, sure=True)


def topic(line: str, words: QuantityWords) -> str:
    """What a table's title names, without its number, period and unit."""
    if words.heads.unit_line(line) is not None:
        return ""
    spoken = said_by([_TITLE.sub("", line)], words, Anchor(2000))
    return " ".join(spoken.scope)


def _line(line: str, said: Said, words: QuantityWords, *, opening: bool) -> Said:
    unit = unit_in(line, words) if not opening or line.endswith(")") else None
    line = _MONTHS.sub(lambda m: f"{m[1]} tháng đầu năm {m[2] or ''} ", line)
    period, until, versus, base, anchor = said.period, said.until, said.versus, said.base, said.anchor
    compared = said.compared
    gone: list[tuple[int, int]] = []
    for time in find(line, words.times, anchor):
        lead = words.times.lead.search(line, 0, time.span.start)
        gone.append((lead.start() if lead else time.span.start, time.span.end))
        if time.use == "versus" or time.kind == "same_period":
            versus, base = True, time
            compared = line[gone[-1][0] : gone[-1][1]].casefold()
        elif time.period is not None:
            period, until = time.period, time.use == "until" and time.kind in _DEADLINES
            if time.kind == "year":
                anchor = Anchor(int(time.period))
    spoken = tokens(line, 0, len(line))
    told: HeadRole | None = None
    change: tuple[str, ...] = said.change
    for first, last, found in words.heads.roles(spoken):
        if opening and first:
            break
        if any(start <= spoken[first].start and spoken[last - 1].end <= end for start, end in gone):
            continue
        told = told or found
        if found == "change":
            labels = (words.phrases.longest(spoken, first, "change"), words.phrases.longest(spoken, last - 1, "change"))
            change = (*change, *(each[1]["change"] for each in labels if each is not None))
            change = (*change, *_listed(words, [token.text for token in spoken[first:last]]))
        if found != "against":
            gone.append((spoken[first].start, spoken[last - 1].end))
    role = told or said.role
    if versus and role not in ("change", "against"):
        role = "change"
    left = without_unit(_cut(line, gone), words)
    scope = said.scope
    if _LETTERS.search(left) and not _says_nothing(left, words):
        scope = (*scope, left.strip(" ,;:.-–/*"))
    return replace(
        said, role=role, period=period, until=until, versus=versus, base=base, compared=compared,
        unit=unit or said.unit, scope=scope, change=change, anchor=anchor,
    )  # fmt: skip


def _listed(words: QuantityWords, spoken: Sequence[str]) -> tuple[str, ...]:
    """The directions that single words of a head name ("Tăng/giảm")."""
    return tuple(labels["change"] for word in spoken if "change" in (labels := words.phrases.get([word])))


def _cut(line: str, gone: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(gone, reverse=True):
        line = line[:start] + " " + line[end:]
    return " ".join(line.split())


def _says_nothing(left: str, words: QuantityWords) -> bool:
    """Whether what is left of a head only says that figures stand there ("Kết quả", "Chỉ tiêu", "của")."""
    spoken = tokens(left, 0, len(left))
    spoken = [token for token in spoken if _LETTERS.search(token.text) and token.key not in words.particles]
    if not spoken:
        return True
    found = words.heads.phrases.longest(spoken, 0, "column")
    return found is not None and found[0] == len(spoken) and found[1]["column"] in ("value", "name", "time")
