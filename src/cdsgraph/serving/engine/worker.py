"""One worker process, forked from the one that loaded the dataset (`loading`).

It answers one request after another over a socket (`messages`), each whole or not at all. It may be killed at any
moment. Where the system cannot filter calls, `SERVICE` is refused by looking for it in the parsed query.
"""

import os
from collections.abc import Callable, Iterable
from typing import BinaryIO, NoReturn

from pyoxigraph import Store

from cdsgraph.errors import CdsgraphError, QueryError
from cdsgraph.graph.evaluation import Evaluation
from cdsgraph.graph.selection import asks_elsewhere
from cdsgraph.isolation import end_with_parent, limit_memory
from cdsgraph.serving.engine import spool
from cdsgraph.serving.engine.messages import (
    ACCEPTED,
    BODY,
    FILE,
    HEAD_LENGTH,
    MEDIA_TYPE,
    READY,
    QueryRequest,
    pack,
    pack_error,
    unpack_head,
    unpack_request,
)


class Evaluator:
    """Answers requests over one store and refuses SERVICE, after parsing too where nothing filters the network.

    The filter keeps the query here in any case; refusing says so, where the engine would take a failed SERVICE inside
    EXISTS for one that found something.
    """

    def __init__(self, store: Store, *, base: str, result_limit: int, network_filtered: bool) -> None:
        self._evaluation = Evaluation(store, base=base, result_limit=result_limit)
        self._network_filtered = network_filtered

    def answer(self, request: QueryRequest) -> tuple[str, bytes]:
        """Media type and body of the answer. Raises QueryError, FormatError or TooLargeError."""
        if asks_elsewhere(request.query):
            raise _elsewhere()
        if not self._network_filtered:
            _refuse_service(request.query)
        return self._evaluation.answer(
            request.query,
            results_media_type=request.results_media_type,
            graph_media_type=request.graph_media_type,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
        )


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
            raise _elsewhere()
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, Iterable) and not isinstance(node, str):
            stack.extend(node)


def _elsewhere() -> QueryError:
    return QueryError(
        "the query asks another service; this one answers from its own graphs only", remedy="remove SERVICE"
    )


def _serve(evaluator: Evaluator, requests: BinaryIO, answers: BinaryIO) -> None:
    def tell(*messages: bytes) -> None:
        # At once: each writing may wake the server.
        answers.write(b"".join(messages))
        answers.flush()

    tell(pack(READY, str(os.getpid()).encode()))
    kept_open: BinaryIO | None = None  # the last answer, if it is a file, until the front has surely opened it
    while len(head := requests.read(HEAD_LENGTH)) == HEAD_LENGTH:
        if kept_open is not None:
            kept_open.close()
            kept_open = None
        _, length = unpack_head(head)
        request = unpack_request(requests.read(length))
        tell(pack(ACCEPTED))
        try:
            media_type, body = evaluator.answer(request)
            if len(body) > spool.LARGE and spool.POSSIBLE:
                kept_open = spool.written(body)
        except CdsgraphError as error:
            tell(pack_error(error))
        except MemoryError:
            os._exit(1)
        else:
            told = pack(BODY, body) if kept_open is None else pack(FILE, spool.name_of(kept_open))
            tell(pack(MEDIA_TYPE, media_type.encode()), told)
            del body, told


def run(evaluator: Callable[[], Evaluator], talk: int, memory_mib: int) -> NoReturn:
    """Be a worker over the socket with this file number: answer until the other end closes, then end the process."""
    status = 0
    try:
        end_with_parent()
        ready = evaluator()
        limit_memory(memory_mib)
        requests, answers = os.fdopen(talk, "rb"), os.fdopen(os.dup(talk), "wb")
        _serve(ready, requests, answers)
    except BaseException:
        status = 1
    finally:
        os._exit(status)
