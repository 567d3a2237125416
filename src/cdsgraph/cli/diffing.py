"""`cdsgraph diff`: what differs between two versions."""

from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.choices import DiffForm
from cdsgraph.cli import terminal
from cdsgraph.cli.options import Lang, Out


def diff(
    old: Annotated[str, typer.Argument(help="A version's name or folder, or an N-Quads file.")],
    new: Annotated[str, typer.Argument(help="The one to compare with it.")],
    form: Annotated[DiffForm, typer.Option("--format", help="How the differences are written.")] = "text",
    language: Lang = "vi",
    out: Out = Path("build"),
) -> None:
    """Tell which facts were added, are gone or changed between two versions. Exit 1 when any differ.

    Example: cdsgraph diff 4f0c2b7a9d1e8356 build --format md
    """
    from cdsgraph import differing
    from cdsgraph.graph import diff as differences

    words = differing.load_words(terminal.files().words, language)
    sides = differences.open_side(old, out), differences.open_side(new, out)
    found = differences.compare(*sides)
    terminal.write_out(Path("-"), differing.render(found, *sides, form, words, language))
    raise typer.Exit(1 if found else 0)
