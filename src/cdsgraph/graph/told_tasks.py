"""Tasks as their sources tell them, with the things and the levels that their own words name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph.parts import values
from cdsgraph.vocab import Iris, prefixes

_PLACE: Final = "?span oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end ; oa:exact ?exact ."
_TASKS: Final = """
SELECT ?task ?action ?source ?day ?status {
  # among
  ?task a cds:Task .
  OPTIONAL { ?task cds:actionText ?action }
  OPTIONAL { ?task cds:source ?source }
  OPTIONAL { ?task cds:statedOn ?day }
  OPTIONAL { ?task cds:taskStatus ?status }
}"""
_PLACES: Final = f"""
SELECT ?task ?start ?end ?exact {{
  # among
  ?task a cds:Task ; prov:wasDerivedFrom ?span . {_PLACE}
}}"""
_MENTIONED: Final = f"""
SELECT ?source ?start ?end ?thing ?record {{
  # among
  ?record cds:source ?source ; a cds:Mention ; oa:hasBody ?thing ; oa:hasTarget ?span . {_PLACE}
}}"""
_CITED: Final = f"""
SELECT ?source ?start ?end ?thing ?record {{
  # among
  ?record cds:source ?source ; a cds:Citation ; cds:cited ?thing ; prov:wasDerivedFrom ?span . {_PLACE}
}}"""
_AIMED: Final = f"""
SELECT ?source ?start ?end ?aim {{
  # among
  VALUES ?kind {{ cds:StatedAim cds:Target }}
  ?aim cds:source ?source ; a ?kind ; prov:wasDerivedFrom ?span . {_PLACE}
}}"""
# Sources with a task told as done that name one of some things.
_DONE_NAMING: Final = """
SELECT DISTINCT ?source {
  # among
  { ?record oa:hasBody ?thing } UNION { ?record cds:cited ?thing }
  ?record cds:source ?source .
  FILTER EXISTS { ?task cds:source ?source ; cds:taskStatus <# done> ; a cds:Task }
}"""
_DONE: Final = """
SELECT DISTINCT ?task {
  # among
  ?task cds:source ?source ; cds:taskStatus <# done> ; a cds:Task .
}"""


@dataclass(frozen=True, slots=True)
class Told:
    """A task as its source tells it; `spans` are the places of its words (start, end, words)."""

    iri: NamedNode
    action: str
    source: NamedNode | None
    day: date | None
    done: bool
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A place of a text that names a thing, and the record that says so."""

    start: int
    end: int
    thing: NamedNode
    record: NamedNode


class ToldTasks:
    """The tasks of a store, all or some, each with what its source names."""

    def __init__(self, store: Store, iris: Iris, keys: Collection[str] | None = None) -> None:
        self._store, self._iris = store, iris
        self._done = iris.code("task-status", "done")
        self._named: dict[NamedNode, set[Named]] = defaultdict(set)
        self._aims: dict[NamedNode, set[tuple[int, int, NamedNode]]] = defaultdict(set)
        if keys is None:
            self.tasks = self._tasks("")
            self._load("")
        else:
            self.tasks = self._tasks(values("?task", ((NamedNode(key),) for key in sorted(keys)))) if keys else []
            self._load_of({told.source for told in self.tasks if told.source is not None})
        self._all = keys is None

    def within(self, told: Told) -> list[Named]:
        """The things that a task's own words name."""
        named = self._named.get(told.source, ()) if told.source else ()
        return [each for first, last, _ in told.spans for each in named if first <= each.start and each.end <= last]

    def before(self, told: Told) -> list[tuple[NamedNode, str]]:
        """The same, each with the task's words before it."""
        named = self._named.get(told.source, ()) if told.source else ()
        return [
            (each.thing, quote[: each.start - first])
            for first, last, quote in told.spans
            for each in named
            if first <= each.start and each.end <= last
        ]

    def aims(self, told: Told) -> set[NamedNode]:
        """The levels that a task's own words name."""
        aims = self._aims.get(told.source, ()) if told.source else ()
        return {aim for first, last, _ in told.spans for start, end, aim in aims if first <= start and end <= last}

    def done(self, things: Collection[NamedNode]) -> list[Told]:
        """The tasks told as done, at least those that name one of the things."""
        if self._all:
            return [told for told in self.tasks if told.done]
        if not things:
            return []
        asked = _DONE_NAMING.replace("# done", self._done.value)
        sources = {source for row in self._rows(asked, _block("?thing", things)) if (source := _node(row, "source"))}
        self._load_of(sources - self._named.keys())
        tasks = (
            {
                row["task"].value
                for row in self._rows(_DONE.replace("# done", self._done.value), _block("?source", sources))
            }
            if sources
            else set()
        )
        return self._tasks(values("?task", ((NamedNode(task),) for task in sorted(tasks)))) if tasks else []

    def _load_of(self, sources: Collection[NamedNode]) -> None:
        if sources:
            self._load(_block("?source", sources))

    def _load(self, among: str) -> None:
        for query in (_MENTIONED, _CITED):
            for row in self._rows(query, among):
                source, thing, record = (_node(row, name) for name in ("source", "thing", "record"))
                if source and thing and record:
                    self._named[source].add(Named(int(row["start"].value), int(row["end"].value), thing, record))
        for row in self._rows(_AIMED, among):
            source, aim = _node(row, "source"), _node(row, "aim")
            if source and aim:
                self._aims[source].add((int(row["start"].value), int(row["end"].value), aim))

    def _tasks(self, among: str) -> list[Told]:
        rows: dict[NamedNode, list[dict[str, NamedNode | Literal]]] = defaultdict(list)
        # Asked apart: where what is optional has several patterns, the engine looks at all there are.
        for query in (_TASKS, _PLACES):
            for row in self._rows(query, among):
                if iri := _node(row, "task"):
                    rows[iri].append(row)
        return [self._told(iri, rows[iri]) for iri in sorted(rows, key=lambda iri: iri.value)]

    def _told(self, iri: NamedNode, rows: list[dict[str, NamedNode | Literal]]) -> Told:
        def first(name: str) -> str | None:
            return min((row[name].value for row in rows if name in row), default=None)

        source, day = first("source"), first("day")
        spans = {(int(r["start"].value), int(r["end"].value), r["exact"].value) for r in rows if "exact" in r}
        return Told(
            iri,
            first("action") or "",
            NamedNode(source) if source else None,
            date.fromisoformat(day) if day else None,
            first("status") == self._done.value,
            tuple(sorted(spans)),
        )

    def _rows(self, query: str, among: str) -> Iterable[dict[str, NamedNode | Literal]]:
        found = self._store.query(query.replace("# among", among), prefixes=prefixes(self._iris.base))
        if isinstance(found, QuerySolutions):
            names = [variable.value for variable in found.variables]
            for row in found:
                yield {n: value for n in names if isinstance(value := row[n], NamedNode | Literal)}


def _block(variable: str, things: Iterable[NamedNode]) -> str:
    return values(variable, ((thing,) for thing in sorted(things, key=lambda thing: thing.value)))


def _node(row: dict[str, NamedNode | Literal], name: str) -> NamedNode | None:
    found = row.get(name)
    return found if isinstance(found, NamedNode) else None
