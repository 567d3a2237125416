"""Periods in ISO 8601 reduced form (2023, 2023-06, 2025-Q1, 2023-H2, 2020/2022): their days and their names."""

import re
from calendar import monthrange
from datetime import date

_YEAR = re.compile(r"(\d{4})$")
_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])$")
_HALF = re.compile(r"(\d{4})-H([12])$")
_ROMAN = ("", "I", "II", "III", "IV")


def days(period: str) -> tuple[date, date]:
    """First and last day of a period, both included. Raises ValueError for what is no period.

    >>> days("2025-Q1")
    (datetime.date(2025, 1, 1), datetime.date(2025, 3, 31))
    """
    if "/" in period:
        first, _, last = period.partition("/")
        bounds = days(first)[0], days(last)[1]
        if bounds[0] > bounds[1]:
            raise ValueError(f"{period}: the end lies before the start")
        return bounds
    if match := _DAY.match(period):
        day = date(*(int(part) for part in match.groups()))
        return day, day
    if match := _MONTH.match(period):
        return _months(int(match[1]), int(match[2]), int(match[2]))
    if match := _QUARTER.match(period):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3 * int(match[2]))
    if match := _HALF.match(period):
        return _months(int(match[1]), 6 * int(match[2]) - 5, 6 * int(match[2]))
    if match := _YEAR.match(period):
        return _months(int(match[1]), 1, 12)
    raise ValueError(f"{period!r} is no period")


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def label_vi(period: str) -> str:
    """The period as a Vietnamese reader writes it.

    >>> label_vi("2025-Q1"), label_vi("2023-06")
    ('quý I/2025', 'tháng 6/2023')
    """
    if "/" in period:
        first, _, last = period.partition("/")
        return f"{label_vi(first)} – {label_vi(last)}"
    if match := _DAY.match(period):
        return f"{match[3]}/{match[2]}/{match[1]}"
    if match := _MONTH.match(period):
        return f"tháng {int(match[2])}/{match[1]}"
    if match := _QUARTER.match(period):
        return f"quý {_ROMAN[int(match[2])]}/{match[1]}"
    if match := _HALF.match(period):
        return f"6 tháng {'đầu' if match[2] == '1' else 'cuối'} năm {match[1]}"
    return f"năm {period}"


def label_en(period: str) -> str:
    """The period in English.

    >>> label_en("2025-Q1"), label_en("2020/2022")
    ('Q1 2025', '2020 – 2022')
    """
    if "/" in period:
        first, _, last = period.partition("/")
        return f"{label_en(first)} – {label_en(last)}"
    if match := _DAY.match(period):
        return f"{int(match[3])} {_month_name(int(match[2]))} {match[1]}"
    if match := _MONTH.match(period):
        return f"{_month_name(int(match[2]))} {match[1]}"
    if match := _QUARTER.match(period):
        return f"Q{match[2]} {match[1]}"
    if match := _HALF.match(period):
        return f"{'first' if match[2] == '1' else 'second'} half of {match[1]}"
    return period


def _month_name(month: int) -> str:
    return date(2000, month, 1).strftime("%B")
