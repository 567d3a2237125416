"""One worker process: `python -m cdsgraph.serving.worker FILE BASE MEMORY_MIB RESULT_LIMIT`.

It loads the file, gives up what it will not need (`isolation`), and then answers one request after another over its
standard input and output (`messages`), each whole or not at all. It may be killed at any moment. Where the system
cannot filter calls, `SERVICE` is refused by looking for it in the parsed query.
"""

import os
import re
import signal
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat  # only reads what was written here, to see whether it is well-formed

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from cdsgraph.errors import CdsgraphError, FormatError, QueryError, TooLargeError
from cdsgraph.graph.dataset import load_store, turtle
from cdsgraph.serving.isolation import end_with_parent, limit_memory, without_network
from cdsgraph.serving.messages import (
    ACCEPTED,
    BODY,
    HEAD_LENGTH,
    MEDIA_TYPE,
    READY,
    QueryRequest,
    pack,
    pack_error,
    unpack_head,
    unpack_request,
)
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


class Evaluator:
    """Evaluates requests over one store and writes their answers."""

    def __init__(self, store: Store, *, base: str, result_limit: int, network_filtered: bool) -> None:
        self._store = store
        self._prefixes = prefixes(base)
        self._result_limit = result_limit
        self._network_filtered = network_filtered

    def answer(self, request: QueryRequest) -> tuple[str, bytes]:
        """Media type and body of the answer. Raises QueryError, FormatError or TooLargeError."""
        if not self._network_filtered:
            _refuse_service(request.query)
        try:
            return self._write(self._evaluate(request), request)
        except SyntaxError as error:
            raise _syntax_error(str(error.msg), request.query) from error
        except OSError as error:
            raise QueryError(
                "the query asks another service; this one answers from its own graphs only", remedy="remove SERVICE"
            ) from error
        except (ValueError, RuntimeError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from error

    def _evaluate(self, request: QueryRequest) -> QuerySolutions | QueryBoolean | QueryTriples:
        if not (request.default_graphs or request.named_graphs):
            return self._store.query(request.query)
        # The dataset of the protocol request stands above FROM (SPARQL 1.1 Protocol 2.1.4).
        return self._store.query(
            request.query,
            default_graph=[NamedNode(iri) for iri in request.default_graphs],
            named_graphs=[NamedNode(iri) for iri in request.named_graphs],
        )

    def _write(self, results: QuerySolutions | QueryBoolean | QueryTriples, request: QueryRequest) -> tuple[str, bytes]:
        output = _Limited(self._result_limit)
        if isinstance(results, QueryTriples):
            media_type = _wanted(request.graph_media_type, "a graph")
            rdf_format = RdfFormat.from_media_type(media_type)
            if rdf_format is None:
                raise FormatError(f"a graph cannot be written as {media_type}")
            if rdf_format == RdfFormat.TURTLE:
                return media_type, turtle(results, self._prefixes, output)
            results.serialize(output, format=rdf_format)
        else:
            media_type = _wanted(request.results_media_type, "a table of results")
            results_format = QueryResultsFormat.from_media_type(media_type)
            if results_format is None:
                raise FormatError(f"results cannot be written as {media_type}")
            results.serialize(output, format=results_format)
        body = output.getvalue()
        return media_type, _checked_xml(body) if media_type.endswith("xml") else body


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


def _syntax_error(message: str, query: str) -> QueryError:
    """What stands in the engine's message, in words and without its grammar."""
    match = _SYNTAX_ERROR.match(message)
    if match is None:
        return QueryError(f"the query is not SPARQL 1.1: {message[:200]}")
    line, column, expected = int(match[1]), int(match[2]), match[3]
    text = query.split("\n")[line - 1] if line <= query.count("\n") + 1 else ""
    near = text[max(0, column - 1 - _NEAR) : column - 1 + _NEAR].strip()
    said = "a prefix is not declared" if "Prefix not found" in expected else "the query is not SPARQL 1.1"
    return QueryError(f"{said}, near ‘{near}’" if near else said, line=line, column=column)


def _refuse_service(query: str) -> None:
    """Raise QueryError unless the parsed query is seen to be free of SERVICE."""
    from rdflib.plugins.sparql.parser import parseQuery  # slow to import, and needed on few systems

    try:
        tree = parseQuery(query)
    except Exception as error:
        raise QueryError("the query cannot be shown to be free of SERVICE") from error
    stack: list[object] = [tree]
    while stack:
        node = stack.pop()
        if getattr(node, "name", None) == "ServiceGraphPattern":
            raise QueryError("this service answers from its own graphs only", remedy="remove SERVICE")
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, Iterable) and not isinstance(node, str):
            stack.extend(node)


def _serve(evaluator: Evaluator, requests: BinaryIO, answers: BinaryIO) -> None:
    def tell(message: bytes) -> None:
        answers.write(message)
        answers.flush()

    tell(pack(READY))
    while len(head := requests.read(HEAD_LENGTH)) == HEAD_LENGTH:
        _, length = unpack_head(head)
        request = unpack_request(requests.read(length))
        tell(pack(ACCEPTED))
        try:
            media_type, body = evaluator.answer(request)
        except CdsgraphError as error:
            tell(pack_error(error))
        except MemoryError:
            os._exit(1)
        else:
            tell(pack(MEDIA_TYPE, media_type.encode()))
            tell(pack(BODY, body))


def main(file: str, base: str, memory_mib: str, result_limit: str) -> None:
    """Load, give up rights, answer until the standard input closes."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    try:
        store = load_store(Path(file))
    except CdsgraphError as error:
        answers.write(pack_error(error))
        answers.close()
        return
    filtered = without_network()
    limit_memory(int(memory_mib))
    # From here on a death is a hostile query's, not a fault to be told of.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    _serve(Evaluator(store, base=base, result_limit=int(result_limit), network_filtered=filtered), requests, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
