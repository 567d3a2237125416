"""What a finding is about: the statements that it blames, or the node that lacks one. SHACL 1.0, section 3.6."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.report import Result

Triple = tuple[Node, Node, Node]
_MOST: Final = 10  # statements that one finding is about: a reader looks at the first ones


class About(NamedTuple):
    """The statements to point at, the best first; where there are none, the nodes to point at, the best first."""

    statements: tuple[Triple, ...]
    nodes: tuple[Node, ...]


def about(graph: Graph, result: Result) -> About:
    """What in the data a finding is about.

    A value leads to the statement that gives it, a path without a value to all statements it ends in. Where the path
    leads nowhere, the last node that it reaches lacks something, and then the focus node.
    """
    focus = result.focus
    if isinstance(focus, Literal):
        return About(_said_of(graph, focus), ())
    if result.path is None:
        return About((), (focus,))
    reached, last = _walked(graph, focus, result.path)
    if result.value is not None and result.value in reached:
        said = reached[result.value]
        return About(() if said is None else (said,), (focus,))
    statements = tuple(sorted((said for said in reached.values() if said is not None), key=_order))[:_MOST]
    return About(statements, (*last, focus))


def _said_of(graph: Graph, node: Node) -> tuple[Triple, ...]:
    """The statements with a node as their object: all that there is of a literal."""
    return tuple(sorted(graph.triples((None, None, node)), key=_order))[:_MOST]


def _order(triple: Triple) -> tuple[str, ...]:
    return tuple(term.n3() for term in triple)


def _walked(graph: Graph, focus: Node, path: URIRef | PropertyPath) -> tuple[dict[Node, Triple | None], list[Node]]:
    """The nodes a path ends in, each with the statement that leads there, and the last ones before it breaks off."""
    steps = list(path.args) if isinstance(path, SequencePath) else [path]
    reached: dict[Node, Triple | None] = {focus: None}
    for step in steps:
        before = reached
        reached = _step(graph, before, step)
        if not reached:
            return {}, sorted((node for node in before if node != focus), key=lambda node: node.n3())[:_MOST]
    return reached, []


def _step(graph: Graph, nodes: Iterable[Node], path: URIRef | PropertyPath) -> dict[Node, Triple | None]:
    found: dict[Node, Triple | None] = {}
    match path:
        case URIRef():
            for node in nodes:
                for value in graph.objects(node, path):
                    found.setdefault(value, (node, path, value))
        case InvPath(arg=URIRef() as predicate):
            for node in nodes:
                for subject in graph.subjects(predicate, node):
                    found.setdefault(subject, (subject, predicate, node))
        case SequencePath():
            found = dict.fromkeys(nodes)
            for step in path.args:
                found = _step(graph, found, step)
        case AlternativePath():
            for step in path.args:
                found = _step(graph, nodes, step) | found
        case MulPath():
            found = _repeated(graph, nodes, path)
        case PropertyPath():  # the inverse of a path that is more than a property
            for node in nodes:
                found |= dict.fromkeys(graph.objects(node, path))
    return found


def _repeated(graph: Graph, nodes: Iterable[Node], path: MulPath) -> dict[Node, Triple | None]:
    once = _step(graph, nodes, path.path)
    found = dict(once)
    while path.more and (
        once := {node: said for node, said in _step(graph, once, path.path).items() if node not in found}
    ):
        found |= once
    return dict.fromkeys(nodes) | found if path.zero else found
