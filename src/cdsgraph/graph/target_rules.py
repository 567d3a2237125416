"""The derived graphs about targets: verdicts on each, and targets of several acts beside each other."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from cdsgraph.graph import hedges, target_changes, target_inputs, target_relations, target_verdicts
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.hedges import Hedges
from cdsgraph.graph.parts import Seen, key_of, nodes_of, values
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.graph.target_inputs import End, Horizon, Measured, Others, Target
from cdsgraph.graph.target_relations import Relation
from cdsgraph.graph.target_verdicts import Verdict
from cdsgraph.vocab import CDS, PROV, QUDT_UNIT, Iris, prefixes, term

_FROM: Final = term(PROV, "wasDerivedFrom")
_PERCENT: Final = QUDT_UNIT + "PERCENT"
_ASSESSED: Final = (
    "A target is set against the measurements of the same indicator, subject and unit, each basis apart; figures of "
    "several bases are never put together. The gap is the target minus the latest figure in the direction in which the "
    "indicator improves, below zero where the figure lies beyond the target. The verdict on an endpoint rests on the "
    "figure of the deadline; on a yearly target on every whole year after the act was signed; on a level to be held on "
    "every figure between the act and the deadline. Only figures of a period like the target's count, and none that "
    "was told before its period had ended. A hedged or rounded figure counts where the verdict is the same for every "
    "value it allows (about: a tenth to either side). A deadline has passed when the sources reach it. On or off "
    "course is said only with a baseline that the act declares and the basis confirms, and three points or more. "
    "Otherwise the gap stands without a verdict, and def/target-rule says why."
)
_RELATED: Final = (
    "Two targets that different acts set for the same indicator, subject, unit and year are put beside each other, the "
    "act signed first being the earlier. The later is stricter if its number is harder to reach or its day sooner, and "
    "neither the reverse; relaxed the other way round; equal if both are the same; not ranked if they differ in kind "
    "or pull in two directions. It is superseded as well where the later act replaces or repeals the earlier."
)
_RELATED_READ: Final = target_inputs.TARGETS_READ.also({"cds:act": "dcterms:replaces eli:repeals"})
_KEY: Final = (term(CDS, "indicator"), term(CDS, "about"), term(CDS, "unit"))
_REPLACED: Final = "SELECT DISTINCT ?later ?earlier { ?later dcterms:replaces|eli:repeals ?earlier }"


def rules(words: Path) -> tuple[Rule, ...]:
    """The rules of this module, with the numbers of their order. Raises RulesError where the hedges are malformed."""
    widths = hedges.load(words, "target")
    assessments, relations = _Assessments(widths), _Relations(widths)
    return (
        Rule(
            60,
            "target-assessments",
            "Đối chiếu mục tiêu với số đo mới nhất",
            "Targets against measurements",
            _ASSESSED,
            whole(assessments),
            assessments,
        ),
        Rule(
            61,
            "target-relations",
            "Mục tiêu của nhiều văn bản cho cùng chỉ tiêu và năm",
            "Targets of several acts for one indicator and year",
            _RELATED,
            whole(relations),
            relations,
        ),
    )


class _Assessments:
    """A part for each target, and one for the horizon of the sources."""

    def __init__(self, widths: Hedges) -> None:
        self._widths = widths

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        if keys is not None and not keys:
            return
        node, reached = target_changes.horizon_node(iris), target_inputs.horizon(store, iris)
        if (keys is None or node.value in keys) and target_inputs.any_target(store, iris):
            yield node.value, _horizon(node, reached, iris)
        inputs = _Inputs(store, iris, self._widths, None if keys is None else sorted(set(keys) - {node.value}))
        outs: dict[str, QuadWriter] = {}
        for target in inputs.targets:
            out = outs.setdefault(target.iri.value, QuadWriter(iris.graph("derived/target-assessments")))
            writer = _Writer(out, inputs.ends, node, reached.day, iris)
            if figures := inputs.alike.get(target.key):
                writer.by_basis(target, figures)
            else:
                writer.without_figure(target, inputs.others.get(target.key[0]))
        for key, out in outs.items():
            yield key, (quad.triple for quad in out)

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        return target_changes.touched(store, iris, changes)


class _Inputs:
    """What the verdicts on all targets rest on, or on those wanted."""

    def __init__(self, store: Store, iris: Iris, widths: Hedges, wanted: Sequence[str] | None) -> None:
        self.targets: tuple[Target, ...] = ()
        self.alike: dict[tuple[str, str, str], list[Measured]] = defaultdict(list)
        self.others: dict[str, Others] = {}
        self.ends: dict[str, End] = {}
        if wanted is None:
            self.targets = target_inputs.targets(store, iris, widths)
            indicators = _rows((target.key[0],) for target in self.targets)
            figures = target_inputs.figures(store, iris, widths, values("?indicator", indicators)) if indicators else ()
            self.others = target_inputs.others_of(figures)
        elif wanted:
            self.targets = target_inputs.targets(store, iris, widths, values("?iri", _rows((iri,) for iri in wanted)))
            keys = {target.key for target in self.targets}
            figures = target_inputs.figures(store, iris, widths, values("?indicator ?about ?unit", _rows(keys)))
            lacking = _rows((key[0],) for key in keys - {figure.key for figure in figures})
            if lacking:
                self.others = target_inputs.others(store, iris, widths, values("?indicator", lacking))
        else:
            return
        self.ends = target_inputs.ends(store, iris, self.targets)
        for figure in figures:
            self.alike[figure.key].append(figure)


def _rows(of: Iterable[tuple[str, ...]]) -> list[tuple[NamedNode, ...]]:
    return [tuple(map(NamedNode, iris)) for iris in sorted(set(of))]


def _horizon(node: NamedNode, reached: Horizon, iris: Iris) -> Iterator[Triple]:
    out = QuadWriter(iris.graph("derived/target-assessments"))
    out.types(node, term(CDS, "SourceHorizon"))
    out.labels(node, "ngày muộn nhất mà các nguồn tới được", "the latest day that the sources reach")
    out.day(node, term(CDS, "latestDay"), reached.day)
    out.links(node, _FROM, reached.evidence)
    return (quad.triple for quad in out)


class _Relations:
    """A part for each indicator, subject and unit."""

    def __init__(self, widths: Hedges) -> None:
        self._widths = widths

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        if keys is not None and not keys:
            return
        among = "" if keys is None else values("?indicator ?about ?unit", map(nodes_of, keys))
        groups: dict[tuple[str, str, str], list[Target]] = defaultdict(list)
        for target in target_inputs.targets(store, iris, self._widths, among):
            groups[target.key].append(target)
        replaced = _replaced(store, iris)
        for key, targets in groups.items():
            out = QuadWriter(iris.graph("derived/target-relations"))
            for relation in target_relations.relations(targets, replaced):
                _write_relation(out, relation, iris)
            if triples := [quad.triple for quad in out]:
                yield key_of(*key), triples

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        seen = Seen(store, changes)
        return seen.keys(seen.of_class(_RELATED_READ.records(store, iris, changes), term(CDS, "Target")), _KEY)


class _Writer:
    """Writes the assessments of targets, one for each basis."""

    def __init__(self, out: QuadWriter, ends: dict[str, End], horizon: NamedNode, day: date, iris: Iris) -> None:
        self._out, self._ends, self._horizon, self._day, self._iris = out, ends, horizon, day, iris

    def by_basis(self, target: Target, figures: Sequence[Measured]) -> None:
        bases: dict[NamedNode, list[Measured]] = defaultdict(list)
        for figure in figures:
            bases[figure.basis].append(figure)
        end = self._end(target)
        for basis, series in bases.items():
            verdict = target_verdicts.judge(target, series, end, self._day)
            node = self._iris.key(f"id/assessment/{_local(target.iri)}--{_local(basis)}")
            self._write(node, target, verdict, end)
            self._out.link(node, term(CDS, "basis"), basis)
            now = target_verdicts.latest(target, series)[0]
            self._out.link(node, term(CDS, "latestFigure"), now.iri)
            self._out.link(node, _FROM, now.iri)
            if verdict.status != "conflicting":
                self._gap(node, target, now)

    def without_figure(self, target: Target, others: Others | None) -> None:
        """No figure of the same subject and unit; `others` are those of the same indicator."""
        end = self._end(target)
        if end is not None and target.deadline is not None and end.day < target.deadline:
            verdict = target_verdicts.ended(end)
        elif others is not None:
            differs = "other-subject" if target.key[2] in others.units else "other-unit"
            verdict = Verdict("not-comparable", differs, (others.nearest,))
        else:
            verdict = Verdict("not-measured", "no-figure")
        self._write(self._iris.key(f"id/assessment/{_local(target.iri)}"), target, verdict, end)

    def _write(self, node: NamedNode, target: Target, verdict: Verdict, end: End | None) -> None:
        out, iris = self._out, self._iris
        out.types(node, term(CDS, "TargetAssessment"))
        out.link(node, term(CDS, "target"), target.iri)
        out.link(node, term(CDS, "targetStatus"), iris.code("target-status", verdict.status))
        out.link(node, term(CDS, "judgedBy"), iris.code("target-rule", verdict.rule))
        out.link(node, term(CDS, "horizon"), self._horizon)
        out.link(node, _FROM, target.iri)
        for figure in verdict.judged_on:
            out.link(node, term(CDS, "judgedOn"), figure.iri)
            out.link(node, _FROM, figure.iri)
        if end is not None and verdict.status == end.reason:
            out.link(node, _FROM, end.evidence)

    def _gap(self, node: NamedNode, target: Target, figure: Measured) -> None:
        gap = target.goal.gap(figure.amount)
        if gap is not None:
            self._out.decimal(node, term(CDS, "gap"), _decimal(gap))
            in_points = target.key[2] == _PERCENT
            unit = self._iris.code("unit", "percentage-point") if in_points else NamedNode(target.key[2])
            self._out.link(node, term(CDS, "gapUnit"), unit)

    def _end(self, target: Target) -> End | None:
        """The earlier of the ends of what the target measures and of whom."""
        ends = [end for key in target.key[:2] if (end := self._ends.get(key))]
        return min(ends, key=lambda end: end.day, default=None)


def _write_relation(out: QuadWriter, relation: Relation, iris: Iris) -> None:
    node = iris.key(f"id/target-relation/{_local(relation.later.iri)}--{_local(relation.earlier.iri)}")
    out.types(node, term(CDS, "TargetRelation"))
    out.link(node, term(CDS, "laterTarget"), relation.later.iri)
    out.link(node, term(CDS, "earlierTarget"), relation.earlier.iri)
    for code in relation.codes:
        out.link(node, term(CDS, "targetRelation"), iris.code("target-relation", code))
    out.links(node, _FROM, (relation.later.iri, relation.earlier.iri))
    if "superseded" in relation.codes:
        out.links(node, _FROM, (relation.later.act, relation.earlier.act))


def _replaced(store: Store, iris: Iris) -> frozenset[tuple[str, str]]:
    found = store.query(_REPLACED, prefixes=prefixes(iris.base))
    rows = found if isinstance(found, QuerySolutions) else ()
    pairs = ((row["later"], row["earlier"]) for row in rows)
    return frozenset((a.value, b.value) for a, b in pairs if isinstance(a, NamedNode) and isinstance(b, NamedNode))


def _decimal(number: Fraction) -> Decimal:
    """The exact decimal of a difference of decimals."""
    return Decimal(number.numerator) / Decimal(number.denominator)


def _local(node: NamedNode) -> str:
    return node.value.rsplit("/", 1)[1]
