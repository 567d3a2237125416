"""What verdicts on targets rest on, read from a store: targets, measurements, ended indicators, the sources' end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph.hedges import Hedges, Reach
from cdsgraph.graph.target_values import Amount, Direction, Goal
from cdsgraph.vocab import Iris, prefixes

NO_COMPILER: Final = "khong-neu"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where an act says that its target starts from: the value and the last day of its period."""

    value: Fraction
    day: date


@dataclass(frozen=True, slots=True)
class Target:
    """A target as an act sets it. `key` is what a figure must share with it: indicator, subject and unit."""

    iri: NamedNode
    act: NamedNode
    signed: date | None
    key: tuple[str, str, str]
    goal: Goal
    deadline: date | None
    period: str | None
    kind: str
    baseline: Baseline | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement; `period` only where the source tells one, `firm` unless it was told before the period ended."""

    iri: NamedNode
    key: tuple[str, str, str]
    basis: NamedNode
    release: str | None
    amount: Amount
    as_of: date
    period: str | None
    firm: bool


@dataclass(frozen=True, slots=True)
class End:
    """The last day up to which figures can exist, why (`discontinued`, `level-abolished`), and what tells it."""

    day: date
    reason: str
    evidence: NamedNode


@dataclass(frozen=True, slots=True)
class Horizon:
    """The latest day that the sources surely reach, and the texts that reach it, or else the figures."""

    day: date
    evidence: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All of it; ends are keyed by indicator or subject."""

    targets: tuple[Target, ...]
    figures: tuple[Measured, ...]
    ends: dict[str, End]
    horizon: Horizon


_TARGETS: Final = """
SELECT ?iri ?act ?signed ?indicator ?about ?unit ?comparator ?value ?valueTo ?decimals ?deadline ?period ?kind
       ?direction ?baseValue ?baseDay
WHERE {
  ?iri a cds:Target ; cds:act ?act ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ;
    cds:comparator ?comparator ; cds:value ?value ; cds:decimals ?decimals ; cds:targetKind ?kind .
  OPTIONAL { ?act eli:date_document ?signed }
  OPTIONAL { ?iri cds:valueTo ?valueTo }
  OPTIONAL { ?iri cds:deadline ?deadline }
  OPTIONAL { ?iri cds:periodLabel ?period }
  OPTIONAL { ?indicator cds:betterDirection ?direction }
  OPTIONAL { ?iri cds:baselineValue ?baseValue ; cds:baselineDay ?baseDay }
}
ORDER BY ?iri"""
_FIGURES: Final = """
SELECT ?iri ?indicator ?about ?unit ?basis ?release ?value ?valueTo ?qualifier ?decimals ?asOf ?asOfBasis ?period
       ?statedOn
WHERE {
  ?iri a cds:Observation ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:basis ?basis ;
    cds:value ?value ; cds:qualifier ?qualifier ; cds:decimals ?decimals ; cds:asOf ?asOf ; cds:asOfBasis ?asOfBasis .
  FILTER EXISTS { ?target a cds:Target ; cds:indicator ?indicator }
  OPTIONAL { ?basis cds:release ?release }
  OPTIONAL { ?iri cds:valueTo ?valueTo }
  OPTIONAL { ?iri cds:periodLabel ?period }
  OPTIONAL { ?iri cds:statedOn ?statedOn }
}
ORDER BY ?iri"""
_ENDS: Final = """
SELECT ?thing ?day ?reason ?evidence
WHERE {
  { ?evidence a cds:IndicatorEnd ; cds:indicator ?thing ; cds:lastDay ?day ; cds:endReason ?reason }
  UNION
  { ?target a cds:Target ; cds:about ?thing . ?thing cds:lastDay ?day .
    BIND(?thing AS ?evidence) BIND(def:end-reason\\/level-abolished AS ?reason) }
}
ORDER BY ?thing ?day"""
# A source dated to the month or the year surely reaches its first day; "not before" is sure too.
_REACHED: Final = """
SELECT ?iri ?day ?text
WHERE {
  { ?iri a cds:SourceText ; dcterms:issued|cds:eventDate|cds:notBefore ?day . BIND(true AS ?text) }
  UNION
  { ?iri a cds:Observation ; cds:asOf ?asOf . OPTIONAL { ?iri cds:statedOn ?statedOn }
    BIND(COALESCE(?statedOn, ?asOf) AS ?day) }
}
ORDER BY ?iri ?day"""

Row = dict[str, NamedNode | Literal]


def read(store: Store, iris: Iris, widths: Hedges) -> Inputs:
    """The inputs in order of their IRIs, from a store whose default graph is the union of all that is stated.

    `widths` tell how far hedged numbers reach where a target is judged.
    """
    ends = {_text(row, "thing"): _end(row) for row in _rows(store, _ENDS, iris)}
    return Inputs(
        targets=targets(store, iris, widths),
        figures=tuple(_measured(row, widths) for row in _rows(store, _FIGURES, iris)),
        ends=ends,
        horizon=_horizon(list(_rows(store, _REACHED, iris))),
    )


def targets(store: Store, iris: Iris, widths: Hedges) -> tuple[Target, ...]:
    """The targets alone, in order of their IRIs, as `read` gives them."""
    about = widths.reach("approx") or Reach(Decimal(0), Decimal(0))
    return tuple(_target(row, about) for row in _rows(store, _TARGETS, iris))


def _rows(store: Store, query: str, iris: Iris) -> Iterator[Row]:
    found = store.query(query, prefixes=prefixes(iris.base))
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        for solution in found:
            values = ((name, solution[name]) for name in names)
            yield {name: value for name, value in values if isinstance(value, NamedNode | Literal)}


def _target(row: Row, about: Reach) -> Target:
    base_value, base_day = _number(row, "baseValue"), _day(row, "baseDay")
    direction = _code(row, "direction")
    better: Direction | None = "higher" if direction == "higher" else "lower" if direction == "lower" else None
    goal = Goal(
        comparator=_code(row, "comparator") or "equal",
        value=Fraction(_text(row, "value")),
        value_to=_number(row, "valueTo"),
        decimals=int(_text(row, "decimals")),
        direction=better,
        about=about,
    )
    return Target(
        iri=_node(row, "iri"),
        act=_node(row, "act"),
        signed=_day(row, "signed"),
        key=_key(row),
        goal=goal,
        deadline=_day(row, "deadline"),
        period=row["period"].value if "period" in row else None,
        kind=_code(row, "kind") or "endpoint",
        baseline=Baseline(base_value, base_day) if base_value is not None and base_day else None,
    )


def _measured(row: Row, widths: Hedges) -> Measured:
    as_of, stated = date.fromisoformat(_text(row, "asOf")), _day(row, "statedOn")
    of_period = _code(row, "asOfBasis") == "period-end" and "period" in row
    qualifier = _code(row, "qualifier") or "exact"
    amount = Amount(
        value=Fraction(_text(row, "value")),
        value_to=_number(row, "valueTo"),
        reach=widths.reach(qualifier),
        beyond=qualifier == "over",
        decimals=int(_text(row, "decimals")),
    )
    return Measured(
        iri=_node(row, "iri"),
        key=_key(row),
        basis=_node(row, "basis"),
        release=_code(row, "release"),
        amount=amount,
        as_of=as_of,
        period=_text(row, "period") if of_period else None,
        firm=stated is None or stated >= as_of,
    )


def _end(row: Row) -> End:
    return End(date.fromisoformat(_text(row, "day")), _code(row, "reason") or "", _node(row, "evidence"))


def _horizon(rows: list[Row]) -> Horizon:
    # What is known to the year or the month surely reaches its first day.
    days = [(f"{_text(row, 'day')}-01-01"[: len("YYYY-MM-DD")], row) for row in rows]
    last = max((day for day, _ in days), default="0001-01-01")
    reaching = [row for day, row in days if day == last]
    evidence = dict.fromkeys(_node(row, "iri") for row in [r for r in reaching if "text" in r] or reaching)
    return Horizon(date.fromisoformat(last), tuple(evidence))


def _key(row: Row) -> tuple[str, str, str]:
    return _text(row, "indicator"), _text(row, "about"), _text(row, "unit")


def _node(row: Row, name: str) -> NamedNode:
    found = row[name]
    return found if isinstance(found, NamedNode) else NamedNode(found.value)


def _text(row: Row, name: str) -> str:
    return row[name].value


def _code(row: Row, name: str) -> str | None:
    return row[name].value.rsplit("/", 1)[1] if name in row else None


def _number(row: Row, name: str) -> Fraction | None:
    return Fraction(row[name].value) if name in row else None


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(row[name].value) if name in row else None
