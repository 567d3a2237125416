"""Where the names of the register stand in a text: Aho–Corasick over the look-up keys, whole words, longest name wins.

Case rules: names that read like common nouns (databases, platforms, pillars …) are found in any case; bodies need their
first capital; persons and places need all theirs; abbreviations are found as they are written. A line all in capitals
passes as any case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.facts import EntityType
from cdsgraph.reading.view import View, lookup_key
from cdsgraph.text import squeeze

Form = Literal["name", "abbreviation", "blocked"]

_ANY_CASE = frozenset({"pillar", "platform", "database", "system", "index", "programme", "data_centre"})
_EVERY_CAPITAL = frozenset({"person", "place", "company"})
_JOINED = frozenset("-/&–_@")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a named thing: the words, the thing's canonical name and type, what kind of form it is."""

    words: str
    canonical: str
    type: EntityType
    form: Form = "name"


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found, with its place in the view."""

    start: int
    end: int
    name: Name


class Lexicon:
    """Finds names; compiled once."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, list[Name]] = {}
        for name in names:
            key = lookup_key(squeeze(name.words))
            if len(key) > 1:
                self._names.setdefault(key, []).append(name)
        self._keys = list(self._names)
        self._finder = AhoCorasick(self._keys)

    def find(self, view: View) -> list[Hit]:
        """The names in a text, in order, none overlapping another: the earliest, of these the longest."""
        key, text = view.key, view.text
        found: list[Hit] = []
        for index, start, end in self._finder.find_matches_as_indexes(key, overlapping=True):
            if _inside_word(key, start, end):
                continue
            surface = text[start:end]
            name = next((n for n in self._names[self._keys[index]] if _case_fits(surface, n)), None)
            if name is not None:
                found.append(Hit(start, end, name))
        return longest(found)


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def longest(hits: Sequence[P]) -> list[P]:
    """The hits with overlaps settled: the one that starts first stays, of these the longest."""
    kept: list[P] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _inside_word(key: str, start: int, end: int) -> bool:
    return _joins(key, start - 1, start) or _joins(key, end, end - 1)


def _joins(key: str, outer: int, inner: int) -> bool:
    """Whether the character at `outer` continues the word that `inner` belongs to."""
    if not 0 <= outer < len(key):
        return False
    if key[outer] in _JOINED:
        # "Hà Nội-Hải Phòng" joins two names; "749/QĐ" and "TT&TT" are one word.
        beyond = outer + (outer - inner)
        return key[outer] in "&@_" or (0 <= beyond < len(key) and key[beyond].isdigit())
    return key[outer].isalnum()


def _case_fits(surface: str, name: Name) -> bool:
    if name.form == "blocked":
        return surface[0].isupper() == name.words[0].isupper() or surface.isupper()
    # Ideas ("hạ tầng số quốc gia", "cuộc cách mạng công nghiệp 4.0") are no named things; what has a capital is.
    if name.type == "other" and not (name.canonical[0].isupper() and surface[0].isupper()):
        return False
    if name.form == "abbreviation":
        mixed = len(surface) > 4 and not name.words.isupper()
        return surface == name.words or (mixed and surface.lower() == name.words.lower())
    if name.type in _ANY_CASE or name.type == "other":
        return True
    if surface.isupper() and len(surface) > 4:
        return True
    if name.type in _EVERY_CAPITAL:
        return all(
            not theirs[0].isupper() or mine[0].isupper()
            for mine, theirs in zip(surface.split(" "), name.words.split(" "), strict=False)
        )
    return surface[0].isupper() or not name.words[0].isupper()
