"""What the texts say of a thing to be done having been done: signs that a later statement gives, each with its record.

A sign is taken only where the task's own words name the act, system or indicator and a statement of a later day names
the same one as done. What no source tells is not said to be undone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from cdsgraph.files import Files
from cdsgraph.graph.handovers import link, one, text, words_of
from cdsgraph.graph.parts import values
from cdsgraph.graph.quadwriter import ALT_LABEL, PREF_LABEL, TYPE
from cdsgraph.graph.told_tasks import Told, ToldTasks
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import CDS, DCTERMS, OA, ORG, PROV, RDF, Iris, prefixes, term

_DERIVED_FROM: Final = term(PROV, "wasDerivedFrom")
_IN_THE_MAKING: Final = frozenset({"drafting", "proposed", "submitted"})
_REACHED_BY: Final = frozenset({"exact", "over", "at-least"})
_AT_MOST: Final = frozenset({"at-most", "less-than"})
KINDS_BUILT: Final = tuple(term(CDS, name) for name in ("Platform", "System", "Database", "DataCentre"))
CONNECTS: Final = (term(CDS, "connectedTo"), term(CDS, "integrates"))
BUILT_BY: Final = term(CDS, "builtBy")
_EVENTS: Final = "SELECT ?event ?label { ?event a schema:Event ; skos:prefLabel ?label }"
_REACHED: Final = """
SELECT ?indicator ?about ?unit ?figure ?asOf ?value ?qualifier {
  # among
  ?figure a cds:Observation ; cds:indicator ?indicator ; cds:about ?about ; cds:unit ?unit ; cds:asOf ?asOf ;
    cds:value ?value .
  OPTIONAL { ?figure cds:qualifier ?qualifier }
}"""
_Key = tuple[NamedNode, NamedNode, NamedNode]  # indicator, subject, unit


@dataclass(frozen=True, slots=True)
class Sign:
    """A record that tells of completion, and by what it does so (a code of def/completion-sign)."""

    code: str
    record: NamedNode


@dataclass(frozen=True, slots=True)
class Words:
    """The words of data/rules/completion_words.csv by their kind."""

    lead: tuple[str, ...]
    connect: tuple[str, ...]
    launch: tuple[str, ...]
    opened: tuple[str, ...]
    finished: tuple[str, ...]

    def without_lead(self, action: str) -> str:
        """What is to be done, without the words that only say how."""
        rest = words_of(action)
        # Longer leads stand first in the table ("hoàn thành việc" before "hoàn thành").
        while lead := next((each for each in self.lead if rest.startswith(f"{each} ")), None):
            rest = rest.removeprefix(lead).strip()
        return rest

    def opening(self, label: str) -> str | None:
        """What an event opened, if its name begins as that of an opening does."""
        said = words_of(label)
        opened = next((each for each in self.opened if said.startswith(f"{each} ")), None)
        return said.removeprefix(opened).strip() if opened else None


def load_words(files: Files) -> Words:
    """The words by which a statement is matched with a task. Raises RulesError where the table is malformed."""
    of: dict[str, list[str]] = defaultdict(list)
    for row in read_table(files.rules, "completion_words", ("kind", "words")):
        of[row["kind"]].append(words_of(row["words"]))
    return Words(*(tuple(of[kind]) for kind in ("lead", "connect", "launch", "opened", "finished")))


class Completions:
    """Finds signs of completion in what a store states."""

    def __init__(self, store: Store, iris: Iris, words: Words, told: ToldTasks) -> None:
        self._store, self._iris = store, iris
        self._words = words
        self._told = told
        self._done: dict[tuple[NamedNode, str], list[Told]] | None = None
        self._figures: dict[_Key, list[_Reached]] | None = None
        self._opened_names: dict[str, list[NamedNode]] | None = None
        self._kinds = cache(lambda thing: link(store, thing, TYPE))
        self._day = cache(lambda source: day_of(store, source))
        self._about = cache(self._statements_about)

    def signs(self, told: Told) -> tuple[Sign, ...]:
        """The signs that a task was done; none where its day is not known, for then nothing is known to be later."""
        if told.day is None:
            return ()
        kinds = (self._passed, self._connected, self._built, self._opened, self._reached, self._done_again)
        found = {sign for kind in kinds for sign in kind(told)}
        return tuple(sorted(found, key=lambda sign: (sign.code, sign.record.value)))

    # ------------------------------------------------------------------------------------------------- each sign
    def _passed(self, told: Told) -> Iterator[Sign]:
        """An act in the making when the task was given, which a later source tells as passed."""
        for named in self._told.within(told):
            stage = one(self._store, named.record, term(CDS, "stage"))
            if stage is None or _code(stage) not in _IN_THE_MAKING:
                continue
            for citation in self._subjects(term(CDS, "cited"), named.thing):
                other = one(self._store, citation, term(CDS, "stage"))
                if other and _code(other) == "passed" and self._later(citation, told):
                    yield Sign("act-passed", citation)

    def _connected(self, told: Told) -> Iterator[Sign]:
        if not self._words.without_lead(told.action).startswith(self._words.connect):
            return
        things = {named.thing for named in self._told.within(told)}
        for thing in things:
            for predicate, other, statement in self._about(thing):
                if predicate in CONNECTS and other in things and self._later(statement, told):
                    yield Sign("connected", statement)

    def _built(self, told: Told) -> Iterator[Sign]:
        """A system to be built of which a later source says that somebody has finished it."""
        for thing in self._to_be(told):
            for predicate, _, statement in self._about(thing):
                if predicate != BUILT_BY:
                    continue
                said = " ".join(words_of(quote) for quote in self._quotes(statement))
                if any(words in said for words in self._words.finished) and self._later(statement, told):
                    yield Sign("built", statement)

    def _opened(self, told: Told) -> Iterator[Sign]:
        """A system to be built whose opening a later source tells as an event, by the system's name."""
        for name in {words_of(name) for thing in self._to_be(told) for name in self._names(thing)}:
            for event in self._openings().get(name, ()):
                if self._later(event, told):
                    yield Sign("opened", event)

    def _to_be(self, told: Told) -> set[NamedNode]:
        """The systems that a task asks to build."""
        return {
            thing
            for thing, before in self._objects(told)
            if before in self._words.launch and not self._kinds(thing).isdisjoint(KINDS_BUILT)
        }

    def _reached(self, told: Told) -> Iterator[Sign]:
        """The level that the task itself names, reached by a measurement of a later day."""
        for aim in self._told.aims(told):
            key, wanted = self._key(aim), text(self._store, aim, term(CDS, "value"))
            if key is None or wanted is None:
                continue
            comparator = one(self._store, aim, term(CDS, "comparator"))
            downward = comparator is not None and _code(comparator) in _AT_MOST
            for figure in self._measured().get(key, ()):
                reached = figure.value <= Decimal(wanted) if downward else figure.value >= Decimal(wanted)
                if reached and told.day and figure.as_of > told.day:
                    yield Sign("indicator-reached", figure.iri)

    def _done_again(self, told: Told) -> Iterator[Sign]:
        """The same named thing behind the same words in a task that a later source tells as done."""
        objects = {each for each in self._objects(told) if each[1] and not self._is_body(each[0])}
        for other in (other for each in objects for other in self._done_tasks().get(each, ())):
            if other.day is not None and told.day is not None and other.day > told.day:
                yield Sign("same-task-done", other.iri)

    # ------------------------------------------------------------------------------------------------- the store
    def _objects(self, told: Told) -> Iterator[tuple[NamedNode, str]]:
        """The things that a task names, each with the task's words before it, those that only say how left out."""
        return ((thing, self._words.without_lead(before)) for thing, before in self._told.before(told))

    def _done_tasks(self) -> dict[tuple[NamedNode, str], list[Told]]:
        """What tasks told as done name, with the words before it."""
        if self._done is None:
            self._done = defaultdict(list)
            things = {thing for told in self._told.tasks for thing, _ in self._told.before(told)}
            for told in self._told.done({thing for thing in things if not self._is_body(thing)}):
                for each in set(self._objects(told)):
                    self._done[each].append(told)
        return self._done

    def _measured(self) -> dict[_Key, list["_Reached"]]:
        """The measurements of all that the tasks name a level of."""
        if self._figures is None:
            self._figures = defaultdict(list)
            aims = {aim for told in self._told.tasks for aim in self._told.aims(told)}
            keys = sorted({key for aim in aims if (key := self._key(aim))}, key=str)
            for row in self._rows(_REACHED, values("?indicator ?about ?unit", keys)) if keys else ():
                indicator, about, unit, figure, as_of, value, qualifier = row
                if qualifier is None or _code(qualifier) in _REACHED_BY:
                    reached = _Reached(figure, date.fromisoformat(as_of.value), Decimal(value.value))
                    self._figures[indicator, about, unit].append(reached)
        return self._figures

    def _key(self, aim: NamedNode) -> _Key | None:
        """What a measurement must share with a level; None where the register does not know the indicator."""
        names = (one(self._store, aim, term(CDS, name)) for name in ("indicator", "about", "unit"))
        indicator, about, unit = names
        if indicator is None or about is None or unit is None or term(CDS, "Provisional") in self._kinds(indicator):
            return None
        return indicator, about, unit

    def _openings(self) -> dict[str, list[NamedNode]]:
        """The events by which something opened, by its name."""
        if self._opened_names is None:
            self._opened_names = defaultdict(list)
            labels: dict[NamedNode, str] = {}
            for event, label in self._rows(_EVENTS):
                labels[event] = min(label.value, labels.get(event, label.value))
            for event, label in labels.items():
                if name := self._words.opening(label):
                    self._opened_names[name].append(event)
        return self._opened_names

    def _statements_about(self, thing: NamedNode) -> list[tuple[NamedNode | None, NamedNode | None, NamedNode]]:
        """The statements of which a thing is the subject: predicate, object, statement."""
        found = [
            each for each in self._subjects(term(RDF, "subject"), thing) if term(CDS, "Statement") in self._kinds(each)
        ]
        return [
            (one(self._store, each, term(RDF, "predicate")), one(self._store, each, term(RDF, "object")), each)
            for each in found
        ]

    def _subjects(self, predicate: NamedNode, target: NamedNode) -> set[NamedNode]:
        found = self._store.quads_for_pattern(None, predicate, target, DefaultGraph())
        return {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}

    def _quotes(self, record: NamedNode) -> list[str]:
        spans = sorted(link(self._store, record, _DERIVED_FROM), key=str)
        selectors = (one(self._store, span, term(OA, "hasSelector")) for span in spans)
        return [words for each in selectors if each and (words := text(self._store, each, term(OA, "exact")))]

    def _names(self, thing: NamedNode) -> Iterator[str]:
        for predicate in (PREF_LABEL, ALT_LABEL):
            for quad in self._store.quads_for_pattern(thing, predicate, None, DefaultGraph()):
                if isinstance(quad.object, Literal):
                    yield quad.object.value

    def _later(self, record: NamedNode, told: Told) -> bool:
        """Whether the source of a record is of a later day than the task."""
        source = one(self._store, record, term(CDS, "source"))
        day = self._day(source) if source else None
        return day is not None and told.day is not None and day > told.day

    def _is_body(self, thing: NamedNode) -> bool:
        return term(ORG, "Organization") in self._kinds(thing)

    def _rows(self, query: str, among: str = "") -> QuerySolutions:
        found = self._store.query(query.replace("# among", among), prefixes=prefixes(self._iris.base))
        assert isinstance(found, QuerySolutions)  # noqa: S101 - both queries are SELECTs
        return found


@dataclass(frozen=True, slots=True)
class _Reached:
    """A measurement that is given as reached, not as about or under it."""

    iri: NamedNode
    as_of: date
    value: Decimal


def day_of(store: Store, source: NamedNode) -> date | None:
    """The day of a source's event, else of its publication, where a day is known."""
    for name in (term(CDS, "eventDate"), term(DCTERMS, "issued")):
        told = text(store, source, name)
        if told and re.fullmatch(r"\d{4}-\d\d-\d\d", told):
            return date.fromisoformat(told)
    return None


def _code(iri: NamedNode) -> str:
    return iri.value.rsplit("/", 1)[1]
