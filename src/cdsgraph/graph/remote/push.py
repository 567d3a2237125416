"""A version into a remote store: graph by graph, in batches, from where an earlier push stopped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from cdsgraph.choices import PUSH_BATCH
from cdsgraph.errors import EndpointError
from cdsgraph.graph import versions
from cdsgraph.graph.quadlines import GraphLines
from cdsgraph.graph.remote import layout, terms, writing
from cdsgraph.graph.remote.endpoint import Endpoint
from cdsgraph.graph.remote.fetching import Fetcher
from cdsgraph.graph.remote.layout import RECORD, Loaded, Record
from cdsgraph.graph.remote.parts import Part, parts
from cdsgraph.graph.remote.writing import RefusedWriteError, Writer


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a push is: triples that are in of all, and the graph at work."""

    done: int
    total: int
    graph: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: triples sent, graphs left as they were or gone on with, deleted; what differs at the end."""

    way: str
    graphs: int
    triples: int
    sent: int
    kept: int
    resumed: int
    dropped: Sequence[str]
    differences: Sequence[str]


def push(
    version: Path,
    endpoint: Endpoint,
    *,
    graph_store: str | None = None,
    update: str | None = None,
    batch: int = PUSH_BATCH,
    verify: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Pushed:
    """Make a version the content of the store's graphs below its base, and compare the counts at the end.

    What an earlier push has loaded of the same content stays. `graph_store` and `update` are the addresses to write to,
    by default those of the stores that are known; `verify` reads every graph back and compares its content too.
    Raises EndpointError, BusyError or DatasetError; a push that ends in one goes on when it is started again.
    """
    base = endpoint.base
    with (version / versions.DATASET).open("rb") as source:
        lines = GraphLines(source)
        try:
            wanted = parts(lines, base)
            return _Push(endpoint, wanted, version.name, batch, progress).run(graph_store, update, verify=verify)
        finally:
            lines.close()


class _Push:
    def __init__(
        self, endpoint: Endpoint, wanted: Sequence[Part], version: str, batch: int, progress: Callable[[Progress], None]
    ) -> None:
        self._endpoint = endpoint
        self._wanted = wanted
        self._version = version
        self._batch = batch
        self._progress = progress
        self._record_graph = endpoint.base + RECORD
        self._total = sum(part.loaded.total for part in wanted)
        self._done = self._sent = 0

    def run(self, graph_store: str | None, update: str | None, *, verify: bool) -> Pushed:
        fetcher = Fetcher(self._endpoint, graph_store)
        present = fetcher.counts()
        before = self._usable(self._endpoint.record(fresh=True), present)
        writer = self._writer(graph_store, update, Record(self._endpoint.base, self._version, False, before))
        named = {part.name for part in self._wanted} | {self._record_graph}
        dropped = sorted(present.keys() - named)
        for graph in dropped:
            writer.drop(graph)
        for part in self._wanted:
            self._load(writer, part, before.get(part.name))
        counted = fetcher.counts()
        differences = [*self._miscounted(counted), *(self._changed(fetcher, counted) if verify else ())]
        if not differences:
            whole = Record(self._endpoint.base, self._version, True, {part.name: part.loaded for part in self._wanted})
            writer.replace(self._record_graph, b"".join(whole.lines()))
        return Pushed(
            way=writer.told,
            graphs=len(self._wanted),
            triples=self._total,
            sent=self._sent,
            kept=sum(1 for loaded in before.values() if loaded.whole),
            resumed=sum(1 for loaded in before.values() if not loaded.whole),
            dropped=dropped,
            differences=differences,
        )

    def _usable(self, record: Record, present: Mapping[str, int]) -> dict[str, Loaded]:
        """What need not be sent again: content of this version that is recorded and, by its count, still there."""
        found = {}
        for part in self._wanted:
            loaded = record.graphs.get(part.name)
            if loaded is None or (loaded.digest, loaded.total) != (part.loaded.digest, part.loaded.total):
                continue
            there = present.get(part.name, 0)
            if there == loaded.done or loaded.done < there <= loaded.total:
                found[part.name] = loaded
        return found

    def _writer(self, graph_store: str | None, update: str | None, record: Record) -> Writer:
        """The first way to write that works: one that takes the record, and the record is then there to be read."""
        content = b"".join(record.lines())
        refusals = []
        for writer in writing.candidates(self._endpoint.transport, self._endpoint.url, graph_store, update):
            try:
                writer.replace(self._record_graph, content)
            except RefusedWriteError as error:
                refusals.append(f"{writer.told}: {error.message}")
                continue
            if self._endpoint.record(fresh=True) == record:
                return writer
            refusals.append(f"{writer.told}: what was written cannot be read at {self._endpoint.url}")
        raise EndpointError(
            "the store takes no version:\n  " + "\n  ".join(refusals),
            path=self._endpoint.url,
            remedy="name where it is written to with --graph-store or --update",
        )

    def _load(self, writer: Writer, part: Part, before: Loaded | None) -> None:
        done = before.done if before is not None else 0
        self._told(part.name, done)
        for content, after in part.batches(self._batch, after=done):
            (writer.add if done else writer.replace)(part.name, content)
            writer.add(self._record_graph, layout.line(part.name, Loaded(part.loaded.digest, after, part.loaded.total)))
            self._sent += after - done
            self._told(part.name, after - done)
            done = after

    def _told(self, graph: str, more: int) -> None:
        self._done += more
        self._progress(Progress(self._done, self._total, graph))

    def _miscounted(self, counted: Mapping[str, int]) -> list[str]:
        names = {part.name: part.loaded.total for part in self._wanted}
        here = {graph: n for graph, n in counted.items() if graph != self._record_graph}
        return [
            f"{graph}: {here.get(graph, 0)} triples in the store, {names.get(graph, 0)} in the version"
            for graph in sorted(names.keys() | here.keys())
            if names.get(graph, 0) != here.get(graph, 0)
        ]

    def _changed(self, fetcher: Fetcher, counted: Mapping[str, int]) -> list[str]:
        """Graphs whose content, read back, is not that of the version."""
        found = []
        for part in self._wanted:
            here = [
                quad.triple
                for content, _ in part.batches(part.loaded.total)
                for quad in parse(content, format=RdfFormat.N_TRIPLES)
            ]
            if terms.content(fetcher.graph(part.name, counted.get(part.name, 0))) != terms.content(here):
                found.append(f"{part.name}: the content in the store is not that of the version")
        return found
