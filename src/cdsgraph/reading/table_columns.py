"""The head of a table: which of its first rows are title and head, what stands over each column and what it is for.

Files that cannot merge cells (Markdown, delimited text) leave those empty that a merged one covers, and so do pages; a
head is therefore read by what stands empty beside and under it, and merged cells of other files read alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cdsgraph.reading.document import Block, BlockKind, CellPart, Span
from cdsgraph.reading.marked import Slot
from cdsgraph.reading.table_words import TableWords

_YEAR = r"(?:19|20)\d\d"
_TIME = re.compile(rf"(?:\d{{1,2}}/)?{_YEAR}(?:\s?[-–—]\s?{_YEAR})?")
_FIGURE = re.compile(
    r"[\s(<>≥≤=~≈+±\-–−]*\d[\d.,]*(?:\s?%)?(?:\s?[-–—/]\s?\d[\d.,]*)?\s?(?:%|[^\W\d]{1,7}(?:\s[^\W\d]{1,7}){0,2})?\)?"
)
_LABEL = re.compile(r"\d{1,2}[A-ZĐ]")  # "4G", a class "5A"
_NOTHING = re.compile(r"[\W_]*")
_ORDINAL = re.compile(r"(?:[IVXLC]{1,6}|[A-ZĐ]|[a-zđ]|\d{1,3}(?:\.\d{1,3})*)[.)]?|[-+–•*]")
_COUNTING = re.compile(r"\(?(\d{1,2})\)?(?:\s?=.{1,20})?|\(?([A-ZĐ])\)?")
_MAX_HEADS = 5
_ABOVE = 3
_LONG_CAPTION = 300
_LONG_UNIT = 24
_NAME_AND_FIGURE = 3  # columns, with one of ordinals
_NO_VALUES = frozenset({
    CellPart.DEADLINE, CellPart.CODE, CellPart.TASK, CellPart.AGENCY, CellPart.PARTNER, CellPart.NOTE, CellPart.TIME,
})  # fmt: skip


@dataclass(slots=True)
class Box:
    """A cell with words: its place, its blocks by number, their spans, the words."""

    slot: Slot
    blocks: list[int]
    spans: tuple[Span, ...]
    words: str

    @property
    def span(self) -> Span:
        """All its lines."""
        return Span(self.spans[0].start, self.spans[-1].end)

    @property
    def figure(self) -> bool:
        """Whether it looks like a number with at most a unit, and not like a year."""
        words = self.words
        return bool(_FIGURE.fullmatch(words)) and not (_TIME.fullmatch(words) or _LABEL.fullmatch(words))


Row = dict[int, Box]


@dataclass(slots=True)
class Columns:
    """What a table's head tells: for each column the heads over it and its part; what stands above the table.

    Its first `titles` rows are captions, those up to `body` heads.
    """

    heads: list[tuple[Span, ...]]
    parts: list[CellPart]
    captions: tuple[Span, ...]
    titles: int = 0
    body: int = 0


def read_heads(
    text: str, blocks: Sequence[Block], rows: list[Row], first: int, words: TableWords, before: Columns | None
) -> Columns:
    """What the first rows of a table tell; one without a head that follows another of its width goes on in that."""
    width = 1 + max(max(row) for row in rows)
    above = _captions(text, blocks, first, words)
    top = 0
    while top + 1 < len(rows) and len(rows[top]) == 1 and width > 1 and not next(iter(rows[top].values())).slot.head:
        top += 1
    heads = _head_rows(rows, top)
    if not heads:
        if before is not None and len(before.parts) >= width and any(before.heads):
            return replace(before, titles=0, body=0)
        return Columns([()] * width, _headless(rows, width), above)
    captions = above + tuple(box.span for row in rows[:top] for box in row.values())
    over = _parts_of(_over(rows[top : top + heads], width), words)
    parts = _parts(over, rows[top + heads :], width, words)
    return Columns([tuple(box.span for box in boxes) for boxes in over], parts, captions, top, top + heads)


def _captions(text: str, blocks: Sequence[Block], first: int, words: TableWords) -> tuple[Span, ...]:
    """Title and unit line right above a table, in order."""
    found: list[Span] = []
    for block in reversed(blocks[max(0, first - _ABOVE) : first]):
        if block.kind is BlockKind.TABLE_CELL or block.span.end - block.span.start > _LONG_CAPTION:
            break
        line = block.span.of(text)
        nearest = not found and (block.kind is BlockKind.HEADING or line.rstrip().endswith(":"))
        if nearest or block.kind is BlockKind.CAPTION or words.is_caption(line.lstrip("(* ")):
            found.append(block.span)
        else:
            break
    return tuple(reversed(found))


def _head_rows(rows: list[Row], top: int) -> int:
    """How many rows from `top` on are heads, a row that numbers the columns among them."""
    if top + 1 >= len(rows):
        return 0
    count = 0
    while top + count < len(rows) and next(iter(rows[top + count].values())).slot.head:
        count += 1
    if not count:
        boxes = rows[top].values()
        if len(boxes) < 2 or any(box.figure for box in boxes) or _ORDINAL.fullmatch(next(iter(boxes)).words):
            return 0
        count = 1
    while count < _MAX_HEADS and top + count + 1 < len(rows) and _goes_on(rows[top : top + count], rows[top + count]):
        count += 1
    if top + count + 1 < len(rows) and _numbers_columns(rows[top + count]):
        count += 1
    return count if top + count < len(rows) else 0


def _goes_on(heads: list[Row], row: Row) -> bool:
    """Whether a row is a further level of the head: it fills what the head leaves empty, and no first cell."""
    if len(row) < 2 or any(box.figure for box in row.values()):
        return False
    last = heads[-1]
    leading = min(min(each) for each in heads)
    fills = any(column not in last for column in row)
    return fills and leading not in row


def _numbers_columns(row: Row) -> bool:
    matches = [_COUNTING.fullmatch(row[column].words) for column in sorted(row)]
    if len(matches) < 2 or not all(matches):
        return False
    digits = [int(match[1]) for match in matches if match is not None and match[1]]
    return all(later == earlier + 1 for earlier, later in pairwise(digits))


def _over(heads: list[Row], width: int) -> list[list[Box]]:
    """For each column the boxes over it, outermost first; a group's head stands over the columns it leaves empty."""
    numbering = heads[-1] if len(heads) > 1 and _numbers_columns(heads[-1]) else None
    levels = heads[:-1] if numbering is not None else heads
    over: list[list[Box]] = [[] for _ in range(width)]
    for depth, level in enumerate(levels):
        group: Box | None = None
        for column in range(width):
            box = level.get(column)
            if box is not None:
                below = any(column in later for later in levels[depth + 1 :])
                group = box if below or box.slot.columns > 1 else None
                over[column].append(box)
            elif group is not None and _covers(group, column, levels[depth + 1 :]):
                over[column].append(group)
    return over


def _parts_of(over: list[list[Box]], words: TableWords) -> list[list[Box]]:
    """The heads with those of the column before in place of one that only says "Trong đó"."""
    whole: list[Box] = []
    result = []
    for boxes in over:
        at = next((number for number, box in enumerate(boxes) if words.is_("within", box.words)), None)
        if at is None:
            whole = boxes
            result.append(boxes)
        else:
            result.append([*whole, *boxes[at + 1 :]])
    return result


def _covers(group: Box, column: int, below: list[Row]) -> bool:
    merged = group.slot.columns > 1
    if merged:
        return column < group.slot.column + group.slot.columns
    return any(column in later for later in below)


def _parts(over: list[list[Box]], body: list[Row], width: int, words: TableWords) -> list[CellPart]:
    shown: list[list[Box]] = [[] for _ in range(width)]
    for row in body:
        if len(row) > 1:
            for column, box in row.items():
                if not _NOTHING.fullmatch(box.words):
                    shown[column].append(box)
    parts: list[CellPart] = []
    for column in range(width):
        head = " ".join(box.words for box in over[column])
        parts.append(_part(head, column, shown[column], parts, words))
    leads = [CellPart.NAME, CellPart.SUBJECT, CellPart.TIME]
    values = [column for column, part in enumerate(parts) if part is CellPart.VALUE]
    if values and not any(part in leads for part in parts):
        free = [column for column, part in enumerate(parts[: values[0]]) if part is CellPart.OTHER]
        if free:
            years = all(_TIME.fullmatch(box.words) for box in shown[free[0]])
            parts[free[0]] = CellPart.TIME if years else CellPart.NAME
    return parts


def _headless(rows: list[Row], width: int) -> list[CellPart]:
    """The parts in a table that has no head: a name and its figure in each row, or nothing that is known."""
    named = [row for row in rows if len(row) > 1 and not row[min(row)].figure and row[max(row)].figure]
    if width > _NAME_AND_FIGURE or len(named) * 2 <= len(rows) or len(rows) < 2:
        return [CellPart.OTHER] * width
    first = [row[0] for row in rows if 0 in row]
    numbered = width == _NAME_AND_FIGURE and all(_ORDINAL.fullmatch(box.words) for box in first)
    if numbered:
        return [CellPart.ORDINAL, CellPart.NAME, CellPart.VALUE]
    return [CellPart.NAME, CellPart.VALUE] if width == _NAME_AND_FIGURE - 1 else [CellPart.OTHER] * width


def _part(head: str, column: int, cells: list[Box], before: list[CellPart], words: TableWords) -> CellPart:
    said = words.column(head) if head else None
    figures = sum(box.figure for box in cells)
    if said is CellPart.ORDINAL or (not head and column == 0 and all(_ORDINAL.fullmatch(box.words) for box in cells)):
        return CellPart.ORDINAL
    if said is CellPart.SUBJECT and CellPart.NAME in before and figures * 2 <= len(cells):
        short = sum(len(box.words) for box in cells) <= _LONG_UNIT * len(cells)
        return CellPart.UNIT if short else CellPart.AGENCY
    if said is CellPart.UNIT or said in _NO_VALUES:
        return said
    if not head and column:
        return CellPart.OTHER
    if figures * 2 > len(cells):
        return CellPart.VALUE
    if said is CellPart.NAME and CellPart.NAME in before and figures:
        return CellPart.VALUE
    if said is not None:
        return said
    return CellPart.VALUE if figures else CellPart.OTHER
