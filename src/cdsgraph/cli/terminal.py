"""The terminal: notes and errors to stderr, data to stdout, progress where somebody looks on."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

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
def progress() -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on a terminal only."""
    if Options.quiet or not _notes.is_terminal:
        yield lambda _: None
        return
    with _notes.status("…") as status:
        yield lambda what: status.update(what)


@contextmanager
def bar() -> Iterator[Callable[[int, int, str], None]]:
    """A bar for how much is done of how much, and of what, on a terminal only."""
    if Options.quiet or not _notes.is_terminal:
        yield lambda done, total, what: None
        return
    columns = BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=_notes, transient=True) as shown:
        task = shown.add_task("…", total=None)
        yield lambda done, total, what: shown.update(task, completed=done, total=total, description=what)
