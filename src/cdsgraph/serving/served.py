"""The version being served, and the change to the next one while requests run.

Each request keeps the version it began with; a version gives up its workers once its last request has ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request

from cdsgraph.errors import CdsgraphError, DatasetError
from cdsgraph.files import Files, locate
from cdsgraph.graph import versions
from cdsgraph.reading.wordlists import read_table
from cdsgraph.serving.engine.cache import Cache
from cdsgraph.serving.engine.checkers import Checkers
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.engine.lookup import Lookup, key_of
from cdsgraph.serving.engine.remote import version_of
from cdsgraph.serving.making.deriving import Derived
from cdsgraph.serving.making.survey import Survey
from cdsgraph.serving.settings import Settings

_LOG = logging.getLogger(__name__)
_LOOK: Final = 1.0  # seconds between looks at what is published
_LOOK_AFAR: Final = 5.0  # the same, in a remote store
_AGAIN: Final = 3600.0  # seconds after which a version is prepared again
_DOCUMENT_BYTES: Final = 32_000_000
_IN_SCOPE: Final = "cdsgraph.served"


class Served:
    """One version with its workers: `settings`, `files`, `version` (its manifest), `name`, `base`, `engine`,
    `checkers`, `ours` (whether the data are a version that we built), `derived` (files made of versions), …

    `documents` keeps written documents by entity tag; `prepared` is whether what pages need has been made ahead.
    Raises DatasetError when the dataset cannot be read.
    """

    def __init__(self, settings: Settings, files: Files, derived: Derived) -> None:
        self.settings = settings
        self.files = files
        self.derived = derived
        self.version = version_of(settings) if settings.endpoint else settings.version()
        self.steady = bool(self.version.get("steady", True))
        self.ours = settings.dataset.is_dir() or bool(self.version.get("pushed"))
        self.name = str(self.version["version"])
        self.base = str(self.version["base"])
        self.engine = Engine(settings, base=self.base, version=self.name, steady=self.steady)
        self.checkers = Checkers(settings, files.shapes, base=self.base)
        self.survey = Survey(settings, self.engine, derived, self.version)
        self.lookup = Lookup(self.engine, _abbreviations(files))
        self.documents: Cache[bytes] = Cache(_DOCUMENT_BYTES, size=len)
        self.prepared = False
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def mark(self) -> str:
        """What the entity tags of pages begin with; never the same where the data may change at any moment."""
        # Links in pages begin with the prefix.
        return f"{self.name} {self.settings.prefix}" if self.steady else uuid4().hex

    @contextmanager
    def in_use(self) -> Iterator["Served"]:
        """Keep the workers for as long as the block lasts."""
        self._requests += 1
        self._idle.clear()
        try:
            yield self
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    async def retire(self) -> None:
        """End the workers when the last request has ended; one that cannot end is given its time limit twice."""
        try:
            async with asyncio.timeout(2 * self.settings.timeout):
                await self._idle.wait()
        except TimeoutError:
            _LOG.warning("version %s is given up with %d requests running", self.name, self._requests)
        await self.stop()

    async def stop(self) -> None:
        """End the workers at once."""
        await asyncio.gather(self.engine.stop(), self.checkers.stop())


def _abbreviations(files: Files) -> dict[str, str]:
    """The abbreviations in general use, as names are compared, with what they stand for."""
    if not (files.rules / "abbreviations.csv").is_file():
        return {}
    rows = read_table(files.rules, "abbreviations", ("abbreviation", "full"))
    return {key_of(row["abbreviation"]).replace(" ", ""): key_of(row["full"]) for row in rows}


class Publication:
    """Which version new requests get.

    With `settings.follow`, a folder of versions, that is its current one: a newly published version takes over once
    its workers answer. One that is damaged or does not load is passed over, and `refused` says why.
    `prepare` makes what pages need of a version before a visitor comes, each time one is taken into service and every
    hour, since some of it depends on the day; not where a remote store is asked, nor without `settings.warm`.
    """

    def __init__(self, settings: Settings, *, prepare: Callable[[Served], Awaitable[None]] | None = None) -> None:
        self._files = locate(settings.root)
        self._derived = Derived(settings.derived, patience=settings.timeout)
        self.now = Served(settings, self._files, self._derived)
        self.refused: dict[str, str] = {}
        self._settings = settings
        self._prepare = prepare
        self._preparing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the workers and begin to follow. Raises RdfError or DatasetError when the dataset cannot be loaded."""
        await self.now.engine.start()
        if self._settings.endpoint:
            self._later(self._follow_store())
        elif self._settings.follow is not None:
            self._later(self._follow(self._settings.follow))
        self._prepare_now()

    async def stop(self) -> None:
        """End every worker of every version."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._derived.stop()
        await self.now.stop()

    def state(self) -> dict[str, Any]:
        """What /health tells: the version, `degraded` with the reason where a published version is not served."""
        told: dict[str, Any] = {
            "status": "ok",
            "version": self.now.name,
            "prepared": self.now.prepared,
            **self.now.engine.state(),
        }
        if self._settings.endpoint:
            told |= {"endpoint": self._settings.endpoint, "whole": self.now.steady}
        if self.now.settings.instead_of:
            told |= {"status": "degraded", "instead_of": self.now.settings.instead_of}
        if self.refused:
            told |= {"status": "degraded", "refused": self.refused}
        return told

    async def _follow(self, out: Path) -> None:
        seen = self._settings.instead_of or self.now.name
        while True:
            await asyncio.sleep(_LOOK)
            try:
                published = versions.current(out).name
            except DatasetError as error:
                _LOG.warning("%s", error)
                continue
            if published != seen:
                seen = published
                await self._change(out / "versions" / published)

    async def _follow_store(self) -> None:
        """Begin anew when another version has been pushed to the store, or begun to be."""
        while True:
            await asyncio.sleep(_LOOK_AFAR)
            try:
                told = await asyncio.to_thread(version_of, self._settings)
                if told != self.now.version:
                    self._take_over(await self._started(self._settings))
                self.refused = {}
            except CdsgraphError as error:
                self.refused = {"endpoint": self._settings.endpoint, "why": error.message}
                _LOG.warning("the store does not tell its version: %s", error)

    async def _started(self, settings: Settings) -> Served:
        """A version that answers."""
        fresh = await asyncio.to_thread(Served, settings, self._files, self._derived)
        await fresh.engine.start()
        await fresh.engine.ready()
        return fresh

    def _take_over(self, fresh: Served) -> None:
        before, self.now, self.refused = self.now, fresh, {}
        _LOG.info("version %s takes over from %s", fresh.name, before.name)
        self._later(before.retire())
        self._prepare_now()

    def _prepare_now(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
        if self._prepare is not None and self._settings.warm and not self._settings.endpoint:
            self._preparing = self._later(self._keep_prepared(self.now, self._prepare))

    async def _keep_prepared(self, state: Served, prepare: Callable[[Served], Awaitable[None]]) -> None:
        while True:
            try:
                await state.engine.ready()
            except CdsgraphError:
                await asyncio.sleep(_LOOK)
                continue
            await prepare(state)
            if not state.prepared:
                _LOG.info("the pages of version %s are prepared", state.name)
            state.prepared = True
            await asyncio.sleep(_AGAIN)

    async def _change(self, folder: Path) -> None:
        """Serve the version in the folder, or say why not; requests go on being answered all the while."""
        if folder.name == self.now.name:
            self.refused = {}
            return
        try:
            wrong = await asyncio.to_thread(versions.damaged, folder)
            if wrong:
                raise DatasetError(f"{wrong[0]} differs from the manifest", path=folder)
            fresh = await self._started(self._settings.of(folder))
        except CdsgraphError as error:
            self.refused = {"version": folder.name, "why": error.message}
            _LOG.warning("version %s is not served: %s", folder.name, error)
            return
        self._take_over(fresh)

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


@contextmanager
def during(scope: Any) -> Iterator[None]:
    """Bind a request to the version of this moment; `served` tells which."""
    with scope["app"].state.publication.now.in_use() as served_now:
        scope[_IN_SCOPE] = served_now
        yield


def served(request: Request) -> Served:
    """The version that a request is answered from, the same from its beginning to its end."""
    found: Served = request.scope[_IN_SCOPE]
    return found
