"""Words with offsets, and phrases of a word list found among them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from cdsgraph.text import name_key

# What lies between two of them is white space; the group makes `split` give the words too.
_TOKEN = re.compile(r"(\d+(?:[.,]\d+)*|[^\W\d_]+(?:&[^\W\d_]+)*|[^\w\s]|_)")
_START = attrgetter("start")
# Texts whose tokens are remembered, in code points: longer than a line, no longer than memory should be spent on.
_LINE, _REMEMBERED = 1000, 1 << 20


class Token(NamedTuple):
    """A word, number or mark: its place in the text, as printed, and a key that ignores case and tone place."""

    start: int
    end: int
    text: str
    key: str


_token = partial(tuple.__new__, Token)  # without the detour over keywords that Token() takes


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """The key under which a single word is looked up."""
    return name_key(word)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The words, numbers and marks of a stretch of text, in order."""
    if not _LINE < len(text) <= _REMEMBERED:
        return _tokens(text, start, end)
    words = _tokens_of_document(text)
    first, last = token_at(words, start), token_at(words, end)
    if (first and words[first - 1].end > start) or (last and words[last - 1].end > end):
        return _tokens(text, start, end)  # the stretch begins or ends within a word
    return words[first:last]


@lru_cache(maxsize=1)
def _tokens_of_document(text: str) -> list[Token]:
    """All tokens of a text, kept for a while: each kind of fact asks for its sentences again."""
    return _tokens(text, 0, len(text))


def _tokens(text: str, start: int, end: int) -> list[Token]:
    parts = _TOKEN.split(text[start:end])
    places = list(accumulate(map(len, parts), initial=start))
    words = parts[1::2]
    return list(map(_token, zip(places[1::2], places[2::2], words, map(word_key, words), strict=False)))


def token_at(words: Sequence[Token], offset: int) -> int:
    """Index of the first token that starts at an offset or behind it."""
    return bisect_left(words, offset, key=_START)


class _Node:
    """Where a phrase has come to: the labels of the phrase that ends here, if one does, and the words that go on."""

    __slots__ = ("further", "labels")

    def __init__(self) -> None:
        self.labels: dict[str, str] | None = None
        self.further: dict[str, _Node] = {}


class Phrases:
    """A set of phrases, each with labels and their values; finds the longest one that starts at a token."""

    def __init__(self) -> None:
        self._first: dict[str, _Node] = {}
        self._entries: dict[tuple[str, ...], dict[str, str]] = {}

    def add(self, phrase: str, label: str, value: str = "") -> None:
        """Give a phrase a label; a phrase may have several."""
        keys = tuple(word_key(m[0]) for m in _TOKEN.finditer(phrase))
        if not keys:
            return
        if keys not in self._entries:
            node = self._first.setdefault(keys[0], _Node())
            for key in keys[1:]:
                node = node.further.setdefault(key, _Node())
            node.labels = self._entries[keys] = {}
        self._entries[keys][label] = value

    def longest(self, words: list[Token], at: int, label: str | None = None) -> tuple[int, dict[str, str]] | None:
        """Length in tokens and labels of the longest phrase at a token, with `label` if one is asked for."""
        node = self._first.get(words[at].key)
        found: tuple[int, dict[str, str]] | None = None
        first, last = at, len(words)
        while node is not None:
            at += 1
            labels = node.labels
            if labels is not None and (label is None or label in labels):
                found = at - first, labels
            node = node.further.get(words[at].key) if at < last and node.further else None
        return found

    def get(self, words: Iterable[str]) -> dict[str, str]:
        """The labels of exactly these words, empty when they are no phrase."""
        return self._entries.get(tuple(map(word_key, words)), {})
