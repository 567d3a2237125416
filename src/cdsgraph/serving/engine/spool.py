"""Large answers: they lie in a file without a name until they are sent, so that slow readers take no memory.

The worker writes the file and keeps it open until its next request; the front opens it anew through /proc before it
sends that. A file without a name is gone with the last process that has it open, however that process ends.
"""

import asyncio
import os
import tempfile
import weakref
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cdsgraph.errors import BusyError

LARGE: Final = 1_000_000  # bytes of an answer above which it lies in a file
POSSIBLE: Final = Path("/proc/self/fd").is_dir()

_PIECE: Final = 2**18
_REMEDY: Final = "ask for less, or ask again later"


class Spooled:
    """The bytes of a file without a name; any number of readers may read it at once."""

    held = 0  # bytes of all such files that this process has open

    def __init__(self, number: int) -> None:
        """Take over the open file with that number."""
        self._number = number
        self.size = os.fstat(number).st_size
        Spooled.held += self.size
        weakref.finalize(self, _close, number, self.size)

    def read(self) -> bytes:
        """The whole content."""
        return b"".join(os.pread(self._number, length, at) for at, length in self._pieces())

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content, piece by piece; waiting for the disk stops no other request."""
        for at, length in self._pieces():
            yield await asyncio.to_thread(os.pread, self._number, length, at)

    def _pieces(self) -> Iterator[tuple[int, int]]:
        return ((at, min(_PIECE, self.size - at)) for at in range(0, self.size, _PIECE))


def _close(number: int, size: int) -> None:
    os.close(number)
    Spooled.held -= size


def written(body: bytes) -> BinaryIO:
    """A file without a name in the folder for temporary files. Raises BusyError where there is no room for it."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # its life ends with the worker's next answer
    try:
        left = memoryview(body)
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        file.close()
        raise BusyError(f"there is no room for a large answer: {error.strerror}", remedy=_REMEDY) from error
    return file


def name_of(file: BinaryIO) -> bytes:
    """The name under which another process of the same user can open a file that this one keeps open."""
    return f"/proc/{os.getpid()}/fd/{file.fileno()}".encode()


def opened(name: bytes, *, limit: int) -> Spooled:
    """The file with that name; all such files together may hold `limit` bytes. Raises BusyError beyond that."""
    try:
        spooled = Spooled(os.open(name, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        raise BusyError("the answer was lost on its way", remedy="ask again") from error
    if Spooled.held > limit:
        raise BusyError("too many large answers are being sent", remedy=_REMEDY)
    return spooled
