"""The pool of worker processes, as seen from the front.

A query cannot be stopped inside the engine, and a small hostile one can end the process; so each runs in a process of
its own that is killed at the time limit, and whose death costs that one query. Queries start on one of a few workers
that are kept free for quick ones; one that still runs after `patience` needs a place for slow queries, where it may
compute until the limit, while a fresh worker takes over its old seat.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from cdsgraph.errors import BusyError, CdsgraphError, DatasetError, QueryTimeoutError, TooComplexError
from cdsgraph.serving.messages import (
    ACCEPTED,
    BODY,
    FAILED,
    HEAD_LENGTH,
    Answer,
    QueryRequest,
    pack_request,
    unpack_error,
    unpack_head,
)
from cdsgraph.serving.nursery import Born, Nursery
from cdsgraph.serving.settings import Settings

_LOG = logging.getLogger(__name__)
_RESPAWN_DELAY = 0.2
_RESPAWN_DELAY_MAX = 30.0


class _DiedBeforeQueryError(Exception):
    """A worker ended before it took the request, which can be given to another."""


class _NoPlaceError(Exception):
    """A query turned out slow while every place for slow queries is taken."""


class _Worker:
    """One worker process; it answers one request at a time."""

    def __init__(self, nursery: Nursery, born: Born) -> None:
        self._nursery = nursery
        self._born = born

    @property
    def alive(self) -> bool:
        """Whether the process still runs, as far as is known."""
        return not self._born.ended.is_set()

    async def ended(self) -> None:
        """Wait until the process has ended."""
        await self._born.ended.wait()
        self._born.writer.close()

    async def ask(self, request: bytes) -> Answer:
        """The answer to a packed request; raises what the worker reports."""
        accepted = False
        try:
            self._born.writer.write(request)
            kind, payload = await self._read()
            accepted = kind == ACCEPTED
            kind, payload = await self._read()
            if kind == FAILED:
                raise unpack_error(payload)
            media_type = payload.decode()
            kind, payload = await self._read()
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if not accepted:
                raise _DiedBeforeQueryError from error
            raise TooComplexError(
                "the query is too complex: it exhausted the process that evaluated it",
                remedy="nest less deeply, split it, or narrow its patterns",
            ) from error
        if kind != BODY:
            raise CdsgraphError("a worker answered out of turn")
        return Answer(media_type, payload)

    def kill(self) -> None:
        """End the process at once; harmless when it has ended."""
        self._nursery.kill(self._born)

    def give_way(self) -> None:
        """Let every other process go first: a slow query must not slow down the quick ones."""
        self._nursery.give_way(self._born)

    async def _read(self) -> tuple[bytes, bytes]:
        kind, length = unpack_head(await self._born.reader.readexactly(HEAD_LENGTH))
        return kind, await self._born.reader.readexactly(length)


class Workers:
    """Answers queries through worker processes; `start` before use, `stop` after."""

    def __init__(self, settings: Settings, *, base: str, version: str) -> None:
        self.settings = settings
        self._nursery = Nursery(settings, base=base, version=version)
        self._seats: set[_Worker] = set()  # workers for quick queries, idle or not
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._slow = asyncio.Semaphore(settings.slow)
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._stopping = False

    async def start(self) -> None:
        """Start the workers. Raises RdfError or DatasetError when the dataset cannot be loaded."""
        try:
            first = await self._birth()
        except OSError as error:
            raise DatasetError(f"no worker process can be started: {error}") from error
        self._seat(first)
        for _ in range(self.settings.workers - 1):
            self._later(self._fill())

    async def stop(self) -> None:
        """End every worker; queries that still run end with BusyError or TooComplexError."""
        self._stopping = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for worker in self._all:
            worker.kill()
        await self._nursery.stop()
        await asyncio.gather(*(worker.ended() for worker in self._all))
        self._all.clear()
        self._seats.clear()

    def state(self) -> dict[str, int]:
        """How many workers are seated, how many of them idle, how many requests wait."""
        return {"workers": len(self._seats), "idle": self._idle.qsize(), "waiting": self._waiting}

    async def answer(self, request: QueryRequest) -> Answer:
        """The whole answer to a query.

        Raises QueryError (line and column for a syntax error), TooComplexError, QueryTimeoutError, FormatError,
        TooLargeError or BusyError. Cancelling it stops the query.
        """
        limit = self.settings.timeout if request.timeout is None else min(request.timeout, self.settings.timeout)
        deadline = asyncio.get_running_loop().time() + limit
        try:
            return await self._within(pack_request(request), deadline)
        except TimeoutError as error:
            raise QueryTimeoutError(
                f"the query was stopped at its time limit of {limit:g} s", remedy="narrow it, or add a LIMIT"
            ) from error

    async def _within(self, message: bytes, deadline: float) -> Answer:
        """The answer, or TimeoutError at the deadline; a worker found dead is passed over for the next."""
        attempt = self._quickly
        for _ in range(self.settings.workers + 2):
            try:
                return await attempt(message, deadline)
            except _DiedBeforeQueryError:
                continue
            except _NoPlaceError:
                attempt = self._slowly
        raise BusyError("the server is replacing its workers", remedy="ask again in a moment")

    async def _quickly(self, message: bytes, deadline: float) -> Answer:
        """The answer from a seated worker, which keeps its seat if it answers within the patience."""
        worker = await self._take(deadline)
        task = asyncio.create_task(worker.ask(message))
        try:
            done, _ = await asyncio.wait({task}, timeout=min(self.settings.patience, _left(deadline)))
            if done:
                return task.result()
            if not _left(deadline):
                raise TimeoutError
            if self._slow.locked():
                raise _NoPlaceError
            async with self._slow:
                self._unseat(worker)
                worker.give_way()
                return await _until(task, deadline)
        finally:
            if task.done() and worker in self._seats and worker.alive:
                self._idle.put_nowait(worker)
            else:
                self._dismiss(worker, task)

    async def _slowly(self, message: bytes, deadline: float) -> Answer:
        """The answer of a query known to be slow, begun again once there is a place for it."""
        busy = BusyError("the server is busy with other long queries", remedy="ask again in a moment")
        if self._waiting >= self.settings.waiting:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._slow.acquire()
        except TimeoutError as error:
            raise busy from error
        finally:
            self._waiting -= 1
        try:
            worker = await self._take(deadline)
            self._unseat(worker)
            worker.give_way()
            task = asyncio.create_task(worker.ask(message))
            try:
                return await _until(task, deadline)
            finally:
                self._dismiss(worker, task)
        finally:
            self._slow.release()

    async def _take(self, deadline: float) -> _Worker:
        """An idle worker. Raises BusyError when none comes free in time or too many wait."""
        busy = BusyError("too many queries are waiting", remedy="ask again in a moment")
        if self._waiting >= self.settings.waiting:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    worker = await self._idle.get()
                    if worker.alive:
                        return worker
        except TimeoutError as error:
            raise busy from error
        finally:
            self._waiting -= 1

    def _dismiss(self, worker: _Worker, task: asyncio.Task[Answer]) -> None:
        task.cancel()
        worker.kill()
        self._unseat(worker)

    def _unseat(self, worker: _Worker) -> None:
        """Give the seat of a slow or dead worker to a fresh one."""
        if worker in self._seats:
            self._seats.discard(worker)
            if not self._stopping:
                self._later(self._fill())

    async def _birth(self) -> _Worker:
        return _Worker(self._nursery, await self._nursery.worker())

    async def _fill(self) -> None:
        """Start a worker and seat it, however often that takes."""
        delay = _RESPAWN_DELAY
        while True:
            try:
                worker = await self._birth()
            except (CdsgraphError, OSError):
                _LOG.exception("no worker can be started; trying again in %.1f s", delay)
                await asyncio.sleep(delay)
                delay = min(2 * delay, _RESPAWN_DELAY_MAX)
            else:
                self._seat(worker)
                return

    def _seat(self, worker: _Worker) -> None:
        self._all.add(worker)
        self._seats.add(worker)
        self._idle.put_nowait(worker)
        self._later(self._watch(worker))

    async def _watch(self, worker: _Worker) -> None:
        """Replace a worker as soon as it ends, idle or not."""
        await worker.ended()
        self._all.discard(worker)
        self._unseat(worker)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _left(deadline: float) -> float:
    return max(0.0, deadline - asyncio.get_running_loop().time())


async def _until(task: asyncio.Task[Answer], deadline: float) -> Answer:
    """The task's result. Raises TimeoutError at the deadline."""
    done, _ = await asyncio.wait({task}, timeout=_left(deadline))
    if not done:
        raise TimeoutError
    return task.result()
