"""The ontology and the concept schemes as people write them: what their shapes, which see triples only, cannot see."""

import re
from collections.abc import Iterator
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, SKOS, Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources.exceptions import Exceptions
from cdsgraph.checking.sources.project import Source, Sources
from cdsgraph.checking.sources.rules import finding
from cdsgraph.checking.sources.terms import Known
from cdsgraph.text import name_key
from cdsgraph.vocab import CDS, DEFAULT_BASE

_MENTION: Final = re.compile(r"\bcds:([A-Za-z]\w*)")
_SECOND_SENTENCE: Final = re.compile(r"\. [A-ZÀ-Ỹ]")
_BOTH: Final = ["en", "vi"]


def check(sources: Sources, known: Known, exceptions: Exceptions) -> Iterator[Result]:
    """What is wrong with the ontology, the schemes, and the layout of every Turtle file."""
    yield from _layout(sources)
    yield from _texts(sources, known)
    yield from _links(sources)
    yield from _version(sources)
    if "shapes" not in sources.unread:
        shaped = set(sources.shapes.objects(None, SH.targetClass))
        for each in _named(sources, OWL.Class):
            if each not in shaped and not exceptions.excuses("Ontology-shape", each.removeprefix(CDS)):
                yield _on(sources, "Ontology-shape", each)
    for source in sources.of("schemes"):
        yield from _scheme(sources, source)


def _layout(sources: Sources) -> Iterator[Result]:
    for subject, blocks in sources.blocks.items():
        if len(blocks) > 1:
            first, *others = [source.place(block.start) for source, block in blocks]
            yield finding("Source-block", URIRef(subject), *others, first)
    for source in sources.of("ontology", "schemes", "shapes"):
        for name, start in source.scanned.unused:
            yield finding("Source-prefix", source.iri, source.place(start), value=name)


def _texts(sources: Sources, known: Known) -> Iterator[Result]:
    graph = sources.vocabulary
    for subject, predicate, text in graph:
        if not isinstance(text, Literal):
            continue
        for name in _MENTION.findall(text):
            if "ontology" not in sources.unread and CDS + name not in known.terms:
                yield _on(sources, "Ontology-note", subject, predicate, URIRef(CDS + name))
        if (
            predicate == SKOS.definition
            and str(subject) in known.terms
            and (not text.endswith(".") or _SECOND_SENTENCE.search(text))
        ):
            yield _on(sources, "Ontology-sentence", subject, predicate, text)
    for predicate in (SKOS.scopeNote, SKOS.definition):
        for subject in set(graph.subjects(predicate)):
            if predicate == SKOS.definition and (subject, RDF.type, SKOS.Concept) not in graph:
                continue  # a shape reports it
            said = sorted(str(text.language) for text in graph.objects(subject, predicate) if isinstance(text, Literal))
            if said != _BOTH:
                yield _on(sources, "Ontology-language", subject, predicate)


def _links(sources: Sources) -> Iterator[Result]:
    graph = sources.vocabulary
    if "schemes" in sources.unread:
        return
    for subject, scheme in graph.subject_objects(RDFS.seeAlso):
        if (scheme, RDF.type, SKOS.ConceptScheme) not in graph:
            yield _on(sources, "Ontology-scheme", subject, RDFS.seeAlso, scheme)
    for subject in graph.subjects(RDFS.range, SKOS.Concept):
        if (subject, RDFS.seeAlso, None) not in graph:
            yield _on(sources, "Ontology-scheme", subject, RDFS.range)


def _version(sources: Sources) -> Iterator[Result]:
    graph = sources.vocabulary
    for subject in graph.subjects(RDF.type, OWL.Ontology):
        named, told = graph.value(subject, OWL.versionIRI), graph.value(subject, OWL.versionInfo)
        if named and told and str(named) != f"{subject}/{told}":
            yield _on(sources, "Ontology-version", subject, OWL.versionIRI, named)


def _scheme(sources: Sources, source: Source) -> Iterator[Result]:
    """A scheme's file holds one scheme; it and its codes name each other, and no two codes have one name."""
    graph = sources.vocabulary
    own = [URIRef(block.subject) for block in source.scanned.blocks]
    schemes = [each for each in own if (each, RDF.type, SKOS.ConceptScheme) in graph]
    if not schemes or "schemes" in sources.unread:
        return  # the structure of the data set, which is no list of codes
    scheme = schemes[0]
    expected = URIRef(DEFAULT_BASE + "def/" + source.path.rpartition("/")[2].removesuffix(".ttl"))
    if schemes != [expected]:
        yield finding("Scheme-file", source.iri, source.place(source.scanned.blocks[0].start), value=expected)
        return
    codes = [each for each in own if (each, RDF.type, SKOS.Concept) in graph]
    for code in sorted({*codes, *graph.objects(scheme, SKOS.hasTopConcept)}, key=str):
        linked = (scheme, SKOS.hasTopConcept, code) in graph and (code, SKOS.topConceptOf, scheme) in graph
        if not linked or code not in codes or str(code) != f"{scheme}/{graph.value(code, SKOS.notation)}":
            yield _on(sources, "Scheme-code", code if code in codes else scheme, value=code)
    owners: dict[tuple[str, str | None], Node] = {}
    for code in codes:
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for name in graph.objects(code, predicate):
                if isinstance(name, Literal) and owners.setdefault((name_key(name), name.language), code) != code:
                    yield _on(sources, "Scheme-name", code, predicate, name)


def _named(sources: Sources, kind: URIRef) -> list[URIRef]:
    return sorted(
        URIRef(str(each)) for each in sources.vocabulary.subjects(RDF.type, kind) if str(each).startswith(CDS)
    )


def _on(sources: Sources, rule: str, subject: Node, predicate: Node | None = None, value: Node | None = None) -> Result:
    path = URIRef(str(predicate)) if predicate is not None else None
    places: tuple[Place, ...] = sources.place(str(subject), str(predicate) if predicate is not None else None)
    return finding(rule, subject, *places, path=path, value=value)
