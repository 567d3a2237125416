"""The figures in one cell of a table, and the units that unit columns, heads and titles name."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract import wording
from cdsgraph.reading.extract.figures import Figure, classify
from cdsgraph.reading.facts import NumberSeen
from cdsgraph.reading.numbers import Amount, scan
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.quantity_words import QuantityWords

_SIGN = re.compile(r"(?:^|(?<=[\s(]))([-–−+])(?=\d)")
_BRACKETS = re.compile(r"\(([^()]{1,60})\)")
_LEADING = re.compile(r"\d{1,3}(?:\.\d{3})*|\d+")
_PIECE = re.compile(r"[^;\n]+")
_OPENING = re.compile(r"[\s(]*")
_GLUED = re.compile(r"[.,]\d")
_MAX_UNIT = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit named apart from its figures: its name, what it multiplies them by ("triệu đồng"), what a share is of.

    The name is empty where only a multiple is given ("Số giao dịch (triệu)").
    """

    name: str
    factor: Decimal = Decimal(1)
    whole: str = ""


@dataclass(frozen=True, slots=True)
class CellFigure:
    """A figure of a cell, its sign if one is printed, and the words behind it that are no unit ("≤ 3 Đông Nam Á")."""

    figure: Figure
    sign: str = ""
    scope: str = ""


def unit_of(stated: str, words: QuantityWords, *, sure: bool) -> Unit | None:
    """The unit that a few words name; where it is not `sure` that they name one, only measures and counted nouns."""
    stated = " ".join(stated.split()).strip(" .:;*()")
    if not stated or len(stated) > _MAX_UNIT:
        return None
    spoken = tokens(stated, 0, len(stated))
    at, factor = 0, Decimal(1)
    if len(spoken) > 1 and _LEADING.fullmatch(spoken[0].text):
        factor, at = Decimal(spoken[0].text.replace(".", "")), 1
    while at < len(spoken) and (scale := words.numbers.scales.get(spoken[at].text.lower())) is not None:
        factor, at = factor * scale, at + 1
    if at == len(spoken):
        return Unit("", factor) if at and factor > 1 and not spoken[-1].text.isdigit() else None
    measure = words.phrases.longest(spoken, at, "measure_unit")
    if measure is not None:
        rest = stated[spoken[at + measure[0] - 1].end :].strip()
        whole = "" if rest.startswith("/") else rest
        return Unit(measure[1]["measure_unit"], factor, whole) if sure or not rest else None
    name = stated[spoken[at].start :]
    if words.heads.phrases.longest(spoken, at, "rank") is not None:
        return Unit("rank")
    if wording.is_index(name.casefold(), words.measured):
        return Unit("index")
    counted = words.phrases.longest(spoken, at, "count")
    if not sure and (counted is None or (at + counted[0] < len(spoken) and factor == 1)):
        return None
    return Unit(wording.opening_lowered(name), factor)


def unit_in(head: str, words: QuantityWords) -> Unit | None:
    """The unit that a head or name gives in brackets ("Doanh thu (tỷ đồng)"), or by a sign for percent."""
    for match in reversed(list(_BRACKETS.finditer(head))):
        unit = unit_of(match[1], words, sure=False)
        if unit is not None:
            return unit
    return Unit("%") if "%" in head else None


def without_unit(head: str, words: QuantityWords) -> str:
    """A head or name without the unit it gives in brackets."""

    def kept(match: re.Match[str]) -> str:
        return " " if unit_of(match[1], words, sure=False) is not None else match[0]

    return " ".join(_BRACKETS.sub(kept, head).replace("%", " ").split())


def figures_in(
    text: str, span: Span, words: QuantityWords, known: Callable[[Span], bool], *, prose: bool
) -> list[CellFigure] | None:
    """The figures of a value cell in order; None where it is no row of figures but words in which one may stand; none
    of a cell with a number in another country's print ("1,234.56").

    `known` says which spans are explained as something else. With `prose` a cell counts whose figures come first.
    """
    amounts = scan(text, words.numbers, span.start, span.end, known)
    if not amounts:
        return None
    if any(_GLUED.match(text, amount.span.end) for amount in amounts):
        return []
    found: list[CellFigure] = []
    for piece in _PIECE.finditer(text, span.start, span.end):
        inside = [each for each in amounts if piece.start() <= each.span.start < piece.end()]
        for number, amount in enumerate(inside):
            end = inside[number + 1].span.start if number + 1 < len(inside) else piece.end()
            made = _figure(text, Span(piece.start(), end), amount, words)
            if number == 0:
                lead = text[piece.start() : made.figure.span.start]
                if _OPENING.fullmatch(lead.removesuffix(made.sign)) is None:
                    return None
            rest = text[made.figure.span.end : end].strip(" ().,*")
            if rest and not prose and any(char.isalpha() for char in rest):
                return None
            found.append(made)
    return found


def _figure(text: str, around: Span, amount: Amount, words: QuantityWords) -> CellFigure:
    """An amount as a figure: a cell of figures holds no ordinals, versions or telephone numbers."""
    amount = replace(amount, version=False) if amount.version else amount
    spoken = tokens(text, around.start, around.end)
    made = classify(text, spoken, amount, words)
    if isinstance(made, NumberSeen):
        made = Figure(amount, amount.span, "%" if amount.percent else "", "index", after=amount.span.end)
    sign = _SIGN.search(text, around.start, amount.span.start + 1)
    if sign is not None and sign.end() == amount.span.start:
        span = Span(sign.start(), made.span.end)
        made = replace(made, span=span)
    else:
        sign = None
    scope = ""
    if made.kind == "count" and made.noun is not None and made.noun.start >= amount.span.end:
        scope = made.noun.of(text)
    return CellFigure(made, sign[1].replace("–", "-").replace("−", "-") if sign else "", " ".join(scope.split()))
