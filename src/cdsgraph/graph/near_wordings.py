"""Wordings of indicators: which words tell them apart, and whether two are near to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from cdsgraph.graph.quadwriter import PREF_LABEL
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import name_key

SHARE: Final = 0.5
_ENOUGH: Final = 3  # fewer words are too common to be near to anything
_HEAD: Final = 2  # syllables: most Vietnamese nouns have two


def _stripped(label: str) -> list[str]:
    return [stripped for word in label.split(" ") if (stripped := word.strip("().,;:–-"))]


def keys_in(label: str) -> set[str]:
    """The keys of all words of a name, telling or not."""
    return {name_key(word) for word in _stripped(label)}


class Words:
    """The words that tell indicators nothing apart: particles, and those that say what kind of number it is."""

    def __init__(self, rules: Path) -> None:
        self.particles = {name_key(row["word"]) for row in read_table(rules, "particles", ("word",))}
        heads = [name_key(row["words"]).split(" ") for row in read_table(rules, "near_indicator_heads", ("words",))]
        self.heads = sorted(heads, key=len, reverse=True)

    def head_at(self, keys: Sequence[str], place: int) -> int:
        """How many words from a place on only say what kind of number it is; a single word does so at the start."""
        for head in self.heads:
            if list(keys[place : place + len(head)]) == head and (place == 0 or len(head) > 1):
                return len(head)
        return 0


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an indicator in order, without those that say what kind of number it is; `keys` compare them."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    telling: tuple[str, ...]  # the keys that are no particles
    particles: frozenset[str]

    @classmethod
    def of(cls, label: str, known: Words) -> "Wording":
        """The wording of a name."""
        every = _stripped(label)
        keys = [name_key(word) for word in every]
        kept: list[int] = []
        place = 0
        while place < len(keys):
            skipped = known.head_at(keys, place)
            if not skipped:
                kept.append(place)
            place += skipped or 1
        telling = tuple(keys[n] for n in kept if keys[n] not in known.particles)
        return cls(tuple(every[n] for n in kept), tuple(keys[n] for n in kept), telling, frozenset(known.particles))

    def near(self, other: "Wording") -> bool:
        """Whether at least half of all telling words are common, and the head noun or all words of one."""
        mine, theirs = set(self.telling), set(other.telling)
        if min(len(mine), len(theirs)) < _ENOUGH or mine == theirs:
            return False
        return len(mine & theirs) / len(mine | theirs) >= SHARE and (
            self.telling[:_HEAD] == other.telling[:_HEAD] or mine < theirs or theirs < mine
        )

    def may_be_near(self, keys: set[str]) -> bool:
        """Whether a wording with words of these keys may be near; it need not."""
        mine = set(self.telling)
        return len(mine & keys) >= SHARE * len(mine) and len(mine) >= _ENOUGH

    def lacking_in(self, other: "Wording") -> str:
        """The words that the other does not have, without particles at their end."""
        lacking = [(word, key) for word, key in zip(self.words, self.keys, strict=True) if key not in other.keys]
        while lacking and lacking[-1][1] in self.particles:
            lacking.pop()
        return " ".join(word for word, _ in lacking)


class Wordings:
    """The wordings of the indicators of a store, by their Vietnamese names."""

    def __init__(self, store: Store, known: Words) -> None:
        self._store, self._known = store, known
        self._labels: dict[str, str] = {}
        self._of: dict[str, Wording] = {}

    def label(self, indicator: str) -> str:
        """Its name, the first of several; empty where it has none."""
        if indicator not in self._labels:
            found = self._store.quads_for_pattern(NamedNode(indicator), PREF_LABEL, None, DefaultGraph())
            names = (quad.object for quad in found if isinstance(quad.object, Literal))
            self._labels[indicator] = min((each.value for each in names if each.language == "vi"), default="")
        return self._labels[indicator]

    def __getitem__(self, indicator: str) -> Wording:
        if indicator not in self._of:
            self._of[indicator] = self.worded(self.label(indicator))
        return self._of[indicator]

    def worded(self, label: str) -> Wording:
        """The wording of any name."""
        return Wording.of(label, self._known)
