"""The classes with their properties, as ontology and shapes tell them, by the sections of the ontology."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

_BANNER: Final = re.compile(r"^# (.+?) -{10,}$|^(cds:[A-Z]\w*)$", re.MULTILINE)
ELSEWHERE: Final = "Classes of other vocabularies"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a class: its short name and the short name of its range, which is a class or not."""

    name: str
    range: str
    to_class: bool


@dataclass(slots=True)
class Class:
    """A class: short names of it and of those it is part of, labels and definitions by language, properties."""

    name: str
    parents: list[str]
    labels: dict[str, str]
    definitions: dict[str, str]
    properties: list[Property] = field(default_factory=list)


def sections(root: Path) -> dict[str, list[Class]]:
    """The classes of each section, in the order of ontology/cds.ttl; sections without classes are left out."""
    graph = Graph()
    for folder in ("ontology", "shapes"):
        for path in sorted((root / folder).glob("*.ttl")):
            if path.name != "ontology.ttl":  # shapes of the ontology itself
                graph.parse(path)
    shaped = graph.objects(None, SH.targetClass)
    told: dict[str, Class] = {_short(graph, iri): _class(graph, iri) for iri in shaped}
    found: dict[str, list[Class]] = {}
    section = ""
    for banner, name in _BANNER.findall((root / "ontology" / "cds.ttl").read_text(encoding="utf-8")):
        section = banner or section
        if not name:
            continue
        iri = graph.namespace_manager.expand_curie(name)
        if iri is not None and (iri, RDF.type, OWL.Class) in graph:
            found.setdefault(section, []).append(told.pop(name) if name in told else _class(graph, iri))
    if told:
        found[ELSEWHERE] = [told[name] for name in sorted(told) if told[name].properties]
    return found


def _class(graph: Graph, iri: Node) -> Class:
    properties: dict[str, Property] = {}
    for shape in sorted(graph.subjects(SH.targetClass, iri), key=str):
        for each in sorted(graph.objects(shape, SH.property), key=str):
            path = graph.value(each, SH.path)
            if isinstance(path, URIRef) and path != RDF.type:
                told = _property(graph, each, path)
                if told.name not in properties or told.range:
                    properties[told.name] = told
    above = graph.objects(iri, RDFS.subClassOf)
    parents = sorted(_short(graph, parent) for parent in above if isinstance(parent, URIRef))
    return Class(
        _short(graph, iri),
        parents,
        _texts(graph, iri, RDFS.label),
        _texts(graph, iri, SKOS.definition),
        sorted(properties.values(), key=lambda each: (not each.to_class, each.name)),
    )


def _property(graph: Graph, shape: Node, path: URIRef) -> Property:
    of_class = graph.value(shape, SH["class"]) or graph.value(path, RDFS.range)
    if (
        isinstance(of_class, URIRef)
        and of_class != RDFS.Resource
        and not str(of_class).startswith("http://www.w3.org/2001/XMLSchema#")
    ):
        return Property(_short(graph, path), _short(graph, of_class), to_class=True)
    datatype = graph.value(shape, SH.datatype) or of_class
    told = _short(graph, datatype) if isinstance(datatype, URIRef) and datatype != RDFS.Resource else ""
    return Property(_short(graph, path), told, to_class=False)


def _short(graph: Graph, iri: object) -> str:
    return graph.namespace_manager.normalizeUri(str(iri))


def _texts(graph: Graph, iri: Node, predicate: URIRef) -> dict[str, str]:
    found = (text for text in graph.objects(iri, predicate) if isinstance(text, Literal))
    return {text.language or "": str(text) for text in found}
