"""The SPARQL 1.1 Protocol for queries: https://www.w3.org/TR/sparql11-protocol/#query-operation.

GET and both kinds of POST; results as JSON, XML, CSV or TSV, graphs as Turtle, JSON-LD, N-Triples or RDF/XML, both as
a page for a browser. Without a query the endpoint describes itself. There is no update operation.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import CdsgraphError, FormatError, QueryError
from cdsgraph.serving.engine.messages import QueryRequest
from cdsgraph.serving.http.bodies import content_type, while_connected, whole_body
from cdsgraph.serving.http.documented import PROBLEM_JSON, Answers, answer, refusal
from cdsgraph.serving.http.negotiation import GRAPH_TYPES, HTML, RESULT_TYPES, choose
from cdsgraph.serving.http.observing import note
from cdsgraph.serving.linkeddata import description
from cdsgraph.serving.rdf.representations import as_wanted, lists, sent
from cdsgraph.serving.rdf.statements import MEDIA_TYPES
from cdsgraph.serving.served import served
from cdsgraph.serving.sparql.page import failure_page, results_page, sparql_page

router = APIRouter(tags=["SPARQL"])

PATH: Final = "/sparql"

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_PARAMETERS_READ: Final = 200
_SHORTEST: Final = 0.1  # seconds; in less a server with other work answers nothing
_ADDRESS_LIMIT: Final = 60_000  # bytes of the query string; the server's own limit is 64 KiB for all of the head

_DOCUMENTED: Final = [
    ("query", "A SPARQL 1.1 query. Without it the endpoint describes itself.", "string"),
    ("default-graph-uri", "IRI of a graph that the query sees as its default graph; may be repeated.", "array"),
    ("named-graph-uri", "IRI of a graph that the query may name with GRAPH; may be repeated.", "array"),
    ("timeout", "Seconds after which to stop, 0.1 at least; only lowers the limit of the server.", "number"),
]
_ANSWERS: Final[Answers] = {
    200: answer("The answer.", *dict.fromkeys((*RESULT_TYPES, *GRAPH_TYPES, HTML))),
    304: answer("The client has the answer already (If-None-Match)."),
    412: refusal("The answer is no longer the one that the client wants (If-Match)."),
    400: refusal("Not a SPARQL query (line and column are told), or too complex."),
    403: refusal("An update; there are none."),
    404: refusal("No saved query of that name (`example`, on the page without a query)."),
    413: refusal("The body is too large."),
    414: refusal("The address is too long."),
    415: refusal("The body is not one of the media types listed, or it is compressed."),
}


def _schema(kind: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "format": "uri"}} if kind == "array" else {"type": kind}


@dataclass(frozen=True, slots=True)
class _Operation:
    """The parameters of a protocol request, in the order sent."""

    parameters: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.parameters if key == name)

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.parameters)


@router.get(
    PATH,
    summary="Ask a query, or read what the endpoint can do",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "description": told, "required": False, "schema": _schema(kind)}
            for name, told, kind in _DOCUMENTED
        ]
    },
)
async def query_by_get(request: Request) -> Response:
    """A query in the address; without one the service description, or the query page for a browser."""
    operation = _Operation(_address_parameters(request))
    if any(name in operation for name in ("query", "update", "default-graph-uri", "named-graph-uri")):
        return await _answer(request, operation)
    accept = request.headers.get("accept")
    if choose(accept, (*MEDIA_TYPES, HTML)) == HTML:
        return await sparql_page(request)
    return await description.service_description(request)


@router.post(
    PATH,
    summary="Ask a query in the body",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _QUERY: {"schema": {"type": "string"}},
                _FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["query"],
                        "properties": {name: _schema(kind) for name, _, kind in _DOCUMENTED},
                    }
                },
            },
        }
    },
)
async def query_by_post(request: Request) -> Response:
    """A query as the body, or as a form; the dataset of a direct query stands in the address."""
    media_type, charset = content_type(request)
    if media_type == _UPDATE:
        raise _read_only()
    if media_type not in (_QUERY, _FORM) or "content-encoding" in request.headers:
        raise HTTPException(
            415, f"Send the query as {_QUERY} or {_FORM}, not compressed.", {"Accept-Post": f"{_QUERY}, {_FORM}"}
        )
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise HTTPException(400, "The query must be in UTF-8.")
    try:
        body = (await whole_body(request, served(request).settings.body_limit)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, "The query is not valid UTF-8.") from error
    sent = (("query", body),) if media_type == _QUERY else _parameters(body)
    return await _answer(request, _Operation(_address_parameters(request) + sent))


async def _answer(request: Request, operation: _Operation) -> Response:
    if "update" in operation:
        raise _read_only()
    queries = operation.all("query")
    if len(queries) != 1:
        raise HTTPException(400, f"Exactly one query is needed; there are {len(queries)}.")
    try:
        return await _answer_to(request, operation, queries[0])
    except CdsgraphError as error:
        if choose(request.headers.get("accept"), (PROBLEM_JSON, "application/json", HTML)) != HTML:
            raise
        return await failure_page(request, queries[0], error)


async def _answer_to(request: Request, operation: _Operation, query: str) -> Response:
    accept = request.headers.get("accept")
    results, graph = choose(accept, (*RESULT_TYPES, HTML)), choose(accept, (*GRAPH_TYPES, HTML))
    if results is None and graph is None:
        raise FormatError("no accepted format can carry an answer", remedy=f"accept {', '.join(RESULT_TYPES[:4])}")
    asked = QueryRequest(
        query=query,
        default_graphs=operation.all("default-graph-uri"),
        named_graphs=operation.all("named-graph-uri"),
        results_media_type=RESULT_TYPES[0] if results == HTML else results,
        graph_media_type=GRAPH_TYPES[0] if graph == HTML else graph,
        timeout=_timeout(operation),
    )
    engine = served(request).engine
    tag = engine.tag(asked)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"} | ({"ETag": tag} if tag else {})
    if tag and lists(request.headers.get("if-none-match"), tag):
        as_wanted(request, tag)
        return Response(status_code=304, headers=headers)
    note(request.scope, "query", asked.query)
    came_from = partial(note, request.scope, "cache")
    answer = engine.kept(tag)
    if answer is not None:
        came_from("cache")
    else:
        answer = await while_connected(request, engine.answer(asked, told=came_from))
    note(request.scope, "answer", answer)
    shown = {RESULT_TYPES[0]: results, GRAPH_TYPES[0]: graph}.get(answer.media_type)
    # Only now: a precondition is not looked at where there is no answer (RFC 9110, 13.2.1).
    as_wanted(request, None if shown == HTML else tag)
    if shown == HTML:
        return await results_page(request, query, answer)
    return sent(answer, headers)


def _address_parameters(request: Request) -> tuple[tuple[str, str], ...]:
    raw: bytes = request.scope["query_string"]
    if len(raw) > _ADDRESS_LIMIT:
        raise HTTPException(414, "The address is too long; send the query with POST.")
    try:
        return _parameters(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise HTTPException(400, "The address is not valid UTF-8.") from error


def _parameters(text: str) -> tuple[tuple[str, str], ...]:
    """Names and values, percent signs decoded once."""
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_READ))
    except UnicodeDecodeError as error:
        raise HTTPException(400, "A parameter is not valid UTF-8.") from error
    except ValueError as error:
        raise HTTPException(400, f"There are more than {_PARAMETERS_READ} parameters.") from error


def _timeout(operation: _Operation) -> float | None:
    for text in operation.all("timeout"):
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not seconds > 0:
            raise QueryError(f"timeout is no number of seconds above 0: {text[:40]}")
        return max(seconds, _SHORTEST)
    return None


def _read_only() -> HTTPException:
    return HTTPException(403, "This service answers queries only; it takes no updates.")
