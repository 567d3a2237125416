"""SHACL's own shapes for shapes (SHACL 1.0, appendix C) over a project's shapes, each feature of a shape once.

Those shapes ask of another only whether it is a node or a property shape, and then of each of its predicates alone how
often it stands there and with which kinds of values. So a few shapes that show every feature in use stand for all, and
only those with a feature that no sound one shows are looked at themselves. The answer is that of a whole run.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking import engine, rdffiles, shapesfiles
from cdsgraph.checking.report import notation
from cdsgraph.checking.shapesfiles import Shapes

# Where the shapes for shapes look at the value itself and not at its kind.
_LOOKED_AT: Final = frozenset({SH.nodeKind, SH.deactivated, RDF.type, RDF.rest})
_SHAPE_VALUES: Final = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_KINDS: Final = (SH.NodeShape, SH.PropertyShape)
_ANY: Final = URIRef("urn:any")


def faults(shapes: Graph) -> Iterator[tuple[URIRef, Node | None]]:
    """The named shapes that are no well-formed SHACL, each with the value at fault where one is told."""
    features = {shape: _features(shapes, shape) for shape in sorted(_named(shapes))}
    showing = _covering(features)
    faulty = _validated(shapes, showing)
    if faulty:
        sound = frozenset[str]().union(*(features[shape] for shape in showing if shape not in faulty))
        faulty = _validated(shapes, [shape for shape, shows in features.items() if not shows <= sound])
    yield from sorted(faulty.items())


def _covering(features: dict[URIRef, frozenset[str]]) -> list[URIRef]:
    """Few shapes that show every feature: always the one that shows most of what is not shown yet."""
    missing = set().union(*features.values())
    chosen: list[URIRef] = []
    while missing:
        chosen.append(max(features, key=lambda shape: len(features[shape] & missing)))
        missing -= features[chosen[-1]]
    return chosen


def _validated(shapes: Graph, chosen: list[URIRef]) -> dict[URIRef, Node | None]:
    """Those of the chosen shapes that are not well formed."""
    reduced = rdffiles.DataGraph()
    for shape in chosen:
        _copy(shapes, shape, shape, reduced)
    inner = {node: shape for shape in chosen for node in _below(shapes, shape)} | {shape: shape for shape in chosen}
    faulty: dict[URIRef, Node | None] = {}
    for result in engine.validate(reduced, _meta()).results:
        at_fault = inner.get(result.focus)
        if at_fault is not None:
            told = result.value if isinstance(result.value, URIRef | Literal) and result.value != at_fault else None
            faulty[at_fault] = faulty.get(at_fault) or told
    return faulty


@cache
def _meta() -> Shapes:
    # The text of the Recommendation's appendix, as the reference engine brings it along.
    return shapesfiles.load(Path(str(files("pyshacl") / "assets" / "shacl-shacl.ttl")))


def _named(shapes: Graph) -> set[URIRef]:
    """The shapes with a name: said to be one, or pointed to or targeting as one."""
    found = {each for kind in _KINDS for each in shapes.subjects(RDF.type, kind)}
    found |= {each for predicate in shapesfiles.TARGETS for each in shapes.subjects(predicate)}
    found |= {each for predicate in _SHAPE_VALUES for each in shapes.objects(None, predicate)}
    return {each for each in found if isinstance(each, URIRef) and (each, None, None) in shapes}


def _features(graph: Graph, shape: Node) -> frozenset[str]:
    """What the shapes for shapes may look at in a shape, each predicate with the kinds of its values."""
    uses = [str(each) for each in _SHAPE_VALUES if (None, each, shape) in graph]
    kind = f"{(shape, SH.path, None) in graph} {sorted(uses)}"
    values: dict[Node, list[str]] = {}
    for predicate, value in graph.predicate_objects(shape):
        values.setdefault(predicate, []).append(_value_form(graph, predicate, value))
    # A shape may have any number of targets and of shapes it takes.
    several = (*_SHAPE_VALUES, *shapesfiles.TARGETS)
    told = ((each, set(forms) if each in several else forms) for each, forms in values.items())
    return frozenset({kind, *(f"{kind} {predicate} {sorted(forms)}" for predicate, forms in told)})


def _value_form(graph: Graph, predicate: Node, value: Node, above: frozenset[Node] = frozenset()) -> str:
    if predicate in _SHAPE_VALUES and isinstance(value, URIRef):
        return "shape"  # it is judged on its own
    if not isinstance(value, BNode) or value in above:
        return _kind(predicate, value)
    inner = (
        f"{each} {_value_form(graph, each, below, above | {value})}" for each, below in graph.predicate_objects(value)
    )
    return f"[{' ; '.join(sorted(inner))}]"


def _kind(predicate: Node, value: Node) -> str:
    if predicate in _LOOKED_AT:
        return notation(value)
    if isinstance(value, Literal):
        return f"literal {value.datatype} {bool(value.language)} {value.ill_typed}"
    return type(value).__name__


def _below(graph: Graph, shape: Node) -> set[Node]:
    """The blank nodes that a shape is written with."""
    found: set[Node] = set()
    waiting = [shape]
    while waiting:
        new = {value for value in graph.objects(waiting.pop()) if isinstance(value, BNode)} - found
        found |= new
        waiting += new
    return found


def _copy(graph: Graph, shape: Node, node: Node, target: Graph) -> None:
    """The triples of one shape; shapes it names stay out, what names it is stood in for."""
    for predicate, value in graph.predicate_objects(node):
        if predicate in _SHAPE_VALUES and isinstance(value, URIRef):
            continue
        target.add((node, predicate, value))
        if isinstance(value, BNode) and (value, None, None) not in target:
            _copy(graph, shape, value, target)
    for predicate in _SHAPE_VALUES if node == shape else ():
        if (None, predicate, shape) in graph:
            target.add((_ANY, RDF.type, SH.NodeShape))
            target.add((_ANY, predicate, shape))
