"""`cdsgraph validate`: what does not agree in files or in a built version, for people and for pipelines."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.checking import formats, validate_files, validate_version
from cdsgraph.checking.report import Severity
from cdsgraph.cli import building, terminal
from cdsgraph.cli.options import Lang, Out
from cdsgraph.graph import versions
from cdsgraph.vocab import DEFAULT_BASE


def validate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH...]", help="RDF files to check.")] = None,
    dataset: Annotated[Path | None, typer.Option("--dataset", help="A built version's folder.")] = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", help="File or folder of shapes.")] = None,
    form: Annotated[str, typer.Option("--format", help="text, json or turtle.")] = "text",
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="What makes the exit code 1.")] = "violation",
    language: Lang = "vi",
    out: Out = Path("build"),
) -> None:
    """Check RDF files, or a built version, against the shapes. Exit 1 when something at or above --fail-on is found.

    Example: cdsgraph validate data.ttl --format turtle
    """
    terminal.choice("--format", form, formats.FORMATS)
    if paths and dataset:
        raise typer.BadParameter("name files or --dataset, not both")
    files = terminal.files()
    folder = shapes or files.shapes
    if paths:
        report = validate_files(paths, folder)
    elif dataset or (out / "current").is_dir():
        report = validate_version(versions.within(dataset) if dataset else versions.current(out), folder, files=files)
    else:
        terminal.say("nothing is built yet: building in a temporary place")
        with tempfile.TemporaryDirectory() as place:
            building.make(None, Path(place), DEFAULT_BASE, 1)
            report = validate_version(versions.current(Path(place)), folder, files=files)
    terminal.write_out(Path("-"), formats.render(report, form, language).encode())
    raise typer.Exit(0 if report.conforms(fail_on) else 1)
