"""Saved queries over HTTP: `/queries` is the catalogue, `/queries/{name}?param=…` the answer to one."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdsgraph import queries
from cdsgraph.errors import FormatError, QueryError
from cdsgraph.queries import SavedQuery
from cdsgraph.serving.engine.messages import QueryRequest
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import JSON, NOT_FOUND
from cdsgraph.serving.http.negotiation import HTML, choose
from cdsgraph.serving.http.observing import note
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import sent
from cdsgraph.serving.served import served
from cdsgraph.serving.sparql.answers import choices, in_words
from cdsgraph.serving.sparql.results import Table, shown, table_of

router = APIRouter(tags=["Queries"])

_RESULT_FORMS: Final = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}
_GRAPH_FORMS: Final = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
# What the address may say beside the parameters of the query.
_OWN: Final = frozenset({"format", "lang", "page"})
_PAGE: Final = 100  # rows
_HEADERS: Final = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=300"}


@router.get(
    "/queries",
    summary="The saved queries",
    response_class=Response,
    responses={200: documented.answer("The catalogue.", HTML, JSON)},
)
async def catalogue(request: Request) -> Response:
    """Every saved query with its question, parameters and address: a page, or JSON."""
    saved = queries.load_all(served(request).files.queries)
    chosen = choose(request.headers.get("accept"), (HTML, "application/json"))
    if chosen is None:
        raise FormatError("no accepted format", remedy="accept text/html or application/json")
    if chosen == HTML:
        return Reader(request).render("queries.html", themes=_themes(saved))
    return JSONResponse({"queries": [_record(query, Reader(request)) for query in saved]}, headers=_HEADERS)


@router.get(
    "/queries/{name}",
    summary="The answer to a saved query",
    response_class=Response,
    responses={
        200: documented.answer("The answer.", *_RESULT_FORMS.values(), *_GRAPH_FORMS.values(), JSON, HTML),
        **NOT_FOUND,
    },
    openapi_extra={
        "parameters": [
            {
                "name": "format",
                "in": "query",
                "description": "In place of Accept: json, csv, tsv, xml or html; ttl, jsonld, nt or rdf for a graph.",
                "required": False,
                "schema": {"type": "string"},
            },
            {
                "name": "page",
                "in": "query",
                "description": "Of the HTML form, from 1.",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": 999_999},
            },
        ]
    },
)
async def answer(request: Request, name: str) -> Response:
    """The answer by Accept or `?format=`; every other parameter of the address is one of the query (see the catalogue).

    Raises 404 for an unknown name; QueryError for an unknown parameter, a missing one or a wrong value; FormatError.
    """
    saved = _find(request, name)
    given = {key: value for key, value in request.query_params.items() if key not in _OWN}
    forms = _GRAPH_FORMS if queries.is_graph_query(saved.text) else _RESULT_FORMS
    chosen = _media_type(request, forms)
    base = served(request).base
    if chosen == HTML:
        return await _page(request, saved, given, forms)
    asked = _request(saved.render(given, base=base), chosen)
    note(request.scope, "query", asked.query)
    got = await served(request).engine.answer(asked, told=partial(note, request.scope, "cache"))
    note(request.scope, "answer", got)
    return sent(got, _HEADERS)


def _find(request: Request, name: str) -> SavedQuery:
    if name.endswith(".rq"):
        raise Refusal(404, "error.said.query_suffix")
    try:
        return queries.find(served(request).files.queries, name)
    except QueryError as error:
        if error.path is not None:
            raise
        raise Refusal(404, "error.said.query", name=name[:60]) from error


def _media_type(request: Request, forms: dict[str, str]) -> str:
    offers = (*forms.values(), "application/json", HTML)
    if wanted := request.query_params.get("format"):
        named = {**forms, "html": HTML}.get(wanted)
        if named is None:
            raise FormatError(f"no format {wanted[:40]} for this query", remedy=f"formats: {', '.join(forms)}, html")
        return named
    chosen = choose(request.headers.get("accept"), offers)
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(offers)}")
    return next(iter(_RESULT_FORMS.values())) if chosen == "application/json" and forms is _RESULT_FORMS else chosen


def _request(text: str, media_type: str) -> QueryRequest:
    return QueryRequest(query=text, results_media_type=media_type, graph_media_type=media_type)


async def _page(request: Request, saved: SavedQuery, given: dict[str, str], forms: dict[str, str]) -> Response:
    reader = Reader(request)
    kept = {key: value for key, value in given.items() if value != ""}  # an empty field of the form means the default
    values = {p.name: kept.get(p.name, p.default if p.default is not None else "") for p in saved.params}
    table, text, told, page, pages = None, None, None, _page_number(request), 1
    ready = all(p.default is not None or p.name in kept for p in saved.params)
    if ready:
        source = saved.render(kept, base=reader.base)
        media_type = next(iter(forms.values()))
        got = await served(request).engine.answer(_request(source, media_type))
        if forms is _RESULT_FORMS:
            table, rows = _table(orjson.loads(shown(got)))
            pages = max(1, -(-table.total // _PAGE))
            if page > pages:
                raise Refusal(404, "error.said.page", page=page)
            told = await in_words(reader, table.names, rows[(page - 1) * _PAGE : page * _PAGE])
        else:
            text = shown(got).decode()
    else:
        source = saved.text
    links = [
        (form.upper(), reader.at(f"/queries/{saved.name}?{urlencode({**kept, 'format': form})}")) for form in forms
    ]
    return reader.render(
        "query.html",
        headers=_HEADERS,
        query=saved,
        values={name: value.removeprefix(reader.base) for name, value in values.items()},
        choices={p.name: await choices(served(request).engine, p, reader) for p in saved.params},
        table=table,
        told=told,
        empty=_empty_words(saved),
        text=text,
        source=queries.without_header(source),
        formats=links if ready else [],
        page=page,
        pages=pages,
        first=(page - 1) * _PAGE + 1,
        address=lambda number: reader.url(f"/queries/{saved.name}?{urlencode({**kept, 'page': number})}"),
    )


def _table(told: Mapping[str, Any]) -> tuple[Table, list[dict[str, dict[str, str]]]]:
    """The table of an answer, and all its rows."""
    return table_of(told), [] if "boolean" in told else told["results"]["bindings"]


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise Refusal(400, "error.said.page_number")
    return int(text)


def _themes(saved: Sequence[SavedQuery]) -> list[tuple[str, list[SavedQuery]]]:
    """The queries by the theme that their first tag names, in the order of the themes; the others last."""
    found: dict[str, list[SavedQuery]] = {theme: [] for theme in words.keys_of("theme.")}
    others: list[SavedQuery] = []
    for query in saved:
        key = f"theme.{query.tags[0]}" if query.tags else ""
        found.get(key, others).append(query)
    return [(key, queries_) for key, queries_ in (*found.items(), ("queries.others", others)) if queries_]


def _empty_words(saved: SavedQuery) -> str:
    """The key of what an answer without rows means, by the first tag of the query that has such words."""
    known = (f"query.empty.{tag}" for tag in saved.tags)
    return next((key for key in known if words.has_word(key)), "query.empty")


def _record(query: SavedQuery, reader: Reader) -> dict[str, Any]:
    return {
        "name": query.name,
        "href": reader.at(f"/queries/{query.name}"),
        "question": {"vi": query.question_vi, "en": query.question_en},
        "summary": {"vi": query.summary_vi, "en": query.summary_en},
        "tags": list(query.tags),
        "params": [
            {"name": p.name, "type": p.type, "default": p.default, "label": {"vi": p.label_vi, "en": p.label_en}}
            for p in query.params
        ],
        "query": query.text,
    }
