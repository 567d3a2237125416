"""The word lists by which lists announced by a number are read, and the ordinals that number their members."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import regex

from cdsgraph.reading.event_words import either
from cdsgraph.reading.numbers import spelled_words
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table, whole_number


@dataclass(frozen=True, slots=True)
class ListWords:
    """Words of list_words.csv by use, as patterns and as they are, and spelled ordinals with their number.

    `spelled` finds an ordinal at the start of a sentence or clause, `opening` one at the start of a member.
    """

    groups: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    ordinals: Mapping[str, int]
    spelled: regex.Pattern[str]
    opening: regex.Pattern[str]

    @classmethod
    def load(cls, rules: Path) -> "ListWords":
        """The tables `list_words`, `number_words` and `ordinal_words`. Raises RulesError for a malformed one."""
        words: dict[str, list[str]] = {}
        for row in read_table(rules, "list_words", ("words", "use")):
            words.setdefault(row["use"], []).append(row["words"])
        ordinals = {
            row["word"]: whole_number(row["value"], rules, "number_words")
            for row in spelled_words(rules)
            if row["kind"] in ("digit", "ten") and row["value"] not in ("", "0")
        }
        places: dict[str, list[str]] = {}
        for row in read_table(rules, "ordinal_words", ("word", "place")):
            places.setdefault(row["place"], []).append(row["word"])
        number = either(ordinals)
        firsts = {word: number for number, word in enumerate(places["ordinal"], 1)}  # thứ nhất, thứ nhì
        ordinals |= firsts
        ordinal = rf"(?:thứ\s+(?P<nth>{either(ordinals)})|(?P<th>{number})\s+là)(?!\w)"
        behind = r"[,:]?\s+(?:là[,:]?\s+)?(?=\S)"
        begin = r"(?:^|[\n.;:,…”\"]\s*|[-–+•]\s+)"
        return cls(
            groups={use: either(phrases) for use, phrases in words.items()},
            words={use: frozenset(map(lookup_key, phrases)) for use, phrases in words.items()},
            ordinals={lookup_key(word): value for word, value in ordinals.items()},
            spelled=regex.compile(rf"{begin}(?P<mark>{ordinal}){behind}", regex.IGNORECASE),
            opening=regex.compile(rf"{ordinal}{behind}", regex.IGNORECASE),
        )
