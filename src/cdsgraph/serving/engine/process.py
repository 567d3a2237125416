"""What the front does with one worker process of its own: start it, ask one thing at a time, kill it.

What may exhaust or end the process that does it, is done in one of these; its death costs that one request. Query
processes are started otherwise (`nursery`) and asked alike (`talk`).
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys

from cdsgraph import children
from cdsgraph.errors import DatasetError
from cdsgraph.serving.engine.messages import Answer
from cdsgraph.serving.engine.talk import DiedBeforeRequestError, Talk

_LOG = logging.getLogger(__name__)
_START_LIMIT = 600.0
_SLOW_NICENESS = 10


class Worker:
    """One worker process that talks over its standard input, a socket; it answers one request at a time."""

    def __init__(self, process: asyncio.subprocess.Process, talk: Talk) -> None:
        self._process = process
        self._talk = talk

    @classmethod
    async def start(cls, module: str, *arguments: str) -> "Worker":
        """A worker that runs a module of ours and is ready. Raises the error that kept it from being so."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", module, *arguments),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    env=children.environment(),
                )
            except BaseException:
                ours.close()
                raise
        _, talk = await asyncio.get_running_loop().create_connection(Talk, sock=ours)
        worker = cls(process, talk)
        try:
            async with asyncio.timeout(_START_LIMIT):
                await talk.ready
        except (DiedBeforeRequestError, TimeoutError) as error:
            await worker.end()
            raise DatasetError("a worker ended while it was starting", path=arguments[0]) from error
        except BaseException:
            await worker.end()
            raise
        return worker

    async def ask(self, request: bytes) -> Answer:
        """The answer to a packed request. Raises what the worker reports, DiedBeforeRequestError or
        DiedOfRequestError when it ends instead.
        """
        return await self._talk.ask(request)

    async def end(self) -> None:
        """End the process at once and wait for its end; harmless when it has ended."""
        self._talk.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def give_way(self) -> None:
        """Let every other process go first: a slow request must not slow down the quick ones."""
        try:
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _SLOW_NICENESS)
        except OSError:
            _LOG.debug("worker %s had ended already", self._process.pid)
