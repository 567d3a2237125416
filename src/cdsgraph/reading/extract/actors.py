"""Who acts in a stretch of a view: persons by name or by their office, and bodies that are no part of an office."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

import regex

from cdsgraph.reading.event_words import either
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.facts import Entity, Role
from cdsgraph.reading.view import View, lookup_key

_start = attrgetter("start")
_BEFORE = 48


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or body at a place of the view, by its canonical name."""

    start: int
    end: int
    name: str
    is_person: bool


class Actors:
    """The persons and bodies of one text, in order; `titles` is a pattern for titles of office."""

    def __init__(self, view: View, entities: Sequence[Entity], roles: Sequence[Role], titles: str) -> None:
        self._employed = regex.compile(rf"(?<![\w]){titles}(?: của| phụ trách| thường trực)? $")
        found = [
            Actor(view.at(span.start), view.at(span.end), entity.name, entity.type == "person")
            for entity in entities
            if entity.type == "person" or entity.type in BODIES
            for span in {entity.span, *entity.mentions}
        ]
        self.mentions = _apart(found)
        self._view = view
        free = [each for each in self.mentions if each.is_person or not self._employs(each)]
        self._all = sorted([*free, *self._titled(roles, [each.start for each in found])], key=_start)

    def within(self, start: int, end: int) -> list[Actor]:
        """The actors in a range of the view, in order."""
        first = bisect_left(self._all, start, key=_start)
        last = bisect_left(self._all, end, key=_start)
        return [each for each in self._all[first:last] if each.end <= end]

    def persons(self, start: int, end: int) -> list[str]:
        """Names of the persons in a range, each once."""
        return once(each.name for each in self.within(start, end) if each.is_person)

    def bodies(self, start: int, end: int) -> list[str]:
        """Names of the bodies in a range, each once."""
        return once(each.name for each in self.within(start, end) if not each.is_person)

    def _employs(self, body: Actor) -> bool:
        """Whether a body is named only to say which office somebody holds: "Bộ trưởng Bộ Tài chính"."""
        return self._employed.search(self._view.key, max(0, body.start - _BEFORE), body.start) is not None

    def _titled(self, roles: Sequence[Role], named: Sequence[int]) -> list[Actor]:
        """Offices that stand for the one person of the text who holds them: "Bộ trưởng", "Thủ tướng"."""
        holders: dict[str, set[str]] = {}
        for role in roles:
            holders.setdefault(lookup_key(role.title), set()).add(role.person)
        known = {title: next(iter(persons)) for title, persons in holders.items() if len(persons) == 1}
        if not known:
            return []
        starts = frozenset(named)
        pattern = regex.compile(rf"(?<![\w])(?<!phó |nguyên ){either(known)}(?![\w])")
        return [
            Actor(match.start(), match.end(), known[match[0]], True)
            for match in pattern.finditer(self._view.key)
            if match.end() + 1 not in starts or not self._is_person_at(match.end() + 1)
        ]

    def _is_person_at(self, start: int) -> bool:
        at = bisect_left(self.mentions, start, key=_start)
        return at < len(self.mentions) and self.mentions[at].start == start and self.mentions[at].is_person


def once(names: Iterable[str]) -> list[str]:
    """The names in order, each once."""
    return list(dict.fromkeys(names))


def _apart(found: Sequence[Actor]) -> list[Actor]:
    kept: list[Actor] = []
    for each in sorted(found, key=lambda a: (a.start, -a.end)):
        if each.start < each.end and (not kept or each.start >= kept[-1].end):
            kept.append(each)
    return kept
