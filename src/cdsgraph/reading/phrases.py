"""Words with offsets, and phrases of a word list found among them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from cdsgraph.text import name_key

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:&[^\W\d_]+)*|[^\w\s]|_")
_START = attrgetter("start")


class Token(NamedTuple):
    """A word, number or mark: its place in the text, as printed, and a key that ignores case and tone place."""

    start: int
    end: int
    text: str
    key: str


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """The key under which a single word is looked up."""
    return name_key(word)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The words, numbers and marks of a stretch of text, in order."""
    return [Token(m.start(), m.end(), m[0], word_key(m[0])) for m in _TOKEN.finditer(text, start, end)]


def token_at(words: Sequence[Token], offset: int) -> int:
    """Index of the first token that starts at an offset or behind it."""
    return bisect_left(words, offset, key=_START)


class Phrases:
    """A set of phrases, each with labels and their values; finds the longest one that starts at a token."""

    def __init__(self) -> None:
        self._first: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]] = {}
        self._entries: dict[tuple[str, ...], dict[str, str]] = {}

    def add(self, phrase: str, label: str, value: str = "") -> None:
        """Give a phrase a label; a phrase may have several."""
        keys = tuple(word_key(m[0]) for m in _TOKEN.finditer(phrase))
        if not keys:
            return
        if keys not in self._entries:
            entry: dict[str, str] = {}
            self._entries[keys] = entry
            rows = self._first.setdefault(keys[0], [])
            rows.append((keys, entry))
            rows.sort(key=lambda row: -len(row[0]))
        self._entries[keys][label] = value

    def longest(self, words: list[Token], at: int, label: str | None = None) -> tuple[int, dict[str, str]] | None:
        """Length in tokens and labels of the longest phrase at a token, with `label` if one is asked for."""
        rows = self._first.get(words[at].key)
        if rows is None:
            return None
        for keys, labels in rows:
            size = len(keys)
            if label is not None and label not in labels:
                continue
            if at + size <= len(words) and all(words[at + i].key == keys[i] for i in range(1, size)):
                return size, labels
        return None

    def get(self, words: Iterable[str]) -> dict[str, str]:
        """The labels of exactly these words, empty when they are no phrase."""
        return self._entries.get(tuple(word_key(word) for word in words), {})
