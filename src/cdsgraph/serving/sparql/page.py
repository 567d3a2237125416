"""The page to write a query on, and the answer below the query."""

from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph import queries
from cdsgraph.errors import QueryError
from cdsgraph.serving.engine.messages import Answer
from cdsgraph.serving.pages.home import saved_queries
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.served import served
from cdsgraph.serving.sparql.results import shown, table_of
from cdsgraph.vocab import prefixes

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
        "sparql.html", query=queries.without_header(text), table=None, text=None, examples=saved_queries(request)
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


def _prefixes(query: str, base: str) -> str:
    used = {prefix: space for prefix, space in prefixes(base).items() if f"{prefix}:" in query}
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in sorted(used.items()))
