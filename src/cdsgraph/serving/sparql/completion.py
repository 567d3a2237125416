"""What an editor can offer while a query is written: prefixes, classes, and the properties their instances have."""

from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http.documented import JSON, UNCHANGED, answer
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import Form, entity_tag, unchanged
from cdsgraph.serving.rdf.terms import Term, terms
from cdsgraph.serving.served import served
from cdsgraph.vocab import RDF, prefixes

router = APIRouter(tags=["SPARQL"])

PATH: Final = "/sparql/completion.json"

_FORM: Final = Form("json", JSON, None)
_USED: Final = """
SELECT ?class ?property (COUNT(DISTINCT ?thing) AS ?things)
WHERE {
  ?thing
    a ?class ;
    ?property ?value .
}
GROUP BY ?class ?property
ORDER BY DESC(?things) ?class ?property
"""


@router.get(
    PATH,
    summary="Prefixes, classes and their properties, for editors of queries",
    response_class=Response,
    responses={
        200: answer(
            "`prefixes` (prefix to namespace); `classes` and `properties` (IRI, name with prefix, label, definition), "
            "the ones most used first; of a class also how many things are of it, and the properties that they have.",
            JSON,
        ),
        **UNCHANGED,
    },
)
async def completion(request: Request) -> Response:
    """The terms that the dataset uses, and those that the ontology has beside them, labelled for the reader."""
    state, reader = served(request), Reader(request)
    headers = {
        "ETag": entity_tag(state.mark, PATH, _FORM, reader.lang),
        "Content-Language": reader.lang,
        "Vary": "Accept-Language",
        "Cache-Control": "public, max-age=300",
    }
    if told := unchanged(request, headers):
        return told
    rows = await state.engine.select(_USED)
    used = [(row["class"]["value"], row["property"]["value"], int(row["things"]["value"])) for row in rows]
    found = _terms(used, terms(state.files.ontology), reader)
    return Response(orjson.dumps({"prefixes": prefixes(reader.base), **found}), media_type=JSON, headers=headers)


def _terms(used: list[tuple[str, str, int]], known: dict[str, Term], reader: Reader) -> dict[str, Any]:
    """Classes and properties; `used` are class, property and the number of things that have both."""
    of_class: dict[str, list[str]] = {}
    things: dict[str, int] = {}
    uses: dict[str, int] = {}
    for class_, property_, count in used:
        uses[property_] = max(count, uses.get(property_, 0))
        if property_ == RDF + "type":
            things[class_] = count
        of_class.setdefault(class_, []).append(reader.short(property_))
    named = {iri: term for iri, term in known.items() if iri.startswith(("http:", "https:"))}
    classes = {iri for iri, term in named.items() if any(kind.endswith("#Class") for kind in term.types)}
    properties = {iri for iri, term in named.items() if any(kind.endswith("Property") for kind in term.types)}
    return {
        "classes": [
            _record(iri, known, reader) | {"things": things.get(iri, 0), "properties": of_class.get(iri, [])}
            for iri in sorted(classes | things.keys(), key=lambda iri: (-things.get(iri, 0), iri))
        ],
        "properties": [
            _record(iri, known, reader)
            for iri in sorted(properties | uses.keys(), key=lambda iri: (-uses.get(iri, 0), iri))
        ],
    }


def _record(iri: str, known: dict[str, Term], reader: Reader) -> dict[str, str]:
    term = known.get(iri)
    told = {"iri": iri, "name": reader.short(iri), "label": reader.term_name(iri)}
    definition = term.text("definition", reader.lang) if term else None
    return told | ({"definition": definition} if definition else {})
