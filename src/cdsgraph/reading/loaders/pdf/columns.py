"""A page in the order in which it is read: columns one after the other, tables and lines across them in their place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from cdsgraph.reading.loaders.pdf.geometry import Line, Sheet, Table, Word, line_of
from cdsgraph.reading.loaders.pdf.tables import aligned, ruled

Piece = Line | Table

_WIDE_GAP = 1.0
_LEAST_LINES = 3
_LEAST_RUNNING = 5
_LEAST_WIDTH = 15
_FULL = 0.8
_SIDES = (0.2, 0.8)
_DEPTH = 3


def in_order(sheet: Sheet, edges: tuple[float, float]) -> list[list[Piece]]:
    """The lines and tables of a page in reading order, each list a column or a stretch across the page.

    `edges` are the left and right end of print in the whole file.
    """
    tables, words = ruled(sheet.rules, sheet.words)
    return _ordered([*_pieces(words), *tables], edges, _DEPTH)


def _pieces(words: Sequence[Word]) -> list[Line]:
    """Words that follow each other on a line without a wide gap."""
    pieces: list[list[Word]] = []
    for word in words:
        last = pieces[-1][-1] if pieces else None
        if last is not None and last.box.beside(word.box):
            gap = word.box.x0 - last.box.x1
            if -0.5 * word.size <= gap <= _WIDE_GAP * word.size:
                pieces[-1].append(word)
                continue
        pieces.append([word])
    return [line_of(piece) for piece in pieces]


def _ordered(pieces: list[Piece], edges: tuple[float, float], depth: int) -> list[list[Piece]]:
    gutter = _gutter(pieces, edges) if depth else None
    if gutter is None:
        return [_in_rows(pieces, edges)] if pieces else []
    left = [piece for piece in pieces if piece.box.x1 <= gutter]
    right = [piece for piece in pieces if piece.box.x0 >= gutter]
    sides = (
        (min(piece.box.x0 for piece in left), max(piece.box.x1 for piece in left)),
        (min(piece.box.x0 for piece in right), max(piece.box.x1 for piece in right)),
    )
    found: list[list[Piece]] = []
    band: list[Piece] = []

    def close() -> None:
        for side, width in ((0, sides[0]), (1, sides[1])):
            inside = [piece for piece in band if (piece.box.x0 >= gutter) == bool(side)]
            found.extend(_ordered(inside, width, depth - 1))
        band.clear()

    across: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.box.y0):
        if piece.box.x0 < gutter < piece.box.x1:
            close()
            across.append(piece)
            continue
        if across:
            found.append(_in_rows(across, edges))
            across = []
        band.append(piece)
    close()
    if across:
        found.append(_in_rows(across, edges))
    return found


def _gutter(pieces: Sequence[Piece], edges: tuple[float, float]) -> float | None:
    """Where an empty strip parts two columns of running text."""
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    if len(lines) < 2 * _LEAST_LINES:
        return None
    first, end = int(edges[0]), int(edges[1]) + 1
    begun = Counter(max(int(piece.box.x0), first) for piece in pieces)
    ended = Counter(min(int(piece.box.x1), end) + 1 for piece in pieces)
    covered = list(accumulate(begun[x] - ended[x] for x in range(first, end + 1)))
    low, high = (first + int(part * (end - first)) for part in _SIDES)
    middle = range(low, high)
    if not middle:
        return None
    least = min(covered[x - first] for x in middle)
    if least > 0.4 * len(lines):
        return None
    strips: list[list[int]] = []
    for x in middle:
        if covered[x - first] == least:
            if strips and x == strips[-1][-1] + 1:
                strips[-1].append(x)
            else:
                strips.append([x])
    strip = max(strips, key=len)
    at = (strip[0] + strip[-1]) / 2
    left = [line for line in lines if line.box.x1 <= at]
    right = [line for line in lines if line.box.x0 >= at]
    return at if _prose(left) and _prose(right) else None


def _prose(lines: Sequence[Line]) -> bool:
    """Whether lines are those of running text: several, wide, and most as wide as the widest."""
    if len(lines) < _LEAST_LINES:
        return False
    widest = max(line.box.width for line in lines)
    letters = sum(len(line.text) for line in lines) / len(lines)
    full = sum(line.box.width >= _FULL * widest for line in lines)
    return letters >= _LEAST_WIDTH and full >= 0.5 * len(lines)


def _in_rows(pieces: Sequence[Piece], edges: tuple[float, float]) -> list[Piece]:
    """Pieces of one column from the top; pieces beside each other make a table's rows, or a line with wide gaps."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.y0 + piece.box.y1, piece.box.x0)):
        if rows and isinstance(piece, Line) and isinstance(rows[-1][0], Line) and piece.box.beside(rows[-1][0].box):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    running = [piece for piece in pieces if isinstance(piece, Line)]
    if len(running) >= _LEAST_RUNNING and _prose(running):
        edges = min(line.box.x0 for line in running), max(line.box.x1 for line in running)
    found: list[Piece] = []
    waiting: list[list[Line]] = []
    for row in rows:
        lines = sorted((piece for piece in row if isinstance(piece, Line)), key=lambda line: line.box.x0)
        if len(lines) > 1:
            waiting.append(lines)
            continue
        found += _beside(waiting, edges)
        waiting = []
        found += [replace(line, left=edges[0], right=edges[1]) for line in lines] or row
    return found + _beside(waiting, edges)


def _beside(rows: list[list[Line]], edges: tuple[float, float]) -> list[Piece]:
    table = aligned(rows)
    if table is not None:
        return [table]
    found: list[Piece] = []
    for row in rows:
        gaps = [after.box.x0 - before.box.x1 for before, after in pairwise(row)]
        if max(gaps) <= 2.5 * row[0].size and sum(line.box.width for line in row) >= 0.6 * (edges[1] - edges[0]):
            row = [line_of([word for line in row for word in line.words])]
        # Pieces far apart stand for themselves, as the two heads of a decision do: each is its own column.
        own = len(row) > 1
        found += [
            replace(line, left=line.box.x0 if own else edges[0], right=line.box.x1 if own else edges[1]) for line in row
        ]
    return found
