"""Tables: what stands over and beside each cell, and the rows with the words of their heads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cdsgraph.reading.document import Block, BlockKind, Cell, CellPart, Document, Span
from cdsgraph.reading.marked import Slot
from cdsgraph.reading.table_columns import Box, Columns, Row, read_heads
from cdsgraph.reading.table_words import TableWords

_MARKER = re.compile(
    r"\s*(?:(?P<roman>[IVX]{1,6})|(?P<capital>[A-ZĐ])|(?P<number>\d{1,3}(?:\.\d{1,3})*)|(?P<letter>[a-zđ])"
    r"|(?P<dash>[-–−+•*]))(?:[.)]+|(?=\s)|$)"
)
_LEVELS = {"capital": 1, "roman": 2, "number": 3, "letter": 8, "dash": 9}
_UNNUMBERED_INNER = 10
_SUBROW = ("letter", "dash")
_LONG_ORDINAL = 8
_ROW_HEADS = (CellPart.SUBJECT, CellPart.NAME, CellPart.TIME)


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a row: the words of the heads over it, the outermost first, its part and its span."""

    head: str
    part: CellPart
    span: Span


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table's body: its cells with words from left to right, and the section rows above, outermost first.

    A cell that is merged over several rows is given in each.
    """

    table: int
    row: int
    sections: tuple[Span, ...]
    cells: tuple[TableCell, ...]


def placed(text: str, blocks: Sequence[Block], slots: Sequence[Slot | None], words: TableWords) -> tuple[Block, ...]:
    """The blocks, those with a slot as cells that know their heads, sections and captions; linear in their number."""
    result = list(blocks)
    previous: Columns | None = None
    last = -1
    for first, rows in _tables(text, blocks, slots):
        follows = last == first
        columns = read_heads(text, blocks, rows, first, words, previous if follows else None)
        last = max(index for row in rows for box in row.values() for index in box.blocks) + 1
        previous = columns
        for box, cell in _Body(columns).cells(rows):
            for index in box.blocks:
                result[index] = replace(result[index], kind=BlockKind.TABLE_CELL, cell=cell)
    return tuple(result)


def rows(document: Document) -> Iterator[TableRow]:
    """The rows of the bodies of all tables, in order."""
    running: dict[int, tuple[int, TableCell]] = {}
    cells: dict[int, TableCell] = {}
    last: Cell | None = None
    for block in document.blocks:
        cell = block.cell
        if cell is None or cell.part in (CellPart.CAPTION, CellPart.HEAD, CellPart.SECTION):
            continue
        if last is None or (cell.table, cell.row) != (last.table, last.row):
            if last is not None:
                yield _row_of(last, cells)
            running = {} if last is None or cell.table != last.table else running
            cells = {column: each for column, (until, each) in running.items() if until > cell.row}
        elif cell.column == last.column:
            cells[cell.column] = replace(cells[cell.column], span=Span(cells[cell.column].span.start, block.span.end))
            continue
        head = " ".join(span.of(document.text) for span in cell.column_heads)
        cells[cell.column] = TableCell(head, cell.part, block.span)
        running[cell.column] = (cell.row + cell.rows, cells[cell.column])
        last = cell
    if last is not None:
        yield _row_of(last, cells)


def _row_of(cell: Cell, cells: dict[int, TableCell]) -> TableRow:
    return TableRow(cell.table, cell.row, cell.sections, tuple(cells[column] for column in sorted(cells)))


def _tables(text: str, blocks: Sequence[Block], slots: Sequence[Slot | None]) -> Iterator[tuple[int, list[Row]]]:
    """Each table: the number of its first block, and its rows that have words."""
    rows: list[Row] = []
    begin = table = row = -1
    for index, slot in enumerate(slots):
        if slot is None:
            continue
        if slot.table != table and rows:
            yield begin, rows
            rows = []
        if slot.table != table or slot.row != row:
            if not rows:
                begin = index
            rows.append({})
            table, row = slot.table, slot.row
        span = blocks[index].span
        box = rows[-1].get(slot.column)
        if box is None:
            rows[-1][slot.column] = Box(slot, [index], (span,), " ".join(span.of(text).split()))
        else:
            box.blocks.append(index)
            box.spans = (*box.spans, span)
            box.words = f"{box.words} {' '.join(span.of(text).split())}"
    if rows:
        yield begin, rows


@dataclass(slots=True)
class _Body:
    """Goes down the rows of one table and keeps what holds for those below."""

    columns: Columns
    sections: list[tuple[int, Span]] = field(default_factory=list)
    leading: dict[int, Box] = field(default_factory=dict)
    parent: tuple[Span, ...] = ()
    unit: Span | None = None
    covered: int = 0  # the first row that a merged unit cell leaves free

    def cells(self, table: list[Row]) -> Iterator[tuple[Box, Cell]]:
        """Each box with its cell."""
        for number, row in enumerate(table):
            if number >= self.columns.body:
                yield from self._row(row)
                continue
            part = CellPart.CAPTION if number < self.columns.titles else CellPart.HEAD
            for box in row.values():
                yield box, self._cell(box, part)

    def _row(self, row: Row) -> Iterator[tuple[Box, Cell]]:
        parts = self.columns.parts
        marker = self._marker(row)
        lone = [box for column, box in row.items() if parts[column] is not CellPart.ORDINAL]
        opening = len(lone) == 1 and len(parts) > 1 and not lone[0].figure and self._leads(lone[0])
        if marker is not None:
            level = _level(marker)
            self.sections = [each for each in self.sections if each[0] < level or each[0] == _UNNUMBERED_INNER]
        if opening and (marker is None or marker.lastgroup not in _SUBROW) and any(self.columns.heads):
            yield from self._section(row, lone[0], marker)
            return
        heads = self._row_heads(row, marker)
        unit = self._unit(row, marker)
        for column, box in row.items():
            own = parts[column] in _ROW_HEADS
            yield box, self._cell(box, parts[column], () if own else heads, None if own else unit)

    def _marker(self, row: Row) -> re.Match[str] | None:
        for column in sorted(row):
            if self.columns.parts[column] in (CellPart.ORDINAL, CellPart.NAME, CellPart.SUBJECT):
                return _MARKER.match(row[column].words)
        return None

    def _leads(self, box: Box) -> bool:
        parts = self.columns.parts
        leads = [column for column, part in enumerate(parts) if part in (*_ROW_HEADS, CellPart.TASK)]
        return box.slot.column <= (leads[0] if leads else 1)

    def _section(self, row: Row, box: Box, marker: re.Match[str] | None) -> Iterator[tuple[Box, Cell]]:
        if marker is not None:
            level = _level(marker)
        else:
            outer = not self.sections or self.sections[0][0] == 0
            level = 0 if outer else _UNNUMBERED_INNER
        self.sections = [each for each in self.sections if each[0] < level]
        for each in row.values():
            part = CellPart.SECTION if each is box else CellPart.ORDINAL
            yield each, self._cell(each, part)
        self.sections.append((level, box.span))
        self.leading, self.parent, self.unit = {}, (), None

    def _row_heads(self, row: Row, marker: re.Match[str] | None) -> tuple[Span, ...]:
        """The cells that lead the row; one left empty is that of the row above, a sub-row has its row's before it."""
        heads: list[Span] = []
        below = marker is not None and marker.lastgroup in _SUBROW
        first = row[min(row)]
        outer = self.columns.parts[min(row)] is CellPart.ORDINAL and len(first.words) > _LONG_ORDINAL
        total = first if outer else None  # "Tổng cộng" set across the first columns
        for column, part in enumerate(self.columns.parts):
            if part not in _ROW_HEADS:
                continue
            box = row.get(column) or total
            if box is None:
                box = self.leading.get(column)
                if box is None:
                    continue
            elif part is CellPart.NAME:
                if below:
                    heads += self.parent
                else:
                    self.parent = (box.span,)
            self.leading[column] = box
            heads.append(box.span)
        return tuple(heads)

    def _unit(self, row: Row, marker: re.Match[str] | None) -> Span | None:
        for column, part in enumerate(self.columns.parts):
            if part is not CellPart.UNIT:
                continue
            box = row.get(column)
            if box is not None:
                self.unit = box.span
                self.covered = box.slot.row + box.slot.rows
                return self.unit
            below = marker is not None and marker.lastgroup in _SUBROW
            return self.unit if below or next(iter(row.values())).slot.row < self.covered else None
        return None

    def _cell(self, box: Box, part: CellPart, row_heads: tuple[Span, ...] = (), unit: Span | None = None) -> Cell:
        slot = box.slot
        body = part not in (CellPart.HEAD, CellPart.CAPTION)
        return Cell(
            slot.table, slot.row, slot.column, slot.rows, slot.columns, part, row_heads,
            self.columns.heads[slot.column] if body else (),
            tuple(span for _, span in self.sections) if body else (),
            self.columns.captions, unit,
        )  # fmt: skip


def _level(marker: re.Match[str]) -> int:
    kind = marker.lastgroup or ""
    return _LEVELS[kind] + (min(marker["number"].count("."), 4) if kind == "number" else 0)
