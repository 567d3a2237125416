"""SPARQL JSON results as a table that a page can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cdsgraph.errors import TooLargeError
from cdsgraph.serving.engine.messages import Answer

ROWS_SHOWN: Final = 500
_SHOWN: Final = 10_000_000  # bytes of an answer from which a page is made: a larger one would hold up other requests


@dataclass(frozen=True, slots=True)
class Table:
    """Variables, the first rows, how many there are in all; or the answer of an ASK."""

    names: list[str]
    rows: list[dict[str, dict[str, str]]]
    total: int
    boolean: bool | None = None


def shown(answer: Answer) -> bytes:
    """The answer for a page. Raises TooLargeError for one that no page can show."""
    if answer.size > _SHOWN:
        raise TooLargeError(
            f"the answer is larger than the {_SHOWN // 1_000_000} MB that a page is made from",
            remedy="add a LIMIT, or ask for JSON, CSV or another format",
        )
    return answer.body


def table_of(answer: Mapping[str, Any]) -> Table:
    """The table of an answer in the SPARQL 1.1 Query Results JSON Format."""
    if "boolean" in answer:
        return Table([], [], 0, bool(answer["boolean"]))
    rows = answer["results"]["bindings"]
    return Table(list(answer["head"]["vars"]), rows[:ROWS_SHOWN], len(rows))
