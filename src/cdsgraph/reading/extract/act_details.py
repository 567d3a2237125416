"""What stands around an act's number or name: the date it was signed, who issued it, its title."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import regex

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View

DAY = (
    r"(?P<day>\d{1,2})\s*(?:/\s*(?P<month>\d{1,2})\s*/\s*|-\s*(?P<month>\d{1,2})\s*-\s*|\.\s*(?P<month>\d{1,2})\s*\.\s*"
    r"|tháng\s+(?P<month>\d{1,2})\s+năm\s+)(?P<year>\d{4})(?!\d)"
)
# ", ngày 22/12/2024", "(03/6/2020)", "ký ngày 18 tháng 5 năm 2016"
_SIGNED = regex.compile(rf"\s*,?\s*\(?\s*(?:(?:ban\s+hành|ký)\s+)?(?:ngày\s+)?{DAY}\s*\)?")
_YEAR = regex.compile(r"\s*,?\s*\(?năm\s+(\d{4})\)?(?!\d)")
_OF = regex.compile(r"\s*,?\s*(?:của|do|(?:được\s+)?ban\s+hành\s+bởi)\s+")
# "Ngày 18/5/2016, Thủ tướng Chính phủ đã ban hành " + number
_WHO = rf"(?:[Nn]gày\s+{DAY}\s*,\s*)?(?P<who>(?:(?![Nn]gày\s\d)[^.;:\n]){{3,140}}?)\s"
_SIGNING = 20  # code points that hold the verb before an act
# Between the issuer and "ban hành": nothing, its term, or the person who signed.
_SIGNER = regex.compile(r"\s*(?:[Kk]h[óo][áa] [IVXL\d]+)?,?\s*(?:(?: ?\p{Lu}\p{Ll}+){2,5})?\s*")
_CLOSING = regex.compile(r"[\"”]")
LONGEST_TITLE = 400  # code points behind an act, within which its title ends
_FARTHEST = 220


@dataclass(frozen=True, slots=True)
class Details:
    """Date (ISO; only a year where no more is printed), issuer, title with its span; `end` of date and issuer."""

    date: str | None
    issuer: str | None
    title: str | None
    title_span: Span | None
    end: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What opens and ends a title, the office before a body, the verb of signing, and all that leads up to an act."""

    title: regex.Pattern[str]
    stop: regex.Pattern[str]
    office: regex.Pattern[str]
    signing: regex.Pattern[str]
    before: regex.Pattern[str]


class DetailReader:
    """Reads details; compiled once."""

    def __init__(self, words: NameWords) -> None:
        groups = {
            use: "|".join(r"\s+".join(map(regex.escape, phrase.split())) for phrase in listed)
            for use, listed in words.act_title_words.items()
        }
        self._patterns = _Patterns(
            title=regex.compile(
                rf"\s*,?\s*(?:[\"“(]\s*)?(?:(?P<strip>{groups['strip']})|(?P<start>{groups['start']}))\s", regex.I
            ),
            stop=regex.compile(rf"[;]|\n\s*\n|\.(?=\s|$)|,\s(?=(?:{groups['stop']})(?![\p{{L}}]))"),
            office=regex.compile(rf"(?:{groups['office']})\s+"),
            signing=regex.compile(rf"(?:{groups['sign']})\s+$"),
            before=regex.compile(rf"{_WHO}(?:(?:{groups['adverb']})\s+)*(?:ký\s+)?(?:{groups['sign']})\s+$"),
        )

    def within(self, document: Document, view: View, bodies: Mapping[int, Found]) -> "DetailsOf":
        """The reader for one document; `bodies` are its named bodies by their start in the view."""
        return DetailsOf(document, view, bodies, self._patterns)


class DetailsOf:
    """Reads the details of one document's acts."""

    def __init__(self, document: Document, view: View, bodies: Mapping[int, Found], patterns: _Patterns) -> None:
        self._document = document
        self._text = document.text
        self._view = view
        self._bodies = bodies
        self._starts = sorted(bodies)
        self._patterns = patterns

    def behind(self, end: int) -> Details:
        """What follows `end`: date and issuer in whichever order they come, then the title."""
        signed: str | None = None
        issuer: str | None = None
        dated = False
        for _ in range(2):
            if not dated and (match := _SIGNED.match(self._text, end)):
                signed, end, dated = iso(match), match.end(), True
            elif not dated and (match := _YEAR.match(self._text, end)):
                signed, end, dated = match[1], match.end(), True
            if issuer is None and (match := _OF.match(self._text, end)) and (body := self._body_at(match.end())):
                issuer, end = body
        title = self._title(end)
        return Details(signed, issuer, None if title is None else " ".join(title.of(self._text).split()), title, end)

    def before(self, start: int) -> tuple[str | None, str | None]:
        """Date and issuer in front of `start`: "Ngày 18/5/2016, Thủ tướng Chính phủ đã ban hành Quyết định …"."""
        sentence = self._document.sentence_at(start)
        floor = max(sentence.span.start if sentence else 0, start - _FARTHEST)
        if floor >= start or not self._patterns.signing.search(self._text, max(floor, start - _SIGNING), start):
            return None, None
        match = self._patterns.before.search(self._text, floor, start)
        if match is None:
            return None, None
        first, last = self._view.at(match.start("who")), self._view.at(match.end("who"))
        near = self._starts[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        issuers = [
            body.name
            for body in (self._bodies[place] for place in near)
            if body.end <= last + 1 and _SIGNER.fullmatch(self._view.text[body.end : last])
        ]
        return (iso(match), issuers[-1]) if issuers else (None, None)

    def _body_at(self, offset: int) -> tuple[str, int] | None:
        """The body named at a place of the text, over "Bộ trưởng" and the like, with the end of its name."""
        office = self._patterns.office.match(self._text, offset)
        for place in (offset, office.end() if office else offset):
            found = self._bodies.get(self._view.at(place))
            span = None if found is None else self._view.span(found.start, found.end)
            if found is not None and span is not None:
                return found.name, span.end
        return None

    def _title(self, end: int) -> Span | None:
        match = self._patterns.title.match(self._text, end)
        if match is None:
            return None
        start = match.end() if match["strip"] else match.start("start")
        sentence = self._document.sentence_at(match.end() - 1)
        limit = min(sentence.span.end if sentence else len(self._text), end + LONGEST_TITLE)
        stop = self._patterns.stop.search(self._text, match.end(), limit)
        last = stop.start() if stop else limit
        if self._text[start] in '"“':
            closed = _CLOSING.search(self._text, start + 1, limit)
            start, last = start + 1, closed.start() if closed else last
        words = self._text[start:last].rstrip(' ,.;)"”\n')
        return Span(start, start + len(words)) if words.strip() else None


def iso(match: regex.Match[str]) -> str | None:
    """The day that `DAY` matched as ISO date; None for a day that no calendar has ("29/18/2018"), or none printed."""
    if match["year"] is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None
