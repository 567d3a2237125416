"""Two ways to write to a store: the Graph Store HTTP Protocol and SPARQL 1.1 Update, whichever it offers.

What is written may be written again with the same result, so a request whose answer was lost is simply repeated.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from cdsgraph.errors import EndpointError
from cdsgraph.graph.remote.transport import Reply, Transport

_TURTLE: Final = "text/turtle"  # N-Triples is Turtle, and some stores take only that for certain
# Virtuoso looks at the first bytes whether they are Turtle, and does not see it in a long literal.
_MARK: Final = b"@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
_UPDATE: Final = "application/sparql-update"
_STORES: Final = Path(__file__).with_name("stores.csv")


class Writer(Protocol):
    """Writes graphs; each method raises EndpointError where the store refuses."""

    told: str

    def replace(self, graph: str, ntriples: bytes) -> None:
        """Make these triples the whole content of a graph."""

    def add(self, graph: str, ntriples: bytes) -> None:
        """Add triples without blank nodes to a graph."""

    def drop(self, graph: str) -> None:
        """Delete a graph; one that is not there is no fault."""


class RefusedWriteError(EndpointError):
    """The store does not take this way of writing."""


class GraphStore:
    """The Graph Store HTTP Protocol at a URL."""

    def __init__(self, transport: Transport, url: str) -> None:
        self.told = f"Graph Store Protocol at {url}"
        self._transport = transport
        self._url = url

    def replace(self, graph: str, ntriples: bytes) -> None:
        """PUT."""
        self._send("PUT", graph, _MARK + ntriples)

    def add(self, graph: str, ntriples: bytes) -> None:
        """POST."""
        self._send("POST", graph, _MARK + ntriples)

    def drop(self, graph: str) -> None:
        """DELETE."""
        self._send("DELETE", graph, None)

    def _send(self, method: str, graph: str, body: bytes | None) -> None:
        url = f"{self._url}?{urlencode({'graph': graph}, quote_via=quote, safe='')}"
        if self._transport.authentication.given and self._transport.authentication.header(method, url) is None:
            # A large body before the challenge would be sent for nothing, or break the connection.
            self._transport.send("GET", f"{self._url}?graph=urn%3Anone")
        reply = self._transport.send(method, url, body, content_type=_TURTLE)
        if not (reply.status < 300 or (method == "DELETE" and reply.status == 404)):
            raise _refused(self._url, reply)


class Update:
    """SPARQL 1.1 Update at a URL."""

    def __init__(self, transport: Transport, url: str) -> None:
        self.told = f"SPARQL Update at {url}"
        self._transport = transport
        self._url = url

    def replace(self, graph: str, ntriples: bytes) -> None:
        """DROP and INSERT in one request; not INSERT DATA, in which some stores take no blank nodes."""
        self._send(b"DROP SILENT GRAPH <%s> ;\nINSERT { GRAPH <%s> {\n%s} } WHERE {}", graph, ntriples)

    def add(self, graph: str, ntriples: bytes) -> None:
        """INSERT DATA."""
        self._send(b"INSERT DATA { GRAPH <%s> {\n%s} }", graph, ntriples)

    def drop(self, graph: str) -> None:
        """DROP."""
        self._send(b"DROP SILENT GRAPH <%s>", graph)

    def _send(self, pattern: bytes, graph: str, *content: bytes) -> None:
        names = [graph.encode()] * (pattern.count(b"%s") - len(content))
        reply = self._transport.send("POST", self._url, pattern % (*names, *content), content_type=_UPDATE)
        if reply.status >= 300:
            raise _refused(self._url, reply)


def _refused(url: str, reply: Reply) -> RefusedWriteError:
    return RefusedWriteError(f"the endpoint did not take it (HTTP {reply.status}): {reply.said}", path=url)


def candidates(transport: Transport, endpoint: str, graph_store: str | None, update: str | None) -> Iterator[Writer]:
    """The ways to write that are worth trying: those that are named, else those of stores that are known."""
    if graph_store or update:
        if graph_store:
            yield GraphStore(transport, graph_store)
        if update:
            yield Update(transport, update)
        return
    known = [(root, row) for row in _stores() if (root := endpoint.removesuffix(row["query"])) != endpoint]
    for root, row in known:
        yield GraphStore(transport, root + row["graph_store"])
    for root, row in known:
        yield Update(transport, root + row["update"])
    yield Update(transport, endpoint)


def readable(endpoint: str, graph_store: str | None) -> list[str]:
    """Where graphs may be read by the Graph Store Protocol."""
    if graph_store:
        return [graph_store]
    return [endpoint.removesuffix(row["query"]) + row["read"] for row in _stores() if endpoint.endswith(row["query"])]


@cache
def _stores() -> list[dict[str, str]]:
    with _STORES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
