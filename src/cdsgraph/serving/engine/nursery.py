"""Where worker processes come from, as seen from the front.

One process loads the dataset and gives birth to workers by forking: a worker takes milliseconds to start and shares the
memory of the data with the others, however large they are.
"""

import asyncio
import contextlib
import socket
import struct
import sys
from typing import Final

from cdsgraph import children
from cdsgraph.errors import DatasetError
from cdsgraph.serving.engine.messages import HEAD_LENGTH, READY, unpack_error, unpack_head
from cdsgraph.serving.engine.talk import DiedBeforeRequestError, Talk
from cdsgraph.serving.settings import Settings

ORDER: Final = struct.Struct(">cI")
FORK: Final = b"F"  # with the worker's end of a pair of sockets
KILL: Final = b"K"  # the worker with this number
YIELD: Final = b"Y"  # let all others run before this worker

_START_LIMIT: Final = 600.0


class Nursery:
    """Starts workers over one dataset; `start` before use, `stop` after."""

    def __init__(self, settings: Settings, *, base: str, version: str) -> None:
        self._settings = settings
        self._base = base
        self._version = version
        self._control: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def worker(self) -> Talk:
        """A new worker that takes requests; the dataset is loaded first if it is not.

        Raises RdfError or DatasetError when it cannot be loaded.
        """
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                await self._load()
        control = self._control
        if control is None:
            raise DatasetError("the process that loads the dataset is gone")
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(control, [ORDER.pack(FORK, 0)], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise DatasetError("the process that loads the dataset is gone") from error
        loop = asyncio.get_running_loop()
        _, talk = await loop.create_connection(
            lambda: Talk(self._settings.spool, orphaned=lambda: _hung_up(control)), sock=ours
        )
        try:
            async with asyncio.timeout(_START_LIMIT):
                await talk.ready
        except BaseException as error:
            talk.close()
            if isinstance(error, DiedBeforeRequestError | TimeoutError):
                raise DatasetError("a worker ended before it took requests", path=self._settings.rdf_file) from error
            raise
        return talk

    def kill(self, worker: Talk) -> None:
        """End a worker at once; harmless when it has ended."""
        self._order(KILL, worker)

    def give_way(self, worker: Talk) -> None:
        """Let every other process go before this worker."""
        self._order(YIELD, worker)

    async def stop(self) -> None:
        """End the loading process, and with it every worker."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _order(self, order: bytes, worker: Talk) -> None:
        with contextlib.suppress(OSError):  # a nursery that is gone has taken its workers along
            if self._control is not None:
                self._control.send(ORDER.pack(order, worker.ready.result()))

    async def _load(self) -> None:
        if self._control is not None:
            self._control.close()
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "cdsgraph.serving.engine.loading"),
                *(str(self._settings.rdf_file), self._base),
                *(str(self._settings.memory), str(self._settings.result_limit)),
                *((str(on_disk), self._version) if (on_disk := self._settings.on_disk) else ()),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.PIPE,
                env=children.environment(),
            )
        self._process, self._control = process, ours
        if process.stdout is None:
            raise DatasetError("a process has no pipe")
        try:
            async with asyncio.timeout(_START_LIMIT):
                kind, payload = await _message(process.stdout)
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await self.stop()
            raise DatasetError("the process that loads the dataset ended", path=self._settings.rdf_file) from error
        if kind != READY:
            await self.stop()
            raise unpack_error(payload)


def _hung_up(control: socket.socket) -> bool:
    """Whether the loading process behind this socket has ended; it never says anything over it.

    When a process ends, the kernel closes its sockets before it ends the process's children.
    """
    try:
        return not control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:  # we have hung up
        return True


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, length = unpack_head(await reader.readexactly(HEAD_LENGTH))
    return kind, await reader.readexactly(length)
