"""Tables: those drawn with rules, and those that only stand in columns."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from cdsgraph.reading.loaders.pdf.geometry import Box, Line, Table, Word, around, line_of, run_on

_TOUCH = 3.0
_MOST_RULES = 600
_LEAST_ROWS = 3
_PROSE = 45


def ruled(rules: Sequence[Box], words: Sequence[Word]) -> tuple[list[Table], list[Word]]:
    """The tables whose cells rules part, and the words outside them."""
    upright = _merged([rule for rule in rules if rule.height > rule.width], upright=True)
    level = _merged([rule for rule in rules if rule.width >= rule.height], upright=False)
    if not upright or not level or len(upright) + len(level) > _MOST_RULES:
        return [], list(words)
    tables: list[Table] = []
    left = list(words)
    for group in _connected([*upright, *level]):
        frame = around(group)
        inside = [word for word in left if _within(word, frame)]
        table = _filled(frame, group, inside)
        if table is not None:
            taken = set(map(id, inside))
            left = [word for word in left if id(word) not in taken]
            tables.append(table)
    return tables, left


def aligned(rows: Sequence[Sequence[Line]]) -> Table | None:
    """The table that rows of print make where their pieces stand in the same columns; None where they do not."""
    if len(rows) < _LEAST_ROWS:
        return None
    columns: list[tuple[float, float]] = []
    for box in sorted((piece.box for row in rows for piece in row), key=lambda box: box.x0):
        if columns and box.x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], box.x1))
        else:
            columns.append((box.x0, box.x1))
    if len(columns) < 2:
        return None
    starts = [start for start, _ in columns]
    pieces = [piece for row in rows for piece in row]
    if len(columns) == 2 and sum(len(piece.text) for piece in pieces) > _PROSE * len(pieces):
        return None
    cells = [[""] * len(columns) for _ in rows]
    for row, shown in zip(rows, cells, strict=True):
        for piece in row:
            at = bisect_right(starts, piece.box.x0) - 1
            shown[at] = f"{shown[at]} {piece.text}".strip()
    return Table(tuple(map(tuple, cells)), around([piece.box for piece in pieces]))


def _merged(rules: Iterable[Box], *, upright: bool) -> list[Box]:
    """Rules that go on in each other as one."""
    found: list[Box] = []
    along = (lambda r: (round(r.x0 / 2), r.y0)) if upright else (lambda r: (round(r.y0 / 2), r.x0))
    for rule in sorted(rules, key=along):
        last = found[-1] if found else None
        if last is None:
            found.append(rule)
        elif upright and abs(rule.x0 - last.x0) <= _TOUCH and rule.y0 <= last.y1 + _TOUCH:
            found[-1] = Box(last.x0, last.y0, last.x1, max(last.y1, rule.y1))
        elif not upright and abs(rule.y0 - last.y0) <= _TOUCH and rule.x0 <= last.x1 + _TOUCH:
            found[-1] = Box(last.x0, last.y0, max(last.x1, rule.x1), last.y1)
        else:
            found.append(rule)
    return found


def _connected(rules: list[Box]) -> list[list[Box]]:
    """Groups of rules that touch."""
    groups: list[list[Box]] = []
    left = list(rules)
    while left:
        group, waiting = [], [left.pop()]
        while waiting:
            rule = waiting.pop()
            group.append(rule)
            near = [other for other in left if _touch(rule, other)]
            if near:
                taken = set(map(id, near))
                left = [other for other in left if id(other) not in taken]
                waiting += near
        groups.append(group)
    return groups


def _touch(one: Box, other: Box) -> bool:
    return (
        one.x0 <= other.x1 + _TOUCH and other.x0 <= one.x1 + _TOUCH
        and one.y0 <= other.y1 + _TOUCH and other.y0 <= one.y1 + _TOUCH
    )  # fmt: skip


def _within(word: Word, frame: Box) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return frame.x0 <= x <= frame.x1 and frame.y0 <= y <= frame.y1


def _filled(frame: Box, group: list[Box], words: list[Word]) -> Table | None:
    upright = [rule for rule in group if rule.height > rule.width]
    level = [rule for rule in group if rule.width >= rule.height]
    across = _edges([rule.x0 for rule in upright] + [frame.x0, frame.x1])
    down = _edges([rule.y0 for rule in level] + [frame.y0, frame.y1])
    if len(across) < 3 or len(down) < 3 or not words:
        return None
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
        # Only rules that pass beside the word part it from others: in a merged cell none does.
        beside = [rule.x0 for rule in upright if rule.y0 - 1 <= y <= rule.y1 + 1 and rule.x0 <= x]
        above = [rule.y0 for rule in level if rule.x0 - 1 <= x <= rule.x1 + 1 and rule.y0 <= y]
        column = _index(across, max(beside, default=frame.x0))
        row = _index(down, max(above, default=frame.y0))
        cells.setdefault((row, column), []).append(word)
    rows = [
        tuple(_joined(cells.get((row, column), [])) for column in range(len(across) - 1))
        for row in range(len(down) - 1)
    ]
    shown = tuple(row for row in rows if any(row))
    if max(sum(1 for cell in row if cell) for row in shown) < 2:
        return None
    return Table(shown, frame)


def _edges(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH:
            found.append(value)
    return found


def _index(edges: list[float], value: float) -> int:
    return min(max(bisect_right(edges, value + _TOUCH / 2) - 1, 0), len(edges) - 2)


def _joined(words: list[Word]) -> str:
    """The words of a cell, line after line."""
    text = ""
    for row in rows_of(words):
        piece = line_of(row).text
        text = run_on(text, piece) if text else piece
    return text


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words by lines of print, from the top."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.box.y0 + word.box.y1, word.box.x0)):
        if rows and any(word.box.beside(other.box) for other in rows[-1][-3:]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows
