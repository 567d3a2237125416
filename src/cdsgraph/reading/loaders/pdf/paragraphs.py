"""Lines of print to paragraphs: running heads and page numbers go, what a line's end broke is joined."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from cdsgraph.reading.layout import has_marker
from cdsgraph.reading.loaders.pdf.columns import Piece
from cdsgraph.reading.loaders.pdf.geometry import Box, Line, Sheet, Table, Word, line_of, run_on
from cdsgraph.reading.loaders.pdf.tables import rows_of

_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\W*\d{1,4}\W*")
_BROKEN_OFF = re.compile(r"\S[-/(]$")
_TERMINAL = ".!?…:;"
_CLOSERS = "\"'”’»)]"
_OUTER_ROWS = 2
_SMALL = 0.87
_HEADING = 1.15
_SAME_SIZE = 1.12
_APART = 1.22
_INDENT = 0.8


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph on one line, and how much larger it is printed than most of the text."""

    text: str
    enlarged: float


def without_running_heads(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The pages without what stands at the head or foot of several of them, digits aside, and without page numbers."""
    outer = [_outer(sheet) for sheet in sheets]
    seen = Counter(key for rows in outer for key in {_key(row) for row in rows})
    often = max(2, 0.4 * len(sheets))
    result = []
    for sheet, rows in zip(sheets, outer, strict=True):
        gone: set[int] = set()
        for row in rows:
            if any(count >= often for count in _near(seen, _key(row))) or _lone_number(row, sheet):
                gone |= set(map(id, row))
        result.append(replace(sheet, words=[word for word in sheet.words if id(word) not in gone]))
    return result


def _outer(sheet: Sheet) -> list[list[Word]]:
    rows = rows_of(sheet.words)
    return rows if len(rows) <= 2 * _OUTER_ROWS else [*rows[:_OUTER_ROWS], *rows[-_OUTER_ROWS:]]


def _key(row: list[Word]) -> tuple[str, int]:
    line = line_of(row)
    return _DIGITS.sub("#", line.text), round(line.box.y0 / 4)


def _near(seen: Counter[tuple[str, int]], key: tuple[str, int]) -> Iterator[int]:
    words, place = key
    for off in (-1, 0, 1):
        yield seen[words, place + off]


def _lone_number(row: list[Word], sheet: Sheet) -> bool:
    """Whether a row is a number that stands apart from the text above or below it."""
    line = line_of(row)
    if not _NUMBER.fullmatch(line.text):
        return False
    others = [word.box for word in sheet.words if not any(word is own for own in row)]
    distances = [max(box.y0 - line.box.y1, line.box.y0 - box.y1) for box in others]
    return bool(distances) and min(distances) > 0.8 * line.size


def without_small_print(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Line]]:
    """The pages without the small print at their head and foot, and that: notes, and furniture that stands but once.

    It is read after the text, which it would otherwise interrupt where a page or column ends.
    """
    sizes = Counter[float]()
    for sheet in sheets:
        for word in sheet.words:
            sizes[word.size] += len(word.text)
    usual = max(sizes, key=lambda size: sizes[size])
    aside: list[Line] = []
    result = []
    for sheet in sheets:
        rows = [line_of(row) for row in rows_of(sheet.words)]
        small = [*_small(rows, sheet, usual), *reversed(_small(rows[::-1], sheet, usual))]
        if len(small) >= len(rows):
            small = []
        gone = {id(word) for line in small for word in line.words}
        aside += [replace(line, left=line.box.x0, right=line.box.x1) for line in small]
        result.append(replace(sheet, words=[word for word in sheet.words if id(word) not in gone]))
    return result, aside


def _small(rows: Sequence[Line], sheet: Sheet, usual: float) -> list[Line]:
    """The rows in small print from the outermost inwards, parted by a space from the text and in no table."""
    for number, line in enumerate(rows):
        if line.size <= _SMALL * usual:
            continue
        if not number:
            return []
        near, outer = rows[number - 1].box, rows[:number]
        apart = max(line.box.y0 - near.y1, near.y0 - line.box.y1) >= 0.5 * usual
        boxed = any(rule.height > rule.width and rule.beside(each.box) for rule in sheet.rules for each in outer)
        return list(outer) if apart and not boxed else []
    return []


def edges(sheets: Iterable[Sheet]) -> tuple[float, float]:
    """The left and right end of print in the whole file."""
    boxes: list[Box] = [word.box for sheet in sheets for word in sheet.words]
    return min(box.x0 for box in boxes), max(box.x1 for box in boxes)


def paragraphs(columns: Sequence[Sequence[Piece]]) -> Iterator[Paragraph | Table]:
    """The paragraphs and tables of a file from its columns in order."""
    lines = [piece for column in columns for piece in column if isinstance(piece, Line)]
    if not lines:
        yield from (piece for column in columns for piece in column if isinstance(piece, Table))
        return
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size)] += len(line.text)
    usual = max(sizes, key=lambda size: sizes[size])
    steps = [
        after.box.y1 - before.box.y1
        for column in columns
        for before, after in pairwise(piece for piece in column if isinstance(piece, Line))
        if 0 < after.box.y1 - before.box.y1 < 4 * usual
    ]
    joiner = _Joiner(median(steps) if steps else 1.5 * usual)
    for column in columns:
        for number, piece in enumerate(column):
            if isinstance(piece, Table):
                yield from _whole(joiner.take(), usual)
                yield piece
            elif not joiner.goes_on(piece, same_column=number > 0):
                yield from _whole(joiner.take(), usual)
                joiner.add(piece)
            else:
                joiner.add(piece)
    yield from _whole(joiner.take(), usual)


def _whole(lines: list[Line], usual: float) -> Iterator[Paragraph]:
    if lines:
        text = lines[0].text
        for line in lines[1:]:
            text = run_on(text, line.text)
        yield Paragraph(text, lines[0].size / usual if lines[0].size >= _HEADING * usual else 1.0)


class _Joiner:
    """Holds the lines of a paragraph and tells whether the next one belongs to it; `step` is from line to line."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._lines: list[Line] = []

    def add(self, line: Line) -> None:
        """Take a line in."""
        self._lines.append(line)

    def take(self) -> list[Line]:
        """The lines held; none are held after."""
        held, self._lines = self._lines, []
        return held

    def goes_on(self, line: Line, *, same_column: bool) -> bool:
        """Whether `line` goes on what is held."""
        if not self._lines:
            return False
        last, text = self._lines[-1], line.text
        if max(last.size, line.size) > _SAME_SIZE * min(last.size, line.size):
            return False
        ended = last.text.rstrip(_CLOSERS)[-1:] in _TERMINAL
        full = not _has_room(last, line)
        if has_marker(f"{text} "):
            return full and not ended and same_column and (last.text[-1] != "," or text[0] == "(")
        if text[0].islower() and not ended:
            return not same_column or line.box.y0 - last.box.y1 < 2 * self._step
        if _BROKEN_OFF.search(last.text):
            return True
        if not same_column:
            return full and (not ended or self._continues_block(line))
        if not full or line.box.y1 - last.box.y1 > _APART * self._step:
            return False
        return not self._begins_anew(last, line, ended=ended)

    def _continues_block(self, line: Line) -> bool:
        """Whether, where first lines are set in, a line stands as those after the first."""
        if len(self._lines) < 2:
            return False
        first, second = self._lines[:2]
        return first.indent - second.indent > _INDENT * line.size > 2 * abs(line.indent - second.indent)

    def _begins_anew(self, last: Line, line: Line, *, ended: bool) -> bool:
        """Whether a line is set in as the first of a paragraph is."""
        indent = _INDENT * line.size
        if len(self._lines) > 1:
            return line.indent > self._lines[1].indent + indent
        hanging = has_marker(last.text)
        if line.indent > last.indent + indent:
            return not hanging
        set_in = line.indent > indent and abs(line.indent - last.indent) < 1
        return set_in and ended and not hanging


def _has_room(last: Line, line: Line) -> bool:
    """Whether the first word of a line would have fitted on the one before, so that this was ended on purpose."""
    first = line.words[0].box.width + 0.25 * line.size
    space = last.right - last.box.x1
    centred = line.indent > line.size and _centred(last) and _centred(line)
    return first <= (2 * space if centred else space) - 0.3 * line.size


def _centred(line: Line) -> bool:
    return abs(line.indent - (line.right - line.box.x1)) < 0.5 * line.size
