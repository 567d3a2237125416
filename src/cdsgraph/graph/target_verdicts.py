"""One target against the figures of one basis: a status, the rule that decided it, and the figures that it rests on.

Every rule is a code of def/target-rule, which says it in words. A rule whose conditions are not met withholds the
verdict and says which condition it was. The calendar's today plays no part: a deadline has passed when the sources
reach it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Final

from cdsgraph.graph.target_inputs import NO_COMPILER, End, Measured, Target

_KINDS: Final = (
    ("year", re.compile(r"\d{4}$")),
    ("quarter", re.compile(r"\d{4}-Q[1-4]$")),
    ("half", re.compile(r"\d{4}-H[12]$")),
    ("month", re.compile(r"\d{4}-\d{2}$")),
    ("day", re.compile(r"\d{4}-\d{2}-\d{2}$")),
)
_FEWEST_POINTS: Final = 3
# Verdicts that an indicator's end does not take back: figures have decided them.
_DECIDED: Final = frozenset({"met", "missed", "not-held"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status of def/target-status, the rule of def/target-rule that gave it, the figures it rests on."""

    status: str
    rule: str
    judged_on: tuple[Measured, ...] = ()


def period_kind(period: str | None) -> str | None:
    """The kind of a period in ISO 8601 reduced form: year, quarter, half, month, day; None for others and for none."""
    return next((kind for kind, form in _KINDS if period and form.match(period)), None)


def latest(target: Target, figures: Sequence[Measured]) -> tuple[Measured, ...]:
    """The figures of the latest day, first the one to show: of a period like the target's, exact, finely printed."""
    last = max(figure.as_of for figure in figures)
    kind = _kind_of(target) if target.deadline else period_kind(target.period)

    def order(figure: Measured) -> tuple[bool, bool, bool, int, str]:
        unlike, told = period_kind(figure.period) != kind, figure.period is not None
        return unlike, not told, figure.amount.reach is not None, -figure.amount.decimals, figure.iri.value

    return tuple(sorted((figure for figure in figures if figure.as_of == last), key=order))


def judge(target: Target, figures: Sequence[Measured], end: End | None, horizon: date) -> Verdict:
    """The verdict on a target by the figures of one basis, at least one of them.

    `end` is the day after which no figure can exist, if any; `horizon` the latest day that the sources reach.
    """
    if withheld := _withheld(target, figures):
        return Verdict("gap-only", withheld)
    now = latest(target, figures)
    if any(a.period == b.period and not a.amount.agrees(b.amount) for a, b in combinations(now, 2)):
        return Verdict("conflicting", "figures-disagree", now)
    decided = _JUDGES[target.kind](target, figures, horizon)
    if end is not None and target.deadline is not None and end.day < target.deadline and decided.status not in _DECIDED:
        return ended(end)
    return decided


def ended(end: End) -> Verdict:
    """The verdict where figures end before the deadline: the end's own reason is the status."""
    return Verdict(end.reason, f"{end.reason}-before-deadline")


def _withheld(target: Target, figures: Sequence[Measured]) -> str | None:
    if target.deadline is None:
        return "no-deadline"
    if target.goal.bound() is None:
        return "direction-unknown"
    if figures[0].basis.value.rsplit("/", 1)[1] == NO_COMPILER:
        return "compiler-not-stated"
    return "basis-is-estimate" if figures[0].release == "estimate" else None


def _endpoint(target: Target, figures: Sequence[Measured], horizon: date) -> Verdict:
    deadline = _deadline(target)
    points = _points(target, figures, {_kind_of(target), "day"})
    at = [point for point in points if point.as_of == deadline]
    if at:
        return _by_all(target, at, ("met", "endpoint-met"), ("missed", "endpoint-missed"))
    before, after = ([p for p in points if p.as_of < deadline], [p for p in points if p.as_of > deadline])
    if after:
        return _around(target, before, [p for p in after if p.as_of == after[0].as_of])
    last = [p for p in before if p.as_of == before[-1].as_of] if before else []
    if last and _agreed(target, last) is True:
        return Verdict("reached-early", "endpoint-reached-early", tuple(last))
    if deadline <= horizon:
        return Verdict("no-figure-at-deadline", "no-figure-at-deadline")
    return _course(target, points) if points else Verdict("gap-only", "period-differs")


def _around(target: Target, before: Sequence[Measured], first: Sequence[Measured]) -> Verdict:
    """No figure of the deadline itself, but one after it; `first` are those of the first day after it."""
    last = [p for p in before if p.as_of == before[-1].as_of]
    then, since, ever = _agreed(target, last), _agreed(target, first), [target.goal.reached(p.amount) for p in before]
    if since is True and then is True:
        return Verdict("met", "endpoint-met-around", (*last, *first))
    if since is False and not any(reached is not False for reached in ever):
        return Verdict("missed", "endpoint-missed-after", tuple(first))
    return Verdict("no-figure-at-deadline", "deadline-between-figures", (*last, *first))


def _course(target: Target, points: Sequence[Measured]) -> Verdict:
    """The latest point beside the straight line from the declared baseline to the target."""
    baseline = target.baseline
    if baseline is None:
        return Verdict("gap-only", "no-baseline")
    points = [point for point in points if point.as_of >= baseline.day]
    if not any(p.as_of == baseline.day and p.amount.value == baseline.value for p in points):
        return Verdict("gap-only", "baseline-of-other-basis")
    if len({point.as_of for point in points}) < _FEWEST_POINTS:
        return Verdict("gap-only", "too-few-points")
    last = [point for point in points if point.as_of == points[-1].as_of]
    bound = target.goal.bound()
    if bound is None or last[0].as_of == baseline.day:
        return Verdict("gap-only", "too-few-points")
    whole, part = (_deadline(target) - baseline.day).days, (last[0].as_of - baseline.day).days
    line = baseline.value + (bound - baseline.value) * Fraction(part, whole)
    on, off = ("on-course", "endpoint-on-line"), ("off-course", "endpoint-off-line")
    found = _by_all(target, last, on, off, line)
    return Verdict(found.status, found.rule, tuple(points)) if found.status in ("on-course", "off-course") else found


def _maintain(target: Target, figures: Sequence[Measured], horizon: date) -> Verdict:
    if target.signed is None:
        return Verdict("gap-only", "act-undated")
    deadline, signed = _deadline(target), target.signed
    points = [p for p in _points(target, figures, {_kind_of(target), "day"}) if p.as_of >= signed]
    within = [point for point in points if point.as_of <= deadline]
    reaches = bool(points) and points[-1].as_of >= deadline
    if verdict := _short(target, within, "maintain", reaches=reaches):
        return verdict
    if within and within[-1].as_of == deadline:
        return Verdict("met", "maintain-met", tuple(within))
    if deadline <= horizon:
        return Verdict("no-figure-at-deadline", "no-figure-at-deadline", tuple(within))
    if within:
        return Verdict("held-so-far", "maintain-held-so-far", tuple(within))
    return Verdict("gap-only", "no-figure-since-act")


def _annual(target: Target, figures: Sequence[Measured], horizon: date) -> Verdict:
    if target.signed is None:
        return Verdict("gap-only", "act-undated")
    deadline = _deadline(target)
    final = deadline.year if (deadline.month, deadline.day) == (12, 31) else deadline.year - 1
    years = range(target.signed.year + 1, final + 1)
    points = _points(target, figures, {"year"})
    within = [point for point in points if point.as_of.year in years]
    if verdict := _short(target, within, "annual", reaches=any(p.as_of.year >= final for p in points)):
        return verdict
    if {point.as_of.year for point in within} == set(years) and within:
        return Verdict("met", "annual-met", tuple(within))
    if deadline <= horizon:
        return Verdict("no-figure-at-deadline", "annual-years-missing", tuple(within))
    if within:
        return Verdict("held-so-far", "annual-held-so-far", tuple(within))
    first_ends = date(target.signed.year + 1, 12, 31)
    return (
        Verdict("not-yet-due", "annual-first-year")
        if horizon < first_ends
        else Verdict("gap-only", "no-figure-since-act")
    )


_JUDGES: Final = {"endpoint": _endpoint, "maintain": _maintain, "annual": _annual}


def _short(target: Target, within: Sequence[Measured], kind: str, *, reaches: bool) -> Verdict | None:
    """What is to be said where a figure of the span falls short or leaves it open; None where each reaches the level.

    Missed is said only once a figure of the deadline or later is there (`reaches`).
    """
    days = sorted({point.as_of for point in within})
    verdicts = {day: _agreed(target, [point for point in within if point.as_of == day]) for day in days}
    short = tuple(point for point in within if verdicts[point.as_of] is False)
    if short:
        return Verdict("missed", f"{kind}-missed", short) if reaches else Verdict("not-held", f"{kind}-not-held", short)
    open_days = tuple(point for point in within if verdicts[point.as_of] is None)
    if not open_days:
        return None
    told = {target.goal.reached(point.amount) for point in open_days}
    if told >= {True, False}:
        return Verdict("conflicting", "figures-disagree", open_days)
    return Verdict("gap-only", "value-undecided", open_days)


def _by_all(
    target: Target,
    points: Sequence[Measured],
    reached: tuple[str, str],
    short: tuple[str, str],
    bound: Fraction | None = None,
) -> Verdict:
    """The verdict that all figures of one day share."""
    told = {target.goal.reached(point.amount, bound) for point in points}
    if told == {True}:
        return Verdict(*reached, tuple(points))
    if told == {False}:
        return Verdict(*short, tuple(points))
    if told >= {True, False}:
        return Verdict("conflicting", "figures-disagree", tuple(points))
    return Verdict("gap-only", "value-undecided", tuple(points))


def _agreed(target: Target, points: Iterable[Measured]) -> bool | None:
    told = {target.goal.reached(point.amount) for point in points}
    return told.pop() if len(told) == 1 else None


def _points(target: Target, figures: Sequence[Measured], kinds: set[str | None]) -> list[Measured]:
    """The figures of like periods in order of time, without those that were told before their period had ended."""
    alike = [figure for figure in figures if figure.firm and figure.period and period_kind(figure.period) in kinds]
    return sorted(alike, key=lambda figure: (figure.as_of, figure.iri.value))


def _kind_of(target: Target) -> str | None:
    deadline = _deadline(target)
    kind = period_kind(target.period)
    if (deadline.month, deadline.day) == (12, 31) and kind in (None, "day"):
        return "year"
    return kind


def _deadline(target: Target) -> date:
    assert target.deadline is not None  # noqa: S101 - a target without one is withheld before any kind's rule
    return target.deadline
