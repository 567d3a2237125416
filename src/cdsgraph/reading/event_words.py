"""The word lists by which events, and the themes of events and years, are read, from data/rules/."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import regex

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

    `head` finds the head of a name, a verb for launching or assessing, or a word for any event named before.
    """

    heads: Mapping[str, EventHead]
    head: regex.Pattern[str]
    ends: Phrases
    purposes: Phrases
    scopes: Phrases
    words: Mapping[str, frozenset[str]]
    groups: Mapping[str, str]
    titles: str
    plurals: str
    times: TimeWords

    @classmethod
    def load(cls, rules: Path) -> "EventWords":
        """The tables `event_heads`, `event_ends` and `event_words`. Raises RulesError for a malformed one."""
        heads = {
            lookup_key(row["head"]): EventHead(row["head"], row["kind"], row["needs"], row["with"] == "yes")
            for row in read_table(rules, "event_heads", ("head", "kind", "needs", "with"))
        }
        words: dict[str, list[str]] = {}
        for row in read_table(rules, "event_words", ("words", "use")):
            words.setdefault(row["use"], []).append(row["words"])
        titles = read_table(rules, "titles", ("title", "body", "follows"))
        groups = {use: either(phrases) for use, phrases in words.items()}
        verbs = either([*words["launch"], *words["assess"]])
        return cls(
            heads=heads,
            head=regex.compile(
                rf"(?<![\w-])(?:(?P<head>{either(heads)})|(?P<verb>{verbs})|{groups['again']})(?![\w-])"
            ),
            ends=Phrases(row["words"] for row in read_table(rules, "event_ends", ("words",))),
            purposes=Phrases(words["purpose"]),
            scopes=Phrases(words["scope"]),
            words={use: frozenset(map(lookup_key, phrases)) for use, phrases in words.items()},
            groups=groups,
            titles=either(row["title"] for row in titles if row["follows"] != "honorific"),
            plurals=either(row["word"] for row in read_table(rules, "plural_words", ("word",))),
            times=TimeWords.load(rules),
        )


def either(phrases: Iterable[str]) -> str:
    """A pattern for one of the phrases as look-up keys, the longest first."""
    keys = sorted({lookup_key(phrase) for phrase in phrases}, key=len, reverse=True)
    return f"(?:{'|'.join(map(regex.escape, keys))})"
