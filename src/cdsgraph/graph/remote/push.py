"""A version into a remote store: graph by graph, in batches, from where an earlier push stopped."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from cdsgraph.choices import PUSH_BATCH
from cdsgraph.errors import BusyError, CdsgraphError, EndpointError
from cdsgraph.graph import versions
from cdsgraph.graph.quadlines import GraphLines
from cdsgraph.graph.remote import layout, terms, writing
from cdsgraph.graph.remote.endpoint import Endpoint
from cdsgraph.graph.remote.fetching import Fetcher
from cdsgraph.graph.remote.layout import RECORD, Loaded, Record
from cdsgraph.graph.remote.lock import RENEWED, STALE, Lock
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
    take_over: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Pushed:
    """Make a version the content of the store's graphs below its base, and compare the counts at the end.

    What an earlier push has loaded of the same content stays. `graph_store` and `update` are the addresses to write to,
    by default those of the stores that are known; `verify` reads every graph back and compares its content too.
    Raises EndpointError, DatasetError or BusyError, the last also while another push is at work, unless told to
    `take_over`; a push that ends in one goes on when it is started again.
    """
    base = endpoint.base
    with (version / versions.DATASET).open("rb") as source:
        lines = GraphLines(source)
        try:
            wanted = parts(lines, base)
            at_work = _Push(endpoint, wanted, version.name, batch, progress)
            return at_work.run(graph_store, update, verify=verify, take_over=take_over)
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
        self._lock = Lock.mine()

    def run(self, graph_store: str | None, update: str | None, *, verify: bool, take_over: bool) -> Pushed:
        writer = self._locked(graph_store, update, take_over=take_over)
        try:
            return self._run(writer, graph_store, verify=verify)
        except BaseException:
            with suppress(CdsgraphError):  # whoever comes next sees that the process is gone, or waits
                self._unlock(writer)
            raise

    def _run(self, writer: Writer, graph_store: str | None, *, verify: bool) -> Pushed:
        fetcher = Fetcher(self._endpoint, graph_store)
        present = fetcher.counts()
        before = self._usable(self._endpoint.record(fresh=True), present)
        begun = Record(self._endpoint.base, self._version, False, before, {self._lock.token: self._lock})
        writer.replace(self._record_graph, b"".join(begun.lines()))
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
        else:
            self._unlock(writer)
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

    def _locked(self, graph_store: str | None, update: str | None, *, take_over: bool) -> Writer:
        """The first way to write that works, once no other push is at work. Raises BusyError or EndpointError."""
        if not take_over:
            self._alone()
        writer = self._writer(graph_store, update)
        if not take_over:
            self._alone()
        return writer

    def _alone(self) -> None:
        """Raise BusyError where another push gave a sign of life not long ago."""
        locks = self._endpoint.record(fresh=True).locks.values()
        for lock in locks:
            if lock.token != self._lock.token and not lock.stale:
                raise BusyError(
                    f"another push is loading this store, and was last seen at {lock.seen:%Y-%m-%d %H:%M:%S} UTC",
                    path=self._endpoint.url,
                    remedy=f"wait until it has ended; one that ended without a word is passed over after "
                    f"{STALE.seconds // 60} minutes, or at once with --take-over",
                )

    def _writer(self, graph_store: str | None, update: str | None) -> Writer:
        """The first way to write that works: one that takes our lock, and the lock is then there to be read."""
        content = layout.lock_line(self._endpoint.base, self._lock)
        refusals = []
        for writer in writing.candidates(self._endpoint.transport, self._endpoint.url, graph_store, update):
            try:
                writer.add(self._record_graph, content)
            except RefusedWriteError as error:
                refusals.append(f"{writer.told}: {error.message}")
                continue
            if self._lock.token in self._endpoint.record(fresh=True).locks:
                return writer
            refusals.append(f"{writer.told}: what was written cannot be read at {self._endpoint.url}")
        raise EndpointError(
            "the store takes no version:\n  " + "\n  ".join(refusals),
            path=self._endpoint.url,
            remedy="name where it is written to with --graph-store or --update",
        )

    def _unlock(self, writer: Writer) -> None:
        record = self._endpoint.record(fresh=True)
        left = {token: lock for token, lock in record.locks.items() if token != self._lock.token}
        writer.replace(self._record_graph, b"".join(replace(record, locks=left).lines()))

    def _sign_of_life(self) -> bytes:
        """What to write beside a batch. Raises BusyError where others may have taken us for dead."""
        quiet = self._lock.quiet
        if quiet > STALE:
            raise BusyError(
                "this push has stood still for so long that another may have begun", remedy="start it again"
            )
        if quiet < RENEWED:
            return b""
        self._lock = self._lock.renewed()
        return layout.lock_line(self._endpoint.base, self._lock)

    def _load(self, writer: Writer, part: Part, before: Loaded | None) -> None:
        done = before.done if before is not None else 0
        self._told(part.name, done)
        for content, after in part.batches(self._batch, after=done):
            alive = self._sign_of_life()
            (writer.add if done else writer.replace)(part.name, content)
            loaded = layout.line(part.name, Loaded(part.loaded.digest, after, part.loaded.total))
            writer.add(self._record_graph, loaded + alive)
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
