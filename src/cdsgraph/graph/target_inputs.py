"""What verdicts on targets rest on, read from a store: targets, measurements, ended indicators, the sources' end."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph.hedges import Hedges, Reach
from cdsgraph.graph.parts import Ways, values
from cdsgraph.graph.target_values import Amount, Direction, Goal
from cdsgraph.vocab import CDS, Iris, prefixes, term

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
class Others:
    """The measurements of an indicator, whatever their subject and unit: the latest, and every unit."""

    nearest: Measured
    units: frozenset[str]


_TARGET: Final = """
  ?iri a cds:Target ; cds:act ?act ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ;
    cds:comparator ?comparator ; cds:value ?value ; cds:decimals ?decimals ; cds:targetKind ?kind .
"""
_TARGETS: Final = f"""
SELECT ?iri ?act ?signed ?indicator ?about ?unit ?comparator ?value ?valueTo ?decimals ?deadline ?period ?kind
       ?direction ?baseValue ?baseDay
WHERE {{
  # among
{_TARGET}
  OPTIONAL {{ ?act eli:date_document ?signed }}
  OPTIONAL {{ ?iri cds:valueTo ?valueTo }}
  OPTIONAL {{ ?iri cds:deadline ?deadline }}
  OPTIONAL {{ ?iri cds:periodLabel ?period }}
  OPTIONAL {{ ?indicator cds:betterDirection ?direction }}
  OPTIONAL {{ ?iri cds:baselineValue ?baseValue ; cds:baselineDay ?baseDay }}
}}"""
# A measurement, ?iri, that a target can be held against.
MEASURED: Final = """
  ?iri a cds:Observation ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:basis ?basis ;
    cds:value ?value ; cds:qualifier ?qualifier ; cds:decimals ?decimals ; cds:asOf ?asOf ; cds:asOfBasis ?asOfBasis .
"""
_FIGURES: Final = f"""
SELECT ?iri ?indicator ?about ?unit ?basis ?release ?value ?valueTo ?qualifier ?decimals ?asOf ?asOfBasis ?period
       ?statedOn
WHERE {{
  # among
{MEASURED}
  OPTIONAL {{ ?basis cds:release ?release }}
  OPTIONAL {{ ?iri cds:valueTo ?valueTo }}
  OPTIONAL {{ ?iri cds:periodLabel ?period }}
  OPTIONAL {{ ?iri cds:statedOn ?statedOn }}
}}"""
_OTHERS: Final = f"SELECT ?iri ?indicator ?unit ?asOf WHERE {{ # among\n {MEASURED} }}"
_ENDS: Final = """
SELECT ?thing ?day ?reason ?evidence WHERE {
  ?evidence a cds:IndicatorEnd ; cds:indicator ?thing ; cds:lastDay ?day ; cds:endReason ?reason .
}"""
# A source dated to the month or the year surely reaches its first day; "not before" is sure too.
_TEXTS: Final = """
SELECT ?iri ?day WHERE {
  ?iri a cds:SourceText ; dcterms:issued|cds:eventDate|cds:notBefore ?day .
  # among
}"""
_OBSERVED: Final = """
SELECT ?iri ?day WHERE {
  ?iri a cds:Observation ; cds:asOf ?asOf .
  # among
  OPTIONAL { ?iri cds:statedOn ?statedOn }
  BIND(STR(COALESCE(?statedOn, ?asOf)) AS ?day)
  FILTER(?day >= "# since")
}"""

TARGETS_READ: Final = Ways.of(
    {
        "": "a cds:act cds:indicator cds:about cds:unit cds:comparator cds:value cds:valueTo cds:decimals "
        "cds:targetKind cds:deadline cds:periodLabel cds:baselineValue cds:baselineDay",
        "cds:act": "eli:date_document",
        "cds:indicator": "cds:betterDirection",
    }
)
FIGURES_READ: Final = Ways.of(
    {
        "": "a cds:indicator cds:about cds:unit cds:basis cds:value cds:valueTo cds:qualifier cds:decimals cds:asOf "
        "cds:asOfBasis cds:periodLabel cds:statedOn",
        "cds:basis": "cds:release",
    }
)
ENDS_READ: Final = Ways.of({"": "a cds:indicator cds:lastDay cds:endReason"})
REACH_READ: Final = Ways.of({"": "a dcterms:issued cds:eventDate cds:notBefore cds:asOf cds:statedOn"})
Row = dict[str, NamedNode | Literal]


def targets(store: Store, iris: Iris, widths: Hedges, among: str = "") -> tuple[Target, ...]:
    """The targets in order of their IRIs, from a store whose default graph is the union of all that is stated.

    `widths` tell how far hedged numbers reach where a target is judged. `among` is a VALUES block that names some of
    them by ?iri, ?indicator, ?about or ?unit.
    """
    about = widths.reach("approx") or Reach(Decimal(0), Decimal(0))
    return tuple(_target(row, about) for row in _rows(store, _TARGETS, iris, among))


def figures(store: Store, iris: Iris, widths: Hedges, among: str) -> tuple[Measured, ...]:
    """The measurements that `among` names, in order of their IRIs."""
    return tuple(_measured(row, widths) for row in _rows(store, _FIGURES, iris, among))


def any_target(store: Store, iris: Iris) -> bool:
    """Whether there is a target at all."""
    return bool(store.query(f"ASK {{ {_TARGET} }}", prefixes=prefixes(iris.base)))


def others_of(measured: Iterable[Measured]) -> dict[str, Others]:
    """What measurements there are, by indicator."""
    of: dict[str, list[Measured]] = defaultdict(list)
    for figure in measured:
        of[figure.key[0]].append(figure)
    return {
        indicator: Others(
            max(figures, key=lambda figure: (figure.as_of, figure.iri.value)),
            frozenset(figure.key[2] for figure in figures),
        )
        for indicator, figures in of.items()
    }


def others(store: Store, iris: Iris, widths: Hedges, among: str) -> dict[str, Others]:
    """What measurements there are at all, by indicator, of the indicators that `among` names by ?indicator."""
    found = {indicator: (max(latest), units) for indicator, latest, units in glimpsed(store, iris, among)}
    rows = [(NamedNode(latest[1]), NamedNode(indicator)) for indicator, (latest, _) in found.items()]
    nearest = figures(store, iris, widths, values("?iri ?indicator", rows)) if rows else ()
    return {each.key[0]: Others(each, frozenset(found[each.key[0]][1])) for each in nearest}


def glimpsed(
    store: Store, iris: Iris, among: str, without: Container[str] = ()
) -> Iterator[tuple[str, set[tuple[str, str]], set[str]]]:
    """Of each indicator that `among` names the measurements but some: their days and IRIs, and their units."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(store, _OTHERS, iris, among):
        if _text(row, "iri") not in without:
            rows[_text(row, "indicator")].append(row)
    for indicator, said in rows.items():
        days = {(_text(row, "asOf"), _text(row, "iri")) for row in said}
        yield indicator, days, {_text(row, "unit") for row in said}


def ends(store: Store, iris: Iris, of: Iterable[Target]) -> dict[str, End]:
    """By indicator or subject of these targets the day after which there can be no figure, the latest of several."""
    found = {_text(row, "thing"): _end(row) for row in _rows(store, _ENDS, iris)}
    for subject in {NamedNode(target.key[1]) for target in of}:
        last = store.quads_for_pattern(subject, term(CDS, "lastDay"), None, DefaultGraph())
        for day in sorted(quad.object.value for quad in last if isinstance(quad.object, Literal)):
            found[subject.value] = End(date.fromisoformat(day), "level-abolished", subject)
    return found


def horizon(store: Store, iris: Iris, without: str = "") -> Horizon:
    """How far the sources reach; `without` is a pattern that leaves some ?iri out."""
    texts = [(first_day(_text(row, "day")), row) for row in _rows(store, _TEXTS, iris, without)]
    last = max((day for day, _ in texts), default="0001-01-01")
    observed = _rows(store, _OBSERVED.replace("# since", last), iris, without)
    days = [(_text(row, "day"), row) for row in observed]
    last = max((day for day, _ in days), default=last)
    reaching = [row for day, row in texts if day == last] or [row for day, row in days if day == last]
    return Horizon(date.fromisoformat(last), tuple(dict.fromkeys(_node(row, "iri") for row in reaching)))


def horizon_of_texts(store: Store, iris: Iris) -> str:
    """How far the texts alone reach, which is no further than the horizon."""
    return max((first_day(_text(row, "day")) for row in _rows(store, _TEXTS, iris)), default="")


def first_day(stated: str) -> str:
    """What is known to the year or the month surely reaches its first day."""
    return f"{stated}-01-01"[: len("YYYY-MM-DD")]


def _rows(store: Store, query: str, iris: Iris, among: str = "") -> list[Row]:
    """The rows in an order that is always the same, the thing named first before all."""
    found = store.query(query.replace("# among", among, 1), prefixes=prefixes(iris.base))
    if not isinstance(found, QuerySolutions):
        return []
    names = [variable.value for variable in found.variables]
    rows = []
    for solution in found:
        values_of = ((name, solution[name]) for name in names)
        rows.append({name: value for name, value in values_of if isinstance(value, NamedNode | Literal)})
    rows.sort(key=lambda row: row[names[0]].value)
    if len({row[names[0]] for row in rows}) < len(rows):
        rows.sort(key=lambda row: [row[name].value if name in row else "" for name in names])
    return rows


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
