"""Facts as records of Python, each with the words that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_COMMON: Final = frozenset({"doc", "kind", "start", "end", "quote", "sentence", "rule", "certainty", "iri", "review"})


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact read from a document; `text[start:end] == quote` holds in the document's text (code points).

    `kind` is legal_reference, entity, quantity, role, task, event or relation; `fields` are that kind's own, as
    `cdsgraph extract` writes them. `sentence` are the words of the sentence that holds the quote.
    """

    iri: str
    kind: str
    document: str
    start: int
    end: int
    quote: str
    sentence: str
    rule: str
    certainty: str
    fields: Mapping[str, Any]


def fact_record(told: Mapping[str, Any], text: str) -> FactRecord:
    """A fact from a line of facts.jsonl and the text of its document."""
    start, end = told["sentence"]
    return FactRecord(
        iri=told["iri"],
        kind=told["kind"],
        document=told["doc"],
        start=told["start"],
        end=told["end"],
        quote=told["quote"],
        sentence=text[start:end],
        rule=told["rule"],
        certainty=told["certainty"],
        fields={name: value for name, value in told.items() if name not in _COMMON},
    )
