"""A remote SPARQL 1.1 endpoint, asked through SPARQLWrapper."""

import ast
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, IncompleteRead
from typing import Any, Final
from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from cdsgraph.errors import EndpointError, EndpointTimeoutError, QueryError, TooLargeError
from cdsgraph.graph.remote import answers, layout
from cdsgraph.graph.remote.auth import Credentials
from cdsgraph.graph.remote.layout import Record
from cdsgraph.graph.remote.transport import Transport, busy, failure, in_a_line, unauthorised
from cdsgraph.graph.selection import names_graphs, stated
from cdsgraph.queries import is_graph_query
from cdsgraph.vocab import DEFAULT_BASE

RESULT_LIMIT: Final = 2_000_000_000  # bytes
_PIECE: Final = 2**16
_CUT: Final = "X-SPARQL-MaxRows"  # Virtuoso tells its limit where it has left rows out, but not of a graph
_VIRTUOSO_ROWS: Final = 10_000
_STATE: Final = "X-SQL-State"  # how Virtuoso tells of an answer with what it had found when its time was up
_WELL: Final = ("", "00000")
_PARTIAL: Final = 206  # the same, since 7.2.6
_CHALLENGES: Final = 2
_STATUS: Final[dict[type[Exception], int]] = {
    SPARQLExceptions.Unauthorized: 401,
    SPARQLExceptions.EndPointNotFound: 404,
    SPARQLExceptions.URITooLong: 414,
    SPARQLExceptions.EndPointInternalError: 500,
}
_LATE: Final = re.compile(r"\btime(?:d)?[ -]?out\b|S1TAT|estimated execution time", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Raw:
    server: str
    body: bytes


class Endpoint:
    """Queries on a remote store; thread-safe.

    `base` is where the IRIs of our things begin; `timeout` is seconds; a request that fails for a reason that may pass
    is repeated up to `retries` times. Where the store was loaded by `cdsgraph push`, queries see the union of our
    graphs as their default graph, and of named graphs ours only.
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        timeout: float = 30,
        retries: int = 2,
        base: str = DEFAULT_BASE,
    ) -> None:
        self.url = url
        self.base = base
        self.transport = Transport(credentials or Credentials(), timeout=timeout, retries=retries)
        self._record: Record | None = None
        self._lock = threading.Lock()

    def record(self, *, fresh: bool = False) -> Record:
        """What the store tells of what was pushed; read once unless `fresh`. Raises EndpointError."""
        with self._lock:
            if self._record is None or fresh:
                # Not of the dataset that other queries see: the record lies outside it.
                raw = self._asked(layout.record_query(self.base), answers.RESULTS, (), ())
                told = answers.solutions(raw.body, self.url)
                self._record = layout.read(self.base, told.get("results", {}).get("bindings", ()))
            return self._record

    def select(self, query: str) -> list[dict[str, dict[str, str]]]:
        """The solutions of a SELECT over the whole store, whoever loaded it: variable to term as in SPARQL JSON."""
        raw = self._asked(query, answers.RESULTS, (), ())
        rows: list[dict[str, dict[str, str]]] = answers.solutions(raw.body, self.url).get("results", {})["bindings"]
        return rows

    def ntriples(self, query: str) -> bytes:
        """The N-Triples of a CONSTRUCT over the whole store, as the server writes them."""
        return self._asked(query, answers.GRAPH, (), ()).body

    def ask(self, query: str, *, media_type: str) -> bytes:
        """The answer to a query in a media type that fits its form, written as for a version on this machine.

        Raises QueryError when the endpoint refuses the query, TooLargeError where it leaves out a part of the answer,
        EndpointTimeoutError, BusyError, or EndpointError when it cannot be reached or fails.
        """
        return self.answer(query, results_media_type=media_type, graph_media_type=media_type)[1]

    def answer(
        self,
        query: str,
        *,
        results_media_type: str | None,
        graph_media_type: str | None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        limit: int = RESULT_LIMIT,
    ) -> tuple[str, bytes]:
        """Media type and body of the answer: the first type for SELECT and ASK, the second for a graph.

        `default_graphs` and `named_graphs` are the dataset that a client asks for; `limit` is in bytes. Raises as `ask`
        does, and FormatError.
        """
        graph = is_graph_query(query)
        default, named = self._dataset(query, tuple(default_graphs), tuple(named_graphs))
        raw = self._asked(query, answers.GRAPH if graph else answers.RESULTS, default, named, limit=2 * limit)
        if graph:
            if raw.server.startswith("Virtuoso") and raw.body.count(b"\n") >= _VIRTUOSO_ROWS:
                raise self._cut()
            return answers.written_graph(raw.body, graph_media_type, url=self.url, base=self.base, limit=limit)
        return answers.written_results(raw.body, results_media_type, url=self.url, limit=limit)

    def _dataset(
        self, query: str, default: tuple[str, ...], named: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The dataset to ask for: the one that is named, else ours where the store was loaded by us."""
        if default or named or stated(query, self.base) is not None:
            return default, named
        record = self.record()
        if not record.kept:
            return (), ()
        return (record.default_graph,), record.named_graphs if names_graphs(query) else ()

    def _asked(
        self, query: str, accept: str, default: Iterable[str], named: Iterable[str], *, limit: int = RESULT_LIMIT
    ) -> _Raw:
        return self.transport.trying(self.url, lambda: self._authenticated(query, accept, default, named, limit))

    def _authenticated(self, query: str, accept: str, default: Iterable[str], named: Iterable[str], limit: int) -> _Raw:
        authentication = self.transport.authentication
        for last in (*[False] * _CHALLENGES, True):
            wrapper = SPARQLWrapper(self.url)
            wrapper.setMethod(POST)
            wrapper.setOnlyConneg(True)  # its parameters for formats contradict the header
            wrapper.setTimeout(max(1, round(self.transport.timeout)))
            wrapper.setQuery(query)
            wrapper.queryType = "SELECT"  # it guesses from words, remarks included, and may take a query for an update
            # SPARQLWrapper's own table of formats lacks some types; the header is what counts.
            wrapper.addCustomHttpHeader("Accept", accept)
            for iri in default:
                wrapper.addParameter("default-graph-uri", iri)
            for iri in named:
                wrapper.addParameter("named-graph-uri", iri)
            if authorization := authentication.header("POST", self.url):
                wrapper.addCustomHttpHeader("Authorization", authorization)
            try:
                return self._read(wrapper.query().response, limit)
            except (SPARQLExceptions.SPARQLWrapperException, HTTPError) as error:
                status, headers, body = _refusal(error)
                if status == 401 and not last and authentication.challenged(headers):
                    continue
                raise self._told(status, headers, in_a_line(body)) from error
            except (URLError, HTTPException, OSError) as error:
                raise failure(self.url, error, self.transport.timeout) from error
        raise unauthorised(self.url, given=authentication.given)

    def _read(self, response: Any, limit: int) -> _Raw:
        """The whole body.

        Raises TooLargeError past the limit, EndpointTimeoutError for one that drips or that tells of an answer in part,
        IncompleteRead for one that breaks off.
        """
        if response.headers.get(_CUT):
            raise self._cut()
        if response.status == _PARTIAL or response.headers.get(_STATE, "").strip() not in _WELL:
            raise self._stopped()
        body, deadline = bytearray(), time.monotonic() + self.transport.timeout
        while piece := response.read(_PIECE):
            body += piece
            if len(body) > limit:
                raise TooLargeError(
                    f"the endpoint's answer is larger than {limit // 1_000_000} MB", remedy="add a LIMIT"
                )
            if time.monotonic() > deadline:
                raise failure(self.url, TimeoutError(), self.transport.timeout)
        if response.length:  # read in pieces, a body that is too short is no error to http.client
            raise IncompleteRead(bytes(body), response.length)
        return _Raw(response.headers.get("Server", ""), bytes(body))

    def _cut(self) -> TooLargeError:
        return TooLargeError(
            "the endpoint gives no more rows of an answer than its limit, and this one has more or may have",
            path=self.url,
            remedy="add a LIMIT below it, or raise the limit of the server (docs/remote-stores.md)",
        )

    def _stopped(self) -> EndpointTimeoutError:
        return EndpointTimeoutError(
            "the endpoint stopped the query at its own time limit", path=self.url, remedy="ask for less"
        )

    def _told(self, status: int, headers: Message, said: str) -> Exception:
        """What a refusal means."""
        if status == 401:
            return unauthorised(self.url, given=self.transport.authentication.given)
        if status in (429, 502, 503, 504):
            return busy(self.url, status, headers, said)
        if status in (400, 500) and _LATE.search(said):
            return self._stopped()
        if status == 400:
            return QueryError("the endpoint refused the query as malformed", path=self.url, remedy=said)
        return EndpointError(f"the endpoint answered with an error (HTTP {status}): {said}", path=self.url)


def _refusal(error: Exception) -> tuple[int, Message, bytes]:
    """Status, headers and body of a refusal; SPARQLWrapper's own exceptions keep the body only."""
    if isinstance(error, HTTPError):
        return error.code, error.headers, error.read()
    cause = error.__context__
    headers = cause.headers if isinstance(cause, HTTPError) else Message()
    return _STATUS.get(type(error), 400), headers, _body_in(str(error))


def _body_in(message: str) -> bytes:
    """The server's words in a message of SPARQLWrapper, which quotes them as Python writes bytes."""
    _, _, quoted = message.partition("Response:\n")
    try:
        body = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        return message.encode()
    return body if isinstance(body, bytes) else message.encode()
