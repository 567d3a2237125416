"""Numbers as Vietnamese officials print them: decimal comma, thousand dots, scale words, hedges, ranges and ratios."""

from decimal import Decimal
from random import Random
from typing import Any

from benchmarks.generating.passage import Piece, plain

_MILLION, _BILLION = 1_000_000, 1_000_000_000
_SPELLED_FROM = 100_000  # below it a count is printed in full
_SPELLED = {3: "ba", 4: "bốn", 5: "năm", 6: "sáu", 8: "tám", 10: "mười"}
_SMALL = 10  # shares below it are aimed at one by one, others in fives
_ZERO_BEFORE = 10  # offices print 05 for 5


def printed(value: Decimal | int, places: int = 0) -> str:
    """A number with dots between thousands and a comma before the decimal places."""
    return f"{value:,.{places}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _quantity(text: str, value: Decimal | int, unit: str, **more: Any) -> Piece:
    number = int(value) if value == int(value) else float(value)
    return plain(text, {"value": number, "unit": unit} | more)


class Figures:
    """Draws figures; hedges are rows of hedges.toml, the others come out exact."""

    def __init__(self, rng: Random, hedges: list[dict[str, str]]):
        self._rng = rng
        self._hedges = hedges

    def percent(self, low: int, high: int, what: str = "observed") -> Piece:
        """A share between two bounds; a target is round, and at times a range."""
        if what == "target":
            value = Decimal(min(100, 5 * self._rng.randint(low // 5, high // 5) or 5))
            if high < _SMALL:
                value = Decimal(self._rng.randint(low, high))
                return self._hedged(f"{value}%", value, "%", what)
            if value <= 90 and self._rng.random() < 0.1:
                text = self._rng.choice(("{} - {}%", "từ {}% đến {}%", "{}-{}%"))
                return _quantity(text.format(value, value + 5), value, "%", value_to=int(value) + 5)
            return self._hedged(f"{value}%", value, "%", what)
        places = self._rng.choice((0, 1, 1, 2, 2))
        value = Decimal(self._rng.randint(low * 100, high * 100)) / 100
        value = round(value, places)
        return self._hedged(f"{printed(value, places)}%", value, "%", what)

    def counted(self, low: int, high: int, unit: str, what: str = "observed") -> Piece:
        """So many of a thing: in full, or with nghìn, triệu, tỷ."""
        value = int(low * (high / low) ** self._rng.random())
        if value >= _SPELLED_FROM and self._rng.random() < 0.6:
            scale, word = (_MILLION, "triệu") if value >= _MILLION else (1000, "nghìn")
            part = round(Decimal(value) / scale, 1 if word == "triệu" else 0)
            number = printed(part, 0 if part == int(part) else 1)
            return self._hedged(f"{number} {word} {unit}", part * scale, unit, what)
        number = f"0{value}" if value < _ZERO_BEFORE else printed(value)
        return self._hedged(f"{number} {unit}", value, unit, what)

    def money(self, low: int, high: int) -> Piece:
        """A sum of so many billion dong."""
        value = Decimal(self._rng.randint(low * 10, high * 10)) / 10
        if value > 50:
            value = Decimal(round(value))
        places = 0 if value == int(value) else 1
        if value >= 1000 and self._rng.random() < 0.3:
            part = round(Decimal(value) / 1000, 1)
            shown = printed(part, 0 if part == int(part) else 1)
            return self._hedged(f"{shown} nghìn tỷ đồng", part * 1000 * _BILLION, "VND", "observed")
        return self._hedged(f"{printed(Decimal(value), places)} tỷ đồng", Decimal(value) * _BILLION, "VND", "observed")

    def measured(self, low: int, high: int, unit: str, what: str = "observed") -> Piece:
        """A value in a unit of measure."""
        places = 0 if what == "target" else self._rng.choice((0, 1, 2))
        value = round(Decimal(self._rng.randint(low * 100, high * 100)) / 100, places)
        return self._hedged(f"{printed(value, places)} {unit}", value, unit, what)

    def points(self) -> Piece:
        """A change of a share, in points or as a per cent sign alone."""
        value = Decimal(self._rng.randint(3, 94)) / 10
        places = 0 if value == int(value) else 1
        if self._rng.random() < 0.6:
            text = f"{printed(value, places)} điểm phần trăm"
            return _quantity(text, value, "điểm phần trăm", alt={"unit": ["%"]})
        return _quantity(f"{printed(value, places)}%", value, "%")

    def growth(self) -> Piece:
        """A change of a count or a sum, in per cent."""
        value = Decimal(self._rng.randint(8, 620)) / 10
        return self._hedged(f"{printed(value, 0 if value == int(value) else 1)}%", value, "%", "observed")

    def ratio(self, noun: str) -> tuple[Piece, Piece]:
        """So many of so many of a thing, and the share that this is."""
        whole = self._rng.randint(9, 1800)
        part = self._rng.randint(max(1, whole * 2 // 5), whole - 1)
        share = round(Decimal(part) * 100 / whole, 1)
        ratio = _quantity(f"{printed(part)}/{printed(whole)} {noun}", part, noun, of=whole)
        return ratio, _quantity(f"{printed(share, 0 if share == int(share) else 1)}%", share, "%")

    def rank(self, among: int) -> Piece:
        """A place among so many."""
        value = self._rng.randint(1, among)
        if self._rng.random() < 0.7:
            return _quantity(f"{value}/{among}", value, "rank", of=among)
        return _quantity(f"{value}", value, "rank")

    def times(self) -> Piece:
        """So many times as much."""
        value = Decimal(self._rng.randint(12, 48)) / 10
        return _quantity(f"{printed(value, 0 if value == int(value) else 1)} lần", value, "lần")

    def few(self, unit: str) -> Piece:
        """A small count in words."""
        value, word = self._rng.choice(list(_SPELLED.items()))
        return _quantity(f"{word} {unit}", value, unit)

    def steps(self) -> Piece:
        """So many places up or down."""
        value = self._rng.randint(1, 14)
        return _quantity(f"{value:02} bậc", value, "bậc", alt={"unit": ["rank"]})

    def score(self) -> Piece:
        """Points in an index."""
        value = Decimal(self._rng.randint(4800, 9700)) / 100
        return _quantity(f"{printed(value, 2)} điểm", value, "điểm", alt={"unit": ["index"]})

    def among_first(self) -> Piece:
        """The group of the first so many."""
        value = self._rng.choice((5, 10, 15, 20, 30))
        unit = self._rng.choice(("địa phương", "tỉnh, thành phố"))
        return _quantity(
            f"{value} {unit}", value, "rank", alt={"unit": [unit], "qualifier": ["at_least", "under", "over"]}
        )

    def _hedged(self, number: str, value: Decimal | int, unit: str, what: str) -> Piece:
        if self._rng.random() < 0.4 and value != 100:
            hedge = self._rng.choice([each for each in self._hedges if each.get("for", what) == what])
            return _quantity(hedge["text"].format(n=number), value, unit, qualifier=hedge["qualifier"])
        return _quantity(number, value, unit)
