"""`cdsgraph validate`: what does not agree in files or in a built version, for people and for pipelines."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.checking import formats, rules, shapesfiles, validate_files, validate_version, waivers
from cdsgraph.checking.report import Report, Severity
from cdsgraph.cli import building, terminal
from cdsgraph.cli.options import Lang, Out
from cdsgraph.graph import versions
from cdsgraph.vocab import DEFAULT_BASE


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="RDF files to check, or folders of them.")
    ] = None,
    dataset: Annotated[Path | None, typer.Option("--dataset", help="A built version's folder.")] = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", help="File or folder of shapes.")] = None,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(formats.FORMATS)}.")] = "text",
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="What makes the exit code 1.")] = "violation",
    waived: Annotated[
        Path | None,
        typer.Option(
            "--waivers",
            help="Findings that are accepted, a CSV file (default: data/waivers.csv).",
        ),
    ] = None,
    language: Lang = "vi",
    out: Out = Path("build"),
) -> None:
    """Check RDF files, or a built version, against the shapes. Exit 1 when something at or above --fail-on is found.

    What a waiver accepts is listed and does not count, until the waiver lapses. Formats: docs/report-formats.md.

    Example: cdsgraph validate data.ttl --format turtle

    Example: cdsgraph validate --fail-on warning --format github

    Example: cdsgraph validate --format sarif --lang en > report.sarif

    Example: cdsgraph validate data.ttl --shapes my-shapes.ttl --waivers my-waivers.csv
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
    report = _with_waivers(report, waived, own_shapes=shapes is None, whole=not paths)
    for note in report.notes:
        terminal.say(f"note: {note}")
    words = terminal.files().words
    terminal.write_out(Path("-"), formats.render(report, form, language, fail_on=fail_on, words=words).encode())
    raise typer.Exit(0 if report.conforms(fail_on) else 1)


def _with_waivers(report: Report, given: Path | None, *, own_shapes: bool, whole: bool) -> Report:
    """The report with what is waived marked: by the file given, else by the project's own for its own shapes.

    Where a part only was looked at, the project's waivers of other parts are not told as unused.
    """
    files = terminal.files()
    if given is None and not (own_shapes and files.waivers.is_file()):
        return report
    if given is not None:
        return rules.with_remedies(waivers.apply(report, waivers.load(given)), files.words)
    inside = files.waivers.is_relative_to(Path.cwd())
    shown = str(files.waivers.relative_to(Path.cwd()) if inside else files.waivers)
    known = rules.of_shapes(shapesfiles.load(files.shapes).written)
    loaded = waivers.load(files.waivers, shown_as=shown)
    return rules.with_remedies(waivers.apply(report, loaded, known=known, whole=whole), files.words)
