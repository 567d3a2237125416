"""`cdsgraph validate`: what does not agree in files or in a built version, for people and for pipelines."""

from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.choices import REPORT_FORMS, Engine, Severity
from cdsgraph.cli import terminal
from cdsgraph.cli.options import (
    Base,
    GraphStoreUrl,
    Lang,
    Out,
    Password,
    Retries,
    Token,
    User,
    checked_url,
    remote,
)
from cdsgraph.vocab import DEFAULT_BASE


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
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="A remote SPARQL 1.1 endpoint.")] = None,
    graph_store: GraphStoreUrl = None,
    user: User = "",
    password: Password = "",
    token: Token = "",
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a remote request may take.")] = 120,
    retries: Retries = 2,
    base: Base = DEFAULT_BASE,
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

    Example: cdsgraph validate --endpoint http://localhost:7878/query

    Example: cdsgraph validate data.ttl --shapes my-shapes.ttl --waivers my-waivers.csv
    """
    terminal.choice("--format", form, REPORT_FORMS)
    if paths and dataset:
        raise typer.BadParameter("name files or --dataset, not both")
    if paths and changed_since:
        raise typer.BadParameter("--changed-since compares built versions: leave the files out")
    if endpoint and (paths or dataset or changed_since):
        raise typer.BadParameter("--endpoint is checked by itself: leave files, --dataset and --changed-since out")
    from cdsgraph.checking import formats
    from cdsgraph.cli import checks

    if endpoint:
        store = remote(endpoint, user, password, token, timeout=timeout, retries=retries, base=base)
        graphs = graph_store and checked_url(graph_store, "--graph-store")
        report = checks.remote_report(store, graphs, shapes, waived=waived, engine=engine)
    else:
        report = checks.report(
            paths or [], dataset, shapes, out, waived=waived, changed_since=changed_since, engine=engine
        )
    for note in report.notes:
        terminal.say(f"note: {note}")
    words = terminal.files().words
    terminal.write_out(Path("-"), formats.render(report, form, language, fail_on=fail_on, words=words).encode())
    raise typer.Exit(0 if report.conforms(fail_on) else 1)
