"""`cdsgraph build`, and building where another command finds nothing built."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.choices import DOCUMENT_TIMEOUT
from cdsgraph.cli import terminal
from cdsgraph.cli.options import Base, Documents, DocumentTimeout, Force, Fresh, Jobs, Out, Scheduler
from cdsgraph.errors import DocumentError, RefusedError
from cdsgraph.vocab import DEFAULT_BASE, is_base


def build(
    documents: Documents = None,
    out: Out = Path("build"),
    base: Base = DEFAULT_BASE,
    jobs: Jobs = 1,
    check: Annotated[bool, typer.Option("--check", help="Make it current only if it satisfies the shapes.")] = False,
    force: Force = False,
    fresh: Fresh = False,
    scheduler: Scheduler = None,
    document_timeout: DocumentTimeout = DOCUMENT_TIMEOUT,
) -> None:
    """Build a dataset version from documents and register, and make it current.

    Exit 1 if some documents could not be read, or the version was not made current: it has over 20 % fewer triples
    than the current one, or does not answer the queries of data/canaries.csv.

    Example: cdsgraph build --documents data/documents --out build
    """
    tell_failed(
        make(
            documents,
            out,
            base,
            jobs,
            check=check,
            force=force,
            fresh=fresh,
            scheduler=scheduler,
            seconds=document_timeout,
        )
    )


def make(
    documents: Path | None,
    out: Path,
    base: str,
    jobs: int,
    *,
    check: bool = False,
    force: bool = False,
    fresh: bool = False,
    scheduler: str | None = None,
    seconds: float = DOCUMENT_TIMEOUT,
) -> Sequence[DocumentError]:
    """Build a version and say what it holds; the documents that could not be read.

    Raises RefusedError when it was not made current.
    """
    if not is_base(base):
        raise typer.BadParameter("a base is an http(s) IRI that ends with a slash", param_hint="--base")
    from cdsgraph import build as dataset_build  # with all that reads documents

    with terminal.progress() as step:
        made = dataset_build.build(
            terminal.files(),
            out,
            documents=documents,
            base=base,
            jobs=jobs,
            check=check,
            force=force,
            fresh=fresh,
            scheduler=scheduler,
            seconds=seconds,
            progress=step,
        )
    for line in made.told(verbose=terminal.Options.verbose):
        terminal.say(line)
    if made.objections and made.failed:
        terminal.warn("\n".join(map(str, made.failed)))
    refuse(made.version, made.objections)
    return made.failed


def refuse(version: Path, objections: Sequence[str]) -> None:
    """Raise RefusedError if there is an objection to a version's becoming current."""
    if objections:
        raise RefusedError(
            f"version {version.name} is built and was not made current:\n  " + "\n  ".join(objections),
            remedy=f"see `cdsgraph diff`; if it is meant so: cdsgraph publish {version.name} --force",
        )


def tell_failed(failed: Sequence[DocumentError]) -> None:
    """Exit 1 after naming the documents that could not be read, if there are any."""
    if failed:
        terminal.warn("\n".join(map(str, failed)))
        terminal.say(f"documents that could not be read: {len(failed)}")
        raise typer.Exit(1)
