"""Names and sentences of the dataset in memory, folded, so that a search need not go through the store.

A name is compared without diacritics, case and punctuation: `749 qd ttg` is 749/QĐ-TTg. Abbreviations in general use
are written out in what is asked. An equal name goes before one that begins so, that before words within, then parts.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, Final

from rapidfuzz import fuzz, process
from starlette.concurrency import run_in_threadpool

from cdsgraph.serving.engine.engine import Engine
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, OA, PROV, SKOS

EQUAL, BEGINS, WORDS, SCATTERED, PART = 5, 4, 3, 2, 1
_MOST_NAMES: Final = 200_000  # rows; of a larger dataset the rest is found by its sentences or not at all
_MOST_SENTENCES: Final = 100_000
_MOST_WORDS: Final = 12  # of what is asked
_LIKE_A_WORD: Final = 60  # of 100, for a word that is taken for a misspelling
_LIKE_A_NAME: Final = 80
_LIKE_WORDS: Final = 6  # tried for one misspelling
_MENDED: Final = 24  # ways of mending that are tried
_UNMARKED: Final = re.compile(r"[^\w]+|_+")
# Records are named after the things that people look for, and would stand before them.
_UNNAMED: Final = " ".join(f"<{CDS}{name}>" for name in ("EvidenceSpan", "Mention", "RegisterEntry", "UnreadNumber"))
# Between facts of a sentence, and marked nowhere in its document.
_LINKS: Final = " ".join(f"<{CDS}Stated{name}>" for name in ("Change", "Remainder", "Share", "Sum"))
_NAMES: Final = f"""
SELECT ?thing ?property ?name WHERE {{
  VALUES ?property {{ <{SKOS}prefLabel> <{SKOS}altLabel> <{CDS}number> }}
  ?thing ?property ?name
  FILTER(isIRI(?thing))
  FILTER NOT EXISTS {{ VALUES ?record {{ {_UNNAMED} }} ?thing a ?record }}
  FILTER NOT EXISTS {{ ?thing <{CDS}byRule> ?rule }}
}} LIMIT {_MOST_NAMES}
"""
_SENTENCES: Final = f"""
SELECT ?source ?text (MIN(?told) AS ?fact) WHERE {{
  ?told <{PROV}wasDerivedFrom> ?span ; <{CDS}source> ?source .
  ?span <{CDS}inSentence> ?around .
  ?around <{OA}hasSelector> ?selector .
  ?selector <{OA}exact> ?text
  FILTER NOT EXISTS {{ VALUES ?link {{ {_LINKS} }} ?told a ?link }}
}} GROUP BY ?around ?source ?text LIMIT {_MOST_SENTENCES}
"""


@dataclass(slots=True)
class Thing:
    """Something with names: by language its preferred one; all of them as written."""

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def label(self, lang: str) -> str:
        """The name in a language, else in Vietnamese, else any."""
        return self.labels.get(lang) or self.labels.get("vi") or next(iter([*self.labels.values(), *self.written]))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a source text, with a fact that was read from it."""

    text: str
    source: str
    fact: str
    key: str


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that was found, how well, and by which of its names."""

    thing: Thing
    score: int
    name: str


def key_of(text: str) -> str:
    """The form in which names are compared.

    >>> key_of("749/QĐ-TTg"), key_of("Bộ  TT&TT")
    ('749 qd ttg', 'bo tt tt')
    """
    return " ".join(_UNMARKED.sub(" ", fold(text)).split())


class Index:
    """Everything that can be found, ready to be gone through."""

    def __init__(
        self, names: Iterable[Mapping[str, Any]], sentences: Iterable[Mapping[str, Any]], full: Mapping[str, str]
    ) -> None:
        self.things: dict[str, Thing] = {}
        # In one order whatever store they come from: equal matches stand in it.
        for row in sorted(names, key=lambda row: [row[name]["value"] for name in ("thing", "property", "name")]):
            thing = self.things.setdefault(row["thing"]["value"], Thing(row["thing"]["value"]))
            told = row["name"]
            if row["property"]["value"] == f"{SKOS}prefLabel":
                thing.labels.setdefault(told.get("xml:lang", ""), told["value"])
            thing.written.append(told["value"])
        self._full = full
        self._names: list[tuple[str, Thing, str]] = []
        self._compact: dict[str, list[tuple[Thing, str]]] = {}
        self._words: dict[str, str] = {}
        for thing in self.things.values():
            for name in dict.fromkeys(thing.written):
                key = key_of(name)
                if key:
                    self._names.append((key, thing, name))
                    self._compact.setdefault(key.replace(" ", ""), []).append((thing, name))
                    self._learn(name)
        self.sentences: list[Sentence] = []
        for row in sentences:
            if "text" in row and "fact" in row:
                text = row["text"]["value"]
                self.sentences.append(Sentence(text, row["source"]["value"], row["fact"]["value"], f" {key_of(text)} "))
                self._learn(text)
        self.sentences.sort(key=lambda each: (each.source, each.fact))
        self.by_text = {each.text: each for each in reversed(self.sentences)}

    def find(self, asked: str) -> list[Match]:
        """The things that have a name with what is asked, each once, best first."""
        best: dict[str, Match] = {}
        for variant in self._variants(asked):
            self._look(variant, best)
        return sorted(best.values(), key=lambda each: (-each.score, len(each.name), each.name, each.thing.iri))

    def say(self, asked: str) -> list[Sentence]:
        """The sentences with what is asked: first those with the words in a row, then those with all of them."""
        in_row: dict[int, Sentence] = {}
        scattered: dict[int, Sentence] = {}
        for variant in self._variants(asked):
            words = [f" {word}" for word in variant.split()]
            for number, each in enumerate(self.sentences):
                if f" {variant}" in each.key:
                    in_row[number] = each
                elif len(words) > 1 and all(word in each.key for word in words):
                    scattered[number] = each
        rest = (each for number, each in sorted(scattered.items()) if number not in in_row)
        return [*(each for _, each in sorted(in_row.items())), *rest]

    def mend(self, asked: str) -> str | None:
        """What was probably meant: unknown words exchanged for similar known ones, so that something is found by them.

        None where nothing would be.
        """
        offers: list[list[str]] = []
        for word in key_of(asked).split()[:_MOST_WORDS]:
            known = [word] if word in self._words else []
            if not known:
                like = process.extract(
                    word, self._words.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE_A_WORD, limit=_LIKE_WORDS
                )
                known = [name for name, _, _ in like]
            offers.append(known or [word])
        if all(len(offer) == 1 for offer in offers) and " ".join(offer[0] for offer in offers) == key_of(asked):
            return None
        for words in islice(product(*offers), _MENDED):
            if self.find(" ".join(words)) or self.say(" ".join(words)):
                return " ".join(self._words.get(word, word) for word in words)
        return None

    def similar(self, asked: str, most: int) -> list[Thing]:
        """The things whose names are most like what is asked."""
        key = key_of(asked)
        names = [name for name, _, _ in self._names]
        found = process.extract(key, names, scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE_A_NAME, limit=4 * most)
        return list({self._names[place][1].iri: self._names[place][1] for _, _, place in found}.values())[:most]

    def _variants(self, asked: str) -> list[str]:
        """What is asked as it is, and with the abbreviations written out."""
        plain = " ".join(key_of(asked).split()[:_MOST_WORDS])
        if not plain:
            return []
        full = [self._full.get(word, word) for word in plain.split()]
        whole = self._full.get(plain.replace(" ", ""))
        return list(dict.fromkeys(each for each in (plain, " ".join(full), whole) if each))

    def _look(self, asked: str, best: dict[str, Match]) -> None:
        words = asked.split()
        longest = max(words, key=len)
        starts = [f" {word}" for word in words]
        for thing, name in self._compact.get(asked.replace(" ", ""), ()):
            _keep(best, Match(thing, EQUAL, name))
        for key, thing, name in self._names:
            if longest in key and (score := _score(key, asked, words, starts)):
                _keep(best, Match(thing, score, name))

    def _learn(self, text: str) -> None:
        for word in text.split():
            if (key := key_of(word)) and " " not in key:
                self._words.setdefault(key, word.strip(".,;:()“”\"'?!…"))


def _score(key: str, asked: str, words: Sequence[str], starts: Sequence[str]) -> int:
    if key.startswith(asked):
        return EQUAL if len(key) == len(asked) else BEGINS
    spaced = f" {key}"
    if f" {asked}" in spaced:
        return WORDS
    if len(words) > 1 and all(each in spaced for each in starts):
        return SCATTERED
    return PART if asked in key or all(word in key for word in words) else 0


def _keep(best: dict[str, Match], match: Match) -> None:
    known = best.get(match.thing.iri)
    if known is None or (known.score, -len(known.name)) < (match.score, -len(match.name)):
        best[match.thing.iri] = match


class Lookup:
    """The index of a dataset, made once however many clients want it at the same time.

    `full` maps abbreviations in general use, folded, to the words that they stand for.
    """

    def __init__(self, engine: Engine, full: Mapping[str, str]) -> None:
        self._engine = engine
        self._full = full
        self._lock = asyncio.Lock()
        self._made: Index | None = None

    async def index(self) -> Index:
        """The index. Raises what the engine raises."""
        async with self._lock:
            if self._made is None:
                names, sentences = await self._engine.select(_NAMES), await self._engine.select(_SENTENCES)
                self._made = await run_in_threadpool(Index, names, [row for row in sentences if row], self._full)
            return self._made
