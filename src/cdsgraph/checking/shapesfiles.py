"""The shapes: read from a folder, refused where SHACL would ignore them in silence, laid out for speed."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from cdsgraph.checking import rdffiles
from cdsgraph.errors import ShapesError
from cdsgraph.vocab import DEFAULT_BASE, rebase

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_SHAPE_TAKING = (SH.node, SH["not"], SH.qualifiedValueShape, SH.property)


@dataclass(frozen=True)
class Shapes:
    """Shapes ready for the engine; `written` is the graph as the files have it."""

    graph: Graph
    written: Graph
    count: int


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int, int], ...], base: str) -> Shapes:
    written = Graph(bind_namespaces="none")
    for number, (path, _, _) in enumerate(files):
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ShapesError("not UTF-8 text", path=path, remedy="save the file as UTF-8") from error
        before = len(written)
        rdffiles.add(written, rebase(content, base).encode(), path, mark=f"s{number}")
        if len(written) > before:
            _refuse_unknown_terms(written, path)
    count = len(set(written.subjects(RDF.type, SH.PropertyShape)) | set(written.subjects(SH.path)))
    return Shapes(_spread_targets(written), written, count)


def load(place: Path, *, base: str = DEFAULT_BASE) -> Shapes:
    """One Turtle file, or all Turtle files of a folder, as one set of shapes, their codes below `base`.

    Raises ShapesError for a missing place, one without shapes, or an `sh:` term that SHACL does not have;
    RdfError for a file that is not Turtle.
    """
    files = [place] if place.is_file() else sorted(place.glob("*.ttl"))
    if not files:
        raise ShapesError("no shapes here", path=place, remedy="name a folder with SHACL shapes in .ttl files")
    shapes = _load(tuple((path, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files), base)
    if not shapes.count:
        raise ShapesError("no property shape here", path=place, remedy="name a file or folder with SHACL shapes")
    return shapes


def _refuse_unknown_terms(graph: Graph, path: Path) -> None:
    # SHACL passes over a misspelt term: sh:dataType would accept everything.
    for triple in graph:
        for term in triple:
            if isinstance(term, URIRef) and term.startswith(str(SH)) and term not in SH:
                name = term.removeprefix(str(SH))
                raise ShapesError(
                    f"SHACL has no term sh:{name}", path=path, remedy="look for a misspelling in the shapes"
                )


def _spread_targets(written: Graph) -> Graph:
    """The same shapes with each node shape's targets written on its property shapes.

    The engine builds a property shape's constraints anew for every focus node that reaches it through sh:property,
    but once for all focus nodes that are its own targets. The results are the same.
    """
    graph = Graph(bind_namespaces="none")
    for triple in written:
        graph.add(triple)
    for shape in set(written.subjects(SH.property)):
        targets = [(target, value) for target in _TARGETS for value in written.objects(shape, target)]
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
    implicit_target = (shape, RDF.type, RDFS.Class) in graph
    if implicit_target or (shape, SH.deactivated, None) in graph:
        return True
    used = any((None, predicate, shape) in graph for predicate in _SHAPE_TAKING)
    return used or (None, RDF.first, shape) in graph
