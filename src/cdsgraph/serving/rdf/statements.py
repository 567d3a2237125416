"""RDF that the service says about itself: triples in the making, and the answer that carries them."""

from collections.abc import Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import FormatError
from cdsgraph.graph.dataset import turtle
from cdsgraph.serving.http.negotiation import GRAPH_TYPES, choose
from cdsgraph.serving.rdf import jsonld
from cdsgraph.serving.served import served
from cdsgraph.vocab import RDF, XSD, prefixes, term

MEDIA_TYPES: Final = GRAPH_TYPES[:4]

_OURS: Final = {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
}


class Statements:
    """Triples in the making."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def node(self, subject: str, predicate: str, value: str) -> None:
        """A triple whose object is an IRI; the predicate `a` is rdf:type."""
        self._add(subject, f"{RDF}type" if predicate == "a" else predicate, NamedNode(value))

    def number(self, subject: str, predicate: str, value: int) -> None:
        """A count."""
        self.typed(subject, predicate, str(value), "integer")

    def typed(self, subject: str, predicate: str, value: str, datatype: str) -> None:
        """A literal of a datatype of XML Schema."""
        self._add(subject, predicate, Literal(value, datatype=term(XSD, datatype)))

    def text(self, subject: str, predicate: str, value: str, language: str | None = None) -> None:
        """A string."""
        self._add(subject, predicate, Literal(value, language=language))

    def texts(self, subject: str, predicate: str, values: Mapping[str, str]) -> None:
        """A string in each language."""
        for language, value in values.items():
            self.text(subject, predicate, value, language)

    def _add(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        self.triples.append(Triple(NamedNode(subject), NamedNode(predicate), value))


def media_type_of(request: Request) -> str:
    """The RDF format that the client prefers. Raises FormatError."""
    chosen = choose(request.headers.get("accept"), MEDIA_TYPES)
    if chosen is None:
        raise FormatError("the description is RDF", remedy=f"accept {', '.join(MEDIA_TYPES)}")
    return chosen


def answer(
    request: Request, statements: Statements, media_type: str, *, root: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The statements in one of `MEDIA_TYPES`; JSON-LD with `root` on top and all it needs to be read in it."""
    names = prefixes(served(request).base) | _OURS
    subjects = {triple.subject: None for triple in statements.triples}
    order = {subject: place for place, subject in enumerate(subjects)}
    triples = sorted(statements.triples, key=lambda triple: order[triple.subject])
    rdf_format = RdfFormat.from_media_type(media_type)
    if rdf_format == RdfFormat.TURTLE:
        body = turtle(triples, names)
    elif rdf_format == RdfFormat.JSON_LD:
        context = {"@version": 1.1, "id": "@id", "type": "@type", **{k: v for k, v in names.items() if k != "id"}}
        body = jsonld.compact(triples, root, context)
    else:
        used = {name: space for name, space in names.items() if any(space in str(t) for t in triples)}
        declared = used if rdf_format == RdfFormat.RDF_XML else None
        body = serialize(triples, format=rdf_format, prefixes=declared) or b""
    return Response(body, media_type=media_type, headers={"Vary": "Accept", **(headers or {})})
