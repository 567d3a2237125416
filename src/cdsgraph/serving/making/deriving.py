"""Files made of versions, such as packed dumps: made once by a process of their own, then kept on disk.

The child gets no network, bounded memory and bounded time; it writes into a folder that takes its name when it is
complete, so what is there is whole. One child runs at a time. A request waits for it for a while, then is told to come
back; the child goes on.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Final

import cdsgraph
from cdsgraph.errors import BusyError, CdsgraphError, DatasetError
from cdsgraph.graph.versions import running
from cdsgraph.serving.engine.messages import FAILED, HEAD_LENGTH, unpack_error, unpack_head

_LOG = logging.getLogger(__name__)
LONGEST: Final = 600.0  # seconds that a child may take
_WAITING: Final = 8  # children that may be asked for at once
_FORGOTTEN: Final = 30.0  # seconds after which what failed is tried again, and more where it took long
_REST: Final = 20  # times what a failed child took, before it is tried again


class Derived:
    """Folders of derived files below `folder`; requests wait up to `patience` seconds for one that is being made."""

    def __init__(self, folder: Path, *, patience: float) -> None:
        self._folder = folder
        self._patience = patience
        self._lane = asyncio.Semaphore(1)
        self._running: dict[str, asyncio.Task[Path]] = {}
        self._failed: dict[str, tuple[float, CdsgraphError]] = {}  # until when

    def kept(self, name: str) -> Path | None:
        """The folder of that name, if it has been made."""
        path = self._folder / name
        return path if path.is_dir() else None

    async def get(self, name: str, module: str, *arguments: str, keep: int = 0, patience: float | None = None) -> Path:
        """The folder of that name; made, where it is missing, by `python -m module FOLDER ARGUMENTS…`.

        With `keep`, of the folders whose name begins as this one up to its first `-`, only so many newest stay.
        `patience` is for this request in place of the usual one. Raises BusyError when it is not ready in time, else
        the error that the child told or DatasetError.
        """
        if (path := self.kept(name)) is not None:
            return path
        loop = asyncio.get_running_loop()
        if (failure := self._failed.get(name)) is not None and loop.time() < failure[0]:
            raise failure[1]
        task = self._running.get(name)
        if task is None:
            if len(self._running) >= _WAITING:
                raise BusyError("other files are being made", remedy="come back in a minute")
            task = self._running[name] = asyncio.create_task(self._make(name, module, arguments, keep))
            began = loop.time()
            task.add_done_callback(lambda done: self._ended(name, done, began))
        done, _ = await asyncio.wait({task}, timeout=self._patience if patience is None else patience)
        if not done:
            raise BusyError("the file is being made", remedy="come back in a minute")
        return task.result()

    async def stop(self) -> None:
        """End the child that runs, if any does."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, name: str, task: asyncio.Task[Path], began: float) -> None:
        self._running.pop(name, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _LOG.warning("%s was not made: %s", name, error)
        if isinstance(error, CdsgraphError):
            now = asyncio.get_running_loop().time()
            self._failed[name] = (now + max(_FORGOTTEN, _REST * (now - began)), error)
        else:
            self._failed.pop(name, None)

    async def _make(self, name: str, module: str, arguments: tuple[str, ...], keep: int) -> Path:
        target = self._folder / name
        # Another server on the same versions may be making the same.
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        async with self._lane:
            try:
                await asyncio.to_thread(_fresh, temporary)
                await _run(module, (str(temporary), *arguments))
                with contextlib.suppress(OSError):  # another server was faster
                    temporary.rename(target)
            except OSError as error:
                raise DatasetError(f"no room for derived files: {error.strerror}", path=self._folder) from error
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            if not target.is_dir():
                raise DatasetError("a derived file could not be put in its place", path=target)
            if keep:
                await asyncio.to_thread(self._prune, f"{name.partition('-')[0]}-*", keep)
        return target

    def _prune(self, pattern: str, keep: int) -> None:
        folders = sorted(self._folder.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
        for folder in folders[keep:]:
            shutil.rmtree(folder, ignore_errors=True)


def _fresh(folder: Path) -> None:
    """Make a folder anew, and remove those that servers left half made which are no more."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for half_made in folder.parent.glob(".*.tmp"):
        if not running(half_made.name.rsplit(".", 2)[1]):
            shutil.rmtree(half_made, ignore_errors=True)


async def _run(module: str, arguments: tuple[str, ...]) -> None:
    package_parent = str(Path(cdsgraph.__file__).parents[1])
    search = os.pathsep.join(part for part in (package_parent, os.environ.get("PYTHONPATH")) if part)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": search},
    )
    try:
        async with asyncio.timeout(LONGEST):
            told, _ = await process.communicate()
    except TimeoutError as error:
        raise DatasetError(f"a file was not made within {LONGEST:g} s") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if len(told) >= HEAD_LENGTH and unpack_head(told[:HEAD_LENGTH])[0] == FAILED:
        raise unpack_error(told[HEAD_LENGTH:])
    if process.returncode != 0:
        raise DatasetError("the process that makes a file ended", remedy="see how much memory the machine has")
