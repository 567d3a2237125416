"""Facts to quads: what one source text states, as one named graph.

Nothing is decided here that reading has not decided: a fact becomes the record of its kind with its evidence, and the
things it names get the IRIs that linking chose. Activities are named from their inputs, never from the clock.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pyoxigraph import NamedNode, Quad

from cdsgraph import periods
from cdsgraph.graph.entity_types import CLASSES, classification, is_body
from cdsgraph.graph.figures import write_figure
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.reading.document import Document, Metadata, Span
from cdsgraph.reading.facts import Entity, Evidence, LegalReference, Quantity, Reading, Role, kind_of, place_of
from cdsgraph.reading.linking import Link, Linker
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, PROV, SCHEMA, SKOS, Iris, fingerprint, term

# The first part of a fact's IRI; a figure keeps its name when it turns out to be an aim and not an observation.
_IRI_KIND = {"legal_reference": "citation", "entity": "mention", "quantity": "figure", "role": "office"}
_SOURCE_CLASS = {"press-report": "NewsArticle", "article": "Article", "report": "Report"}
# Texts of these kinds are acts themselves; their own number stands in their head, after "Số:".
_ACT_KINDS = frozenset({"decision", "resolution", "plan"})
_HEAD = 600  # code points
_OWN_NUMBER = re.compile(r"\bSố\s*:?\s*$")
_CONTEXT = 24  # code points of text kept before and after a quote


def fact_iris(reading: Reading, iris: Iris) -> tuple[NamedNode, ...]:
    """The IRI of each fact, in the order of `reading.facts`; one that was withdrawn keeps its name from the others."""
    counts: dict[tuple[str, str], int] = {}
    minted = []
    withdrawn = set(map(id, reading.withdrawn))
    for fact in sorted((*reading.facts, *reading.withdrawn), key=place_of):
        kind = _IRI_KIND[kind_of(fact)]
        mark = fingerprint(fact.sentence.of(reading.document.text))
        counts[kind, mark] = counts.get((kind, mark), 0) + 1
        if id(fact) not in withdrawn:
            minted.append(iris.fact(kind, reading.document.metadata.slug, mark, counts[kind, mark]))
    return tuple(minted)


def quads(reading: Reading, linker: Linker, iris: Iris, *, rules_version: str) -> Iterable[Quad]:
    """The named graph of one source text: the source, its facts, and the things that only it names."""
    return _SourceGraph(reading, linker, iris, rules_version).write()


def _is_day(stated: str | None) -> bool:
    return stated is not None and len(stated) == len("YYYY-MM-DD")


class _SourceGraph:
    """Writes one source's graph; holds what every record of it needs."""

    def __init__(self, reading: Reading, linker: Linker, iris: Iris, rules_version: str) -> None:
        self._reading = reading
        self._document: Document = reading.document
        self._linker = linker
        self._iris = iris
        self._slug = self._document.metadata.slug
        self._source = iris.source(self._slug)
        self._rules_version = rules_version
        self._out = QuadWriter(iris.graph(f"source/{self._slug}"))
        self._shares = {
            fact.indicator
            for fact in reading.facts
            if isinstance(fact, Quantity) and fact.unit == "%" and fact.role != "change"
        }
        self._own_reference = self._find_own_reference()
        self._own_act = self._link_act(self._own_reference).iri if self._own_reference else None
        self._run = iris.thing("run", f"{self._slug}-{self._document.sha256[:8]}-{rules_version}")

    def write(self) -> QuadWriter:
        """Everything, source first."""
        self._write_source()
        self._write_run()
        for fact, iri in zip(self._reading.facts, fact_iris(self._reading, self._iris), strict=True):
            self._write_evidence(iri, fact)
            match fact:
                case LegalReference():
                    self._write_citation(iri, fact)
                case Entity():
                    self._write_mention(iri, fact)
                case Quantity():
                    write_figure(
                        self._out,
                        iri,
                        fact,
                        self._document,
                        self._linker,
                        self._iris,
                        shares=self._shares,
                        own_act=self._own_act,
                    )
                    self._name(self._linker.name(fact.subject))
                    self._name(self._linker.name(fact.source))
                case Role():
                    self._write_office(iri, fact)
        return self._out

    # -------------------------------------------------------------------------------------------- source and run
    def _write_source(self) -> None:
        out, source, meta = self._out, self._source, self._document.metadata
        out.types(source, term(CDS, "SourceText"))
        if meta.kind in _SOURCE_CLASS:
            out.types(source, term(SCHEMA, _SOURCE_CLASS[meta.kind]))
        title = meta.title or self._fallback_title(meta)
        out.labels(source, title)
        out.text(source, term(DCTERMS, "title"), meta.title, "vi")
        out.text(source, term(DCTERMS, "publisher"), meta.publisher)
        out.text(source, term(DCTERMS, "creator"), meta.author)
        out.partial_date(source, term(DCTERMS, "issued"), meta.published)
        out.partial_date(source, term(CDS, "eventDate"), meta.event_date)
        out.text(source, term(CDS, "dateBasis"), meta.published_basis)
        out.day(source, term(CDS, "notBefore"), meta.not_before)
        out.day(source, term(CDS, "notAfter"), meta.not_after)
        out.text(source, term(DCTERMS, "language"), meta.language)
        out.text(source, term(DCTERMS, "rights"), meta.rights)
        out.link(source, term(SCHEMA, "url"), NamedNode(meta.url) if meta.url else None)
        out.link(source, term(DCTERMS, "type"), self._iris.code("source-kind", meta.kind))
        out.text(source, term(CDS, "sha256"), self._document.sha256)
        out.integer(source, term(CDS, "charCount"), len(self._document.text))
        out.text(source, term(CDS, "normalisation"), "NFC")
        out.text(source, term(CDS, "fileName"), self._document.name)

    def _fallback_title(self, meta: Metadata) -> str:
        first = next((line.strip() for line in self._document.text.split("\n") if line.strip()), meta.slug)
        return first if len(first) <= 80 else first[:79].rsplit(" ", 1)[0] + "…"

    def _write_run(self) -> None:
        out, run = self._out, self._run
        out.types(run, term(PROV, "Activity"))
        out.labels(run, f"Đọc nguồn {self._slug}", f"Reading of source {self._slug}")
        out.link(run, term(PROV, "used"), self._source)
        out.text(run, term(CDS, "rulesVersion"), self._rules_version)

    # -------------------------------------------------------------------------------------------------- evidence
    def _write_evidence(self, iri: NamedNode, fact: Evidence) -> None:
        out = self._out
        out.link(iri, term(PROV, "wasDerivedFrom"), self._span(fact.span, fact.sentence))
        out.link(iri, term(PROV, "wasGeneratedBy"), self._run)
        out.link(iri, term(CDS, "source"), self._source)
        out.text(iri, term(CDS, "sentence"), fact.sentence.of(self._document.text))
        out.text(iri, term(CDS, "rule"), fact.rule)
        out.link(iri, term(CDS, "certainty"), self._iris.code("certainty", fact.certainty))
        if fact.review is not None:
            out.link(iri, term(CDS, "reviewDecision"), self._iris.code("review-decision", fact.review.decision))
            out.text(iri, term(CDS, "reviewReason"), fact.review.reason)
            out.text(iri, term(CDS, "reviewer"), fact.review.reviewer)
            out.day(iri, term(CDS, "reviewedOn"), date.fromisoformat(fact.review.day))

    def _find_own_reference(self) -> LegalReference | None:
        """The number that the document itself bears, after "Số" in its head, if it is an act."""
        if self._document.metadata.kind not in _ACT_KINDS:
            return None
        for fact in self._reading.facts:
            if (
                isinstance(fact, LegalReference)
                and fact.number
                and fact.span.end <= _HEAD
                and _OWN_NUMBER.search(self._document.text[: fact.span.start])
            ):
                return fact
        return None

    def _link_act(self, fact: LegalReference) -> Link:
        """The act a reference means; the document's own number takes the document's date."""
        own = fact is self._own_reference and fact.date is None and _is_day(self._document.date)
        return self._linker.act(replace(fact, date=self._document.date) if own else fact)

    def _span(self, span: Span, sentence: Span | None) -> NamedNode:
        out, text = self._out, self._document.text
        iri = self._iris.span(self._slug, span.start, span.end)
        selector = self._iris.selector(self._slug, span.start, span.end)
        out.types(iri, term(CDS, "EvidenceSpan"), term(OA, "SpecificResource"))
        out.link(iri, term(OA, "hasSource"), self._source)
        out.link(iri, term(OA, "hasSelector"), selector)
        out.types(selector, term(OA, "TextPositionSelector"), term(OA, "TextQuoteSelector"))
        out.integer(selector, term(OA, "start"), span.start)
        out.integer(selector, term(OA, "end"), span.end)
        out.text(selector, term(OA, "exact"), span.of(text))
        out.text(selector, term(OA, "prefix"), text[max(0, span.start - _CONTEXT) : span.start])
        out.text(selector, term(OA, "suffix"), text[span.end : span.end + _CONTEXT])
        if sentence is not None and sentence != span:
            out.link(iri, term(CDS, "inSentence"), self._span(sentence, None))
        return iri

    def _sentence_of(self, span: Span) -> Span | None:
        found = self._document.sentence_at(span.start)
        return found.span if found else None

    # ---------------------------------------------------------------------------------------------------- things
    def _name(self, link: Link | None) -> NamedNode | None:
        """Describe a thing that the register graph does not describe, and give back its IRI."""
        if link is None:
            return None
        entry = link.entry
        if entry is not None and entry.checked:
            return link.iri
        out, iri = self._out, link.iri
        out.types(iri, *CLASSES[link.type])
        if entry is None:
            out.types(iri, term(CDS, "Provisional"))
        out.labels(iri, entry.name if entry else link.name, entry.name_en if entry else None)
        out.text(iri, term(CDS, "sortKey"), fold(entry.name if entry else link.name))
        if is_body(link.type):
            out.link(iri, term(ORG, "classification"), classification(link.type, self._iris))
        if link.type in ("pillar", "index", "other"):
            scheme = {"pillar": "pillar", "index": "index", "other": "topic"}[link.type]
            out.link(iri, term(SKOS, "inScheme"), self._iris.scheme(scheme))
        return iri

    def _write_mention(self, iri: NamedNode, fact: Entity) -> None:
        out = self._out
        thing = self._name(self._linker.entity(fact))
        out.types(iri, term(CDS, "Mention"), term(OA, "Annotation"))
        out.link(iri, term(OA, "hasBody"), thing)
        for span in (fact.span, *fact.mentions):
            out.link(iri, term(OA, "hasTarget"), self._span(span, self._sentence_of(span)))
        for surface in dict.fromkeys((fact.span.of(self._document.text), *fact.aliases)):
            out.text(iri, term(CDS, "surface"), surface)
        out.link(self._source, term(SCHEMA, "mentions"), thing)

    def _write_office(self, iri: NamedNode, fact: Role) -> None:
        out = self._out
        body = self._name(self._linker.body(fact.organisation)) if fact.organisation else None
        out.types(iri, term(CDS, "OfficeHolding"), term(ORG, "Membership"))
        named = ", ".join(part for part in (fact.title, fact.organisation) if part)
        out.labels(iri, f"{fact.person}: {named}")
        out.link(iri, term(ORG, "member"), self._name(self._linker.person(fact.person)))
        out.link(iri, term(ORG, "organization"), body)
        out.link(iri, term(ORG, "role"), self._post(fact.title))
        if fact.at:
            out.day(iri, term(CDS, "attestedOn"), periods.days(fact.at)[0])

    def _post(self, title: str) -> NamedNode:
        link = self._linker.post(title)
        if not link.known:
            self._out.types(link.iri, term(SKOS, "Concept"), term(CDS, "Provisional"))
            self._out.labels(link.iri, link.name)
            self._out.link(link.iri, term(SKOS, "inScheme"), self._iris.scheme("post"))
        return link.iri

    def _write_citation(self, iri: NamedNode, fact: LegalReference) -> None:
        out = self._out
        link = self._link_act(fact)
        printed = fact.span.of(self._document.text)
        if link.act is None or not link.act.checked:
            self._write_unregistered_act(link.iri, fact)
        out.types(iri, term(CDS, "Citation"))
        out.labels(iri, f"{self._document.metadata.slug} viện dẫn {printed}")
        out.link(iri, term(CDS, "citingSource"), self._source)
        out.link(iri, term(CDS, "cited"), link.iri)
        out.text(iri, term(CDS, "citedAs"), fact.number or printed)
        out.partial_date(iri, term(CDS, "citedDate"), fact.date)
        out.link(iri, term(CDS, "citedIssuer"), self._name(self._linker.body(fact.issuer)) if fact.issuer else None)
        out.text(iri, term(CDS, "citedTitle"), fact.title)
        out.link(iri, term(CDS, "probableAct"), link.probable)
        relation = term(SCHEMA, "exampleOfWork") if fact is self._own_reference else term(ELI, "cites")
        out.link(self._source, relation, link.iri)

    def _write_unregistered_act(self, act: NamedNode, fact: LegalReference) -> None:
        out = self._out
        out.types(act, term(ELI, "LegalResource"))
        if fact is not self._own_reference:  # of itself a document tells all there is to know
            out.types(act, term(CDS, "UnresolvedReference"))
        printed = fact.span.of(self._document.text)
        out.labels(act, fact.number or fact.title or printed)
        out.text(act, term(CDS, "sortKey"), fold(fact.number or fact.title or printed))
        out.text(act, term(ELI, "id_local"), fact.number)
        out.text(act, term(CDS, "number"), fact.number)
        out.link(act, term(ELI, "type_document"), self._iris.code("doc-type", fact.type))
        signed = fact.date or (self._document.date if fact is self._own_reference else None)
        if _is_day(signed):
            out.partial_date(act, term(ELI, "date_document"), signed)
        out.link(act, term(ELI, "passed_by"), self._name(self._linker.body(fact.issuer)) if fact.issuer else None)
