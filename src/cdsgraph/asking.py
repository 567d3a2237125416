"""A saved query, asked of a built version, an RDF file or a remote endpoint, and its answer in a format."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import orjson
from rich.table import Table

from cdsgraph.errors import QueryError
from cdsgraph.graph import local, versions
from cdsgraph.graph.remote import Endpoint
from cdsgraph.queries import SavedQuery, is_graph_query
from cdsgraph.vocab import DEFAULT_BASE

RESULT_TYPES: Final = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}
GRAPH_TYPES: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json"}


def media_type(query: SavedQuery, form: str) -> str:
    """The media type of a format (csv, tsv, json, xml; ttl, jsonld) for a query.

    Raises QueryError when the query's form (rows or a graph) has no answer in that format.
    """
    offers = GRAPH_TYPES if is_graph_query(query.text) else RESULT_TYPES
    if form not in offers:
        raise QueryError(f"{query.name} has no {form} answer", remedy=f"ask for {', '.join(offers)}")
    return offers[form]


def ask(
    query: SavedQuery, values: Mapping[str, str], form: str, *, where: Path | Endpoint, timeout: float = 30
) -> bytes:
    """The answer in a format; `where` is a version's folder, an RDF file, or an endpoint.

    `timeout` (seconds) is for the first two; an endpoint has its own. Raises QueryError, QueryTimeoutError, RdfError or
    DatasetError, and what `Endpoint.ask` raises.
    """
    wanted = media_type(query, form)
    if isinstance(where, Endpoint):
        return where.ask(query.render(values, base=where.base), media_type=wanted)
    base = str(versions.manifest(where)["base"]) if where.is_dir() else DEFAULT_BASE
    return local.ask(where, query.render(values, base=base), base=base, media_type=wanted, timeout=timeout)


def as_list(queries: Iterable[SavedQuery]) -> Table:
    """Saved queries as a table to print: name, question in both languages, parameters."""
    table = Table("name", "câu hỏi / question", "parameters", box=None, pad_edge=False)
    for each in queries:
        table.add_row(each.name, f"{each.question_vi}\n{each.question_en}", ", ".join(p.name for p in each.params))
    return table


def as_table(body: bytes) -> Table | str:
    """An answer in JSON as a table to print; that to a yes-or-no question as "true" or "false"."""
    answer = orjson.loads(body)
    if "boolean" in answer:
        return "true" if answer["boolean"] else "false"
    names = answer["head"]["vars"]
    table = Table(*names, box=None, pad_edge=False, header_style="bold")
    for row in answer["results"]["bindings"]:
        table.add_row(*(row[name]["value"] if name in row else "" for name in names))
    return table
