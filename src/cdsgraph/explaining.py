"""What was read from a document, in words: sentence by sentence its facts and the numbers that became none."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.facts import (
    Entity,
    Event,
    Fact,
    LegalReference,
    NumberSeen,
    Quantity,
    Reading,
    Rejected,
    Theme,
    record,
)
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import Language, squeeze

_NO_FIELDS: Final = frozenset(
    ("doc", "kind", "start", "end", "quote", "sentence", "mentions", "rule", "certainty", "iri")
)


def load_words(folder: Path, lang: Language) -> Mapping[str, str]:
    """The words of `{folder}/explaining.csv` in one language. Raises RulesError where it is missing or malformed."""
    return {row["key"]: row[lang] for row in read_table(folder, "explaining", ("key", "vi", "en"))}


def text(reading: Reading, words: Mapping[str, str]) -> str:
    """Each sentence with facts or numbers, in order: its place (file:line:column, from 1), its words, then each fact
    and theme with fields, rule and certainty, each number that became no fact with what it is, and what a rule took up
    and let go, with the reason; last the counts."""
    document = reading.document
    facts: dict[Span, list[Fact]] = defaultdict(list)
    numbers: dict[Span, list[NumberSeen]] = defaultdict(list)
    for fact in reading.facts:
        facts[_sentence(document, fact.span)].append(fact)
    for number in reading.numbers:
        numbers[_sentence(document, number.span)].append(number)
    themes: dict[Span, list[Theme]] = defaultdict(list)
    for theme in reading.themes:
        themes[_sentence(document, theme.span)].append(theme)
    rejected: dict[Span, list[Rejected]] = defaultdict(list)
    for each in sorted(reading.rejected, key=lambda refused: refused.span):
        rejected[_sentence(document, each.span)].append(each)
    lines: list[str] = []
    for span in sorted(facts.keys() | numbers.keys() | themes.keys() | rejected.keys()):
        here = facts[span]
        line, column = document.place(span.start)
        lines += [f"{document.name}:{line}:{column}", f"  {squeeze(span.of(document.text))}"]
        for fact in here:
            lines += _fact(fact, document, words)
        for theme in themes[span]:
            lines += _theme(theme, document, words)
        lines += [_number(each, document, words) for each in numbers[span] if not _told(each, here)]
        lines += [_rejected(each, document, words) for each in rejected[span]]
        lines.append("")
    unknown = sum(number.reason is None for number in reading.numbers)
    counts = words["summary"].format(facts=len(reading.facts), numbers=len(reading.numbers), unknown=unknown)
    return "\n".join([*lines, f"{document.name}: {counts}", "", ""])


def _sentence(document: Document, span: Span) -> Span:
    """The sentence around a span; outside all sentences the span itself."""
    found = document.sentence_at(span.start)
    return found.span if found else span


def _told(number: NumberSeen, facts: list[Fact]) -> bool:
    """Whether a number is told already, as part of the name or citation that it stands in."""
    return number.reason is not None and any(
        number.span in fact.span for fact in facts if not isinstance(fact, Quantity)
    )


def _fact(fact: Fact, document: Document, words: Mapping[str, str]) -> list[str]:
    told = record(fact, document)
    if isinstance(fact, Quantity):
        told["items"] = [_quoted(item, document) for item in fact.items]
    fields = [
        f"{_label(told['kind'], name, words)}: {_value(value)}"
        for name, value in told.items()
        if name not in _NO_FIELDS and value not in (None, "", [])
    ]
    if isinstance(fact, Entity | LegalReference | Event) and fact.mentions:
        places = ("{}:{}".format(*document.place(mention.start)) for mention in fact.mentions)
        fields.append(f"{words['mentions']}: {', '.join(places)}")
    kind, certainty = words[f"kind.{told['kind']}"], words[f"certainty.{fact.certainty}"]
    return [
        f"  + {kind} {_quoted(fact.span, document)}",
        f"      {' · '.join(fields)}",
        f"      {words['rule']}: {fact.rule} · {words['certainty']}: {certainty}",
    ]


def _theme(theme: Theme, document: Document, words: Mapping[str, str]) -> list[str]:
    of = f"{words['field.event']}: {theme.event}" if theme.event else f"{words['field.period']}: {theme.period}"
    return [
        f"  + {words['kind.theme']} {_quoted(theme.span, document)}",
        f"      {of}",
        f"      {words['rule']}: {theme.rule} · {words['certainty']}: {words[f'certainty.{theme.certainty}']}",
    ]


def _label(kind: str, field: str, words: Mapping[str, str]) -> str:
    """What a field is called: where one name means two things, by the kind of the fact."""
    return words.get(f"field.{kind}.{field}") or words[f"field.{field}"]


def _number(number: NumberSeen, document: Document, words: Mapping[str, str]) -> str:
    quote = _quoted(number.span, document)
    if number.reason is None:
        return f"  ? {words['number']} {quote}: {words['not_understood']}"
    return f"  - {words['number']} {quote}: {words.get(f'reason.{number.reason}', number.reason)}"


def _rejected(refused: Rejected, document: Document, words: Mapping[str, str]) -> str:
    why = words[f"rejected.{refused.reason}"]
    return f"  x {words[f'kind.{refused.kind}']} {_quoted(refused.span, document)}: {why} ({refused.rule})"


def _quoted(span: Span, document: Document) -> str:
    return f"“{squeeze(span.of(document.text))}”"


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
