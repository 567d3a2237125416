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
from cdsgraph.serving.engine.messages import (
    Answer,
    QueryRequest,
    pack_request,
)
from cdsgraph.serving.engine.nursery import Nursery
from cdsgraph.serving.engine.talk import DiedBeforeRequestError, DiedOfRequestError, OrphanedError, Talk
from cdsgraph.serving.settings import Settings

_LOG = logging.getLogger(__name__)
_RESPAWN_DELAY = 0.2
_RESPAWN_DELAY_MAX = 30.0


class _NoPlaceError(Exception):
    """A query turned out slow while every place for slow queries is taken."""


class Workers:
    """Answers queries through worker processes; `start` before use, `stop` after."""

    def __init__(self, settings: Settings, *, base: str, version: str) -> None:
        self.settings = settings
        self._nursery = Nursery(settings, base=base, version=version)
        self._seats: set[Talk] = set()  # workers for quick queries, idle or not
        self._idle: asyncio.Queue[Talk] = asyncio.Queue()
        self._slow = asyncio.Semaphore(settings.slow)
        self._all: set[Talk] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._stopping = False

    async def start(self) -> None:
        """Start the workers. Raises RdfError or DatasetError when the dataset cannot be loaded."""
        try:
            first = await self._nursery.worker()
        except OSError as error:
            raise DatasetError(f"no worker process can be started: {error}") from error
        self._seat(first)
        for _ in range(self.settings.workers - 1):
            self._later(self._fill())

    async def stop(self) -> None:
        """End every worker; queries that still run end with BusyError."""
        self._stopping = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for worker in self._all:
            self._nursery.kill(worker)
        await self._nursery.stop()
        await asyncio.gather(*(worker.ended.wait() for worker in self._all))
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
        except OrphanedError as error:
            raise BusyError("the server is replacing its workers", remedy="ask again in a moment") from error
        except DiedOfRequestError as error:
            raise TooComplexError(
                "the query is too complex: it exhausted the process that evaluated it",
                remedy="nest less deeply, split it, or narrow its patterns",
            ) from error

    async def _within(self, message: bytes, deadline: float) -> Answer:
        """The answer, or TimeoutError at the deadline; a worker found dead is passed over for the next."""
        attempt = self._quickly
        for _ in range(self.settings.workers + 2):
            try:
                return await attempt(message, deadline)
            except DiedBeforeRequestError:
                continue
            except _NoPlaceError:
                attempt = self._slowly
        raise BusyError("the server is replacing its workers", remedy="ask again in a moment")

    async def _quickly(self, message: bytes, deadline: float) -> Answer:
        """The answer from a seated worker, which keeps its seat if it answers within the patience."""
        worker = await self._take(deadline)
        answer = worker.ask(message)
        try:
            done, _ = await asyncio.wait({answer}, timeout=min(self.settings.patience, _left(deadline)))
            if done:
                return answer.result()
            if not _left(deadline):
                raise TimeoutError
            if self._slow.locked():
                raise _NoPlaceError
            async with self._slow:
                self._unseat(worker)
                self._nursery.give_way(worker)
                return await _until(answer, deadline)
        finally:
            if answer.done() and worker in self._seats and not worker.ended.is_set():
                self._idle.put_nowait(worker)
            else:
                self._dismiss(worker, answer)

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
            self._nursery.give_way(worker)
            answer = worker.ask(message)
            try:
                return await _until(answer, deadline)
            finally:
                self._dismiss(worker, answer)
        finally:
            self._slow.release()

    async def _take(self, deadline: float) -> Talk:
        """An idle worker. Raises BusyError when none comes free in time or too many wait."""
        busy = BusyError("too many queries are waiting", remedy="ask again in a moment")
        while not self._idle.empty():
            worker = self._idle.get_nowait()
            if not worker.ended.is_set():
                return worker
        if self._waiting >= self.settings.waiting:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                while True:
                    worker = await self._idle.get()
                    if not worker.ended.is_set():
                        return worker
        except TimeoutError as error:
            raise busy from error
        finally:
            self._waiting -= 1

    def _dismiss(self, worker: Talk, answer: asyncio.Future[Answer]) -> None:
        answer.cancel()
        self._nursery.kill(worker)
        self._unseat(worker)

    def _unseat(self, worker: Talk) -> None:
        """Give the seat of a slow or dead worker to a fresh one."""
        if worker in self._seats:
            self._seats.discard(worker)
            if not self._stopping:
                self._later(self._fill())

    async def _fill(self) -> None:
        """Start a worker and seat it, however often that takes."""
        delay = _RESPAWN_DELAY
        while True:
            try:
                worker = await self._nursery.worker()
            except (CdsgraphError, OSError):
                _LOG.exception("no worker can be started; trying again in %.1f s", delay)
                await asyncio.sleep(delay)
                delay = min(2 * delay, _RESPAWN_DELAY_MAX)
            else:
                self._seat(worker)
                return

    def _seat(self, worker: Talk) -> None:
        self._all.add(worker)
        self._seats.add(worker)
        self._idle.put_nowait(worker)
        self._later(self._watch(worker))

    async def _watch(self, worker: Talk) -> None:
        """Replace a worker as soon as it ends, idle or not."""
        await worker.ended.wait()
        self._all.discard(worker)
        self._unseat(worker)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _left(deadline: float) -> float:
    return max(0.0, deadline - asyncio.get_running_loop().time())


async def _until(answer: asyncio.Future[Answer], deadline: float) -> Answer:
    """The answer. Raises TimeoutError at the deadline."""
    done, _ = await asyncio.wait({answer}, timeout=_left(deadline))
    if not done:
        raise TimeoutError
    return answer.result()
