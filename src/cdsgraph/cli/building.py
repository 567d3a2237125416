"""`cdsgraph build`, and building where another command finds nothing built."""

from collections.abc import Sequence
from pathlib import Path

import typer

from cdsgraph import build as dataset_build
from cdsgraph.cli import terminal
from cdsgraph.cli.options import Base, Documents, Jobs, Out
from cdsgraph.errors import DocumentError
from cdsgraph.vocab import DEFAULT_BASE, is_base


def build(documents: Documents = None, out: Out = Path("build"), base: Base = DEFAULT_BASE, jobs: Jobs = 1) -> None:
    """Build a dataset version from documents and register, and make it current. Exit 1 if some could not be read.

    Example: cdsgraph build --documents data/documents --out build
    """
    tell_failed(make(documents, out, base, jobs))


def make(documents: Path | None, out: Path, base: str, jobs: int) -> Sequence[DocumentError]:
    """Build a version and say what it holds; the documents that could not be read."""
    if not is_base(base):
        raise typer.BadParameter("a base is an http(s) IRI that ends with a slash", param_hint="--base")
    with terminal.progress() as step:
        made = dataset_build.build(terminal.files(), out, documents=documents, base=base, jobs=jobs, progress=step)
    for line in made.told(verbose=terminal.Options.verbose):
        terminal.say(line)
    return made.failed


def tell_failed(failed: Sequence[DocumentError]) -> None:
    """Exit 1 after naming the documents that could not be read, if there are any."""
    if failed:
        terminal.warn("\n".join(map(str, failed)))
        terminal.say(f"documents that could not be read: {len(failed)}")
        raise typer.Exit(1)
