"""Figures in the cells of tables: what a row and its columns say of each.

Rows are of indicators ("Chỉ tiêu"), of bodies and places ("Tỉnh") or of years; what a row does not name the column
does, else the title. What a cell's own words leave open comes from the heads over it, then row, section and title.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby

from cdsgraph.reading.document import Block, Cell, CellPart, Document, Span
from cdsgraph.reading.extract import figure_context as context
from cdsgraph.reading.extract import wording
from cdsgraph.reading.extract.sentence_numbers import SentenceNumbers
from cdsgraph.reading.extract.table_heads import Said, said_by, title_unit, topic
from cdsgraph.reading.extract.table_values import CellFigure, Unit, figures_in, unit_in, unit_of, without_unit
from cdsgraph.reading.facts import Certainty, Direction, Entity, NumberSeen, Quantity, QuantityRole
from cdsgraph.reading.numbers import plain
from cdsgraph.reading.periods import Anchor, TimeMention, find
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.register import Register

_MARKER = re.compile(r"^\s*(?:(?:[IVX]{1,6}|[A-ZĐ]|[a-zđ]|\d{1,3}(?:\.\d{1,3})*)(?:[.)]+\s|(?=\)))\)?|[-–−+•*]\s?)\s*")
_SUBJECTS = frozenset({
    "ministry", "unit", "government_body", "local_government", "company", "party_body", "legislature", "place",
})  # fmt: skip
_NAMED = 0.7  # of a cell's letters, so many in a name make the cell that name
_LEVEL = 50  # a share of the time before that is printed as such stands above, a growth below
_ON, _COUNT = "trên", "số"
_REASONS = {CellPart.ORDINAL: "ordinal", CellPart.HEAD: "table head", CellPart.UNIT: "unit"}
_LEADS = (CellPart.NAME, CellPart.SUBJECT, CellPart.TIME)


@dataclass(frozen=True, slots=True)
class Tabled:
    """The quantities of the tables, their numbers that are none, and the spans of the blocks that were read so."""

    quantities: tuple[Quantity, ...]
    numbers: tuple[NumberSeen, ...]
    read: frozenset[Span]


@dataclass(frozen=True, slots=True)
class _Lead:
    """What leads a row: the name of what is measured, whom it is about, when, its unit as far as the name gives it."""

    names: tuple[str, ...] = ()
    subject: str | None = None
    times: tuple[str, ...] = ()
    unit: Unit | None = None


@dataclass(slots=True)
class _Row:
    """What the cells of a row share, and the period of its last figure that is no comparison."""

    span: Span
    lead: _Lead
    period: str | None = None
    found: list[Quantity] = field(default_factory=list)


def extract(
    document: Document,
    found: SentenceNumbers,
    names_in: Callable[[Span], Sequence[tuple[Span, Entity]]],
    setting: Callable[[Block], context.Setting],
    register: Register,
    words: QuantityWords,
) -> Tabled:
    """The figures of a document's tables; `setting` is what headings above a block say, `names_in` names in a span."""
    return _Reader(document, found, names_in, setting, register, words).read()


@dataclass(slots=True)
class _Reader:
    document: Document
    found: SentenceNumbers
    names_in: Callable[[Span], Sequence[tuple[Span, Entity]]]
    setting: Callable[[Block], context.Setting]
    register: Register
    words: QuantityWords
    parts: dict[int, CellPart] = field(default_factory=dict)
    heads: dict[tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]], Said] = field(default_factory=dict)
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    topics: dict[tuple[Span, ...], str] = field(default_factory=dict)
    quantities: list[Quantity] = field(default_factory=list)
    numbers: list[NumberSeen] = field(default_factory=list)
    done: set[Span] = field(default_factory=set)

    def read(self) -> Tabled:
        cells = [(block, block.cell) for block in self.document.blocks if block.cell is not None]
        self.parts = {block.span.start: cell.part for block, cell in cells}
        for _, row in groupby(cells, key=lambda each: (each[1].table, each[1].row)):
            self._row(list(row))
        return Tabled(tuple(self.quantities), tuple(self.numbers), frozenset(self.done))

    def _row(self, cells: list[tuple[Block, Cell]]) -> None:
        row: _Row | None = None
        for block, cell in cells:
            if cell.part is CellPart.VALUE:
                row = row or _Row(Span(cells[0][0].span.start, cells[-1][0].span.end), self._lead(cell))
                self._value(block, cell, row)
        figures = row is not None and bool(row.found)
        for block, cell in cells:
            if cell.part in _REASONS:
                self._label(block, _REASONS[cell.part])
            elif figures and cell.part in _LEADS:
                self._label(block, "part of a name")
        if row is not None:
            self.quantities += row.found

    def _label(self, block: Block, reason: str) -> None:
        self.done.add(block.span)
        if any(char.isdigit() for char in block.span.of(self.document.text)):
            self.numbers += self.found.labelled(block.span, self._times(block.span, reason == "table head"), reason)

    def _times(self, span: Span, years: bool) -> list[TimeMention]:
        """The dates and periods of a cell; a bare number like a year is one in a head only."""
        times = find(self.document.text, self.words.times, self._anchor(), span.start, span.end)
        return [time for time in times if years or not time.span.of(self.document.text).isdigit()]

    def _anchor(self) -> Anchor:
        return Anchor.of(self.document.date)

    def _value(self, block: Block, cell: Cell, row: _Row) -> None:
        text = self.document.text
        if not any(char.isdigit() for char in block.span.of(text)):
            return
        explained, seen = self.found.explained(block.span, self._times(block.span, False))
        said = self._said(cell, row.lead)
        prose = cell.unit is not None or said.role is not None or said.period is not None
        figures = figures_in(
            text, block.span, self.words, lambda span: any(span.overlaps(known) for known in explained), prose=prose
        )
        if figures is None:
            return
        self.done.add(block.span)
        self.numbers += seen
        for figure in figures:
            made = self._quantity(block, cell, row, said, figure)
            if made is None:
                self.numbers.append(NumberSeen(figure.figure.amount.span, None))
            else:
                row.found.append(made)
                if made.role != "change":
                    row.period = made.period or row.period

    def _quantity(self, block: Block, cell: Cell, row: _Row, said: Said, each: CellFigure) -> Quantity | None:
        lead, amount = row.lead, each.figure.amount
        unit, scope, sure = self._unit(cell, said, lead, each)
        phrase = self._phrase(lead, (*said.scope, scope) if scope else said.scope, cell)
        if unit is None or not unit.name:
            counted = self._counted(phrase) or (None if lead.names or amount.decimals else self._opening_noun(phrase))
            unit = replace(counted, factor=unit.factor) if counted is not None and unit is not None else counted
        told = sure or not lead.names or said.telling
        if unit is None or not phrase or not told or (said.role == "against" and unit.name != "%"):
            return None
        role, period, base = self._when(block, said, row)
        factor = Decimal(1) if amount.scaled else unit.factor
        value = amount.value * factor
        direction: Direction | None = None
        certainty: Certainty = "high" if sure else "medium"
        if role == "change":
            direction = _direction(said, each.sign)
            if direction is None and unit.name == "%" and value >= _LEVEL:
                role = "observed"
                phrase = f"{wording.SHARE} {phrase} {said.compared}"
            elif direction is None:
                direction, certainty = "up", "low"
        elif each.sign == "-":
            value = -value
        return Quantity(
            span=each.figure.span,
            sentence=row.span,
            rule="quantity: table row" if lead.names else "quantity: table column",
            certainty=certainty,
            value=plain(value),
            unit=unit.name,
            value_to=None if amount.value_to is None else plain(amount.value_to * factor),
            of=None if amount.of is None else plain(amount.of * factor),
            decimals=amount.decimals,
            qualifier=each.figure.qualifier,
            role=role,
            indicator=self._indicator(
                self._whole(phrase, self._row_unit(cell, lead) if role == "change" else unit), unit.name
            ),
            subject=lead.subject,
            period=period,
            direction=direction,
            base_period=base if direction is not None else None,
            scale=amount.factor * factor,
        )

    def _said(self, cell: Cell, lead: _Lead) -> Said:
        """What titles, sections, the row's own time and the heads say; only the heads' words are part of the name."""
        key = (cell.captions, cell.sections, cell.column_heads)
        if not lead.times and key in self.heads:
            return self.heads[key]
        outer = self._above(cell)
        timed = said_by(lead.times, self.words, outer.anchor)
        titled = [unit for line in self._lines(cell.captions) if (unit := title_unit(line, self.words)) is not None]
        inner = said_by(list(_joined(self._lines(cell.column_heads))), self.words, timed.anchor)
        period = inner.period or timed.period
        said = replace(
            inner,
            role=inner.role or timed.role or outer.role,
            period=period or outer.period,
            until=inner.until if period else outer.until,
            outer_unit=outer.unit or (titled[-1] if titled else None),
            telling=inner.role is not None or period is not None or not inner.scope,
        )
        if not lead.times:
            self.heads[key] = said
        return said

    def _above(self, cell: Cell) -> Said:
        """What titles and sections say: role words count at their beginning only, and those of headings in titles."""
        titles = self._lines(cell.captions)
        sections = [_MARKER.sub("", line) for line in self._lines(cell.sections)]
        said = said_by([*titles, *sections], self.words, self._anchor(), opening=True)
        return said if said.role else replace(said, role=context.setting(titles, self.words, self._anchor()).role)

    def _lines(self, spans: Sequence[Span]) -> list[str]:
        return [" ".join(span.of(self.document.text).split()) for span in spans]

    def _lead(self, cell: Cell) -> _Lead:
        names: list[str] = []
        lead = _Lead()
        for span in cell.row_heads:
            shown = " ".join(span.of(self.document.text).split())
            part = self.parts.get(span.start, CellPart.NAME)
            if part is CellPart.TIME:
                lead = replace(lead, times=(*lead.times, shown))
                continue
            body = self._body(span)
            if part is CellPart.SUBJECT or (body is not None and cell.column_heads):
                if not self.words.heads.is_("whole", _MARKER.sub("", shown, count=1)):
                    lead = replace(lead, subject=body or _MARKER.sub("", shown, count=1))
                continue
            lead = replace(lead, unit=unit_in(shown, self.words) or lead.unit)
            name = without_unit(_MARKER.sub("", shown, count=1), self.words).strip(" :;,.")
            if not (self.words.heads.is_("whole", name) and not names):
                names.append(name)
        return replace(lead, names=tuple(names))

    def _body(self, span: Span) -> str | None:
        """The body or place that a whole cell names."""
        for name, entity in self.names_in(span):
            if entity.type in _SUBJECTS and name.end - name.start >= _NAMED * (span.end - span.start):
                return entity.name
        return None

    def _unit(self, cell: Cell, said: Said, lead: _Lead, each: CellFigure) -> tuple[Unit | None, str, bool]:
        """The unit, the words behind the figure that tell its name apart, and whether the table states the unit."""
        own = each.figure
        stated = said.unit or self._row_unit(cell, lead) or said.outer_unit
        if own.kind in ("share", "money", "measure", "time"):
            whole = stated.whole if stated is not None and stated.name == own.unit else ""
            return Unit(own.unit, whole=whole), "", True
        if stated is not None:
            same = each.scope.casefold() == stated.name.casefold()
            return stated, "" if same else each.scope, True
        if any(self._ranks(name) for name in lead.names):
            return Unit("rank"), each.scope, False
        if own.kind in ("count", "rank"):
            return Unit(own.unit), "", True
        return None, "", False

    def _ranks(self, name: str) -> bool:
        """Whether a name begins with the words of a ranking ("Xếp hạng …"), not with "hạng mục" or the like."""
        spoken = tokens(name, 0, min(len(name), 20))
        found = self.words.heads.phrases.longest(spoken, 0, "rank") if spoken else None
        return found is not None and found[0] > 1

    def _counted(self, phrase: str) -> Unit | None:
        """The unit that a phrase itself tells: a place, what it counts ("số lượng hồ sơ"), a score."""
        if wording.is_rank(phrase, self.words.measured) or self._ranks(phrase):
            return Unit("rank")
        for total in sorted(self.words.measured["total"], key=len, reverse=True):
            if phrase.casefold().startswith(f"{total} "):
                spoken = tokens(phrase, len(total), len(phrase))
                counted = self.words.phrases.longest(spoken, 0, "count") if spoken else None
                if counted is not None:
                    return Unit(phrase[spoken[0].start : spoken[counted[0] - 1].end])
        return Unit("index") if wording.is_index(phrase, self.words.measured) else None

    def _opening_noun(self, phrase: str) -> Unit | None:
        """The noun counted with which a column's head begins ("Văn bản đi")."""
        spoken = tokens(phrase, 0, len(phrase))
        counted = self.words.phrases.longest(spoken, 0, "count") if spoken else None
        return Unit(phrase[: spoken[counted[0] - 1].end]) if counted is not None else None

    def _row_unit(self, cell: Cell, lead: _Lead) -> Unit | None:
        stated = cell.unit.of(self.document.text) if cell.unit is not None else ""
        unit = unit_of(stated, self.words, sure=True)
        noun = stated.strip().casefold()
        if unit is not None and unit.name == "index" and any(self._counts(name, noun) for name in lead.names):
            return replace(unit, name=noun)
        return unit or lead.unit

    def _counts(self, name: str, noun: str) -> bool:
        """Whether a row's name is of how many there are of a noun that can also mean a score ("Số điểm truy cập")."""
        return any(name.casefold().startswith(f"{total} {noun} ") for total in self.words.measured["total"])

    def _opens_measure(self, phrase: str) -> bool:
        spoken = tokens(phrase, 0, min(len(phrase), 40))
        return bool(spoken) and self.words.phrases.longest(spoken, 0, "measure") is not None

    def _phrase(self, lead: _Lead, scope: Sequence[str], cell: Cell) -> str:
        """What is measured: the row's name, a sub-row's behind its row's, with what the heads add; else the title."""
        phrase = ""
        for name in map(wording.opening_lowered, lead.names):
            own = not phrase or self._opens_measure(name) or name.split()[:1] == phrase.split()[:1]
            phrase = name if own else f"{phrase} {name}"
        for words in map(wording.opening_lowered, scope):
            known = words.casefold() in phrase.casefold()
            if known or (words.casefold() in self.words.measured["total"] and self._opens_measure(phrase)):
                continue
            phrase = f"{words} {phrase}" if phrase and self._opens_measure(words) else f"{phrase} {words}"
        if phrase.strip() and not self.words.heads.is_("rank", phrase):
            return wording.tidy(phrase)
        title = self._topic(cell.captions)
        return wording.tidy(f"{phrase} {title}" if title else phrase)

    def _topic(self, captions: tuple[Span, ...]) -> str:
        """What the titles over a table name: the last of them that names something."""
        if captions not in self.topics:
            named = (topic(line, self.words) for line in reversed(self._lines(captions)))
            self.topics[captions] = next(filter(None, map(wording.opening_lowered, named)), "")
        return self.topics[captions]

    def _whole(self, phrase: str, unit: Unit | None) -> str:
        """The phrase with what a share is of, or with the word for a share or count that its unit implies."""
        if unit is None:
            return phrase
        if unit.whole and unit.whole.casefold() not in phrase.casefold():
            phrase = f"{phrase} {_ON} {wording.opening_lowered(unit.whole)}"
        if self._opens_measure(phrase):
            return phrase
        if unit.name == "%":
            return f"{wording.SHARE} {phrase}"
        return f"{_COUNT} {phrase}" if phrase.casefold().startswith(unit.name.casefold()) else phrase

    def _indicator(self, phrase: str, unit: str) -> str:
        """The register's name for the phrase; a row's name or a column's head gives the same one many times."""
        if (phrase, unit) not in self.known:
            self.known[phrase, unit] = wording.canonical(phrase, unit, self.register, self.words.particles)
        return self.known[phrase, unit]

    def _when(self, block: Block, said: Said, row: _Row) -> tuple[QuantityRole, str | None, str | None]:
        """Role, period and period compared with."""
        above, anchor = self.setting(block), self._anchor()
        period, until = said.period, said.until
        if period is None and any(char.isdigit() for name in row.lead.names for char in name):
            named = said_by(row.lead.names, self.words, anchor)
            period, until = named.period, named.until
        if said.versus or said.role in ("against", "change"):
            finer = row.period is not None and (period is None or row.period.startswith(period))
            period = (row.period if finer else period) or above.period
            if said.base is not None:
                return "change", *context.compared(period, said.base)
            return "observed" if said.role == "against" else "change", period, None
        period = period or above.period
        past = period is not None and anchor.year is not None and int(period.rsplit("/", 1)[-1][:4]) < anchor.year
        role = said.role
        if role is None or role == "change" or role == "against":
            if period is not None and (context.future(period, anchor) or (until and not past)):
                role = "target"
            elif past:
                role = "observed"
            else:
                act = self.document.metadata.kind in context.ACT_KINDS
                role = above.role or ("target" if act else "observed")
        if role == "target" and period is not None:
            period = period.rsplit("/", 1)[-1]
        return role, period, None


def _joined(lines: list[str]) -> Iterator[str]:
    """The heads over a cell without those that repeat the one before."""
    for number, line in enumerate(lines):
        if not number or line != lines[number - 1]:
            yield line


def _direction(said: Said, sign: str) -> Direction | None:
    if sign:
        return "down" if sign == "-" else "up"
    told = set(said.change)
    if told == {"down"}:
        return "down"
    return "up" if told else None
