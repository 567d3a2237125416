"""Where a text names events: "phiên họp thứ 7 của Ủy ban …", "Lễ khai trương …", or only "Hội nghị", meant before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from cdsgraph.reading.event_words import EventHead, EventWords
from cdsgraph.reading.extract.actors import Actor
from cdsgraph.reading.extract.extents import WORD
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.view import View

_MOST_WORDS = 32
_ORDINAL = regex.compile(r"(?: lần)?(?: thứ (?:\w+)| (?i:\d{1,3}|[IVXL]+)(?= |$|[.,;:]))")
_NUMBERED = regex.compile(r" (?:lần |thứ )")
_BRACKET = regex.compile(r" \(\d{1,2}[-/]\d{1,2}\)")
_DAY = regex.compile(r" \d{1,2}[/-]\d{1,2}(?!\d)")
_QUOTE = regex.compile(r":? ?(?:“[^“”\n]{3,300}”|\"[^\"\n]{3,300}\"|«[^«»\n]{3,300}»)")
_CAPITAL = regex.compile(r" \p{Lu}\p{Ll}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One sentence in the view with what stands in it: times, and persons and bodies by their starts."""

    start: int
    end: int
    heading: bool
    times: Sequence[TimeMention]
    actors: dict[int, Actor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Naming:
    """An event named or, if `bare`, meant again; `purpose`: its name says what it is held for."""

    start: int
    end: int
    head: EventHead
    bare: bool
    ordinal: str | None = None
    purpose: bool = False


class EventNames:
    """Finds the names of events; compiled once."""

    def __init__(self, words: EventWords) -> None:
        self._words = words
        groups = words.groups
        self._not_before = regex.compile(rf"(?<!\w){groups['not_before']} $")
        self._dating = regex.compile(rf" (?:{groups['part_of_day']}|{groups['dating']}|năm)(?= |$)")
        self._term = regex.compile(rf",? {groups['term']} (?:\d+|[ivxl]+)(?:\s?[-–]\s?\d+)?(?!\w)")

    def at(self, view: View, start: int, end: int, head: EventHead, stretch: Stretch, plural: bool) -> Naming | None:
        """What a head at `start` to `end` names; None for a class of events or a thing of another kind."""
        surface = view.text[start:end]
        if plural or (surface.isupper() and len(surface) > 1):
            return None
        if self._not_before.search(view.key, max(stretch.start, start - 20), start):
            return None
        if head.kind == "occasion":
            return self._occasion(view, start, end, head, stretch)
        whole = stretch.actors.get(start)
        if whole is not None and whole.end > end:
            return Naming(start, whole.end, head, False, purpose=True)
        tail = _Tail(view, self._words, head, stretch, self._dating, self._term)
        last = tail.end(end)
        if last == end:
            return Naming(start, end, head, True)
        if not tail.specific or (head.needs == "ordinal" and tail.ordinal is None):
            return None
        if head.needs in ("purpose", "feast") and tail.opening not in self._words.words[head.needs]:
            return None
        return Naming(start, last, head, False, tail.ordinal, tail.purpose)

    def _occasion(self, view: View, start: int, end: int, head: EventHead, stretch: Stretch) -> Naming | None:
        """A day, week or year with a name: "Ngày Chuyển đổi số quốc gia", "Năm Dữ liệu số quốc gia 2023"."""
        first = end + 1
        if view.text[start:end] != head.words or not _CAPITAL.match(view.text, end) or first in stretch.actors:
            return None
        if any(time.span.start in (start, first) for time in stretch.times):
            return None
        tail = _Tail(view, self._words, head, stretch, self._dating, self._term)
        last = tail.end(end)
        return Naming(start, last, head, False) if tail.count >= 3 else None


class _Tail:
    """Walks from a head's end over the words that belong to the name, noting what makes it specific."""

    def __init__(
        self,
        view: View,
        words: EventWords,
        head: EventHead,
        stretch: Stretch,
        dating: regex.Pattern[str],
        term: regex.Pattern[str],
    ) -> None:
        self._view = view
        self._words = words
        self._head = head
        self._stretch = stretch
        self._dating = dating
        self._term = term
        self._times = {time.span.start: time for time in stretch.times}
        self.count = 0
        self.ordinal: str | None = None
        self.opening = ""
        self.purpose = self.specific = self._closed = False

    def end(self, start: int) -> int:
        """Where the name is over; `start` itself where nothing belongs to it."""
        text, key = self._view.text, self._view.key
        place = good = start
        about = 0
        after_purpose = False
        while self.count < _MOST_WORDS and place < self._stretch.end:
            if (jump := self._whole(place)) is not None:
                place = good = jump
                self.count += 1
                after_purpose = False
                continue
            if text.startswith(", ", place):
                body = self._stretch.actors.get(place + 2)
                if self._head.kind == "session" and self.ordinal and self.count == 1 and body and not body.is_person:
                    place = good = body.end  # "kỳ họp thứ 9, Quốc hội khóa XV"
                    continue
                if not self._goes_on(place + 1, after_purpose):
                    break
                place += 1
                continue
            match = WORD.match(text, place)
            if match is None or match.end() > self._stretch.end:
                break
            word = key[match.start(1) : match.end(1)]
            purpose = self._purpose(match.start(1), word)
            if purpose is None and self._stops(match.start(1), word):
                break
            if purpose is not None:
                self.purpose = after_purpose = True
                if self.count == 0:
                    self.opening = key[match.start(1) : purpose]
                place = good = purpose
                self.count += 1
                continue
            scope = self._words.scopes.at(key, match.start(1), word)
            self.specific = self.specific or scope is not None
            about = 1 if word in self._words.words["about"] else about + 1 if about else 0
            named = match[1][0].isupper() or self._head.kind == "campaign"
            self.specific = (
                self.specific or about > 2 or named or (self.purpose and word not in self._words.words["loose"])
            )
            self.specific = self.specific or (self._head.other_side and word == "với")
            after_purpose = False
            place, self.count = match.end(), self.count + 1
            good = place if word not in self._words.words["loose"] else good
        return good

    def _whole(self, place: int) -> int | None:
        """The end of what is taken as one piece: an ordinal, a date in brackets, a quotation, a body, a year."""
        text = self._view.text
        if self.ordinal is None and self.count < 6 and (_NUMBERED.match(text, place) or self.count == 0):
            match = _ORDINAL.match(text, place)
            if match is not None and match.end() <= self._stretch.end and place + 1 not in self._times:
                self.ordinal = match[0].casefold().split(" ")[-1]
                self.specific = True
                return int(match.end())
        if self.ordinal is not None and (match := self._term.match(self._view.key, place)):
            self._closed = True
            return int(match.end())
        if match := _BRACKET.match(text, place):
            return int(match.end())
        if (self.count <= 3 or self._head.kind != "session") and (match := _QUOTE.match(text, place)):
            before = self._view.key[max(0, place - 16) : place]
            mottoes = self._words.words["theme"] | self._words.words["motto"]
            if match.end() <= self._stretch.end and not before.endswith(tuple(mottoes)):
                self.specific = True
                return int(match.end())
        actor = self._stretch.actors.get(place + 1)
        if actor is not None and text.startswith(" ", place) and not actor.is_person:
            self.specific = True
            return actor.end
        time = self._times.get(place + 1)
        if time is not None and time.kind not in ("day", "relative") and text.startswith(" ", place):
            self.specific = self.specific or self.count > 0 or self._head.kind == "session"
            return time.span.end
        return None

    def _purpose(self, start: int, word: str) -> int | None:
        """The end of a word for a purpose; what also tells the course of a meeting ("khai mạc") only ends a name."""
        purpose = self._words.purposes.at(self._view.key, start, word)
        over = self._words.ends.at(self._view.key, start, word)
        return purpose if over is None or self._head.needs == "purpose" or (purpose or 0) > over else None

    def _stops(self, start: int, word: str) -> bool:
        key = self._view.key
        if self._closed and word in self._words.words["about"]:
            return True
        other_side = word == "với" and (self._head.other_side or self._may_be_joined(start + len(word)))
        if not other_side and self._words.ends.at(key, start, word) is not None:
            return not self._explains(start, word)
        actor = self._stretch.actors.get(start)
        if actor is not None or start in self._times:
            return True
        match = self._dating.match(key, start - 1)
        if match is not None and (self._time_near(match.end()) or _DAY.match(key, match.end())):
            return True
        if word == "và":
            after = WORD.match(key, start + len(word))
            return after is None or self._words.ends.at(key, after.start(1), after[1]) is not None
        return False

    def _may_be_joined(self, place: int) -> bool:
        """Whether "với" names those who join a meeting that has no other name yet: "hội nghị trực tuyến với …"."""
        if self._head.kind != "meeting" or self.specific or not self.count:
            return False
        match = WORD.match(self._view.key, place)
        two = WORD.match(self._view.key, match.end()) if match is not None else None
        after = {match[1], f"{match[1]} {two[1] if two else ''}"} if match is not None else set()
        return bool(after) and not after & self._words.words["not_side"]

    def _explains(self, start: int, word: str) -> bool:
        """Whether "để", "nhằm" say what a meeting is for that has no other name yet: "hội nghị toàn quốc để …"."""
        return word in self._words.words["aim"] and 0 < self.count <= 4 and not self.purpose and self.ordinal is None

    def _time_near(self, place: int) -> bool:
        return any(place <= start <= place + 8 for start in self._times)

    def _goes_on(self, place: int, after_purpose: bool) -> bool:
        """Whether a name goes on behind a comma: with a further purpose ("biểu dương, tôn vinh …")."""
        match = WORD.match(self._view.key, place)
        if match is None or not self.purpose:
            return False
        another = self._words.purposes.at(self._view.key, match.start(1), match[1]) is not None
        return another and (after_purpose or self._head.kind != "session")
