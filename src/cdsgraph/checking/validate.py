"""The checks a user asks for: of RDF, of a built version with its texts, of the project and what it makes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rdflib import Dataset, Graph

from cdsgraph.checking import engine as engines
from cdsgraph.checking import evidence, rdffiles, rules, shapesfiles, sources
from cdsgraph.checking.engine import Engine
from cdsgraph.checking.places import locate
from cdsgraph.checking.places.inputs import InputFiles
from cdsgraph.checking.places.version import BuiltVersion
from cdsgraph.checking.report import Report, Result
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.checking.sources import built
from cdsgraph.errors import DatasetError, RdfError, ShapesError
from cdsgraph.files import Files
from cdsgraph.files import locate as project_files
from cdsgraph.graph import versions
from cdsgraph.vocab import DEFAULT_BASE


def validate(
    data: Graph | str | Path | Iterable[str | Path],
    shapes: Graph | str | Path | None = None,
    *,
    base: str = DEFAULT_BASE,
    engine: Engine = "auto",
) -> Report:
    """Check data against shapes and return the report; neither is changed.

    `data` is an rdflib graph, an RDF file, a folder of such, a built version's folder, or several files and folders
    taken together; `shapes` a graph, a file or a folder, by default the project's own, with their codes below `base`.
    Raises RdfError (path, line, column) for data that cannot be read or are empty, ShapesError for shapes that are
    missing or cannot be used, DatasetError for a damaged version.

    >>> from rdflib import RDF, SH, BNode, Graph, URIRef
    >>> needed, person = Graph(), Graph()
    >>> _ = needed.add((URIRef("urn:named"), SH.targetNode, URIRef("urn:lan")))
    >>> _ = needed.add((URIRef("urn:named"), SH.path, URIRef("urn:name")))
    >>> _ = needed.add((URIRef("urn:named"), SH.minCount, Literal(1)))
    >>> _ = person.add((URIRef("urn:lan"), RDF.type, URIRef("urn:Person")))
    >>> [str(result.focus) for result in validate(person, needed).results]
    ['urn:lan']
    """
    wanted = shapes if isinstance(shapes, Graph) else Path(shapes or project_files().shapes)
    if isinstance(data, Graph):
        return _check(_copy(data), _rules(wanted, base), None, engine)
    paths = (Path(data),) if isinstance(data, str | Path) else tuple(map(Path, data))
    if len(paths) == 1 and (paths[0] / "dataset.nq").is_file():
        return validate_version(paths[0], wanted, engine=engine)
    return validate_files(paths, wanted, base=base, engine=engine)


def validate_files(
    paths: Iterable[Path], shapes_dir: Path | Graph, *, base: str = DEFAULT_BASE, engine: Engine = "auto"
) -> Report:
    """SHACL over RDF files taken together, for a folder those in it; named graphs are united.

    `base` is the base IRI that the data's codes lie under. Raises RdfError (path, line, column) for a file that cannot
    be read or holds no triple, ShapesError for shapes that are missing or cannot be used.
    """
    files, shapes = tuple(rdffiles.expanded(paths)), _rules(shapes_dir, base)
    data = rdffiles.read(files)
    report = _check(data, shapes, ", ".join(map(str, files)) or None, engine)
    return locate(replace(report, checked=tuple(map(str, files))), InputFiles(files, data))


def validate_content(content: bytes, name: str, shapes_dir: Path, *, base_iri: str, base: str) -> Report:
    """SHACL over RDF that is at hand, its format told by the ending of `name`; it may end the process that calls this.

    Raises RdfError (line, column) for what is not RDF or holds no triple, ShapesError for shapes that cannot be used.
    """
    data = rdffiles.DataGraph()
    rdffiles.add(data, content, Path(name), base=base_iri, guarded=False)
    # Whoever sends it may mean harm: the engine that is written in Python fails without taking the process down.
    return _check(data, _rules(shapes_dir, base), None, "reference")


def validate_store(content: bytes, url: str, shapes_dir: Path, *, base: str, engine: Engine = "auto") -> Report:
    """SHACL over the N-Triples of a remote store; `url` is how the report names it.

    Raises RdfError for what holds no triple, ShapesError for shapes that cannot be used.
    """
    data = rdffiles.DataGraph()
    rdffiles.add(data, content, Path("store.nt"), base=base, guarded=False)
    return replace(_check(data, _rules(shapes_dir, base), url, engine), checked=(url,))


def validate_version(
    version_dir: Path, shapes_dir: Path | Graph, *, files: Files | None = None, engine: Engine = "auto"
) -> Report:
    """SHACL over a built version, and its evidence against its own copies of the texts, in one report.

    Findings lead to the rows, texts and terms of `files`, the project that the version was built from; without it to
    those of the checkout or the installed package.

    Raises DatasetError for a folder that holds no version, ShapesError for shapes that cannot be used.
    """
    version = _Version(version_dir)
    shapes = _rules(shapes_dir, version.base)
    data = version.data()
    report = engines.validate(data, shapes, engine=engine).with_rules(rules.beyond_shapes().values())
    report = replace(told(report.with_results(version.evidence(data)), shapes), checked=(str(version.dump),))
    return locate(report, version.origins(data, files or project_files()))


def validate_project(
    checked: sources.Checked, version_dir: Path | None, *, why: str = "", engine: Engine = "auto"
) -> Report:
    """The findings over the project's own files, with those over a version that is built from them.

    A shape that is broken is left out, and said to be. Without a version the report says why the data were not checked.
    Raises DatasetError for a folder that holds no version.
    """
    if version_dir is None:
        return checked.report.with_results([sources.unchecked("Project-built", "data", why)])
    version = _Version(version_dir)
    data = version.data()
    found = [*checked.report.results]
    found += built.check(checked.sources, data, version.dump, version.base, checked.exceptions)
    shapes = checked.shapes(version.base)
    report = Report((), rules=tuple(rules.beyond_shapes().values()))
    try:
        checks = engines.validate(data, shapes, engine=engine)
        report = replace(report, results=checks.results, engine=checks.engine, notes=checks.notes)
    except ShapesError as error:
        found.append(sources.unchecked("Project-validated", "shapes", error.message))
    report = told(report.with_results(version.evidence(data)), shapes)
    report = replace(report, checked=(*checked.report.checked, str(version.dump)))
    report = locate(report, version.origins(data, checked.sources.files))
    every_rule = {rule.shape: rule for rule in (*checked.report.rules, *report.rules)}
    return replace(
        report,
        results=(*found, *report.results),
        triples=len(data),
        shapes=checked.report.shapes,
        rules=tuple(every_rule.values()),
    )


def told(report: Report, shapes: Shapes) -> Report:
    """The report with the rules that were applied and what to do about each finding."""
    listed = rules.with_messages(report.with_rules(rules.of_shapes(shapes.written)), shapes.written)
    return rules.with_remedies(listed)


def _check(data: rdffiles.DataGraph, shapes: Shapes, named: str | None, engine: Engine) -> Report:
    if not len(data):
        raise RdfError("no triples to check", path=named, remedy="give RDF that holds data")
    notes = {*rdffiles.not_fetched(data, shapes.written), *rdffiles.not_fetched(shapes.written, data)}
    report = engines.validate(data, shapes, engine=engine)
    return told(replace(report, notes=(*sorted(notes), *_told_idle(shapes), *report.notes)), shapes)


def _rules(wanted: Graph | Path, base: str) -> Shapes:
    if isinstance(wanted, Graph):
        place, shapes = None, shapesfiles.of_graph(wanted)
    else:
        place, shapes = wanted, shapesfiles.load(wanted, base=base)
    if not shapesfiles.have_targets(shapes):
        raise ShapesError(
            "no shape here has a target: nothing would be checked",
            path=place,
            remedy="give a shape a sh:targetClass, or another target",
        )
    return shapes


def _told_idle(shapes: Shapes) -> tuple[str, ...]:
    if not shapes.idle:
        return ()
    first, number = shapes.idle[0].n3(), len(shapes.idle)
    return (
        f"{number} of the shapes check nothing, as they have no target and no shape uses them; the first is {first}\n"
        "  remedy: give each a sh:targetClass, or another target",
    )


def _copy(graph: Graph) -> rdffiles.DataGraph:
    """The triples of a graph, of all graphs of a Dataset, as the engine wants them."""
    data = rdffiles.DataGraph()
    for triple in {(s, p, o) for s, p, o, _ in graph.quads()} if isinstance(graph, Dataset) else graph:
        data.add(triple)
    return data


class _Version:
    """A built version with the base of its things."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.dump = folder / versions.DATASET
        if not self.dump.is_file():
            raise DatasetError("no dataset version here", path=folder, remedy="run `cdsgraph build`")
        self.base = _base(folder)

    def data(self) -> rdffiles.DataGraph:
        """Its triples. Raises DatasetError where there are none."""
        data = rdffiles.read([self.dump])
        if not len(data):
            raise DatasetError("the dataset holds no triples", path=self.dump, remedy="run `cdsgraph build` again")
        return data

    def evidence(self, data: rdffiles.DataGraph) -> tuple[Result, ...]:
        """What does not agree between its triples and its texts."""
        return evidence.check(data, evidence.texts(data, self._folder / "documents"))

    def origins(self, data: rdffiles.DataGraph, files: Files) -> BuiltVersion:
        """What its triples came from: the rows, texts and terms of a project."""
        return BuiltVersion(self._folder, data, files, base=self.base)


def _base(version_dir: Path) -> str:
    manifest = version_dir / versions.MANIFEST
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["base"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"the manifest cannot be read: {error}", path=manifest, remedy="run `cdsgraph build` again"
        ) from error
