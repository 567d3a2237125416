"""Decides what each number of a sentence is: a figure with unit and qualifier, or a date, ordinal, label or name."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cdsgraph.reading.document import Span
from cdsgraph.reading.facts import NumberSeen, Qualifier
from cdsgraph.reading.numbers import Amount
from cdsgraph.reading.phrases import Token, token_at
from cdsgraph.reading.quantity_words import QuantityWords

Kind = Literal["share", "money", "measure", "time", "rank", "index", "count"]

_BOUNDARIES = (
    "auxiliary", "verb", "preposition", "conjunction", "reach", "deictic", "report", "link", "qualifier", "plural",
    "compare", "each",
)  # fmt: skip
_MAX_NOUN = 4
_SMALL = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A number understood as a quantity: amount, evidence span, unit, the noun counted (its span), qualifier, kind.

    `per` tells a rate ("/năm"); `after` is where the words behind the figure begin; `multiple` that it tells how many
    times as much ("gấp 3 lần").
    """

    amount: Amount
    span: Span
    unit: str
    kind: Kind
    qualifier: Qualifier = "exact"
    noun: Span | None = None
    per: str | None = None
    after: int = 0
    multiple: bool = False


def classify(text: str, words: list[Token], amount: Amount, lists: QuantityWords) -> Figure | NumberSeen:
    """The figure that a number is, or why it is none; a reason of None means that nobody knows."""
    first = token_at(words, amount.span.start)
    following = token_at(words, amount.span.end)
    reason = _no_quantity(text, words, first, following, amount, lists)
    if reason is not None:
        return NumberSeen(amount.span, reason)
    figure = _with_unit(text, words, first, following, amount, lists)
    if figure is None:
        return NumberSeen(amount.span, None)
    return _qualified(words, first, figure, lists)


def _no_quantity(
    text: str, words: list[Token], first: int, following: int, amount: Amount, lists: QuantityWords
) -> str | None:
    before = words[first - 1] if first else None
    after = words[following] if following < len(words) else None
    start, end = amount.span.start, amount.span.end
    if _clock(words, first, following, amount, lists):
        return "clock time"
    if before is not None and before.end == start and (before.text[-1].isalpha() or before.text == "_"):
        return "name with digits"
    glued = after is not None and after.start == end and after.text[0].isalpha()
    measure = lists.phrases.longest(words, following, "measure_unit") if after is not None else None
    if glued and measure is None:
        return "name with digits"
    if amount.percent:
        return None
    hyphens = before is not None and before.text in "-–" and before.end == start
    if hyphens and first > 1 and words[first - 2].end == words[first - 1].start and words[first - 2].text[0].isalpha():
        return "name with digits"
    if after is not None and after.text in ("-", "/", "_") and after.start == end and following + 1 < len(words):
        beyond = words[following + 1]
        if beyond.start == after.end and beyond.text[0].isupper() and (len(beyond.text) > 1 or after.text == "-"):
            return "document number"
    begin = _begin_of_row(words, first)
    label = _label_before(words, begin, lists)
    if label is not None and not amount.scaled and (begin == first or label == "phone"):
        return label
    addressed = lists.phrases.longest(words, following, "label_behind") if after is not None else None
    if addressed is not None and words[min(following + addressed[0], len(words) - 1)].text[0].isupper():
        return addressed[1]["label_behind"]
    if before is not None and _is(words, first - 1, "ordinal", lists) and not _rank_before(words, first - 1, lists):
        return "ordinal"
    if amount.version and measure is None:
        return "version"
    digits = text[start:end]
    if digits.isdigit() and (len(digits) >= 9 or (digits.startswith("0") and len(digits) >= 8)):
        return "phone"
    if digits.isdigit() and first == 0 and after is not None and after.text in ".)" and after.start == end:
        return "ordinal"
    if before is not None and before.text == "(" and after is not None and after.text == ")" and digits.isdigit():
        return "ordinal" if len(digits) <= 2 else None
    if amount.form == "ratio" and _day_month(words, first, following, amount, lists):
        return "date"
    return None


def multiple(words: list[Token], span: Span, value: Decimal, lists: QuantityWords) -> Figure:
    """The figure that a word for a multiple is: "gấp đôi" is two times as much."""
    amount = Amount(span, value, in_words=True)
    figure = Figure(amount, span, "lần", "measure", after=span.end, multiple=True)
    return _qualified(words, token_at(words, span.start), figure, lists)


def _begin_of_row(words: list[Token], first: int) -> int:
    """Where the groups of digits begin that a number is the last of: a telephone number is printed in groups."""
    while first and words[first - 1].text.isdigit():
        first -= 1
    return first


def _label_before(words: list[Token], first: int, lists: QuantityWords) -> str | None:
    for size in (3, 2, 1):
        at = first - size
        if at >= 0 and all(w.text[0].isalpha() for w in words[at:first]):
            found = lists.phrases.longest(words, at, "label")
            if found is not None and found[0] == size:
                return found[1]["label"]
    return None


def _rank_before(words: list[Token], at: int, lists: QuantityWords) -> bool:
    """Whether "thứ" or the number itself follows words of ranking ("đứng thứ", "vị trí thứ", "xếp hạng")."""
    for size in (5, 4, 3, 2, 1):
        begin = at - size + 1
        if begin >= 0:
            found = lists.phrases.longest(words, begin, "rank")
            if found is not None and begin + found[0] in (at + 1, at):
                return True
    return False


def _is(words: list[Token], at: int, label: str, lists: QuantityWords) -> bool:
    """Whether the single word there bears a label."""
    found = lists.phrases.longest(words[at : at + 1], 0, label) if 0 <= at < len(words) else None
    return found is not None


def _clock(words: list[Token], first: int, following: int, amount: Amount, lists: QuantityWords) -> bool:
    after = words[following : following + 2]
    before = words[first - 1] if first else None
    if amount.form != "single" or amount.decimals:
        return False
    tight = len(after) == 2 and after[0].start == amount.span.end and after[1].start == after[0].end
    if tight and (after[0].text == ":" or _is(words, following, "hour", lists)) and after[1].text[0].isdigit():
        return amount.value <= 24
    colon = before is not None and (before.text == ":" or _is(words, first - 1, "hour", lists)) and first > 1
    if colon and words[first - 2].text.isdigit() and amount.value < 60:
        spelled = _is(words, first - 3, "clock", lists)
        return spelled or (words[first - 1].end == amount.span.start and words[first - 2].end == words[first - 1].start)
    return amount.value <= 24 and _is(words, first - 1, "clock", lists) and _is(words, following, "hour", lists)


def _day_month(words: list[Token], first: int, following: int, amount: Amount, lists: QuantityWords) -> bool:
    """Whether a/b that could be a day is one: no unit or counted noun follows, or the first number is the larger."""
    if amount.of is None or not (1 <= amount.value <= 31 and 1 <= amount.of <= 12) or amount.decimals:
        return False
    if amount.value > amount.of:
        return True
    if following >= len(words):
        return not _rank_before(words, first - 1, lists)
    counted = any(lists.phrases.longest(words, following, label) for label in ("count", "measure_unit", "measure"))
    return not counted and words[following].text != "(" and not _rank_before(words, first - 1, lists)


def _with_unit(
    text: str, words: list[Token], first: int, following: int, amount: Amount, lists: QuantityWords
) -> Figure | None:
    span = amount.span
    rank_context = first > 0 and (
        _rank_before(words, first - 1, lists)
        or (_is(words, first - 1, "ordinal", lists) and _rank_before(words, first - 2, lists))
    )
    if amount.percent:
        return _rated(words, following, Figure(amount, span, "%", "share", after=span.end))
    measure = lists.phrases.longest(words, following, "measure_unit") if following < len(words) else None
    if measure is not None:
        size, labels = measure
        noun_too = lists.phrases.longest(words, following, "count")
        if noun_too is None or noun_too[0] <= size:
            return _measured(words, following, size, labels, amount)
    if rank_context and not amount.scaled:
        start = words[first - 1].start if _is(words, first - 1, "ordinal", lists) else span.start
        return Figure(amount, Span(start, span.end), "rank", "rank", after=span.end)
    part = amount.form == "ratio" and _is(words, following, "measure", lists)  # "1/3 số hồ sơ"
    noun = _noun(text, words, following + part, lists)
    if noun is None and amount.form == "ratio":
        noun = _noun_beyond_bracket(text, words, following, lists)
    if noun is not None:
        inside = noun.start - span.end <= 2
        end = noun.end if inside and noun.end - noun.start <= 40 else span.end
        figure = Figure(
            amount, Span(span.start, end), " ".join(noun.of(text).split()), "count", noun=noun, after=noun.end
        )
        return _rated(words, token_at(words, noun.end), figure) if inside else replace(figure, after=span.end)
    if amount.in_words:
        return None
    return Figure(amount, span, "", "index", after=span.end)


def _measured(words: list[Token], following: int, size: int, labels: dict[str, str], amount: Amount) -> Figure:
    end = words[following + size - 1].end
    kind: Kind = labels.get("measure_kind", "measure")  # type: ignore[assignment]
    span = Span(amount.span.start, end)
    return _rated(words, following + size, Figure(amount, span, labels["measure_unit"], kind, after=end))


def _rated(words: list[Token], at: int, figure: Figure) -> Figure:
    """With "/năm", "/tháng" after the unit taken in."""
    if at + 1 < len(words) and words[at].text == "/" and words[at + 1].text[0].isalpha():
        per = words[at + 1].text.lower()
        unit = figure.unit if figure.kind != "count" else f"{figure.unit}/{per}"
        end = words[at + 1].end
        return replace(figure, per=per, unit=unit, span=Span(figure.span.start, end), after=end)
    return figure


def _noun(text: str, words: list[Token], at: int, lists: QuantityWords) -> Span | None:
    """The counted noun that begins at a token: a known one with its list or specifier, else a short unknown one."""
    if at >= len(words) or not words[at].text[0].isalpha():
        return None
    phrases = lists.phrases
    known = phrases.longest(words, at, "count")
    longest = phrases.longest(words, at)
    if known is not None and (longest is None or longest[0] <= known[0] or "noun" in longest[1]):
        size = max(known[0], longest[0] if longest is not None and "noun" in longest[1] else 0)
        kind = known[1]["count"]
        end = at + size
        if kind == "body":
            end = _list_end(words, end, lists)
        elif kind == "part":
            end = _specified(words, end, lists)
        return Span(words[at].start, words[end - 1].end)
    end = at
    while end < len(words) and end - at < _MAX_NOUN and words[end].text[0].isalpha():
        found = phrases.longest(words, end)
        if found is not None and any(label in found[1] for label in _BOUNDARIES) and "noun" not in found[1]:
            break
        end += found[0] if found is not None else 1
    return Span(words[at].start, words[end - 1].end) if end > at else None


def _list_end(words: list[Token], end: int, lists: QuantityWords) -> int:
    while end + 1 < len(words) and words[end].text in (",", "và", "hoặc"):
        following = lists.phrases.longest(words, end + 1, "count")
        if following is None or following[1]["count"] != "body":
            break
        end += 1 + following[0]
    return end


def _specified(words: list[Token], end: int, lists: QuantityWords) -> int:
    """The noun with the one phrase or abbreviation after it that tells it apart ("Tổ CNSCĐ", "thông tin nhân khẩu")."""
    if end >= len(words) or not words[end].text[0].isalpha():
        return end
    found = lists.phrases.longest(words, end)
    if found is not None:
        return end + found[0] if "count" in found[1] or "noun" in found[1] else end
    return end + 1 if words[end].text.isupper() and len(words[end].text) > 1 else end


def _noun_beyond_bracket(text: str, words: list[Token], at: int, lists: QuantityWords) -> Span | None:
    """The noun after a bracketed share: "2.233/2.853 (chiếm 78%) điểm lõm sóng"."""
    if at >= len(words) or words[at].text != "(":
        return None
    for index in range(at + 1, min(at + 12, len(words))):
        if words[index].text == ")":
            return _noun(text, words, index + 1, lists)
    return None


def _qualified(words: list[Token], first: int, figure: Figure, lists: QuantityWords) -> Figure:
    start = token_at(words, figure.span.start)
    small = figure.kind == "count" and not figure.amount.scaled and figure.amount.value < _SMALL
    for size in (4, 3, 2, 1):
        at = start - size
        if at < 0:
            continue
        found = lists.phrases.longest(words, at, "qualifier")
        if found is None or found[0] != size or (small and "small_is_place" in found[1]):
            continue
        compared = lists.phrases.longest(words, at - 1, "change") if at else None
        if compared is not None and compared[0] == size + 1:
            continue
        return replace(
            figure,
            qualifier=found[1]["qualifier"],  # type: ignore[arg-type]
            span=Span(words[at].start, figure.span.end),
        )
    if figure.unit == "lần" and _is(words, start - 1, "times", lists):
        figure = replace(figure, span=Span(words[start - 1].start, figure.span.end), multiple=True)
    at = token_at(words, figure.span.end)
    for offset in range(at, min(at + 3, len(words))):
        found = lists.phrases.longest(words, offset, "qualifier_after")
        if found is not None:
            return replace(figure, qualifier=found[1]["qualifier_after"])  # type: ignore[arg-type]
        if not words[offset].text[0].isalpha():
            break
    return figure
