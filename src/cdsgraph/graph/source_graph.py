"""The named graph of one source text under way: its quads, its evidence spans, and the things that only it names."""

from datetime import date

from pyoxigraph import NamedNode

from cdsgraph.graph.entity_types import CLASSES, classification, is_body
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.facts import Certainty, Evidence
from cdsgraph.reading.linking import Link, Linker
from cdsgraph.text import fold, shortened, squeeze
from cdsgraph.vocab import CDS, OA, ORG, PROV, SKOS, Iris, term

_CONTEXT = 24  # code points of text kept before and after a quote
_NAME = 80  # characters of a quote in the name of a span
_SCHEMES = {"pillar": "pillar", "index": "index", "other": "topic"}


class SourceGraph:
    """What the writers of all kinds of fact share: the document, its names' IRIs, and where quads go."""

    def __init__(self, document: Document, linker: Linker, iris: Iris, rules_version: str) -> None:
        self.document = document
        self.linker = linker
        self.iris = iris
        self.slug = document.metadata.slug
        self.source = iris.source(self.slug)
        self.out = QuadWriter(iris.graph(f"source/{self.slug}"))
        self.rules_version = rules_version
        self.run = iris.thing("run", f"{self.slug}-{document.sha256[:8]}-{rules_version}")

    # -------------------------------------------------------------------------------------------------- evidence
    def evidence(self, iri: NamedNode, fact: Evidence) -> None:
        """Where a fact stands, in which words, which rule found it and how sure it is, and what a reviewer decided."""
        self.origin(iri, fact.span, fact.sentence, fact.rule, fact.certainty)
        if fact.review is not None:
            self.out.link(iri, term(CDS, "reviewDecision"), self.iris.code("review-decision", fact.review.decision))
            self.out.text(iri, term(CDS, "reviewReason"), fact.review.reason)
            self.out.text(iri, term(CDS, "reviewer"), fact.review.reviewer)
            self.out.day(iri, term(CDS, "reviewedOn"), date.fromisoformat(fact.review.day))

    def origin(self, iri: NamedNode, span: Span, sentence: Span, rule: str, certainty: Certainty) -> None:
        """The same for what is no fact record."""
        out = self.out
        out.link(iri, term(PROV, "wasDerivedFrom"), self.span(span, sentence))
        out.link(iri, term(PROV, "wasGeneratedBy"), self.run)
        out.link(iri, term(CDS, "source"), self.source)
        out.text(iri, term(CDS, "sentence"), sentence.of(self.document.text))
        out.text(iri, term(CDS, "rule"), rule)
        out.link(iri, term(CDS, "certainty"), self.iris.code("certainty", certainty))

    def span(self, span: Span, sentence: Span | None) -> NamedNode:
        """The evidence span at this place, described, within its sentence."""
        out, text = self.out, self.document.text
        iri = self.iris.span(self.slug, span.start, span.end)
        selector = self.iris.selector(self.slug, span.start, span.end)
        out.types(iri, term(CDS, "EvidenceSpan"), term(OA, "SpecificResource"))
        out.labels(iri, shortened(squeeze(span.of(text)), _NAME))
        out.link(iri, term(OA, "hasSource"), self.source)
        out.link(iri, term(OA, "hasSelector"), selector)
        out.types(selector, term(OA, "TextPositionSelector"), term(OA, "TextQuoteSelector"))
        out.integer(selector, term(OA, "start"), span.start)
        out.integer(selector, term(OA, "end"), span.end)
        out.text(selector, term(OA, "exact"), span.of(text))
        out.text(selector, term(OA, "prefix"), text[max(0, span.start - _CONTEXT) : span.start])
        out.text(selector, term(OA, "suffix"), text[span.end : span.end + _CONTEXT])
        if sentence is not None and sentence != span:
            out.link(iri, term(CDS, "inSentence"), self.span(sentence, None))
        return iri

    def sentence_of(self, span: Span) -> Span | None:
        """The sentence that holds a place of the text, as far as the place reaches where a heading breaks it."""
        found = self.document.sentence_at(span.start)
        return Span(min(found.span.start, span.start), max(found.span.end, span.end)) if found else None

    # ---------------------------------------------------------------------------------------------------- things
    def name(self, link: Link | None) -> NamedNode | None:
        """Describe a thing that the register graph does not describe, and give back its IRI."""
        if link is None:
            return None
        entry = link.entry
        if entry is not None and entry.checked:
            return link.iri
        out, iri = self.out, link.iri
        out.types(iri, *CLASSES[link.type])
        if entry is None:
            out.types(iri, term(CDS, "Provisional"))
        out.labels(iri, entry.name if entry else link.name, entry.name_en if entry else None)
        out.text(iri, term(CDS, "sortKey"), fold(entry.name if entry else link.name))
        if is_body(link.type):
            out.link(iri, term(ORG, "classification"), classification(link.type, self.iris))
        if link.type in _SCHEMES:
            out.link(iri, term(SKOS, "inScheme"), self.iris.scheme(_SCHEMES[link.type]))
        return iri

    def party(self, name: str) -> NamedNode | None:
        """Who is to do, chair or attend something: a body or person by name, else a group such as "các bộ, ngành"."""
        if self.linker.knows(name):
            return self.name(self.linker.name(name))
        link = self.linker.group(name)
        self.concept(link, "body-group")
        return link.iri

    def concept(self, link: Link, scheme: str) -> None:
        """A code that its scheme does not list, described as one that only a text names."""
        if not link.known:
            self.out.types(link.iri, term(SKOS, "Concept"), term(CDS, "Provisional"))
            self.out.labels(link.iri, link.name)
            self.out.link(link.iri, term(SKOS, "inScheme"), self.iris.scheme(scheme))
