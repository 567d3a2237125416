"""Indicators that are told in nearly the same words: set side by side with what differs, never subtracted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from inspect import getdoc
from math import ceil
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Store, Triple

from cdsgraph.graph import stated_figures
from cdsgraph.graph.derive import Rule
from cdsgraph.graph.quadwriter import PREF_LABEL, QuadWriter
from cdsgraph.graph.stated_figures import StatedFigure
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import name_key
from cdsgraph.vocab import CDS, DQV, OA, PROV, QUDT_UNIT, Iris, term

_SHARE: Final = 0.5
_ENOUGH: Final = 3  # fewer words are too common to be near to anything
_HEAD: Final = 2  # syllables: most Vietnamese nouns have two
_Place = tuple[str, str]  # subject and unit
_Group = dict[str, list[StatedFigure]]  # indicator -> its figures, of one subject and unit


class _Words:
    """The words that tell indicators nothing apart: particles, and those that say what kind of number it is."""

    def __init__(self, rules: Path) -> None:
        self.particles = {name_key(row["word"]) for row in read_table(rules, "particles", ("word",))}
        heads = [name_key(row["words"]).split(" ") for row in read_table(rules, "near_indicator_heads", ("words",))]
        self.heads = sorted(heads, key=len, reverse=True)

    def head_at(self, keys: Sequence[str], place: int) -> int:
        """How many words from a place on only say what kind of number it is; a single word does so at the start."""
        for head in self.heads:
            if list(keys[place : place + len(head)]) == head and (place == 0 or len(head) > 1):
                return len(head)
        return 0


@dataclass(frozen=True, slots=True)
class _Wording:
    """The words of an indicator in order, without those that say what kind of number it is; `keys` compare them."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    telling: tuple[str, ...]  # the keys that are no particles
    particles: frozenset[str]

    @classmethod
    def of(cls, label: str, known: _Words) -> "_Wording":
        every = [stripped for word in label.split(" ") if (stripped := word.strip("().,;:–-"))]
        keys = [name_key(word) for word in every]
        kept: list[int] = []
        place = 0
        while place < len(keys):
            skipped = known.head_at(keys, place)
            if not skipped:
                kept.append(place)
            place += skipped or 1
        telling = tuple(keys[n] for n in kept if keys[n] not in known.particles)
        return cls(tuple(every[n] for n in kept), tuple(keys[n] for n in kept), telling, frozenset(known.particles))

    def near(self, other: "_Wording") -> bool:
        """Whether at least half of all telling words are common, and the head noun or all words of one."""
        mine, theirs = set(self.telling), set(other.telling)
        if min(len(mine), len(theirs)) < _ENOUGH or mine == theirs:
            return False
        return len(mine & theirs) / len(mine | theirs) >= _SHARE and (
            self.telling[:_HEAD] == other.telling[:_HEAD] or mine < theirs or theirs < mine
        )

    def lacking_in(self, other: "_Wording") -> str:
        """The words that the other does not have, without particles at their end."""
        lacking = [(word, key) for word, key in zip(self.words, self.keys, strict=True) if key not in other.keys]
        while lacking and lacking[-1][1] in self.particles:
            lacking.pop()
        return " ".join(word for word, _ in lacking)


def rule(rules: Path) -> Rule:
    """The rule that sets near indicators side by side; `rules` holds the word lists."""
    known = _Words(rules)

    def apply(store: Store, iris: Iris) -> Iterable[Triple]:
        return derive(store, iris, known)

    return Rule(
        order=42,
        name="side-by-side",
        title_vi="Đặt cạnh nhau: các chỉ tiêu gần giống nhau, cùng những chữ làm chúng khác nhau",
        title_en="Side by side: indicators that are near to each other, with the words that differ",
        text=getdoc(derive) or "",
        derive=apply,
    )


def derive(store: Store, iris: Iris, known: _Words) -> Iterable[Triple]:
    """Two indicators with figures of one subject and unit are set side by side where their wordings are near.

    Near means: without particles and the words that only say what kind of number it is, at least half of all their
    words are common, and the first noun is the same or one wording holds all words of the other. Indicators that one
    text or act tells side by side are left out: whoever writes both knows them apart. Where two texts give near
    figures in one sentence each, the other counts of those sentences with the same unit go with them. What differs is
    always the scope; also the period, where no figures of the two surely overlap in time, and the basis, where both
    sides name compilers and none is common. No difference is computed.
    """
    figures = [figure for figure in stated_figures.load(store, iris) if figure.certainty != "low"]
    groups: dict[_Place, _Group] = defaultdict(lambda: defaultdict(list))
    sentences: dict[tuple[str, str], list[StatedFigure]] = defaultdict(list)
    for figure in figures:
        groups[figure.about.value, figure.unit.value][figure.indicator.value].append(figure)
        if figure.source is not None and figure.sentence is not None and figure.of_class == "Observation":
            sentences[figure.source.value, figure.sentence].append(figure)
    labels = _labels(store, {figure.indicator.value for figure in figures})
    wordings = {iri: _Wording.of(label, known) for iri, label in labels.items()}
    pairs: dict[tuple[_Place, str, str], None] = {}
    for place, group in groups.items():
        for one, other in _near(group, wordings):
            pairs[place, one, other] = None
            for beside in _beside(group[one], group[other], sentences):
                pairs.setdefault(beside)
    out = QuadWriter(iris.graph("derived/side-by-side"))
    for place, one, other in pairs:
        sides = groups[place][one], groups[place][other]
        _write(out, place, sides, (labels[one], labels[other]), (wordings[one], wordings[other]), iris)
    return (quad.triple for quad in out)


def _labels(store: Store, indicators: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for iri in sorted(indicators):
        names = sorted(
            quad.object.value
            for quad in store.quads_for_pattern(NamedNode(iri), PREF_LABEL, None, None)
            if isinstance(quad.object, Literal) and quad.object.language == "vi"
        )
        found[iri] = names[0] if names else ""
    return found


def _near(group: _Group, wordings: dict[str, _Wording]) -> Iterator[tuple[str, str]]:
    """The near pairs of a group, each once; only indicators that share one of their rarer words are looked at."""
    counts: dict[str, int] = defaultdict(int)
    for indicator in group:
        for key in set(wordings[indicator].telling):
            counts[key] += 1
    seen: dict[str, list[str]] = defaultdict(list)
    for indicator in sorted(group):
        keys = sorted(set(wordings[indicator].telling), key=lambda key: (counts[key], key))
        prefix = keys[: len(keys) - ceil(_SHARE * len(keys)) + 1]
        met = dict.fromkeys(other for key in prefix for other in seen[key])
        for other in met:
            if wordings[indicator].near(wordings[other]) and _apart(group[indicator], group[other]):
                yield other, indicator
        for key in prefix:
            seen[key].append(indicator)


def _apart(one: list[StatedFigure], other: list[StatedFigure]) -> bool:
    """Whether no text, act or compiler states both."""
    return not {figure.named.value for figure in one} & {figure.named.value for figure in other}


def _beside(
    one: list[StatedFigure], other: list[StatedFigure], sentences: dict[tuple[str, str], list[StatedFigure]]
) -> Iterator[tuple[_Place, str, str]]:
    """The other counts with a common unit in two sentences that hold near figures."""
    for left, right in ((left, right) for left in one for right in other):
        if left.of_class != "Observation" or left.of_class != right.of_class or left.unit.value.startswith(QUDT_UNIT):
            continue
        for mine in _with(left, sentences):
            for theirs in _with(right, sentences):
                same = (mine.about, mine.unit) == (theirs.about, theirs.unit) and mine.unit != left.unit
                if same and mine.indicator != theirs.indicator and not mine.unit.value.startswith(QUDT_UNIT):
                    first, second = sorted((mine.indicator.value, theirs.indicator.value))
                    yield (mine.about.value, mine.unit.value), first, second


def _with(figure: StatedFigure, sentences: dict[tuple[str, str], list[StatedFigure]]) -> list[StatedFigure]:
    if figure.source is None or figure.sentence is None:
        return []
    return sentences[figure.source.value, figure.sentence]


def _write(
    out: QuadWriter,
    place: _Place,
    sides: tuple[list[StatedFigure], list[StatedFigure]],
    labels: tuple[str, str],
    wordings: tuple[_Wording, _Wording],
    iris: Iris,
) -> None:
    left, right = sides
    about, unit = place
    names = (left[0].indicator.value, right[0].indicator.value, about, unit)
    slug = "--".join(name.rsplit("/", 1)[1] for name in names).lower()
    iri = NamedNode(f"{iris.base}id/side-by-side/{slug}")
    out.types(iri, term(CDS, "SideBySide"), term(DQV, "QualityAnnotation"))
    out.labels(iri, f"{labels[0]} | {labels[1]}")
    out.link(iri, term(CDS, "leftIndicator"), left[0].indicator)
    out.link(iri, term(CDS, "rightIndicator"), right[0].indicator)
    out.text(iri, term(CDS, "leftOnly"), wordings[0].lacking_in(wordings[1]))
    out.text(iri, term(CDS, "rightOnly"), wordings[1].lacking_in(wordings[0]))
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
