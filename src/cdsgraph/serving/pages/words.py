"""The words of the pages in Vietnamese and English, from the tables in `texts/`, and the form of dates in both."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from cdsgraph import periods

LANGUAGES: Final = ("vi", "en")

_DECIMAL = re.compile(r"([+-]?)(\d+)(\.\d+)?$")
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}$")


@cache
def table() -> dict[str, dict[str, str]]:
    """Key to language to text. Raises ValueError for a key that two tables or lines hold."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((Path(__file__).parent / "texts").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["key"] in found:
                    raise ValueError(f"{path.name}: {row['key']} stands twice")
                found[row["key"]] = {lang: row[lang] for lang in LANGUAGES}
    return found


def word(key: str, lang: str, /, **values: object) -> Markup:
    """The text of a key, its `{places}` filled with values that are escaped unless they are markup.

    Raises KeyError for a key that the table lacks.
    """
    text = escape(table()[key][lang])
    return text.format(**values) if values else text


def plain(key: str, lang: str, /, **values: object) -> str:
    """The same as a text that is no markup: nothing in it is escaped."""
    return table()[key][lang].format(**values)


def has_word(key: str) -> bool:
    """Whether the table knows a key."""
    return key in table()


def keys_of(start: str) -> list[str]:
    """The keys that begin so, in the order of their table."""
    return [key for key in table() if key.startswith(start)]


def day(value: str, lang: str) -> str:
    """A date as precise as given (YYYY, YYYY-MM, YYYY-MM-DD) the way a reader writes it; other text as it is.

    >>> day("2025-03-01", "vi"), day("2025-03-01", "en"), day("2025-07", "vi")
    ('01/03/2025', '1 March 2025', 'tháng 7/2025')
    """
    if not _PARTIAL_DATE.match(value) or (len(value) == len("YYYY") and lang == "vi"):
        return value
    return period(value, lang)


def period(value: str, lang: str) -> str:
    """A period in ISO 8601 reduced form in words; other text as it is."""
    try:
        return periods.label_vi(value) if lang == "vi" else periods.label_en(value)
    except (ValueError, IndexError):
        return value


def decimal(value: str, lang: str) -> str:
    """A decimal number with the marks of the language; other text as it is.

    >>> decimal("2233.5", "vi"), decimal("2233.5", "en")
    ('2.233,5', '2,233.5')
    """
    match = _DECIMAL.match(value)
    if not match:
        return value
    whole = f"{int(match[2]):,}"
    text = f"{match[1]}{whole}{match[3] or ''}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def number(value: int, lang: str) -> str:
    """A count with thousands set apart as the language does it."""
    return f"{value:,}".replace(",", ".") if lang == "vi" else f"{value:,}"
