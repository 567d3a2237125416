"""What the front does with one worker process: start it, ask one thing at a time, kill it.

What may exhaust or end the process that does it, is done in one of these; its death costs that one request. Query
processes are started otherwise (`nursery`) and asked alike.
"""

import asyncio
import logging
import os
import sys

from cdsgraph import children
from cdsgraph.errors import CdsgraphError, DatasetError
from cdsgraph.serving.engine.messages import (
    ACCEPTED,
    BODY,
    FAILED,
    HEAD_LENGTH,
    READY,
    Answer,
    unpack_error,
    unpack_head,
)

_LOG = logging.getLogger(__name__)
_START_LIMIT = 600.0
_SLOW_NICENESS = 10


class DiedBeforeRequestError(Exception):
    """A worker ended before it took the request, which can be given to another."""


class DiedOfRequestError(Exception):
    """A worker ended over the request, which would end another one too."""


class Worker:
    """One worker process; it answers one request at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise DatasetError("a worker process has no pipes")
        self.process = process
        self._stdin = process.stdin
        self._stdout = process.stdout

    @classmethod
    async def start(cls, module: str, *arguments: str) -> "Worker":
        """A worker that runs a module of ours and is ready. Raises the error that kept it from being so."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", module, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=children.environment(),
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_LIMIT):
                kind, payload = await _read(worker._stdout)
            if kind != READY:
                raise unpack_error(payload)
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await worker.end()
            raise DatasetError("a worker ended while it was starting", path=arguments[0]) from error
        except BaseException:
            await worker.end()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process still runs, as far as is known."""
        return self.process.returncode is None and not self._stdout.at_eof()

    async def ask(self, request: bytes) -> Answer:
        """The answer to a packed request, as `exchange` gives it."""
        return await exchange(self._stdout, self._stdin, request)

    def kill(self) -> None:
        """End the process at once; harmless when it has ended."""
        self._stdin.close()
        if self.alive:  # what has closed its output is ending by itself
            self.process.kill()

    async def end(self) -> None:
        """End the process and wait for its end."""
        self.kill()
        await self.process.wait()

    def give_way(self) -> None:
        """Let every other process go first: a slow request must not slow down the quick ones."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _SLOW_NICENESS)
        except OSError:
            _LOG.debug("worker %s had ended already", self.process.pid)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Answer:
    """The answer of a worker to a packed request.

    Raises what the worker reports, DiedBeforeRequestError or DiedOfRequestError when it ends instead.
    """
    accepted = False
    try:
        writer.write(request)
        kind, payload = await _read(reader)
        accepted = kind == ACCEPTED
        kind, payload = await _read(reader)
        if kind == FAILED:
            raise unpack_error(payload)
        media_type = payload.decode()
        kind, payload = await _read(reader)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise (DiedOfRequestError if accepted else DiedBeforeRequestError) from error
    if kind != BODY:
        raise CdsgraphError("a worker answered out of turn")
    return Answer(media_type, payload)


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, length = unpack_head(await reader.readexactly(HEAD_LENGTH))
    return kind, await reader.readexactly(length)
