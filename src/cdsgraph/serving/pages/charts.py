"""Charts of figures over time, drawn on the server: where each mark stands, in the units of the drawing.

The template `charts.html` draws them as SVG with a title, a link on each point and a legend in words, so that a chart
is read without script, in print and by ear. Series differ by shape as well as by colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10
from typing import Final

from cdsgraph import periods
from cdsgraph.serving.pages import words

SHAPES: Final = ("circle", "square", "diamond", "triangle", "cross", "ring")
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 16.0, 14.0, 26.0
_Y_TICKS = 4
_X_TICKS = 7
_FROM_ZERO: Final = 0.6  # an axis starts at zero unless the least value is above this part of the greatest


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a period (ISO 8601 reduced form), as printed, and where its words stand."""

    period: str
    value: Decimal
    printed: str
    href: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together, by one measure and basis. A target is a series that is only `aimed` at."""

    name: str
    points: Sequence[Point]
    aimed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point as drawn."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Line:
    """A series as drawn: its place in the order, its shape, the path between its points, and the points."""

    number: int
    name: str
    shape: str
    path: str
    dots: list[Dot]
    aimed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as drawn, `width` by `height`; ticks are places with what stands there."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    lines: list[Line]


def chart(series: Sequence[Series], lang: str, *, width: float = 640, height: float = 220) -> Chart | None:
    """The chart of the series that have a point with a period; None where fewer than two points can be drawn.

    `lang` is the language of the numbers on the axes. The names of periods that are none are left out.
    """
    placed = [(each, [(_day(p.period), p) for p in each.points if _is_period(p.period)]) for each in series]
    days = [day for _, points in placed for day, _ in points]
    values = [float(point.value) for _, points in placed for _, point in points]
    if len(values) < 2 or width <= _LEFT + _RIGHT or height <= _TOP + _BOTTOM:
        return None
    steps = _steps(min(values), max(values))
    first, last = min(days), max(days)
    if first == last:  # a single moment stands in the middle
        first, last = first - 183, last + 183
    right, bottom = width - _RIGHT, height - _BOTTOM

    def across(day: float) -> float:
        return round(_LEFT + (day - first) / (last - first) * (right - _LEFT), 1)

    def up(value: float) -> float:
        return round(bottom - (value - steps[0]) / (steps[-1] - steps[0]) * (bottom - _TOP), 1)

    lines = []
    for number, (each, points) in enumerate((each, points) for each, points in placed if points):
        dots = [Dot(across(day), up(float(p.value)), p) for day, p in sorted(points, key=lambda pair: pair[0])]
        path = " ".join(f"{'L' if place else 'M'}{dot.x:g} {dot.y:g}" for place, dot in enumerate(dots))
        shape = SHAPES[number % len(SHAPES)]
        lines.append(Line(number, each.name, shape, path if len(dots) > 1 else "", dots, each.aimed))
    return Chart(
        width=width,
        height=height,
        left=_LEFT,
        right=right,
        top=_TOP,
        bottom=bottom,
        x_ticks=[(across(date(year, 7, 1).toordinal()), str(year)) for year in _years(first, last)],
        y_ticks=[(up(step), words.decimal(_written(step), lang)) for step in steps],
        lines=lines,
    )


def _is_period(text: str) -> bool:
    try:
        periods.days(text)
    except ValueError:
        return False
    return True


def _day(period: str) -> float:
    """The middle of a period, in days."""
    first, last = periods.days(period)
    return (first.toordinal() + last.toordinal()) / 2


def _years(first: float, last: float) -> list[int]:
    """The years to write below the axis, not too many; their middles lie on it."""
    years = [
        year
        for year in range(date.fromordinal(floor(first)).year, date.fromordinal(ceil(last)).year + 1)
        if first - 1 <= date(year, 7, 1).toordinal() <= last + 1
    ]
    return years[:: max(1, ceil(len(years) / _X_TICKS))]


def _steps(least: float, greatest: float) -> list[float]:
    """Round values from below the least to above the greatest; from zero where that does not hide the differences."""
    low = 0.0 if 0 <= least <= _FROM_ZERO * greatest else least
    high = 0.0 if low < 0 and greatest < 0 and greatest >= _FROM_ZERO * least else greatest
    if low == high:
        low, high = (low - 1, high + 1) if low == 0 else (min(0.0, 2 * low), max(0.0, 2 * low))
    rough = (high - low) / _Y_TICKS
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough * 0.999)
    return [round(step * place, 10) for place in range(floor(low / step), ceil(high / step - 1e-9) + 1)]


def _written(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
