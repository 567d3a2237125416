"""How far words such as "khoảng" and "hơn" reach from the number they go with, for each use of the number."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from cdsgraph.errors import RulesError
from cdsgraph.reading.wordlists import read_table, whole_number

Use = Literal["arithmetic", "comparison", "target"]
_TABLE: Final = "hedge_widths"
_QUALIFIERS: Final = ("approx", "over", "at-least", "under")
_UNLIMITED: Final = "any"


@dataclass(frozen=True, slots=True)
class Reach:
    """Shares of the number below and above it that the true value may lie off; None is without limit."""

    below: Decimal | None
    above: Decimal | None


@dataclass(frozen=True, slots=True)
class Hedges:
    """The reach of each qualifier (a code of def/qualifier) for one use of numbers."""

    of: Mapping[str, Reach]

    def reach(self, qualifier: str) -> Reach | None:
        """How far a qualifier reaches; None for "exact", which reaches nowhere."""
        return self.of.get(qualifier)


def load(rules: Path, use: Use) -> Hedges:
    """The reaches for a use, from the folder of word lists.

    Raises RulesError where the table is malformed, lacks a qualifier for the use, or limits none in arithmetic.
    """
    of = {
        row["qualifier"]: Reach(_share(row["below"], rules), _share(row["above"], rules))
        for row in read_table(rules, _TABLE, ("use", "qualifier", "below", "above", "reason"))
        if row["use"] == use
    }
    for qualifier in _QUALIFIERS:
        if qualifier not in of:
            raise RulesError(
                f"no width of {qualifier} for {use}",
                path=rules / f"{_TABLE}.csv",
                remedy="write a row with this use and qualifier",
            )
        if use == "arithmetic" and None in (of[qualifier].below, of[qualifier].above):
            raise RulesError(
                f"{qualifier} has no limit in arithmetic",
                path=rules / f"{_TABLE}.csv",
                remedy="write a number of per cent: any sum would hold without one",
            )
    return Hedges(of)


def _share(cell: str, rules: Path) -> Decimal | None:
    return None if cell == _UNLIMITED else Decimal(whole_number(cell, rules, _TABLE)) / 100
