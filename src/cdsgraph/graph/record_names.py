"""Names of the records that have none of their own, made of the names of the things they are about."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from cdsgraph.errors import RulesError
from cdsgraph.files import Files
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.parts import Seen, Ways, instances
from cdsgraph.graph.quadwriter import PREF_LABEL, QuadWriter
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import CDS, RDFS, Iris, term

ORDER: Final = 90
NAME: Final = "record-names"
_TABLE: Final = "record_names"
_LANGUAGES: Final = ("vi", "en")
_LABEL: Final = term(RDFS, "label")
_PART: Final = re.compile(r"\{(?P<name>[a-zA-Z]+)(?P<mark>#?)\}")
_OPTIONAL: Final = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class _Form:
    """How the records of a class are named in each language."""

    of_class: NamedNode
    words: dict[str, str]

    def read(self) -> dict[str, str]:
        """The properties of a record that its names are made of, and the names of what they lead to."""
        parts = [part for words in self.words.values() for part in _PART.finditer(words)]
        own = " ".join(f"cds:{part['name']}" for part in parts)
        further = {f"cds:{part['name']}": "rdfs:label skos:prefLabel" for part in parts if not part["mark"]}
        return {"": f"a skos:prefLabel {own}"} | further


def rules(files: Files) -> tuple[Rule, ...]:
    """The rule that names records. Raises RulesError where the table of forms is malformed."""
    parts = _RecordNames(_load(files))
    return (
        Rule(
            ORDER,
            NAME,
            "Tên của những bản ghi ghép từ tên của những điều chúng nói tới",
            "Names of records, made of the names of what they are about",
            (files.rules / f"{_TABLE}.csv").read_text(encoding="utf-8"),
            whole(parts),
            parts,
            sees_own=True,
        ),
    )


class _RecordNames:
    """A part for each record."""

    def __init__(self, forms: Sequence[_Form]) -> None:
        self._forms = forms
        self._ways = Ways({})
        for form in forms:
            self._ways = self._ways.also(form.read())

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        names = _Names(store)
        outs: dict[str, QuadWriter] = {}
        for form in self._forms:
            for record in instances(store, form.of_class, keys):
                out = outs.setdefault(record.value, QuadWriter(iris.graph(f"derived/{NAME}")))
                names.write(out, record, form)
        for key, out in outs.items():
            if triples := [quad.triple for quad in out]:
                yield key, triples

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        records = self._ways.records(store, iris, changes)
        found = Seen(store, changes).of_class(records, *(form.of_class for form in self._forms))
        return {record.value for record in found}


def _load(files: Files) -> list[_Form]:
    forms = []
    for row in read_table(files.rules, _TABLE, ("class", *_LANGUAGES)):
        words = {language: row[language] for language in _LANGUAGES}
        if not all(_PART.search(each) for each in words.values()):
            raise RulesError(
                f"the name of a {row['class']} has no part",
                path=files.rules / f"{_TABLE}.csv",
                remedy="write the name of a property in braces, in each language",
            )
        forms.append(_Form(term(CDS, row["class"]), words))
    return forms


class _Names:
    """The names that a store tells, and those made of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[NamedNode, dict[str, str]] = {}
        self._record: NamedNode | None = None
        self._of_record: dict[str, list[NamedNode | Literal]] = {}

    def write(self, out: QuadWriter, record: NamedNode, form: _Form) -> None:
        """Names for the languages in which the record has none."""
        own = self._labels(record, PREF_LABEL)
        for language in _LANGUAGES:
            if language not in own:
                out.text(record, PREF_LABEL, self._made(record, form.words[language], language), language)

    def _made(self, record: NamedNode, words: str, language: str) -> str:
        def part(match: re.Match[str]) -> str:
            return self._part(record, match["name"], bool(match["mark"]), language)

        def optional(match: re.Match[str]) -> str:
            parts = [part(each) for each in _PART.finditer(match[1])]
            return _PART.sub(part, match[1]) if all(parts) else ""

        return _PART.sub(part, _OPTIONAL.sub(optional, words))

    def _part(self, record: NamedNode, name: str, mark: bool, language: str) -> str:
        """What a property leads to, by name; several in the order of their names."""
        found = set()
        for told in self._objects(record, name):
            if isinstance(told, Literal):
                found.add(told.value)
            else:
                found.add(_last(told) if mark else self._name(told, language))
        return ", ".join(sorted(found))

    def _objects(self, record: NamedNode, name: str) -> list[NamedNode | Literal]:
        """What a property of the record in hand leads to; each language asks for it again."""
        if record != self._record:
            self._record, self._of_record = record, {}
        if name not in self._of_record:
            quads = self._store.quads_for_pattern(record, _property(name), None, DefaultGraph())
            self._of_record[name] = [q.object for q in quads if isinstance(q.object, NamedNode | Literal)]
        return self._of_record[name]

    def _name(self, thing: NamedNode, language: str) -> str:
        """The name of a thing in a language, else in the other, else the last part of its IRI."""
        told = self._told.get(thing)
        if told is None:
            told = self._told[thing] = self._labels(thing, _LABEL) | self._labels(thing, PREF_LABEL)
        return told.get(language) or next((told[each] for each in _LANGUAGES if each in told), _last(thing))

    def _labels(self, thing: NamedNode, predicate: NamedNode) -> dict[str, str]:
        found: dict[str, str] = {}
        for quad in self._store.quads_for_pattern(thing, predicate, None, DefaultGraph()):
            if isinstance(quad.object, Literal) and quad.object.language:
                found[quad.object.language] = min(quad.object.value, found.get(quad.object.language, quad.object.value))
        return found


@cache
def _property(name: str) -> NamedNode:
    return term(CDS, name)


def _last(thing: NamedNode) -> str:
    return re.split(r"[/#]", thing.value)[-1]
