"""A quantity read from a text as a figure: class, value, unit, period, basis."""

from collections.abc import Collection
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.graph.quadwriter import ALT_LABEL, QuadWriter
from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.facts import Quantity
from cdsgraph.reading.linking import Link, Linker
from cdsgraph.text import fold, squeeze
from cdsgraph.vocab import CDS, PROV, QB, SCHEMA, SKOS, Iris, term

_CLASS: Final = {"observed": "Observation", "forecast": "Forecast", "change": "Change", "plan": "PlannedAmount"}
_COMPARATOR: Final = {
    "exact": "equal",
    "at_least": "at-least",
    "over": "more-than",
    "under": "less-than",
    "approx": "about",
}
_PERCENT: Final = "%"
_POINTS: Final = frozenset({"điểm %", "điểm phần trăm"})
_NO_COMPILER: Final = "khong-neu"


def write_figure(
    graph: SourceGraph, iri: NamedNode, fact: Quantity, *, shares: Collection[str], own_act: NamedNode | None
) -> None:
    """The figure's own triples; its evidence is written by the caller.

    `shares` are the indicators that the document gives in percent; `own_act` is the act that the document is, if it is
    one: only an act sets targets, any other text voices aims.
    """
    out, document, linker, iris = graph.out, graph.document, graph.linker, graph.iris
    printed = fact.span.of(document.text)
    indicator = linker.indicator(fact.indicator)
    of_class = _CLASS.get(fact.role) or ("Target" if own_act else "StatedAim")
    out.types(iri, term(CDS, "Figure"), term(QB, "Observation"), term(CDS, of_class))
    out.labels(iri, f"{fact.indicator}: {printed}" + (f" ({periods.label_vi(fact.period)})" if fact.period else ""))
    out.link(iri, term(QB, "dataSet"), iris.thing("dataset", "figures"))
    _write_indicator(out, indicator, iris)
    out.link(iri, term(CDS, "indicator"), indicator.iri)
    subject = graph.name(linker.name(fact.subject))
    out.link(iri, term(CDS, "about"), subject or iris.thing("place", "viet-nam"))
    _write_value(out, iri, fact, printed, linker, iris)
    _write_period(out, iri, fact, document, iris)
    _write_basis(graph, iri, fact)
    if fact.role == "target":
        out.link(iri, term(CDS, "comparator"), iris.code("comparator", _COMPARATOR[fact.qualifier]))
        if fact.period:
            out.day(iri, term(CDS, "deadline"), periods.days(fact.period)[1])
        if own_act:
            out.link(iri, term(CDS, "act"), own_act)
            out.link(iri, term(CDS, "targetKind"), iris.code("target-kind", "endpoint"))
    if fact.role == "change":
        kind = change_kind(fact, of_share=indicator.unit == _PERCENT or fact.indicator in shares)
        _write_change(out, iri, fact, kind, iris)
    for place, item in enumerate(fact.items, 1):
        _write_item(graph, iri, item, place)


def _write_item(graph: SourceGraph, figure: NamedNode, span: Span, place: int) -> None:
    """One thing of the list that the number announces, in the words and the order of the text."""
    item, out = graph.iris.part(figure, f"item-{place}"), graph.out
    out.link(figure, term(CDS, "listItem"), item)
    out.types(item, term(CDS, "ListItem"))
    out.labels(item, squeeze(span.of(graph.document.text)))
    out.integer(item, term(SCHEMA, "position"), place)
    out.link(item, term(PROV, "wasDerivedFrom"), graph.span(span, graph.sentence_of(span)))


def _write_indicator(out: QuadWriter, link: Link, iris: Iris) -> None:
    if link.known:
        return
    out.types(link.iri, term(CDS, "Indicator"), term(SKOS, "Concept"), term(CDS, "Provisional"))
    out.labels(link.iri, link.name)
    out.text(link.iri, term(CDS, "sortKey"), fold(link.name))
    out.link(link.iri, term(SKOS, "inScheme"), iris.scheme("indicator"))


def _write_value(out: QuadWriter, iri: NamedNode, fact: Quantity, printed: str, linker: Linker, iris: Iris) -> None:
    out.decimal(iri, term(CDS, "value"), fact.value)
    out.decimal(iri, term(CDS, "valueTo"), fact.value_to)
    out.decimal(iri, term(CDS, "denominator"), fact.of)
    out.integer(iri, term(CDS, "decimals"), fact.decimals)
    unit = linker.unit(fact.unit)
    out.link(iri, term(CDS, "unit"), unit.iri)
    if not unit.known:
        out.types(unit.iri, term(SKOS, "Concept"), term(CDS, "Provisional"))
        out.labels(unit.iri, unit.name.lower())
        if unit.name != unit.name.lower():
            out.text(unit.iri, ALT_LABEL, unit.name, "vi")
        out.link(unit.iri, term(SKOS, "inScheme"), iris.scheme("unit"))
    out.link(iri, term(CDS, "qualifier"), iris.code("qualifier", fact.qualifier))
    out.text(iri, term(CDS, "printed"), printed)


def _write_period(out: QuadWriter, iri: NamedNode, fact: Quantity, document: Document, iris: Iris) -> None:
    meta = document.metadata
    stated_on = None
    if document.date and len(document.date) == len("YYYY-MM-DD"):
        stated_on = periods.days(document.date)[0]
    out.day(iri, term(CDS, "statedOn"), stated_on)
    if fact.period:
        first, last = periods.days(fact.period)
        out.text(iri, term(CDS, "periodLabel"), fact.period)
        out.day(iri, term(CDS, "periodStart"), first)
        out.day(iri, term(CDS, "periodEnd"), last)
        as_of, known_by = last, "period-end"
    elif document.date:
        as_of, known_by = periods.days(document.date)[1], "source-date"
    elif meta.not_before:
        as_of, known_by = meta.not_before, "source-not-before"
    else:
        return
    out.day(iri, term(CDS, "asOf"), as_of)
    out.link(iri, term(CDS, "asOfBasis"), iris.code("as-of-basis", known_by))


def _write_basis(graph: SourceGraph, iri: NamedNode, fact: Quantity) -> None:
    out, iris = graph.out, graph.iris
    compiler = graph.linker.name(fact.source)
    graph.name(compiler)
    if compiler is None:
        basis = iris.thing("basis", _NO_COMPILER)
        out.labels(basis, "nguồn số liệu không nêu", "compiler not stated")
    else:
        basis = iris.thing("basis", compiler.iri.value.rsplit("/", 1)[1])
        name = compiler.entry.name if compiler.entry else compiler.name
        name_en = compiler.entry.name_en if compiler.entry else None
        out.labels(basis, f"số liệu của {name}", f"figures of {name_en or name}")
        out.link(basis, term(CDS, "compiler"), compiler.iri)
        out.link(iri, term(CDS, "attributedTo"), compiler.iri)
    out.types(basis, term(CDS, "Basis"))
    out.link(iri, term(CDS, "basis"), basis)


def _write_change(out: QuadWriter, iri: NamedNode, fact: Quantity, kind: str, iris: Iris) -> None:
    out.link(iri, term(CDS, "direction"), iris.code("direction", fact.direction) if fact.direction else None)
    if fact.base_period:
        first, last = periods.days(fact.base_period)
        out.text(iri, term(CDS, "basePeriodLabel"), fact.base_period)
        out.day(iri, term(CDS, "basePeriodStart"), first)
        out.day(iri, term(CDS, "basePeriodEnd"), last)
    out.link(iri, term(CDS, "changeKind"), iris.code("change-kind", kind))


def change_kind(fact: Quantity, *, of_share: bool) -> str:
    """How a change is to be read: relative, in percentage points, absolute, or not to be decided from the text.

    A percentage by which a share (itself in percent) changed may be either: only its unit could tell.
    """
    if fact.unit in _POINTS:
        return "percentage-points"
    if fact.unit != _PERCENT:
        return "relative" if fact.unit == "lần" else "absolute"
    return "undecided" if of_share else "relative"
