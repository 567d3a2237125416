"""Targets that acts set and figures of other compilers, from the register, as figures with their basis."""

from decimal import Decimal
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.graph.register_entries import unit_iri, write_entry
from cdsgraph.register import Basis, CuratedMeasurement, CuratedTarget, Indicator, Register, Unit
from cdsgraph.vocab import CDS, PROV, QB, Iris, term

_COUNTRY: Final = "id/place/viet-nam"
_NO_COMPILER: Final = "id/basis/khong-neu"
_SIGNS: Final = {"equal": "", "at-least": "≥ ", "more-than": "> ", "at-most": "≤ ", "less-than": "< ", "about": "~ "}
# The words by which a comparator stands in print; "≤ 70" is printed as a plain place in a ranking.
_QUALIFIERS: Final = {"at-least": "at-least", "more-than": "over", "less-than": "under", "about": "approx"}
# Units that the indicator's own name tells.
_UNSAID: Final = frozenset({"rank", "index"})


def write_bases(out: QuadWriter, register: Register, iris: Iris) -> None:
    """The bases of the register's figures, and the one for figures whose compiler nobody names."""
    for basis in register.bases:
        if not basis.checked:
            continue
        iri = iris.key(basis.key)
        out.types(iri, term(CDS, "Basis"))
        out.labels(iri, basis.name, basis.name_en)
        out.link(iri, term(CDS, "compiler"), iris.key(basis.compiler) if basis.compiler else None)
        out.text(iri, term(CDS, "method"), basis.method)
        out.link(iri, term(CDS, "release"), iris.code("release", basis.release) if basis.release else None)
        out.link(iri, term(PROV, "wasDerivedFrom"), write_entry(out, basis, basis.key.rsplit("/", 1)[1], iris))


def write_figures(out: QuadWriter, register: Register, iris: Iris) -> None:
    """Every checked target and measurement as a figure."""
    bases = {basis.key: basis for basis in register.bases}
    for target in register.targets:
        if target.checked:
            _write_target(out, target, register, iris)
    for measurement in register.measurements:
        if measurement.checked:
            _write_measurement(out, measurement, bases[measurement.basis], register, iris)


def _write_target(out: QuadWriter, target: CuratedTarget, register: Register, iris: Iris) -> None:
    act, indicator, unit = register.act(target.act), register.indicator(target.indicator), register.unit(target.unit)
    if act is None or indicator is None or unit is None:
        return
    slug = f"{act.slug}-{indicator.slug}-{target.year}"
    iri = iris.thing("figure", slug)
    period = str(target.year)
    sign = _SIGNS[target.comparator]
    out.types(iri, term(CDS, "Target"))
    out.labels(
        iri,
        f"{indicator.name}: {sign}{_amount_vi(target.value, unit)} ({act.number}, {periods.label_vi(period)})",
        f"{indicator.name_en}: {sign}{_amount_en(target.value, unit)} ({act.number}, {periods.label_en(period)})",
    )
    _write_common(out, iri, indicator, unit, iris)
    _write_value(out, iri, target.value, target.decimals, _QUALIFIERS.get(target.comparator, "exact"), iris)
    _write_period(out, iri, period, iris)
    out.link(iri, term(CDS, "about"), iris.key(_COUNTRY))
    out.link(iri, term(CDS, "basis"), iris.key(_NO_COMPILER))
    out.link(iri, term(CDS, "comparator"), iris.code("comparator", target.comparator))
    out.day(iri, term(CDS, "deadline"), periods.days(period)[1])
    out.link(iri, term(CDS, "act"), iris.key(target.act))
    out.link(iri, term(CDS, "targetKind"), iris.code("target-kind", target.kind))
    out.link(iri, term(CDS, "pillar"), iris.key(target.pillar) if target.pillar else None)
    if target.baseline_period:
        out.decimal(iri, term(CDS, "baselineValue"), target.baseline)
        out.day(iri, term(CDS, "baselineDay"), periods.days(target.baseline_period)[1])
    out.day(iri, term(CDS, "statedOn"), act.signed)
    out.link(iri, term(PROV, "wasDerivedFrom"), write_entry(out, target, slug, iris))


def _write_measurement(
    out: QuadWriter, measurement: CuratedMeasurement, basis: Basis, register: Register, iris: Iris
) -> None:
    indicator, unit = register.indicator(measurement.indicator), register.unit(measurement.unit)
    if indicator is None or unit is None:
        return
    compiler = measurement.compiler.rsplit("/", 1)[1]
    suffix = basis.key.rsplit("/", 1)[1].removeprefix(compiler).strip("-")
    slug = "-".join(part for part in (compiler, indicator.slug, measurement.period.lower(), suffix) if part)
    iri = iris.thing("figure", slug)
    period = measurement.period
    out.types(iri, term(CDS, "Observation"))
    out.labels(
        iri,
        f"{indicator.name}: {_amount_vi(measurement.value, unit)} ({periods.label_vi(period)}; {basis.name})",
        f"{indicator.name_en}: {_amount_en(measurement.value, unit)} ({periods.label_en(period)}; {basis.name_en})",
    )
    _write_common(out, iri, indicator, unit, iris)
    _write_value(out, iri, measurement.value, measurement.decimals, "exact", iris)
    _write_period(out, iri, period, iris)
    out.link(iri, term(CDS, "about"), iris.key(measurement.subject))
    out.link(iri, term(CDS, "basis"), iris.key(measurement.basis))
    out.link(iri, term(CDS, "attributedTo"), iris.key(measurement.compiler))
    first, last = periods.days(measurement.published)
    out.day(iri, term(CDS, "statedOn"), first if first == last else None)
    out.link(iri, term(PROV, "wasDerivedFrom"), write_entry(out, measurement, slug, iris))


def _write_common(out: QuadWriter, iri: NamedNode, indicator: Indicator, unit: Unit, iris: Iris) -> None:
    out.types(iri, term(CDS, "Figure"), term(QB, "Observation"))
    out.link(iri, term(QB, "dataSet"), iris.thing("dataset", "figures"))
    out.link(iri, term(CDS, "indicator"), iris.key(indicator.key))
    out.link(iri, term(CDS, "unit"), unit_iri(unit, iris))


def _write_value(out: QuadWriter, iri: NamedNode, value: Decimal, decimals: int, qualifier: str, iris: Iris) -> None:
    out.decimal(iri, term(CDS, "value"), value)
    out.integer(iri, term(CDS, "decimals"), decimals)
    out.link(iri, term(CDS, "qualifier"), iris.code("qualifier", qualifier))


def _write_period(out: QuadWriter, iri: NamedNode, period: str, iris: Iris) -> None:
    first, last = periods.days(period)
    out.text(iri, term(CDS, "periodLabel"), period)
    out.day(iri, term(CDS, "periodStart"), first)
    out.day(iri, term(CDS, "periodEnd"), last)
    out.day(iri, term(CDS, "asOf"), last)
    out.link(iri, term(CDS, "asOfBasis"), iris.code("as-of-basis", "period-end"))


def _amount_vi(value: Decimal, unit: Unit) -> str:
    return _with_unit(f"{value:f}".replace(".", ","), unit, unit.name)


def _amount_en(value: Decimal, unit: Unit) -> str:
    return _with_unit(f"{value:f}", unit, unit.name_en)


def _with_unit(number: str, unit: Unit, name: str) -> str:
    if unit.code == "%":
        return f"{number}%"
    return number if unit.code in _UNSAID else f"{number} {name}"
