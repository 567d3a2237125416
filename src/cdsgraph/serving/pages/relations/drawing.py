"""The relations of a thing as a drawing: the thing in the middle, what it is related to on both sides, by relation.

Places follow from the names alone, so that the same relations give the same drawing. Units are those of the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cdsgraph.serving.pages.relations.relating import Neighbour, Relation

NODES: Final = 24
WIDTH: Final = 960.0
_NODE_WIDTH, _NODE_HEIGHT, _GAP = 290.0, 40.0, 8.0
_HEAD = 30.0
_CENTRE_WIDTH: Final = 220.0
_LETTERS, _CENTRE_LETTERS, _CENTRE_LINES = 39, 24, 5


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
    """A relation as drawn: where its name stands and its nodes."""

    x: float
    y: float
    relation: Relation
    left: bool
    nodes: list[Node]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole: size, the box in the middle with its lines of text, the branches on both sides."""

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
    sides: tuple[list[tuple[Relation, int]], list[tuple[Relation, int]]] = ([], [])
    heights = [0.0, 0.0]
    for relation, share in kept:  # what points here stands on the left while there is room, the rest on the right
        side = 0 if relation.inward else 1
        if heights[side] > heights[1 - side] + 2 * (_NODE_HEIGHT + _GAP):
            side = 1 - side
        sides[side].append((relation, share))
        heights[side] += _HEAD + share * (_NODE_HEIGHT + _GAP)
    lines = _wrapped(name)
    box = 28.0 + 20 * len(lines)
    height = max(*heights, box + 20)
    centre = height / 2
    branches = [
        branch
        for side, wanted in enumerate(sides)
        for branch in _column(wanted, left=side == 0, top=(height - heights[side]) / 2, centre=centre)
    ]
    left = (WIDTH - _CENTRE_WIDTH) / 2
    return Drawing(WIDTH, round(height, 1), left, round(centre - box / 2, 1), _CENTRE_WIDTH, box, lines, branches)


def _column(wanted: Sequence[tuple[Relation, int]], *, left: bool, top: float, centre: float) -> list[Branch]:
    x = 0.0 if left else WIDTH - _NODE_WIDTH
    edge = _NODE_WIDTH if left else x
    start = (WIDTH - _CENTRE_WIDTH) / 2 if left else (WIDTH + _CENTRE_WIDTH) / 2
    middle = (edge + start) / 2
    found = []
    for relation, share in wanted:
        y = top + _HEAD
        nodes = []
        for place, neighbour in enumerate(relation.neighbours[:share]):
            at = round(y + place * (_NODE_HEIGHT + _GAP), 1)
            to = at + _NODE_HEIGHT / 2
            path = f"M{start:g} {centre:g}C{middle:g} {centre:g} {middle:g} {to:g} {edge:g} {to:g}"
            nodes.append(Node(x, at, _NODE_WIDTH, _NODE_HEIGHT, _cut(neighbour.name, _LETTERS), path, neighbour))
        found.append(Branch(x, round(top + _HEAD - 9, 1), relation, left, nodes))
        top = y + share * (_NODE_HEIGHT + _GAP)
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
