"""SPARQL JSON results as a table that a page can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ROWS_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Table:
    """Variables, the first rows, how many there are in all; or the answer of an ASK."""

    names: list[str]
    rows: list[dict[str, dict[str, str]]]
    total: int
    boolean: bool | None = None


def table_of(answer: Mapping[str, Any]) -> Table:
    """The table of an answer in the SPARQL 1.1 Query Results JSON Format."""
    if "boolean" in answer:
        return Table([], [], 0, bool(answer["boolean"]))
    rows = answer["results"]["bindings"]
    return Table(list(answer["head"]["vars"]), rows[:ROWS_SHOWN], len(rows))
