"""Which shapes say something else than before."""

from hashlib import sha256

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking.changed.automaton import term


def changed_shapes(old: Graph, new: Graph, shapes: list[Node]) -> set[Node]:
    """Those of `shapes` whose description in the new graph, with all that it refers to, is not that of the old one.

    A shape without an IRI cannot be found again: it is changed where no shape of the old graph says the same.
    """
    if old is new:
        return set()
    before, after = _Descriptions(old), _Descriptions(new)
    unnamed = any(isinstance(each, BNode) for each in shapes)
    told = {before.of(each) for each in set(old.subjects()) if unnamed and isinstance(each, BNode)}
    return {
        shape
        for shape in shapes
        if (after.of(shape) not in told if isinstance(shape, BNode) else before.of(shape) != after.of(shape))
    }


class _Descriptions:
    """Digests of what a graph says of its nodes; blank nodes count by what is said of them, not by their labels."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._own: dict[Node, bytes] = {}

    def of(self, shape: Node) -> bytes:
        """A digest of everything that can be reached from a shape."""
        named, waiting = {shape}, [shape]
        while waiting:
            fresh = self._refers_to(waiting.pop()) - named
            named |= fresh
            waiting += fresh
        parts = sorted(self._described(each) for each in named if isinstance(each, URIRef) or each == shape)
        return sha256(b"".join(parts)).digest()

    def _refers_to(self, node: Node) -> set[Node]:
        return {
            value
            for predicate, value in self._graph.predicate_objects(node)
            if predicate != RDF.type and not isinstance(value, Literal) and (value, None, None) in self._graph
        }

    def _described(self, node: Node) -> bytes:
        """A digest of a node's own statements and those of the blank nodes in them."""
        known = self._own.get(node)
        if known is None:
            self._own[node] = b"loop"  # what a blank node says of itself through others
            name = term(node) if isinstance(node, URIRef) else b"_"
            lines = sorted(
                predicate + b" " + (self._described(value) if isinstance(value, BNode) else term(value))
                for predicate, value in self._without_lists(node)
            )
            known = self._own[node] = sha256(b"\n".join([name, *lines])).digest()
        return known

    def _without_lists(self, node: Node) -> list[tuple[bytes, Node]]:
        """Statements about a node; of a list its members one by one, however long it is."""
        said: list[tuple[bytes, Node]] = []
        for predicate, value in self._graph.predicate_objects(node):
            if (value, RDF.first, None) in self._graph:
                members = list(self._graph.items(value))
                said += [(b"%s %d" % (term(predicate), place), member) for place, member in enumerate(members)]
            else:
                said.append((term(predicate), value))
        return said
