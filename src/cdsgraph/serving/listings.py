"""The things of one type, page by page: `/id/org`, `/id/figure`, …"""

from typing import Final

from pyoxigraph import NamedNode, Triple
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import FormatError
from cdsgraph.serving import words
from cdsgraph.serving.descriptions import is_iri, named
from cdsgraph.serving.negotiation import choose
from cdsgraph.serving.rendering import Reader, page_path
from cdsgraph.serving.representations import BY_MEDIA_TYPE, entity_tag, unchanged, write
from cdsgraph.serving.served import served
from cdsgraph.serving.vocabulary import context
from cdsgraph.vocab import CDS, DCTERMS, ELI, ORG, PROV, SCHEMA

PAGE_SIZE: Final = 100
_MEDIA_TYPES: Final = ("text/html", "application/ld+json", "text/turtle", "application/n-triples")
_PART: Final = NamedNode(DCTERMS + "hasPart")

# The class that every thing of a type has, so that a list need not look at every subject there is.
CLASSES: Final = {
    "org": ORG + "Organization", "person": SCHEMA + "Person", "act": ELI + "LegalResource",
    "source": CDS + "SourceText", "span": CDS + "EvidenceSpan", "figure": CDS + "Figure",
    "basis": CDS + "Basis", "citation": CDS + "Citation",
    "mention": CDS + "Mention", "office": CDS + "OfficeHolding", "programme": CDS + "Programme",
    "platform": CDS + "Platform", "system": CDS + "System", "database": CDS + "Database",
    "data-centre": CDS + "DataCentre", "index": CDS + "Index", "place": SCHEMA + "Place", "topic": CDS + "Topic",
    "event": PROV + "Activity", "transfer": CDS + "FunctionTransfer", "responsibility": CDS + "Responsibility",
    "register": CDS + "RegisterEntry", "run": PROV + "Activity", "task": CDS + "Task", "statement": CDS + "Statement",
    "theme": CDS + "Theme", "unread": CDS + "UnreadNumber",
}  # fmt: skip


async def listing(request: Request, kind: str) -> Response:
    """The things of a type: a page, JSON-LD, Turtle or N-Triples. Raises 404 for a type without things, FormatError."""
    chosen = choose(request.headers.get("accept"), _MEDIA_TYPES)
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(_MEDIA_TYPES)}")
    state, reader, form = served(request), Reader(request), BY_MEDIA_TYPE[chosen]
    page, base = _page_number(request), state.base
    start = f"{base}id/{kind}/"
    if not is_iri(start):
        raise HTTPException(404)
    of_class = f"?thing a <{CLASSES[kind]}> ." if kind in CLASSES else "?thing ?property ?value ."
    pattern = f'{of_class} FILTER(STRSTARTS(STR(?thing), "{start}") && !CONTAINS(STR(?thing), "#"))'
    counted = await state.engine.select(f"SELECT (COUNT(DISTINCT ?thing) AS ?total) WHERE {{ {pattern} }}")
    total = int(counted[0]["total"]["value"])
    pages = -(-total // PAGE_SIZE)
    if not 1 <= page <= pages:
        raise HTTPException(404, f"There is no page {page} of things of the type {kind[:40]}.")
    here = f"/id/{kind}/"
    headers = {
        "ETag": entity_tag(state.name, f"{here}?{page}", form, reader.lang if form.rdf is None else ""),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": ", ".join(
            f'<{here}?page={number}>; rel="{relation}"'
            for relation, number in (("prev", page - 1), ("next", page + 1))
            if 1 <= number <= pages
        )
        or f'<{here}>; rel="canonical"',
    }
    if answer := unchanged(request, headers):
        return answer
    rows = await state.engine.select(
        f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing "
        f"LIMIT {PAGE_SIZE} OFFSET {(page - 1) * PAGE_SIZE}"
    )
    things = [row["thing"]["value"] for row in rows]
    parts = [Triple(NamedNode(start), _PART, NamedNode(iri)) for iri in things]
    told = await named(state.engine, start, parts)
    if form.rdf is not None:
        body = write(form, told.triples, root=start, base=base, context=context(state.files, base))
        return Response(body, media_type=form.media_type, headers=headers)
    shown = [(reader.url(page_path(i, base)), told.label(i, reader.lang) or i.rsplit("/", 1)[1], "") for i in things]
    key = f"type.{kind}"
    return reader.render(
        "listing.html",
        headers=headers,
        title=reader.word(key) if words.has_word(key) else kind,
        lead=None,
        total=total,
        things=shown,
        page=page,
        pages=pages,
        here=here,
        next_url=reader.url(f"{here}?page={page + 1}"),
        previous_url=reader.url(f"{here}?page={page - 1}"),
    )


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise HTTPException(400, "page is a number from 1.")
    return int(text)
