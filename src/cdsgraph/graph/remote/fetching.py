"""Graphs of a remote store, read back whole: by the Graph Store Protocol, else by CONSTRUCT, page by page.

How many triples came is compared with the store's own count, as some stores end an answer at a limit of theirs without
a word.
"""

from io import BytesIO
from typing import Final
from urllib.parse import quote, urlencode

from pyoxigraph import RdfFormat, Triple, parse, serialize

from cdsgraph.errors import EndpointError
from cdsgraph.graph.remote import layout, writing
from cdsgraph.graph.remote.endpoint import Endpoint
from cdsgraph.graph.remote.terms import mended_triple

_PAGE: Final = 10_000  # the least limit that is usual


class Fetcher:
    """Reads graphs; `graph_store` is where the store offers the Graph Store Protocol, if that is known."""

    def __init__(self, endpoint: Endpoint, graph_store: str | None = None) -> None:
        self._endpoint = endpoint
        self._readable = writing.readable(endpoint.url, graph_store)

    def counts(self) -> dict[str, int]:
        """How many triples each graph below the base has."""
        rows = self._endpoint.select(layout.counts_query(self._endpoint.base))
        return {row["graph"]["value"]: int(row["n"]["value"]) for row in rows if "graph" in row}

    def total(self) -> int:
        """How many triples the store's own default graph has."""
        return int(self._endpoint.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"]["value"])

    def everything(self) -> bytes:
        """The data as N-Triples, each triple once: our graphs where it was pushed to, else its default graph.

        Raises EndpointError, EndpointTimeoutError or BusyError.
        """
        record = self._endpoint.record()
        if record.kept:
            counts = self.counts()
            found = [each for name in record.named_graphs for each in self.graph(name, counts.get(name, 0))]
        else:
            found = self.graph(None, self.total())
        output = BytesIO()
        serialize(dict.fromkeys(found), output, format=RdfFormat.N_TRIPLES)
        return output.getvalue()

    def graph(self, name: str | None, count: int) -> list[Triple]:
        """The `count` triples of a graph (None: the default graph). Raises EndpointError when some are missing.

        Blank nodes are those of one answer; a graph with some is read whole or by its pages, whose labels must agree.
        """
        triples = list(dict.fromkeys(self._from_store(name) if name is not None else ()))
        if len(triples) != count:  # not offered, or cut at a limit
            triples = list(dict.fromkeys(self._paged(name, count)))
        if len(triples) != count:
            raise EndpointError(
                f"the endpoint gave {len(triples)} of the {count} triples of {name or 'its default graph'}",
                path=self._endpoint.url,
                remedy="see that nobody writes to it; name the Graph Store Protocol's address with --graph-store",
            )
        return triples

    def _from_store(self, name: str) -> list[Triple]:
        for url in tuple(self._readable):
            query = urlencode({"graph": name}, quote_via=quote, safe="")
            reply = self._endpoint.transport.send("GET", f"{url}?{query}", accept="application/n-triples")
            if reply.status == 200 and reply.headers.get_content_type() == "application/n-triples":
                return self._read(reply.body)
            self._readable.remove(url)
        return []

    def _paged(self, name: str | None, count: int) -> list[Triple]:
        pattern = "?s ?p ?o" if name is None else f"GRAPH <{name}> {{ ?s ?p ?o }}"
        found: list[Triple] = []
        for start in range(0, count, _PAGE):
            # The order within, the limit without: so that servers with a limit on sorted rows take it.
            found += self._read(
                self._endpoint.ntriples(
                    "CONSTRUCT { ?s ?p ?o } WHERE { "
                    f"{{ SELECT ?s ?p ?o WHERE {{ {pattern} }} ORDER BY ?s ?p ?o }} }} LIMIT {_PAGE} OFFSET {start}"
                )
            )
        return found

    def _read(self, body: bytes) -> list[Triple]:
        try:
            return [mended_triple(quad.triple) for quad in parse(body, format=RdfFormat.N_TRIPLES)]
        except SyntaxError as error:
            raise EndpointError(f"the endpoint's graph cannot be read: {error}", path=self._endpoint.url) from error
