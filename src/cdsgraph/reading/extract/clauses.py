"""A sentence as a row of chunks: words of the lists, names, times, numbers and marks, ready for the clause rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdsgraph.reading.document import Span
from cdsgraph.reading.facts import Entity
from cdsgraph.reading.numbers import Amount
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.phrases import Phrases, Token

_NO_LABELS: dict[str, str] = {}
STRONG = frozenset(';:.!?…()[]{}"“”«»')


@dataclass(slots=True)
class Chunk:
    """One piece of a sentence; `kind` is word, mark, number, time or name, and exactly its object is set."""

    start: int
    end: int
    text: str
    kind: str
    labels: dict[str, str]
    amount: Amount | None = None
    time: TimeMention | None = None
    entity: Entity | None = None

    def has(self, *labels: str) -> bool:
        """Whether the chunk bears one of the labels."""
        own = self.labels
        if own:
            for label in labels:
                if label in own:
                    return True
        return False


@dataclass(frozen=True, slots=True)
class Piece:
    """Something already understood that becomes one chunk."""

    span: Span
    kind: str
    amount: Amount | None = None
    time: TimeMention | None = None
    entity: Entity | None = None


def chunk(text: str, words: list[Token], pieces: Sequence[Piece], phrases: Phrases) -> list[Chunk]:
    """The chunks of a sentence whose tokens are given; `pieces` are sorted and do not overlap."""
    chunks: list[Chunk] = []
    at, piece_at = 0, 0
    while at < len(words):
        token = words[at]
        while piece_at < len(pieces) and pieces[piece_at].span.end <= token.start:
            piece_at += 1
        piece = pieces[piece_at] if piece_at < len(pieces) else None
        if piece is not None and piece.span.start <= token.start < piece.span.end:
            while at < len(words) and words[at].start < piece.span.end:
                at += 1
            labels = _count_labels(phrases, text, piece) if piece.kind == "name" else _NO_LABELS
            start, end = piece.span.start, piece.span.end
            made = Chunk(start, end, text[start:end], piece.kind, labels, piece.amount, piece.time, piece.entity)
            chunks.append(made)
            continue
        limit = piece.span.start if piece is not None else words[-1].end
        size, labels = _longest(words, at, limit, phrases)
        last = words[at + size - 1]
        word = token.text[0].isalpha() or size > 1 or bool(labels)
        kind = "word" if word else ("digits" if token.text[0].isdigit() else "mark")
        made = Chunk(token.start, last.end, text[token.start : last.end], kind, labels)
        if "measure" in labels and made.text.casefold() == "số" and not _may_count(chunks):
            made = Chunk(made.start, made.end, made.text, kind, _NO_LABELS)
        chunks.append(made)
        at += size
    return _merge_lists(text, chunks)


def _longest(words: list[Token], at: int, limit: int, phrases: Phrases) -> tuple[int, dict[str, str]]:
    found = phrases.longest(words, at)
    if found is None:
        return 1, _NO_LABELS
    size, labels = found
    while size > 1 and words[at + size - 1].end > limit:
        size -= 1
        labels = phrases.get(token.text for token in words[at : at + size])
    return size, labels


def _count_labels(phrases: Phrases, text: str, piece: Piece) -> dict[str, str]:
    labels = phrases.get(piece.span.of(text).split())
    return {key: value for key, value in labels.items() if key in ("count", "noun", "measure")}


def _may_count(chunks: list[Chunk]) -> bool:
    """Whether "số" after these chunks means a count: not after a noun, where it means digital ("kinh tế số")."""
    if not chunks:
        return True
    before = chunks[-1]
    return before.kind in ("mark", "time", "number") or before.has(
        "auxiliary", "preposition", "conjunction", "reach", "report", "link", "plural", "verb"
    )


def _merge_lists(text: str, chunks: list[Chunk]) -> list[Chunk]:
    """Lists of bodies ("bộ, ngành, địa phương") as one chunk."""
    result: list[Chunk] = []
    at = 0
    while at < len(chunks):
        first = chunks[at]
        last = at
        if first.labels.get("count") == "body":
            while (
                last + 2 < len(chunks) and _joins(chunks[last + 1]) and (chunks[last + 2].labels.get("count") == "body")
            ):
                last += 2
        if last > at:
            end = chunks[last].end
            result.append(Chunk(first.start, end, text[first.start : end], "word", {"count": "body", "noun": ""}))
        else:
            result.append(first)
        at = last + 1
    return result


def _joins(chunk: Chunk) -> bool:
    return chunk.text in (",", "và", "hoặc", "&")
