"""Events of a document: one record a meeting, ceremony, launch or assessment, however often the text speaks of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import regex

from cdsgraph.reading.document import BlockKind, Document, Sentence, Span, Spans
from cdsgraph.reading.event_words import EventHead, EventWords
from cdsgraph.reading.extract.actors import Actors
from cdsgraph.reading.extract.event_dates import EventDates, named_year
from cdsgraph.reading.extract.event_names import EventNames, Naming, Stretch
from cdsgraph.reading.extract.event_people import Cast, EventPeople
from cdsgraph.reading.extract.happenings import Happening, Happenings
from cdsgraph.reading.facts import Entity, Event
from cdsgraph.reading.periods import Anchor, find
from cdsgraph.reading.view import View, lookup_key

_WORD = regex.compile(r"\w+")
_OPENING = 3  # sentences in which a report names what it reports on
_GUESTS = 3  # sentences behind a naming in which the guests may be listed
_MEETINGS = frozenset({"session", "meeting"})
_IN_THEIR_YEAR = frozenset({"ceremony", "campaign"})
_MAIN = frozenset({"session", "meeting", "ceremony"})


@dataclass(slots=True)
class _Gathered:
    """An event while its mentions are gathered; `start` is the first in the view, `place` its sentence's number."""

    start: int
    head: EventHead
    name: str
    ordinal: str | None
    date: str | None
    place: int
    spans: list[Span] = field(default_factory=list)
    cast: Cast = field(default_factory=Cast)
    words: frozenset[str] = frozenset()


class EventReader:
    """Reads events; compiled once."""

    def __init__(self, words: EventWords) -> None:
        group = words.groups
        self.words = words
        self.names = EventNames(words)
        self.people = EventPeople(words)
        self.dates = EventDates(words)
        self.happenings = Happenings(words)
        led = f"(?:{group['before']}|{group['hold']}|{group['attend']}|{group['chair']}|{group['close']})"
        self.led = regex.compile(rf"(?<!\w){led}(?: {group['between']})* $")
        self.held = regex.compile(rf"(?<!\w){group['hold']}(?: {group['between']})* $")
        self.usual = regex.compile(rf"(?<!\w){group['usual']}(?!\w)")
        self.plural = regex.compile(rf"(?<!\w)(?:{words.plurals}|\d+)(?: {group['counted']})? $")

    def read(
        self, document: Document, view: View, entities: Sequence[Entity], actors: Actors, taken: Iterable[Span]
    ) -> tuple[Event, ...]:
        """The events of a document in order of their first mention; `taken` are spans whose dates belong to acts."""
        return _Reading(self, document, view, entities, actors, taken).events()


class _Reading:
    """One document's events as they are gathered."""

    def __init__(
        self,
        reader: EventReader,
        document: Document,
        view: View,
        entities: Sequence[Entity],
        actors: Actors,
        taken: Iterable[Span],
    ) -> None:
        self._reader = reader
        self._document = document
        self._view = view
        self._actors = actors
        self._things = reader.happenings.things(view, entities)
        self._taken = Spans(taken)
        self._anchor = Anchor.of(document.date)
        self._numbers = {sentence.span.start: number for number, sentence in enumerate(document.sentences)}
        self._stretches: dict[int, Stretch] = {}
        self._found: list[_Gathered] = []
        self._main: _Gathered | None = None

    def events(self) -> tuple[Event, ...]:
        """Go through the text once, then make the records."""
        view, words = self._view, self._reader.words
        done = 0
        for start, end, word in words.find(view.key):
            head = words.heads.get(word)
            if head is not None and head.kind == "occasion":
                if not view.text[start].isupper():
                    continue
            elif start < done or (word in words.verbs and not self._reader.happenings.may_tell(view, start, end)):
                continue
            sentence = self._sentence(start, end)
            if sentence is None:
                continue
            place = self._numbers[sentence.span.start]
            stretch = self._stretch(sentence)
            if word in words.verbs:
                done = max(done, self._verb(start, end, stretch, place))
                continue
            plural = self._reader.plural.search(view.key, max(stretch.start, start - 24), start) is not None
            if head is None:
                self._again(Naming(start, end, _ANY, True), stretch, plural)
                continue
            naming = self._reader.names.at(view, start, end, head, stretch, plural)
            if naming is None:
                continue
            if naming.bare:
                if not self._again(naming, stretch, plural):
                    self._told_only(naming, stretch, place)
            elif self._is_one(naming, stretch):
                self._named(naming, stretch, place)
                done = max(done, naming.end)
        self._add_guests()
        return tuple(self._record(event) for event in sorted(self._found, key=lambda e: (e.start, e.name)))

    def _sentence(self, start: int, end: int) -> Sentence | None:
        span = self._view.span(start, end)
        sentence = self._document.sentence_at(span.start) if span is not None else None
        return None if sentence is None or sentence.block.kind is BlockKind.BOILERPLATE else sentence

    def _stretch(self, sentence: Sentence) -> Stretch:
        known = self._stretches.get(sentence.span.start)
        if known is not None:
            return known
        view = self._view
        start, end = view.at(sentence.span.start), view.at(sentence.span.end)
        times = []
        for time in find(view.text, self._reader.words.times, self._anchor, start, end):
            span = view.span(time.span.start, time.span.end)
            if span is not None and not self._taken.overlap(span):
                times.append(time)
        actors = {each.start: each for each in self._actors.within(start, end)}
        made = Stretch(start, end, sentence.block.kind is BlockKind.HEADING, times, actors)
        self._stretches[sentence.span.start] = made
        return made

    def _is_one(self, naming: Naming, stretch: Stretch) -> bool:
        """Whether one particular event is meant: by a capital, a number, a date, or a verb that leads up to it."""
        key = self._view.key
        if self._view.text[naming.start].isupper() and naming.start > stretch.start:
            return True
        if naming.ordinal is not None or naming.head.kind == "occasion":
            return True
        dated = any(time.kind in ("day", "month") for time in stretch.times)
        if self._reader.usual.search(key, stretch.start, naming.start) and not dated:
            return False
        if self._view.text[naming.start].isupper() or dated:
            return True
        if self._reader.held.search(key, stretch.start, naming.start):
            return False
        return self._reader.led.search(key, max(stretch.start, naming.start - 60), naming.start) is not None

    def _named(self, naming: Naming, stretch: Stretch, place: int) -> None:
        span = self._view.span(naming.start, naming.end)
        if span is None:
            return
        name = self._canonical(naming)
        occasion = naming.head.kind == "occasion"
        if occasion:
            inside = self._reader.dates.stated(self._view, naming.start, naming.end, _undated(stretch, naming), None)
            date = inside or named_year(name) or self._reader.dates.declared(self._view, naming.start, stretch)
        else:
            date = self._reader.dates.stated(self._view, naming.start, naming.end, stretch, self._document.date)
        event = self._same(naming.head, name, naming.ordinal, date)
        if event is None:
            event = self._new(naming.start, naming.head, name, naming.ordinal, date, place)
            self._may_be_reported(event, stretch)
        elif len(name) > len(event.name):
            event.name, event.words = name, _words(name)
        event.date = event.date or date
        event.spans.append(span)
        if not occasion:
            self._reader.people.read(event.cast, self._view, naming, stretch, self._actors)

    def _verb(self, start: int, end: int, stretch: Stretch, place: int) -> int:
        """An event told by a verb; where it ends in the view, 0 where there is none."""
        told = self._reader.happenings.at(self._view, start, end, stretch, self._things, self._actors)
        span = self._view.span(told.start, told.end) if told is not None else None
        if told is None or span is None:
            return 0
        date = told.date or self._reader.dates.stated(self._view, told.start, told.end, stretch, self._document.date)
        event = self._same_verb(told, date)
        if event is None:
            event = self._new(told.start, told.head, told.name, None, date, place)
        event.date = event.date or date
        event.spans.append(span)
        event.cast.organisers += [name for name in told.actors if name not in event.cast.organisers]
        return told.end

    def _new(
        self, start: int, head: EventHead, name: str, ordinal: str | None, date: str | None, place: int
    ) -> _Gathered:
        event = _Gathered(start, head, name, ordinal, date, place, words=_words(name))
        self._found.append(event)
        return event

    def _may_be_reported(self, event: _Gathered, stretch: Stretch) -> None:
        """Take an event as the one that the text reports on, if its opening or a heading there leads up to it."""
        if self._main is not None or event.head.kind not in _MAIN or not self._opens(event.place):
            return
        self._main = event
        led = self._reader.led.search(self._view.key, max(stretch.start, event.start - 60), event.start)
        same_day = (led or stretch.heading) and self._reader.dates.is_of_the_day(self._view, event.start, stretch)
        if event.date is None and same_day and self._document.metadata.kind == "press-report":
            event.date = self._document.metadata.event_date

    def _opens(self, place: int) -> bool:
        spoken = [s for s in self._document.sentences[:place] if s.block.kind is not BlockKind.BOILERPLATE]
        return len(spoken) < _OPENING

    def _again(self, naming: Naming, stretch: Stretch, plural: bool) -> bool:
        """An event meant again by its first words alone, or by a word for any event; whether one is."""
        event = None if plural else self._meant(naming)
        span = self._view.span(naming.start, naming.end)
        if event is None or span is None:
            return False
        event.spans.append(span)
        event.date = event.date or self._reader.dates.behind(self._view, naming.end, stretch)
        as_event = Naming(naming.start, naming.end, event.head, True)
        self._reader.people.read(event.cast, self._view, as_event, stretch, self._actors)
        return True

    def _told_only(self, naming: Naming, stretch: Stretch, place: int) -> None:
        """An event without a name: it opens a sentence that tells its day and holders ("Hội thảo do … tổ chức")."""
        view, reader = self._view, self._reader
        span = view.span(naming.start, naming.end)
        if span is None or naming.head.kind not in _MAIN or naming.start != stretch.start:
            return
        cast = Cast()
        reader.people.read(cast, view, naming, stretch, self._actors)
        date = reader.dates.stated(view, naming.start, naming.end, stretch, self._document.date)
        if cast.organisers and date is not None:
            name = self._canonical(naming)
            event = self._new(naming.start, naming.head, name, None, date, place)
            event.spans.append(span)
            event.cast = cast

    def _meant(self, naming: Naming) -> _Gathered | None:
        word = self._view.key[naming.start : naming.end].split(" ")[-1]
        alike = [e for e in self._found if e.head.words.casefold().split(" ")[-1] == word and e.head.kind != "occasion"]
        if alike:
            return self._main if self._main in alike else alike[-1]
        general = naming.head is _ANY and naming.end - naming.start > len("chương")
        if naming.head is _ANY:
            return self._main if general and word == "kiện" else None
        if naming.head.kind in _MEETINGS and self._main is not None and self._main.head.kind in _MEETINGS:
            return self._main
        return None

    def _same(self, head: EventHead, name: str, ordinal: str | None, date: str | None) -> _Gathered | None:
        words = _words(name)
        year = named_year(name)
        for event in reversed(self._found):
            numbered = ordinal is not None and ordinal == event.ordinal
            if (ordinal and event.ordinal and not numbered) or not _alike(head, event.head, numbered):
                continue
            other = named_year(event.name)
            if year and other and year != other:
                continue
            filling = self._reader.words.words["filling"]
            if words - filling <= event.words or event.words - filling <= words:
                return event
        return None

    def _same_verb(self, told: Happening, date: str | None) -> _Gathered | None:
        for event in self._found:
            if event.head is told.head:
                same_time = date is not None and event.date == date and told.date is not None
                if event.name == told.name or (same_time and _verb_of(event.name, told.name)):
                    return event
        return None

    def _add_guests(self) -> None:
        """What sentences right behind an event's naming say of its guests: "Cùng dự có …"."""
        sentences = self._document.sentences
        for event in self._found:
            if event.head.kind in _MAIN:
                for sentence in sentences[event.place + 1 : event.place + 1 + _GUESTS]:
                    if sentence.span.start not in self._stretches:
                        stretch = self._stretch(sentence)
                        self._reader.people.goes_on(event.cast, self._view, stretch, self._actors)

    def _canonical(self, naming: Naming) -> str:
        """The name as it would be written alone: a capital first, short forms of bodies written out."""
        text = self._view.text
        pieces: list[str] = []
        done = naming.start
        for actor in self._actors.within(naming.start, naming.end):
            if actor.is_person or text[actor.start : actor.end].isupper():
                continue
            pieces += [text[done : actor.start], actor.name]
            done = actor.end
        words = "".join([*pieces, text[done : naming.end]]).replace("\n", " ").strip()
        return words[0].upper() + words[1:]

    def _whose(self, name: str, head: EventHead, body: str) -> str:
        """The name of a numbered session with the body whose it is: "Phiên họp thứ 3 của Ban Chỉ đạo …"."""
        if body in name:
            return name
        fuller = next((h.words for h in self._reader.words.heads.values() if h.words.startswith(f"{head.words} h")), "")
        return f"{fuller.capitalize() or name[: len(head.words)]}{name[len(head.words) :]} của {body}"

    def _record(self, event: _Gathered) -> Event:
        first, *further = sorted(set(event.spans))
        sentence = self._document.sentence_at(first.start)
        cast, name = event.cast, event.name
        if event.head.other_side and cast.chair is not None and " của " not in name:
            size = len(event.head.words)
            name = f"{name[:size]} của {cast.chair}{name[size:]}"
        if event.head.kind == "session" and event.ordinal is not None and cast.organisers:
            name = self._whose(name, event.head, cast.organisers[0])
        return Event(
            span=first,
            sentence=sentence.span if sentence is not None and first in sentence.span else first,
            rule=f"event/{event.head.kind}",
            certainty="high" if event.head.kind in _MAIN and (event.date or event.ordinal) else "medium",
            name=name,
            date=event.date or _year_borne(event),
            chair=cast.chair,
            organisers=tuple(dict.fromkeys(cast.organisers)),
            participants=tuple(name for name in dict.fromkeys(cast.participants) if name != cast.chair),
            mentions=tuple(further),
        )


_ANY = EventHead("", "again", "", False)


def _alike(one: EventHead, other: EventHead, numbered: bool) -> bool:
    """Whether two heads may begin the name of one event; of one number also "phiên" and "phiên họp"."""
    first, second = one.words.split(" ")[0], other.words.split(" ")[0]
    return one.words == other.words or (numbered and one.kind == other.kind and first == second)


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(lookup_key(name)))


def _verb_of(one: str, other: str) -> bool:
    """Whether two names of assessments have two words in common: the verb."""
    return len(_words(one) & _words(other)) > 1


def _year_borne(event: _Gathered) -> str | None:
    """The year that ends the name of what is held in it: "Ngày hội … năm 2024"; a meeting may look back on it."""
    year = named_year(event.name) if event.head.kind in _IN_THEIR_YEAR and not event.head.needs else None
    return year if year and event.name.endswith(year) else None


def _undated(stretch: Stretch, naming: Naming) -> Stretch:
    """The sentence with only the times inside the name."""
    times = [t for t in stretch.times if naming.start <= t.span.start and t.span.end <= naming.end]
    return Stretch(stretch.start, stretch.end, stretch.heading, times, stretch.actors)
