"""Events, what they are held under, and the tasks given at them."""

from collections.abc import Mapping

from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.facts import Event, Task, Theme
from cdsgraph.text import name_key, slug
from cdsgraph.vocab import CDS, PROV, SCHEMA, term


class Meetings:
    """Writes the events of one text, its tasks and its themes; `events` are the IRIs of its events by name."""

    def __init__(self, graph: SourceGraph, events: Mapping[str, NamedNode]) -> None:
        self._graph = graph
        self._events = {name_key(name): iri for name, iri in events.items()}

    def event_named(self, name: str | None) -> NamedNode | None:
        """The event of this text that goes by a name."""
        return self._events.get(name_key(name)) if name else None

    def _event_meant(self, name: str | None) -> NamedNode | None:
        """The same, else the only one whose name begins so ("Phiên họp thứ 7" for "Phiên họp thứ 7 của Ủy ban")."""
        if not name:
            return None
        if found := self.event_named(name):
            return found
        start = f"{name_key(name)} "
        near = {iri for known, iri in self._events.items() if known.startswith(start)}
        return near.pop() if len(near) == 1 else None

    def write_event(self, iri: NamedNode, fact: Event) -> None:
        """The event as its source tells it; two sources tell of the same event where name and day are the same."""
        graph, out = self._graph, self._graph.out
        out.types(iri, term(SCHEMA, "Event"), term(PROV, "Activity"))
        out.labels(iri, fact.name)
        if fact.date:
            _write_days(graph, iri, fact.date)
            out.text(iri, term(CDS, "eventKey"), slug(f"{fact.name} {fact.date}"))
        out.link(iri, term(CDS, "chair"), graph.name(graph.linker.person(fact.chair)) if fact.chair else None)
        for predicate, names in (("organizer", fact.organisers), ("attendee", fact.participants)):
            for name in names:
                out.link(iri, term(SCHEMA, predicate), graph.party(name))

    def write_task(self, iri: NamedNode, fact: Task) -> None:
        """Who is to do what, with whom, told by whom and where, by which day."""
        graph, out = self._graph, self._graph.out
        out.types(iri, term(CDS, "Task"), term(PROV, "Plan"))
        out.labels(iri, fact.action)
        out.text(iri, term(CDS, "actionText"), fact.action)
        out.link(iri, term(CDS, "assigner"), graph.party(fact.assigner) if fact.assigner else None)
        for predicate, names in (("assignee", fact.assignees), ("coordinator", fact.coordinators)):
            for name in names:
                out.link(iri, term(CDS, predicate), graph.party(name))
        out.link(iri, term(CDS, "taskStatus"), graph.iris.code("task-status", fact.status or "advised"))
        out.link(iri, term(CDS, "assignedAt"), self._event_meant(fact.event))
        if fact.deadline:
            out.text(iri, term(CDS, "deadlineLabel"), fact.deadline)
            out.day(iri, term(CDS, "deadline"), periods.days(fact.deadline)[1])
        stated = graph.document.date
        if stated and len(stated) == len("YYYY-MM-DD"):
            out.day(iri, term(CDS, "statedOn"), periods.days(stated)[0])

    def write_theme(self, iri: NamedNode, fact: Theme) -> None:
        """A motto, of the event or the period it was set for."""
        graph, out = self._graph, self._graph.out
        out.types(iri, term(CDS, "Theme"))
        out.labels(iri, fact.words)
        out.text(iri, term(CDS, "printed"), fact.span.of(graph.document.text))
        out.link(iri, term(CDS, "themeOf"), self._event_meant(fact.event))
        if fact.period:
            _write_period(graph, iri, fact.period)


def _write_period(graph: SourceGraph, iri: NamedNode, period: str) -> None:
    first, last = periods.days(period)
    graph.out.text(iri, term(CDS, "periodLabel"), period)
    graph.out.day(iri, term(CDS, "periodStart"), first)
    graph.out.day(iri, term(CDS, "periodEnd"), last)


def _write_days(graph: SourceGraph, iri: NamedNode, stated: str) -> None:
    """The days within which it took place; its first and last day only where the text names days."""
    _write_period(graph, iri, stated)
    first, _, last = stated.partition("/")
    for predicate, day in (("startDate", first), ("endDate", last)):
        if len(day) == len("YYYY-MM-DD"):
            graph.out.day(iri, term(SCHEMA, predicate), periods.days(day)[0])
