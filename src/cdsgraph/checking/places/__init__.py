"""Where what a check found stands: file, line and column, or document and span; `locate` adds it to a report.

Nothing is read for a report without results.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from cdsgraph.checking.report import Place, Report, Result


class Sources(Protocol):
    """What data came from, and where in it they stand."""

    def places(self, results: Sequence[Result]) -> Sequence[tuple[Place, ...]]:
        """The places of each result, in the same order."""


def locate(report: Report, sources: Sources) -> Report:
    """The report with the places of its results; those that have places already keep them."""
    missing = [result for result in report.results if not result.places]
    if not missing:
        return report
    found = dict(zip((result.key for result in missing), sources.places(missing), strict=True))
    placed = tuple(replace(each, places=each.places or found[each.key]) for each in report.results)
    return replace(report, results=placed)
