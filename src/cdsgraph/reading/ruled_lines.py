"""Tables in plain text: rows of cells with tabs or upright strokes between them, under a head row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cdsgraph.reading.document import Span
from cdsgraph.reading.marked import Slot

_STROKE = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")
_RULE = re.compile(r"[\s|:+=_-]*-[\s|:+=_-]*")
_CELL = re.compile(r"\S(?:.*\S)?")
_MIN_ROWS = 2
_SHORT = 120


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell with words and its place."""

    span: Span
    slot: Slot


def ruled(text: str) -> list[RuledCell]:
    """The cells of the tables that the lines of a text make, in order.

    A table is two lines or more in a row that are cut alike into three cells or more, or three lines into two. A short
    line within one that is not cut is a section row; a line of dashes is none.
    """
    if "\t" not in text and "|" not in text:
        return []
    lines: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    cells: list[RuledCell] = []
    table = at = 0
    while at < len(lines):
        mark = "\t" if "\t" in lines[at][1].strip() else "|" if _STROKE.search(lines[at][1]) else None
        run = _run(lines, at, mark) if mark else []
        if _is_table(run, mark or ""):
            cells += _cells(run, mark or "", table)
            table += 1
        at += max(1, len(run))
    return cells


def _run(lines: Sequence[tuple[int, str]], at: int, mark: str) -> list[tuple[int, str]]:
    """The lines from one on up to a blank one that may belong to its table: cut by the mark, or short between two."""
    run: list[tuple[int, str]] = []
    cut = 0
    for number in range(at, len(lines)):
        start, line = lines[number]
        if _cut(line, mark):
            cut = len(run) + 1
        elif not line.strip() or len(line) > _SHORT or line.rstrip().endswith((".", ";")):
            break
        run.append((start, line))
    return run[:cut]


def _cut(line: str, mark: str) -> bool:
    return "\t" in line.strip("\n ") if mark == "\t" else _STROKE.search(line) is not None


def _is_table(run: Sequence[tuple[int, str]], mark: str) -> bool:
    counts = [sum(1 for _ in _pieces(line, mark)) for _, line in run if _cut(line, mark) and not _RULE.fullmatch(line)]
    if len(counts) < _MIN_ROWS:
        return False
    head = counts[0]
    alike = sum(1 for count in counts if (count == head if mark == "|" else count <= head + 1))
    return alike * 2 > len(counts) and (head > 2 or (head == 2 and len(counts) > _MIN_ROWS))


def _pieces(line: str, mark: str) -> Iterator[tuple[int, str]]:
    """Where each cell of a line begins and what stands in it; strokes at both ends are a frame."""
    if mark == "\t":
        bounds = [match.start() for match in re.finditer("\t", line)]
    else:
        bounds = [match.start() for match in _STROKE.finditer(line)]
        framed = bool(bounds) and not line[: bounds[0]].strip()
        if framed:
            if not line[bounds[-1] + 1 :].strip() and len(bounds) > 1:
                line = line[: bounds.pop()]
            line = " " * (bounds[0] + 1) + line[bounds[0] + 1 :]
            bounds = bounds[1:]
    start = 0
    for bound in (*bounds, len(line)):
        yield start, line[start:bound]
        start = bound + 1


def _cells(run: Sequence[tuple[int, str]], mark: str, table: int) -> Iterator[RuledCell]:
    row = 0
    for start, line in run:
        if _RULE.fullmatch(line):
            continue
        for column, (at, piece) in enumerate(_pieces(line, mark) if _cut(line, mark) else [(0, line)]):
            match = _CELL.search(piece)
            if match is not None:
                span = Span(start + at + match.start(), start + at + match.end())
                yield RuledCell(span, Slot(table, row, column))
        row += 1
