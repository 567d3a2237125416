"""Numbers printed without what they count: it stands in the label before a colon, or with the figure before.

"Tổng số 45 nhiệm vụ (trong đó 23 hoàn thành)", "đã xử lý: 161; đang xử lý: 52", "kinh phí 4.374 tỷ".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.clauses import STRONG, Chunk
from cdsgraph.reading.extract.figures import Figure
from cdsgraph.reading.extract.flow import Place
from cdsgraph.reading.periods import TimeMention

_LABEL = 14  # chunks that a label reaches back
_MONEY_REACH = 12
_MONEY_FACTOR = 1_000_000
_CURRENCY = "VND"


@dataclass(frozen=True, slots=True)
class Completed:
    """A figure with its unit, the label it stands behind (none where it has no colon), and the time that label is."""

    figure: Figure
    label: tuple[Chunk, ...] = ()
    time: TimeMention | None = None


def complete(figure: Figure, place: Place, chunks: Sequence[Chunk], before: Figure | None) -> Completed | None:
    """What a bare number counts, from its label or from `before`, the figure it depends on; None if neither tells."""
    label = _label(chunks, place.at)
    if any(each.has("rank") for each in label):
        return None
    if _is_money(figure, (*label, *place.left[-_MONEY_REACH:])):
        return Completed(replace(figure, unit=_CURRENCY, kind="money"), label)
    if figure.amount.decimals and not figure.amount.scaled:
        return None
    if len(label) == 1 and label[0].time is not None:
        return Completed(_like(figure, before), time=label[0].time) if before is not None and before.unit else None
    noun = next((each for each in label or _topic(place) if not each.has("measure")), None)
    if noun is not None and (noun.has("count") or not label):
        counted = replace(figure, unit=noun.text, kind="count", noun=Span(noun.start, noun.end))
        return Completed(counted, label)
    if before is None or before.kind != "count" or not (label or _depends(place)):
        return None
    return Completed(_like(figure, before), label)


def _topic(place: Place) -> tuple[Chunk, ...]:
    """The noun counted that opens the sentence, of which the number is said: "Tổng số hồ sơ của 14 xã là 225"."""
    said = bool(place.left) and place.left[-1].has("reach") and place.near == place.left
    opening = [each for each in place.opening[:4] if each.kind == "word"]
    counts = len(opening) > 1 and opening[0].has("measure") and opening[1].has("count", "noun")
    return tuple(opening[1:2]) if said and counts else ()


def _like(figure: Figure, before: Figure) -> Figure:
    return replace(figure, unit=before.unit, kind=before.kind, noun=before.noun)


def _label(chunks: Sequence[Chunk], at: int) -> tuple[Chunk, ...]:
    """The words before the colon right before a figure, back to the mark or figure that they begin behind."""
    if not at or chunks[at - 1].text != ":":
        return ()
    start = at - 1
    while start and at - start <= _LABEL:
        each = chunks[start - 1]
        if each.kind == "number" or each.text == "," or (each.kind == "mark" and each.text in STRONG):
            break
        start -= 1
    return tuple(chunks[start : at - 1])


def _is_money(figure: Figure, around: Sequence[Chunk]) -> bool:
    """Whether millions or billions of nothing else are a sum of money, as said before them."""
    scaled = figure.amount.factor >= _MONEY_FACTOR
    return scaled and any(each.has("money") and not each.has("count") for each in around)


def _depends(place: Place) -> bool:
    """Whether a number goes on with what the figure before it counts: in brackets behind it, or as a part of it."""
    return place.host is not None or any(each.has("breakdown", "change") for each in place.left)
