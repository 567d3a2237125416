"""The measurements of a store as values: what each says, for which days, on which basis, and how precisely."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cdsgraph import periods
from cdsgraph.graph.parts import Ways
from cdsgraph.vocab import CDS, Iris, rebase, term

_UNSAID: Final = "khong-neu"
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_FIGURES: Final = """
PREFIX cds: <https://w3id.org/cdsgraph/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT * WHERE {
  # among
  ?figure a ?class ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:value ?value ;
    cds:qualifier ?qualifier ; cds:asOf ?asOf ; skos:prefLabel ?label .
  FILTER(LANG(?label) = "vi")
  OPTIONAL { ?figure cds:basis ?basis
    OPTIONAL { ?basis cds:compiler ?compiler } OPTIONAL { ?basis cds:release ?release } }
  OPTIONAL { ?figure cds:valueTo ?valueTo }
  OPTIONAL { ?figure cds:decimals ?decimals }
  OPTIONAL { ?figure cds:printed ?printed }
  OPTIONAL { ?figure cds:periodStart ?start ; cds:periodEnd ?end }
  OPTIONAL { ?figure cds:sentence ?sentence }
  OPTIONAL { ?figure cds:certainty ?certainty }
  OPTIONAL { ?figure cds:act ?act }
  OPTIONAL { ?figure cds:source ?source
    OPTIONAL { ?source cds:eventDate ?held } OPTIONAL { ?source dcterms:issued ?issued }
    OPTIONAL { ?source cds:notBefore ?notBefore } OPTIONAL { ?source cds:notAfter ?notAfter } }
}"""

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
    """The figures of these classes in a store, in the order of their IRIs, each once.

    `among` is a VALUES block of SPARQL that names some of them by ?figure, ?indicator, ?about, ?unit, ?source or
    ?sentence.
    """
    named = " ".join(str(term(CDS, each)) for each in classes)
    found = store.query(rebase(_FIGURES, iris.base).replace("# among", f"VALUES ?class {{ {named} }} {among}"))
    if not isinstance(found, QuerySolutions):
        return ()
    names = [variable.value for variable in found.variables]
    told: dict[NamedNode, list[Row]] = defaultdict(list)
    for solution in found:
        row = {name: value for name in names if isinstance(value := solution[name], NamedNode | Literal)}
        if isinstance(iri := row["figure"], NamedNode):
            told[iri].append(row)
    figures = (_figure(rows[0] if len(rows) == 1 else min(rows, key=_in_words)) for rows in told.values())
    return tuple(sorted((each for each in figures if each is not None), key=lambda each: each.iri.value))


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
