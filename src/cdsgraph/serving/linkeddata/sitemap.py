"""What crawlers may read: /robots.txt and /sitemap.xml (https://www.sitemaps.org/protocol.html).

The sitemap is an index of parts; the first lists pages, texts and saved queries, the others the document about every
thing, in the order of their IRIs.
"""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from cdsgraph import queries
from cdsgraph.errors import QueryError
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import UNCHANGED, Answers
from cdsgraph.serving.pages.rendering import page_path
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.served import Served, served
from cdsgraph.vocab import CDS

router = APIRouter(tags=["About"])

_MOST_PARTS: Final = 50_000  # of 20,000 addresses; the protocol allows as many addresses, and 50 MB, in each
_PAGES: Final = ("/", "/documents", "/queries", "/id/", "/ns", "/shapes", "/catalog", "/dumps/", "/docs")
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ANSWERS: Final[Answers] = {
    200: documented.answer("Addresses.", "application/xml"),
    **UNCHANGED,
    404: documented.refusal("No such part."),
}


@router.get("/robots.txt", include_in_schema=False)
async def robots(request: Request) -> Response:
    """Crawlers may read pages and leave queries alone; where the addresses of all pages are."""
    settings = served(request).settings
    prefix = settings.prefix
    told = f"User-agent: *\nDisallow: {prefix}/sparql\nDisallow: {prefix}/validate\nDisallow: {prefix}/search\n"
    return PlainTextResponse(f"{told}Sitemap: {settings.address}/sitemap.xml\n")


@router.get(
    "/sitemap.xml",
    summary="The addresses of all pages",
    response_class=Response,
    responses=_ANSWERS,
)
async def index(request: Request) -> Response:
    """The parts of the sitemap."""
    state = served(request)
    headers = _headers(state, "/sitemap.xml")
    if answer := unchanged(request, headers):
        return answer
    parts = min(await state.survey.parts(), _MOST_PARTS - 1)
    body = _xml("sitemapindex", "sitemap", (f"{state.settings.address}/sitemap/{n}.xml" for n in range(parts + 1)))
    return Response(body, media_type="application/xml", headers=headers)


@router.get(
    "/sitemap/{number}.xml", summary="A part of the addresses of all pages", response_class=Response, responses=_ANSWERS
)
async def part(request: Request, number: str) -> Response:
    """Part 0: pages, texts and saved queries. From part 1: the documents about things."""
    state, address = served(request), served(request).settings.address
    if not (number.isascii() and number.isdigit() and int(number[:9]) < _MOST_PARTS) or str(int(number)) != number:
        raise HTTPException(404, "There is no such part; /sitemap.xml lists them.")
    headers = _headers(state, f"/sitemap/{number}.xml")
    if answer := unchanged(request, headers):
        return answer
    if number == "0":
        rows = await state.engine.select(
            f"SELECT DISTINCT ?thing WHERE {{ ?thing a <{CDS}SourceText> }} ORDER BY ?thing"
        )
        paths = [*_PAGES, *(f"/documents/{row['thing']['value'].rsplit('/', 1)[-1]}" for row in rows), *_saved(state)]
    else:
        paths = [page_path(iri, state.base) for iri in await state.survey.things(int(number))]
    if not paths:
        raise HTTPException(404, "There is no such part; /sitemap.xml lists them.")
    body = await run_in_threadpool(_xml, "urlset", "url", (address + path for path in paths))
    return Response(body, media_type="application/xml", headers=headers)


def _saved(state: Served) -> list[str]:
    try:
        return [f"/queries/{query.name}" for query in queries.load_all(state.files.queries)]
    except QueryError:
        return []


def _headers(state: Served, path: str) -> dict[str, str]:
    tag = entity_tag(f"{state.mark} {state.settings.address}", path, BY_SUFFIX["html"], "")
    return {"ETag": tag, "Cache-Control": "public, max-age=3600"}


def _xml(root: str, element: str, addresses: Iterable[str]) -> bytes:
    entries = "".join(f"<{element}><loc>{escape(address)}</loc></{element}>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{entries}</{root}>\n'.encode()
