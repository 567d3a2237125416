"""What a printed number allows, what a target asks for, and whether the one surely satisfies the other.

Numbers are exact fractions. A hedged number stands for all values that its words allow; a verdict holds only when it
holds for each of them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cdsgraph.graph.hedges import Reach

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Values:
    """An interval of numbers; an end that is None is open to infinity, `open_*` leaves the end itself out."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool = False
    open_high: bool = False

    def within(self, other: "Values") -> bool:
        """Whether every value of this interval lies in the other."""
        return self._above(other) and self._below(other)

    def apart(self, other: "Values") -> bool:
        """Whether no value of this interval lies in the other."""
        return _ends_before(self, other) or _ends_before(other, self)

    def _above(self, other: "Values") -> bool:
        if other.low is None or self.low is None:
            return other.low is None
        return self.low > other.low or (self.low == other.low and (self.open_low or not other.open_low))

    def _below(self, other: "Values") -> bool:
        if other.high is None or self.high is None:
            return other.high is None
        return self.high < other.high or (self.high == other.high and (self.open_high or not other.open_high))


def _ends_before(left: Values, right: Values) -> bool:
    if left.high is None or right.low is None:
        return False
    return left.high < right.low or (left.high == right.low and (left.open_high or right.open_low))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as stated: value, end of a range, how far its hedge reaches (None: it has none), decimals.

    `beyond` is True where the number itself is not among the values meant ("trên 80%").
    """

    value: Fraction
    value_to: Fraction | None = None
    reach: Reach | None = None
    beyond: bool = False
    decimals: int = 0

    def agrees(self, other: "Amount") -> bool:
        """Whether one value may lie behind both numbers, hedges and rounding considered."""
        return not _unrounded(self, other.decimals).apart(_unrounded(other, self.decimals))

    def allowed(self) -> Values:
        """Every value that the words allow."""
        top = self.value if self.value_to is None else self.value_to
        if self.reach is None:
            return Values(self.value, top)
        below, above = self.reach.below, self.reach.above
        return Values(
            None if below is None else self.value - abs(self.value) * Fraction(below),
            None if above is None else top + abs(top) * Fraction(above),
            open_low=self.beyond,
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks for: comparator code, number, end of a range, decimals printed, the indicator's direction.

    `about` is how far "khoảng" reaches, of which the side is taken that is easier to reach.
    """

    comparator: str
    value: Fraction
    value_to: Fraction | None
    decimals: int
    direction: Direction | None
    about: Reach

    def bound(self) -> Fraction | None:
        """The number from which on the target is reached; None where it cannot be told which way leads to it.

        A plain number, and one with "about", is reached by going beyond it in the better direction. Where the sign
        points the other way than the indicator improves, the two contradict each other.
        """
        upward = {"at-least": True, "more-than": True, "at-most": False, "less-than": False}.get(self.comparator)
        if self.direction is None or (upward is not None and upward != (self.direction == "higher")):
            return None
        return self.value if self.direction == "higher" or self.value_to is None else self.value_to

    def gap(self, amount: Amount) -> Fraction | None:
        """How far a number is from the target in the target's own direction: below zero where it lies beyond.

        None for a range, and where the way to the target cannot be told.
        """
        bound = self.bound()
        if bound is None or amount.value_to is not None:
            return None
        return bound - amount.value if self.direction == "higher" else amount.value - bound

    def reached(self, amount: Amount, bound: Fraction | None = None) -> bool | None:
        """Whether a number reaches the target, or another bound on the way to it; None where its words leave it open.

        A number printed more coarsely than the target stands for all that round to it; one equal to a bound that is
        to be passed ("trên 80%") leaves open on which side it lies; "about 20" is surely missed only below the
        tolerance of "about".
        """
        line = self.bound() if bound is None else bound
        if line is None:
            return None
        values, strict = _unrounded(amount, self.decimals), self.comparator in ("more-than", "less-than")
        if _beyond(values, line, self.direction, strict):
            return True
        if self.comparator == "about":
            line = _eased(line, self.about, self.direction)
        short = values.apart(_region(line, self.direction))
        return False if short else None


def _beyond(values: Values, line: Fraction, direction: Direction | None, strict: bool) -> bool:
    region = _region(line, direction)
    if strict:
        region = Values(region.low, region.high, open_low=True, open_high=True)
    return values.within(region)


def _eased(line: Fraction, about: Reach, direction: Direction | None) -> Fraction:
    share = about.below if direction == "higher" else about.above
    slack = abs(line) * Fraction(share or 0)
    return line - slack if direction == "higher" else line + slack


def _region(line: Fraction, direction: Direction | None) -> Values:
    return Values(line, None) if direction == "higher" else Values(None, line)


def _unrounded(amount: Amount, decimals: int) -> Values:
    if amount.reach is not None or amount.value_to is not None or amount.decimals >= decimals:
        return amount.allowed()
    half = Fraction(1, 2 * 10**amount.decimals)
    return Values(amount.value - half, amount.value + half, open_high=True)
