"""Which IRI a name of a text gets: the register's where it knows the thing, else a provisional one made from the name.

A body that was merged or split has an IRI for each of its lives; the one alive on the document's date is taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.reading.document import Document
from cdsgraph.reading.facts import Entity, EntityType, LegalReference
from cdsgraph.register import THING_KINDS, Act, Entry, Register
from cdsgraph.text import name_key, slug
from cdsgraph.vocab import Iris

_BODIES: Final = frozenset(kind for kind, segment in THING_KINDS.items() if segment == "org")
_UNNAMED: Final = "khong-ro"
_AMENDED = re.compile(r"\s*\((?:sửa đổi)[^)]*\)")
_OWN_YEAR = re.compile(r"/((?:19|20)\d{2})/")
_LEADING = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Link:
    """A name's IRI; `known` where the register has it, with its entry or act; `probable` the act a misprint means."""

    iri: NamedNode
    name: str
    known: bool
    type: EntityType = "other"
    entry: Entry | None = None
    act: Act | None = None
    probable: NamedNode | None = None
    unit: str | None = None


class Linker:
    """Links the names of one document; `entities` tells the types of those the register does not know."""

    def __init__(self, register: Register, iris: Iris, document: Document, entities: Iterable[Entity] = ()) -> None:
        self._register = register
        self._iris = iris
        self._day = _first_day(document)
        self._types: dict[str, EntityType] = {}
        for entity in entities:
            for name in (entity.name, *entity.aliases):
                self._types.setdefault(name_key(name), entity.type)

    def entity(self, entity: Entity) -> Link:
        """The IRI of an entity of the document."""
        return self._thing(entity.name, entity.type)

    def body(self, name: str) -> Link:
        """The IRI of a body: an organisation of any kind."""
        kind = self._types.get(name_key(name), "government_body")
        return self._thing(name, kind if kind in _BODIES else "government_body", among=_BODIES)

    def person(self, name: str) -> Link:
        """The IRI of a person."""
        return self._thing(name, "person")

    def knows(self, name: str) -> bool:
        """Whether the register or the document's entities have something of that name."""
        return name_key(name) in self._types or bool(self._register.named(name))

    def group(self, name: str) -> Link:
        """The IRI of bodies or people that are named together by what they are: "các bộ, ngành"."""
        key = self._register.group(name)
        if key is not None:
            return Link(self._iris.key(key), name, True)
        return Link(self._iris.code("body-group", name if slug(name) else _UNNAMED), name, False)

    def name(self, name: str | None) -> Link | None:
        """The IRI of whatever goes by the name; None for no name."""
        return None if name is None else self.named(name)

    def named(self, name: str) -> Link:
        """The IRI of whatever goes by the name; a body first, where things of several kinds do."""
        kind = self._types.get(name_key(name))
        if kind is not None:
            return self._thing(name, kind)
        found = self._alive(list(self._register.named(name)))
        bodies = [entry for entry in found if entry.type in _BODIES] or found
        return self._known(bodies[0], name) if bodies else self._provisional(name, "other")

    def act(self, reference: LegalReference) -> Link:
        """The IRI of an act cited; date and issuer settle which, where a number was given twice."""
        act = self._numbered(reference) if reference.number else self._named_act(reference)
        name = reference.number or reference.title or _UNNAMED
        if act is not None:
            return Link(self._iris.key(act.key), name, True, act=act)
        if reference.number:
            iri = self._iris.act(reference.number, _year(reference))
            same = self._register.act(iri.value.removeprefix(self._iris.base))
            if same is not None:  # number and year make the act; the citation prints another day
                return Link(iri, name, True, act=same)
            probable = self._misprinted(reference)
            return Link(iri, name, False, probable=None if probable is None else self._iris.key(probable.key))
        year = reference.date[:4] if reference.date and reference.date[:4] not in name else None
        return Link(self._iris.thing("act", f"{name} {year}" if year else name), name, False)

    def indicator(self, phrase: str) -> Link:
        """The IRI of what a figure measures."""
        known = self._register.indicator_for(phrase)
        if known is not None:
            return Link(self._iris.key(known.key), known.name, True, unit=known.unit)
        return Link(self._iris.code("indicator", phrase if slug(phrase) else _UNNAMED), phrase, False)

    def post(self, title: str) -> Link:
        """The IRI of the post that a title names."""
        key = self._register.post(title)
        if key is not None:
            return Link(self._iris.key(key), title, True)
        return Link(self._iris.code("post", title), title, False)

    def unit(self, unit: str) -> Link:
        """The IRI of a unit or count noun."""
        known = self._register.unit(unit) or self._register.unit_for(unit)
        if known is None:
            return Link(self._iris.code("unit", unit if slug(unit) else _UNNAMED), unit, False)
        iri = NamedNode(known.iri) if known.iri.startswith("http") else self._iris.key(known.iri)
        return Link(iri, known.name, True)

    def _thing(self, name: str, kind: EntityType, *, among: frozenset[EntityType] | None = None) -> Link:
        named = self._register.named(name)
        same_kind = [entry for entry in named if entry.type == kind]
        same_segment = [entry for entry in named if THING_KINDS.get(entry.type) == THING_KINDS.get(kind)]
        found = same_kind if same_kind and among is None else same_segment
        alive = self._alive(found)
        return self._known(alive[0], name) if alive else self._provisional(name, kind)

    def _alive(self, entries: list[Entry]) -> list[Entry]:
        """Those alive on the document's date; where none is, all: a text may speak of a body that is gone."""
        return [entry for entry in entries if entry.alive(self._day)] or entries

    def _known(self, entry: Entry, name: str) -> Link:
        return Link(self._iris.key(entry.key), name, True, entry.type, entry)

    def _provisional(self, name: str, kind: EntityType) -> Link:
        words = name if slug(name) else _UNNAMED
        if kind == "pillar":
            return Link(self._iris.code("pillar", words), name, False, kind)
        return Link(self._iris.thing(THING_KINDS[kind], words), name, False, kind)

    def _numbered(self, reference: LegalReference) -> Act | None:
        number, signed = reference.number or "", reference.date
        found = list(self._register.acts_numbered(number))
        if signed and (dated := [act for act in found if act.signed.isoformat().startswith(signed)]):
            found = dated
        elif signed and not _OWN_YEAR.search(number):
            return None  # numbers start anew each year: another date is another act
        if reference.issuer and (issued := [act for act in found if act.issuer == reference.issuer]):
            found = issued
        found = [act for act in found if self._day is None or act.signed <= self._day]
        return found[0] if len(found) == 1 else None

    def _named_act(self, reference: LegalReference) -> Act | None:
        title = reference.title or ""
        for name in (title, _AMENDED.sub("", title)):
            act = self._register.act_named(name)
            if act is None or (self._day is not None and act.signed > self._day):
                continue
            if reference.date is None or act.signed.isoformat().startswith(reference.date):
                return act
        return None

    def _misprinted(self, reference: LegalReference) -> Act | None:
        """The one act of the same issuer and day whose number differs by a digit or by two that changed places."""
        number = reference.number or ""
        if reference.date is None or (digits := _LEADING.match(number)) is None:
            return None
        near = [
            act
            for act in self._register.acts
            if act.signed.isoformat() == reference.date
            and act.issuer == reference.issuer
            and (theirs := _LEADING.match(act.number)) is not None
            and act.number[theirs.end() :] == number[digits.end() :]
            and _one_slip(theirs[0], digits[0])
        ]
        return near[0] if len(near) == 1 else None


def _first_day(document: Document) -> date | None:
    stated = document.date
    return periods.days(stated)[0] if stated else document.metadata.not_before


def _year(reference: LegalReference) -> int | None:
    if match := _OWN_YEAR.search(reference.number or ""):
        return int(match[1])
    return int(reference.date[:4]) if reference.date else None


def _one_slip(one: str, other: str) -> bool:
    """Whether two numbers differ by one digit (changed, missing or extra) or by two neighbours that changed places."""
    if one == other:
        return False
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) == 1:
        return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    if len(long) != len(short):
        return False
    wrong = [n for n in range(len(one)) if one[n] != other[n]]
    swapped = (
        len(wrong) == 2
        and wrong[1] - wrong[0] == 1
        and one[wrong[0]] == other[wrong[1]]
        and one[wrong[1]] == other[wrong[0]]
    )
    return len(wrong) == 1 or swapped
