"""Which pairs of near indicators a change touches: those of the changed figures, and what stands beside them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cdsgraph.graph import stated_figures
from cdsgraph.graph.derive import Changes
from cdsgraph.graph.near_wordings import Wording, Wordings, Words, keys_in
from cdsgraph.graph.parts import Seen, key_of, values
from cdsgraph.graph.quadwriter import PREF_LABEL
from cdsgraph.vocab import CDS, QUDT_UNIT, Iris, prefixes, term

Place = tuple[str, str]  # subject and unit
Sentence = tuple[str, str]  # source and words
Pair = tuple[Place, str, str]  # and two indicators, in the order of their IRIs
_READ: Final = stated_figures.READ.also({"cds:indicator": "skos:prefLabel"})
_INDICATORS: Final = """
SELECT ?indicator ?label {
  { SELECT DISTINCT ?indicator { ?figure cds:indicator ?indicator } }
  ?indicator skos:prefLabel ?label .
  FILTER(LANG(?label) = "vi")
}"""
_AT_PLACE: Final = """
SELECT DISTINCT ?indicator {
  # among
  ?figure cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit .
}"""
_COUNTS: Final = """
SELECT ?indicator ?about ?unit ?source ?sentence {
  # among
  ?figure cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:source ?source ; cds:sentence ?sentence ;
    a cds:Observation .
}"""


@dataclass(frozen=True, slots=True)
class _Told:
    """A figure as it is or was, as far as it decides which pairs there are."""

    place: Place
    indicator: str
    sentence: Sentence | None

    @property
    def counts(self) -> bool:
        return self.sentence is not None and not self.place[1].startswith(QUDT_UNIT)


def touched(store: Store, iris: Iris, changes: Changes, known: Words) -> set[str]:
    """The keys of the pairs that may come, go or differ; some of them are no pairs."""
    seen = Seen(store, changes)
    classes = (term(CDS, each) for each in stated_figures.CLASSES)
    records = seen.of_class(_READ.records(store, iris, changes), *classes)
    changed = {told for record in records for told in _told(record, seen)}
    around = _Around(store, iris, seen, known, changed)
    found = {pair for told in changed for pair in around.near(told)}
    sentences = {told.sentence for told in changed if told.counts and told.sentence}
    # Any figure may keep two indicators from being near, and with them what stands beside them.
    for told in around.in_sentences(sentences) | {told for told in changed if not told.place[1].startswith(QUDT_UNIT)}:
        for place, one, other in around.near(told):
            found |= around.beside(place, one, other)
    return {key_of(*place, one, other) for place, one, other in found}


def _told(record: NamedNode, seen: Seen) -> Iterator[_Told]:
    indicators, abouts, units, sources = (
        [node.value for node in seen.nodes(record, term(CDS, name))]
        for name in ("indicator", "about", "unit", "source")
    )
    sentences: list[Sentence | None] = [*product(sources, seen.words(record, term(CDS, "sentence")))]
    for indicator, about, unit, sentence in product(indicators, abouts, units, sentences or [None]):
        yield _Told((about, unit), indicator, sentence)


class _Around:
    """What stands about changed figures, now or before: too much rather than too little."""

    def __init__(self, store: Store, iris: Iris, seen: Seen, known: Words, changed: set[_Told]) -> None:
        self._store, self._iris, self._seen, self._changed = store, iris, seen, changed
        self._wordings = Wordings(store, known)
        self._worded: dict[str, list[Wording]] = {}
        self._near: dict[tuple[Place, str], set[Pair]] = {}
        self._wordings_alike: dict[str, set[str]] = {}
        self._keys: dict[str, set[str]] | None = None

    def near(self, told: _Told) -> set[Pair]:
        """The pairs of the figure's indicator with others that have figures of the same subject and unit."""
        place, indicator = told.place, told.indicator
        if (place, indicator) not in self._near:
            alike = self._alike(indicator)
            rows = [tuple(map(NamedNode, (other, *place))) for other in sorted(alike)]
            found = self._rows(_AT_PLACE, values("?indicator ?about ?unit", rows)) if rows else ()
            here = {row[0].value for row in found}
            here |= {each.indicator for each in self._changed if each.place == place and each.indicator in alike}
            self._near[place, indicator] = {(place, *_sorted(indicator, other)) for other in here}
        return self._near[place, indicator]

    def _alike(self, indicator: str) -> set[str]:
        """The indicators whose wordings are near; one of which the name changed is asked for in turn."""
        if indicator not in self._wordings_alike:
            mine = self._wording(indicator)
            self._wordings_alike[indicator] = {
                other
                for other, keys in self._all().items()
                if other != indicator
                and any(one.may_be_near(keys) for one in mine)
                and any(one.near(another) for one in mine for another in self._wording(other))
            }
        return self._wordings_alike[indicator]

    def _all(self) -> dict[str, set[str]]:
        """Every indicator, with the keys of the words of its names now and before."""
        if self._keys is None:
            self._keys = defaultdict(set)
            for indicator, label in self._rows(_INDICATORS, ""):
                self._keys[indicator.value] |= keys_in(label.value)
            for indicator in {told.indicator for told in self._changed}:
                for label in self._seen.words(NamedNode(indicator), PREF_LABEL):
                    self._keys[indicator] |= keys_in(label)
        return self._keys

    def in_sentences(self, sentences: set[Sentence]) -> set[_Told]:
        """The counts of these sentences."""
        said = [(NamedNode(source), Literal(words)) for source, words in sorted(sentences)]
        now = self._ask(values("?source ?sentence", said)) if said else set()
        return {told for told in now | self._changed if told.counts and told.sentence in sentences}

    def beside(self, place: Place, one: str, other: str) -> set[Pair]:
        """The pairs of other counts in the sentences of these two indicators' figures."""
        rows = [(NamedNode(each), *map(NamedNode, place)) for each in (one, other)]
        now = self._ask(values("?indicator ?about ?unit", rows))
        figures = {told for told in now | self._changed if told.place == place and told.counts}
        sides = (
            {told.sentence for told in figures if told.indicator == each and told.sentence} for each in (one, other)
        )
        lefts, rights = (self.in_sentences(sentences) for sentences in sides)
        return {
            (left.place, *_sorted(left.indicator, right.indicator))
            for left in lefts
            for right in rights
            if left.place == right.place and left.place[1] != place[1] and left.indicator != right.indicator
        }

    def _wording(self, indicator: str) -> list[Wording]:
        """All that its names are or were."""
        if indicator not in self._worded:
            labels = self._seen.words(NamedNode(indicator), PREF_LABEL)
            self._worded[indicator] = [self._wordings.worded(label) for label in labels]
        return self._worded[indicator]

    def _ask(self, block: str) -> set[_Told]:
        rows = ([each.value for each in row] for row in self._rows(_COUNTS, block))
        return {_Told((row[1], row[2]), row[0], (row[3], row[4])) for row in rows}

    def _rows(self, query: str, block: str) -> QuerySolutions:
        found = self._store.query(query.replace("# among", block), prefixes=prefixes(self._iris.base))
        assert isinstance(found, QuerySolutions)  # noqa: S101 - each query here is a SELECT
        return found


def _sorted(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
