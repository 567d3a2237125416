"""What each shape reads: its targets, paths and constraints as an automaton. SHACL, W3C Recommendation of 2017."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from rdflib.extras.shacl import SHACLPathError, parse_shacl_path
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.changed import sparql_walks
from cdsgraph.checking.changed.automaton import START, Automaton, UnknownConstructError, term
from cdsgraph.checking.report import notation
from cdsgraph.errors import ShapesError

TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
CLASSES: Final = (RDFS.Class, OWL.Class)
# Properties of a shape that look at nothing but the value nodes and how many there are, or at no data at all.
_OF_VALUES: Final = frozenset(
    SH[name]
    for name in (
        "path", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive",
        "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang", "in", "hasValue",
        "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "deactivated",
        "severity", "message", "name", "description", "order", "group", "defaultValue", "prefixes",
        "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
    )
)  # fmt: skip
_COMPARED: Final = frozenset((SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals))
_NESTED: Final = frozenset((SH.node, SH["not"], SH.property))
_LISTED: Final = frozenset((SH["and"], SH["or"], SH.xone))


@dataclass(frozen=True, slots=True)
class Targets:
    """What tells the focus nodes of a check, as N-Triples writes it."""

    classes: tuple[bytes, ...] = ()
    subjects_of: tuple[bytes, ...] = ()
    objects_of: tuple[bytes, ...] = ()
    nodes: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at for each focus node; `shape` is None for the comparison with the texts.

    No walk from the focus node leads to `untied` states; to those of `targeting` only what makes it a focus node does.
    """

    shape: Node | None
    targets: Targets
    reads: Automaton
    untied: frozenset[int]
    targeting: frozenset[int]


def closed(shape: Node | None, targets: Targets, reads: Automaton) -> Check:
    """A check that reads its targets' triples besides what `reads` says so far."""
    targeting = set()
    for inverse, paths in ((False, targets.subjects_of), (True, targets.objects_of)):
        for path in paths:
            targeting.add(reads.state())
            reads.walk(URIRef(path[1:-1].decode()), START, reads.size - 1, inverse=inverse)
    if targets.classes:
        _walk_types(reads, START)
    return Check(shape, targets, reads, reads.close(), frozenset(targeting))


def of_shapes(shapes: Graph) -> tuple[Check, ...]:
    """A check for each shape with targets of its own."""
    custom = (None, RDF.type, SH.ConstraintComponent) in shapes or (None, SH.parameter, None) in shapes
    found = []
    for shape in dict.fromkeys(_targeted(shapes)):
        reads = Automaton()
        reads.depends_on_all = custom
        try:
            _Reader(shapes, reads).shape(shape, START)
        except (UnknownConstructError, ShapesError):
            reads.depends_on_all = True
        found.append(closed(shape, _targets(shapes, shape), reads))
    return tuple(found)


def is_implicit_target(shapes: Graph, shape: Node) -> bool:
    """Whether a shape is a class too, and so has its instances as focus nodes."""
    is_shape = any((shape, RDF.type, kind) in shapes for kind in (SH.NodeShape, SH.PropertyShape))
    return is_shape and any((shape, RDF.type, each) in shapes for each in CLASSES)


def _targeted(shapes: Graph) -> Iterator[Node]:
    for target in (*TARGETS, SH.target):
        yield from sorted(shapes.subjects(target), key=str)
    for kind in CLASSES:
        for each in sorted(shapes.subjects(RDF.type, kind), key=str):
            if is_implicit_target(shapes, each):
                yield each


def _targets(shapes: Graph, shape: Node) -> Targets:
    def named(target: URIRef) -> tuple[bytes, ...]:
        return tuple(sorted({term(value) for value in shapes.objects(shape, target)}))

    implicit = (term(shape),) if is_implicit_target(shapes, shape) else ()
    return Targets(
        (*named(SH.targetClass), *implicit),
        named(SH.targetSubjectsOf),
        named(SH.targetObjectsOf),
        named(SH.targetNode),
    )


def _walk_types(reads: Automaton, at: int) -> None:
    kind = reads.state()
    reads.walk(RDF.type, at, kind)
    reads.walk(RDFS.subClassOf, kind, kind)


class _Reader:
    def __init__(self, shapes: Graph, reads: Automaton) -> None:
        self._shapes = shapes
        self._reads = reads
        self._open: dict[Node, int] = {}

    def shape(self, shape: Node, at: int) -> None:
        """Add what a shape reads of the nodes at a state. Raises UnknownConstructError, ShapesError."""
        if shape in self._open:
            self._reads.same(at, self._open[shape])
            return
        self._open[shape] = at
        path = self._shapes.value(shape, SH.path)
        values = at
        if path is not None:
            values = self._reads.state()
            self._reads.walk(self._path(path), at, values)
        for predicate, value in sorted(self._shapes.predicate_objects(shape)):
            self._constraint(shape, URIRef(str(predicate)), value, at, values)
        del self._open[shape]

    def _constraint(self, shape: Node, kind: URIRef, value: Node, at: int, values: int) -> None:
        if kind in _OF_VALUES or not kind.startswith(str(SH)):
            return
        if kind == SH["class"]:
            _walk_types(self._reads, values)
        elif kind in _COMPARED:
            self._reads.walk(self._path(value), at, self._reads.state())
        elif kind in _NESTED:
            self.shape(value, values)
        elif kind in _LISTED:
            for each in self._shapes.items(value):
                self.shape(each, values)
        elif kind == SH.qualifiedValueShape:
            for each in (value, *self._siblings(shape)):
                self.shape(each, values)
        elif kind == SH.closed:
            self._reads.any_step(values, self._reads.state())
        elif kind == SH.sparql:
            sparql_walks.add(self._reads, self._query(shape, value), at)
        else:
            raise UnknownConstructError(kind)

    def _siblings(self, shape: Node) -> Iterator[Node]:
        if (shape, SH.qualifiedValueShapesDisjoint, None) in self._shapes:
            for parent in self._shapes.subjects(SH.property, shape):
                for sibling in self._shapes.objects(parent, SH.property):
                    yield from self._shapes.objects(sibling, SH.qualifiedValueShape)

    def _path(self, node: Node) -> URIRef | PropertyPath:
        try:
            return parse_shacl_path(self._shapes, node)
        except (SHACLPathError, TypeError) as error:
            raise UnknownConstructError(str(node)) from error

    def _query(self, shape: Node, constraint: Node) -> str:
        select = self._shapes.value(constraint, SH.select)
        if select is None:
            raise UnknownConstructError("sh:sparql without sh:select")
        path = self._shapes.value(shape, SH.path)
        text = str(select) if path is None else str(select).replace("$PATH", notation(self._path(path)))
        declared = {
            str(self._shapes.value(each, SH.prefix)): str(self._shapes.value(each, SH.namespace))
            for named in self._shapes.objects(constraint, SH.prefixes)
            for graph in self._shapes.transitive_objects(named, OWL.imports)
            for each in self._shapes.objects(graph, SH.declare)
        }
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(declared.items())) + text
