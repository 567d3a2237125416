"""A fact as it is cited: its words, where they stand, and a reference to copy."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph.errors import DatasetError
from cdsgraph.graph.diff import Side
from cdsgraph.serving.pages import words
from cdsgraph.text import Language, squeeze
from cdsgraph.vocab import CDS, DCTERMS, OA, PROV, term


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference to a fact tells.

    `sentence`, `start` and `end` (code points, end exclusive) are None for what a register entry alone states.
    `verified` says that the words stand in the text at these positions; None where the text is not at hand.
    """

    iri: str
    label: str
    printed: str | None
    sentence: str | None
    document: str | None
    source: str
    start: int | None
    end: int | None
    verified: bool | None
    reference: str

    def __str__(self) -> str:
        return self.reference


_WORDS: Final = ("printed", "citedAs", "surface")


def citation(side: Side, iri: NamedNode, language: Language) -> Citation:
    """The citation of a fact. Raises DatasetError where the dataset tells nothing of it, or no evidence."""
    label = side.label(iri, language)
    span = _one(side, iri, term(PROV, "wasDerivedFrom")) or _one(side, iri, term(OA, "hasTarget"))
    if label is None or span is None:
        raise DatasetError(f"<{iri.value}> is no fact with evidence", remedy="take the IRI from a query or facts()")
    printed = next((found for name in _WORDS if (found := _text(side, iri, term(CDS, name)))), None)
    sentence = _text(side, iri, term(CDS, "sentence"))
    source = _one(side, iri, term(CDS, "source"))
    selector = _one(side, span, term(OA, "hasSelector"))
    table = words.table()
    told: dict[str, object] = {"label": label, "iri": iri.value}
    if sentence is None or source is None or selector is None:
        act = _one(side, iri, term(CDS, "act"))
        told["source"] = (side.label(act, language) if act else None) or ""
        reference = table["figure.reference.register"][language].format(**told)
        return Citation(
            iri.value, label, printed, sentence, None, str(told["source"]), None, None, None, squeeze(reference)
        )
    start, end = (int(_text(side, selector, term(OA, name)) or 0) for name in ("start", "end"))
    publisher = _text(side, source, term(DCTERMS, "publisher"))
    named = ", ".join(part for part in (publisher, side.label(source, language)) if part)
    document = _text(side, source, term(CDS, "fileName"))
    reference = table["figure.reference.text"][language].format(
        **told, source=named, sentence=sentence.strip(), start=start, end=end
    )
    verified = side.stands(document, start, end, printed) if document and printed else None
    return Citation(iri.value, label, printed, sentence, document, named, start, end, verified, reference)


def _one(side: Side, subject: NamedNode, predicate: NamedNode) -> NamedNode | None:
    return next((each for each in side.values(subject, predicate) if isinstance(each, NamedNode)), None)


def _text(side: Side, subject: NamedNode, predicate: NamedNode) -> str | None:
    return next((each.value for each in side.values(subject, predicate) if not isinstance(each, NamedNode)), None)
