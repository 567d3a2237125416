"""The shapes as they are written: every rule has a name, a target, words in two languages, and cases that prove it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rdflib import RDF, RDFS, SH, SKOS, Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.shapesfiles import TARGETS
from cdsgraph.checking.sources import metashapes, syntax
from cdsgraph.checking.sources.project import Sources
from cdsgraph.checking.sources.rules import file_iri, finding
from cdsgraph.checking.sources.terms import Known, context_terms, embedded
from cdsgraph.vocab import CDS, SHAPE

# Shapes over the ontology and the schemes: these files are their valid case.
_OVER_SOURCES: Final = "shapes/ontology.ttl"
_USES: Final = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_CLASS_NAMESPACES: Final = (str(RDF), str(RDFS), "http://www.w3.org/2002/07/owl#", str(SKOS))


def check(sources: Sources, known: Known) -> Iterator[Result]:
    """What is wrong with the shapes files."""
    graph = sources.shapes
    for shape, value in metashapes.faults(graph):
        yield _on(sources, "Shape-syntax", shape, value=value)
    for subject, pattern in graph.subject_objects(SH.pattern):
        if not _is_pattern(str(pattern)):
            yield _on(sources, "Shape-syntax", subject, SH.pattern, pattern)
    for source in sources.of("shapes"):
        for inner, start in embedded(source, sources.declared):
            for at, message in syntax.faults(inner):
                yield finding("Shape-sparql", _owner(sources, source.path, start + at), source.place(start + at),
                              value=message)  # fmt: skip
    yield from _node_shapes(sources, known)
    yield from _property_shapes(sources)
    yield from _codes(sources)
    yield from _cases(sources)


def _node_shapes(sources: Sources, known: Known) -> Iterator[Result]:
    graph = sources.shapes
    named = {*context_terms(sources.context).values(), *known.terms}
    judged = "context" not in sources.unread
    for shape in sorted(each for each in graph.subjects(RDF.type, SH.NodeShape) if isinstance(each, URIRef)):
        targets = [(predicate, target) for predicate in TARGETS for target in graph.objects(shape, predicate)]
        used = any((None, predicate, shape) in graph for predicate in _USES) or (None, RDF.first, shape) in graph
        implicit = (shape, RDF.type, RDFS.Class) in graph
        if not targets and not used and not implicit and "shapes" not in sources.unread:
            yield _on(sources, "Shape-target", shape)
        for predicate, target in targets:
            ours_or_standard = str(target) in named or str(target).startswith(_CLASS_NAMESPACES)
            # What is misspelt in our own namespace is an unknown term already.
            known_elsewhere = predicate == SH.targetNode or ours_or_standard or str(target).startswith(CDS)
            if judged and not known_elsewhere:
                yield _on(sources, "Shape-target", shape, predicate, target)
        for severity in graph.objects(shape, SH.severity):
            if severity not in (SH.Violation, SH.Warning, SH.Info):
                yield _on(sources, "Shape-severity", shape, SH.severity, severity)


def _property_shapes(sources: Sources) -> Iterator[Result]:
    graph = sources.shapes
    listed = {value: shape for shape, value in graph.subject_objects(SH.property)}
    for shape in sorted({*graph.subjects(RDF.type, SH.PropertyShape), *listed, *graph.subjects(SH["in"])}, key=str):
        owner = listed.get(shape)
        if not isinstance(shape, URIRef):
            if owner is not None and isinstance(owner, URIRef):
                yield _on(sources, "Shape-name", owner, SH.property)
            continue
        if owner is not None and not shape.startswith(f"{owner}-"):
            yield _on(sources, "Shape-name", shape, value=owner)
        if (shape, None, None) not in graph:
            yield _on(sources, "Shape-listed", owner or shape, SH.property, shape)
            continue
        if owner is None and (shape, RDF.type, SH.PropertyShape) in graph and not _has_target(sources, shape):
            yield _on(sources, "Shape-listed", shape)
        told = sorted(str(text.language) for text in graph.objects(shape, SH.message) if isinstance(text, Literal))
        if told != ["en", "vi"]:
            yield _on(sources, "Shape-message", shape, SH.message)
        for severity in graph.objects(shape, SH.severity):
            if severity not in (SH.Violation, SH.Warning, SH.Info):
                yield _on(sources, "Shape-severity", shape, SH.severity, severity)
    for shape in graph.subjects(SH.severity):
        if not isinstance(shape, URIRef):
            owner = next(graph.subjects(None, shape), None)
            if owner is not None:
                yield _on(sources, "Shape-severity", owner, SH.severity)


def _codes(sources: Sources) -> Iterator[Result]:
    """A list of codes in a shape is a whole scheme's."""
    if "schemes" in sources.unread:
        return
    for shape, head in sources.shapes.subject_objects(SH["in"]):
        listed = {str(code) for code in sources.shapes.items(head) if "/def/" in str(code)}
        for scheme in {code.rpartition("/")[0] for code in listed}:
            codes = {str(code) for code in sources.vocabulary.subjects(SKOS.inScheme, URIRef(scheme))}
            if missing := codes - listed:
                yield _on(sources, "Shape-codes", shape, SH["in"], URIRef(min(missing)))


def _cases(sources: Sources) -> Iterator[Result]:
    folder = sources.files.root / "tests" / "shapes"
    if not folder.is_dir() or "shapes" in sources.unread:
        return
    graph = sources.shapes
    over_sources = {b.subject for s in sources.of("shapes") if s.path == _OVER_SOURCES for b in s.scanned.blocks}
    for shape in sorted(each for each in graph.subjects(RDF.type, SH.NodeShape) if isinstance(each, URIRef)):
        if _has_target(sources, shape) and str(shape) not in over_sources:
            for kind in ("valid", "invalid"):
                if not any((folder / shape.removeprefix(SHAPE)).glob(f"{kind}-*.ttl")):
                    yield _on(sources, "Shape-case", shape, value=Literal(kind))
    reported = {
        line.split(" ")[2].replace("shape:", SHAPE)
        for path in folder.glob("*/*.expected")
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.count(" ") >= 2
    }
    for shape in sorted(each for each in graph.subjects(RDF.type, SH.PropertyShape) if isinstance(each, URIRef)):
        if str(shape) not in over_sources and str(shape) not in reported:
            yield _on(sources, "Shape-case", shape, value=Literal("invalid"))
    yield from _strays(sources, folder)


def _strays(sources: Sources, folder: Path) -> Iterator[Result]:
    """Cases of no shape, expectations without their case, and invalid cases without an expectation."""
    names = {str(each).removeprefix(SHAPE) for each in sources.shapes.subjects(RDF.type, SH.NodeShape)}
    for path in sorted(folder.glob("*/*")):
        other = path.with_suffix(".ttl" if path.suffix == ".expected" else ".expected")
        paired = other.is_file() or path.name.startswith("valid-")
        if path.parent.name not in names or not paired:
            relative = sources.relative(path)
            yield finding("Shape-stray", file_iri(relative), Place(relative))


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _has_target(sources: Sources, shape: Node) -> bool:
    return any((shape, target, None) in sources.shapes for target in TARGETS)


def _owner(sources: Sources, path: str, start: int) -> URIRef:
    """The shape in whose block a character stands."""
    blocks = [b for s in sources.of("shapes") if s.path == path for b in s.scanned.blocks if b.start <= start]
    return URIRef(blocks[-1].subject) if blocks else file_iri(path)


def _on(
    sources: Sources, rule: str, subject: Node, predicate: URIRef | None = None, value: Node | None = None
) -> Result:
    places = sources.place(str(subject), str(predicate) if predicate else None)
    return finding(rule, subject, *places, path=predicate, value=value)
