"""What is looked for in a file, and what was found there."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import RDF
from rdflib.term import Node

from cdsgraph.checking.places.subjects import About, Triple
from cdsgraph.checking.report import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """The statements and the nodes whose places are asked for."""

    statements: frozenset[Triple]
    nodes: frozenset[Node]

    @classmethod
    def of(cls, subjects: Iterable[About]) -> "Wanted":
        """All that some findings are about."""
        every = tuple(subjects)
        return cls(
            frozenset(triple for each in every for triple in each.statements),
            frozenset(node for each in every for node in each.nodes)
            | frozenset(triple[0] for each in every for triple in each.statements),
        )


@dataclass(slots=True)
class Found:
    """Places of statements and of nodes: for a node, where the block begins that says what it is, else its first."""

    statements: dict[Triple, list[Place]] = field(default_factory=dict)
    nodes: dict[Node, Place] = field(default_factory=dict)
    _typed: set[Node] = field(default_factory=set)

    def add_statement(self, triple: Triple, place: Place) -> None:
        """A statement stands here; it may stand elsewhere too."""
        self.statements.setdefault(triple, []).append(place)

    def add_node(self, node: Node, place: Place, predicate: Node) -> None:
        """A block about a node begins here, in which this is said of it."""
        typed = predicate == RDF.type
        if node not in self.nodes or (typed and node not in self._typed):
            self.nodes[node] = place
        if typed:
            self._typed.add(node)

    def take(self, other: "Found") -> None:
        """Add what was found in another file; blocks that say what a node is come before all others."""
        for triple, places in other.statements.items():
            self.statements.setdefault(triple, []).extend(places)
        for node, place in other.nodes.items():
            if node not in self.nodes or (node in other._typed and node not in self._typed):
                self.nodes[node] = place
        self._typed |= other._typed

    def places(self, about: About) -> tuple[Place, ...]:
        """Where what a finding is about stands: its statements, else the first of its nodes that stands anywhere."""
        stated = dict.fromkeys(place for triple in about.statements for place in self.statements.get(triple, ()))
        if stated:
            return tuple(stated)
        nodes = (*about.nodes, *(triple[0] for triple in about.statements))
        return next(((self.nodes[node],) for node in nodes if node in self.nodes), ())
