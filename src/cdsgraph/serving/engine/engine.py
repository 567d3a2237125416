"""What the routes ask: queries answered by the workers or from what they answered before.

A version never changes, so neither does the answer to a query that does not ask for the time or for chance. Equal
requests at one moment are computed once.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version as release
from typing import Any, Final

import orjson
from pyoxigraph import QueryResultsFormat, RdfFormat, Triple, parse

from cdsgraph.serving.engine.cache import Cache
from cdsgraph.serving.engine.messages import Answer, QueryRequest
from cdsgraph.serving.engine.remote import RemoteStore
from cdsgraph.serving.engine.workers import Workers
from cdsgraph.serving.settings import Settings

# Another release may answer or write otherwise.
_WRITTEN_BY: Final = f"cdsgraph {release('cdsgraph')}, pyoxigraph {release('pyoxigraph')}"
# Functions with another value at each call; where the word stands otherwise the answer is merely not kept.
_UNSTEADY: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Running:
    """A computation, and how many requests wait for it."""

    task: asyncio.Task[Answer]
    waiting: int = 0


class Engine:
    """Answers queries over one version; `start` before use, `stop` after.

    No answer is kept of data that are not `steady`.
    """

    def __init__(self, settings: Settings, *, base: str, version: str, steady: bool = True) -> None:
        self.settings = settings
        self._workers: Workers | RemoteStore
        if settings.endpoint:
            self._workers = RemoteStore(settings, base=base, version=version)
        else:
            self._workers = Workers(settings, base=base, version=version)
        self._steady = steady
        self._version = version
        self._kept: Cache[Answer] = Cache(settings.cache, size=lambda answer: answer.size)
        self._running: dict[tuple[str, float | None], _Running] = {}
        self._tagged: tuple[QueryRequest | None, str | None] = None, None  # the last request: its tag is asked twice

    @property
    def remote(self) -> bool:
        """Whether a store elsewhere answers."""
        return bool(self.settings.endpoint)

    async def start(self) -> None:
        """Start the workers. Raises RdfError or DatasetError when the dataset cannot be loaded."""
        await self._workers.start()

    async def stop(self) -> None:
        """End every worker; queries that still run end with BusyError."""
        await self._workers.stop()

    def state(self) -> dict[str, int]:
        """The workers seated and idle, the requests that wait, the bytes of answers kept."""
        return self._workers.state() | {"cached_bytes": self._kept.size}

    def tag(self, request: QueryRequest) -> str | None:
        """A strong entity tag of the answer, the same after a restart; None for one that changes at each call."""
        if self._tagged[0] is not request:
            self._tagged = request, self._tag(request)
        return self._tagged[1]

    def _tag(self, request: QueryRequest) -> str | None:
        if not self._steady or _UNSTEADY.search(request.query):
            return None
        told = orjson.dumps(
            [
                self._version,
                _WRITTEN_BY,
                request.query,
                request.default_graphs,
                request.named_graphs,
                request.results_media_type,
                request.graph_media_type,
            ]
        )
        return f'"{hashlib.sha256(told).hexdigest()[:32]}"'

    def kept(self, tag: str | None) -> Answer | None:
        """The answer with that tag, if it is still kept."""
        return None if tag is None else self._kept.get(tag)

    async def answer(self, request: QueryRequest, *, told: Callable[[str], None] = lambda _: None) -> Answer:
        """The whole answer to a query; `told` hears where it came from: `cache`, `shared` with a request, or `worker`.

        Raises QueryError (line and column for a syntax error), TooComplexError, QueryTimeoutError, FormatError,
        TooLargeError or BusyError. Cancelling it stops the query unless another request waits for it.
        """
        tag = self.tag(request)
        if tag is None:
            told("worker")
            return await self._workers.answer(request)
        if (kept := self.kept(tag)) is not None:
            told("cache")
            return kept
        running = self._running.get((tag, request.timeout))
        told("worker" if running is None else "shared")
        if running is None:
            running = self._begin(tag, request)
        running.waiting += 1
        try:
            return await asyncio.shield(running.task)
        finally:
            running.waiting -= 1
            if not running.waiting:
                self._forget(tag, request.timeout, running)
                running.task.cancel()

    def _begin(self, tag: str, request: QueryRequest) -> _Running:
        running = _Running(asyncio.create_task(self._workers.answer(request)))
        self._running[tag, request.timeout] = running

        def done(task: asyncio.Task[Answer]) -> None:
            self._forget(tag, request.timeout, running)
            if not task.cancelled() and task.exception() is None:
                self._kept.put(tag, task.result())

        running.task.add_done_callback(done)
        return running

    def _forget(self, tag: str, timeout: float | None, running: _Running) -> None:
        if self._running.get((tag, timeout)) is running:
            del self._running[tag, timeout]

    async def select(self, query: str) -> list[dict[str, dict[str, str]]]:
        """The solutions of a SELECT: variable to term as SPARQL JSON writes it."""
        rows: list[dict[str, dict[str, str]]] = (await self._json(query))["results"]["bindings"]
        return rows

    async def ask(self, query: str) -> bool:
        """The answer of an ASK."""
        return bool((await self._json(query))["boolean"])

    async def ready(self) -> None:
        """Return once a query was answered, not from what is kept. Raises what `answer` raises."""
        media_type = QueryResultsFormat.JSON.media_type
        await self._workers.answer(QueryRequest(query="ASK {}", results_media_type=media_type, graph_media_type=None))

    async def construct(self, query: str) -> list[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        request = QueryRequest(query=query, results_media_type=None, graph_media_type=RdfFormat.N_TRIPLES.media_type)
        answer = await self.answer(request)
        return [quad.triple for quad in parse(answer.body, format=RdfFormat.N_TRIPLES)]

    async def _json(self, query: str) -> dict[str, Any]:
        request = QueryRequest(
            query=query, results_media_type=QueryResultsFormat.JSON.media_type, graph_media_type=None
        )
        told: dict[str, Any] = orjson.loads((await self.answer(request)).body)
        return told
