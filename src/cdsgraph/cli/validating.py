"""`cdsgraph validate`: what does not agree in files or in a built version, for people and for pipelines."""

from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.choices import REPORT_FORMS, Engine, Severity
from cdsgraph.cli import terminal
from cdsgraph.cli.options import Lang, Out


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="RDF files, folders of them, or the project's own files."),
    ] = None,
    dataset: Annotated[Path | None, typer.Option("--dataset", help="A built version's folder.")] = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", help="File or folder of shapes.")] = None,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(REPORT_FORMS)}.")] = "text",
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="What makes the exit code 1.")] = "violation",
    waived: Annotated[
        Path | None,
        typer.Option(
            "--waivers",
            help="Findings that are accepted, a CSV file (default: data/waivers.csv).",
        ),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            "--changed-since", metavar="VERSION|GITREF", help="Only what changed since, and what depends on it."
        ),
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="auto: the faster one where it is installed and proved to say the same.")
    ] = "auto",
    language: Lang = "vi",
    out: Out = Path("build"),
) -> None:
    """Check the project and what is built from it, or RDF files. Exit 1 when something at or above --fail-on is found.

    Without PATH and --dataset: ontology, schemes, shapes, queries, context, register and tables, and the current
    version. A PATH of the project's own is checked by what it is, any other as data against the shapes.

    What a waiver accepts is listed and does not count, until the waiver lapses. Formats: docs/report-formats.md.

    Example: cdsgraph validate data.ttl --format turtle

    Example: cdsgraph validate --fail-on warning --format github

    Example: cdsgraph validate --format sarif --lang en > report.sarif

    Example: cdsgraph validate data.ttl --shapes my-shapes.ttl --waivers my-waivers.csv
    """
    terminal.choice("--format", form, REPORT_FORMS)
    if paths and dataset:
        raise typer.BadParameter("name files or --dataset, not both")
    if paths and changed_since:
        raise typer.BadParameter("--changed-since compares built versions: leave the files out")
    from cdsgraph.checking import formats
    from cdsgraph.cli import checks

    report = checks.report(paths or [], dataset, shapes, out, waived=waived, changed_since=changed_since, engine=engine)
    for note in report.notes:
        terminal.say(f"note: {note}")
    words = terminal.files().words
    terminal.write_out(Path("-"), formats.render(report, form, language, fail_on=fail_on, words=words).encode())
    raise typer.Exit(0 if report.conforms(fail_on) else 1)
