"""The statements of some quads to be asked as an rdflib graph is, where building one would take longer than asking."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from rdflib import BNode as RdflibBlank
from rdflib import Literal as RdflibLiteral
from rdflib import URIRef
from rdflib.term import Node

from cdsgraph.vocab import XSD, term

_STRING = term(XSD, "string")


class Statements:
    """Quads without their graphs, by subject and by predicate, in rdflib's terms."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._nodes: dict[object, Node] = {}
        self._of: dict[Node, dict[Node, list[Node]]] = defaultdict(dict)
        self._with: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        for quad in quads:
            subject, predicate, target = self._node(quad.subject), self._node(quad.predicate), self._node(quad.object)
            told = self._of[subject].setdefault(predicate, [])
            if target not in told:
                told.append(target)
                self._with[predicate].append((subject, target))

    def __contains__(self, triple: tuple[Node, Node, Node]) -> bool:
        subject, predicate, target = triple
        return target in self._of.get(subject, {}).get(predicate, ())

    def subjects(self, predicate: Node, target: Node) -> Iterator[Node]:
        """The subjects of which this is said."""
        return (subject for subject, told in self._with.get(predicate, ()) if told == target)

    def objects(self, subject: Node, predicate: Node) -> Iterator[Node]:
        """What a property of a subject leads to."""
        return iter(self._of.get(subject, {}).get(predicate, ()))

    def value(self, subject: Node | None, predicate: Node) -> Node | None:
        """The first that a property of a subject leads to."""
        return next(iter(self._of.get(subject, {}).get(predicate, ())), None) if subject is not None else None

    def subject_objects(self, predicate: Node) -> Iterator[tuple[Node, Node]]:
        """Subjects with what a property of theirs leads to."""
        return iter(self._with.get(predicate, ()))

    def _node(self, node: object) -> Node:
        known = self._nodes.get(node)
        if known is None:
            known = self._nodes[node] = _rdflib(node)
        return known


def _rdflib(node: object) -> Node:
    match node:
        case NamedNode():
            return URIRef(node.value)
        case Literal():
            if node.language:
                return RdflibLiteral(node.value, lang=node.language)
            plain = node.datatype == _STRING
            return RdflibLiteral(node.value, datatype=None if plain else URIRef(node.datatype.value))
        case BlankNode():
            return RdflibBlank(node.value)
    raise TypeError(f"no node: {node!r}")
