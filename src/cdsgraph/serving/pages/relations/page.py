"""What a thing is related to, as a drawing and as lists: part of the thing's page, and a page of its own.

The page of its own is what the script of the drawing asks for to go on from a neighbour in place.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http.documented import NOT_FOUND, PAGE, UNCHANGED, answer
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.relations.drawing import draw
from cdsgraph.serving.pages.relations.relating import Relation, relations
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import Description, is_iri, names
from cdsgraph.serving.rdf.representations import unchanged
from cdsgraph.serving.served import served

router = APIRouter(tags=["Things"])


@router.get(
    "/relations",
    summary="What a thing is related to",
    response_class=Response,
    responses={200: answer("The page.", PAGE), **UNCHANGED, **NOT_FOUND},
)
async def page(request: Request, thing: str) -> Response:
    """The relations of a thing, by its IRI, to other things of the dataset: a drawing with links, and lists."""
    state, reader = served(request), Reader(request)
    if not is_iri(thing) or not thing.startswith(reader.base):
        raise Refusal(404, "error.said.thing", iri=thing[:200])
    headers = reader.headers(f"/relations?thing={thing}")
    if answer := unchanged(request, headers):
        return answer
    found = await relations(state.engine, thing, reader)
    if not found:
        raise Refusal(404, "error.said.unrelated", iri=thing)
    told = Description(thing, tuple(await names(state.engine, [thing])))
    name = told.label(thing, reader.lang) or reader.local_name(thing)
    return reader.render("relations.html", headers=headers, **around(thing, name, found, reader))


def around(iri: str, name: str, found: list[Relation], reader: Reader) -> dict[str, Any]:
    """What the templates need: the thing, its relations, their drawing (of the telling ones where there are any)."""
    telling = [relation for relation in found if not relation.technical]
    drawing = draw(name, telling or found)
    return {"centre": iri, "centre_name": name, "centre_href": reader.href(iri), "drawing": drawing, "related": found}
