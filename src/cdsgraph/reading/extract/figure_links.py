"""What a sentence says its figures are to each other: part and whole, sum, remainder, change.

A link is made only where the words state it; what merely could be reckoned is left alone. Percentages that name a whole
of their own ("chiếm 96% tổng số người tham gia") belong to no figure before them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.clauses import Chunk
from cdsgraph.reading.extract.flow import Place, bare, clause
from cdsgraph.reading.extract.predicates import acts, noun_phrase
from cdsgraph.reading.facts import ChangeLink, FigureLink, Quantity, RemainderLink, ShareLink, SumLink

_PERCENT = "%"
_CHAIN = 12
_CLOSE = Decimal("0.5")
_SHARED = "share of the figure before"
_CHANGED = "change of the figure before"
_RULE = "figure link: "
# What may lead from a comma or bracket to a percentage: "(chiếm tỷ lệ 78%)".
_LEADING = ("reach", "auxiliary", "measure", "preposition", "change", "qualifier", "conjunction", "deictic", "exists")


@dataclass(frozen=True, slots=True)
class Said:
    """A figure of a sentence: the quantity, its place among the chunks, how what it measures was found."""

    quantity: Quantity
    place: Place
    way: str

    @property
    def percent(self) -> bool:
        """Whether it is a percentage."""
        return self.quantity.unit == _PERCENT

    @property
    def counted(self) -> bool:
        """Whether it is a plain amount: no percentage, no range, no change."""
        return not (self.percent or self.changed or self.quantity.value_to is not None or self.ranked)

    @property
    def changed(self) -> bool:
        """Whether it is a change."""
        return self.quantity.direction is not None

    @property
    def ranked(self) -> bool:
        """Whether it is a place in a ranking."""
        return self.quantity.unit == "rank"

    @property
    def owner(self) -> int | None:
        """The figure on which it may depend."""
        return self.place.host if self.place.previous is None else self.place.previous


def find(chunks: Sequence[Chunk], said: Mapping[int, Said], totals: Sequence[str]) -> tuple[FigureLink, ...]:
    """The links between the figures of a sentence, in order; `said` has them by chunk index, `totals` mean "total"."""
    if len(said) < 2:
        return ()
    sentence = _Sentence(chunks, said, frozenset(totals))
    shares = list(sentence.shares())
    found: list[FigureLink] = [*shares, *sentence.remainders(shares), *sentence.sums(shares), *sentence.changes()]
    return tuple(sorted(found, key=lambda each: (each.span, type(each).__name__)))


@dataclass(frozen=True, slots=True)
class _Sentence:
    chunks: Sequence[Chunk]
    said: Mapping[int, Said]
    totals: frozenset[str]

    # ------------------------------------------------------------------------------------------------- shares
    def shares(self) -> Iterator[ShareLink]:
        """Percentages of a figure before them, and those explained by a ratio in brackets behind them."""
        for each in self.said.values():
            if each.percent and not each.changed and each.quantity.value_to is None:
                link = self._share(each)
                if link is not None:
                    yield link
            elif each.counted and each.quantity.of is not None and each.place.previous is None:
                host = self._at(each.place.host)
                if host is not None and host.percent and not host.changed and host.quantity.value_to is None:
                    yield self._share_link(each, None, host)

    def _share(self, percent: Said) -> ShareLink | None:
        part = self._at(percent.owner)
        if part is None or percent.way != _SHARED or not part.counted or percent.quantity.role != part.quantity.role:
            return None
        leading = percent.place.left if percent.place.depth else percent.place.near
        if any(each.kind != "time" and not each.has(*_LEADING) for each in leading):
            return None
        if part.quantity.of is not None:
            return self._share_link(part, None, percent) if self._of(percent, part) else None
        before = self._at(part.place.previous)
        if before is not None and self._joins_whole(before, part) and _alike(before.quantity, part.quantity):
            return self._share_link(before, part, percent) if self._of(percent, part) else None
        whole = self._whole(part)
        if whole is None or not self._of(percent, whole) or self._first(whole) is not None:
            return None
        return self._share_link(part, whole, percent)

    def _of(self, percent: Said, whole: Said) -> bool:
        """Whether the words behind a percentage leave it to the whole before, or name that whole again."""
        behind = clause(percent.place.right)
        if any(each.has("compare") for each in percent.place.right[:3]):
            return False
        words = [each for each in noun_phrase(behind) if not each.has("deictic") and each.text not in self.totals]
        if not words or _noun_of(percent.place, whole.quantity):
            return True
        return " ".join(each.text for each in words).casefold().startswith(whole.quantity.unit.casefold())

    def _joins_whole(self, before: Said, after: Said) -> bool:
        """Whether "trên tổng số", "trong tổng số" lead from a part to its whole."""
        between = self._between(before.place.at, after.place.at)
        return len(between) >= 2 and between[-1].text in self.totals and between[-2].has("preposition")

    def _whole(self, part: Said) -> Said | None:
        """The figure that "trong đó" before a part, or a comma and a verb, makes its whole."""
        first = self._first(part)
        if first is not None:
            return first[0]
        before = self._counted_before(part)
        if before is None or before.quantity.unit.casefold() != part.quantity.unit.casefold():
            return None
        between = self._between(before.place.at, part.place.at)
        comma = bool(between) and between[0].text == "," and len(between) <= 4 and all(map(acts, between[1:]))
        return before if comma and before.quantity.value > part.quantity.value else None

    def _first(self, part: Said) -> tuple[Said, Said] | None:
        """Of the chain of like figures that a part belongs to, the whole before it and its first part."""
        for _ in range(_CHAIN):
            before = self._counted_before(part)
            if before is None or not _alike(before.quantity, part.quantity):
                return None
            between = self._between(before.place.at, part.place.at)
            if any(each.has("within") for each in between):
                return before, part
            if any(each.text in ".:!?…" for each in between if each.kind == "mark"):
                return None
            part = before
        return None

    # --------------------------------------------------------------------------------------------- remainders
    def remainders(self, shares: Sequence[ShareLink]) -> Iterator[RemainderLink]:
        """What is said to be left: of a ratio, of a whole after "trong đó", or beside a part with its share."""
        for each in self.said.values():
            if not each.counted or each.quantity.of is not None or not _left_over(each.place):
                continue
            owner = self._at(each.owner)
            if owner is None or not owner.counted or not _alike(owner.quantity, each.quantity):
                continue
            if owner.quantity.of is not None:
                yield self._remainder(None, [owner], each)
                continue
            chain = self._first(each)
            if chain is not None and chain[1] is not each:
                parts = [p for p in self._from(chain[1]) if p.place.at < each.place.at]
                yield self._remainder(chain[0], parts, each)
                continue
            share = next((s for s in shares if s.part == owner.quantity.span and s.whole is not None), None)
            if share is not None:
                yield self._remainder(self._by_span(share.whole), [owner], each)

    # --------------------------------------------------------------------------------------------------- sums
    def sums(self, shares: Sequence[ShareLink]) -> Iterator[SumLink]:
        """Totals with all their parts: "gồm", a list in brackets, or parts whose shares make up the whole."""
        for total in self.said.values():
            if not total.counted or total.quantity.of is not None:
                continue
            parts = self._bracket(total) or self._consisting(total) or self._shared(total, shares)
            if len(parts) > 1:
                span = _hull([total, *parts])
                yield SumLink(
                    span=span,
                    sentence=total.quantity.sentence,
                    rule=f"{_RULE}sum",
                    total=total.quantity.span,
                    parts=tuple(part.quantity.span for part in parts),
                )

    def _bracket(self, total: Said) -> list[Said]:
        """Like figures that are all there is in the brackets right behind a total, listed to the end."""
        inside = [each for each in self.said.values() if each.place.host == total.place.at and each.place.depth]
        if len(inside) < 2 or any(not each.counted or each.quantity.of is not None for each in inside):
            return []
        between = self._stretch(total.place.at, inside[0].place.at)
        opened = [index for index, each in enumerate(between) if each.text == "("]
        if not opened or any(each.has("within", "breakdown") and not each.has("sum") for each in between[opened[0] :]):
            return []
        if len({each.place.depth for each in inside}) > 1 or any(acts(each) for each in between[: opened[0]]):
            return []
        closed = self._stretch(inside[-2].place.at, inside[-1].place.at)
        listed = any(each.text == ";" or each.has("coordinator") for each in closed)
        return inside if listed and all(_alike(total.quantity, each.quantity) for each in inside) else []

    def _consisting(self, total: Said) -> list[Said]:
        """The like figures after "gồm" or a colon behind a total, if nothing unlike follows them."""
        first = self._counted_after(total)
        if first is None or not _alike(total.quantity, first.quantity):
            return []
        between = self._between(total.place.at, first.place.at)
        opened = any(each.has("sum") for each in between) or [each.text for each in between] == [":"]
        if not opened or any(each.has("within") for each in between):
            return []
        parts = self._from(first)
        last = self._counted_after(parts[-1])
        joined = any(each.text == "và" for each in clause(parts[-1].place.right)[:12])
        return [] if last is not None or joined or any(_left_over(each.place) for each in parts) else parts

    def _shared(self, total: Said, shares: Sequence[ShareLink]) -> list[Said]:
        own = [each for each in shares if each.whole == total.quantity.span]
        percents = [self._by_span(each.percent) for each in own]
        whole = sum((each.quantity.value for each in percents if each is not None), Decimal(0))
        if len(own) < 2 or abs(whole - 100) > _CLOSE:
            return []
        return [part for part in map(self._by_span, (each.part for each in own)) if part is not None]

    # ------------------------------------------------------------------------------------------------ changes
    def changes(self) -> Iterator[ChangeLink]:
        """Changes with the level they led to, and the level before where it is told."""
        for each in self.said.values():
            if not each.changed or each.quantity.value_to is not None or each.ranked:
                continue
            pair = self._levels(each)
            if pair is not None:
                yield self._change(pair[0], pair[1], each)
                continue
            level = self._at(each.owner)
            while level is not None and level.changed and level.way == _CHANGED:
                level = self._at(level.owner)
            if level is None or each.way != _CHANGED or level.changed or level.quantity.value_to is not None:
                continue
            if level.quantity.of is None and not level.ranked:
                yield self._change(self._compared(each, level), level, each)

    def _levels(self, change: Said) -> tuple[Said, Said] | None:
        """The levels of "từ 0,48 lên 0,71" beside a change."""
        end = self._at(change.owner)
        following = self._at(change.place.following)
        if end is not None and self._beside(end, change):
            start = self._at(end.place.previous)
            if start is not None and self._from_to(start, end):
                return start, end
        if following is not None and self._beside(change, following):
            end = self._at(following.place.following)
            if end is not None and self._from_to(following, end):
                return following, end
        return None

    def _from_to(self, start: Said, end: Said) -> bool:
        if start.changed or end.changed or start.ranked or not _same_unit(start.quantity, end.quantity):
            return False
        before = [each for each in start.place.left if not each.has("qualifier")]
        between = [each for each in self._between(start.place.at, end.place.at) if each.kind != "time"]
        led = bool(between) and (between[-1].has("reach", "to") or between[-1].labels.get("change_kind") == "level")
        plain = all(
            each.has("reach", "to", "change", "preposition", "auxiliary") or each.text in "()" for each in between
        )
        return bool(before) and before[-1].has("from") and led and plain

    def _beside(self, first: Said, second: Said) -> bool:
        """Whether only commas, times and words of change stand between two figures."""
        return all(
            each.kind == "time" or each.text in ",()" or each.has("from", "change", "auxiliary", "preposition", "reach")
            for each in self._stretch(first.place.at, second.place.at)
        )

    def _compared(self, change: Said, level: Said) -> Said | None:
        """The figure of "so với 100 hồ sơ" behind a change."""
        base = self._at(change.place.following)
        if base is None or base.changed or base.place.depth != change.place.depth:
            return None
        between = self._between(change.place.at, base.place.at)
        compared = bool(between) and between[-1].has("compare")
        return base if compared and _same_unit(base.quantity, level.quantity) else None

    # ------------------------------------------------------------------------------------------------- places
    def _at(self, index: int | None) -> Said | None:
        return None if index is None else self.said.get(index)

    def _by_span(self, span: Span | None) -> Said | None:
        return next((each for each in self.said.values() if each.quantity.span == span), None)

    def _counted_before(self, each: Said) -> Said | None:
        """The last plain amount before, at the same depth of brackets."""
        before = self._at(each.place.previous)
        while before is not None and not before.counted:
            before = self._at(before.place.previous)
        return before

    def _counted_after(self, each: Said) -> Said | None:
        after = self._at(each.place.following)
        while after is not None and not after.counted:
            after = self._at(after.place.following)
        return after

    def _from(self, first: Said) -> list[Said]:
        """The chain of like amounts that begins with a figure."""
        parts = [first]
        while (after := self._counted_after(parts[-1])) is not None and _alike(first.quantity, after.quantity):
            parts.append(after)
        return parts

    def _stretch(self, start: int, end: int) -> list[Chunk]:
        return list(self.chunks[start + 1 : end])

    def _between(self, start: int, end: int) -> list[Chunk]:
        """The chunks between two places, without what stands in brackets there and without further figures."""
        found: list[Chunk] = []
        depth = 0
        for each in self._stretch(start, end):
            depth += (each.text == "(") - (each.text == ")")
            if depth == 0 and each.text != ")" and each.kind != "number":
                found.append(each)
        return found

    # -------------------------------------------------------------------------------------------------- links
    def _share_link(self, part: Said, whole: Said | None, percent: Said) -> ShareLink:
        return ShareLink(
            span=_hull([part, percent, *([whole] if whole is not None else [])]),
            sentence=part.quantity.sentence,
            rule=f"{_RULE}share",
            part=part.quantity.span,
            whole=whole.quantity.span if whole is not None else None,
            percent=percent.quantity.span,
        )

    def _remainder(self, whole: Said | None, parts: Sequence[Said], rest: Said) -> RemainderLink:
        return RemainderLink(
            span=_hull([*parts, rest, *([whole] if whole is not None else [])]),
            sentence=rest.quantity.sentence,
            rule=f"{_RULE}remainder",
            whole=whole.quantity.span if whole is not None else None,
            parts=tuple(part.quantity.span for part in parts),
            remainder=rest.quantity.span,
        )

    def _change(self, start: Said | None, end: Said, change: Said) -> ChangeLink:
        return ChangeLink(
            span=_hull([end, change, *([start] if start is not None else [])]),
            sentence=end.quantity.sentence,
            rule=f"{_RULE}change",
            start=start.quantity.span if start is not None else None,
            end=end.quantity.span,
            change=change.quantity.span,
        )


def _left_over(place: Place) -> bool:
    """Whether "còn lại" stands with a figure: "620 điểm còn lại", "còn lại 620 điểm", "còn lại là 620 điểm"."""
    before = [each for each in bare(place.left) if not each.has("reach", "exists")]
    behind = place.right[:2]
    return (bool(before) and before[-1].has("rest")) or any(each.has("rest") for each in behind)


def _alike(left: Quantity, right: Quantity) -> bool:
    """Whether two amounts count the same things: the words of one unit are among those of the other."""
    first, second = (set(each.unit.casefold().replace(",", " ").split()) for each in (left, right))
    return bool(first and second) and (first <= second or second <= first)


def _same_unit(left: Quantity, right: Quantity) -> bool:
    return left.unit.casefold() == right.unit.casefold()


def _noun_of(place: Place, whole: Quantity) -> bool:
    """Whether the noun of a ratio's whole stands behind the brackets of its percentage."""
    return place.depth > 0 and whole.of is not None


def _hull(figures: Sequence[Said]) -> Span:
    spans = [each.quantity.span for each in figures]
    return Span(min(each.start for each in spans), max(each.end for each in spans))
