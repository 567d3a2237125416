"""Answers of saved queries to tests that ask many of one dataset, which is loaded once for all of them.

The evaluation is the one behind `cdsgraph query` and the service, without a process for each query.
"""

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.evaluation import Evaluation
from cdsgraph.queries import SavedQuery
from cdsgraph.vocab import DEFAULT_BASE

_LIMIT = 100_000_000  # bytes of an answer


def table(query: SavedQuery, params: Mapping[str, str], where: Path) -> list[list[str]]:
    """The rows of an answer, their names first; `where` is a version's folder or an RDF file, not changed since."""
    body = _evaluation(where / versions.DATASET if where.is_dir() else where).answer(
        query.render(params, base=DEFAULT_BASE), results_media_type="text/csv", graph_media_type=None
    )[1]
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def rows(query: SavedQuery, params: Mapping[str, str], where: Path) -> list[dict[str, str]]:
    """The rows of an answer by the names of their columns."""
    names, *found = table(query, params, where)
    return [dict(zip(names, row, strict=True)) for row in found]


@lru_cache(maxsize=2)
def _evaluation(file: Path) -> Evaluation:
    return Evaluation(load_store(file), base=DEFAULT_BASE, result_limit=_LIMIT)
