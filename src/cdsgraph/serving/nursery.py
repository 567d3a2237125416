"""Where worker processes come from, as seen from the front.

One process loads the dataset and gives birth to workers by forking: a worker takes milliseconds to start and shares the
memory of the data with the others, however large they are.
"""

import asyncio
import contextlib
import os
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cdsgraph
from cdsgraph.errors import DatasetError
from cdsgraph.serving.messages import HEAD_LENGTH, READY, unpack_error, unpack_head
from cdsgraph.serving.settings import Settings

ORDER: Final = struct.Struct(">cI")
FORK: Final = b"F"  # with the worker's end of a pair of sockets
KILL: Final = b"K"  # the worker with this number
YIELD: Final = b"Y"  # let all others run before this worker

_START_LIMIT: Final = 600.0


class _Talk(asyncio.StreamReaderProtocol):
    """Streams that say when the other end has closed, without reading from them."""

    def __init__(self, reader: asyncio.StreamReader, ended: asyncio.Event) -> None:
        super().__init__(reader)
        self._ended = ended

    def eof_received(self) -> bool | None:
        self._ended.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set()
        super().connection_lost(exc)


@dataclass(frozen=True, slots=True, eq=False)
class Born:
    """A worker process: its number, the talk with it, and whether it has ended."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ended: asyncio.Event


class Nursery:
    """Starts workers over one dataset; `start` before use, `stop` after."""

    def __init__(self, settings: Settings, *, base: str, version: str) -> None:
        self._settings = settings
        self._base = base
        self._version = version
        self._control: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def worker(self) -> Born:
        """A new worker that takes requests; the dataset is loaded first if it is not.

        Raises RdfError or DatasetError when it cannot be loaded.
        """
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                await self._load()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                if self._control is None:
                    raise DatasetError("the process that loads the dataset is gone")
                socket.send_fds(self._control, [ORDER.pack(FORK, 0)], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise DatasetError("the process that loads the dataset is gone") from error
        reader, writer, ended = await _talk(ours)
        try:
            async with asyncio.timeout(_START_LIMIT):
                _, number = await _message(reader)
            return Born(int(number), reader, writer, ended)
        except BaseException as error:
            writer.close()
            if isinstance(error, asyncio.IncompleteReadError | ConnectionError | TimeoutError):
                raise DatasetError("a worker ended before it took requests", path=self._settings.rdf_file) from error
            raise

    def kill(self, born: Born) -> None:
        """End a worker at once; harmless when it has ended."""
        self._order(KILL, born)

    def give_way(self, born: Born) -> None:
        """Let every other process go before this worker."""
        self._order(YIELD, born)

    async def stop(self) -> None:
        """End the loading process, and with it every worker."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _order(self, order: bytes, born: Born) -> None:
        with contextlib.suppress(OSError):  # a nursery that is gone has taken its workers along
            if self._control is not None:
                self._control.send(ORDER.pack(order, born.number))

    async def _load(self) -> None:
        if self._control is not None:
            self._control.close()
        package_parent = str(Path(cdsgraph.__file__).parents[1])
        search = os.pathsep.join(part for part in (package_parent, os.environ.get("PYTHONPATH")) if part)
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "cdsgraph.serving.loading"),
                *(str(self._settings.rdf_file), self._base),
                *(str(self._settings.memory), str(self._settings.result_limit)),
                *((str(on_disk), self._version) if (on_disk := self._settings.on_disk) else ()),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": search},
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


async def _talk(end: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, asyncio.Event]:
    loop = asyncio.get_running_loop()
    reader, ended = asyncio.StreamReader(), asyncio.Event()
    protocol = _Talk(reader, ended)
    transport, _ = await loop.create_connection(lambda: protocol, sock=end)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop), ended


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, length = unpack_head(await reader.readexactly(HEAD_LENGTH))
    return kind, await reader.readexactly(length)
