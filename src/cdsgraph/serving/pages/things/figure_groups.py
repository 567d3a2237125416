"""The figures about a thing by indicator: those that can be drawn together as a chart, the others as a table."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from markupsafe import Markup

from cdsgraph.serving.pages import charts, words
from cdsgraph.serving.pages.charts import Chart, Point
from cdsgraph.serving.pages.things.records import FIGURE, Records
from cdsgraph.serving.rdf.descriptions import TYPE
from cdsgraph.vocab import CDS

CHARTS: Final = 8  # on a page; the figures of further indicators stand in the table
SINGLES: Final = 25
_AIMED: Final = ("Target", "StatedAim", "Forecast", "PlannedAmount")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one indicator, object and unit: its name, the chart of those with a value, the rows, newest first."""

    name: Markup
    title: str
    chart: Chart | None
    figures: list[dict[str, Any]]


def groups(view: Records) -> tuple[list[Group], list[dict[str, Any]]]:
    """The indicators with figures enough for a chart, those with most first, and the rows of all other figures."""
    by_measure: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for subject in view.others(FIGURE):
        keys = (next(iter(view.iris(subject, CDS + name)), "") for name in ("indicator", "about", "unit"))
        by_measure[*keys, "change" if view.told.has(subject, TYPE, CDS + "Change") else ""].append(subject)
    ordered = sorted(by_measure.items(), key=lambda item: (-len(item[1]), item[0]))
    drawn: list[Group] = []
    singles: list[str] = []
    for (indicator, about, _, _), subjects in ordered:
        measured = [iri for iri in (indicator, about) if iri and iri != view.iri]
        title = " · ".join(view.name(iri) for iri in measured or [view.iri])
        drawing = _chart(view, subjects) if len(drawn) < CHARTS else None
        if drawing is None:
            singles += subjects
            continue
        name = Markup(" · ").join(view.link(iri) for iri in measured)
        drawn.append(Group(name or Markup.escape(title), title, drawing, _rows(view, subjects)))
    return drawn, _rows(view, singles)


def _rows(view: Records, subjects: list[str]) -> list[dict[str, Any]]:
    ordered = sorted(subjects, key=lambda s: (view.told.value(s, CDS + "asOf") or "", s), reverse=True)
    return [view.figure(subject) for subject in ordered]


def _chart(view: Records, subjects: list[str]) -> Chart | None:
    """The chart of the figures, a series for each basis and kind; None where it would hold fewer than two moments."""
    series: defaultdict[tuple[bool, str], list[Point]] = defaultdict(list)
    for subject in subjects:
        aimed = next((kind for kind in _AIMED if view.told.has(subject, TYPE, CDS + kind)), None)
        basis = ", ".join(view.name(iri) for iri in view.iris(subject, CDS + "basis"))
        name = view.class_name(CDS + aimed) if aimed else basis
        series[bool(aimed), name] += _points(view, subject)
    if len({point.period for points in series.values() for point in points}) < 2:
        return None
    drawn = [charts.Series(name, points, aimed=aimed) for (aimed, name), points in sorted(series.items()) if points]
    return charts.chart(drawn, view.reader.lang, width=560, height=190)


def _points(view: Records, subject: str) -> Iterator[Point]:
    row = view.figure(subject)
    period = view.told.value(subject, CDS + "periodLabel") or view.told.value(subject, CDS + "asOf")
    try:
        value = Decimal(view.told.value(subject, CDS + "value") or "")
    except InvalidOperation:
        return
    if period and value.is_finite():
        title = words.period(period, view.reader.lang)
        yield Point(period, value, str(row["printed"]), href=view.reader.href(subject), title=title)
