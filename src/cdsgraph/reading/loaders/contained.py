"""Reads files in a process beside this one, for formats whose parsers are compiled code: a file that breaks such a
parser ends that process and no other, and the next file gets a new one.

    python -m cdsgraph.reading.loaders.contained NUMBER

is that process; NUMBER is the open connection that it takes paths from and answers over.
"""

import atexit
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from cdsgraph import children, deadlines
from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders import docx, html, workbook
from cdsgraph.reading.marked import Loaded

LOADERS: Final[dict[str, Callable[[Path], Loaded]]] = {
    ".docx": docx.read,
    ".htm": html.read,
    ".html": html.read,
    ".xlsx": workbook.read,
}

_MEMORY: Final = 2_000_000_000
_SECONDS: Final = 120
_AS_TEXT: Final = "save its words as a .txt file"


class _Child:
    """The process beside this one, started with its first file."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        here, there = Pipe()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "cdsgraph.reading.loaders.contained", str(there.fileno())],
            pass_fds=(there.fileno(),),
            env=children.environment(),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        there.close()
        self._talk = here

    @property
    def own(self) -> bool:
        """Whether it is this process's, and not that of the one which this was forked from."""
        return self._owner == os.getpid()

    def read(self, suffix: str, path: Path) -> Loaded:
        """What the file holds. Raises what the loader raises, EOFError or OSError when the process has ended."""
        self._talk.send((suffix, path))
        if not self._talk.poll(_SECONDS):
            raise TimeoutError
        answer = self._talk.recv()
        if isinstance(answer, Exception):
            raise answer
        loaded: Loaded = answer
        return loaded

    def end(self) -> None:
        """End the process."""
        self._talk.close()
        self._process.kill()
        self._process.wait()


_CHILDREN: list[_Child] = []  # none or one: files are read one after another


def read(suffix: str, path: Path) -> Loaded:
    """What a file of a format in `LOADERS` holds.

    Raises DocumentError as its loader does, and for one that takes more than two minutes or ends the process.
    """
    if not _CHILDREN or not _CHILDREN[0].own:
        _CHILDREN[:] = [_Child()]
    try:
        return _CHILDREN[0].read(suffix, path)
    except TimeoutError as error:
        _end()
        raise DocumentError(f"not read within {_SECONDS} seconds", path=path, remedy=_AS_TEXT) from error
    except (EOFError, ConnectionError) as error:
        _end()
        raise DocumentError("damaged: it ended the process that read it", path=path, remedy=_AS_TEXT) from error
    except deadlines.TooSlow:
        _end()  # its answer would be taken for that of the next file
        raise


@atexit.register
def _end() -> None:
    while _CHILDREN:
        child = _CHILDREN.pop()
        if child.own:
            child.end()


def main(number: str) -> None:
    """Answer with what each named file holds, or why it cannot be read, until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    talk = Connection(int(number))
    while True:
        try:
            suffix, path = talk.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer: Loaded | Exception = LOADERS[suffix](path)
        except MemoryError:
            answer = DocumentError(f"it needs more than {_MEMORY // 10**9} GB to read", path=path, remedy=_AS_TEXT)
        except Exception as error:  # whoever asked decides what it means, as if there were no process between
            answer = error
        try:
            talk.send(answer)
        except ConnectionError:
            return


if __name__ == "__main__":
    main(sys.argv[1])
