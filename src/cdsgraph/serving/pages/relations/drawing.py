"""The relations of a thing as a drawing: the thing in the middle, what it is related to on both sides, by relation.

Places follow from the names alone, so that the same relations give the same drawing. Units are those of the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cdsgraph.serving.pages.relations.relating import Neighbour, Relation

NODES: Final = 24
WIDTH: Final = 960.0
_TALL: Final = 8  # nodes of one relation that stand on one side; more are shared out to both
_NODE_WIDTH, _NODE_HEIGHT, _GAP = 290.0, 40.0, 8.0
_HEAD = 30.0
_CENTRE_WIDTH: Final = 220.0
_LETTERS, _CENTRE_LETTERS, _CENTRE_LINES = 36, 24, 5


@dataclass(frozen=True, slots=True)
class Node:
    """A related thing as drawn: its upper left corner, its name cut to the room there is, the way to it."""

    x: float
    y: float
    width: float
    height: float
    name: str
    path: str
    neighbour: Neighbour


@dataclass(frozen=True, slots=True)
class Branch:
    """A relation as drawn: where its name stands, its nodes on this side, and how many it has on both."""

    x: float
    y: float
    relation: Relation
    left: bool
    nodes: list[Node]
    shown: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole: size, the box with its lines of text, the branches on both sides; `half` where one side is empty."""

    half: bool
    width: float
    height: float
    centre_x: float
    centre_y: float
    centre_width: float
    centre_height: float
    lines: list[str]
    branches: list[Branch]


def draw(name: str, relations: Sequence[Relation]) -> Drawing | None:
    """The drawing of at most `NODES` neighbours, every relation having its share; None without relations."""
    shares = _shares([min(len(relation.neighbours), NODES) for relation in relations], NODES)
    kept = [(relation, share) for relation, share in zip(relations, shares, strict=True) if share]
    if not kept:
        return None
    sides: tuple[list[_Part], list[_Part]] = ([], [])
    heights = [0.0, 0.0]
    for part in _parts(kept):  # what points here stands on the left while there is room, the rest on the right
        side = 0 if part.relation.inward else 1
        if heights[side] > heights[1 - side] + 2 * (_NODE_HEIGHT + _GAP):
            side = 1 - side
        sides[side].append(part)
        heights[side] += _HEAD + len(part.neighbours) * (_NODE_HEIGHT + _GAP)
    lines = _wrapped(name)
    box = 28.0 + 20 * len(lines)
    height = max(*heights, box + 20)
    centre = height / 2
    half = not all(sides)
    middle = (WIDTH - _CENTRE_WIDTH) / 2
    width = WIDTH - middle if half else WIDTH
    left = middle if sides[0] else 0.0
    branches = [
        branch
        for side, wanted in enumerate(sides)
        for branch in _column(
            wanted, x=width - _NODE_WIDTH if side else 0.0, box=left, top=(height - heights[side]) / 2, centre=centre
        )
    ]
    top = round(centre - box / 2, 1)
    return Drawing(half, width, round(height, 1), left, top, _CENTRE_WIDTH, box, lines, branches)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a relation stands on one side: these neighbours, of so many that are shown."""

    relation: Relation
    neighbours: Sequence[Neighbour]
    shown: int


def _parts(kept: Sequence[tuple[Relation, int]]) -> list[_Part]:
    """The relations with the neighbours shown of them, long ones in two halves."""
    parts = []
    for relation, share in kept:
        shown = relation.neighbours[:share]
        half = (share + 1) // 2 if share > _TALL else share
        parts += [_Part(relation, each, share) for each in (shown[:half], shown[half:]) if each]
    return parts


def _column(wanted: Sequence[_Part], *, x: float, box: float, top: float, centre: float) -> list[Branch]:
    """One side: its nodes at `x`, the box in the middle at `box`."""
    left = x < box
    edge = x + _NODE_WIDTH if left else x
    start = box if left else box + _CENTRE_WIDTH
    middle = (edge + start) / 2
    found = []
    for part in wanted:
        y = top + _HEAD
        nodes = []
        for place, neighbour in enumerate(part.neighbours):
            at = round(y + place * (_NODE_HEIGHT + _GAP), 1)
            to = at + _NODE_HEIGHT / 2
            path = f"M{start:g} {centre:g}C{middle:g} {centre:g} {middle:g} {to:g} {edge:g} {to:g}"
            nodes.append(Node(x, at, _NODE_WIDTH, _NODE_HEIGHT, _cut(neighbour.name, _LETTERS), path, neighbour))
        found.append(Branch(x, round(top + _HEAD - 9, 1), part.relation, left, nodes, part.shown))
        top = y + len(part.neighbours) * (_NODE_HEIGHT + _GAP)
    return found


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """How many of each there is room for when each gets one in turn."""
    shares = [0] * len(wanted)
    while room and any(share < most for share, most in zip(shares, wanted, strict=True)):
        for place, most in enumerate(wanted):
            if room and shares[place] < most:
                shares[place] += 1
                room -= 1
    return shares


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def _wrapped(text: str) -> list[str]:
    """The text in short lines, the last one cut where there are too many."""
    lines = [""]
    for part in text.split():
        longer = f"{lines[-1]} {part}".strip()
        if len(longer) <= _CENTRE_LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    if len(lines) > _CENTRE_LINES:
        lines = [*lines[: _CENTRE_LINES - 1], f"{lines[_CENTRE_LINES - 1]} …"]
    return [_cut(line, _CENTRE_LETTERS + 2) for line in lines]
