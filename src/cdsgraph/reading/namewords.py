"""The word lists that name reading needs, from data/rules/, compiled for look-up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from cdsgraph.errors import RulesError
from cdsgraph.reading.lexicon import Name
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import ActType, EntityType

Kind = Literal["scheme", "thing", "body"]


class Phrases:
    """A set of words and phrases, found at a place of a look-up key."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for phrase in phrases:
            key = lookup_key(phrase)
            self._by_first.setdefault(key.split(" ")[0], []).append(key)
        for phrases_of in self._by_first.values():
            phrases_of.sort(key=len, reverse=True)

    def at(self, key: str, start: int, first_word: str) -> int | None:
        """The end of the longest phrase that begins at `start`, where `first_word` stands; None where none does."""
        for phrase in self._by_first.get(first_word, ()):
            end = start + len(phrase)
            if key.startswith(phrase, start) and not key[end : end + 1].isalnum():
                return end
        return None


@dataclass(frozen=True, slots=True)
class Head:
    """Words that begin names of one type; `follow` says what makes a name of them."""

    words: str
    type: EntityType
    follow: str
    short: bool


@dataclass(frozen=True, slots=True)
class ActWord:
    """A word for a kind of act; `uses`: numbered, named, short or alone."""

    word: str
    type: ActType
    uses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Title:
    """A title of office or form of address."""

    words: str
    body: str | None
    takes_body: bool
    honorific: bool


@dataclass(frozen=True, slots=True)
class LocalIssuer:
    """Who issues acts under a symbol: how such names begin, and the name in a province or city, with {place}."""

    begins: tuple[str, ...]
    province: str
    city: str


@dataclass(frozen=True, slots=True)
class NameWords:
    """Every list, by what it is for."""

    heads: tuple[Head, ...]
    subjects: Phrases
    subject_names: Mapping[str, str]
    board_words: Phrases
    common_behind: Mapping[str, Phrases]
    common_before: Mapping[str, tuple[str, ...]]
    dash_ends: Phrases
    inner_phrases: Phrases
    place_kinds: tuple[str, ...]
    named_kinds: tuple[str, ...]
    levels: tuple[str, ...]
    ends: Mapping[Kind, Phrases]
    scheme_words: Phrases
    plurals: frozenset[str]
    place_leads: frozenset[str]
    not_persons: tuple[str, ...]
    things: tuple[Name, ...]
    not_names: tuple[Name, ...]
    families: tuple[str, ...]
    titles: tuple[Title, ...]
    office_words: Mapping[str, tuple[str, ...]]
    act_words: tuple[ActWord, ...]
    act_symbols: Mapping[str, ActType]
    joint_symbols: frozenset[str]
    act_issuers: Mapping[str, str | None]
    party_symbols: frozenset[str]
    local_issuers: Mapping[str, "LocalIssuer"]
    act_title_words: Mapping[str, tuple[str, ...]]
    act_makers: Mapping[str, str]
    clause_starts: tuple[str, ...]
    laws: tuple[str, ...]

    @classmethod
    def load(cls, rules: Path) -> "NameWords":
        """Read the tables. Raises RulesError for a malformed one."""
        ends = read_table(rules, "name_ends", ("words", "where"))
        symbols = read_table(rules, "act_symbols", ("symbol", "type", "joint"))
        kinds = read_table(rules, "named_place_kinds", ("kind", "alone"))
        common = read_table(rules, "common_phrases", ("head", "words", "place"))
        issuers = read_table(rules, "act_issuers", ("symbol", "issuer", "party"))
        return cls(
            heads=tuple(
                Head(row["head"], _entity_type(row["type"], rules, "name_heads"), row["follow"], row["short"] == "yes")
                for row in read_table(rules, "name_heads", ("head", "type", "follow", "short"))
            ),
            subjects=Phrases(_column(rules, "body_subjects", "subject")),
            subject_names={lookup_key(name): name for name in _column(rules, "body_subjects", "subject")},
            common_behind={head: Phrases(found) for head, found in _common(common, "behind").items()},
            common_before={head: tuple(f"{w} " for w in found) for head, found in _common(common, "before").items()},
            board_words=Phrases(_column(rules, "board_words", "words")),
            inner_phrases=Phrases(_column(rules, "inner_phrases", "phrase")),
            dash_ends=Phrases(_column(rules, "dash_ends", "words")),
            place_kinds=_column(rules, "place_kinds", "kind"),
            named_kinds=tuple(row["kind"] for row in kinds),
            levels=tuple(row["kind"] for row in kinds if row["alone"] == "yes"),
            ends={
                "scheme": Phrases(row["words"] for row in ends if row["where"] == "all"),
                "thing": Phrases(row["words"] for row in ends if row["where"] != "body"),
                "body": Phrases(row["words"] for row in ends),
            },
            scheme_words=Phrases(_column(rules, "scheme_words", "words")),
            plurals=frozenset(lookup_key(word) for word in _column(rules, "plural_words", "word")),
            place_leads=frozenset(lookup_key(word) for word in _column(rules, "place_leads", "word")),
            not_persons=_column(rules, "not_persons", "words"),
            things=tuple(_things(rules)),
            not_names=tuple(Name(words, "", "other", "blocked") for words in _column(rules, "not_names", "words")),
            families=_column(rules, "families", "family"),
            titles=tuple(
                Title(row["title"], row["body"] or None, row["follows"] == "org", row["follows"] == "honorific")
                for row in read_table(rules, "titles", ("title", "body", "follows"))
            ),
            office_words=_grouped(read_table(rules, "office_words", ("words", "place"))),
            act_words=tuple(
                ActWord(row["word"], _act_type(row["type"], rules, "act_types"), frozenset(row["use"].split("|")))
                for row in read_table(rules, "act_types", ("word", "type", "symbol", "use"))
            ),
            act_symbols={row["symbol"]: _act_type(row["type"], rules, "act_symbols") for row in symbols},
            joint_symbols=frozenset(row["symbol"] for row in symbols if row["joint"] == "yes"),
            act_issuers={row["symbol"]: row["issuer"] or None for row in issuers},
            party_symbols=frozenset(row["symbol"] for row in issuers if row["party"] == "yes"),
            local_issuers={
                row["symbol"]: LocalIssuer(tuple(row["begins"].split("|")), row["province"], row["city"])
                for row in read_table(rules, "local_issuers", ("symbol", "begins", "province", "city"))
            },
            act_title_words=_grouped(read_table(rules, "act_title_words", ("word", "use"))),
            act_makers={row["words"]: row["issuer"] for row in read_table(rules, "act_makers", ("words", "issuer"))},
            clause_starts=_column(rules, "clause_starts", "word"),
            laws=_column(rules, "laws", "name"),
        )


def _column(rules: Path, table: str, column: str) -> tuple[str, ...]:
    return tuple(row[column] for row in read_table(rules, table, (column,)))


def _common(rows: Iterable[Mapping[str, str]], place: str) -> dict[str, list[str]]:
    """By a head's key, the words that stand before or behind it where it is a common noun."""
    groups: dict[str, list[str]] = {}
    for row in (row for row in rows if row["place"] == place):
        groups.setdefault(lookup_key(row["head"]), []).append(lookup_key(row["words"]))
    return groups


def _grouped(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Rows of a word and what it is for, as the words for each."""
    groups: dict[str, tuple[str, ...]] = {}
    for row in rows:
        word, group = row.values()
        groups[group] = (*groups.get(group, ()), word)
    return groups


def _things(rules: Path) -> Iterable[Name]:
    for row in read_table(rules, "named_things", ("name", "type", "forms")):
        kind = _entity_type(row["type"], rules, "named_things")
        yield Name(row["name"], row["name"], kind, "abbreviation" if row["name"].isupper() else "name")
        for form in filter(None, (part.strip() for part in row["forms"].split(";"))):
            yield Name(form, row["name"], kind, "abbreviation" if form.isupper() else "name")


def _entity_type(value: str, rules: Path, table: str) -> EntityType:
    if value not in get_args(EntityType):
        raise RulesError(
            f"unknown entity type {value!r}", path=rules / f"{table}.csv", remedy="use a type of the ontology"
        )
    return cast(EntityType, value)


def _act_type(value: str, rules: Path, table: str) -> ActType:
    if value not in get_args(ActType):
        raise RulesError(
            f"unknown act type {value!r}", path=rules / f"{table}.csv", remedy="use a type of the ontology"
        )
    return cast(ActType, value)
