"""A saved query, asked of a built version, an RDF file or a remote endpoint, and its answer in a format."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cdsgraph.errors import QueryError
from cdsgraph.graph import local, remote, versions
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


def ask(query: SavedQuery, values: Mapping[str, str], form: str, *, where: Path | str, timeout: float) -> bytes:
    """The answer in a format; `where` is a version's folder, an RDF file, or the URL of an endpoint; `timeout` seconds.

    Raises QueryError, QueryTimeoutError, EndpointError, RdfError or DatasetError.
    """
    wanted = media_type(query, form)
    if isinstance(where, str):
        return remote.ask(where, query.render(values), media_type=wanted, timeout=max(1, round(timeout)))[1]
    base = str(versions.manifest(where)["base"]) if where.is_dir() else DEFAULT_BASE
    return local.ask(where, query.render(values, base=base), base=base, media_type=wanted, timeout=timeout)
