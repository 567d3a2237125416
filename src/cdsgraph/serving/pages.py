"""The pages that are about no single thing: home, search, the SPARQL page and its results, a failure."""

import contextlib
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cdsgraph import queries
from cdsgraph.errors import FormatError, QueryError
from cdsgraph.queries import SavedQuery
from cdsgraph.serving import documents, search
from cdsgraph.serving.descriptions import Description, names
from cdsgraph.serving.documented import JSON, PAGE, UNCHANGED, answer
from cdsgraph.serving.engine import Engine
from cdsgraph.serving.messages import Answer
from cdsgraph.serving.negotiation import choose
from cdsgraph.serving.rendering import Reader
from cdsgraph.serving.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.results import shown, table_of
from cdsgraph.serving.served import served
from cdsgraph.serving.thing_view import FIGURE_KINDS, ThingView
from cdsgraph.vocab import CDS, ELI, ORG, SCHEMA, prefixes

router = APIRouter(tags=["Pages"])
router.include_router(documents.router)

_NEWEST: Final = 6
_QUESTIONS: Final = 6
_COUNTED: Final = (
    ("count.documents", CDS + "SourceText", "/documents"),
    *((f"count.{kind}", CDS + kind, None) for kind in FIGURE_KINDS),
    ("count.acts", ELI + "LegalResource", "/id/act/"),
    ("count.bodies", ORG + "Organization", "/id/org/"),
    ("count.people", SCHEMA + "Person", "/id/person/"),
)
_EXAMPLE: Final = """
SELECT ?figure ?printed ?period ?sentence
WHERE {
  ?figure
    a cds:Figure ;
    cds:printed  ?printed ;
    cds:asOf     ?period ;
    cds:sentence ?sentence .
}
ORDER BY DESC(?period) ?figure
LIMIT 20
"""


@router.get("/", summary="Home", response_class=Response, responses={200: answer("The page.", PAGE), **UNCHANGED})
async def home(request: Request) -> Response:
    """What this is, how much there is of it, the newest figures, and where to go on."""
    state, reader = served(request), Reader(request)
    headers = {
        "ETag": entity_tag(state.mark, "/", BY_SUFFIX["html"], reader.lang),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
    }
    if answer := unchanged(request, headers):
        return answer
    view = ThingView(await _newest(state.engine), reader)
    questions = [query for query in _saved(request) if query.question_vi and query.question_en]
    return reader.render(
        "home.html",
        headers=headers,
        counts=await _counts(state.engine),
        figures=view.figures(),
        questions=questions[:_QUESTIONS],
    )


@router.get(
    "/search",
    summary="Things by name",
    response_class=Response,
    responses={200: answer("What was found.", PAGE, JSON)},
)
async def find(request: Request, q: str = "") -> Response:
    """Things whose name holds the words of `q`, diacritics and case aside: a page, or JSON."""
    reader = Reader(request)
    chosen = choose(request.headers.get("accept"), ("text/html", "application/json"))
    if chosen is None:
        raise FormatError("no accepted format", remedy="accept text/html or application/json")
    asked = q[: search.LONGEST].strip()
    found = await search.find(served(request).engine, asked, reader) if asked else []
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=300"}
    if chosen == "application/json":
        return JSONResponse({"query": asked, "results": [each.record() for each in found]}, headers=headers)
    return reader.render("search.html", headers=headers, asked=asked, found=found)


@router.get("/favicon.ico", include_in_schema=False)
async def icon() -> Response:
    """Browsers ask for it unasked."""
    return RedirectResponse("/static/icon.svg", 301)


async def sparql_page(request: Request) -> Response:
    """The page to write a query on; `?example=name` fills in a saved one."""
    reader, name = Reader(request), request.query_params.get("example")
    if name:
        try:
            saved = queries.find(served(request).files.queries, name)
            text = saved.render(base=reader.base) if all(p.default is not None for p in saved.params) else saved.text
        except QueryError as error:
            raise HTTPException(404, error.message) from error
    else:
        text = _prefixes(_EXAMPLE, reader.base) + _EXAMPLE
    return reader.render(
        "sparql.html", query=queries.without_header(text), table=None, text=None, examples=_saved(request)
    )


async def results_page(request: Request, query: str, answer: Answer) -> Response:
    """The answer to a query below the query: a table for SPARQL JSON, the text of a graph as it is."""
    table, text = None, None
    if answer.media_type == "application/sparql-results+json":
        table = table_of(orjson.loads(shown(answer)))
    else:
        text = shown(answer).decode()[:200_000]
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    return Reader(request).render("sparql.html", headers=headers, query=query, table=table, text=text, examples=[])


def problem_page(request: Request, status: int, title: str, detail: str) -> Response:
    """A failure told to a person."""
    reader = Reader(request)
    return reader.render(
        "problem.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        code=status,
        title=title,
        detail=detail,
    )


async def _counts(engine: Engine) -> list[tuple[str, int, str | None]]:
    values = " ".join(f"<{kind}>" for _, kind, _ in _COUNTED)
    rows = await engine.select(
        f"SELECT ?kind (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ VALUES ?kind {{ {values} }} ?thing a ?kind }} "
        "GROUP BY ?kind"
    )
    counts = {row["kind"]["value"]: int(row["n"]["value"]) for row in rows if "kind" in row}
    return [(key, counts[kind], href) for key, kind, href in _COUNTED if counts.get(kind)]


async def _newest(engine: Engine) -> Description:
    """The observations of the latest periods that a text states, with the names they need."""
    triples = await engine.construct(
        f"CONSTRUCT {{ ?figure ?property ?value }} WHERE {{ {{ SELECT ?figure WHERE {{ ?figure a <{CDS}Observation> ; "
        f"<{CDS}asOf> ?day ; <{CDS}periodLabel> ?period ; <{CDS}sentence> ?sentence }} "
        f"ORDER BY DESC(?day) ?figure LIMIT {_NEWEST} }} "
        "?figure ?property ?value }"
    )
    iris = sorted(
        {str(getattr(node, "value", "")) for t in triples for node in (t.object,) if not hasattr(node, "datatype")}
    )
    return Description("", tuple(sorted([*triples, *await names(engine, iris)], key=str)))


def _saved(request: Request) -> list[SavedQuery]:
    """The saved queries; none where one of them is malformed, which the catalogue tells."""
    with contextlib.suppress(QueryError):
        return queries.load_all(served(request).files.queries)
    return []


def _prefixes(query: str, base: str) -> str:
    used = {prefix: space for prefix, space in prefixes(base).items() if f"{prefix}:" in query}
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in sorted(used.items()))
