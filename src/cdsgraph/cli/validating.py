"""`cdsgraph validate`: what does not agree in files or in a built version, for people and for pipelines."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rdflib import URIRef

from cdsgraph.build import rules_version
from cdsgraph.checking import (
    formats,
    rules,
    shapesfiles,
    sources,
    validate_files,
    validate_project,
    validate_version,
    waivers,
)
from cdsgraph.checking.changed import validate_changed
from cdsgraph.checking.engine import Engine
from cdsgraph.checking.report import Report, Rule, Severity
from cdsgraph.cli import building, terminal
from cdsgraph.cli.options import Lang, Out
from cdsgraph.errors import (
    CorrectionError,
    DatasetError,
    DocumentError,
    QueryError,
    RdfError,
    RegisterError,
    RulesError,
    ShapesError,
)
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.since import states
from cdsgraph.vocab import DEFAULT_BASE

# What stops a build because of what the project's files say.
_OF_THE_PROJECT = (
    CorrectionError, DatasetError, DocumentError, QueryError, RdfError, RegisterError, RulesError,
)  # fmt: skip


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="RDF files, folders of them, or the project's own files."),
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
    terminal.choice("--format", form, formats.FORMATS)
    if paths and dataset:
        raise typer.BadParameter("name files or --dataset, not both")
    if paths and changed_since:
        raise typer.BadParameter("--changed-since compares built versions: leave the files out")
    files = terminal.files()
    if changed_since:
        report = _since(changed_since, out, dataset, shapes)
    elif paths and shapes:
        report = validate_files(paths, shapes, engine=engine)
    elif paths:
        report = _named(paths, files, engine)
    elif dataset:
        report = validate_version(versions.within(dataset), shapes or files.shapes, files=files, engine=engine)
    elif (out / "current").is_dir():
        report = _version(versions.current(out), shapes, files, engine)
    else:
        terminal.say("nothing is built yet: building in a temporary place")
        with tempfile.TemporaryDirectory() as place:
            report = _built(Path(place), shapes, files, engine)
    report = _with_waivers(report, waived, own_shapes=shapes is None, whole=not paths, narrowed=bool(changed_since))
    for note in report.notes:
        terminal.say(f"note: {note}")
    words = terminal.files().words
    terminal.write_out(Path("-"), formats.render(report, form, language, fail_on=fail_on, words=words).encode())
    raise typer.Exit(0 if report.conforms(fail_on) else 1)


def _with_waivers(report: Report, given: Path | None, *, own_shapes: bool, whole: bool, narrowed: bool) -> Report:
    """The report with what is waived marked: by the file given, else by the project's own for its own shapes.

    Where a part only was looked at, the project's waivers of other parts are not told as unused; where that is what
    changed (`narrowed`), no waivers are.
    """
    files = terminal.files()
    if given is None and not (own_shapes and files.waivers.is_file()):
        return report
    if given is not None:
        return rules.with_remedies(waivers.apply(report, waivers.load(given), whole=not narrowed), files.words)
    inside = files.waivers.is_relative_to(Path.cwd())
    shown = str(files.waivers.relative_to(Path.cwd()) if inside else files.waivers)
    loaded = waivers.load(files.waivers, shown_as=shown)
    try:
        known = rules.of_shapes(shapesfiles.load(files.shapes).written)
    except (ShapesError, RdfError):  # a finding by now; which rules there are cannot be known
        known = tuple(Rule(URIRef(each.rule), each.rule) for each in loaded)
    return rules.with_remedies(waivers.apply(report, loaded, known=known, whole=whole and not narrowed), files.words)


def _named(paths: list[Path], files: Files, engine: Engine) -> Report:
    """The findings that the named files answer for: the project's own by what each is, the others as data."""
    own, others = sources.own(paths, files)
    if not own:
        return validate_files(others, files.shapes, engine=engine)
    report = sources.narrowed(sources.check(files).report, own, files)
    if others:
        found = validate_files(others, files.shapes, engine=engine)
        report = _with_sources(report, found)
    return report


def _version(version: Path, shapes: Path | None, files: Files, engine: Engine) -> Report:
    """A version against shapes that are named, else the whole project."""
    if shapes:
        return validate_version(version, shapes, files=files, engine=engine)
    report = validate_project(sources.check(files), version, engine=engine)
    if versions.manifest(version).get("rules") == rules_version(files):
        return report
    return report.with_results([sources.unchecked("Project-current", "data", version.name)])


def _built(place: Path, shapes: Path | None, files: Files, engine: Engine) -> Report:
    """The same for a version built in a folder; a project that cannot be built is checked as far as it goes."""
    try:
        building.make(None, place, DEFAULT_BASE, 1, force=True)
    except _OF_THE_PROJECT as error:
        if shapes:
            raise
        return validate_project(sources.check(files), None, why=str(error))
    if shapes:
        return validate_version(versions.current(place), shapes, files=files, engine=engine)
    return validate_project(sources.check(files, figures=False), versions.current(place), engine=engine)


def _since(since: str, out: Path, dataset: Path | None, shapes: Path | None) -> Report:
    """What is found of all that changed, and of what depends on it; how much that was is said."""
    files = terminal.files()
    try:
        with (
            terminal.progress() as step,
            states(since, files, out, dataset=dataset, shapes=shapes, progress=step) as found,
        ):
            if found.not_built:
                terminal.warn(f"{since} cannot be built, so everything is checked: {found.not_built}")
            if found.failed:
                terminal.warn("\n".join(map(str, found.failed)))
            step("checks")
            checked = validate_changed(found.old, found.new, files=files)
            own, _ = sources.own(found.changed, files) if shapes is None else ([], [])
    except _OF_THE_PROJECT as error:
        if shapes or since in versions.names(out):
            raise
        return validate_project(sources.check(files), None, why=str(error))
    terminal.say(checked.told())
    if not own:
        return checked.report
    return _with_sources(sources.narrowed(sources.check(files).report, own, files), checked.report)


def _with_sources(report: Report, data: Report) -> Report:
    """The findings over the project's files with those over data, the rules of both once."""
    every_rule = {rule.shape: rule for rule in (*report.rules, *data.rules)}
    return Report(
        (*report.results, *data.results),
        triples=report.triples + data.triples,
        shapes=report.shapes,
        rules=tuple(every_rule.values()),
        checked=(*report.checked, *data.checked),
        notes=(*report.notes, *data.notes),
    )
