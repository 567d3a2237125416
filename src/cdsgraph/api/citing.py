"""A fact as it is cited: its words, where they stand, and the reference that `/cite` gives."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph.errors import DatasetError
from cdsgraph.graph.diff import Side
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.cite import references
from cdsgraph.text import Language
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, PROV, SCHEMA, term


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
    evidence = _one(side, iri, PROV, "wasDerivedFrom") or _one(side, iri, OA, "hasTarget")
    if label is None or evidence is None:
        raise DatasetError(f"<{iri.value}> is no fact with evidence", remedy="take the IRI from a query or facts()")
    sentence, source = _text(side, iri, CDS, "sentence"), _one(side, iri, CDS, "source")
    place = _place(side, evidence)
    told = _cited(side, iri, evidence, source, place, sentence)
    printed = next((found for name in _WORDS if (found := _text(side, iri, CDS, name))), None)
    document = _text(side, source, CDS, "fileName") if source else None
    return Citation(
        iri=iri.value,
        label=label,
        printed=printed,
        sentence=sentence,
        document=document,
        source=", ".join(part for part in (told.publisher, told.work[language]) if part),
        start=place.start if place else None,
        end=place.end if place else None,
        verified=side.stands(document, place.start, place.end, place.words) if document and place else None,
        reference=references.reference(told, language),
    )


def _cited(
    side: Side,
    iri: NamedNode,
    evidence: NamedNode,
    source: NamedNode | None,
    place: references.Place | None,
    sentence: str | None,
) -> references.Cited:
    """What a reference needs: of the text, else of the act that a register entry goes by."""
    act = _one(side, iri, CDS, "act")
    work = source or act or _one(side, iri, CDS, "basis") or evidence
    title = None if source or act is None else _text(side, act, ELI, "title")
    maker = (act and _one(side, act, ELI, "passed_by")) or _one(side, iri, CDS, "attributedTo")
    file, row = _text(side, evidence, CDS, "file"), _text(side, evidence, CDS, "row")
    dated = _text(side, act, ELI, "date_document") if act else None
    return references.Cited(
        iri=iri.value,
        label={lang: side.label(iri, lang) or iri.value for lang in words.LANGUAGES},
        work={
            lang: ", ".join(part for part in (side.label(work, lang) or work.value, title) if part)
            for lang in words.LANGUAGES
        },
        publisher=_text(side, source, DCTERMS, "publisher") if source else maker and side.label(maker, "vi"),
        author=_text(side, source, DCTERMS, "creator") if source else None,
        date=_text(side, source, CDS, "eventDate") if source else dated or _text(side, iri, CDS, "statedOn"),
        bounds=(_text(side, source, CDS, "notBefore"), _text(side, source, CDS, "notAfter"))
        if source
        else (None, None),
        address=_text(side, source, SCHEMA, "url") if source else None,
        version=side.name,
        sentence=sentence,
        place=place,
        entry=(file, row) if file and row else None,
    )


def _place(side: Side, span: NamedNode) -> references.Place | None:
    selector = _one(side, span, OA, "hasSelector")
    if selector is None:
        return None
    start, end = (int(_text(side, selector, OA, name) or 0) for name in ("start", "end"))
    return references.Place(start, end, _text(side, selector, OA, "exact") or "")


def _one(side: Side, subject: NamedNode, vocabulary: str, name: str) -> NamedNode | None:
    found = side.values(subject, term(vocabulary, name))
    return next((each for each in found if isinstance(each, NamedNode)), None)


def _text(side: Side, subject: NamedNode, vocabulary: str, name: str) -> str | None:
    found = side.values(subject, term(vocabulary, name))
    return next((each.value for each in found if not isinstance(each, NamedNode)), None)
