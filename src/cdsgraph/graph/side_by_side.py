"""Indicators that are told in nearly the same words: set side by side with what differs, never subtracted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from math import ceil
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from cdsgraph.graph import side_by_side_changes, stated_figures
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.near_wordings import SHARE, Wordings, Words
from cdsgraph.graph.parts import key_of, values
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.graph.side_by_side_changes import Pair, Place, Sentence
from cdsgraph.graph.stated_figures import StatedFigure
from cdsgraph.vocab import CDS, DQV, OA, PROV, QUDT_UNIT, Iris, prefixes, term

_Group = dict[str, list[StatedFigure]]  # indicator -> its figures, of one subject and unit
_IN_SENTENCES: Final = """
SELECT DISTINCT ?figure {
  # among
  ?figure cds:sentence ?sentence ; cds:source ?source ; a cds:Observation .
}"""
_RULE: Final = """
Two indicators with figures of one subject and unit are set side by side where their wordings are near.

Near means: without particles and the words that only say what kind of number it is, at least half of all their
words are common, and the first noun is the same or one wording holds all words of the other. Indicators that one
text or act tells side by side are left out: whoever writes both knows them apart. Where two texts give near
figures in one sentence each, the other counts of those sentences with the same unit go with them. What differs is
always the scope; also the period, where no figures of the two surely overlap in time, and the basis, where both
sides name compilers and none is common. No difference is computed.
"""


def rule(rules: Path) -> Rule:
    """The rule that sets near indicators side by side; `rules` holds the word lists."""
    parts = _SideBySide(Words(rules))
    return Rule(
        order=42,
        name="side-by-side",
        title_vi="Đặt cạnh nhau: các chỉ tiêu gần giống nhau, cùng những chữ làm chúng khác nhau",
        title_en="Side by side: indicators that are near to each other, with the words that differ",
        text=_RULE.strip(),
        derive=whole(parts),
        parts=parts,
    )


class _SideBySide:
    """A part for each two indicators of one subject and unit."""

    def __init__(self, known: Words) -> None:
        self._known = known

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        wordings, figures = Wordings(store, self._known), _Figures()
        if keys is None:
            figures.add(stated_figures.load(store, iris))
            pairs = _pairs(figures, wordings)
        else:
            asked = [_pair(key) for key in sorted(keys)]
            _load(figures, asked, store, iris)
            pairs = [pair for pair in asked if _holds(pair, figures, wordings)]
        for place, one, other in pairs:
            out = QuadWriter(iris.graph("derived/side-by-side"))
            _write(out, place, (figures.groups[place][one], figures.groups[place][other]), wordings, iris)
            yield key_of(*place, one, other), (quad.triple for quad in out)

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        return side_by_side_changes.touched(store, iris, changes, self._known)


class _Figures:
    """Figures by subject, unit and indicator and, the measurements, by the sentence that states them."""

    def __init__(self) -> None:
        self.groups: dict[Place, _Group] = defaultdict(lambda: defaultdict(list))
        self._sentences: dict[Sentence, list[StatedFigure]] = defaultdict(list)
        self._known: set[tuple[NamedNode, tuple[str, str, str]]] = set()

    def add(self, figures: Iterable[StatedFigure]) -> None:
        for figure in figures:
            if figure.certainty == "low" or (figure.iri, figure.key) in self._known:
                continue
            self._known.add((figure.iri, figure.key))
            self.groups[figure.about.value, figure.unit.value][figure.indicator.value].append(figure)
            if (sentence := _sentence(figure)) is not None:
                self._sentences[sentence].append(figure)

    def of(self, place: Place, *indicators: str) -> Iterator[StatedFigure]:
        for indicator in indicators:
            yield from self.groups[place][indicator]

    def beside(self, figure: StatedFigure) -> list[StatedFigure]:
        """The measurements of the figure's sentence."""
        sentence = _sentence(figure)
        return [] if sentence is None else self._sentences[sentence]


def _sentence(figure: StatedFigure) -> Sentence | None:
    if figure.source is None or figure.sentence is None or figure.of_class != "Observation":
        return None
    return figure.source.value, figure.sentence


def _counts(figure: StatedFigure) -> bool:
    """Whether it is a measurement that counts things, of a text."""
    return _sentence(figure) is not None and not figure.unit.value.startswith(QUDT_UNIT)


def _load(figures: _Figures, pairs: Collection[Pair], store: Store, iris: Iris) -> None:
    """Load what these pairs rest on: their figures, the sentences of those that count, and what stands beside them."""

    def of_groups(groups: Iterable[tuple[Place, str]]) -> None:
        rows = [tuple(map(NamedNode, (indicator, *place))) for place, indicator in sorted(set(groups))]
        if rows:
            figures.add(stated_figures.load(store, iris, values("?indicator ?about ?unit", rows)))

    of_groups((place, each) for place, one, other in pairs for each in (one, other))
    counting = [each for place, one, other in pairs for each in figures.of(place, one, other) if _counts(each)]
    rows = sorted({sentence for each in counting if (sentence := _sentence(each)) is not None})
    if rows:
        said = values("?source ?sentence", [(NamedNode(source), Literal(words)) for source, words in rows])
        found = store.query(_IN_SENTENCES.replace("# among", said), prefixes=prefixes(iris.base))
        iris_of = [(each,) for (each,) in found] if isinstance(found, QuerySolutions) else []
        figures.add(stated_figures.load(store, iris, values("?figure", iris_of), ("Observation",)))
    beside = [each for figure in counting for each in figures.beside(figure) if _counts(each)]
    of_groups(((each.about.value, each.unit.value), each.indicator.value) for each in beside)


def _holds(pair: Pair, figures: _Figures, wordings: Wordings) -> bool:
    """Whether a pair is near, or stands in two sentences beside figures that are."""
    place, one, other = pair
    group = figures.groups[place]
    if not (group[one] and group[other]):
        return False
    if _is_near(group, one, other, wordings):
        return True
    return any(
        (left.about, left.unit) == (right.about, right.unit)
        and left.unit != mine.unit
        and left.indicator != right.indicator
        and _is_near(figures.groups[_place(left)], left.indicator.value, right.indicator.value, wordings)
        for mine in group[one]
        for theirs in group[other]
        if _counts(mine) and _counts(theirs)
        for left in figures.beside(mine)
        for right in figures.beside(theirs)
        if _counts(left) and _counts(right)
    )


def _place(figure: StatedFigure) -> Place:
    return figure.about.value, figure.unit.value


def _is_near(group: _Group, one: str, other: str, wordings: Wordings) -> bool:
    return wordings[one].near(wordings[other]) and _apart(group[one], group[other])


def _pairs(figures: _Figures, wordings: Wordings) -> Iterable[Pair]:
    """All pairs of figures that are all there are."""
    pairs: dict[Pair, None] = {}
    for place, group in list(figures.groups.items()):
        for one, other in _near(group, wordings):
            pairs[place, one, other] = None
            for beside in _beside(group[one], group[other], figures):
                pairs.setdefault(beside)
    return pairs


def _pair(key: str) -> Pair:
    about, unit, one, other = key.split(" ")
    return (about, unit), one, other


def _near(group: _Group, wordings: Wordings) -> Iterator[tuple[str, str]]:
    """The near pairs of a group, each once; only indicators that share one of their rarer words are looked at."""
    counts: dict[str, int] = defaultdict(int)
    for indicator in group:
        for key in set(wordings[indicator].telling):
            counts[key] += 1
    seen: dict[str, list[str]] = defaultdict(list)
    for indicator in sorted(group):
        keys = sorted(set(wordings[indicator].telling), key=lambda key: (counts[key], key))
        prefix = keys[: len(keys) - ceil(SHARE * len(keys)) + 1]
        met = dict.fromkeys(other for key in prefix for other in seen[key])
        for other in met:
            if _is_near(group, other, indicator, wordings):
                yield other, indicator
        for key in prefix:
            seen[key].append(indicator)


def _apart(one: list[StatedFigure], other: list[StatedFigure]) -> bool:
    """Whether no text, act or compiler states both."""
    return not {figure.named.value for figure in one} & {figure.named.value for figure in other}


def _beside(one: list[StatedFigure], other: list[StatedFigure], figures: _Figures) -> Iterator[Pair]:
    """The other counts with a common unit in two sentences that hold near figures."""
    for left, right in ((left, right) for left in one for right in other):
        if not (_counts(left) and _counts(right)):
            continue
        for mine in figures.beside(left):
            for theirs in figures.beside(right):
                same = (mine.about, mine.unit) == (theirs.about, theirs.unit) and mine.unit != left.unit
                if same and mine.indicator != theirs.indicator and _counts(mine):
                    first, second = sorted((mine.indicator.value, theirs.indicator.value))
                    yield _place(mine), first, second


def _write(
    out: QuadWriter,
    place: Place,
    sides: tuple[list[StatedFigure], list[StatedFigure]],
    wordings: Wordings,
    iris: Iris,
) -> None:
    left, right = sides
    about, unit = place
    one, other = left[0].indicator.value, right[0].indicator.value
    names = (one, other, about, unit)
    slug = "--".join(name.rsplit("/", 1)[1] for name in names).lower()
    iri = NamedNode(f"{iris.base}id/side-by-side/{slug}")
    out.types(iri, term(CDS, "SideBySide"), term(DQV, "QualityAnnotation"))
    out.labels(iri, f"{wordings.label(one)} | {wordings.label(other)}")
    out.link(iri, term(CDS, "leftIndicator"), left[0].indicator)
    out.link(iri, term(CDS, "rightIndicator"), right[0].indicator)
    out.text(iri, term(CDS, "leftOnly"), wordings[one].lacking_in(wordings[other]))
    out.text(iri, term(CDS, "rightOnly"), wordings[other].lacking_in(wordings[one]))
    for reason in _reasons(left, right):
        out.link(iri, term(CDS, "reason"), iris.code("comparison-reason", reason))
    stated = [figure.iri for figure in (*left, *right)]
    out.link(iri, term(OA, "motivatedBy"), term(DQV, "qualityAssessment"))
    out.links(iri, term(OA, "hasTarget"), stated)
    out.links(iri, term(PROV, "wasDerivedFrom"), stated)


def _reasons(left: list[StatedFigure], right: list[StatedFigure]) -> Iterator[str]:
    yield "scope"
    pairs = [(one.days, other.days) for one in left for other in right]
    if not any(one.sure and other.sure and one.overlap(other) for one, other in pairs):
        yield "period"
    mine, theirs = ({figure.compiler for figure in side if figure.compiler} for side in (left, right))
    if mine and theirs and not mine & theirs:
        yield "basis"
