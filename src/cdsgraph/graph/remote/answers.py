"""Answers of remote stores in the media types that are asked for, written as our own engine writes them.

A store is asked for SPARQL JSON or N-Triples, which every store can write; deviations from the recommendations that
are known are mended, so that the same data give the same answer wherever they lie.
"""

from typing import Any, Final

import orjson
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from cdsgraph.errors import EndpointError
from cdsgraph.graph.evaluation import write_graph, write_results
from cdsgraph.graph.remote.terms import mended

RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
_ASK: Final = "__ASK_RETVAL"  # how Virtuoso names the column of a yes or no
_TRUE: Final = ("1", "true")


def solutions(body: bytes, url: str) -> dict[str, Any]:
    """SPARQL JSON results as the recommendation writes them. Raises EndpointError for what is none."""
    try:
        told = orjson.loads(body)
        if "boolean" in told:
            return {"head": {}, "boolean": bool(told["boolean"])}
        names, rows = told["head"]["vars"], told["results"]["bindings"]
        rows = [{name: mended(term) for name, term in row.items()} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EndpointError(
            "the endpoint answered with something else than SPARQL results", path=url, remedy="check the address"
        ) from error
    if names == [_ASK]:
        return {"head": {}, "boolean": bool(rows) and rows[0].get(_ASK, {}).get("value") in _TRUE}
    return {"head": {"vars": names}, "results": {"bindings": rows}}


def written_results(body: bytes, media_type: str | None, *, url: str, limit: int) -> tuple[str, bytes]:
    """SPARQL JSON results in a media type. Raises FormatError, TooLargeError or EndpointError."""
    told = solutions(body, url)
    try:
        results = parse_query_results(orjson.dumps(told), format=QueryResultsFormat.JSON)
        return write_results(results, media_type, limit=limit)
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"the endpoint's results cannot be read: {error}", path=url) from error


def written_graph(body: bytes, media_type: str | None, *, url: str, base: str, limit: int) -> tuple[str, bytes]:
    """N-Triples in a media type, each triple once. Raises FormatError, TooLargeError or EndpointError."""
    try:
        triples = dict.fromkeys(quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise EndpointError(f"the endpoint's graph cannot be read: {error}", path=url) from error
    return write_graph(triples, media_type, base=base, limit=limit)
