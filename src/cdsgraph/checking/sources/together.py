"""The ontology, the schemes and the register taken together, against the shapes that can be used."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, serialize
from rdflib import PROV, SH, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from cdsgraph.checking import engine, rdffiles, shapesfiles
from cdsgraph.checking.report import Place, Report, Result
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.checking.sources.project import Sources
from cdsgraph.checking.sources.rules import file_iri, finding
from cdsgraph.errors import ShapesError
from cdsgraph.graph import record_names, register_mapping
from cdsgraph.register import Register
from cdsgraph.vocab import CDS, DEFAULT_BASE, Iris, rebase

_CDS = Namespace(CDS)


def check(sources: Sources, register: Register | None, shapes: Shapes) -> Report:
    """What the shapes find in what the project itself says, before any document is read; `register` may be left out."""
    data = sources.vocabulary
    if register is not None:
        data = rdffiles.DataGraph()
        for triple in sources.vocabulary:
            data.add(triple)
        for content in _told(sources, register):
            rdffiles.add(data, content, Path("register.nq"), mark="r")
    try:
        report = engine.validate(data, shapes)
    except ShapesError as error:
        focus = file_iri("shapes")
        return Report((finding("Project-validated", focus, Place("shapes"), value=error.message),), triples=len(data))
    placed = tuple(replace(each, places=tuple(_places(sources, data, each))) for each in report.results)
    return Report(placed, triples=report.triples, shapes=report.shapes)


def _told(sources: Sources, register: Register) -> Iterator[bytes]:
    """What the register gives, and the names of its records, which a build makes of the names around them."""
    quads = list(register_mapping.quads(register, Iris()))
    yield serialize(quads, format=RdfFormat.N_QUADS) or b""
    store = Store()
    store.bulk_load(sources.vocabulary.serialize(format="nt", encoding="utf-8"), format=RdfFormat.N_TRIPLES)
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for rule in record_names.rules(sources.files):
        yield serialize(rule.derive(store, Iris()), format=RdfFormat.N_TRIPLES) or b""


def usable(sources: Sources, broken: set[Node], base: str = DEFAULT_BASE) -> Shapes:
    """The project's shapes without those that are broken, ready for the engine, for things below `base`."""
    if not broken and base == DEFAULT_BASE:
        return shapesfiles.ready(sources.shapes)
    kept = Graph(bind_namespaces="none")
    for subject, predicate, value in sources.shapes:
        if subject not in broken and not (predicate == SH.property and value in broken):
            kept.add((_rebased(subject, base), predicate, _rebased(value, base)))
    return shapesfiles.ready(kept)


def _rebased(node: Node, base: str) -> Node:
    if base == DEFAULT_BASE:
        return node
    if isinstance(node, Literal):
        return Literal(rebase(node, base), lang=node.language, datatype=node.datatype, normalize=False)
    return URIRef(rebase(node, base)) if isinstance(node, URIRef) else node


def _places(sources: Sources, data: Graph, result: Result) -> Iterator[Place]:
    """The block of the focus node in a Turtle file, or the row of the register that it comes from."""
    path = str(result.path) if isinstance(result.path, URIRef) else None
    yield from sources.place(str(result.focus), path)
    for entry in sorted({result.focus, *data.objects(result.focus, PROV.wasDerivedFrom)}, key=str):
        file, row = data.value(entry, _CDS.file), data.value(entry, _CDS.row)
        if file is not None and row is not None:
            yield Place(f"{sources.relative(sources.files.register)}/{file}", int(str(row)))
