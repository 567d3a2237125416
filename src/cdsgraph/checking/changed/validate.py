"""Validates what differs between two versions, and what depends on it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rdflib import RDF, SH, Graph
from rdflib.term import Node

from cdsgraph.checking import engine, evidence, rdffiles, rules, shapesfiles
from cdsgraph.checking.changed import evidence_walks
from cdsgraph.checking.changed.dependencies import CLASSES, TARGETS, is_implicit_target, of_shapes
from cdsgraph.checking.changed.shape_changes import changed_shapes
from cdsgraph.checking.changed.triples import Triples
from cdsgraph.checking.changed.walking import Walks
from cdsgraph.checking.places import locate
from cdsgraph.checking.places.version import BuiltVersion
from cdsgraph.checking.report import Report
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.checking.validate import told
from cdsgraph.errors import CdsgraphError, DatasetError
from cdsgraph.files import Files
from cdsgraph.files import locate as project_files
from cdsgraph.graph import versions

_MARK: Final = "f0"  # as in a full run, whose blank nodes have the same names then
_NODES: Final = Path("nodes.nt")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two states: a version's folder (None: nothing is known of it), and the place of its shapes."""

    version: Path | None
    shapes: Path


@dataclass(frozen=True, slots=True)
class Since:
    """What was found, and how much was looked at.

    `pairs` are the shapes and focus nodes that were checked, the shape None where evidence was compared with its text;
    `triples` and `shapes` are how many differ.
    """

    report: Report
    pairs: frozenset[tuple[Node | None, Node]]
    triples: int
    shapes: int

    @property
    def checked(self) -> int:
        """How many focus nodes were checked."""
        return len({node for _, node in self.pairs})

    def told(self) -> str:
        """A line for whoever ran it."""
        return f"checked {self.checked:,} focus nodes: {self.triples:,} triples and {self.shapes:,} shapes differ"


def validate_changed(old: Side, new: Side, *, files: Files | None = None) -> Since:
    """The findings of a full run on `new`, of the pairs of shape and focus node that a difference matters to.

    Of an old state that is not known, everything counts as changed. Findings lead to the rows, texts and terms of
    `files`, as those of a full run do. Raises DatasetError for a folder that holds no
    version, ShapesError for shapes that cannot be used now.
    """
    if new.version is None:
        raise DatasetError("no dataset version to check", remedy="run `cdsgraph build`")
    base = str(versions.manifest(new.version).get("base"))
    shapes = shapesfiles.load(new.shapes, base=base)
    triples = Triples.of(_lines(new.version), _lines(old.version) if old.version else ())
    texts = new.version / "documents"
    before = old.version / "documents" if old.version else new.version / "no documents"
    evidence_walks.mark_changed(triples, evidence_walks.differing_texts(before, texts))
    since = check(triples, shapes, _shapes_before(old.shapes, base), texts)
    dump = new.version / versions.DATASET
    report = told(since.report.with_rules(rules.beyond_shapes().values()), shapes)
    report = replace(report, checked=(str(dump),))
    if report.results:
        place = BuiltVersion(new.version, rdffiles.read([dump]), files or project_files(), base=base)
        report = locate(report, place)
    return replace(since, report=report)


def check(triples: Triples, shapes: Shapes, before: Graph | None, texts: Path | None) -> Since:
    """As `validate_changed`, once all is read; `before` are the shapes as they were, `texts` the folder of texts."""
    checks = [*of_shapes(shapes.graph), evidence_walks.check()]
    shaped = [each.shape for each in checks if each.shape is not None]
    differ = set(shaped) if before is None else changed_shapes(before, shapes.graph, shaped)
    walks = Walks(checks, triples)
    focus = [
        walks.focus_nodes(each) if each.shape in differ else nodes
        for each, nodes in zip(checks, walks.affected(), strict=True)
    ]
    named = _terms(triples, set[int]().union(*focus))
    pairs = frozenset((each.shape, named[node]) for each, nodes in zip(checks, focus, strict=True) for node in nodes)
    found = Report((), shapes=shapes.count)
    if pairs:
        data = rdffiles.DataGraph()
        rdffiles.add(data, triples.lines(sorted(walks.read_from(focus))), _NODES, mark=_MARK)
        # The faster engine takes a copy of the shapes, in which no target can be a blank node of the data.
        found = engine.validate(data, _retargeted(shapes, pairs), engine="reference")
        if texts is not None:
            findings = evidence.check(data, evidence.texts(data, texts))
            found = found.with_results(each for each in findings if (None, each.focus) in pairs)
    return Since(found, pairs, len(triples.changed), len(differ))


def _lines(version: Path) -> Sequence[bytes]:
    dump = version / versions.DATASET
    try:
        return dump.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise DatasetError("no dataset version here", path=version, remedy="run `cdsgraph build`") from error


def _shapes_before(place: Path, base: str) -> Graph | None:
    try:
        return shapesfiles.load(place, base=base).graph
    except CdsgraphError:
        return None  # shapes that could not be used before have all changed


def _retargeted(shapes: Shapes, pairs: Set[tuple[Node | None, Node]]) -> Shapes:
    """The shapes with the given focus nodes as their only targets."""
    graph = Graph(bind_namespaces="none")
    for subject, predicate, value in shapes.graph:
        is_class = predicate == RDF.type and value in CLASSES and is_implicit_target(shapes.graph, subject)
        if not is_class and predicate not in (*TARGETS, SH.target):
            graph.add((subject, predicate, value))
    for shape, node in pairs:
        if shape is not None:
            graph.add((shape, SH.targetNode, node))
    return replace(shapes, graph=graph)


def _terms(triples: Triples, nodes: Set[int]) -> dict[int, Node]:
    """The nodes as terms of the data graph, by their numbers."""
    graph = rdffiles.DataGraph()
    lines = (b"<urn:x-cdsgraph:%d> <urn:x-cdsgraph:is> %s .\n" % (node, triples.terms[node]) for node in nodes)
    rdffiles.add(graph, b"".join(lines), _NODES, mark=_MARK)
    return {int(str(number).rpartition(":")[2]): node for number, node in graph.subject_objects()}
