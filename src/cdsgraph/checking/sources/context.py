"""The JSON-LD context against the ontology: a name for every term, and values read as the ontology says."""

from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, XSD, URIRef

from cdsgraph.checking.report import Result
from cdsgraph.checking.sources.project import Sources
from cdsgraph.checking.sources.rules import finding
from cdsgraph.checking.sources.terms import Known, context_place, context_terms
from cdsgraph.vocab import CDS


def check(sources: Sources, known: Known) -> Iterator[Result]:
    """What does not agree between the context and the ontology."""
    context = sources.context
    for source in sources.of("context"):
        if "context" in sources.unread or "ontology" in sources.unread:
            return
        names = context_terms(context)
        owners: dict[str, str] = {}
        for name, iri in names.items():
            if owners.setdefault(iri, name) != name:
                yield finding("Context-name", URIRef(iri), context_place(source, name), value=name)
        for term in sorted(known.terms):
            local = term.removeprefix(CDS)
            if names.get(local) != term:
                places = sources.place(term) if local not in names else ()
                yield finding("Context-term", URIRef(term), context_place(source, local), *places)
        for name, iri in names.items():
            told = context[name] if isinstance(context[name], dict) else {}
            wanted, kind = _coercion(sources, URIRef(iri)), told.get("@type")
            if wanted is not False and kind != wanted:
                yield finding("Context-type", URIRef(iri), context_place(source, name), *sources.place(iri), value=kind)


def _coercion(sources: Sources, term: URIRef) -> str | bool | None:
    """How a property's values are typed in JSON-LD; False for what the ontology does not define as a property."""
    graph = sources.vocabulary
    if (term, RDF.type, OWL.ObjectProperty) in graph:
        return "@id"
    if (term, RDF.type, OWL.DatatypeProperty) not in graph:
        return False
    kind = graph.value(term, RDFS.range)
    return None if kind in (None, XSD.string) else "xsd:" + str(kind).removeprefix(str(XSD))
