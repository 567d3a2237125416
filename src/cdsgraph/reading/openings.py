"""Where in a text a pattern may match at all, found at once, so that costly patterns are tried at few places."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.view import lookup_key

_LINE = 1000  # code points; longer texts are documents, asked for again sentence by sentence
DIGITS = re.compile(r"\d\d*")  # not \d+: what begins with a class is found faster


class Openings:
    """The places at which words begin, whole and in any case, or plain patterns match; compiled once."""

    def __init__(self, words: Iterable[str], *patterns: re.Pattern[str]) -> None:
        self._words = sorted({lookup_key(word) for word in words})
        self._patterns = patterns
        self._finder = AhoCorasick(self._words)
        self._of_document = lru_cache(maxsize=2)(self._of)  # as printed, and as names are looked up in it

    def __reduce__(self) -> tuple[Any, ...]:
        return Openings, (self._words, *self._patterns)  # for another process, which compiles them anew

    def within(self, text: str, start: int, end: int) -> list[int]:
        """The places from `start` to before `end`, in order."""
        found = self._of(text) if len(text) <= _LINE else self._of_document(text)
        return found[bisect_left(found, start) : bisect_left(found, end)]

    def matches(self, pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """What `finditer` gives of a pattern that matches nowhere else."""
        done = start
        for place in self.within(text, start, end):
            if place >= done and (match := pattern.match(text, place, end)) is not None:
                done = match.end()
                yield match

    def _of(self, text: str) -> list[int]:
        key = lookup_key(text)
        found = {
            start
            for _, start, end in self._finder.find_matches_as_indexes(key, overlapping=True)
            if not (start and key[start - 1].isalpha()) and not key[end : end + 1].isalpha()
        }
        for pattern in self._patterns:
            found.update(match.start() for match in pattern.finditer(text))
        return sorted(found)
