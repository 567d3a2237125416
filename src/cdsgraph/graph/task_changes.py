"""Which tasks a change touches: those of a changed text, and those whose words name what a changed record tells of."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph.completion import BUILT_BY, CONNECTS, KINDS_BUILT, Words
from cdsgraph.graph.derive import Changes
from cdsgraph.graph.handovers import words_of
from cdsgraph.graph.parts import Seen, Ways, back, instances, nodes_of, values
from cdsgraph.graph.quadwriter import ALT_LABEL, PREF_LABEL, TYPE
from cdsgraph.vocab import CDS, DCTERMS, OA, RDF, SCHEMA, Iris, prefixes, term

DAYS: Final = (term(CDS, "eventDate"), term(DCTERMS, "issued"), term(CDS, "notBefore"))
_PLACE: Final = {
    "prov:wasDerivedFrom": "oa:hasSelector",
    "prov:wasDerivedFrom/oa:hasSelector": "oa:start oa:end oa:exact",
}
_DAY: Final = {"cds:source": "cds:eventDate dcterms:issued"}
_TASK: Final = Ways.of({"": "a cds:actionText cds:source cds:statedOn cds:taskStatus prov:wasDerivedFrom"} | _PLACE)
# What a task's own words name, with what is read of it.
_NAMED: Final = Ways.of(
    {
        "": "a cds:source oa:hasBody oa:hasTarget cds:cited cds:stage cds:indicator cds:about cds:unit cds:value "
        "cds:comparator prov:wasDerivedFrom",
        "oa:hasTarget": "oa:hasSelector",
        "oa:hasTarget/oa:hasSelector": "oa:start oa:end oa:exact",
        "cds:indicator": "a",
    }
    | _PLACE
)
_THING: Final = Ways.of({"": "a skos:prefLabel skos:altLabel"})
# What may be a sign of completion.
_PASSED: Final = Ways.of({"": "a cds:cited cds:stage cds:source"} | _DAY)
_STATED: Final = Ways.of({"": "a rdf:subject rdf:predicate rdf:object cds:source prov:wasDerivedFrom"} | _DAY | _PLACE)
_OPENED: Final = Ways.of({"": "a skos:prefLabel cds:source"} | _DAY)
_REACHED: Final = Ways.of({"": "a cds:indicator cds:about cds:unit cds:asOf cds:value cds:qualifier"})
_KEY: Final = (term(CDS, "indicator"), term(CDS, "about"), term(CDS, "unit"))
_MENTIONING: Final = """
SELECT ?source ?start ?end {
  # among
  ?record oa:hasBody ?thing ; a cds:Mention ; cds:source ?source ; oa:hasTarget ?span .
  ?span oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
}"""
_CITING: Final = """
SELECT ?source ?start ?end {
  # among
  ?record cds:cited ?thing ; a cds:Citation ; cds:source ?source ; prov:wasDerivedFrom ?span .
  ?span oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
}"""
_AIMING: Final = """
SELECT ?source ?start ?end {
  # among
  ?aim cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:source ?source ; a ?kind ;
    prov:wasDerivedFrom ?span .
  FILTER(?kind IN (cds:StatedAim, cds:Target))
  ?span oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
}"""
_TASKS: Final = """
SELECT ?source ?start ?end ?task {
  # among
  ?task cds:source ?source ; a cds:Task ; prov:wasDerivedFrom ?span .
  ?span oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
}"""
_NAMED_BY: Final = """
SELECT DISTINCT ?thing {
  # among
  ?record cds:source ?source ; oa:hasBody|cds:cited ?thing .
}"""


def ledger_node(iris: Iris) -> NamedNode:
    """The ledger, which is a part of its own."""
    return iris.thing("task-ledger", "nhiem-vu")


def any_day(store: Store) -> bool:
    """Whether the day of any source is known."""
    return any(_has_day(store, source) for source in instances(store, term(CDS, "SourceText")))


def touched(store: Store, iris: Iris, changes: Changes, words: Words) -> set[str] | None:
    """The keys of the tasks whose entry may differ, and of the ledger; None where the ledger came or went."""
    return _Touched(store, iris, changes, words).keys()


class _Touched:
    """The tasks that one change touches."""

    def __init__(self, store: Store, iris: Iris, changes: Changes, words: Words) -> None:
        self._store, self._iris, self._changes, self._words = store, iris, changes, words
        self._seen = Seen(store, changes)

    def keys(self) -> set[str] | None:
        """See `touched`."""
        told = self._of(_TASK, "Task")
        named = self._of(_NAMED, "Mention", "Citation", "StatedAim", "Target")
        # Of a text of which any of this changed, every task may name another thing than before.
        sources = {source for record in named for source in self._seen.nodes(record, term(CDS, "source"))}
        tasks = told | back(self._store, self._iris, "cds:source", sources)
        things = _THING.records(self._store, self._iris, self._changes) | self._told_of() | self._done(told, named)
        tasks |= self._tasks(values("?thing", _each(things)), _MENTIONING, _CITING)
        tasks |= self._tasks(values("?indicator ?about ?unit", self._measured()), _AIMING)
        found = {task.value for task in self._seen.of_class(tasks, term(CDS, "Task"))}
        texts = self._of(Ways.of({"": "a cds:eventDate dcterms:issued cds:notBefore"}), "SourceText")
        if not texts:
            return found
        if not (any_day(self._store) and self._any_day_before()):
            return None
        return found | {ledger_node(self._iris).value}

    def _of(self, ways: Ways, *classes: str) -> set[NamedNode]:
        records = ways.records(self._store, self._iris, self._changes)
        return self._seen.of_class(records, *(term(CDS, each) for each in classes))

    def _told_of(self) -> set[NamedNode]:
        """The things that a changed citation, statement or event tells to be done."""
        seen, passed = self._seen, self._iris.code("stage", "passed")
        found: set[NamedNode] = set()
        for citation in self._of(_PASSED, "Citation"):
            if passed in seen.nodes(citation, term(CDS, "stage")):
                found |= seen.nodes(citation, term(CDS, "cited"))
        for statement in self._of(_STATED, "Statement"):
            if not seen.nodes(statement, term(RDF, "predicate")).isdisjoint((*CONNECTS, BUILT_BY)):
                found |= seen.nodes(statement, term(RDF, "subject"))
        events = seen.of_class(_OPENED.records(self._store, self._iris, self._changes), term(SCHEMA, "Event"))
        labels = {label for event in events for label in seen.words(event, PREF_LABEL)}
        names = {name for label in labels if (name := self._words.opening(label))}
        return found | (self._built_as(names) if names else set())

    def _built_as(self, names: set[str]) -> set[NamedNode]:
        """The systems of one of these names."""
        return {
            thing
            for kind in KINDS_BUILT
            for thing in instances(self._store, kind)
            if any(
                words_of(label) in names for name in (PREF_LABEL, ALT_LABEL) for label in self._seen.words(thing, name)
            )
        }

    def _done(self, told: Collection[NamedNode], named: Collection[NamedNode]) -> set[NamedNode]:
        """What tasks told as done name or named, in texts that changed."""
        seen, done = self._seen, self._iris.code("task-status", "done")
        sources = {each for record in (*told, *named) for each in seen.nodes(record, term(CDS, "source"))}
        tasks = back(self._store, self._iris, "cds:source", sources)
        stated = {task for task in {*told, *tasks} if done in seen.nodes(task, term(CDS, "taskStatus"))}
        if not stated:
            return set()
        of = {source for task in stated for source in seen.nodes(task, term(CDS, "source"))}
        now = {thing for (thing,) in self._rows(_NAMED_BY.replace("# among", values("?source", _each(of))))}
        names = (term(OA, "hasBody"), term(CDS, "cited"))
        return now | {thing for record in named for name in names for thing in seen.nodes(record, name)}

    def _measured(self) -> list[tuple[NamedNode, ...]]:
        """Indicator, subject and unit of the measurements that changed, of indicators that the register knows."""
        keys = [nodes_of(key) for key in sorted(self._seen.keys(self._of(_REACHED, "Observation"), _KEY))]
        return [key for key in keys if term(CDS, "Provisional") not in self._seen.now(key[0], TYPE)]

    def _any_day_before(self) -> bool:
        """Whether the day of any source was known."""
        return any(
            self._seen.before(source, name)
            for source in instances(self._store, term(CDS, "SourceText"))
            for name in DAYS
        )

    def _tasks(self, among: str, *queries: str) -> set[NamedNode]:
        """The tasks whose words are about one of the places that the queries find."""
        places: dict[NamedNode, set[tuple[int, int]]] = defaultdict(set)
        for query in queries:
            for source, start, end in self._rows(query.replace("# among", among)):
                places[source].add((int(start.value), int(end.value)))
        found = set()
        rows = self._rows(_TASKS.replace("# among", values("?source", _each(places)))) if places else ()
        for source, first, last, task in rows:
            begin, close = int(first.value), int(last.value)
            if any(begin <= start and end <= close for start, end in places[source]):
                found.add(task)
        return found

    def _rows(self, query: str) -> QuerySolutions:
        found = self._store.query(query, prefixes=prefixes(self._iris.base))
        assert isinstance(found, QuerySolutions)  # noqa: S101 - each query here is a SELECT
        return found


def _each(nodes: Collection[NamedNode]) -> list[tuple[NamedNode]]:
    return [(node,) for node in sorted(nodes, key=lambda node: node.value)]


def _has_day(store: Store, source: NamedNode) -> bool:
    return any(
        isinstance(quad.object, Literal)
        for name in DAYS
        for quad in store.quads_for_pattern(source, name, None, DefaultGraph())
    )
