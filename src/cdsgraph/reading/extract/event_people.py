"""Who chairs, holds and attends an event, from the words around each place where the text speaks of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from cdsgraph.reading.event_words import EventWords
from cdsgraph.reading.extract.actors import Actor, Actors
from cdsgraph.reading.extract.event_names import Naming, Stretch
from cdsgraph.reading.view import View

_CLAUSE = regex.compile(r"[;.:!?…](?=\s|$)")
_MOST_GAP = 90
_MOST_DATING = 28  # code points of a date between an event and the comma behind it
_LEADS = ("close", "chair", "attend", "speak", "hold", "open", "met", "at")


@dataclass(slots=True)
class Cast:
    """The people and bodies of one event, by canonical names, as they are gathered."""

    chair: str | None = None
    organisers: list[str] = field(default_factory=list)
    participants: list[str] = field(default_factory=list)


class EventPeople:
    """Reads the cast of events; compiled once."""

    def __init__(self, words: EventWords) -> None:
        group = words.groups
        leads = "|".join(rf"(?P<{use}>{group[use]})" for use in _LEADS)
        self._lead = regex.compile(rf"(?<!\w)(?:{leads})(?!\w)(?: {group['between']})* $")
        self._done_by = regex.compile(
            rf"(?:^|[ ,]){group['by']} (?P<who>[^;.]{{3,220}}?) "
            rf"(?:(?P<hold>{group['hold']})|(?P<chair>{group['chair']}))(?!\w)(?!,? {group['with']} )"
        )
        self._under = regex.compile(rf"(?<!\w){group['under']} ")
        self._attended = regex.compile(rf"(?<!\w){group['attended']}(?!\w)")
        self._opens = regex.compile(rf"[\s\-–]*(?:{group['attended']}|{group['attend']})(?!\w)")
        self._chain = regex.compile(rf"(?:[\s,]|\([^)]*\)|(?<!\w)(?:{group['with']}|{group['chain']})(?!\w))*")
        self._list = regex.compile(rf",? {group['listing']}:? ")
        self._closing = regex.compile(rf"(?<!\w){group['close']}(?!\w)")

    def read(self, cast: Cast, view: View, naming: Naming, stretch: Stretch, actors: Actors) -> None:
        """Add to a cast what a sentence says around the place where it names the event."""
        key = view.key
        floor = _clause_start(key, stretch.start, naming.start)
        lead = self._lead.search(key, max(floor, naming.start - 60), naming.start)
        use = lead.lastgroup if lead is not None else None
        before = actors.within(floor, lead.start() if lead is not None else naming.start)
        persons = [each.name for each in before if each.is_person]
        after_comma = self._speaker(key, naming, stretch, actors)
        if persons and (use in ("chair", "close") or (use == "met" and naming.head.other_side)):
            cast.chair = cast.chair or persons[-1]
        elif use == "attend":
            cast.participants += persons
            if lead is not None and not key[floor : lead.start()].strip() and naming.bare:
                cast.participants += [each.name for each in actors.within(naming.end, stretch.end)]
        elif use in ("hold", "open") and lead is not None:
            cast.organisers += self._chained(view, before, lead.start())
        if use == "close" and not persons:
            cast.chair = cast.chair or after_comma
        if use in ("at", "speak", "attend", None) and after_comma and (use or naming.start == stretch.start):
            cast.participants.append(after_comma)
        if use in ("at", "speak") and persons and not after_comma:
            cast.participants.append(persons[-1])
        self._behind(cast, view, naming, stretch, actors)
        if not naming.bare:
            self._within_name(cast, view, naming, stretch, actors)
        cast.participants = [name for name in dict.fromkeys(cast.participants) if name != cast.chair]
        cast.organisers = list(dict.fromkeys(cast.organisers))

    def goes_on(self, cast: Cast, view: View, stretch: Stretch, actors: Actors) -> None:
        """Add the guests of a sentence that only lists them: "Cùng dự có …"."""
        if match := self._opens.match(view.key, stretch.start, stretch.end):
            guests = (each.name for each in actors.within(match.end(), stretch.end))
            cast.participants += [name for name in guests if name != cast.chair and name not in cast.participants]

    def _speaker(self, key: str, naming: Naming, stretch: Stretch, actors: Actors) -> str | None:
        """The person behind the comma that follows an event: "Phát biểu tại hội nghị, Bộ trưởng …"."""
        comma = key.find(", ", naming.end, min(stretch.end, naming.end + _MOST_DATING))
        if comma < 0:
            return None
        found = actors.within(comma, min(stretch.end, comma + _MOST_GAP))
        first = next((each for each in found if each.is_person), None)
        return None if first is None or "," in key[comma + 1 : first.start] else first.name

    def _behind(self, cast: Cast, view: View, naming: Naming, stretch: Stretch, actors: Actors) -> None:
        key = view.key
        for match in self._done_by.finditer(key, naming.end, stretch.end):
            start, end = match.span("who")
            if match["hold"]:
                cast.organisers += actors.bodies(start, end)
            elif persons := actors.persons(start, end):
                cast.chair = cast.chair or persons[-1]
        if under := self._under.search(key, stretch.start, stretch.end):
            persons = actors.persons(under.end(), min(stretch.end, under.end() + _MOST_GAP))
            cast.chair = cast.chair or (persons[0] if persons else None)
        listed = self._list.match(key, naming.end, stretch.end) if naming.head.other_side else None
        if attended := self._attended.search(key, naming.end, stretch.end):
            cast.participants += [each.name for each in actors.within(attended.end(), stretch.end)]
        elif listed is not None:
            cast.participants += actors.bodies(listed.end(), stretch.end)
        elif key.startswith(" với ", naming.end) and not naming.bare:
            cast.participants += actors.bodies(naming.end, _clause_end(key, naming.end, stretch.end))
        closing = self._closing.search(key, stretch.start, naming.start) if cast.chair is None else None
        if closing is not None:
            persons = actors.persons(stretch.start, closing.start())
            cast.chair = persons[-1] if persons else None

    def _within_name(self, cast: Cast, view: View, naming: Naming, stretch: Stretch, actors: Actors) -> None:
        """Bodies that the name itself tells: whose session it is, and the other side of a working meeting."""
        inside = actors.bodies(naming.start, naming.end)
        if naming.head.kind == "session" and inside and not naming.purpose:
            first = next(each for each in actors.within(naming.start, naming.end) if not each.is_person)
            if " về " not in view.key[naming.start : first.start]:
                cast.organisers.append(first.name)
        if naming.head.other_side and not self._list.match(view.key, naming.end, stretch.end):
            cast.participants += inside

    def _chained(self, view: View, before: Sequence[Actor], end: int) -> list[str]:
        """The bodies that lead up to a verb with nothing but "phối hợp với", commas and the like between them."""
        found: list[str] = []
        at = end
        for each in reversed(before):
            if self._chain.fullmatch(view.key, each.end, at) is None:
                break
            if not each.is_person:
                found.append(each.name)
            at = each.start
        return found[::-1]


def _clause_start(key: str, floor: int, place: int) -> int:
    start = floor
    for match in _CLAUSE.finditer(key, floor, place):
        start = match.end()
    return start


def _clause_end(key: str, start: int, limit: int) -> int:
    match = _CLAUSE.search(key, start, limit)
    return match.start() if match else limit
