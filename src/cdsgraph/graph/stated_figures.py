"""The measurements of a store as values: what each says, for which days, on which basis, and how precisely."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from cdsgraph import periods
from cdsgraph.graph.parts import Ways
from cdsgraph.vocab import CDS, DCTERMS, Iris, prefixes, term

_UNSAID: Final = "khong-neu"
_NUMBER: Final = re.compile(r"\d[\d.,]*")
# Each OPTIONAL holds one pattern: of several the engine would look at all there are, however few figures are asked for.
_FIGURES: Final = """
SELECT * WHERE {
  # among
  ?figure cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:value ?value ;
    cds:qualifier ?qualifier ; cds:asOf ?asOf ; skos:prefLabel ?label ; a ?class .
  FILTER(LANG(?label) = "vi")
  OPTIONAL { ?figure cds:basis ?basis }
  OPTIONAL { ?figure cds:valueTo ?valueTo }
  OPTIONAL { ?figure cds:decimals ?decimals }
  OPTIONAL { ?figure cds:printed ?printed }
  OPTIONAL { ?figure cds:periodStart ?start }
  OPTIONAL { ?figure cds:periodEnd ?end }
  OPTIONAL { ?figure cds:sentence ?sentence }
  OPTIONAL { ?figure cds:certainty ?certainty }
  OPTIONAL { ?figure cds:act ?act }
  OPTIONAL { ?figure cds:source ?source }
}"""
_FURTHER: Final = {
    "basis": {"compiler": term(CDS, "compiler"), "release": term(CDS, "release")},
    "source": {
        "held": term(CDS, "eventDate"),
        "issued": term(DCTERMS, "issued"),
        "notBefore": term(CDS, "notBefore"),
        "notAfter": term(CDS, "notAfter"),
    },
}
CLASSES: Final = ("Observation", "Target", "StatedAim", "Forecast")
READ: Final = Ways.of(
    {
        "": "a cds:indicator cds:about cds:unit cds:value cds:valueTo cds:qualifier cds:asOf skos:prefLabel cds:basis "
        "cds:decimals cds:printed cds:periodStart cds:periodEnd cds:sentence cds:certainty cds:act cds:source",
        "cds:basis": "cds:compiler cds:release",
        "cds:source": "cds:eventDate dcterms:issued cds:notBefore cds:notAfter",
    }
)
Row = dict[str, NamedNode | Literal]


@dataclass(frozen=True, slots=True)
class Days:
    """The days a figure holds for, both included; `sure` is False where the text that states it has no date."""

    first: date
    last: date
    sure: bool = True

    def overlap(self, other: "Days") -> bool:
        """Whether some day may lie in both."""
        return self.first <= other.last and other.first <= self.last

    def same(self, other: "Days") -> bool:
        """Whether both are known and the same."""
        return self.sure and other.sure and (self.first, self.last) == (other.first, other.last)


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One figure; `step` is the place value of its last printed digit, `named` who states it: a source, act or row."""

    iri: NamedNode
    label: str
    of_class: str
    indicator: NamedNode
    about: NamedNode
    unit: NamedNode
    value: Decimal
    value_to: Decimal | None
    step: Decimal
    qualifier: str
    days: Days
    basis: NamedNode | None
    compiler: NamedNode | None
    release: str | None
    source: NamedNode | None
    act: NamedNode | None
    sentence: str | None
    certainty: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two figures of the same thing: indicator, subject, unit."""
        return self.indicator.value, self.about.value, self.unit.value

    @property
    def named(self) -> NamedNode:
        """Who says so: the text, the act, else the figure's own basis or the figure itself."""
        return self.source or self.act or self.basis or self.iri

    @property
    def unstated(self) -> bool:
        """Whether nobody is named who compiled it."""
        return self.basis is None or self.basis.value.endswith("/" + _UNSAID)


def load(store: Store, iris: Iris, among: str = "", classes: Iterable[str] = CLASSES) -> tuple[StatedFigure, ...]:
    """The figures of these classes in a store, in the order of their IRIs, each once for what it is said of.

    `among` is a VALUES block of SPARQL that names some of them by ?figure or ?indicator, ?about and ?unit.
    """
    named = ", ".join(str(term(CDS, each)) for each in classes)
    query = _FIGURES.replace("# among", f"{among} FILTER(?class IN ({named}))")
    found = store.query(query, prefixes=prefixes(iris.base))
    if not isinstance(found, QuerySolutions):
        return ()
    names = [variable.value for variable in found.variables]
    told: dict[tuple[NamedNode | Literal, ...], list[Row]] = defaultdict(list)
    for solution in found:
        row = {name: value for name in names if isinstance(value := solution[name], NamedNode | Literal)}
        told[tuple(row[name] for name in ("figure", "indicator", "about", "unit"))].append(row)
    further = _Further(store)
    figures = (_figure(further.told(rows[0] if len(rows) == 1 else min(rows, key=_in_words))) for rows in told.values())
    return tuple(sorted((each for each in figures if each is not None), key=lambda each: (each.iri.value, each.key)))


class _Further:
    """What the bases and the sources of figures say; each is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[tuple[str, NamedNode | Literal], Row] = {}

    def told(self, row: Row) -> Row:
        """The row with what its basis and its source say."""
        for name, properties in _FURTHER.items():
            if (thing := row.get(name)) is not None:
                if (name, thing) not in self._told:
                    self._told[name, thing] = self._of(thing, properties)
                row |= self._told[name, thing]
        return row

    def _of(self, thing: NamedNode | Literal, properties: Mapping[str, NamedNode]) -> Row:
        found: Row = {}
        if isinstance(thing, NamedNode):
            for name, predicate in properties.items():
                quads = self._store.quads_for_pattern(thing, predicate, None, DefaultGraph())
                objects = (quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal))
                if (first := min(objects, key=lambda each: each.value, default=None)) is not None:
                    found[name] = first
        return found


def _in_words(row: Row) -> list[tuple[str, str]]:
    """Of a figure that says something twice always the same is taken."""
    return sorted((name, value.value) for name, value in row.items())


def _figure(row: Row) -> StatedFigure | None:
    nodes = {name: node for name, node in row.items() if isinstance(node, NamedNode)}
    words = {name: node.value for name, node in row.items() if isinstance(node, Literal)}
    value = _decimal(words.get("value"))
    if value is None:
        return None
    return StatedFigure(
        iri=nodes["figure"],
        label=words["label"],
        of_class=nodes["class"].value.rsplit("#", 1)[1],
        indicator=nodes["indicator"],
        about=nodes["about"],
        unit=nodes["unit"],
        value=value,
        value_to=_decimal(words.get("valueTo")),
        step=_step(value, words.get("printed"), int(words.get("decimals", "0"))),
        qualifier=_local(nodes["qualifier"]),
        days=_days(words),
        basis=nodes.get("basis"),
        compiler=nodes.get("compiler"),
        release=_local(nodes["release"]) if "release" in nodes else None,
        source=nodes.get("source"),
        act=nodes.get("act"),
        sentence=words.get("sentence"),
        certainty=_local(nodes["certainty"]) if "certainty" in nodes else "high",
    )


def _local(node: NamedNode) -> str:
    return node.value.rsplit("/", 1)[1]


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _step(value: Decimal, printed: str | None, decimals: int) -> Decimal:
    """The place value of the last digit printed: 0.1 for "16,5%", a hundred million for "3,4 tỷ"."""
    match = _NUMBER.search(printed or "")
    digits = int(re.sub(r"\D", "", match[0])) if match else 0
    if digits and value:
        step = value / digits
        exponent = step.log10()
        if exponent == exponent.to_integral_value():
            return Decimal(10) ** int(exponent)
    return Decimal(1).scaleb(-decimals)


def _days(words: dict[str, str]) -> Days:
    """The stated period; else the date of the text, the bounds of that date, or the day the figure is as of."""
    if "start" in words and "end" in words:
        return Days(date.fromisoformat(words["start"]), date.fromisoformat(words["end"]))
    stated = words.get("held") or words.get("issued")
    if stated:
        return Days(*periods.days(stated))
    if "notBefore" in words:
        last = words.get("notAfter")
        return Days(date.fromisoformat(words["notBefore"]), date.fromisoformat(last) if last else date.max, sure=False)
    day = date.fromisoformat(words["asOf"])
    return Days(day, day)
