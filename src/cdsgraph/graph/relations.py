"""Relations: the direct triple that a query asks for, and the statement that carries its words and its day."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.graph.citations import Citations
from cdsgraph.graph.entity_types import is_body
from cdsgraph.graph.meetings import Meetings
from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.facts import Relation
from cdsgraph.vocab import CDS, DCTERMS, ELI, ORG, RDF, EntityType, term

# A leader without dates would be a leader for ever: who leads is told by statements and by offices held on a day.
_LEADS: Final = term(CDS, "leads")


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a relation: what it is, where that is known; `unnamed` if it goes by a common noun."""

    iri: NamedNode
    type: EntityType | None = None
    act: bool = False
    unnamed: bool = False

    @property
    def body(self) -> bool:
        return self.type is not None and is_body(self.type)


class Relations:
    """Writes the relations of one text; its acts and events may stand on either side."""

    def __init__(self, graph: SourceGraph, citations: Citations, meetings: Meetings) -> None:
        self._graph = graph
        self._citations = citations
        self._meetings = meetings

    def write(self, iri: NamedNode, fact: Relation) -> None:
        """The statement, and the triple it states; its evidence is written by the caller."""
        out = self._graph.out
        subject, predicate, target = _triple(fact, self._side(fact.subject), self._side(fact.object))
        if _holds(subject, predicate, target):
            out.link(subject.iri, predicate, target.iri)
        out.types(iri, term(CDS, "Statement"), term(RDF, "Statement"))
        out.labels(iri, f"{fact.subject} – {fact.object}")
        out.link(iri, term(RDF, "subject"), subject.iri)
        out.link(iri, term(RDF, "predicate"), predicate)
        out.link(iri, term(RDF, "object"), target.iri)
        stated = self._graph.document.date
        if stated and len(stated) == len("YYYY-MM-DD"):
            out.day(iri, term(CDS, "holdsFrom"), periods.days(stated)[0])

    def _side(self, name: str) -> _Side:
        graph = self._graph
        if not graph.linker.knows(name):
            if act := self._citations.act_named(name):
                return _Side(act, act=True)
            if event := self._meetings.event_named(name):
                return _Side(event)
            group = graph.linker.group(name)
            if group.known:
                return _Side(group.iri)
        link = graph.linker.named(name)
        graph.name(link)
        name = link.entry.name if link.entry else name
        return _Side(link.iri, link.type, unnamed=name[0].islower())


def _triple(fact: Relation, subject: _Side, target: _Side) -> tuple[_Side, NamedNode, _Side]:
    """The triple that states a relation, in the direction of the property that a standard or the ontology has."""
    match fact.predicate:
        case "has_unit":
            return target, _membership(target, subject), subject
        case "part_of":
            return subject, _membership(subject, target), target
        case "operates":
            return target, term(CDS, "operatedBy"), subject
        case "published":
            return target, term(ELI, "passed_by") if target.act else term(DCTERMS, "publisher"), subject
        case "approved_by":
            return subject, term(CDS, "approvedBy" if target.act else "approver"), target
        case "succeeded_by":
            both = subject.body and target.body
            return subject, term(CDS, "successor") if both else term(DCTERMS, "isReplacedBy"), target
        case "leads":
            return subject, _LEADS, target
        case "connected_to":
            return subject, term(CDS, "connectedTo"), target
        case "built_by":
            return subject, term(CDS, "builtBy"), target
        case "has_pillar":
            return subject, term(CDS, "hasPillar"), target
        case "integrates":
            return subject, term(CDS, "integrates"), target


def _membership(part: _Side, whole: _Side) -> NamedNode:
    """Bodies that are founded have names in capitals; a group of bodies without one is a bloc and no parent."""
    if part.body and (whole.type == "other" or (whole.body and whole.unnamed)):
        return term(CDS, "partOfBloc")
    if part.body and whole.body:
        return term(ORG, "unitOf" if part.type == "unit" else "subOrganizationOf")
    return term(DCTERMS, "isPartOf")


def _holds(subject: _Side, predicate: NamedNode, target: _Side) -> bool:
    """Whether the triple may stand alone: it needs no day, and both sides are what the property is about."""
    if predicate == _LEADS or subject.iri == target.iri:
        return False
    return target.body or predicate not in (term(CDS, "operatedBy"), term(ELI, "passed_by"))
