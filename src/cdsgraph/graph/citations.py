"""Documents cited: the citation with what it prints, the act it means, and the number the text itself bears."""

import re
from dataclasses import replace

from pyoxigraph import NamedNode

from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.facts import LegalReference, Reading
from cdsgraph.reading.linking import Link
from cdsgraph.text import fold, name_key
from cdsgraph.vocab import CDS, ELI, SCHEMA, term

# Texts of these kinds are acts themselves; their own number stands in their head, after "Số:".
_ACT_KINDS = frozenset({"decision", "resolution", "plan"})
_HEAD = 600  # code points
_OWN_NUMBER = re.compile(r"\bSố\s*:?\s*$")


class Citations:
    """The references of one text and the acts they mean; `own_act` is the act that the text is, if it is one."""

    def __init__(self, reading: Reading, graph: SourceGraph) -> None:
        self._graph = graph
        self._references = [fact for fact in reading.facts if isinstance(fact, LegalReference)]
        self._named: dict[str, LegalReference] = {}
        for fact in self._references:
            for name in (fact.number, fact.title, fact.span.of(graph.document.text)):
                if name:
                    self._named.setdefault(name_key(name), fact)
        self._numbers = {fact.number: fact for fact in reversed(self._references) if fact.number}
        self._own = self._find_own()
        self.own_act = self._link(self._own).iri if self._own else None

    def write(self, iri: NamedNode, fact: LegalReference) -> None:
        """The citation's own triples; its evidence is written by the caller."""
        graph, out = self._graph, self._graph.out
        link = self._link(fact)
        printed = fact.span.of(graph.document.text)
        if link.act is None or not link.act.checked:
            self._write_unregistered_act(link.iri, fact)
        issuer = graph.name(graph.linker.body(fact.issuer)) if fact.issuer else None
        out.types(iri, term(CDS, "Citation"))
        out.labels(iri, f"{graph.slug} viện dẫn {printed}")
        out.link(iri, term(CDS, "citingSource"), graph.source)
        out.link(iri, term(CDS, "cited"), link.iri)
        out.text(iri, term(CDS, "citedAs"), fact.number or printed)
        out.partial_date(iri, term(CDS, "citedDate"), fact.date)
        out.link(iri, term(CDS, "citedIssuer"), issuer)
        out.text(iri, term(CDS, "citedTitle"), fact.title)
        out.link(iri, term(CDS, "probableAct"), link.probable)
        out.link(iri, term(CDS, "stage"), graph.iris.code("stage", fact.stage) if fact.stage else None)
        relation = term(SCHEMA, "exampleOfWork") if fact is self._own else term(ELI, "cites")
        out.link(graph.source, relation, link.iri)

    def act_named(self, name: str) -> NamedNode | None:
        """The act that a name means which the text also cites: by number, by title, or as printed."""
        found = self._named.get(name_key(name)) or self._numbered_in(name)
        return self._link(found).iri if found else None

    def _numbered_in(self, name: str) -> LegalReference | None:
        if not any(char.isdigit() for char in name):
            return None
        return next((fact for number, fact in self._numbers.items() if number in name), None)

    def _find_own(self) -> LegalReference | None:
        """The number that the document itself bears, after "Số" in its head, if it is an act."""
        document = self._graph.document
        if document.metadata.kind not in _ACT_KINDS:
            return None
        for fact in self._references:
            if fact.number and fact.span.end <= _HEAD and _OWN_NUMBER.search(document.text[: fact.span.start]):
                return fact
        return None

    def _link(self, fact: LegalReference) -> Link:
        """The act a reference means; the document's own number takes the document's date."""
        day = self._graph.document.date
        own = fact is self._own and fact.date is None and _is_day(day)
        return self._graph.linker.act(replace(fact, date=day) if own else fact)

    def _write_unregistered_act(self, act: NamedNode, fact: LegalReference) -> None:
        graph, out = self._graph, self._graph.out
        out.types(act, term(ELI, "LegalResource"))
        if fact is not self._own or fact.issuer is None:  # of itself a document mostly tells all there is to know
            out.types(act, term(CDS, "UnresolvedReference"))
        printed = fact.span.of(graph.document.text)
        out.labels(act, fact.number or fact.title or printed)
        out.text(act, term(CDS, "sortKey"), fold(fact.number or fact.title or printed))
        out.text(act, term(ELI, "id_local"), fact.number)
        out.text(act, term(CDS, "number"), fact.number)
        out.link(act, term(ELI, "type_document"), graph.iris.code("doc-type", fact.type))
        signed = fact.date or (graph.document.date if fact is self._own else None)
        if _is_day(signed):
            out.partial_date(act, term(ELI, "date_document"), signed)
        out.link(act, term(ELI, "passed_by"), graph.name(graph.linker.body(fact.issuer)) if fact.issuer else None)


def _is_day(stated: str | None) -> bool:
    return stated is not None and len(stated) == len("YYYY-MM-DD")
