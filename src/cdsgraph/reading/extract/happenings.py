"""Events told by a verb: a named thing opened to use ("khai trương Nền tảng X"), a dated assessment of something."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import regex

from cdsgraph.reading.event_words import EventHead, EventWords
from cdsgraph.reading.extract.actors import Actor, Actors
from cdsgraph.reading.extract.event_names import Stretch
from cdsgraph.reading.facts import Entity
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.view import View

_start = attrgetter("start")
_OPENED = frozenset({"platform", "system", "database", "data_centre", "index", "programme"})
_OBJECT = regex.compile(r"(?: (?:[^\W_]|[&+/\-.@](?=[^\W_]))+){1,14}")
LAUNCH = EventHead("launch", "launch", "", False)
_LED = 24
ASSESSMENT = EventHead("assessment", "assessment", "", False)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a verb tells: its range in the view, kind, name, who does it, and the time it is tied to."""

    start: int
    end: int
    head: EventHead
    name: str
    actors: tuple[str, ...] = ()
    date: str | None = None


class Happenings:
    """Finds such events; compiled once."""

    def __init__(self, words: EventWords) -> None:
        groups = words.groups
        self._launch = regex.compile(groups["launch"])
        self._passive = regex.compile(rf"(?<!\w){groups['passive']} $")
        self._officially = regex.compile(rf" (?:{groups['officially']} )?")
        self._by = regex.compile(rf"(?: {groups['chain']}| {groups['hold']})* ")
        self._governed = regex.compile(rf"(?<!\w){groups['assessing']}(?: {groups['assessing']})* $")
        self._to_time = regex.compile(rf" (?:{groups['dating']}|{groups['part_of_day']})(?: {groups['dating']})* ?$")

    def things(self, view: View, entities: Sequence[Entity]) -> list[Actor]:
        """What can be opened to use, by its mentions in the view, in order."""
        found = (
            Actor(view.at(span.start), view.at(span.end), entity.name, False)
            for entity in entities
            if entity.type in _OPENED
            for span in {entity.span, *entity.mentions}
        )
        return sorted(found, key=_start)

    def may_tell(self, view: View, start: int, end: int) -> bool:
        """Whether a verb is worth a look: for launching, led by a word for carrying out, or first in its block."""
        if self._launch.fullmatch(view.key, start, end) or start == 0 or view.text[start - 1] == "\n":
            return True
        return self._governed.search(view.key, max(0, start - _LED), start) is not None

    def at(
        self, view: View, start: int, end: int, stretch: Stretch, things: Sequence[Actor], actors: Actors
    ) -> Happening | None:
        """The event that the verb at `start` to `end` tells, if it tells one."""
        if self._launch.fullmatch(view.key, start, end):
            return self._launched(view, start, end, stretch, things, actors)
        return self._assessed(view, start, end, stretch, actors)

    def _launched(
        self, view: View, start: int, end: int, stretch: Stretch, things: Sequence[Actor], actors: Actors
    ) -> Happening | None:
        """A thing opened, named behind the verb with who opens it before, or before it in the passive."""
        verb = view.key[start].upper() + view.key[start + 1 : end]
        lead = self._officially.match(view.key, end)
        place = bisect_left(things, lead.end() if lead else end, key=_start)
        if lead is not None and place < len(things) and things[place].start == lead.end():
            by = [b for b in actors.within(stretch.start, start)[-1:] if self._by.fullmatch(view.key, b.end, start)]
            bodies = tuple(each.name for each in by if not each.is_person)
            return Happening(start, things[place].end, LAUNCH, f"{verb} {things[place].name}", bodies)
        if self._passive.search(view.key, stretch.start, start):
            before = bisect_left(things, start, key=_start) - 1
            if before >= 0 and things[before].start >= stretch.start:
                return Happening(start, end, LAUNCH, f"{verb} {things[before].name}")
        return None

    def _assessed(self, view: View, start: int, end: int, stretch: Stretch, actors: Actors) -> Happening | None:
        """An assessment that has a time and an actor, or stands as a heading of its own."""
        governed = self._governed.search(view.key, stretch.start, start)
        if governed is None and not (stretch.heading and start == stretch.start):
            return None
        time = next((time for time in stretch.times if time.span.start > end), None)
        if time is None or not _is_set(time):
            return None
        last = time.span.start
        if match := self._to_time.search(view.key, end, last):
            last = match.start()
        last = end + len(view.text[end:last].rstrip())
        if last <= end or not _OBJECT.fullmatch(view.text, end, last):
            return None
        words = view.text[start:last].replace("\n", " ")
        bodies = actors.bodies(stretch.start, start)[-1:] if governed is not None else []
        if governed is not None and not bodies:
            return None
        name = f"{bodies[0]} {words}" if bodies else words[0].upper() + words[1:]
        return Happening(start, last, ASSESSMENT, name, tuple(bodies), time.period)


def _is_set(time: TimeMention) -> bool:
    """Whether a time is a day or a run of months, as a campaign has, and neither a limit nor a term of comparison."""
    months = time.kind == "interval" and time.period is not None and "-" in time.period
    return (time.kind == "day" or months) and time.use in ("at", "from")
