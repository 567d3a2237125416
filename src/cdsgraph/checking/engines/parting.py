"""Shapes in two lots, for two engines: a shape with all it is made of goes where its target goes."""

from collections.abc import Iterable
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, Graph
from rdflib.term import Node

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


def part(shapes: Graph, nodes: Iterable[Node]) -> tuple[Graph, Graph] | None:
    """The shapes without those that the nodes belong to, and these alone; None where that cannot be told apart.

    Both are the whole graph less the targets of the other lot: what a shape refers to is there in each.
    """
    aside: set[Node] = set()
    for node in nodes:
        owners = {above for above in _above(shapes, node) if _is_targeted(shapes, above)}
        if not owners:
            return None
        aside |= owners
    rest = {shape for target in _TARGETS for shape in shapes.subjects(target)} - aside
    rest |= {shape for each in _classes(shapes) for shape in shapes.subjects(RDF.type, each)} - aside
    return (_untargeted(shapes, aside), _untargeted(shapes, rest)) if aside else (shapes, Graph())


def _classes(shapes: Graph) -> set[Node]:
    """What makes a shape the class of its focus nodes."""
    below = shapes.transitive_subjects(RDFS.subClassOf, RDFS.Class)
    return {OWL.Class, *(each for each in below if each is not None)}


def _above(shapes: Graph, node: Node) -> set[Node]:
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += shapes.subjects(None, current)
    return found


def _is_targeted(shapes: Graph, node: Node) -> bool:
    if any((node, RDF.type, each) in shapes for each in _classes(shapes)):
        return True
    return any((node, target, None) in shapes for target in _TARGETS)


def _untargeted(shapes: Graph, nodes: set[Node]) -> Graph:
    graph = Graph(bind_namespaces="none")
    classes = _classes(shapes)
    for subject, predicate, value in shapes:
        gone = predicate in _TARGETS or (predicate == RDF.type and value in classes)
        if not (gone and subject in nodes):
            graph.add((subject, predicate, value))
    return graph
