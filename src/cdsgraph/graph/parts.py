"""What a change of a graph touches: from the triples that changed back to the records of which a rule reads them."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from cdsgraph.graph.derive import Changes
from cdsgraph.graph.quadwriter import TYPE
from cdsgraph.vocab import Iris, prefixes, rebase

_STEP: Final = re.compile(r"\([^()]*\)[*+?]?|[^/()]+")
_INVERSE: Final = re.compile(r"\^([\w-]+:[\w-]+)$")


def key_of(*nodes: NamedNode | str) -> str:
    """The key of the part that is about these things, in this order."""
    return " ".join(node if isinstance(node, str) else node.value for node in nodes)


def nodes_of(key: str) -> tuple[NamedNode, ...]:
    """The things that a part is about."""
    return tuple(NamedNode(iri) for iri in key.split(" "))


def values(variables: str, rows: Iterable[Iterable[NamedNode | Literal]]) -> str:
    """A VALUES block of SPARQL: variables ("?a ?b") and what they may stand for."""
    told = " ".join(f"({' '.join(str(node) for node in row)})" for row in rows)
    return f"VALUES ({variables}) {{ {told} }}"


def instances(store: Store, of_class: NamedNode, keys: Collection[str] | None = None) -> list[NamedNode]:
    """The instances of a class in the order of their IRIs, or those of them that are among the keys."""
    if keys is not None:
        asked = (NamedNode(key) for key in sorted(keys))
        return [each for each in asked if Quad(each, TYPE, of_class, DefaultGraph()) in store]
    found = store.quads_for_pattern(None, TYPE, of_class, DefaultGraph())
    return sorted((quad.subject for quad in found if isinstance(quad.subject, NamedNode)), key=lambda node: node.value)


def expanded(name: str, iris: Iris) -> NamedNode:
    """The IRI of a prefixed name, `a` being the type, or of an IRI in brackets."""
    if name == "a":
        return TYPE
    if name.startswith("<"):
        return NamedNode(rebase(name[1:-1], iris.base))
    prefix, local = name.split(":", 1)
    return NamedNode(prefixes(iris.base)[prefix] + local)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a rule goes from a record to what it reads of it.

    `read` names for each way the properties that are read at its end. A way is a SPARQL property path from the record
    to a thing, "" the record itself. Where a way goes on backwards (`a/^b` from the end of `a`), that `b` points at
    the thing is read there too.
    """

    read: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, read: Mapping[str, str]) -> "Ways":
        """The same with the names of the properties one behind the other."""
        return cls({way: frozenset(names.split()) for way, names in read.items()})

    def also(self, read: Mapping[str, str]) -> "Ways":
        """With further ways, and further properties on them."""
        further = Ways.of(read).read
        both = {*self.read, *further}
        return Ways({way: self.read.get(way, frozenset()) | further.get(way, frozenset()) for way in both})

    def records(self, store: Store, iris: Iris, changes: Changes) -> set[NamedNode]:
        """The records of which something changed that the rule reads, and things that are no records."""
        found: set[NamedNode] = set()
        for way, things in self._ends(iris, changes).items():
            found |= back(store, iris, way, things)
        return found

    def _ends(self, iris: Iris, changes: Changes) -> dict[str, set[NamedNode]]:
        """At the end of each way: the things of which a triple changed that is read there."""
        told: dict[NamedNode, list[str]] = defaultdict(list)
        pointing: dict[NamedNode, list[str]] = defaultdict(list)
        for way, names in self.read.items():
            for name in names:
                told[expanded(name, iris)].append(way)
            steps = _STEP.findall(way)
            if steps and (inverse := _INVERSE.match(steps[-1])):
                pointing[expanded(inverse[1], iris)].append("/".join(steps[:-1]))
        ends: dict[str, set[NamedNode]] = defaultdict(set)
        changed = _by_predicate(changes)
        for predicate, ways in told.items():
            things = {triple.subject for triple in changed.get(predicate, ())}
            for way in ways:
                ends[way] |= {thing for thing in things if isinstance(thing, NamedNode)}
        for predicate, ways in pointing.items():
            targets = {triple.object for triple in changed.get(predicate, ())}
            for way in ways:
                ends[way] |= {target for target in targets if isinstance(target, NamedNode)}
        return ends


@lru_cache(maxsize=1)
def _by_predicate(changes: Changes) -> dict[NamedNode, list[Triple]]:
    """Every triple that came or went; a rule asks several times for the same changes."""
    found: dict[NamedNode, list[Triple]] = defaultdict(list)
    for triple in chain(changes.came, changes.went):
        found[triple.predicate].append(triple)
    return found


def back(store: Store, iris: Iris, way: str, things: Collection[NamedNode]) -> set[NamedNode]:
    """The records from which a way leads to one of the things, as the store is now."""
    found = set(things)
    for step in reversed(_STEP.findall(way)):
        if found:
            found = _before(store, iris, step, found)
    return found


def _before(store: Store, iris: Iris, step: str, things: Collection[NamedNode]) -> set[NamedNode]:
    query = f"SELECT DISTINCT ?from {{ {values('?to', ((each,) for each in things))} ?from {step} ?to }}"
    rows = store.query(query, prefixes=prefixes(iris.base))
    starts = (row["from"] for row in rows) if isinstance(rows, QuerySolutions) else ()
    return {start for start in starts if isinstance(start, NamedNode)}


class Seen:
    """What records say now and said before the changes; for keys, which may be too many but never too few."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store, self._changes = store, changes
        self._of: dict[NamedNode, dict[NamedNode, set[NamedNode | Literal]]] = {}

    def now(self, record: NamedNode, predicate: NamedNode) -> set[NamedNode | Literal]:
        """What the property leads to."""
        found = self._store.quads_for_pattern(record, predicate, None, DefaultGraph())
        return {quad.object for quad in found if isinstance(quad.object, NamedNode | Literal)}

    def before(self, record: NamedNode, predicate: NamedNode) -> set[NamedNode | Literal]:
        """What the property led to before the changes."""
        stayed = {
            each for each in self.now(record, predicate) if Triple(record, predicate, each) not in self._changes.came
        }
        return stayed | self._went(record, predicate)

    def nodes(self, record: NamedNode, predicate: NamedNode) -> set[NamedNode]:
        """The things that the property leads to or led to."""
        return {each for each in self._ever(record, predicate) if isinstance(each, NamedNode)}

    def words(self, record: NamedNode, predicate: NamedNode) -> set[str]:
        """The words, numbers and days that the property holds or held."""
        return {each.value for each in self._ever(record, predicate) if isinstance(each, Literal)}

    def keys(self, records: Iterable[NamedNode], predicates: Iterable[NamedNode]) -> set[str]:
        """Of each record the keys made of what these properties lead or led to, one of each."""
        of = tuple(predicates)
        return {key_of(*nodes) for record in records for nodes in product(*(self.nodes(record, each) for each in of))}

    def of_class(self, records: Iterable[NamedNode], *classes: NamedNode) -> set[NamedNode]:
        """The records that are or were instances of one of the classes."""
        asked = set(records)
        if not asked:
            return asked
        block = values("?record", ((each,) for each in asked))
        of = ", ".join(str(each) for each in classes)
        rows = self._store.query(f"SELECT DISTINCT ?record {{ {block} ?record a ?class FILTER(?class IN ({of})) }}")
        now = (row["record"] for row in rows) if isinstance(rows, QuerySolutions) else ()
        found = {record for record in now if isinstance(record, NamedNode)}
        return found | {
            each for each in asked & self._gone(TYPE).keys() if not self._went(each, TYPE).isdisjoint(classes)
        }

    def _ever(self, record: NamedNode, predicate: NamedNode) -> set[NamedNode | Literal]:
        return self.now(record, predicate) | self._went(record, predicate)

    def _went(self, record: NamedNode, predicate: NamedNode) -> set[NamedNode | Literal]:
        return self._gone(predicate).get(record, set())

    def _gone(self, predicate: NamedNode) -> dict[NamedNode, set[NamedNode | Literal]]:
        if predicate not in self._of:
            self._of[predicate] = defaultdict(set)
            for triple in _by_predicate(self._changes).get(predicate, ()):
                if triple not in self._changes.went:
                    continue
                subject, target = triple.subject, triple.object
                if isinstance(subject, NamedNode) and isinstance(target, NamedNode | Literal):
                    self._of[predicate][subject].add(target)
        return self._of[predicate]
