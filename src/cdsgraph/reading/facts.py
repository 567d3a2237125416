"""The facts that a text states, as frozen records, and their JSON form (one object a line)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from cdsgraph.reading.document import Document, Span
from cdsgraph.vocab import ActType as ActType
from cdsgraph.vocab import EntityType as EntityType

Certainty = Literal["high", "medium", "low"]
Qualifier = Literal["exact", "approx", "over", "at_least", "under"]
QuantityRole = Literal["observed", "target", "forecast", "change", "plan"]
Direction = Literal["up", "down"]
TaskStatus = Literal["assigned", "done"]
Stage = Literal["drafting", "proposed", "submitted", "passed"]
Predicate = Literal[
    "has_unit", "part_of", "operates", "leads", "connected_to", "built_by", "approved_by", "has_pillar",
    "succeeded_by", "integrates", "published",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer decided on a fact (accept, reject or amend), why, who, and on which day (YYYY-MM-DD)."""

    decision: str
    reason: str
    reviewer: str | None
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a fact stands: its span, the sentence around it, the rule that found it and how sure that rule is.

    `review` is what a reviewer decided on it, if anybody looked at it.
    """

    span: Span
    sentence: Span
    rule: str
    certainty: Certainty = "high"
    review: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalReference(Evidence):
    """A document cited: its number as printed, type, date signed (ISO), issuer and title as far as the text tells.

    `stage` is how far its making has come where the text says so: "trình Quốc hội thông qua" is submitted.
    """

    type: ActType
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    stage: Stage | None = None
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Evidence):
    """Something with a name: canonical Vietnamese name, the surface forms used, every further mention."""

    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Evidence):
    """A number with its unit, what it measures, of whom and when.

    `of` is the denominator of a ratio, `value_to` the end of a range, `period` and `base_period` ISO 8601 reduced
    (2023, 2023-06, 2025-Q1, 2023-H2, 2020/2022), `decimals` the decimal places printed. A number that announces a
    list ("4 trụ cột: …") has the spans of what is listed in `items`. `scale` is what the scale words printed with it
    multiply by ("1,2 triệu": 1000000).
    """

    value: Decimal
    unit: str
    value_to: Decimal | None = None
    of: Decimal | None = None
    decimals: int = 0
    qualifier: Qualifier = "exact"
    role: QuantityRole = "observed"
    indicator: str = ""
    subject: str | None = None
    period: str | None = None
    direction: Direction | None = None
    base_period: str | None = None
    source: str | None = None
    items: tuple[Span, ...] = ()
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Evidence):
    """A person named with an office: title, body where the text tells it, the document's date."""

    person: str
    title: str
    organisation: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Evidence):
    """Something that somebody is to do: who, with whom, told by whom, by when (ISO 8601 reduced), and its status.

    The span is the verb phrase, at most 30 words; `action` restates it in at most 15 words; `event` names the
    meeting at which it was given. No assignee means that the text names none; a status of None, that it only advises.
    """

    action: str
    assignees: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    assigner: str | None = None
    deadline: str | None = None
    status: TaskStatus | None = "assigned"
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Evidence):
    """A meeting, ceremony, launch or campaign: its name, date (ISO 8601 reduced), who chairs, holds and attends it."""

    name: str
    date: str | None = None
    chair: str | None = None
    organisers: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Evidence):
    """That one named thing stands to another as the predicate says; the span is the words that state it."""

    subject: str
    predicate: Predicate
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Evidence):
    """The motto of an event or of a period: "chủ đề năm 2024 là …"; `event` or `period` (ISO 8601 reduced) is set."""

    words: str
    event: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink(Evidence):
    """That one figure is a percentage another is of a whole; each figure by its span.

    A whole of None is the denominator printed with the part ("2.233/2.853 (78%)").
    """

    part: Span
    whole: Span | None
    percent: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLink(Evidence):
    """That a total consists of exactly these parts; each figure by its span."""

    total: Span
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainderLink(Evidence):
    """That a figure is what the parts leave of a whole; a whole of None is the denominator printed with the part."""

    whole: Span | None
    parts: tuple[Span, ...]
    remainder: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLink(Evidence):
    """That a figure is the change to a level reached, from a level before where the text tells it."""

    start: Span | None
    end: Span
    change: Span


FigureLink = ShareLink | SumLink | RemainderLink | ChangeLink

Fact = LegalReference | Entity | Quantity | Role | Task | Event | Relation


@dataclass(frozen=True, slots=True)
class NumberSeen:
    """A number of the text that is no quantity: `reason` says what it is (date, ordinal …), None that nobody knows."""

    span: Span
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Words that looked like a fact of a kind to a rule and are none, with the reason."""

    span: Span
    kind: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document says, facts in order of their spans, the numbers that became no fact, and the themes named.

    `links` are what the text says its figures are to each other: part and whole, sum, remainder, change.
    `rejected` are words that some rule took up and let go. `withdrawn` are facts that a reviewer rejected: they are no
    longer stated, but keep the names of others in place.
    """

    document: Document
    facts: tuple[Fact, ...]
    numbers: tuple[NumberSeen, ...] = ()
    themes: tuple[Theme, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    withdrawn: tuple[Fact, ...] = ()
    links: tuple[FigureLink, ...] = ()


_KINDS = {
    LegalReference: "legal_reference", Entity: "entity", Quantity: "quantity", Role: "role", Task: "task",
    Event: "event", Relation: "relation",
}  # fmt: skip


def place_of(fact: Fact) -> tuple[Span, str]:
    """What the facts of a document are sorted by: their span, then their class."""
    return fact.span, type(fact).__name__


def kind_of(fact: Fact) -> str:
    """The record kind of a fact: legal_reference, entity, quantity, role, task, event or relation."""
    return _KINDS[type(fact)]


def record(fact: Fact, document: Document, *, iri: str | None = None) -> dict[str, Any]:
    """The fact as a JSON-ready object; `text[start:end] == quote` holds in the document's text."""
    common: dict[str, Any] = {
        "doc": document.name,
        "kind": kind_of(fact),
        "start": fact.span.start,
        "end": fact.span.end,
        "quote": fact.span.of(document.text),
        "sentence": [fact.sentence.start, fact.sentence.end],
    }
    tail: dict[str, Any] = {"rule": fact.rule, "certainty": fact.certainty}
    if fact.review is not None:
        tail["review"] = {"decision": fact.review.decision, "reason": fact.review.reason, "date": fact.review.day}
    if iri is not None:
        tail["iri"] = iri
    return common | _own_fields(fact) | tail


def number_record(number: NumberSeen, document: Document) -> dict[str, Any]:
    """A number that is no quantity as a JSON-ready object; line and column count from 1, no reason: not understood."""
    line, column = document.place(number.span.start)
    return {
        "doc": document.name,
        "start": number.span.start,
        "end": number.span.end,
        "quote": number.span.of(document.text),
        "line": line,
        "column": column,
        "reason": number.reason,
    }


def _own_fields(fact: Fact) -> dict[str, Any]:
    if isinstance(fact, LegalReference):
        return {
            "number": fact.number,
            "type": fact.type,
            "date": fact.date,
            "issuer": fact.issuer,
            "title": fact.title,
            "stage": fact.stage,
            "mentions": [[m.start, m.end] for m in fact.mentions],
        }
    if isinstance(fact, Entity):
        return {
            "type": fact.type,
            "name": fact.name,
            "aliases": list(fact.aliases),
            "mentions": [[m.start, m.end] for m in fact.mentions],
        }
    if isinstance(fact, Role):
        return {"person": fact.person, "title": fact.title, "organisation": fact.organisation, "at": fact.at}
    if isinstance(fact, Task):
        return {
            "assignees": list(fact.assignees),
            "coordinators": list(fact.coordinators),
            "assigner": fact.assigner,
            "action": fact.action,
            "deadline": fact.deadline,
            "status": fact.status,
            "event": fact.event,
        }
    if isinstance(fact, Event):
        return {
            "name": fact.name,
            "date": fact.date,
            "chair": fact.chair,
            "organiser": list(fact.organisers),
            "participants": list(fact.participants),
            "mentions": [[m.start, m.end] for m in fact.mentions],
        }
    if isinstance(fact, Relation):
        return {"subject": fact.subject, "predicate": fact.predicate, "object": fact.object}
    return {
        "value": _number(fact.value),
        "value_to": None if fact.value_to is None else _number(fact.value_to),
        "of": None if fact.of is None else _number(fact.of),
        "unit": fact.unit,
        "qualifier": fact.qualifier,
        "role": fact.role,
        "indicator": fact.indicator,
        "subject": fact.subject,
        "period": fact.period,
        "direction": fact.direction,
        "base_period": fact.base_period,
        "source": fact.source,
        "items": [[i.start, i.end] for i in fact.items],
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
