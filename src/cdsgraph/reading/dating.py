"""Dates, title and kind of a text that has no record, from its dateline, its head and the periods it reports on."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cdsgraph.reading.layout import LayoutWords, has_marker
from cdsgraph.reading.periods import Anchor, TimeMention, TimeWords, find
from cdsgraph.reading.phrases import Phrases, tokens
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import squeeze

_HEAD_LINES = 30
_MAX_DATELINE = 80
_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}")
_OPENING = 160
_MAX_TITLE = 200
_HALF_A_YEAR = 6
_SENTENCE = re.compile(r"[^\n.]+(?:\.(?=\d)[^\n.]+)*")


@dataclass(frozen=True, slots=True)
class DatingWords:
    """Time words, role words and the marks of genres and of furniture."""

    times: TimeWords
    phrases: Phrases
    marks: tuple[tuple[str, str, str], ...]
    layout: LayoutWords

    @classmethod
    def load(cls, folder: Path) -> "DatingWords":
        """The lists of `folder`; raises RulesError where one is missing or malformed."""
        rows = read_table(folder, "genre_marks", ("mark", "kind", "place"))
        words = QuantityWords.load(folder)
        marks = tuple((row["mark"], row["kind"], row["place"]) for row in rows)
        return cls(words.times, words.phrases, marks, LayoutWords.load(folder))


class Dating:
    """Reads the head of one text; `told` is the day of publication that its file states outside the text."""

    def __init__(self, text: str, words: DatingWords, told: str | None = None) -> None:
        self._text = text
        self._words = words
        self._told = told
        self._lines = [squeeze(line) for line in text.split("\n") if line.strip()][:_HEAD_LINES]

    def dates(self) -> tuple[str | None, str | None, str | None]:
        """Date of the event, date of publication, and how they are known; each None where the text does not say."""
        dateline, stated = self._dateline(), "printed date line"
        if self._told is not None and self._told.startswith(dateline or ""):
            dateline, stated = self._told, "metadata of the file"
        opening = self._opening()
        if opening is not None and opening.period is not None:
            return opening.period, dateline or opening.period[:7], "day, month and year at the start of the text"
        if dateline is not None and opening is None:
            return (dateline if len(dateline) == 10 else None), dateline, stated
        if opening is not None:
            year = int(dateline[:4]) if dateline else self.reported_year()
            if year is not None:
                event = self._in_year(opening, year)
                if event and dateline and dateline[5:] and int(event[5:7]) - int(dateline[5:7]) > _HALF_A_YEAR:
                    event = self._in_year(opening, year - 1)  # told in January of a day in December
                how = stated if dateline else "day and month in the text; year from the periods it reports on"
                return event, dateline or (event or "")[:7] or None, how
        return None, dateline, stated if dateline else None

    def kind(self) -> str:
        """The kind of source: an act by its head with number or grounds, a report, a news report, else an article."""
        signs = any(
            line.startswith(mark) for mark, _, place in self._words.marks if place in ("number", "ground")
            for line in self._lines
        )  # fmt: skip
        for line in self._lines:
            for mark, kind, place in self._words.marks:
                capital = line.isupper() and line.startswith(mark)
                if capital and (place == "alone" or (place == "head" and signs)):
                    return kind
        for mark, kind, place in self._words.marks:
            if place == "title" and self._lines and self._lines[0].startswith(mark + " "):
                return kind
        byline = any(len(line) <= _MAX_DATELINE and _CLOCK.search(line) and self._times(line) for line in self._lines)
        return "press-report" if byline or self._opening() is not None else "article"

    def title(self) -> str | None:
        """The first line, where it is a heading and longer lines follow."""
        if len(self._lines) < 2:
            return None
        for line in self._lines[: min(3, len(self._lines) - 1)]:
            other = line[-1] in ".!?…:;," or line.isupper() or has_marker(line) or self._times(line)
            if not other and 20 <= len(line) <= _MAX_TITLE:
                return line
            if len(line) > _MAX_TITLE:
                return None
        return None

    def reported_year(self) -> int | None:
        """The latest year of which the text reports what was reached; sentences with aims do not count."""
        latest: int | None = None
        for sentence in _SENTENCE.finditer(self._text):
            if not any(char.isdigit() for char in sentence[0]):
                continue
            years = [
                int(time.period[:4])
                for time in find(self._text, self._words.times, Anchor(), sentence.start(), sentence.end())
                if time.period and time.use in ("at", "as_of") and time.kind != "interval"
            ]
            if years and self._reports(sentence.start(), sentence.end()):
                latest = max([*years, latest or 0])
        return latest

    def _reports(self, start: int, end: int) -> bool:
        spoken = tokens(self._text, start, end)
        reached = False
        for index in range(len(spoken)):
            found = self._words.phrases.longest(spoken, index)
            if found is None:
                continue
            roles = {value for label, value in found[1].items() if label.startswith("role_")}
            if roles & {"target", "forecast", "plan"}:
                return False
            reached = reached or "observed" in roles or "change" in found[1] or "share" in found[1]
        return reached

    @cached_property
    def _first(self) -> list[TimeMention]:
        return find(self._text, self._words.times, Anchor(), 0, min(len(self._text), _OPENING))

    def _opening(self) -> TimeMention | None:
        """The day with which the text opens ("Ngày 11/7, …", "Chiều 28/12, …"), with its year if it is printed."""
        for mention in self._first:
            if mention.kind != "day":
                continue
            start = mention.span.start
            line = self._text.rfind("\n", 0, start) + 1
            before = squeeze(self._text[line:start])
            opens = not before or before in {mark for mark, _, place in self._words.marks if place == "news"}
            after_dateline = any(other.span.end <= start and other.kind == "month" for other in self._first)
            if opens or after_dateline:
                return mention
        return None

    def _in_year(self, opening: TimeMention, year: int) -> str | None:
        dated = find(self._text, self._words.times, Anchor(year), 0, min(len(self._text), _OPENING))
        return next((mention.period for mention in dated if mention.span == opening.span), None)

    def _dateline(self) -> str | None:
        """A printed date: "Hoàng Linh 12/06/2023 16:50", "date 2023-10", "Hà Nội, ngày 03 tháng 6 năm 2020"."""
        for line in self._lines:
            if len(line) > _MAX_DATELINE or line.endswith((".", ";")):
                continue
            if times := self._times(line):
                return times[0].period
        for mention in self._first:
            if (
                mention.kind in ("month", "day")
                and mention.period
                and re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", mention.span.of(self._text))
            ):
                return mention.period
        return None

    def _times(self, line: str) -> list[TimeMention]:
        return [time for time in find(line, self._words.times, Anchor()) if time.kind == "day" and time.period]
