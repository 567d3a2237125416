"""When an event takes place: the date that stands before or behind its name, or the day the text reports on."""

import regex

from cdsgraph.reading.event_words import EventWords
from cdsgraph.reading.extract.event_names import Stretch
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.view import View

_YEAR = regex.compile(r"(?:19|20)\d{2}")
_BREAK = regex.compile(r"[;:]\s")
_NEAR = 40
_FULL = len("2023-06-05")
_USES = ("at", "from")


class EventDates:
    """Dates events; compiled once."""

    def __init__(self, words: EventWords) -> None:
        groups = words.groups
        self._gap = regex.compile(rf"(?:[\s,(]|(?<!\w)(?:{groups['dating']}|{groups['part_of_day']})(?!\w))*")
        self._dated = regex.compile(rf"(?<!\w){groups['dating']} $")
        self._year_is = regex.compile(
            rf"(?<!\w)năm ({_YEAR.pattern}) (?:{groups['theme_link']}|{groups['theme_named']}) $"
        )
        self._held = regex.compile(rf"(?<!\w){groups['hold']} ")
        self._planned = regex.compile(rf"(?<!\w){groups['planned']}(?!\w)")
        self._today = regex.compile(rf"(?<!\w){groups['today']}(?!\w)")

    def stated(self, view: View, start: int, end: int, stretch: Stretch, today: str | None) -> str | None:
        """The date (ISO 8601 reduced) that a sentence gives to an event named at `start` to `end`, if any."""
        behind = self.behind(view, end, stretch)
        if behind is not None:
            return behind
        for time in reversed(stretch.times):
            if time.span.end <= start and self._is_day(time) and not _BREAK.search(view.text, time.span.end, start):
                return time.period
        for time in reversed(stretch.times):
            if time.span.end <= start and time.kind in ("month", "quarter") and time.use == "at":
                near = start - time.span.end <= _NEAR and self._held.search(view.key, time.span.end, start)
                return time.period if near else None
        for at, time in enumerate(stretch.times):
            if time.span.start >= end and (run := self._run(view, stretch, at)):
                return run
            if time.span.start >= end and self._is_day(time) and not _BREAK.search(view.text, end, time.span.start):
                return time.period
        for time in stretch.times:
            if time.kind == "month" and time.use == "at" and time.span.start >= end and time.period is not None:
                clause = not _BREAK.search(view.text, end, time.span.start)
                return time.period if clause and self._dated.search(view.key, end, time.span.start) else None
        if today is not None and len(today) == _FULL and self._today.search(view.key, stretch.start, stretch.end):
            return today
        return self._inside(view, start, end, stretch)

    def is_of_the_day(self, view: View, start: int, stretch: Stretch) -> bool:
        """Whether nothing in a sentence speaks against an event's taking place on the day the text reports on."""
        timed = any(time.kind in ("day", "month", "quarter") for time in stretch.times)
        return not timed and self._planned.search(view.key, stretch.start, start) is None

    def declared(self, view: View, start: int, stretch: Stretch) -> str | None:
        """The year that is given a name there: "năm 2023 là Năm …"."""
        match = self._year_is.search(view.key, stretch.start, start)
        return match[1] if match else None

    def behind(self, view: View, end: int, stretch: Stretch) -> str | None:
        """The date that follows with nothing but words of dating between."""
        for at, time in enumerate(stretch.times):
            if time.span.start >= end:
                near = time.use in _USES and time.kind != "same_period"
                if not near or self._gap.fullmatch(view.key, end, time.span.start) is None:
                    return None
                return self._run(view, stretch, at) or time.period
        return None

    def _run(self, view: View, stretch: Stretch, at: int) -> str | None:
        """The days from a first to a last one: "từ ngày 5/6 đến 7/6" as 2024-06-05/2024-06-07."""
        if at + 1 >= len(stretch.times):
            return None
        first, last = stretch.times[at : at + 2]
        if first.kind != "day" or last.kind != "day" or first.use != "from" or last.use != "until":
            return None
        near = self._gap.fullmatch(view.key, first.span.end, last.span.start) is not None
        known = first.period is not None and last.period is not None and first.period < last.period
        return f"{first.period}/{last.period}" if near and known else None

    def _is_day(self, time: TimeMention) -> bool:
        return time.kind == "day" and time.use == "at" and time.period is not None

    def _inside(self, view: View, start: int, end: int, stretch: Stretch) -> str | None:
        """A day printed in the name, of the year in the name: "Ngày Chuyển đổi số quốc gia (10-10) năm 2023"."""
        inside = [time for time in stretch.times if start <= time.span.start and time.span.end <= end]
        day = next((time.period for time in inside if time.kind == "day" and time.period), None)
        year = _YEAR.search(view.text, start, end)
        return f"{year[0]}{day[4:]}" if day and year else day


def named_year(words: str) -> str | None:
    """The year that a name bears: "Năm Dữ liệu số quốc gia 2023"."""
    match = _YEAR.search(words)
    return match[0] if match else None
