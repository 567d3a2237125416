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
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from cdsgraph.files import Files
from cdsgraph.graph.handovers import link, one, text, words_of
from cdsgraph.graph.quadwriter import ALT_LABEL, PREF_LABEL, TYPE
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import CDS, DCTERMS, OA, ORG, PROV, RDF, SCHEMA, term

_DERIVED_FROM: Final = term(PROV, "wasDerivedFrom")
_IN_THE_MAKING: Final = frozenset({"drafting", "proposed", "submitted"})
_AT_MOST: Final = frozenset({"at-most", "less-than"})
_KINDS_BUILT: Final = tuple(term(CDS, name) for name in ("Platform", "System", "Database", "DataCentre"))


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


def load_words(files: Files) -> Words:
    """The words by which a statement is matched with a task. Raises RulesError where the table is malformed."""
    of: dict[str, list[str]] = defaultdict(list)
    for row in read_table(files.rules, "completion_words", ("kind", "words")):
        of[row["kind"]].append(words_of(row["words"]))
    return Words(*(tuple(of[kind]) for kind in ("lead", "connect", "launch", "opened", "finished")))


@dataclass(frozen=True, slots=True)
class Told:
    """A task as its source tells it."""

    iri: NamedNode
    action: str
    source: NamedNode | None
    day: date | None
    done: bool


class Completions:
    """Finds signs of completion in what a store states."""

    def __init__(self, store: Store, words: Words) -> None:
        self._store = store
        self._words = words
        self._named = self._things_by_source()
        self._levels = self._aims_by_source()
        self._citations = self._by_target("Citation", term(CDS, "cited"))
        self._statements = self._connections()
        self._done: dict[tuple[NamedNode, str], list[Told]] = defaultdict(list)
        for told in self.tasks():
            for each in set(self._objects(told)) if told.done else ():
                self._done[each].append(told)

    def tasks(self) -> list[Told]:
        """Every task, in the order of its IRI."""
        return sorted((self._told(iri) for iri in self._all(term(CDS, "Task"))), key=lambda told: told.iri.value)

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
        for act, record in self._within(told):
            stage = one(self._store, record, term(CDS, "stage"))
            if stage is None or _code(stage) not in _IN_THE_MAKING:
                continue
            for citation in self._citations[act]:
                other = one(self._store, citation, term(CDS, "stage"))
                if other and _code(other) == "passed" and self._later(citation, told):
                    yield Sign("act-passed", citation)

    def _connected(self, told: Told) -> Iterator[Sign]:
        if not self._begins(told.action, self._words.connect):
            return
        things = {thing for thing, _ in self._within(told)}
        for ends, statement in self._statements:
            if ends <= things and self._later(statement, told):
                yield Sign("connected", statement)

    def _built(self, told: Told) -> Iterator[Sign]:
        """A system to be built of which a later source says that somebody has finished it."""
        for thing in self._to_be(told):
            for statement in self._subjects(term(RDF, "subject"), thing):
                if one(self._store, statement, term(RDF, "predicate")) != term(CDS, "builtBy"):
                    continue
                said = " ".join(words_of(quote) for _, _, quote in self._spans(statement))
                if any(words in said for words in self._words.finished) and self._later(statement, told):
                    yield Sign("built", statement)

    def _opened(self, told: Told) -> Iterator[Sign]:
        """A system to be built whose opening a later source tells as an event, by the system's name."""
        names = {words_of(name) for thing in self._to_be(told) for name in self._names(thing)}
        for event in self._all(term(SCHEMA, "Event")) if names else ():
            label = words_of(text(self._store, event, PREF_LABEL) or "")
            opened = next((w for w in self._words.opened if label.startswith(f"{w} ")), None)
            if opened and label.removeprefix(opened).strip() in names and self._later(event, told):
                yield Sign("opened", event)

    def _to_be(self, told: Told) -> set[NamedNode]:
        """The systems that a task asks to build."""
        return {
            thing for thing, before in self._objects(told) if before in self._words.launch and self._is_built(thing)
        }

    def _reached(self, told: Told) -> Iterator[Sign]:
        """The level that the task itself names, reached by a measurement of a later day."""
        for aim in self._aims(told):
            about = {name: one(self._store, aim, term(CDS, name)) for name in ("indicator", "about", "unit")}
            wanted = text(self._store, aim, term(CDS, "value"))
            indicator = about["indicator"]
            if indicator is None or wanted is None or self._is(indicator, "Provisional"):
                continue
            comparator = one(self._store, aim, term(CDS, "comparator"))
            downward = comparator is not None and _code(comparator) in _AT_MOST
            for figure in self._subjects(term(CDS, "indicator"), indicator):
                day, value = (text(self._store, figure, term(CDS, name)) for name in ("asOf", "value"))
                if not self._is(figure, "Observation") or day is None or value is None:
                    continue
                same = all(one(self._store, figure, term(CDS, name)) == node for name, node in about.items())
                reached = Decimal(value) <= Decimal(wanted) if downward else Decimal(value) >= Decimal(wanted)
                if same and reached and told.day and date.fromisoformat(day) > told.day and self._exact(figure):
                    yield Sign("indicator-reached", figure)

    def _done_again(self, told: Told) -> Iterator[Sign]:
        """The same named thing behind the same words in a task that a later source tells as done."""
        objects = {each for each in self._objects(told) if each[1] and not self._is_body(each[0])}
        for other in (other for each in objects for other in self._done.get(each, ())):
            if other.day is not None and told.day is not None and other.day > told.day:
                yield Sign("same-task-done", other.iri)

    # ------------------------------------------------------------------------------------------------- the store
    def _told(self, iri: NamedNode) -> Told:
        store = self._store
        day = text(store, iri, term(CDS, "statedOn"))
        status = one(store, iri, term(CDS, "taskStatus"))
        return Told(
            iri,
            text(store, iri, term(CDS, "actionText")) or "",
            one(store, iri, term(CDS, "source")),
            date.fromisoformat(day) if day else None,
            status is not None and _code(status) == "done",
        )

    def _things_by_source(self) -> dict[NamedNode, list[tuple[int, int, NamedNode, NamedNode]]]:
        """By source: where a thing is named (start, end), the thing, and the record that says so."""
        found: dict[NamedNode, list[tuple[int, int, NamedNode, NamedNode]]] = defaultdict(list)
        kinds = (("Mention", term(OA, "hasBody"), term(OA, "hasTarget")), ("Citation", term(CDS, "cited"), None))
        for kind, target, place in kinds:
            for record in self._all(term(CDS, kind)):
                source, thing = one(self._store, record, term(CDS, "source")), one(self._store, record, target)
                for span in link(self._store, record, place or _DERIVED_FROM):
                    bounds = self._bounds(span)
                    if source and thing and bounds:
                        found[source].append((*bounds[:2], thing, record))
        return found

    def _bounds(self, span: NamedNode) -> tuple[int, int, str] | None:
        selector = one(self._store, span, term(OA, "hasSelector"))
        if selector is None:
            return None
        start, end, exact = (text(self._store, selector, term(OA, name)) for name in ("start", "end", "exact"))
        return (int(start), int(end), exact) if start and end and exact else None

    def _within(self, told: Told) -> Iterator[tuple[NamedNode, NamedNode]]:
        """The things that a task's own words name, each with the record that says so."""
        for first, last, _ in self._spans(told.iri):
            for start, end, thing, record in self._named[told.source] if told.source else ():
                if first <= start and end <= last:
                    yield thing, record

    def _objects(self, told: Told) -> Iterator[tuple[NamedNode, str]]:
        """The things that a task names, each with the task's words before it, those that only say how left out."""
        for first, last, quote in self._spans(told.iri):
            for start, end, thing, _ in self._named[told.source] if told.source else ():
                if first <= start and end <= last:
                    yield thing, self._without_lead(quote[: start - first])

    def _spans(self, record: NamedNode) -> list[tuple[int, int, str]]:
        spans = sorted(link(self._store, record, _DERIVED_FROM), key=str)
        return [bounds for span in spans if (bounds := self._bounds(span))]

    def _aims(self, told: Told) -> Iterator[NamedNode]:
        """The levels that a task's own words name."""
        for first, last, _ in self._spans(told.iri):
            for start, end, aim in self._levels[told.source] if told.source else ():
                if first <= start and end <= last:
                    yield aim

    def _aims_by_source(self) -> dict[NamedNode, list[tuple[int, int, NamedNode]]]:
        found: dict[NamedNode, list[tuple[int, int, NamedNode]]] = defaultdict(list)
        for kind in ("StatedAim", "Target"):
            for aim in self._all(term(CDS, kind)):
                if source := one(self._store, aim, term(CDS, "source")):
                    found[source] += [(start, end, aim) for start, end, _ in self._spans(aim)]
        return found

    def _connections(self) -> list[tuple[frozenset[NamedNode], NamedNode]]:
        wanted = {term(CDS, "connectedTo"), term(CDS, "integrates")}
        found = []
        for iri in self._all(term(CDS, "Statement")):
            ends = [one(self._store, iri, term(RDF, name)) for name in ("subject", "object")]
            if one(self._store, iri, term(RDF, "predicate")) in wanted and ends[0] and ends[1]:
                found.append((frozenset(end for end in ends if end), iri))
        return found

    def _by_target(self, kind: str, predicate: NamedNode) -> dict[NamedNode, list[NamedNode]]:
        found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for iri in self._all(term(CDS, kind)):
            for target in link(self._store, iri, predicate):
                found[target].append(iri)
        return found

    def _all(self, kind: NamedNode) -> list[NamedNode]:
        return self._subjects(TYPE, kind)

    def _subjects(self, predicate: NamedNode, target: NamedNode) -> list[NamedNode]:
        found = self._store.quads_for_pattern(None, predicate, target, None)
        return sorted({quad.subject for quad in found if isinstance(quad.subject, NamedNode)}, key=str)

    def _names(self, thing: NamedNode) -> Iterator[str]:
        for predicate in (PREF_LABEL, ALT_LABEL):
            for quad in self._store.quads_for_pattern(thing, predicate, None, None):
                if isinstance(quad.object, Literal):
                    yield quad.object.value

    def _later(self, record: NamedNode, told: Told) -> bool:
        """Whether the source of a record is of a later day than the task."""
        source = one(self._store, record, term(CDS, "source"))
        day = day_of(self._store, source) if source else None
        return day is not None and told.day is not None and day > told.day

    def _begins(self, action: str, verbs: tuple[str, ...]) -> bool:
        return self._without_lead(action).startswith(verbs)

    def _without_lead(self, action: str) -> str:
        rest = words_of(action)
        # Longer leads stand first in the table ("hoàn thành việc" before "hoàn thành").
        while lead := next((each for each in self._words.lead if rest.startswith(f"{each} ")), None):
            rest = rest.removeprefix(lead).strip()
        return rest

    def _is(self, iri: NamedNode, kind: str) -> bool:
        return term(CDS, kind) in link(self._store, iri, TYPE)

    def _is_body(self, iri: NamedNode) -> bool:
        return term(ORG, "Organization") in link(self._store, iri, TYPE)

    def _is_built(self, iri: NamedNode) -> bool:
        return not link(self._store, iri, TYPE).isdisjoint(_KINDS_BUILT)

    def _exact(self, figure: NamedNode) -> bool:
        """Whether the number is given as reached, not as about or under it."""
        qualifier = one(self._store, figure, term(CDS, "qualifier"))
        return qualifier is None or _code(qualifier) in ("exact", "over", "at-least")


def day_of(store: Store, source: NamedNode) -> date | None:
    """The day of a source's event, else of its publication, where a day is known."""
    for name in (term(CDS, "eventDate"), term(DCTERMS, "issued")):
        told = text(store, source, name)
        if told and re.fullmatch(r"\d{4}-\d\d-\d\d", told):
            return date.fromisoformat(told)
    return None


def _code(iri: NamedNode) -> str:
    return iri.value.rsplit("/", 1)[1]
