"""The shapes: read from a folder, refused where SHACL would ignore them in silence, laid out for speed."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from cdsgraph.checking import rdffiles
from cdsgraph.errors import ShapesError
from cdsgraph.vocab import DEFAULT_BASE, rebase

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_SHAPE_TAKING = (SH.node, SH["not"], SH.qualifiedValueShape, SH.property)
_SHAPE_CLASSES = (SH.NodeShape, SH.PropertyShape)
_NAME = "[A-Za-z0-9_-]"


@dataclass(frozen=True)
class Shapes:
    """Shapes ready for the engines.

    `written` is the graph as the files have it, less what SHACL ignores; `idle` are the shapes that check nothing.
    """

    graph: Graph
    written: Graph
    count: int
    idle: tuple[Node, ...] = ()


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int, int], ...], base: str) -> Shapes:
    written = Graph(bind_namespaces="none")
    rdffiles.refuse_large(path for path, _, _ in files)
    for number, (path, _, _) in enumerate(files):
        try:
            text = rdffiles.content_of(path).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ShapesError("not UTF-8 text", path=path, remedy="save the file as UTF-8") from error
        before = len(written)
        rdffiles.add(written, rebase(text, base).encode(), path, mark=f"s{number}")
        if len(written) > before:
            _refuse_unknown_terms(written, path, text)
    return ready(written)


def ready(read: Graph) -> Shapes:
    """The shapes of a graph, which is not changed, laid out for the engines and counted."""
    written = Graph(bind_namespaces="none")
    for triple in read:
        # Of sh:uniqueLang only the term true says anything (SHACL 4.4.5); the engines take "1"^^xsd:boolean for it too.
        if triple[1] != SH.uniqueLang or str(triple[2]) == "true":
            written.add(triple)
    return Shapes(_spread_prefixes(_spread_targets(written)), written, _count(written), _idle(written))


def load(place: Path, *, base: str = DEFAULT_BASE) -> Shapes:
    """One RDF file, or all RDF files of a folder, as one set of shapes, their codes below `base`.

    Raises ShapesError for a missing place, one without shapes, or an `sh:` term that SHACL does not have;
    RdfError for a file that is not what its ending says.
    """
    files = [place] if place.is_file() else rdffiles.inside(place)
    if not files:
        raise ShapesError("no shapes here", path=place, remedy="name a file with SHACL shapes, or a folder of such")
    shapes = _load(tuple((path, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files), base)
    return _usable(shapes, place)


def of_graph(written: Graph) -> Shapes:
    """The shapes that a graph holds. Raises ShapesError as `load` does."""
    _refuse_unknown_terms(written, None, "")
    return _usable(ready(written), None)


def _usable(shapes: Shapes, place: Path | None) -> Shapes:
    if not shapes.count:
        raise ShapesError("no shape here", path=place, remedy="name a file or folder with SHACL shapes")
    return shapes


def have_targets(shapes: Shapes) -> bool:
    """Whether any shape says what it is about; without that nothing is checked."""
    written = shapes.written
    return any((None, target, None) in written for target in (*TARGETS, SH.target)) or any(
        _is_class(written, shape) for shape in written.subjects(RDF.type, SH.NodeShape)
    )


def _is_class(written: Graph, shape: Node) -> bool:
    classes = {RDFS.Class, *written.subjects(RDFS.subClassOf, RDFS.Class)}
    return any(each in classes for each in written.objects(shape, RDF.type))


def _count(written: Graph) -> int:
    """How many rules there are: property shapes, and node shapes that say something without any."""
    properties = set(written.subjects(RDF.type, SH.PropertyShape)) | set(written.subjects(SH.path))
    nodes = set(written.subjects(RDF.type, SH.NodeShape)).union(*(written.subjects(each) for each in TARGETS))
    return len(properties | {node for node in nodes if (node, SH.property, None) not in written})


def _idle(written: Graph) -> tuple[Node, ...]:
    """The shapes that have no target and that no other shape uses."""
    named = set(written.subjects(RDF.type, SH.NodeShape)) | set(written.subjects(RDF.type, SH.PropertyShape))
    return tuple(
        shape
        for shape in sorted(named, key=str)
        if not any((shape, target, None) in written for target in (*TARGETS, SH.target))
        and not _is_class(written, shape)
        and not _is_used(written, shape)
    )


def _refuse_unknown_terms(graph: Graph, path: Path | None, text: str) -> None:
    # SHACL passes over a misspelt term: sh:dataType would accept everything.
    unknown = {
        term.removeprefix(str(SH))
        for triple in graph
        for term in triple
        if isinstance(term, URIRef) and term.startswith(str(SH)) and len(term) > len(str(SH)) and term not in SH
    }
    lines = {name: _line_of(name, text) for name in unknown}
    for name in sorted(unknown, key=lambda name: (lines[name] or 0, name)):
        raise ShapesError(
            f"SHACL has no term sh:{name}", path=path, line=lines[name], remedy="look for a misspelling in the shapes"
        )


def _line_of(name: str, text: str) -> int | None:
    """The line on which a term is first written as a name with a prefix or in full, comments left out."""
    written = re.compile(rf"^[^#\n]*?(?:[#:]|<[^>]*#){re.escape(name)}(?!{_NAME})", re.MULTILINE)
    found = written.search(text)
    return text.count("\n", 0, found.end()) + 1 if found else None


def _spread_prefixes(graph: Graph) -> Graph:
    """The same shapes with prefixes that an ontology has from another one written on both: the reference asks one."""
    for ontology in set(graph.objects(None, SH.prefixes)):
        for imported in list(graph.transitive_objects(ontology, OWL.imports)):
            for declaration in list(graph.objects(imported, SH.declare)):
                graph.add((ontology, SH.declare, declaration))
    return graph


def _spread_targets(written: Graph) -> Graph:
    """The same shapes with each node shape's targets written on its property shapes.

    The engine builds a property shape's constraints anew for every focus node that reaches it through sh:property,
    but once for all focus nodes that are its own targets. The results are the same.
    """
    graph = Graph(bind_namespaces="none")
    for triple in written:
        graph.add(triple)
    for shape in set(written.subjects(SH.property)):
        targets = [(target, value) for target in TARGETS for value in written.objects(shape, target)]
        if not targets or _is_reached_otherwise(written, shape):
            continue
        for property_shape in list(written.objects(shape, SH.property)):
            if not isinstance(property_shape, URIRef):
                continue
            graph.remove((shape, SH.property, property_shape))
            for target, value in targets:
                graph.add((property_shape, target, value))
    return graph


def _is_reached_otherwise(graph: Graph, shape: Node) -> bool:
    is_class = any(each not in _SHAPE_CLASSES for each in graph.objects(shape, RDF.type))
    if is_class or (shape, SH.deactivated, None) in graph or (shape, SH.target, None) in graph:
        return True
    # Which shapes a qualified one must be disjoint with is asked of the shape that has them all by sh:property.
    if any((each, SH.qualifiedValueShapesDisjoint, None) in graph for each in graph.objects(shape, SH.property)):
        return True
    return _is_used(graph, shape)


def _is_used(graph: Graph, shape: Node) -> bool:
    return any((None, predicate, shape) in graph for predicate in (*_SHAPE_TAKING, RDF.first))
