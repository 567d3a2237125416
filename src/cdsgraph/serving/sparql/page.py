"""The workbench: the page to write a query on, with the answer or the failure below the query.

It works as a form without scripts; the scripts of `static/workbench/` make an editor of it.
"""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph import queries
from cdsgraph.errors import BusyError, CdsgraphError, QueryError
from cdsgraph.queries import SavedQuery
from cdsgraph.serving.engine.messages import Answer
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.operations.problems import RETRY_AFTER, status_of, title_of
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.home.page import FIRST_STEPS, saved_queries
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.served import served
from cdsgraph.serving.sparql.results import shown, table_of
from cdsgraph.vocab import CDS, prefixes

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
_STARTERS: Final = 3
_WORDS: Final = "workbench."  # the keys that the scripts use; themes stand below `theme.`
_ANSWERED: Final = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}


async def sparql_page(request: Request) -> Response:
    """The page to write a query on; `?example=name` fills in a saved one."""
    reader, name = Reader(request), request.query_params.get("example")
    if name:
        try:
            saved = queries.find(served(request).files.queries, name)
            text = saved.render(base=reader.base) if all(p.default is not None for p in saved.params) else saved.text
        except QueryError as error:
            raise Refusal(404, "error.said.query", name=name[:60]) from error
    else:
        text = _prefixes(_EXAMPLE, reader.base) + _EXAMPLE
    return _page(reader, queries.without_header(text), example=name or "")


async def results_page(request: Request, query: str, answer: Answer) -> Response:
    """The answer to a query below the query: a table for SPARQL JSON, the text of a graph as it is."""
    table, text = None, None
    if answer.media_type == "application/sparql-results+json":
        table = table_of(orjson.loads(shown(answer)))
    else:
        text = shown(answer).decode()[:200_000]
    return _page(Reader(request), query, headers=_ANSWERED, table=table, text=text)


async def failure_page(request: Request, query: str, error: CdsgraphError) -> Response:
    """Why there is no answer, below the query, so that it can be mended."""
    reader, headers = Reader(request), _ANSWERED | {"Cache-Control": "no-store"}
    if isinstance(error, BusyError):
        headers["Retry-After"] = RETRY_AFTER
    problem = {
        "title": title_of(error, reader.lang),
        "status": status_of(error),
        "detail": error.message,
        "line": error.line,
        "column": error.column,
        "remedy": error.remedy,
    }
    return _page(reader, query, status=status_of(error), headers=headers, problem=problem)


def _page(reader: Reader, query: str, *, example: str = "", **values: Any) -> Response:
    saved = saved_queries(reader.request)
    themes = _themes(saved)
    return reader.render(
        "sparql.html",
        query=query,
        example=example,
        themes=[(_theme_name(tag, reader), those) for tag, those in themes.items()],
        starters=themes.get(FIRST_STEPS, [])[:_STARTERS],
        words=_words(reader.lang),
        cds=CDS,
        **{"table": None, "text": None, "problem": None, **values},
    )


def _themes(saved: Sequence[SavedQuery]) -> dict[str, list[SavedQuery]]:
    """The queries of each tag, the largest themes first."""
    found: dict[str, list[SavedQuery]] = {}
    for query in saved:
        for tag in query.tags:
            found.setdefault(tag, []).append(query)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _theme_name(tag: str, reader: Reader) -> str:
    key = f"theme.{tag}"
    return str(reader.word(key)) if words.has_word(key) else tag


def _words(lang: str) -> str:
    """The texts that the scripts show, as JSON."""
    told = {key.removeprefix(_WORDS): text[lang] for key, text in words.table().items() if key.startswith(_WORDS)}
    return orjson.dumps(told).decode()


def _prefixes(query: str, base: str) -> str:
    used = {prefix: space for prefix, space in prefixes(base).items() if f"{prefix}:" in query}
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in sorted(used.items()))
