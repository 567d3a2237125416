"""One worker process: `python -m cdsgraph.serving.worker FILE BASE MEMORY_MIB RESULT_LIMIT`.

It loads the file, gives up what it will not need (`isolation`), and then answers one request after another over its
standard input and output (`messages`), each whole or not at all. It may be killed at any moment. Where the system
cannot filter calls, `SERVICE` is refused by looking for it in the parsed query.
"""

import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Store

from cdsgraph.errors import CdsgraphError, QueryError
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.evaluation import Evaluation
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


class Evaluator:
    """Answers requests over one store; without a filter on the network, refuses SERVICE first."""

    def __init__(self, store: Store, *, base: str, result_limit: int, network_filtered: bool) -> None:
        self._evaluation = Evaluation(store, base=base, result_limit=result_limit)
        self._network_filtered = network_filtered

    def answer(self, request: QueryRequest) -> tuple[str, bytes]:
        """Media type and body of the answer. Raises QueryError, FormatError or TooLargeError."""
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
