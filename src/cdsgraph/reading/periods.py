"""Dates and periods in running text, as ISO 8601 reduced periods; what is left unsaid comes from the text's date.

`find` gives each mention with its span and with how it is used: as the time of a figure, as a deadline, as the day
figures are counted up to, or as what is compared with.
"""

import re
from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cdsgraph.periods import days
from cdsgraph.reading.document import Span
from cdsgraph.reading.openings import DIGITS, Openings
from cdsgraph.reading.wordlists import read_table, whole_number

Use = Literal["at", "until", "as_of", "from", "versus"]

_LEADING: tuple[Use, ...] = ("versus", "as_of", "until", "from")  # those that words before a mention tell

_Y = r"(?:19|20)\d{2}"
_LEAP_DAY = rf"({_Y})-02-29"
_BRACKET = re.compile(r"\((?=\d)")
_DASH = r"\s{0,2}\\?[-–—]\s{0,2}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date a text speaks from, as precise as known; it fills in what a mention leaves out."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, date: str | None) -> "Anchor":
        """From YYYY, YYYY-MM or YYYY-MM-DD."""
        parts = [int(part) for part in date.split("-")] if date else []
        return cls(*parts[:3])

    @property
    def now(self) -> str | None:
        """The month, or at least the year, of the text."""
        if self.year is None:
            return None
        return f"{self.year}-{self.month:02}" if self.month else f"{self.year}"


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A date or period in the text: span, ISO period (None where the text's date is needed and unknown), its use.

    `kind` is day, month, quarter, half, year, interval, relative or same_period (the like period of another year,
    whose year stands in `period` or follows from the figure's own); `shift` is that year's distance if relative.
    """

    span: Span
    period: str | None
    kind: str
    use: Use = "at"
    shift: int | None = None


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Month, quarter and relative-time words, compiled; `openings` finds where a mention may begin.

    `years` are the words behind "năm" that name a year by its distance, `lead` finds what stands before a mention and
    tells its use: "so với ", "tính đến hết ngày ", "đến ", "từ ".
    """

    numbers: dict[tuple[str, str], int]
    relative: dict[str, str]
    years: dict[str, int]
    pattern: re.Pattern[str]
    lead: re.Pattern[str]
    openings: Openings

    @classmethod
    def load(cls, folder: Path) -> "TimeWords":
        """The lists `month_words`, `time_words`, `time_heads` and `time_context`.

        Raises RulesError where one is missing or malformed.
        """
        numbers = {
            (row["kind"], row["word"].casefold()): whole_number(row["number"], folder, "month_words")
            for row in read_table(folder, "month_words", ("word", "number", "kind"))
        }
        relative = {row["phrase"]: row["value"] for row in read_table(folder, "time_words", ("phrase", "value"))}
        years = {
            phrase.removeprefix("năm "): whole_number(value.removeprefix("year:"), folder, "time_words")
            for phrase, value in relative.items()
            if phrase.startswith("năm ") and value.startswith("year:")
        }
        head_rows = read_table(folder, "time_heads", ("word", "day"))
        heads = {row["word"].casefold() for row in head_rows}
        heads |= {phrase.split()[0].casefold() for phrase in relative}
        around: dict[tuple[str, str], list[str]] = {}
        for row in read_table(folder, "time_context", ("words", "use", "part")):
            around.setdefault((row["use"], row["part"]), []).append(row["words"])
        pattern = _pattern(
            _either(word for kind, word in numbers if kind == "month"),
            _either(word for kind, word in numbers if kind == "quarter"),
            _either(word for kind, word in numbers if kind == "count"),
            _either(relative),
            _either(years),
            _either(row["word"] for row in head_rows if row["day"] == "yes"),
            _either(around.get(("interval", "lead"), ())),
            _either(around.get(("span", "after"), ())),
        )
        return cls(numbers, relative, years, pattern, _lead(around), Openings(heads, DIGITS, _BRACKET))


def find(text: str, words: TimeWords, anchor: Anchor, start: int = 0, end: int | None = None) -> list[TimeMention]:
    """The time mentions of a stretch of text, in order, none overlapping another."""
    found: list[TimeMention] = []
    limit = len(text) if end is None else end
    position = start
    for opening in words.openings.within(text, start, limit):
        if opening < position:
            continue
        match = words.pattern.match(text, opening, limit)
        mention = _mention(match, words, anchor) if match is not None else None
        if mention is not None and _stands_alone(text, start, mention):
            found.append(replace(mention, use=_use(text, start, mention, words)))
            position = mention.span.end
    return found


def _stands_alone(text: str, floor: int, mention: TimeMention) -> bool:
    """Whether a lone "hiện" is the adverb: at the head of a clause, not the second half of a word ("thực hiện")."""
    words = mention.span.of(text)
    if mention.kind != "relative" or " " in words or words.istitle():
        return True
    before = text[floor : mention.span.start].rstrip()
    return not before or before[-1] in ',.;:(“"–-'


def shifted(period: str, years: int) -> str:
    """The like period some years later: "2025-Q1" and -1 make "2024-Q1", 29 February the last day of February."""
    return re.sub(_LEAP_DAY, _that_is, re.sub(_Y, lambda m: str(int(m[0]) + years), period))


def _that_is(leap_day: re.Match[str]) -> str:
    return leap_day[0] if isleap(int(leap_day[1])) else f"{leap_day[1]}-02-28"


def _either(phrases: Iterable[str]) -> str:
    """A pattern for one of the phrases, the longest first, with any white space between words."""
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True))


def _lead(around: dict[tuple[str, str], list[str]]) -> re.Pattern[str]:
    parts = (
        rf"(?P<{use}>(?:{_either(around.get((use, 'lead'), ()))})\s+"
        rf"(?:(?:{_either(around.get((use, 'between'), ()))})\s+)*)$"
        for use in _LEADING
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE)


def _pattern(
    month: str, quarter: str, count: str, now: str, year: str, day_lead: str, interval_lead: str, span_after: str
) -> re.Pattern[str]:
    parts = (
        # cùng kỳ năm 2024 · cùng kỳ năm trước · CK 2024
        rf"(?P<same>(?:so\s+với\s+)?(?:cùng\s+kỳ|(?-i:CK))(?:\s+(?:năm\s+)?(?P<same_y>{_Y})|\s+năm\s+(?P<same_rel>{year}))?)",
        # ngày 22 tháng 12 năm 2024
        rf"(?P<long>(?:ngày\s+)?(?P<long_d>\d{{1,2}})\s+tháng\s+(?P<long_m>\d{{1,2}}|{month})\s+năm\s+(?P<long_y>{_Y}))",
        # 14-15/5/2025 · từ ngày 14 đến 15/5
        rf"(?P<days>(?P<days_w>(?:từ\s+)?(?:các\s+)?ngày\s+)?(?<![\d.,/])(?P<days_a>\d{{1,2}})"
        rf"(?:{_DASH}|\s+(?:đến|và)\s+(?:ngày\s+)?)(?P<days_b>\d{{1,2}})\s?/\s?(?P<days_m>\d{{1,2}})"
        rf"(?:\s?/\s?(?P<days_y>{_Y})(?!\d)|(?<=\d)(?(days_w)(?![\d/])|(?!))))",
        # ngày 5 hằng tháng
        r"(?P<monthly>ngày\s+\d{1,2}\s+(?:của\s+)?(?:hằng|hàng|mỗi)\s+(?:tháng|quý))",
        # 12/6/2023 · 05-09-2022
        rf"(?P<day>(?:ngày\s+)?(?<![\d.,/])(?P<day_d>\d{{1,2}})(?P<day_sep>\s?[/.-]\s?)(?P<day_m>\d{{1,2}})(?:\s?[/.-]\s?)(?P<day_y>{_Y})(?!\d))",
        # 2023-10-28 · 2023-10
        rf"(?P<iso>(?<![\d.,/-])(?P<iso_y>{_Y})-(?P<iso_m>0[1-9]|1[0-2])(?:-(?P<iso_d>\d{{2}}))?(?![\d/-]))",
        # 6 tháng cuối năm 2023 · chín tháng đầu năm
        rf"(?P<part>(?P<part_n>\d{{1,2}}|{count})\s+tháng\s+(?P<part_w>đầu|cuối)"
        rf"(?:\s+(?:của\s+)?năm(?:\s+(?P<part_y>{_Y})|\s+(?P<part_rel>{year}))?)?)",
        r"(?P<halfyear>nửa\s+(?P<half_w>đầu|cuối)\s+năm"
        rf"(?:\s+(?P<half_y>{_Y})|\s+(?P<half_rel>{year}))?)",
        # 6 tháng qua · 3 năm qua · 5 năm tới
        rf"(?P<span>(?:\d{{1,2}}|{count})\s+(?:tháng|năm|quý|tuần|ngày)\s+(?:{span_after})(?!\w|\s+đó))",
        # quý II/2024 · Quý II năm 2023 · quý I · Q1/2024
        rf"(?P<quarter>(?:quý\s+(?P<quarter_n>{quarter}|[1-4])|(?-i:Q)(?P<quarter_d>[1-4]))(?![\w/]*\d{{5}})(?!\w)"
        rf"(?:(?:\s?[/,-]\s?|\s+năm\s+|\s+)(?P<quarter_y>{_Y})(?!\d|[./]\d)|\s+năm\s+(?P<quarter_rel>{year}))?)",
        # tháng 7 - 9 · tháng 7-9/2023
        rf"(?P<months>tháng\s+(?P<months_a>\d{{1,2}})(?:{_DASH}|\s+đến\s+(?:tháng\s+)?)(?P<months_b>\d{{1,2}})(?!\d|[.,]\d|\s{{0,2}}%)"
        rf"(?:(?:/|\s+năm\s+)(?P<months_y>{_Y}))?)",
        # tháng 6 · tháng 5/2022 · tháng Tư năm 2025 · T4/2025
        rf"(?P<month>(?:(?<!\d\s)(?<!\d)tháng\s+(?P<month_n>\d{{1,2}}(?![\d.,]*\d|\s{{0,2}}%)|{month})(?!\w)|(?-i:T)(?P<month_t>\d{{1,2}})(?=/))"
        rf"(?:(?:\s?[/-]\s?|\s+năm\s+)(?P<month_y>{_Y})(?!\d)|\s+năm\s+(?P<month_rel>{year}))?)",
        # 5/2022
        rf"(?P<monthyear>(?<![\d.,/])(?P<my_m>0?[1-9]|1[0-2])/(?P<my_y>{_Y})(?![\d/]))",
        # ngày 11/7 · chiều 28/12 · Ngày 10-10 · từ 10/6 sang 15/6 · (10-10)
        rf"(?P<daymonth>(?P<dm_w>(?:{day_lead}|,)\s+|\()(?P<dm_d>0?[1-9]|[12]\d|3[01])\s?[/-]\s?"
        r"(?P<dm_m>0?[1-9]|1[0-2])(?![\d.,]*[\d%]|\s?[/-]\s?\d))",
        # từ năm 2018 đến nay · từ năm 2020 đến năm 2025 · giai đoạn 2021 – 2025 · 2020- 2022
        rf"(?P<since>(?:kể\s+)?từ\s+(?:đầu\s+|cuối\s+)?(?:năm\s+)?(?P<since_y>{_Y})\s+(?:cho\s+)?đến\s+nay)",
        rf"(?P<years>(?:(?:{interval_lead})\s+)?(?:(?:các\s+)?năm\s+)?(?<![\d.,/])(?P<years_a>{_Y})"
        rf"(?:{_DASH}|\s+(?:đến|tới)\s+(?:năm\s+)?)(?P<years_b>{_Y})(?![\d/]|[.,]\d))",
        rf"(?P<pair>năm\s+(?P<pair_a>{_Y})\s+và\s+(?:năm\s+)?(?P<pair_b>{_Y})(?![\d/]|[.,]\d))",
        # năm 2025 · trong 2024
        rf"(?P<year>năm\s+(?P<year_y>{_Y})(?![\d/]|[.,]\d))",
        rf"(?P<bare>(?<![\d.,/\w])(?P<bare_y>{_Y})(?![\d/%]|[.,]\d|\s{{0,2}}%))",
        rf"(?P<relative>(?<!\w)(?:{now})(?!\w))",
    )  # fmt: skip
    return re.compile("|".join(parts), re.IGNORECASE)


def _mention(match: re.Match[str], words: TimeWords, anchor: Anchor) -> TimeMention | None:
    whole = match.lastgroup or ""  # the group around the whole alternative closes last
    period, label, shift = _READERS[whole](match, words, anchor)
    if label == "none":
        return None
    start = match.start()
    if whole == "daymonth" and not match["dm_w"].lower().startswith("ngày"):
        start = match.start("dm_d")
    if period is not None and label != "same_period":
        try:
            days(period)
        except ValueError:
            return None
    return TimeMention(Span(start, match.end()), period, label, shift=shift)


_Read = tuple[str | None, str, int | None]
_BAD: _Read = (None, "none", None)


def _year_of(match: re.Match[str], unit: str, words: TimeWords, anchor: Anchor) -> int | None:
    """The year printed with a part of a year (`unit` names its groups), or the one that its words are away."""
    if match[f"{unit}_y"]:
        return int(match[f"{unit}_y"])
    if match[f"{unit}_rel"] and anchor.year is not None:
        return anchor.year + words.years[_spaced(match[f"{unit}_rel"])]
    return anchor.year


def _same(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    if match["same_y"]:
        return match["same_y"], "same_period", None
    return None, "same_period", -1


def _long(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    month = _number(match["long_m"], "month", words)
    return f"{match['long_y']}-{month:02}-{int(match['long_d']):02}", "day", None


def _day(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return f"{match['day_y']}-{int(match['day_m']):02}-{int(match['day_d']):02}", "day", None


def _iso(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    if match["iso_d"]:
        return f"{match['iso_y']}-{match['iso_m']}-{match['iso_d']}", "day", None
    return f"{match['iso_y']}-{match['iso_m']}", "month", None


def _part(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    count = _number(match["part_n"], "count", words)
    year = _year_of(match, "part", words, anchor)
    if not 1 <= count <= 11:
        return _BAD
    if year is None:
        return None, "half", None
    first = match["part_w"].lower() == "đầu"
    if count == 6:
        return f"{year}-H{1 if first else 2}", "half", None
    bounds = (1, count) if first else (13 - count, 12)
    return f"{year}-{bounds[0]:02}/{year}-{bounds[1]:02}", "interval", None


def _halfyear(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    year = _year_of(match, "half", words, anchor)
    return (f"{year}-H{1 if match['half_w'].lower() == 'đầu' else 2}" if year else None), "half", None


def _span(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return None, "relative", None


def _quarter(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    number = _number(match["quarter_n"] or match["quarter_d"], "quarter", words)
    year = _year_of(match, "quarter", words, anchor)
    return (f"{year}-Q{number}" if year else None), "quarter", None


def _months(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    first, last = int(match["months_a"]), int(match["months_b"])
    year = int(match["months_y"]) if match["months_y"] else anchor.year
    if not 1 <= first < last <= 12:
        return _BAD
    return (f"{year}-{first:02}/{year}-{last:02}" if year else None), "interval", None


def _month(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    number = _number(match["month_n"] or match["month_t"], "month", words)
    if not 1 <= number <= 12 or (match["month_t"] and not match["month_y"]):
        return _BAD
    year = _year_of(match, "month", words, anchor)
    return (f"{year}-{number:02}" if year else None), "month", None


def _monthyear(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return f"{match['my_y']}-{int(match['my_m']):02}", "month", None


def _daymonth(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    year = anchor.year
    return (f"{year}-{int(match['dm_m']):02}-{int(match['dm_d']):02}" if year else None), "day", None


def _monthly(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return None, "day", None


def _days(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    year = match["days_y"] or anchor.year
    if not year:
        return None, "interval", None
    first, last = (f"{year}-{int(match['days_m']):02}-{int(match[day]):02}" for day in ("days_a", "days_b"))
    return f"{first}/{last}", "interval", None


def _since(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    first = int(match["since_y"])
    return (f"{first}/{anchor.year}" if anchor.year and anchor.year >= first else None), "interval", None


def _years(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return f"{match['years_a']}/{match['years_b']}", "interval", None


def _pair(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return f"{match['pair_a']}/{match['pair_b']}", "interval", None


def _year(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return match["year_y"], "year", None


def _bare(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    return match["bare_y"], "year", None


def _relative(match: re.Match[str], words: TimeWords, anchor: Anchor) -> _Read:
    value = words.relative.get(_spaced(match["relative"]), "now")
    if value == "none":
        return _BAD
    if value == "now":
        return anchor.now, "relative", None
    unit, _, offset = value.partition(":")
    if anchor.year is None:
        return None, "relative", int(offset)
    if unit == "year":
        return str(anchor.year + int(offset)), "year", int(offset)
    if anchor.month is None:
        return None, "relative", int(offset)
    if unit == "quarter":
        index = anchor.year * 4 + (anchor.month - 1) // 3 + int(offset)
        return f"{index // 4}-Q{index % 4 + 1}", "quarter", int(offset)
    index = anchor.year * 12 + anchor.month - 1 + int(offset)
    return f"{index // 12}-{index % 12 + 1:02}", "month", int(offset)


_READERS = {
    "same": _same, "long": _long, "days": _days, "monthly": _monthly, "day": _day, "iso": _iso, "part": _part,
    "halfyear": _halfyear,
    "span": _span, "quarter": _quarter, "months": _months, "month": _month, "monthyear": _monthyear,
    "daymonth": _daymonth, "since": _since, "years": _years, "pair": _pair, "year": _year, "bare": _bare,
    "relative": _relative,
}  # fmt: skip


def _number(word: str, kind: str, words: TimeWords) -> int:
    if word.isdigit():
        return int(word)
    return words.numbers.get((kind, _spaced(word)), 0)


def _spaced(words: str) -> str:
    return " ".join(words.casefold().split())


def _use(text: str, floor: int, mention: TimeMention, words: TimeWords) -> Use:
    if mention.kind == "same_period":
        return "versus"
    lead = words.lead.search(text, max(floor, mention.span.start - 40), mention.span.start)
    if lead is None:
        return "at"
    use = next(use for use in _LEADING if lead[use] is not None)
    # "đến 05/6/2023" with a day of the past is a count's day; which one is past is for the caller to judge.
    return use if mention.kind != "interval" else "at"
