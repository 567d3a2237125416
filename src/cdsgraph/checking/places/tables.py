"""Where the rows and cells of a project's CSV table stand. RFC 4180; a quoted cell may hold line feeds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NamedTuple

from rdflib import Literal
from rdflib.term import Node

from cdsgraph.checking.places.lines import Lines
from cdsgraph.checking.report import Place
from cdsgraph.text import nfc, slug

_CELL: Final = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,\r\n]*))(?P<end>,|\r\n|\n|\r|\Z)')
_PART: Final = re.compile(r"[^|]+")
_WORD_END: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Cell(NamedTuple):
    """A cell's words, in normal form C and without the quotes, and from where to where they stand in the file."""

    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row by column; `line` is the one it begins in."""

    line: int
    cells: dict[str, Cell]

    def words(self, column: str) -> str:
        """What a column says; nothing where there is none of that name."""
        return self.cells[column].words if column in self.cells else ""


class Table:
    """The rows of a CSV file; `shown` is what their places call it."""

    def __init__(self, path: Path, shown: str) -> None:
        self._shown = shown
        self._lines = Lines(path.read_bytes().decode("utf-8-sig", errors="replace"))
        self.rows = tuple(_rows(self._lines))

    def entry(self, name: str, line: int) -> Row | None:
        """The row that a register entry's slug is made from: the one whose cells make up most of it.

        The table may have been edited since the line was noted; of equal rows the one nearest to it is taken.
        """
        return max(self.rows, key=lambda row: (_share(row, name), -abs(row.line - line)), default=None)

    def with_cell(self, *words: str) -> Row | None:
        """The first row that has a cell with one of these words and nothing else."""
        return next((row for row in self.rows if any(cell.words in words for cell in row.cells.values())), None)

    def place(self, row: Row, predicate: Node | None = None, value: Node | None = None) -> Place:
        """The cell of a row that gives a value, else the column that has the predicate's name, else the whole row."""
        column = _column(predicate)
        if value is not None:
            found = [at for name in _first(row, column) if (at := _within(row.cells[name], value)) is not None]
            if found:
                return self._lines.between(self._shown, *found[0])
        if column in row.cells:
            cell = row.cells[column]
            return self._lines.between(self._shown, cell.start, cell.end)
        cells = tuple(row.cells.values())
        return self._lines.between(self._shown, cells[0].start, cells[-1].end)


def _rows(lines: Lines) -> Iterator[Row]:
    header: tuple[str, ...] = ()
    for cells in _lists(lines.text):
        if header:
            yield Row(lines.place(cells[0].start)[0], dict(zip(header, cells, strict=False)))
        elif any(cell.words for cell in cells) and not cells[0].words.startswith("#"):
            header = tuple(cell.words for cell in cells)


def _lists(text: str) -> Iterator[list[Cell]]:
    cells: list[Cell] = []
    at = 0
    while at < len(text) and (match := _CELL.match(text, at)) is not None:
        quoted = match["quoted"] is not None
        words = match["quoted"].replace('""', '"') if quoted else match["plain"]
        cells.append(Cell(nfc(words).strip(), *match.span("quoted" if quoted else "plain")))
        at = match.end()
        if match["end"] != ",":
            if any(cell.words for cell in cells):
                yield cells
            cells = []


def _share(row: Row, name: str) -> int:
    """How many characters of a slug a row's cells make up; a slug of the row's own counts more than its parts."""
    if row.words("slug") == name:
        return 2 * len(name)
    parts = {part for cell in row.cells.values() if (part := cell.words.lower()) and part in name}
    return sum(len(part) for part in parts)


def _column(predicate: Node | None) -> str:
    """The name a predicate would have as a column: `firstDay` is first_day."""
    return "" if predicate is None else _WORD_END.sub("_", re.split(r"[/#]", str(predicate))[-1]).lower()


def _first(row: Row, column: str) -> list[str]:
    return sorted(row.cells, key=lambda name: name != column)


def _within(cell: Cell, value: Node) -> tuple[int, int] | None:
    """Where a value stands in a cell of one or several."""
    if _says(cell.words, value):
        return cell.start, cell.end
    if "|" not in cell.words:
        return None
    offset = cell.start
    for part in _PART.finditer(cell.words):
        if _says(part[0].strip(), value):
            # Offsets within the words are those of the file where normalisation and quotes changed nothing.
            same = cell.end - cell.start == len(cell.words)
            return (offset + part.start(), offset + part.end()) if same else (cell.start, cell.end)
    return None


def _says(words: str, value: Node) -> bool:
    if not words:
        return False
    if not isinstance(value, Literal):
        last = re.split(r"[/#]", str(value))[-1]
        return words == str(value) or str(value).endswith("/" + words) or slug(words) == last
    if words == str(value):
        return True
    try:
        return value.datatype is not None and Decimal(words) == Decimal(str(value))
    except InvalidOperation:
        return False
