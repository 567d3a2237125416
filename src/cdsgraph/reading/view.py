"""A text as names are looked up in it: abbreviations written out, one blank between words, offsets led back."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cdsgraph.reading.document import Document, Span

_LINE = 1000  # code points; longer texts are documents, whose keys each kind of fact asks for
# White space that is more than a single blank.
_WHITE = re.compile(r"[^\S ]\s*| (?=\s)\s+")
# Old and new place of the tone mark (oà/òa, uý/úy): both forms have two letters, so offsets do not move.
_NEW_STYLE = str.maketrans("àảãáạèẻẽéẹỳỷỹýỵ", "aaaaaeeeeeyyyyy")
_MARKED = {"o": "òỏõóọ", "u": "ùủũúụ"}
_OLD_STYLE = {
    first + vowel: _MARKED[first]["àảãáạèẻẽéẹỳỷỹýỵ".index(vowel) % 5] + vowel.translate(_NEW_STYLE)
    for first, vowels in (("o", "àảãáạ"), ("o", "èẻẽéẹ"), ("u", "ỳỷỹýỵ"))
    for vowel in vowels
}
_NEW_PLACE = re.compile("o[àảãáạèẻẽéẹ]|u[ỳỷỹýỵ]")


def lookup_key(text: str) -> str:
    """The text in small letters with the tone mark in its old place, letter for letter as long as the text.

    >>> lookup_key("Uỷ ban") == lookup_key("Ủy ban") == "ủy ban"
    True
    """
    return _key(text) if len(text) <= _LINE else _key_of_document(text)


@lru_cache(maxsize=4)  # of a text as printed and as names are looked up in it, and of that key itself
def _key_of_document(text: str) -> str:
    return _key(text)


def _key(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return _NEW_PLACE.sub(lambda pair: _OLD_STYLE[pair[0]], lower)


@dataclass(frozen=True, slots=True)
class Expansion:
    """A stretch of the source that the view writes in other words."""

    span: Span
    words: str


class View:
    """The text of a document with expansions applied; line feeds stand only between blocks.

    `text` keeps capitals, `key` is its look-up key of the same length.
    """

    __slots__ = ("_ends", "_sources", "_starts", "document", "key", "text")

    def __init__(self, document: Document, expansions: Iterable[Expansion] = ()) -> None:
        self.document = document
        pieces: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sources: list[Span] = []
        done = length = 0
        for expansion in _disjoint([*expansions, *_white(document)]):
            kept = document.text[done : expansion.span.start]
            pieces += (kept, expansion.words)
            length += len(kept)
            self._starts.append(length)
            length += len(expansion.words)
            self._ends.append(length)
            self._sources.append(expansion.span)
            done = expansion.span.end
        pieces.append(document.text[done:])
        self.text = "".join(pieces)
        self.key = lookup_key(self.text)

    def span(self, start: int, end: int) -> Span | None:
        """The source's span of a stretch of the view; None where it cuts an expansion in two."""
        first = self._source(start, outward=False)
        last = self._source(end, outward=True)
        return None if first is None or last is None or first >= last else Span(first, last)

    def _source(self, offset: int, *, outward: bool) -> int | None:
        piece = bisect_left(self._starts, offset) - 1 if outward else bisect_right(self._starts, offset) - 1
        if piece < 0:
            return offset
        start, end, source = self._starts[piece], self._ends[piece], self._sources[piece]
        if offset >= end:
            return source.end + offset - end
        return source.start if offset == start else None

    def at(self, offset: int) -> int:
        """The place in the view of a code point of the source; inside an expansion, the expansion's start."""
        piece = bisect_right(self._sources, offset, key=lambda s: s.start) - 1
        if piece < 0:
            return offset
        source = self._sources[piece]
        return self._starts[piece] if offset < source.end else self._ends[piece] + offset - source.end


def _white(document: Document) -> Iterable[Expansion]:
    starts = [block.span.start for block in document.blocks]
    for match in _WHITE.finditer(document.text):
        if starts:
            between = bisect_right(starts, match.end()) > bisect_right(starts, match.start())
        else:
            between = match[0].count("\n") > 1
        words = "\n" if between else " "
        if match[0] != words:
            yield Expansion(Span(match.start(), match.end()), words)


def _disjoint(expansions: Sequence[Expansion]) -> Iterable[Expansion]:
    """In order of the text; of two that overlap, the one that starts first."""
    done = 0
    for expansion in sorted(expansions, key=lambda e: (e.span.start, -e.span.end)):
        if expansion.span.start >= done:
            yield expansion
            done = expansion.span.end
