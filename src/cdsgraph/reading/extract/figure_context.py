"""The part a figure plays, its period, whom it is about and who is cited for it, from the words around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cdsgraph.periods import days
from cdsgraph.reading.document import Document
from cdsgraph.reading.extract.clauses import Chunk
from cdsgraph.reading.extract.flow import Place, clause
from cdsgraph.reading.facts import QuantityRole
from cdsgraph.reading.periods import Anchor, TimeMention, find, shifted
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.text import name_key

ACT_KINDS = frozenset({"decision", "resolution", "plan"})
_THINGS = frozenset({"platform", "database", "system", "programme"})
_TOOLS = frozenset({"platform", "database"})
_BODIES = frozenset({"ministry", "unit", "government_body", "local_government", "company", "party_body", "legislature"})
_COUNTRY = name_key("Việt Nam")  # figures about the country carry no subject
_REACH = 300  # chunks that a sentence's topic holds over
_NEAR_ONLY = ("auxiliary", "report")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the headings and introducing lines above a block say: role and period."""

    role: QuantityRole | None = None
    period: str | None = None


def setting(above: Sequence[str], words: QuantityWords, anchor: Anchor) -> Setting:
    """What the lines above a block, outermost first, say about the figures in it; inner lines win."""
    role: QuantityRole | None = None
    period: str | None = None
    for line in above:
        spoken = tokens(line, 0, len(line))
        for index in range(len(spoken)):
            found = words.phrases.longest(spoken, index, "role_heading")
            if found is not None:
                role = found[1]["role_heading"]  # type: ignore[assignment]
                break
        times = [mention for mention in find(line, words.times, anchor) if mention.period and mention.use != "versus"]
        if times and role is None and (_deadline_ahead(times[0], anchor) or _ahead(times[0].period, anchor)):
            role = "target"
        if times:
            period = times[0].period if role != "target" else _deadline(times[0])
    return Setting(role, period)


def _deadline_ahead(mention: TimeMention, anchor: Anchor) -> bool:
    past = mention.period and anchor.year is not None and int(mention.period.rsplit("/", 1)[-1][:4]) <= anchor.year
    return mention.use == "until" and not past


def _ahead(period: str | None, anchor: Anchor) -> bool:
    """Whether more than half of a part of a year lies after the text: "6 tháng cuối năm" in a report of July."""
    if period is None or anchor.year is None or anchor.month is None or len(period) == len("2024"):
        return False
    first, last = days(period)
    return first + (last - first) / 2 > date(anchor.year, anchor.month, anchor.day or 1)


def _deadline(mention: TimeMention) -> str | None:
    """The last year of an interval that targets are set for."""
    period = mention.period
    return period.rsplit("/", 1)[-1] if period and mention.kind == "interval" else period


def role_of(
    place: Place,
    period: str | None,
    above: Setting,
    inherited: QuantityRole | None,
    document: Document,
    anchor: Anchor,
    *,
    share: bool,
) -> QuantityRole:
    """The part a figure plays; `inherited` is that of the figure before it, where it depends on that one.

    A `share` of a budget among targets is one of them; only a sum is planned.
    """
    behind = clause(place.right, 12)
    said = _plan(behind) or _first_role(behind, "role_any", "role_after")
    if said is None:
        said = _spoken_before(place)
    if said == "observed" and period is not None and future(period, anchor) and not _done(place):
        said = "target"
    if said == "plan" and share and above.role == "target":
        said = "target"
    if said is not None:
        return said
    if inherited is not None:
        return inherited
    if period is not None and future(period, anchor):
        return "target"
    if above.role is not None:
        return above.role
    return "target" if document.metadata.kind in ACT_KINDS else "observed"


def _plan(words: Sequence[Chunk]) -> QuantityRole | None:
    return "plan" if any(each.labels.get("role_any") == "plan" for each in words) else None


def _first_role(words: Sequence[Chunk], *labels: str) -> QuantityRole | None:
    for each in words:
        for label in labels:
            if label in each.labels:
                return each.labels[label]  # type: ignore[return-value]
    return None


def _spoken_before(place: Place) -> QuantityRole | None:
    near = len(place.near)
    for distance, each in enumerate(reversed(place.left)):
        if distance >= near and each.has(*_NEAR_ONLY):
            continue
        for label in ("role_any", "role_before"):
            if label in each.labels:
                before = place.left[-distance - 2] if distance + 2 <= len(place.left) else None
                if each.labels[label] == "forecast" and before is not None and before.has("money"):
                    return "plan"  # a sum expected to be spent is one planned: "tổng kinh phí dự kiến"
                return each.labels[label]  # type: ignore[return-value]
    return None


def _done(place: Place) -> bool:
    return any(each.labels.get("role_any") == "observed" for each in place.near)


def future(period: str, anchor: Anchor) -> bool:
    """Whether a period ends in a year after that of the text."""
    last = period.rsplit("/", 1)[-1]
    return anchor.year is not None and int(last[:4]) > anchor.year


def period_of(
    chunks: Sequence[Chunk], place: Place, above: Setting, carried: str | None, chained: TimeMention | None = None
) -> tuple[str | None, str | None]:
    """The period of a figure and, for comparisons, the period compared with.

    `chained` is the time at the end of the chain of figures that it stands in, `carried` the day of a count before.
    """
    at = place.at
    versus = _versus(place)
    own = _time_near(chunks, place)
    period = own.period if own is not None else None
    if own is not None and own.kind == "interval" and own.period:
        period = _bound(place, own.period)
    if own is None:
        earlier = [
            each.time for each in chunks[max(0, at - _REACH) : at] if each.time is not None and _usable(each.time)
        ]
        topic = [time for time in earlier if time.period is not None]
        if topic:
            chosen = topic[-1]
            period = _bound(place, chosen.period) if chosen.kind == "interval" and chosen.period else chosen.period
        else:
            period = (chained.period if chained is not None else None) or above.period or carried
    like = _like_period(place)
    if like is not None:
        return compared(period, like)[1], None
    if versus is None:
        return period, None
    return compared(period, versus)


def _usable(time: TimeMention) -> bool:
    return time.use not in ("versus", "from") and time.kind != "same_period"


def _time_near(chunks: Sequence[Chunk], place: Place) -> TimeMention | None:
    """The time in the figure's own clause: behind it before the next figure, else before it after the last comma."""
    behind = time_behind(place)
    if behind is not None:
        return behind
    at = place.at
    if at + 2 < len(chunks) and chunks[at + 1].text == "(" and chunks[at + 2].time is not None:
        inside = chunks[at + 2].time
        labels = (
            at + 3 < len(chunks) and chunks[at + 3].text == ":"
        )  # "(T4/2025: 26,08%)" is the time of another figure
        if inside is not None and not labels and inside.period is not None and _usable(inside):
            return inside
    for each in reversed(place.near):
        if each.time is not None and _usable(each.time):
            return each.time
    return None


def time_behind(place: Place) -> TimeMention | None:
    """The time in the words behind a figure, if it has one of its own."""
    times = (each.time for each in clause(place.right, 16) if each.time is not None)
    return next((time for time in times if _usable(time) and time.period is not None), None)


def _like_period(place: Place) -> TimeMention | None:
    """The like period of another year as the time of the figure itself: "…, cùng kỳ năm 2023 là 58%"."""
    first = place.near[0].time if place.near else None
    if first is None or first.kind != "same_period" or any(each.has("change") for each in place.near):
        return None
    return first if any(each.has("reach") for each in place.near) else None


def _bound(place: Place, period: str) -> str:
    """The end of an interval that a figure is of: "từ 0,48 lên 0,71" are those of the first and of the last year."""
    first, _, last = period.partition("/")
    before = place.left[-1] if place.left else None
    if before is None:
        return period
    if before.text.casefold() == "từ":
        return first
    if before.labels.get("change_kind") == "level" and place.previous is not None and len(place.left) == 1:
        return last
    return period


def _versus(place: Place) -> TimeMention | None:
    for each in place.right:
        if each.time is not None and (each.time.use == "versus" or each.time.kind == "same_period"):
            return each.time
        if each.kind == "time":
            continue
        if each.text == "," and not any(later.has("compare") for later in place.right):
            break
    return None


def compared(period: str | None, versus: TimeMention) -> tuple[str | None, str | None]:
    """The period of a comparison, as far as it is known, and the one compared with."""
    if versus.kind != "same_period":
        return period, versus.period
    if versus.period is not None:
        base_year = int(versus.period[:4])
        if period is None:
            return str(base_year + 1), versus.period
        last = period.rsplit("/", 1)[-1]
        return period, shifted(period, base_year - int(last[:4]))
    return period, shifted(period, versus.shift or -1) if period is not None else None


def subject_of(chunks: Sequence[Chunk], place: Place, following: Place | None, role: QuantityRole) -> str | None:
    """The canonical name of what a figure is about: a thing it is on or of, or the subject of its sentence."""
    behind = place.right
    if following is not None and all(each.text in ("và", ",") for each in behind):
        behind = following.right
    for index, each in enumerate(behind[:14]):
        if index and each.entity is not None and each.entity.type in _THINGS and behind[index - 1].has("place"):
            return each.entity.name
    if place.at > 1 and chunks[place.at - 1].text == ":" and (labelled := chunks[place.at - 2].entity) is not None:
        return labelled.name
    first = max(0, place.at - _REACH)
    names = [
        (index, each.entity)
        for index, each in enumerate(chunks[first : place.at], first)
        if each.entity is not None and each.entity.type in _THINGS
    ]
    opening = [entity for index, entity in names if _opens(chunks, index)]
    if opening:
        return opening[-1].name
    tools = [entity for index, entity in names if entity.type in _TOOLS or not chunks[index + 1].has("place")]
    tools = [entity for entity in tools if entity.type != "programme"]
    if tools:
        return tools[-1].name
    return _acting_body(place) if role == "observed" else None


def is_national(place: Place) -> bool:
    """Whether a figure is said to be about the whole country."""
    return any(
        each.has("nation") or (each.entity is not None and name_key(each.entity.name) == _COUNTRY)
        for each in (*place.opening, *place.right)
    )


def _opens(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether the chunk is the first of its clause, conjunctions and times apart."""
    for each in reversed(chunks[:index]):
        if each.text in (";", ".", ":"):
            return True
        if each.kind == "time" or each.text in (",", "và") or each.has("conjunction"):
            continue
        return False
    return True


def _acting_body(place: Place) -> str | None:
    for index, each in enumerate(place.opening):
        if each.text == "," or each.has("report", "attribution"):
            return None
        if each.entity is not None and (each.entity.type in _BODIES or each.entity.type == "place"):
            if each.entity.type == "place" and name_key(each.entity.name) == _COUNTRY:
                return None
            behind = place.opening[index + 1 : index + 2]
            acts = bool(behind) and behind[0].has("auxiliary", "verb", "reach") and not behind[0].has("report")
            clear = not any(later.text in ",;:(" for later in place.opening[index + 1 :])
            return each.entity.name if acts and clear and index <= 1 else None
    return None


def source_in(chunks: Sequence[Chunk]) -> str | None:
    """Who is cited in a sentence: "Theo X", "số liệu từ X cho thấy", "X cho biết"."""
    for index, each in enumerate(chunks):
        if each.entity is None or each.entity.type in (
            "pillar",
            "index",
            "place",
            "programme",
            "platform",
            "system",
            "database",
        ):
            continue
        before = chunks[max(0, index - 2) : index]
        behind = chunks[index + 1 : index + 4]
        if any(word.has("attribution") for word in before):
            return each.entity.name
        for later in behind:
            if later.has("report"):
                return each.entity.name
            if later.kind != "name" and not later.has("auxiliary"):
                break
    return None
