"""Days, quarters, halves and years in the ways officials write them, each with its ISO 8601 form."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.generating.passage import Piece, plain

_ROMAN = ("I", "II", "III", "IV")
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: its ISO form, that of a year before, other ISO forms it may be read as, and its year."""

    iso: str
    before: str
    year: int
    alt: tuple[str, ...] = ()
    point: bool = False  # a day up to which is counted, no stretch


class Times:
    """Draws the times of one document: its day, the period it reports on, the years it aims at."""

    def __init__(self, rng: Random, day: date):
        self._rng = rng
        self.day = day
        self.words, self.period = self._reported()
        self.target = self._rng.choice([year for year in (2025, 2026, 2027, 2028, 2030) if year > day.year])

    def _reported(self) -> tuple[str, Period]:
        """The words for the last whole stretch before the document's day, without a preposition, and what they mean."""
        year, month = self.day.year, self.day.month
        options = [(f"năm {year - 1}", self._year(year - 1))]
        if month > 3:
            quarter = (month - 1) // 3
            words = self._rng.choice((f"quý {_ROMAN[quarter - 1]}/{year}", f"quý {_ROMAN[quarter - 1]} năm {year}"))
            options.append((words, Period(f"{year}-Q{quarter}", f"{year - 1}-Q{quarter}", year)))
        if month > 6:
            options += [(f"6 tháng đầu năm {year}", Period(f"{year}-H1", f"{year - 1}-H1", year))] * 2
        if month > 9:
            nine = Period(f"{year}-01/{year}-09", f"{year - 1}-01/{year - 1}-09", year)
            options += [(self._rng.choice((f"9 tháng đầu năm {year}", f"9 tháng năm {year}")), nine)] * 2
        return self._rng.choice(options)

    def when(self, carried: bool = False) -> Piece:
        """When something was counted: half the time in the period reported on, always where a heading tells it."""
        if carried or self._rng.random() < 0.5:
            return plain(f"{self._rng.choice(('trong ', 'trong ', ''))}{self.words}", self.period)
        last = self.day.replace(day=1) - timedelta(days=1)
        month, year = last.month, last.year
        if self._rng.random() < 0.4:
            words = self._rng.choice((f"trong tháng {month}/{year}", f"tháng {month} năm {year}"))
            return plain(words, Period(f"{year}-{month:02}", f"{year - 1}-{month:02}", year))
        if self._rng.random() < 0.4:
            iso, before = f"{year}-{month:02}", f"{year - 1}-{month:02}"
            return plain(
                f"tính đến hết tháng {month}/{year}", Period(iso, before, year, (last.isoformat(),), point=True)
            )
        words = self._rng.choice(("tính đến ngày", "đến ngày"))
        return plain(
            f"{words} {self.dated(last)}",
            Period(last.isoformat(), _year_before(last).isoformat(), year, (), point=True),
        )

    def year(self) -> Piece:
        """The year before the document's."""
        return plain(f"năm {self.day.year - 1}", self._year(self.day.year - 1))

    def base(self, of: Period) -> Piece:
        """What a change in a period is compared with."""
        last = of.year - 1
        if len(of.iso) == len("2024"):
            return plain(self._rng.choice((f"năm {last}", f"năm {last}", "năm trước")), self._year(last))
        if of.point and self._rng.random() < 0.5:
            return plain(f"cuối năm {last}", Period(f"{last}-12", "", last, (f"{last}", f"{last}-12-31")))
        words = self._rng.choice(("cùng kỳ năm trước", f"cùng kỳ năm {last}", f"cùng kỳ {last}"))
        alt = (of.before[:7],) if of.point else ()
        return plain(words, Period(of.before, "", last, alt))

    def by(self, year: int | None = None) -> Piece:
        """Up to when a target is set."""
        year = year or self.target
        words = self._rng.choice(("đến năm", "đến năm", "đến hết năm", "đến cuối năm"))
        return plain(f"{words} {year}", self._year(year, f"{year}-12", f"{year}-12-31"))

    def year_to_come(self) -> Piece:
        """A year after the document's."""
        year = self.day.year + 1
        return plain(f"năm {year}", self._year(year))

    def next_target(self) -> Piece:
        """A year after that which the document aims at."""
        year = self.target + 5
        return plain(f"năm {year}", self._year(year))

    def due(self) -> Piece:
        """By when a task is to be done."""
        then = self.day + timedelta(days=self._rng.randint(20, 420))
        way = self._rng.random()
        if way < 0.4:
            return plain(f"trước ngày {self.dated(then)}", Period(then.isoformat(), "", then.year))
        if way < 0.7:
            quarter = (then.month - 1) // 3
            words = self._rng.choice(
                (f"trong quý {_ROMAN[quarter]}/{then.year}", f"trong quý {_ROMAN[quarter]} năm {then.year}")
            )
            return plain(words, Period(f"{then.year}-Q{quarter + 1}", "", then.year))
        if way < 0.9:
            last = calendar.monthrange(then.year, then.month)[1]
            alt = (f"{then.year}-{then.month:02}-{last}",)
            return plain(
                f"trong tháng {then.month}/{then.year}", Period(f"{then.year}-{then.month:02}", "", then.year, alt)
            )
        return plain(f"trong năm {then.year}", self._year(then.year))

    def dateline(self) -> Piece:
        """The document's day as its head has it."""
        return plain(f"ngày {self.day.day:02} tháng {_month(self.day)} năm {self.day.year}", self.day.isoformat())

    def stamp(self) -> Piece:
        """The document's day as a web page prints it."""
        hour, minute = self._rng.randint(6, 21), self._rng.randint(0, 59)
        words = f"{_WEEKDAYS[self.day.weekday()]}, {self.day:%d/%m/%Y} {hour:02}:{minute:02}"
        return plain(words, self.day.isoformat())

    def dated(self, day: date) -> str:
        """A day in one of the usual ways, without the word for it."""
        return self._rng.choice(
            (
                f"{day.day:02}/{_month(day)}/{day.year}",
                f"{day.day:02}/{day.month:02}/{day.year}",
                f"{day.day:02} tháng {_month(day)} năm {day.year}",
                f"{day.day}/{day.month}/{day.year}",
            )
        )

    def _year(self, year: int, *alt: str) -> Period:
        return Period(f"{year}", f"{year - 1}", year, alt)


def _month(day: date) -> str:
    """The first two months have a nought before them, so that nobody makes a ten of them."""
    return f"{day.month:02}" if day.month <= 2 else f"{day.month}"


def _year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))
