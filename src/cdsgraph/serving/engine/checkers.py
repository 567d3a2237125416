"""The processes that check RDF for clients, as seen from the front: few, started when needed, killed when late."""

import asyncio
from pathlib import Path

from cdsgraph.errors import BusyError, CdsgraphError, CheckTimeoutError, RdfError
from cdsgraph.serving.engine.messages import Checked, CheckRequest, pack_check, unpack_checked
from cdsgraph.serving.engine.process import Worker
from cdsgraph.serving.engine.talk import DiedBeforeRequestError, DiedOfRequestError
from cdsgraph.serving.settings import Settings

_ATTEMPTS = 3


class Checkers:
    """At most `settings.checks` checks at a time, each in a process of its own; `stop` after use."""

    def __init__(self, settings: Settings, shapes: Path, *, base: str) -> None:
        self._settings = settings
        self._shapes = shapes
        self._base = base
        self._free = settings.checks
        self._idle: list[Worker] = []
        self._ending: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """End every process that waits for work; one at work ends with the request that is cancelled."""
        await asyncio.gather(*self._ending, *(worker.end() for worker in self._idle))
        self._idle.clear()

    async def check(self, request: CheckRequest) -> Checked:
        """The report on RDF that a client sent.

        Raises BusyError when every place is taken, CheckTimeoutError at the time limit, RdfError for what is no RDF or
        exhausts its process, TooLargeError, ShapesError. Cancelling it stops the check.
        """
        if not self._free:
            raise BusyError("the server is busy with other checks", remedy="send it again in a moment")
        self._free -= 1
        try:
            return await self._checked(pack_check(request))
        except TimeoutError as error:
            raise CheckTimeoutError(
                f"the check was stopped at its time limit of {self._settings.timeout:g} s",
                remedy="send less at a time, or run `cdsgraph validate` yourself",
            ) from error
        finally:
            self._free += 1

    async def _checked(self, message: bytes) -> Checked:
        for _ in range(_ATTEMPTS):
            worker = self._idle.pop() if self._idle else await self._start()
            answered = False
            try:
                # The start of a process is not the client's time.
                async with asyncio.timeout(self._settings.timeout):
                    answer = await worker.ask(message)
                answered = True
            except CdsgraphError:
                answered = True
                raise
            except DiedBeforeRequestError:
                continue
            except DiedOfRequestError as error:
                raise RdfError(
                    "the data exhausted the process that checked them",
                    remedy="nest them less deeply, declare no entities in entities, or send less at a time",
                ) from error
            finally:
                if answered:
                    self._idle.append(worker)
                else:
                    self._dismiss(worker)
            return unpack_checked(answer.body)
        raise BusyError("the server is replacing its workers", remedy="send it again in a moment")

    async def _start(self) -> Worker:
        limits = str(self._settings.memory), str(self._settings.result_limit)
        worker = await Worker.start("cdsgraph.serving.engine.checker", str(self._shapes), self._base, *limits)
        worker.give_way()
        return worker

    def _dismiss(self, worker: Worker) -> None:
        task = asyncio.create_task(worker.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
