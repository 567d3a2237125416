"""Figures that speak of the same thing and the same days but differ: linked, with the reason why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from cdsgraph.graph import hedges, stated_figures
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.hedges import Hedges
from cdsgraph.graph.parts import Seen, key_of, nodes_of, values
from cdsgraph.graph.quadwriter import TYPE, QuadWriter
from cdsgraph.graph.stated_figures import StatedFigure
from cdsgraph.vocab import CDS, DQV, OA, PROV, Iris, term

_WITHOUT_LIMIT: Final = Decimal("Infinity")


_READ: Final = stated_figures.READ.also(
    {"cds:indicator": "a", "cds:indicator/^cds:lineOf": "cds:reporter cds:unstatedToo"}
)
_KEY: Final = (term(CDS, "indicator"), term(CDS, "about"), term(CDS, "unit"))
_RULE: Final = """
Two measurements of the same indicator, subject and unit whose days overlap are compared where they differ.

Days are the period a figure states, else the date of its text; days that do not overlap make a series and no
comparison. The first reason that holds is taken: revision (one compiler, two releases); basis (other compilers, or
one of them not stated, unless both report on one line); rounding (the difference is less than the last digit
printed of the coarser); qualifier (words such as "khoảng", "hơn", as far as the table of hedges lets them reach);
period (the periods are not the same, or the date of a text is not known); contradiction, where nothing explains
it. Figures read with low certainty are left out, and so are two figures of one text whose indicator is not in the
register: there the text more likely speaks of two things.
"""


def rule(words: Path) -> Rule:
    """The rule that compares measurements. Raises RulesError where the table of hedges is malformed."""
    parts = _Comparisons(hedges.load(words, "comparison"))
    return Rule(
        order=40,
        name="comparisons",
        title_vi="So sánh: các số đo cùng chỉ tiêu, đối tượng, đơn vị, trùng thời kỳ mà khác nhau, và vì sao",
        title_en="Comparisons: measurements of one indicator, subject, unit and time that differ, and why",
        text=_RULE.strip(),
        derive=whole(parts),
        parts=parts,
    )


class _Comparisons:
    """A part for each indicator, subject and unit."""

    def __init__(self, widths: Hedges) -> None:
        self._widths = widths

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        among = "" if keys is None else values("?indicator ?about ?unit", map(nodes_of, keys))
        if keys is not None and not keys:
            return
        groups: dict[tuple[str, str, str], list[StatedFigure]] = defaultdict(list)
        for figure in stated_figures.load(store, iris, among, ("Observation",)):
            if figure.certainty != "low":
                groups[figure.key].append(figure)
        lines, provisional = _Lines(store), _Provisional(store)
        for key, group in groups.items():
            out = QuadWriter(iris.graph("derived/comparisons"))
            for left, right in _overlapping(group):
                reason = _reason(left, right, lines, self._widths)
                if reason is None or (_of_one_text(left, right) and left.indicator in provisional):
                    continue
                _write(out, left, right, reason, iris)
            if triples := [quad.triple for quad in out]:
                yield key_of(*key), triples

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        seen = Seen(store, changes)
        return seen.keys(seen.of_class(_READ.records(store, iris, changes), term(CDS, "Observation")), _KEY)


class _Provisional:
    """The indicators that the register does not know."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[NamedNode, bool] = {}

    def __contains__(self, indicator: NamedNode) -> bool:
        if indicator not in self._known:
            quad = Quad(indicator, TYPE, term(CDS, "Provisional"), DefaultGraph())
            self._known[indicator] = quad in self._store
        return self._known[indicator]


class _Lines:
    """The bodies whose figures of an indicator are one series, from the scheme of reporting lines."""

    def __init__(self, store: Store) -> None:
        self._of: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for line in store.quads_for_pattern(None, term(CDS, "lineOf"), None, None):
            if not isinstance(line.subject, NamedNode) or not isinstance(line.object, NamedNode):
                continue
            for reporter in store.quads_for_pattern(line.subject, term(CDS, "reporter"), None, None):
                if isinstance(reporter.object, NamedNode):
                    self._of[line.object.value, reporter.object.value].add(line.subject.value)
            for told in store.quads_for_pattern(line.subject, term(CDS, "unstatedToo"), None, None):
                if isinstance(told.object, Literal) and told.object.value == "true":
                    self._of[line.object.value, None].add(line.subject.value)

    def join(self, left: StatedFigure, right: StatedFigure) -> bool:
        """Whether two figures of one indicator stand on one basis, or on two that report on one line."""
        return left.basis == right.basis or bool(self._lines(left) & self._lines(right))

    def _lines(self, figure: StatedFigure) -> set[str]:
        if figure.compiler is None and not figure.unstated:
            return set()
        return self._of.get((figure.indicator.value, figure.compiler.value if figure.compiler else None), set())


def _overlapping(group: Iterable[StatedFigure]) -> Iterator[tuple[StatedFigure, StatedFigure]]:
    current: list[StatedFigure] = []
    for figure in sorted(group, key=lambda each: (each.days.first, each.iri.value)):
        current = [each for each in current if each.days.last >= figure.days.first]
        yield from ((min(pair, key=_told), max(pair, key=_told)) for pair in ((each, figure) for each in current))
        current.append(figure)


def _of_one_text(left: StatedFigure, right: StatedFigure) -> bool:
    return left.source is not None and left.source == right.source


def _told(figure: StatedFigure) -> tuple[date, date, str]:
    return figure.days.last, figure.days.first, figure.iri.value


def _reason(left: StatedFigure, right: StatedFigure, lines: _Lines, widths: Hedges) -> str | None:
    if (left.value, left.value_to) == (right.value, right.value_to):
        return None
    if not lines.join(left, right):
        same_compiler = left.compiler is not None and left.compiler == right.compiler
        return "revision" if same_compiler and left.release and right.release else "basis"
    step = max(left.step, right.step)
    if _gap(_stated(left), _stated(right)) < step and left.step != right.step:
        return "rounding"
    hedged = {left.qualifier, right.qualifier} != {"exact"}
    if hedged and _gap(_meant(left, widths), _meant(right, widths)) == 0:
        return "qualifier"
    return "contradiction" if left.days.same(right.days) else "period"


def _stated(figure: StatedFigure) -> tuple[Decimal, Decimal]:
    return figure.value, figure.value if figure.value_to is None else figure.value_to


def _meant(figure: StatedFigure, widths: Hedges) -> tuple[Decimal, Decimal]:
    """The values that a figure with its qualifier may stand for."""
    low, high = _stated(figure)
    reach = widths.reach(figure.qualifier)
    if reach is None:
        return low, high
    return (
        -_WITHOUT_LIMIT if reach.below is None else low - abs(low) * reach.below,
        _WITHOUT_LIMIT if reach.above is None else high + abs(high) * reach.above,
    )


def _gap(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> Decimal:
    """How far two ranges lie apart; 0 where they touch."""
    return max(one[0] - other[1], other[0] - one[1], Decimal(0))


def _write(out: QuadWriter, left: StatedFigure, right: StatedFigure, reason: str, iris: Iris) -> None:
    pair = sorted(each.iri.value.rsplit("/", 1)[1] for each in (left, right))
    iri = NamedNode(f"{iris.base}id/comparison/{'--'.join(pair)}")
    out.types(iri, term(CDS, "FigureComparison"), term(DQV, "QualityAnnotation"))
    out.labels(iri, f"{left.label} ↔ {right.label}")
    out.link(iri, term(CDS, "left"), left.iri)
    out.link(iri, term(CDS, "right"), right.iri)
    out.links(iri, term(OA, "hasTarget"), (left.iri, right.iri))
    out.link(iri, term(OA, "motivatedBy"), term(DQV, "qualityAssessment"))
    out.link(iri, term(CDS, "reason"), iris.code("comparison-reason", reason))
    if reason != "basis" and left.value_to is None and right.value_to is None:
        out.decimal(iri, term(CDS, "difference"), right.value - left.value)
        out.link(iri, term(CDS, "unit"), left.unit)
    out.links(iri, term(PROV, "wasDerivedFrom"), (left.iri, right.iri))
