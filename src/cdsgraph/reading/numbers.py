"""Numbers as Vietnamese texts print and spell them: decimal comma, thousand dots, scale words, ratios, ranges.

`scan` finds amounts without asking what they are (a date, an ordinal, a count): that is for those who know the words
around them. `spelled` reads a number written in words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from cdsgraph.reading.document import Span
from cdsgraph.reading.openings import DIGITS, Openings
from cdsgraph.reading.wordlists import read_table, whole_number

Form = Literal["single", "range", "ratio"]

# 571.000 · 2.233.000,5 · 1,234,567 · 39,51 · 104.08 · the slip "45 ,5%" · 63;
# longer dotted rows ("1.2.3") are section numbers.
_DIGITS = (
    r"\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![.\d])|\d{1,3}(?:,\d{3}){2,}(?!\d)|\d+(?:\.\d+){2,}|\d+,\d+|\d+\.\d+"
    r"|\d+ ,\d{1,2}(?=\s{0,2}%)|\d+"
)
_DASHES = frozenset({"-", "–", "—", "−", "\\-", "\\–", "~"})
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_MAX_DIGITS = 21


@dataclass(frozen=True, slots=True)
class Amount:
    """A number found: its span with scale words and %, value, range end or denominator, decimal places printed.

    `factor` is what its scale words multiply by, `in_words` tells that it is spelled, `version` that it is printed as
    a version or section number would be ("2.0", "1.2.3").
    """

    span: Span
    value: Decimal
    value_to: Decimal | None = None
    of: Decimal | None = None
    decimals: int = 0
    form: Form = "single"
    percent: bool = False
    factor: Decimal = Decimal(1)
    in_words: bool = False
    version: bool = False

    @property
    def scaled(self) -> bool:
        """Whether a scale word (triệu, tỷ) belongs to it."""
        return self.factor != 1


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Scale words and number words, compiled into the patterns that find them.

    `alone` tells of each number word whether it counts by itself, `bare` what it is where it counts nothing;
    `word` is the pattern that each of them matches; `in_digits` and `in_words` find where `atom` and `row` may match.
    """

    scales: dict[str, Decimal]
    digits: dict[str, tuple[int, str]]
    alone: dict[str, str]
    bare: dict[str, str]
    atom: re.Pattern[str]
    row: re.Pattern[str]
    word: str
    in_digits: Openings
    in_words: Openings

    @classmethod
    def load(cls, folder: Path) -> "NumberWords":
        """The lists `scale_words` and `number_words`; raises RulesError where one is missing or malformed."""
        rows = read_table(folder, "scale_words", ("word", "factor", "not_before"))
        not_before = {row["word"]: rf"(?!\s+(?:{row['not_before']})\b)" for row in rows if row["not_before"]}
        scales = {row["word"]: Decimal(whole_number(row["factor"], folder, "scale_words")) for row in rows}
        # "tỷ" but not "tỷ lệ"
        names = "|".join(
            row["word"] + not_before.get(row["word"], "") for row in sorted(rows, key=lambda row: -len(row["word"]))
        )
        scale = rf"(?:\s{{0,3}}(?:{names})\b(?!&))"
        atom = re.compile(
            rf"(?<![\w.,])(?P<digits>{_DIGITS})(?P<scales>{scale}{{0,3}})(?P<percent>\s{{0,2}}%)?", re.IGNORECASE
        )
        table = spelled_words(folder)
        digits = {row["word"]: (whole_number(row["value"], folder, "number_words"), row["kind"]) for row in table}
        word = "|".join(each + not_before.get(each, "") for each in sorted(digits, key=len, reverse=True))
        return cls(
            scales=scales,
            digits=digits,
            alone={row["word"]: row["alone"] for row in table},
            bare={row["word"]: row["bare"] for row in table},
            atom=atom,
            row=re.compile(rf"(?<![\w&])(?:{word})(?:\s+(?:{word}))*(?![\w&])", re.IGNORECASE),
            word=word,
            in_digits=Openings((), DIGITS),
            in_words=Openings(digits),
        )


def spelled_words(folder: Path) -> list[dict[str, str]]:
    """The rows of `number_words`: word, value, kind, alone, bare; raises RulesError where one is malformed."""
    return read_table(folder, "number_words", ("word", "value", "kind", "alone", "bare"))


def scan(
    text: str, words: NumberWords, start: int = 0, end: int | None = None, skip: Callable[[Span], bool] | None = None
) -> list[Amount]:
    """Every number of a stretch of text in digits, in order, with ranges and ratios put together.

    Numbers in spans that `skip` says yes to (dates, document numbers) are left out before that.
    """
    atoms = [
        amount
        for match in words.in_digits.matches(words.atom, text, start, len(text) if end is None else end)
        if not (skip is not None and skip(Span(match.start("digits"), match.end("digits"))))
        and (amount := _amount(match, words)) is not None
    ]
    result: list[Amount] = []
    for atom in atoms:
        joined = _join(text, result[-1], atom) if result else None
        if joined is not None:
            result[-1] = joined
        else:
            result.append(atom)
    return result


def scan_words(text: str, words: NumberWords, start: int = 0, end: int | None = None) -> list[Amount]:
    """Every number of a stretch of text in words, in order; articles and years among them are not sorted out."""
    result = []
    for match in words.in_words.matches(words.row, text, start, len(text) if end is None else end):
        row, end = match[0].split(), match.end()
        value = spelled(row, words)
        if value is None and len(row) > 1 and words.digits[row[-1].lower()][1] == "early digit":
            # "hai năm", "hai mươi năm": the last word is the noun it is most of the time
            value, end = spelled(row[:-1], words), match.start() + len(match[0][: -len(row[-1])].rstrip())
        if value is not None:
            result.append(Amount(Span(match.start(), end), Decimal(value), in_words=True))
    return result


def spelled(row: list[str], words: NumberWords) -> int | None:
    """The number that number words spell, None when they spell none.

    "hai mươi lăm" is 25, "một trăm linh năm" 105, "ba triệu hai trăm nghìn" 3200000.
    """
    total = group = 0
    digit: int | None = None
    last_scale: int | None = None
    for word in row:
        value, kind = words.digits.get(word.lower(), (0, "none"))
        if kind in ("digit", "early digit"):
            if digit is not None or (kind == "early digit" and group % 100):
                return None
            digit = value
        elif kind == "ten":
            if digit is not None:
                return None
            group, digit = group + 10, None
        elif kind == "tens":
            if digit is None or digit < 2:
                return None
            group, digit = group + 10 * digit, None
        elif kind == "scale" and value == 100:
            if digit is None or group:
                return None
            group, digit = 100 * digit, None
        elif kind == "scale":
            group += digit or 0
            if not group or (last_scale is not None and value >= last_scale):
                return None
            total, group, digit, last_scale = total + group * value, 0, None, value
        elif kind != "filler" or group % 100:
            return None
    return total + group + (digit or 0)


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros, whole numbers without exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _amount(match: re.Match[str], words: NumberWords) -> Amount | None:
    printed = match["digits"]
    if len(printed) > _MAX_DIGITS:
        return None
    value, decimals, version = _value(printed)
    factor = Decimal(1)
    for scale in match["scales"].lower().split() if match["scales"] else ():
        factor *= words.scales.get(scale, Decimal(1))
    return Amount(
        Span(match.start(), match.end()),
        value * factor,
        decimals=decimals,
        percent=match["percent"] is not None,
        factor=factor,
        version=version and factor == 1 and match["percent"] is None,
    )


def _value(printed: str) -> tuple[Decimal, int, bool]:
    """Value, decimal places, and whether it is printed as a version or section number would be."""
    if printed.count(".") >= 2 and not _GROUPED.match(printed):
        return Decimal(printed.split(".")[0]), 0, True
    if printed.count(",") >= 2:
        return Decimal(printed.replace(",", "")), 0, False
    if _GROUPED.match(printed) and not (printed.startswith("0") and printed.count(".") == 1):
        whole, _, fraction = printed.replace(".", "").partition(",")
        return Decimal(f"{whole}.{fraction}" if fraction else whole), len(fraction), False
    whole, _, fraction = printed.replace(" ", "").replace(",", ".").partition(".")
    version = "." in printed and len(fraction) == 1 and len(whole) == 1
    return Decimal(f"{whole}.{fraction}" if fraction else whole), len(fraction), version


def _join(text: str, first: Amount, second: Amount) -> Amount | None:
    """The range or ratio that two neighbouring numbers make, if they make one."""
    if first.form != "single" or second.span.start - first.span.end > 6:
        return None
    gap = text[first.span.end : second.span.start]
    between = gap.strip()
    span = Span(first.span.start, second.span.end)
    if between == "/" and len(gap) <= 3 and not first.percent and not second.percent:
        first = _shared_scale(first, second)
        return replace(second, span=span, value=first.value, of=second.value, form="ratio", version=False,
                       decimals=max(first.decimals, second.decimals))  # fmt: skip
    listed = gap == ", " and second.value == first.value + 1 and second.value < 10 and not first.scaled
    if (between in _DASHES or between.lower() in ("đến", "tới") or listed) and (second.percent or not first.percent):
        lower = _shared_scale(first, second)
        if lower.value < second.value:
            return replace(second, span=span, value=lower.value, value_to=second.value, form="range", version=False,
                           decimals=max(first.decimals, second.decimals))  # fmt: skip
    return None


def _shared_scale(first: Amount, second: Amount) -> Amount:
    """The first number with the scale word of the second where only that has one ("5 - 10 triệu")."""
    if first.scaled:
        return first
    return replace(first, value=first.value * second.factor)
