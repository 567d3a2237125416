"""The terminal: notes and errors to stderr, data to stdout, progress where somebody looks on."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn

from cdsgraph import progress as reporting
from cdsgraph.errors import CdsgraphError
from cdsgraph.files import Files, locate

_notes = Console(stderr=True, highlight=False)


class Options:
    """What the options before a command chose."""

    root: Path | None = None
    quiet: bool = False
    verbose: bool = False


def files() -> Files:
    """The project's folders, below --root where that is given."""
    return locate(Options.root)


def say(message: str) -> None:
    """A note to whoever runs the command; none with --quiet."""
    if not Options.quiet:
        _notes.print(message, markup=False, soft_wrap=True)


def warn(message: str) -> None:
    """What went wrong without ending the command, --quiet or not."""
    _notes.print(message, markup=False, soft_wrap=True)


def fail(message: str, code: int) -> NoReturn:
    """Leave with a message and an exit code."""
    _notes.print(f"cdsgraph: {message}", markup=False, soft_wrap=True)
    sys.exit(code)


def choice(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a value that an option does not offer."""
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}", param_hint=option)


def write_out(target: Path, content: bytes, *, further: bool = False) -> None:
    """Data to a file, or to stdout where it is called -; `further` adds to what was written. Raises CdsgraphError."""
    try:
        if str(target) == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            with target.open("ab" if further else "wb") as file:
                file.write(content)
    except BrokenPipeError:
        drop_output()  # the reader of our output has left; the exit code still tells what was found
    except OSError as error:
        where = "stdout" if str(target) == "-" else target
        raise CdsgraphError(f"cannot be written: {error.strerror}", path=where, remedy="name another file") from error


def drop_output() -> None:
    """Send what is still to be written to stdout nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress(*, shown: bool = True) -> Iterator[reporting.Progress]:
    """Shows what is being done and how far it is: a bar on a terminal, else a line every few seconds.

    Nothing with --quiet, or where it is not to be `shown`.
    """
    if Options.quiet or not shown:
        yield reporting.untold
    elif _notes.is_terminal:
        columns = BarColumn(), _Counted(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False)
        with Progress(*columns, console=_notes, transient=True) as drawn:
            yield _Bar(drawn)
    else:
        yield Lines(say, time.monotonic)


class _Bar:
    """Progress as a bar; what is not counted has one without an end."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._task = drawn.add_task("…", total=None)
        self._counted = False

    def __call__(self, what: str, /, done: int = 0, total: int = 0) -> None:
        """Show what is being done."""
        if self._counted and not total:  # a task that has a total keeps one
            self._drawn.remove_task(self._task)
            self._task = self._drawn.add_task(what, total=None)
        self._counted = bool(total)
        self._drawn.update(self._task, completed=done, total=total or None, description=what)


class Lines:
    """Progress in lines: of many things one every few seconds, with their number, rate and the time left.

    A run that is over sooner has none; each step of a longer one has its own.
    """

    EVERY: Final = 5.0  # seconds

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float]) -> None:
        self._write, self._clock = write, clock
        self._began = self._told = clock()
        self._done = 0  # when the last line was written

    def __call__(self, what: str, /, done: int = 0, total: int = 0) -> None:
        """Take note of what is being done, and write a line if it is time."""
        now = self._clock()
        if now - (self._told if total else self._began) < self.EVERY:
            return
        since = self._done if self._done <= done else 0  # counted anew
        self._write(f"{_far(done, total, (done - since) / (now - self._told))}: {what}" if total else what)
        self._told, self._done = now, done


def _far(done: int, total: int, rate: float) -> str:
    left = f", {timedelta(seconds=round((total - done) / rate))} left" if rate > 0 else ""
    return f"{done} of {total}, {rate:.1f} a second{left}"


class _Counted(ProgressColumn):
    """How many of how many, and how many a second."""

    def render(self, task: Task) -> str:
        """The words; none for what is not counted."""
        if task.total is None:
            return ""
        rate = f", {task.speed:.1f} a second" if task.speed else ""
        return f"{task.completed:.0f} of {task.total:.0f}{rate}"
