"""Queries on a version or an RDF file on this machine, in a process of their own that is stopped at the time limit."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from cdsgraph.errors import CdsgraphError, QueryError, QueryTimeoutError
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.evaluation import Evaluation
from cdsgraph.graph.versions import DATASET

_RESULT_LIMIT = 2_000_000_000  # bytes


def ask(dataset: Path, query: str, *, base: str, media_type: str, timeout: float) -> bytes:
    """The answer of a version's folder or an RDF file to a query, in a media type that fits the query's form.

    `timeout` is in seconds. Raises QueryError for a malformed query, QueryTimeoutError when the limit is reached,
    and what load_store raises for the data.
    """
    path = dataset / DATASET if dataset.is_dir() else dataset
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_answer, args=(sender, path, query, base, media_type), daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(timeout):
            raise QueryTimeoutError(
                f"the query took longer than {timeout:g} s and was stopped",
                remedy="ask for less, or allow more time with --timeout",
            )
        answer = receiver.recv()
    except EOFError as error:
        raise QueryError("the query is too complex: its process ended", remedy="ask for less at once") from error
    finally:
        process.kill()
        process.join()
    if isinstance(answer, CdsgraphError):
        raise answer
    return bytes(answer)


def _answer(sender: Connection, path: Path, query: str, base: str, media_type: str) -> None:
    try:
        evaluation = Evaluation(load_store(path), base=base, result_limit=_RESULT_LIMIT)
        sender.send(evaluation.answer(query, results_media_type=media_type, graph_media_type=media_type)[1])
    except CdsgraphError as error:
        sender.send(error)
