"""By when: dates that a preposition makes a deadline of a verb phrase, and clauses about the deadline alone."""

from bisect import bisect_left
from collections.abc import Sequence

import regex

from cdsgraph.periods import days
from cdsgraph.reading.document import Span
from cdsgraph.reading.periods import Anchor, TimeMention, find
from cdsgraph.reading.taskwords import TaskWords
from cdsgraph.reading.view import lookup_key

_BEFORE = 24
_MOST_ALONE = 14
_DATED = regex.compile(r"\d|(?<!\w)(?:năm|quý|tháng)(?!\w)", regex.IGNORECASE)
_PAST_KINDS = ("same_period",)


class Deadlines:
    """Reads deadlines of one text; what its date must tell comes from `date` (ISO, as precise as known)."""

    def __init__(self, text: str, date: str | None, words: TaskWords) -> None:
        self._text = text
        self._anchor = Anchor.of(date)
        self._words = words
        leads = "|".join(map(regex.escape, sorted(words.deadline_leads, key=len, reverse=True)))
        self._lead = regex.compile(rf"(?<!\w)(?:{leads})(?:\s+(?:ngày|cả|hết|cuối|đầu|là|vào|:))*[\s:]*$")
        horizons = "|".join(map(regex.escape, words.horizons))
        self._horizon = regex.compile(rf"(?<!\w)(?:{horizons})(?:\s+(?:đến|tới))?\s*$")
        self._horizon_next = regex.compile(rf"\s*(?:,|và)?\s*(?:{horizons})(?!\w)")
        binds = "|".join(map(regex.escape, sorted(words.deadline_binds, key=len, reverse=True)))
        self._alone = regex.compile(rf"\W*(?:(?:và|để|phải|cần|dự kiến)\s+)*(?:{binds})(?!\w)")

    def times(self, span: Span) -> list[TimeMention]:
        """The dates and periods in a stretch of the text."""
        if _DATED.search(self._text, span.start, span.end) is None:
            return []
        return find(self._text, self._words.times, self._anchor, span.start, span.end)

    def within(self, span: Span, times: Sequence[TimeMention]) -> str | None:
        """The deadline that a verb phrase states: the last date in it that a preposition or "hoàn thành" leads to."""
        at = bisect_left(times, span.start, key=lambda time: time.span.start)
        found: str | None = None
        for time in times[at:]:
            if time.span.end > span.end:
                break
            if self._leads(span.start, time) and (period := _last(time)) is not None:
                found = period
        return found

    def opening(self, start: int, end: int, times: Sequence[TimeMention]) -> str | None:
        """The deadline in the words before a clause's verb: "Trong quý II/2024, …", "6 tháng cuối năm phải …"."""
        for time in times:
            if start <= time.span.start and time.span.end <= end:
                before = lookup_key(self._text[start : time.span.start])
                leads = self._leads(start, time) or not before.strip(' “"-•')
                if leads and time.use != "from" and (period := _last(time)) is not None and self._ahead(time):
                    return period
        return None

    def alone(self, span: Span, times: Sequence[TimeMention]) -> str | None:
        """The deadline of a clause that says nothing else ("hoàn thành trong quý I/2024"); None where it does."""
        words = span.of(self._text)
        if len(words.split()) > _MOST_ALONE or self._alone.match(lookup_key(words)) is None:
            return None
        inside = [time for time in times if time.span in span]
        return _last(inside[-1]) if inside else None

    def cell(self, span: Span) -> str | None:
        """The deadline in a table's cell or behind a label: its last date."""
        found = [period for time in self.times(span) if (period := _last(time)) is not None]
        return found[-1] if found else None

    def _leads(self, floor: int, time: TimeMention) -> bool:
        if time.kind in (*_PAST_KINDS, "interval") or time.use in ("versus", "as_of"):
            return False
        if self._horizon.search(lookup_key(self._text[max(floor, time.span.start - _BEFORE) : time.span.start])):
            return False
        if self._horizon_next.match(lookup_key(self._text[time.span.end : time.span.end + _BEFORE])):
            return False
        if time.use == "until":
            return True
        if time.use == "from" and time.kind != "day":
            return False
        start = max(floor, time.span.start - _BEFORE)
        before = lookup_key(self._text[start : time.span.start])
        if self._lead.search(before) is not None:
            return True
        words = lookup_key(time.span.of(self._text))
        return words.split(" ")[0] in self._words.deadline_leads

    def _ahead(self, time: TimeMention) -> bool:
        """Whether a period may still lie ahead of the text's date, as far as that is known."""
        if time.period is None or self._anchor.year is None:
            return False
        last = _last(time)
        return last is not None and int(last[:4]) >= self._anchor.year


def _last(time: TimeMention) -> str | None:
    """The period a task must be done in or by; of an interval its end."""
    if time.period is None or time.kind in ("relative", *_PAST_KINDS):
        return None
    period = time.period.rsplit("/", 1)[-1]
    try:
        days(period)
    except ValueError:
        return None
    return period
