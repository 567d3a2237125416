"""Things on the web: 303 from a thing's IRI to the document about it, and the document in every form.

`/id/…`, `/def/…` and `/graph/…` stand for things, `/doc/…` for documents about them
(https://www.w3.org/TR/cooluris/#r303gendocument). All of them also answer below the path of the base.
"""

from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter
from pyoxigraph import Triple
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import BusyError, FormatError
from cdsgraph.serving.http.documented import NOT_FOUND, UNCHANGED, Answers, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.linkeddata import listings, vocabulary
from cdsgraph.serving.pages.cite.citation import reference_to
from cdsgraph.serving.pages.relations import page as relations_page
from cdsgraph.serving.pages.relations.relating import relations
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.pages.things.view import ROWS, ThingView
from cdsgraph.serving.rdf.descriptions import Description, describe, is_iri
from cdsgraph.serving.rdf.representations import (
    BY_MEDIA_TYPE,
    BY_SUFFIX,
    FORMS,
    Form,
    entity_tag,
    links,
    profiled,
    unchanged,
    write,
)
from cdsgraph.serving.rdf.terms import context as jsonld_context
from cdsgraph.serving.rdf.terms import context_path
from cdsgraph.serving.served import served

router = APIRouter(tags=["Things"])
router.include_router(vocabulary.router)

_VARY: Final = "Accept, Accept-Language"
_CACHE_CONTROL: Final = "public, max-age=300"
_GRAPH: Final = "graph/"
_SEE: Final[Answers] = {303: answer("See the document about the thing."), **NOT_FOUND}
_DOCUMENT: Final[Answers] = {
    200: answer("The document.", *(form.media_type for form in FORMS)),
    **UNCHANGED,
    **NOT_FOUND,
}


@router.get(
    "/id",
    summary="Lists of things: by type, or of the class in `class`",
    response_class=Response,
    responses=listings.ANSWERS,
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": told, "schema": {"type": kind}}
            for name, kind, told in (
                ("class", "string", "An IRI, or a prefix and a name, as in cds:Target."),
                ("page", "integer", "From 1."),
            )
        ]
    },
)
@router.get("/id/", include_in_schema=False)
async def things(request: Request) -> Response:
    """The types and classes that things are of, each with its list; with `?class=cds:Target` the things of a class."""
    return await listings.index(request)


@router.get(
    "/id/{name:path}",
    summary="A thing",
    status_code=303,
    response_class=Response,
    responses={**listings.ANSWERS, **_SEE},
)
async def thing(request: Request, name: str) -> Response:
    """`/id/{type}/{slug}`: to the document about the thing. `/id/{type}`: the things of the type, page by page."""
    if not name.strip("/"):
        return await listings.index(request)
    if "/" not in name.rstrip("/"):
        return await listings.listing(request, name.rstrip("/"))
    return await _see_document(request, f"id/{name}")


@router.get(
    "/def/{name:path}",
    summary="A code or a concept scheme",
    status_code=303,
    response_class=Response,
    responses=_SEE,
)
async def code(request: Request, name: str) -> Response:
    """`/def/{scheme}/{code}` or `/def/{scheme}`: to the document about it."""
    return await _see_document(request, f"def/{name}")


@router.get("/graph/{name:path}", summary="A named graph", status_code=303, response_class=Response, responses=_SEE)
async def graph(request: Request, name: str) -> Response:
    """`/graph/source/{slug}`, `/graph/register`, …: to the document with its statements."""
    return await _see_document(request, f"{_GRAPH}{name}")


@router.get("/doc/{name:path}", summary="The document about a thing", response_class=Response, responses=_DOCUMENT)
async def document(request: Request, name: str) -> Response:
    """What the dataset says about a thing: JSON-LD, Turtle, N-Triples, RDF/XML or a page, by Accept or by suffix."""
    base = served(request).base
    form, iri = await _form_and_iri(request, base, name)
    lang = Reader(request).lang if form.rdf is None else ""
    path = page_path(iri, base)
    headers = {
        "ETag": entity_tag(served(request).mark, path, form, lang),
        "Content-Location": f"{path}.{form.suffix}",
        "Vary": _VARY,
        "Cache-Control": _CACHE_CONTROL,
        "Link": links(path, iri, context_path(served(request)) if form.suffix == "jsonld" else None),
    }
    if answer := unchanged(request, headers):
        return answer
    if form.rdf is None:
        return await _page(request, iri, path, headers)
    return Response(await _rdf(request, iri, form, headers["ETag"]), media_type=form.media_type, headers=headers)


@router.get("/{base_path:path}/{kind}/{name:path}", include_in_schema=False)
async def below_base(request: Request, base_path: str, kind: str, name: str) -> Response:
    """The same addresses below the path of the base: `/cdsgraph/id/org/…`."""
    routes = {"id": thing, "def": code, "graph": graph, "doc": document}
    full = request.url.path
    base_of = urlsplit(served(request).base).path
    rest = full.removeprefix(base_of)
    kind, _, name = rest.partition("/")
    if base_of == "/" or rest == full:
        raise HTTPException(404)
    if kind == "ns":
        return await vocabulary.ontology_of_version(request, name)
    if kind not in routes:
        raise HTTPException(404)
    return await routes[kind](request, name)


@router.get("/{base_path}/{name}", include_in_schema=False)
async def vocabulary_below_base(request: Request, base_path: str, name: str) -> Response:
    """`/cdsgraph/ns`, the ontology's own IRI, and its neighbours."""
    routes = {"ns": vocabulary.ontology, "shapes": vocabulary.shapes, "context.jsonld": vocabulary.current_context}
    if f"/{base_path}/" != urlsplit(served(request).base).path or name not in routes:
        raise HTTPException(404)
    return await routes[name](request)


async def _see_document(request: Request, name: str) -> Response:
    """303 to the document, when something is said about the thing."""
    base = served(request).base
    found = await _known(request, base + name)
    if not found:
        stem, _, suffix = name.rpartition(".")
        found = suffix in BY_SUFFIX and await _known(request, base + stem)
    if not found:
        raise Refusal(404, "error.said.nothing", iri=base + name)
    path = page_path(base + name, base)
    query = request.url.query
    headers = {
        "Location": path + (f"?{quote(query, safe='=&%+-._~')}" if query else ""),
        "Link": f'<{path}>; rel="describedby"',
        "Vary": _VARY,
        "Cache-Control": _CACHE_CONTROL,
    }
    return Response(status_code=303, headers=headers)


async def _known(request: Request, iri: str) -> bool:
    """Whether an IRI is a subject, or the name of a graph that holds something."""
    if not is_iri(iri):
        return False
    engine = served(request).engine
    if await engine.ask(f"ASK {{ <{iri}> ?property ?value }}"):
        return True
    inside = iri.startswith(served(request).base + _GRAPH)
    return inside and bool(await engine.ask(f"ASK {{ GRAPH <{iri}> {{ ?thing ?property ?value }} }}"))


async def _form_and_iri(request: Request, base: str, name: str) -> tuple[Form, str]:
    """Which thing in which form: a known suffix fixes the form, else Accept chooses. Raises 404 or FormatError."""
    iri = base + name
    stem, _, suffix = name.rpartition(".")
    if not await _known(request, iri):
        if suffix in BY_SUFFIX and await _known(request, base + stem):
            return profiled(BY_SUFFIX[suffix], request.headers.get("accept")), base + stem
        raise Refusal(404, "error.said.nothing", iri=iri)
    chosen = choose(request.headers.get("accept"), [form.media_type for form in FORMS])
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(BY_MEDIA_TYPE)}")
    return profiled(BY_MEDIA_TYPE[chosen], request.headers.get("accept")), iri


async def _describe(request: Request, iri: str) -> Description:
    """The description of a thing that is known; of a graph without one, the statements in it. Raises BusyError."""
    state = served(request)
    description = await describe(state.engine, iri)
    if description:
        return description
    triples = []
    if iri.startswith(state.base + _GRAPH):
        triples = await state.engine.construct(
            f"CONSTRUCT {{ ?thing ?property ?value }} WHERE {{ GRAPH <{iri}> {{ ?thing ?property ?value }} }}"
        )
    if not triples:
        raise BusyError(f"<{iri}> was known, and then nothing was told of it", remedy="ask again in a moment")
    return Description(iri, tuple(sorted(triples, key=str)))


async def _rdf(request: Request, iri: str, form: Form, tag: str) -> bytes:
    state = served(request)
    body = state.documents.get(tag)
    if body is None:
        description = await _describe(request, iri)
        base = state.base
        context = jsonld_context(state.files, base)
        body = await run_in_threadpool(
            write, form, description.triples, root=iri if description else None, base=base, context=context
        )
        state.documents.put(tag, body)
    return body


async def _page(request: Request, iri: str, path: str, headers: dict[str, str]) -> Response:
    reader = Reader(request)
    description = await _describe(request, iri)
    if not description:
        return _graph_page(reader, description.triples, iri, path, headers)
    view = ThingView(description, reader)
    around = relations_page.around(iri, view.title(), await relations(served(request).engine, iri, reader), reader)
    reference = await reference_to(served(request), iri, reader.lang) if view.is_figure() else ""
    return reader.render(
        "thing.html", headers=headers, view=view, path=path, forms=FORMS, limit=ROWS, reference=reference, **around
    )


def _graph_page(reader: Reader, triples: tuple[Triple, ...], iri: str, path: str, headers: dict[str, str]) -> Response:
    """A named graph: how much it says, and about what."""
    told = Description(iri, triples)
    subjects = [subject for subject in told.subjects() if "#" not in subject]
    shown: list[tuple[str, str, list[str]]] = [
        (reader.href(s) or "", told.label(s, reader.lang) or reader.short(s), []) for s in subjects[:500]
    ]
    title = f"{reader.word('graph.title')}: {reader.short(iri)}"
    lead = reader.word("graph.lead", n=len(triples), things=len(subjects))
    return reader.render(
        "listing.html", headers=headers, title=title, lead=lead, total=len(subjects), things=shown, columns=[], first=1,
        page=1, pages=1, here=path, next_url="", previous_url="",
    )  # fmt: skip
