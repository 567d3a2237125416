"""What `cdsgraph validate` looks at, by its options: the project, a version, named files, or what changed since."""

import tempfile
from pathlib import Path

from rdflib import URIRef

from cdsgraph.checking import (
    rules,
    shapesfiles,
    sources,
    validate_files,
    validate_project,
    validate_store,
    validate_version,
    waivers,
)
from cdsgraph.checking.changed import validate_changed
from cdsgraph.checking.engine import Engine
from cdsgraph.checking.report import Report, Rule
from cdsgraph.cli import building, terminal
from cdsgraph.contributions.maker import rules_version
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
from cdsgraph.graph.remote import Endpoint
from cdsgraph.graph.remote.fetching import Fetcher
from cdsgraph.since import states
from cdsgraph.vocab import DEFAULT_BASE

# What stops a build because of what the project's files say.
_OF_THE_PROJECT = (
    CorrectionError, DatasetError, DocumentError, QueryError, RdfError, RegisterError, RulesError,
)  # fmt: skip


def report(
    paths: list[Path],
    dataset: Path | None,
    shapes: Path | None,
    out: Path,
    *,
    waived: Path | None,
    changed_since: str | None,
    engine: Engine,
) -> Report:
    """What is found where the options of `cdsgraph validate` say; waived findings are marked."""
    files = terminal.files()
    if changed_since:
        found = _since(changed_since, out, dataset, shapes)
    elif paths and shapes:
        found = validate_files(paths, shapes, engine=engine)
    elif paths:
        found = _named(paths, files, engine)
    elif dataset:
        found = validate_version(versions.within(dataset), shapes or files.shapes, files=files, engine=engine)
    elif (out / "current").is_dir():
        found = _version(versions.current(out), shapes, files, engine)
    else:
        terminal.say("nothing is built yet: building in a temporary place")
        with tempfile.TemporaryDirectory() as place:
            found = _built(Path(place), shapes, files, engine)
    return _with_waivers(found, waived, own_shapes=shapes is None, whole=not paths, narrowed=bool(changed_since))


def remote_report(
    store: Endpoint, graph_store: str | None, shapes: Path | None, *, waived: Path | None, engine: Engine
) -> Report:
    """What is found in a remote store, fetched graph by graph; waived findings are marked. Raises EndpointError."""
    files = terminal.files()
    content = Fetcher(store, graph_store).everything()
    found = validate_store(content, store.url, shapes or files.shapes, base=store.base, engine=engine)
    return _with_waivers(found, waived, own_shapes=shapes is None, whole=False, narrowed=False)


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
