"""The word lists by which events, and the themes of events and years, are read, from data/rules/."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import regex
from ahocorasick_rs import AhoCorasick, MatchKind

from cdsgraph.reading.namewords import Phrases
from cdsgraph.reading.periods import TimeWords
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table


@dataclass(frozen=True, slots=True)
class EventHead:
    """The first words of an event's name; `kind` and `needs` as event_heads.csv says, `other_side`: takes "với"."""

    words: str
    kind: str
    needs: str
    other_side: bool


@dataclass(frozen=True, slots=True)
class EventWords:
    """Heads by their look-up key, words that end names, and every other group of words, also as a pattern.

    `verbs` are those for launching and assessing; `finder` knows them, the heads and the words for any event before.
    """

    heads: Mapping[str, EventHead]
    verbs: frozenset[str]
    finder: AhoCorasick
    keys: tuple[str, ...]
    ends: Phrases
    purposes: Phrases
    scopes: Phrases
    words: Mapping[str, frozenset[str]]
    groups: Mapping[str, str]
    titles: str
    plurals: str
    times: TimeWords

    @classmethod
    def load(cls, rules: Path, times: TimeWords) -> "EventWords":
        """The tables `event_heads`, `event_ends` and `event_words`, and `times`, the words for times.

        Raises RulesError for a malformed table.
        """
        heads = {
            lookup_key(row["head"]): EventHead(row["head"], row["kind"], row["needs"], row["with"] == "yes")
            for row in read_table(rules, "event_heads", ("head", "kind", "needs", "with"))
        }
        words: dict[str, list[str]] = {}
        for row in read_table(rules, "event_words", ("words", "use")):
            words.setdefault(row["use"], []).append(row["words"])
        titles = read_table(rules, "titles", ("title", "body", "follows"))
        groups = {use: either(phrases) for use, phrases in words.items()}
        verbs = frozenset(map(lookup_key, [*words["launch"], *words["assess"]]))
        keys = tuple({*heads, *verbs, *map(lookup_key, words["again"])})
        return cls(
            heads=heads,
            verbs=verbs,
            finder=AhoCorasick(keys, matchkind=MatchKind.LeftmostLongest),
            keys=keys,
            ends=Phrases(row["words"] for row in read_table(rules, "event_ends", ("words",))),
            purposes=Phrases(words["purpose"]),
            scopes=Phrases(words["scope"]),
            words={use: frozenset(map(lookup_key, phrases)) for use, phrases in words.items()},
            groups=groups,
            titles=either(row["title"] for row in titles if row["follows"] != "honorific"),
            plurals=either(row["word"] for row in read_table(rules, "plural_words", ("word",))),
            times=times,
        )

    def find(self, key: str) -> Iterator[tuple[int, int, str]]:
        """The heads, verbs and words for events before, as whole words of a look-up key: start, end, which one."""
        for index, start, end in self.finder.find_matches_as_indexes(key):
            before, after = key[start - 1 : start], key[end : end + 1]
            if not (before.isalnum() or before == "-" or after.isalnum() or after == "-"):
                yield start, end, self.keys[index]


def either(phrases: Iterable[str]) -> str:
    """A pattern for one of the phrases as look-up keys, the longest first."""
    keys = sorted({lookup_key(phrase) for phrase in phrases}, key=len, reverse=True)
    return f"(?:{'|'.join(map(regex.escape, keys))})"
