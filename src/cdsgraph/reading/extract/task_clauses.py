"""Where the clauses of a sentence part, and phrases that only announce tasks."""

from collections.abc import Sequence

from cdsgraph.reading.extract.task_actors import ActorReader
from cdsgraph.reading.extract.task_frames import FrameReader
from cdsgraph.reading.extract.task_units import Unit

_GENERIC = 8  # units that may follow the announcement of tasks
_SHORTEST = 3  # units before a comma that may part clauses


def clauses_of(row: Sequence[Unit], start: int, frames: FrameReader, actors: ActorReader) -> list[tuple[int, int]]:
    """The ranges of the clauses: parted by semicolons, colons, "(i)", and commas before a subject with a frame."""
    ranges: list[tuple[int, int]] = []
    first, depth = start, 0
    opening = frames.opening(row, start)
    named = actors.at(row, opening) if opening < len(row) else None
    free = named.end if named is not None else opening  # no comma before it parts clauses
    for at in range(start, len(row)):
        unit, text = row[at], row[at].text
        if unit.labels and unit.has("coordinate", "assign") and (partners := actors.at(row, at + 1)) is not None:
            free = max(free, partners.end)
        if unit.kind != "mark":
            continue
        if text == "(" and at + 2 < len(row) and row[at + 2].text == ")" and _enumerates(row[at + 1].text):
            if at > first:
                ranges.append((first, at))
            first = at + 3
            continue
        depth += (text == "(") - (text == ")" and depth > 0)
        if depth > 0:
            continue
        if text == ":" and (partners := actors.at(row, max(at - 2, 0))) is not None and partners.end > at:
            continue  # "các Bộ: Công an, Tài chính"
        if text in (";", ":"):
            if at > first:
                ranges.append((first, at))
            first = at + 1
        elif (
            text == ","
            and at > free
            and at - first > _SHORTEST
            and not row[at - 1].has("member")
            and frames.clause_at(row, at + 1)
        ):
            opener = row[first_word(row, first)]
            if not opener.has("opener") or opener.has("do", "manner", "assign"):
                ranges.append((first, at))
                first = at + 1
    if first < len(row):
        ranges.append((first, len(row)))
    return ranges


def first_word(row: Sequence[Unit], first: int) -> int:
    """Index of the first unit of a clause that is no mark, ordinal or connective."""
    at = first
    while at + 1 < len(row) and (row[at].kind == "mark" or row[at].has("link", "ordinal")):
        at += 1
    return at


def only_announces(row: Sequence[Unit]) -> bool:
    """Whether a phrase only says that there are tasks ("thực hiện tốt một số nhiệm vụ")."""
    at = 0
    while at < len(row) and row[at].has("manner"):
        at += 1
    if not at or at >= len(row) or len(row) - at > _GENERIC:
        return False
    start = at
    while at < len(row) and (row[at].has("each", "soft") or row[at].has("few")):
        at += 1
    return at < len(row) and row[at].has("announce") and (at > start or at + 1 >= len(row))


def announces(row: Sequence[Unit], body: int) -> bool:
    """Whether a phrase before a colon ends by announcing a list ("thực hiện các nhiệm vụ sau")."""
    return any(unit.has("announce") for unit in row[max(body, len(row) - 5) :])


def _enumerates(text: str) -> bool:
    return (text.isdigit() and len(text) <= 2) or (len(text) <= 4 and all(char in "ivx" for char in text))
