"""What stands before and behind a figure in its clause: brackets apart, up to the next figure or strong mark."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from cdsgraph.reading.extract.clauses import Chunk

_STRONG = frozenset(";:.!?…")
_REACH = 60
_ADVERBS = ("each", "qualifier")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands among the chunks of its sentence.

    `left` and `right` hold the chunks before and behind it at its own bracket depth, up to the neighbouring figure or
    a strong mark; `near` is the end of `left` after its last comma or conjunction; `opening` is everything before it in
    the sentence at its depth, empty where that is too long for a subject to reach. `previous` and `host` are chunk
    indexes of the figure before it and, inside brackets, of the figure before the bracket. `broken` tells that a
    strong mark parts it from the previous figure.
    """

    at: int
    left: tuple[Chunk, ...]
    near: tuple[Chunk, ...]
    right: tuple[Chunk, ...]
    opening: tuple[Chunk, ...]
    previous: int | None
    host: int | None
    following: int | None
    broken: bool
    depth: int


def places(chunks: Sequence[Chunk]) -> dict[int, Place]:
    """The place of each number chunk, by its index."""
    groups = _groups(chunks)
    members: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    numbers = [index for index, each in enumerate(chunks) if each.kind == "number"]
    result = {}
    outside: int | None = None  # the last figure outside brackets
    for at in numbers:
        own = members[groups[at]]
        position = bisect_left(own, at)
        opening = own[:position] if position <= _REACH else ()
        left, previous, broken = _before(chunks, own, position)
        right, following = _behind(chunks, own, position)
        host = outside if groups[at] else None
        outside = outside if groups[at] else at
        result[at] = Place(
            at, tuple(left), tuple(_near(left)), tuple(right), tuple(chunks[i] for i in opening),
            previous, host, following, broken, groups[at],
        )  # fmt: skip
    return result


def _groups(chunks: Sequence[Chunk]) -> list[int]:
    """For each chunk 0, or the number of the bracket pair it is in; a bracket never closed counts as text."""
    groups, group, count = [], 0, 0
    closes = [index for index, each in enumerate(chunks) if each.text == ")"]
    for index, each in enumerate(chunks):
        if each.text == "(" and closes and closes[-1] > index:
            count += 1
            group = count
            groups.append(group)
        elif each.text == ")":
            groups.append(group)
            group = 0
        else:
            groups.append(group)
    return groups


def _before(chunks: Sequence[Chunk], own: list[int], position: int) -> tuple[list[Chunk], int | None, bool]:
    found: list[Chunk] = []
    closed = False
    for index in map(own.__getitem__, range(position - 1, -1, -1)):
        each = chunks[index]
        if each.kind == "number":
            return found[::-1], index, closed
        if each.kind == "mark" and each.text in _STRONG:
            closed = True
        if not closed and each.text not in "()":
            found.append(each)
    return found[::-1], None, closed


def _behind(chunks: Sequence[Chunk], own: list[int], position: int) -> tuple[list[Chunk], int | None]:
    found: list[Chunk] = []
    closed = False
    for index in map(own.__getitem__, range(position + 1, len(own))):
        each = chunks[index]
        if each.kind == "number":
            return found, index
        if each.kind == "mark" and each.text in _STRONG:
            closed = True
        if not closed and each.text not in "()":
            found.append(each)
    return found, None


def _near(left: Sequence[Chunk]) -> list[Chunk]:
    for index in range(len(left) - 1, -1, -1):
        each = left[index]
        if each.text == "," or (each.has("conjunction") and not each.has("verb")):
            return list(left[index + 1 :])
    return list(left)


def clause(chunks: Sequence[Chunk], limit: int = 14) -> list[Chunk]:
    """The chunks up to the first comma or conjunction that opens something new."""
    found: list[Chunk] = []
    for index, each in enumerate(chunks[:limit]):
        if each.text == "," or each.has("purpose") or (each.has("conjunction") and not _joins_nouns(chunks, index)):
            break
        if index and each.kind == "word" and each.text[0].isupper() and each.has("verb") and not each.has("noun"):
            break  # a capital verb: a heading run into the text
        found.append(each)
    return found


def _joins_nouns(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether "và" at an index joins two words of one phrase instead of opening a new clause or the next figure."""
    if not chunks[index].has("coordinator"):
        return False
    if index + 1 >= len(chunks):
        return False
    behind = chunks[index + 1]
    return behind.has("noun", "count") or not behind.has("auxiliary", "conjunction", "preposition", "verb", "plural")


def bare(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks without times, their prepositions, and adverbs."""
    found: list[Chunk] = []
    for each in chunks:
        if each.kind == "time":
            while found and found[-1].has("preposition") and not found[-1].has("verb"):
                found.pop()
            continue
        if each.has(*_ADVERBS) and not each.has("preposition", "reach", "change", "count", "noun"):
            continue
        found.append(each)
    return found
