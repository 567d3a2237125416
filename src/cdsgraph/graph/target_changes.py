"""Which targets a change touches: by themselves, by measurements and ends of what they measure, by the horizon."""

from collections import defaultdict
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph.derive import Changes
from cdsgraph.graph.parts import Seen, back, nodes_of, values
from cdsgraph.graph.target_inputs import (
    ENDS_READ,
    FIGURES_READ,
    MEASURED,
    REACH_READ,
    TARGETS_READ,
    first_day,
    glimpsed,
    horizon,
    horizon_of_texts,
)
from cdsgraph.vocab import CDS, DCTERMS, Iris, prefixes, term

_READ: Final = TARGETS_READ.also({"cds:about": "cds:lastDay"})
_KEY: Final = (term(CDS, "indicator"), term(CDS, "about"), term(CDS, "unit"))
_ALIKE: Final = """
SELECT DISTINCT ?target {
  # among
  ?target a cds:Target ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit .
}"""
_OF_INDICATOR: Final = """
SELECT DISTINCT ?target ?indicator ?about ?unit {
  # among
  ?target a cds:Target ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit .
}"""
_MEASURED: Final = f"SELECT DISTINCT ?indicator ?about ?unit {{ # among\n {MEASURED} }}"
# The horizon decides whether a deadline has passed, and whether the first year after an act has.
_DUE: Final = """
SELECT DISTINCT ?target {
  {
    ?target a cds:Target ; cds:deadline ?day .
    FILTER(STR(?day) > "# after" && STR(?day) <= "# until")
  } UNION {
    ?target a cds:Target ; cds:act/eli:date_document ?signed .
    BIND(CONCAT(STR(1 + xsd:integer(SUBSTR(STR(?signed), 1, 4))), "-12-31") AS ?day)
    FILTER(STR(?day) > "# after" && STR(?day) <= "# until")
  }
}"""


def horizon_node(iris: Iris) -> NamedNode:
    """The horizon of the sources, which is a part of its own."""
    return iris.thing("horizon", "sources")


def touched(store: Store, iris: Iris, changes: Changes) -> set[str]:
    """The keys of the targets whose verdict may differ, and of the horizon."""
    seen = Seen(store, changes)
    targets = seen.of_class(_READ.records(store, iris, changes), term(CDS, "Target"))
    found = {target.value for target in targets}
    if found:
        found.add(horizon_node(iris).value)  # where there is no target it is not told
    ends = seen.of_class(ENDS_READ.records(store, iris, changes), term(CDS, "IndicatorEnd"))
    ended = {indicator for end in ends for indicator in seen.nodes(end, term(CDS, "indicator"))}
    found |= {target.value for target in back(store, iris, "cds:indicator", ended)}
    figures = seen.of_class(FIGURES_READ.records(store, iris, changes), term(CDS, "Observation"))
    keys = [nodes_of(key) for key in sorted(seen.keys(figures, _KEY))]
    if keys:
        found |= _targets(store, iris, _ALIKE.replace("# among", values("?indicator ?about ?unit", keys)))
        indicators = _otherwise_measured(store, iris, figures, seen)
        if indicators:
            found |= _without_figure(store, iris, values("?indicator", [(each,) for each in indicators]))
    return found | _by_horizon(store, iris, changes, seen)


def _otherwise_measured(store: Store, iris: Iris, figures: set[NamedNode], seen: Seen) -> set[NamedNode]:
    """The indicators of which a changed figure is or was the latest, or the only one of its unit."""
    of: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for figure in figures:
        for indicator in seen.nodes(figure, _KEY[0]):
            of[indicator].add(figure)
    changed = {figure.value for figure in figures}
    among = values("?indicator", [(each,) for each in of])
    stayed = {NamedNode(each): (days, units) for each, days, units in glimpsed(store, iris, among, changed)}
    found = set()
    for indicator, mine in of.items():
        days, units = stayed.get(indicator, (set(), set()))
        told = {(day, figure.value) for figure in mine for day in seen.words(figure, term(CDS, "asOf"))}
        in_units = {unit.value for figure in mine for unit in seen.nodes(figure, _KEY[2])}
        if not days or max(told, default=("", "")) > max(days) or not in_units <= units:
            found.add(indicator)
    return found


def _without_figure(store: Store, iris: Iris, among: str) -> set[str]:
    """The targets that have no measurement of their subject and unit."""
    measured = {tuple(row) for row in _asked(store, iris, _MEASURED.replace("# among", among))}
    told = _asked(store, iris, _OF_INDICATOR.replace("# among", among))
    return {target.value for target, *key in told if tuple(key) not in measured and isinstance(target, NamedNode)}


def _by_horizon(store: Store, iris: Iris, changes: Changes, seen: Seen) -> set[str]:
    """The horizon and the targets of which it may decide otherwise, where it may have moved."""
    records = REACH_READ.records(store, iris, changes)
    texts = seen.of_class(records, term(CDS, "SourceText"))
    figures = seen.of_class(records - texts, term(CDS, "Observation"))
    days = {day for text in texts for day in _of_text(text, seen)} | {d for each in figures for d in _of(each, seen)}
    latest = max(days, default="")
    if not days or latest < horizon_of_texts(store, iris):
        return set()
    now = horizon(store, iris).day.isoformat()
    if latest < now:
        return set()
    without = f"MINUS {{ {values('?iri', ((each,) for each in texts | figures))} }}"
    before = min(now, horizon(store, iris, without).day.isoformat())
    asked = _DUE.replace("# after", before).replace("# until", max(now, latest))
    return {horizon_node(iris).value} | _targets(store, iris, asked)


def _of_text(text: NamedNode, seen: Seen) -> set[str]:
    names = (term(DCTERMS, "issued"), term(CDS, "eventDate"), term(CDS, "notBefore"))
    return {first_day(day) for name in names for day in seen.words(text, name)}


def _of(figure: NamedNode, seen: Seen) -> set[str]:
    """The day that a measurement was stated on, else the one that it is as of; now and before."""
    stated, as_of = term(CDS, "statedOn"), term(CDS, "asOf")
    states = (told(figure, stated) or told(figure, as_of) for told in (seen.now, seen.before))
    return {day.value for state in states for day in state if isinstance(day, Literal)}


def _targets(store: Store, iris: Iris, query: str) -> set[str]:
    return {target.value for (target,) in _asked(store, iris, query) if isinstance(target, NamedNode)}


def _asked(store: Store, iris: Iris, query: str) -> QuerySolutions:
    found = store.query(query, prefixes=prefixes(iris.base))
    assert isinstance(found, QuerySolutions)  # noqa: S101 - each query here is a SELECT
    return found
