"""A chain of verb phrases cut into tasks, those who help read off it, and each phrase held to its length."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.task_actors import ActorReader
from cdsgraph.reading.extract.task_units import Unit

MAX_WORDS = 30
_ACTION_WORDS = 15
_OWN_OBJECT = 5  # words of a verb with its object
_VERBS = ("manner", "do", "step", "result", "lead")
_CLOSERS = ",;:.…!?\"'”’»“ \n\t-–"


@dataclass(frozen=True, slots=True)
class Led:
    """What stands before the verb phrase: where that begins, and who helps."""

    body: int
    coordinators: tuple[str, ...]


def led(row: Sequence[Unit], start: int, actors: ActorReader) -> Led:
    """Past "chủ trì, phối hợp với Bộ A và Bộ B": where the verb phrase begins, and the names of those who help."""
    at = start
    names: tuple[str, ...] = ()
    while at < len(row):
        unit = row[at]
        if unit.has("lead"):
            then = at + 2 if at + 1 < len(row) and row[at + 1].text == "," else at + 1
            if then < len(row) and row[then].has("coordinate", *_VERBS):
                at = then
                continue
            break
        if not unit.has("coordinate"):
            break
        partners = actors.at(row, at + 1)
        if partners is not None:
            names, end = (*names, *partners.names), partners.end
        else:
            end = next((n for n in range(at + 1, len(row)) if row[n].has("manner", "do", "step")), len(row))
            if end - at > MAX_WORDS or end == len(row):
                break
        while end < len(row) and (row[end].text == "," or row[end].has("nominal")):
            end += 1
        if end >= len(row):
            break
        at = end
    return Led(at, names)


def coordinators_within(row: Sequence[Unit], start: int, end: int, actors: ActorReader) -> tuple[str, ...]:
    """Those who help, named inside a verb phrase: "…, phối hợp với Bộ A"."""
    for at in range(start, min(end, len(row)) - 1):
        if row[at].has("coordinate") and not row[at].has("weak"):
            found = actors.at(row, at + 1)
            if found is not None:
                return found.names
    return ()


def split(row: Sequence[Unit], start: int, end: int) -> list[tuple[int, int]]:
    """The verb phrases of a chain, each with its own object, as ranges of units."""
    pieces: list[tuple[int, int]] = []
    first, depth = start, 0
    for at in range(start, end):
        text = row[at].text
        depth += (text in "(“") - (text in ")”") if len(text) == 1 else 0
        if depth > 0 or at <= first or at + 1 >= end:
            continue
        if text == ",":
            then = at + 1
            while then < end and (row[then].has("link") or row[then].text == "và"):
                then += 1
            if then > at + 1 and then + 1 < end and row[then].has("modal") and not row[then - 1].has("but"):
                then += 1  # "…, theo đó cần rà soát …"
            opens = then < end and _opens(row, then, end) and _has_object(row, first, at)
            opens = opens and (row[then].has("manner") or row[then - 1].has("modal") or not _nominal(row, first, at))
        elif text == "và" or text.lower() == "đồng thời":
            then = at + 1
            closes = text != "và" or (len(pieces) > 0 and all(unit.text != "," for unit in row[at:end]))
            dated = row[at - 1].text[0].isdigit()  # "… vào 15/6 và thông báo …"
            opens = (closes or dated) and _opens(row, then, end, _OWN_OBJECT + 1) and _has_object(row, first, at)
        else:
            continue
        if opens:
            pieces.append((first, at))
            first = then
    pieces.append((first, end))
    return pieces


def _nominal(row: Sequence[Unit], first: int, end: int) -> bool:
    """Whether a verb within the phrase stands as a noun, so that a verb behind a comma goes on with it.

    "quy định về bảo vệ dữ liệu, quản lý giao dịch": one task.
    """
    return any(
        row[at].has("aim")
        or (row[at].has("do", "manner") and not row[at - 1].has(*_VERBS) and row[at - 1].has("nominal"))
        for at in range(first + 1, end)
    )


def adverbial(row: Sequence[Unit], at: int) -> bool:
    """Whether a word that may lead a verb phrase leads to no verb: an adverb of what stands before it."""
    if not row[at].has("adverb") or row[at].has("do"):
        return False
    then = at + 1
    while then < len(row) and (row[then].has("adverb") or row[then].text in (",", "và")):
        then += 1
    return then >= len(row) or not row[then].has("manner", "do", "step", "lead", "coordinate")


def _opens(row: Sequence[Unit], at: int, end: int, least: int = _OWN_OBJECT) -> bool:
    """Whether a verb phrase of its own begins at a unit: a verb of doing with an object of some words."""
    unit = row[at]
    if not unit.has("manner", "do") or unit.has("result", "step", "member", "plain") or unit.kind != "word":
        return False
    if adverbial(row, at):
        return False
    words = own = 0
    for index in range(at, end):
        if row[index].text in ",;" or row[index].text == "và":
            if index + 1 < end and row[index + 1].has("do", "manner") and row[index - 1].has(*_VERBS):
                continue  # "xây dựng, ban hành quy định"
            break
        words += _size(row[index])
        own += 0 if row[index].has(*_VERBS) else _size(row[index])
    return words >= least and own > 0


def _has_object(row: Sequence[Unit], first: int, end: int) -> bool:
    """Whether the phrase so far has an object, and does not end in a verb that shares the object of the next."""
    words = sum(_size(unit) for unit in row[first:end] if unit.kind != "mark")
    return (
        words >= _OWN_OBJECT - 1
        and not (row[end - 1].has("do", "manner", "step") and not row[end - 1].has("adverb"))
        and any(not unit.has(*_VERBS) for unit in row[first:end] if unit.kind != "mark")
    )


def _size(unit: Unit) -> int:
    return 0 if unit.kind == "mark" else unit.text.count(" ") + 1


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without marks at its ends, at most 30 words: cut at a comma, else before a purpose, else anywhere."""
    while start < end and text[start] in _CLOSERS:
        start += 1
    words = _word_ends(text, start, end)
    if len(words) > MAX_WORDS:
        limit = words[MAX_WORDS - 1]
        least = words[MAX_WORDS // 3]
        cut = max(text.rfind(mark, least, limit) for mark in (",", ";", ":", "("))
        end = cut if cut > 0 else limit
    while end > start and text[end - 1] in _CLOSERS:
        end -= 1
    opened = text.rfind("(", start, end)
    if opened > start and ")" not in text[opened:end]:
        end = end if text[end : end + 1] != ")" else end + 1
    return Span(start, end) if end > start else None


def action(words: str) -> str:
    """The phrase in at most 15 words, cut at a comma where it is longer, with a capital."""
    spoken = " ".join(words.split())
    if len(spoken.split()) > _ACTION_WORDS:
        short = " ".join(spoken.split()[:_ACTION_WORDS])
        cut = short.rfind(",", len(short) // 2)
        spoken = short[:cut] if cut > 0 else short
    spoken = spoken.strip(_CLOSERS)
    return spoken[:1].upper() + spoken[1:]


def _word_ends(text: str, start: int, end: int) -> list[int]:
    ends: list[int] = []
    inside = False
    for at in range(start, end):
        blank = text[at].isspace()
        if inside and blank:
            ends.append(at)
        inside = not blank
    if inside:
        ends.append(end)
    return ends
