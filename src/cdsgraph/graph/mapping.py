"""Facts to quads: what one source text states, as one named graph.

Nothing is decided here that reading has not decided: a fact becomes the record of its kind with its evidence, and the
things it names get the IRIs that linking chose. Activities are named from their inputs, never from the clock.
"""

import re
from collections import Counter
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from cdsgraph import periods
from cdsgraph.graph.citations import Citations
from cdsgraph.graph.figure_links import write_links
from cdsgraph.graph.figures import write_figure
from cdsgraph.graph.hedges import Hedges
from cdsgraph.graph.meetings import Meetings
from cdsgraph.graph.number_ledger import write_ledger
from cdsgraph.graph.relations import Relations
from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.document import Metadata, Span
from cdsgraph.reading.facts import (
    Entity,
    Event,
    Evidence,
    LegalReference,
    Quantity,
    Reading,
    Relation,
    Role,
    Task,
    kind_of,
    place_of,
)
from cdsgraph.reading.linking import Linker
from cdsgraph.text import shortened, squeeze
from cdsgraph.vocab import CDS, DCTERMS, OA, ORG, PROV, SCHEMA, Iris, fingerprint, term

# The first part of a fact's IRI; a figure keeps its name when it turns out to be an aim and not an observation.
_IRI_KIND = {
    "legal_reference": "citation", "entity": "mention", "quantity": "figure", "role": "office", "task": "task",
    "event": "event", "relation": "statement",
}  # fmt: skip
_STAMP = re.compile(r"^date \d{4}(?:-\d{2}){0,2}\s+")  # what a page's copy put before its first words
_SOURCE_CLASS = {"press-report": "NewsArticle", "article": "Article", "report": "Report"}


def fact_iris(reading: Reading, iris: Iris) -> tuple[NamedNode, ...]:
    """The IRI of each fact, in the order of `reading.facts`; one that was withdrawn keeps its name from the others."""
    named = sorted((*reading.facts, *reading.withdrawn), key=place_of)
    minted = dict(zip(map(id, named), _minted(reading, [(_IRI_KIND[kind_of(f)], f) for f in named], iris), strict=True))
    return tuple(minted[id(fact)] for fact in reading.facts)


def quads(reading: Reading, linker: Linker, iris: Iris, *, rules_version: str, hedges: Hedges) -> Iterable[Quad]:
    """The named graph of one source text: the source, its facts, and the things that only it names.

    `hedges` tell how far the figures may reach that the text sets against each other.
    """
    return _Mapping(reading, SourceGraph(reading.document, linker, iris, rules_version), hedges).write()


def _minted(reading: Reading, facts: Iterable[tuple[str, Evidence]], iris: Iris) -> tuple[NamedNode, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    marks: dict[Span, str] = {}
    minted = []
    for kind, fact in facts:
        if fact.sentence not in marks:
            marks[fact.sentence] = fingerprint(fact.sentence.of(reading.document.text))
        mark = marks[fact.sentence]
        counts[kind, mark] += 1
        minted.append(iris.fact(kind, reading.document.metadata.slug, mark, counts[kind, mark]))
    return tuple(minted)


class _Mapping:
    """Writes one source's graph, source first."""

    def __init__(self, reading: Reading, graph: SourceGraph, hedges: Hedges) -> None:
        self._reading = reading
        self._hedges = hedges
        self._graph = graph
        self._facts = tuple(zip(fact_iris(reading, graph.iris), reading.facts, strict=True))
        events = {fact.name: iri for iri, fact in self._facts if isinstance(fact, Event)}
        self._citations = Citations(reading, graph)
        self._meetings = Meetings(graph, events)
        self._relations = Relations(graph, self._citations, self._meetings)
        self._shares = {
            fact.indicator
            for fact in reading.facts
            if isinstance(fact, Quantity) and fact.unit == "%" and fact.role != "change"
        }

    def write(self) -> Iterable[Quad]:
        """Everything, source first."""
        self._write_source()
        self._write_run()
        for iri, fact in self._facts:
            self._graph.evidence(iri, fact)
            match fact:
                case LegalReference():
                    self._citations.write(iri, fact)
                case Entity():
                    self._write_mention(iri, fact)
                case Quantity():
                    write_figure(self._graph, iri, fact, shares=self._shares, own_act=self._citations.own_act)
                case Role():
                    self._write_office(iri, fact)
                case Task():
                    self._meetings.write_task(iri, fact)
                case Event():
                    self._meetings.write_event(iri, fact)
                case Relation():
                    self._relations.write(iri, fact)
        themes = self._reading.themes
        for iri, theme in zip(
            _minted(self._reading, [("theme", theme) for theme in themes], self._graph.iris), themes, strict=True
        ):
            self._graph.evidence(iri, theme)
            self._meetings.write_theme(iri, theme)
        self._write_links()
        write_ledger(self._graph, self._reading.numbers)
        return self._graph.out

    def _write_links(self) -> None:
        figures = {fact.span: (iri, fact) for iri, fact in self._facts if isinstance(fact, Quantity)}
        write_links(self._graph, self._reading.links, figures, self._hedges)

    def _write_source(self) -> None:
        out, source, document = self._graph.out, self._graph.source, self._graph.document
        meta = document.metadata
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
        out.link(source, term(DCTERMS, "type"), self._graph.iris.code("source-kind", meta.kind))
        out.text(source, term(CDS, "sha256"), document.sha256)
        out.integer(source, term(CDS, "charCount"), len(document.text))
        out.integer(source, term(CDS, "sentenceCount"), len(document.sentences))
        out.text(source, term(CDS, "normalisation"), "NFC")
        out.text(source, term(CDS, "fileName"), document.name)

    def _fallback_title(self, meta: Metadata) -> str:
        first = next((line.strip() for line in self._graph.document.text.split("\n") if line.strip()), meta.slug)
        return shortened(_STAMP.sub("", first) or first, 80)

    def _write_run(self) -> None:
        graph, out = self._graph, self._graph.out
        out.types(graph.run, term(PROV, "Activity"))
        out.labels(graph.run, f"Đọc nguồn {graph.slug}", f"Reading of source {graph.slug}")
        out.link(graph.run, term(PROV, "used"), graph.source)
        out.text(graph.run, term(CDS, "rulesVersion"), graph.rules_version)

    def _write_mention(self, iri: NamedNode, fact: Entity) -> None:
        graph, out = self._graph, self._graph.out
        thing = graph.name(graph.linker.entity(fact))
        out.types(iri, term(CDS, "Mention"), term(OA, "Annotation"))
        out.labels(iri, squeeze(fact.span.of(graph.document.text)))
        out.link(iri, term(OA, "hasBody"), thing)
        for span in (fact.span, *fact.mentions):
            out.link(iri, term(OA, "hasTarget"), graph.span(span, graph.sentence_of(span)))
        for surface in dict.fromkeys((fact.span.of(graph.document.text), *fact.aliases)):
            out.text(iri, term(CDS, "surface"), surface)
        out.link(graph.source, term(SCHEMA, "mentions"), thing)

    def _write_office(self, iri: NamedNode, fact: Role) -> None:
        graph, out = self._graph, self._graph.out
        body = graph.name(graph.linker.body(fact.organisation)) if fact.organisation else None
        post = graph.linker.post(fact.title)
        graph.concept(post, "post")
        out.types(iri, term(CDS, "OfficeHolding"), term(ORG, "Membership"))
        named = ", ".join(part for part in (fact.title, fact.organisation) if part)
        out.labels(iri, f"{fact.person}: {named}")
        out.link(iri, term(ORG, "member"), graph.name(graph.linker.person(fact.person)))
        out.link(iri, term(ORG, "organization"), body)
        out.link(iri, term(ORG, "role"), post.iri)
        if fact.at:
            out.day(iri, term(CDS, "attestedOn"), periods.days(fact.at)[0])
