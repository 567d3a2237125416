"""Targets of several acts for one indicator, subject, unit and year: which asks for more, and whether it replaces."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from cdsgraph.graph.target_inputs import Target

# Of two targets with one number: "khoảng" asks for a little less than the number, "trên" for more than it.
_STRENGTH: Final = {"about": 0, "equal": 1, "at-least": 1, "at-most": 1, "more-than": 2, "less-than": 2}


@dataclass(frozen=True, slots=True)
class Relation:
    """What the later target asks for beside the earlier one: codes of def/target-relation.

    One of stricter, relaxed, equal and not-ranked; and superseded where the later act takes the earlier one's place.
    """

    earlier: Target
    later: Target
    codes: tuple[str, ...]


def relations(targets: Iterable[Target], replaced: frozenset[tuple[str, str]]) -> Iterator[Relation]:
    """Every pair of targets that two acts set for one thing and year.

    `replaced` holds the pairs of acts (later, earlier) of which the one takes the other's place.
    """
    groups: dict[tuple[tuple[str, str, str], int], list[Target]] = defaultdict(list)
    for target in targets:
        if target.deadline is not None:
            groups[target.key, target.deadline.year].append(target)
    for group in groups.values():
        ordered = sorted(group, key=lambda target: (target.signed or date.max, target.iri.value))
        for earlier, later in combinations(ordered, 2):
            if earlier.act == later.act:
                continue
            superseded = (later.act.value, earlier.act.value) in replaced
            yield Relation(earlier, later, (_ranked(earlier, later), *(["superseded"] if superseded else [])))


def _ranked(earlier: Target, later: Target) -> str:
    """What the later target asks for: more in number or time and less in neither, or the reverse."""
    asked = _demand(earlier, later)
    if asked is None:
        return "not-ranked"
    sooner = _sign(later.deadline, earlier.deadline)
    signs = {asked, -sooner} - {0}
    if not signs:
        return "equal"
    return {frozenset({1}): "stricter", frozenset({-1}): "relaxed"}.get(frozenset(signs), "not-ranked")


def _demand(earlier: Target, later: Target) -> int | None:
    """1 where the later number is harder to reach, -1 where it is easier, 0 for the same; None if it cannot be told."""
    before, after = earlier.goal.bound(), later.goal.bound()
    if before is None or after is None or earlier.kind != later.kind:
        return None
    if before == after:
        strength = _STRENGTH[later.goal.comparator] - _STRENGTH[earlier.goal.comparator]
        return (strength > 0) - (strength < 0)
    return 1 if (after > before) == (later.goal.direction == "higher") else -1


def _sign(left: date | None, right: date | None) -> int:
    if left is None or right is None:
        return 0
    return (left > right) - (left < right)
