"""A query over a store to the bytes of its answer, in a media type that fits the query's form."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.parsers import expat  # only reads what was written here, to see whether it is well-formed

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from cdsgraph.errors import FormatError, QueryError, TooLargeError
from cdsgraph.graph.dataset import turtle
from cdsgraph.graph.selection import asked_of, select
from cdsgraph.vocab import prefixes

_SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NEAR = 20  # characters shown on each side of a syntax error


class _Limited(BytesIO):
    """A buffer that refuses to grow past a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self._limit:
            raise TooLargeError(
                f"the answer is larger than {self._limit // 1_000_000} MB",
                remedy="add a LIMIT, or ask for fewer columns",
            )
        return super().write(data)


class Evaluation:
    """Evaluates queries over one store and writes their answers; `result_limit` is in bytes."""

    def __init__(self, store: Store, *, base: str, result_limit: int) -> None:
        self._store = store
        self._base = base
        self._result_limit = result_limit

    def answer(
        self,
        query: str,
        *,
        results_media_type: str | None,
        graph_media_type: str | None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> tuple[str, bytes]:
        """Media type and body of the answer: the first type for SELECT and ASK, the second for a graph.

        Raises QueryError (with line and column for a syntax error), FormatError or TooLargeError.
        """
        try:
            results = self._evaluate(query, default_graphs, named_graphs)
            if isinstance(results, QueryTriples):
                return write_graph(results, graph_media_type, base=self._base, limit=self._result_limit)
            return write_results(results, results_media_type, limit=self._result_limit)
        except SyntaxError as error:
            raise syntax_error(str(error.msg), query) from error
        except OSError as error:
            raise QueryError(
                "the query asks another service; this one answers from its own graphs only", remedy="remove SERVICE"
            ) from error
        except (ValueError, RuntimeError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from error

    def _evaluate(
        self, query: str, default_graphs: Sequence[str], named_graphs: Sequence[str]
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        selection = asked_of(query, self._base, default_graphs, named_graphs)
        if selection is None:
            return self._store.query(query, base_iri=self._base)
        selected = select(self._store, selection)
        return selected.store.query(
            query, base_iri=self._base, default_graph=selected.default, named_graphs=selected.named
        )


def write_results(results: QuerySolutions | QueryBoolean, media_type: str | None, *, limit: int) -> tuple[str, bytes]:
    """Media type and body of a SELECT's or ASK's results; `limit` is in bytes. Raises FormatError or TooLargeError."""
    media_type = _wanted(media_type, "a table of results")
    results_format = QueryResultsFormat.from_media_type(media_type)
    if results_format is None:
        raise FormatError(f"results cannot be written as {media_type}")
    output = _Limited(limit)
    results.serialize(output, format=results_format)
    return media_type, _checked(media_type, output.getvalue())


def write_graph(triples: Iterable[Triple], media_type: str | None, *, base: str, limit: int) -> tuple[str, bytes]:
    """Media type and body of a graph; `limit` is in bytes. Raises FormatError or TooLargeError."""
    media_type = _wanted(media_type, "a graph")
    rdf_format = RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise FormatError(f"a graph cannot be written as {media_type}")
    output = _Limited(limit)
    if rdf_format == RdfFormat.TURTLE:
        return media_type, turtle(triples, prefixes(base), output)
    serialize(triples, output, format=rdf_format)
    return media_type, _checked(media_type, output.getvalue())


def _checked(media_type: str, body: bytes) -> bytes:
    return _checked_xml(body) if media_type.endswith("xml") else body


def _wanted(media_type: str | None, kind: str) -> str:
    if media_type is None:
        raise FormatError(f"the answer is {kind}, which none of the accepted formats can carry")
    return media_type


def _checked_xml(body: bytes) -> bytes:
    """The body as well-formed XML that keeps carriage returns. Raises FormatError when XML 1.0 cannot carry it."""
    body = body.replace(b"\r", b"&#13;")
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except expat.ExpatError as error:
        raise FormatError(
            "the answer has a character or a property name that XML cannot carry", remedy="ask for another format"
        ) from error
    return body


def syntax_error(message: str, query: str) -> QueryError:
    """What stands in the engine's message on a query, in words, with line and column, and without its grammar."""
    match = _SYNTAX_ERROR.match(message)
    if match is None:
        return QueryError(f"the query is not SPARQL 1.1: {message[:200]}")
    line, column, expected = int(match[1]), int(match[2]), match[3]
    lines = query.split("\n")
    if line > 1 and not "".join([lines[line - 1][column - 1 :], *lines[line:]]).strip():
        # It ends too early: where its last word ends, not after the blank lines that follow.
        lines = query.rstrip().split("\n")
        line, column = len(lines), len(lines[-1]) + 1
    text = lines[line - 1] if line <= len(lines) else ""
    near = text[max(0, column - 1 - _NEAR) : column - 1 + _NEAR].strip()
    said = "a prefix is not declared" if "Prefix not found" in expected else "the query is not SPARQL 1.1"
    return QueryError(f"{said}, near ‘{near}’" if near else said, line=line, column=column)
