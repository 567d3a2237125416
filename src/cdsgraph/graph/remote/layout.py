"""How a version lies in a remote store, and the record kept there of what has been loaded.

Each named graph of the version is a graph of the store under the same name. `graph/union` holds each of their triples
once: the default graph that queries expect. `graph/stored` is the record: for each graph `dcterms:extent "HASH n/m"`
for the n of m triples that have been loaded of the content with that hash; `dcterms:identifier` with the name of the
version that is being loaded, and `owl:versionInfo` with it once everything is there; `dcterms:contributor` for the push
that is at work. Nothing else is written, in particular not the store's own default graph.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cdsgraph.graph.remote.lock import Lock
from cdsgraph.vocab import DCTERMS, OWL

UNION: Final = "graph/union"
RECORD: Final = "graph/stored"
_GRAPHS: Final = "graph/"
_EXTENT: Final = DCTERMS + "extent"
_VERSION: Final = OWL + "versionInfo"
_WANTED: Final = DCTERMS + "identifier"
_LOCK: Final = DCTERMS + "contributor"
_LOADED: Final = re.compile(r"([0-9a-f]{64}) (\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of how many triples of a graph's content are in the store; `digest` is the content's SHA-256."""

    digest: str
    done: int
    total: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.done == self.total

    def __str__(self) -> str:
        """As the record writes it."""
        return f"{self.digest} {self.done}/{self.total}"


@dataclass(frozen=True, slots=True)
class Record:
    """What the store tells of us: the version that was pushed last, whether it is whole, and how far each graph is.

    `wanted` is None where nothing was pushed; `locks` are the pushes at work, each with its last sign of life.
    """

    base: str
    wanted: str | None = None
    whole: bool = False
    graphs: Mapping[str, Loaded] = field(default_factory=dict)
    locks: Mapping[str, Lock] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether the store has been loaded by us, in whole or in part."""
        return self.wanted is not None

    @property
    def default_graph(self) -> str:
        """The graph that holds every triple once."""
        return self.base + UNION

    @property
    def named_graphs(self) -> tuple[str, ...]:
        """The graphs that a query may name, in order."""
        return tuple(sorted(self.graphs.keys() - {self.default_graph}))

    def lines(self) -> Iterable[bytes]:
        """The record as N-Triples."""
        for graph, loaded in sorted(self.graphs.items()):
            yield line(graph, loaded)
        if self.wanted is not None:
            yield f'<{self.base}{RECORD}> <{_WANTED}> "{self.wanted}" .\n'.encode()
        if self.whole:
            yield f'<{self.base}{RECORD}> <{_VERSION}> "{self.wanted}" .\n'.encode()
        for lock in self.locks.values():
            yield lock_line(self.base, lock)


def line(graph: str, loaded: Loaded) -> bytes:
    """What the record says of one graph, as N-Triples; what says more goes before what says less."""
    return f'<{graph}> <{_EXTENT}> "{loaded}" .\n'.encode()


def lock_line(base: str, lock: Lock) -> bytes:
    """What the record says of a push at work, as N-Triples; of several lines of one the latest counts."""
    return f'<{base}{RECORD}> <{_LOCK}> "{lock}" .\n'.encode()


def is_ours(graph: str, base: str) -> bool:
    """Whether a graph of a store is one that a push may write and delete."""
    return graph.startswith(base + _GRAPHS)


def record_query(base: str) -> str:
    """A query for the rows that `read` takes."""
    return (
        f"SELECT ?thing ?property ?value WHERE {{ GRAPH <{base}{RECORD}> {{ "
        f"VALUES ?property {{ <{_EXTENT}> <{_WANTED}> <{_VERSION}> <{_LOCK}> }} ?thing ?property ?value }} }}"
    )


def counts_query(base: str) -> str:
    """A query for `graph` and `n`, the triples that each graph of ours has."""
    return (
        "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } "
        f'FILTER(STRSTARTS(STR(?graph), "{base}{_GRAPHS}")) }} GROUP BY ?graph'
    )


def read(base: str, rows: Iterable[Mapping[str, Mapping[str, str]]]) -> Record:
    """The record from the solutions of `record_query`."""
    told: dict[str, str] = {}
    graphs: dict[str, Loaded] = {}
    locks: dict[str, Lock] = {}
    for row in rows:
        thing, prop, value = (row[name]["value"] for name in ("thing", "property", "value"))
        if prop == _LOCK:
            lock = Lock.read(value)
            if lock and (lock.token not in locks or lock.seen > locks[lock.token].seen):
                locks[lock.token] = lock
        elif prop != _EXTENT:
            told[prop] = value
        elif match := _LOADED.fullmatch(value):
            found = Loaded(match[1], int(match[2]), int(match[3]))
            if thing not in graphs or found.done > graphs[thing].done:
                graphs[thing] = found
    whole = _WANTED in told and told.get(_VERSION) == told[_WANTED]
    return Record(base, told.get(_WANTED), whole, graphs, locks)
