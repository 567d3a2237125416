"""What bodies handed over to each other: functions that moved, bodies that merged, units and the body above them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from cdsgraph.graph.derive import Changes
from cdsgraph.graph.parts import Seen, Ways
from cdsgraph.graph.quadwriter import PREF_LABEL, TYPE
from cdsgraph.text import squeeze
from cdsgraph.vocab import CDS, ORG, Iris, term

_DEPTH: Final = 4  # no unit of a ministry lies deeper
READ_OF_BODY: Final = "a skos:prefLabel cds:lastDay org:unitOf org:subOrganizationOf"
_READ_OF_CHANGE: Final = Ways.of(
    {
        "": "a cds:function cds:fromOrganisation cds:toOrganisation cds:effectiveDate cds:changeEventKind "
        "org:originalOrganization org:resultingOrganization"
    }
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A function that went from one body to another; `function` is its code."""

    iri: NamedNode
    function: str
    source: NamedNode
    target: NamedNode
    effective: date


@dataclass(frozen=True, slots=True)
class Change:
    """A merger or establishment by which a body ended, and what came of it."""

    iri: NamedNode
    before: tuple[NamedNode, ...]
    after: tuple[NamedNode, ...]
    effective: date


class Handovers:
    """The changes of bodies that a store tells of."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._transfers = tuple(_transfers(store))
        self._changes = tuple(_changes(store))

    def name(self, body: NamedNode) -> str:
        """The Vietnamese name of a body, empty where it has none."""
        found = self._store.quads_for_pattern(body, PREF_LABEL, None, DefaultGraph())
        names = (quad.object for quad in found if isinstance(quad.object, Literal))
        return min((name.value for name in names if name.language == "vi"), default="")

    def parent(self, body: NamedNode) -> NamedNode | None:
        """The body that this one is a unit of."""
        return one(self._store, body, term(ORG, "unitOf")) or one(self._store, body, term(ORG, "subOrganizationOf"))

    def above(self, body: NamedNode) -> Iterator[NamedNode]:
        """The body itself and those above it, the nearest first."""
        here: NamedNode | None = body
        for _ in range(_DEPTH):
            if here is None:
                return
            yield here
            here = self.parent(here)

    def is_known_unit(self, body: NamedNode) -> bool:
        """Whether it is a unit that the register describes."""
        kinds = link(self._store, body, TYPE)
        return term(ORG, "OrganizationalUnit") in kinds and term(CDS, "Provisional") not in kinds

    def ended(self, body: NamedNode) -> bool:
        """Whether the body is known to exist no more."""
        return text(self._store, body, term(CDS, "lastDay")) is not None or bool(self.changes_of(body, None))

    def changed_since(self, body: NamedNode, day: date | None) -> bool:
        """Whether it handed over anything after a day; where the day is not known, only a body that ended has."""
        if day is None and not self.ended(body):
            return False
        return bool(self.transfers_from(body, day) or self.changes_of(body, day))

    def transfers_from(self, body: NamedNode, after: date | None) -> tuple[Transfer, ...]:
        """The functions that left a body after a day (any, where it is not known)."""
        return tuple(each for each in self._transfers if each.source == body and _later(each.effective, after))

    def transfers_of(self, functions: Iterable[str], after: date | None) -> tuple[Transfer, ...]:
        """The transfers of functions after a day, the first of each chain."""
        wanted = set(functions)
        moved = [each for each in self._transfers if each.function in wanted and _later(each.effective, after)]
        reached = {(each.function, each.target) for each in moved}
        return tuple(each for each in moved if (each.function, each.source) not in reached)

    def changes_of(self, body: NamedNode, after: date | None) -> tuple[Change, ...]:
        """The changes by which a body ended after a day."""
        return tuple(each for each in self._changes if body in each.before and _later(each.effective, after))

    def onward(self, transfer: Transfer) -> tuple[Transfer, ...]:
        """A transfer and those that carried its function further, to whoever has it now."""
        chain = [transfer]
        while True:
            further = [
                each
                for each in self._transfers
                if each.function == transfer.function
                and each.source == chain[-1].target
                and each.effective > chain[-1].effective
            ]
            if not further:
                return tuple(chain)
            chain.append(min(further, key=lambda each: (each.effective, str(each.iri))))


def moved(store: Store, iris: Iris, changes: Changes) -> bool:
    """Whether other functions moved, or other bodies merged, than before the changes."""
    records = _READ_OF_CHANGE.records(store, iris, changes)
    return bool(Seen(store, changes).of_class(records, term(CDS, "FunctionTransfer"), term(ORG, "ChangeEvent")))


def _later(day: date, than: date | None) -> bool:
    return than is None or day > than


def _transfers(store: Store) -> Iterator[Transfer]:
    for quad in store.quads_for_pattern(None, TYPE, term(CDS, "FunctionTransfer"), DefaultGraph()):
        iri = quad.subject
        if not isinstance(iri, NamedNode):
            continue
        function, source, target = (
            one(store, iri, term(CDS, name)) for name in ("function", "fromOrganisation", "toOrganisation")
        )
        day = text(store, iri, term(CDS, "effectiveDate"))
        if function and source and target and day:
            yield Transfer(iri, function.value.rsplit("/", 1)[1], source, target, date.fromisoformat(day))


def _changes(store: Store) -> Iterator[Change]:
    for quad in store.quads_for_pattern(None, TYPE, term(ORG, "ChangeEvent"), DefaultGraph()):
        iri = quad.subject
        if not isinstance(iri, NamedNode):
            continue
        kind = one(store, iri, term(CDS, "changeEventKind"))
        day = text(store, iri, term(CDS, "effectiveDate"))
        # A body that moves as a whole goes on.
        if day and not (kind and kind.value.endswith("/transfer-of-body")):
            before = link(store, iri, term(ORG, "originalOrganization"))
            after = link(store, iri, term(ORG, "resultingOrganization"))
            ended = before - after
            yield Change(iri, tuple(ended), tuple(sorted(after, key=str)), date.fromisoformat(day))


def link(store: Store, subject: NamedNode, predicate: NamedNode) -> set[NamedNode]:
    """The IRIs that a property leads to."""
    found = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return {quad.object for quad in found if isinstance(quad.object, NamedNode)}


def one(store: Store, subject: NamedNode, predicate: NamedNode) -> NamedNode | None:
    """The IRI that a property leads to, the first by name of several."""
    return min(link(store, subject, predicate), key=str, default=None)


def text(store: Store, subject: NamedNode, predicate: NamedNode) -> str | None:
    """The words or the day that a property holds, the first of several."""
    found = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return min((quad.object.value for quad in found if isinstance(quad.object, Literal)), default=None)


def words_of(name: str) -> str:
    """A name to compare by: small letters, single spaces."""
    return squeeze(name).lower()
