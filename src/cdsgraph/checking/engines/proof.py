"""What the faster engine is proved for: shapes and literals of which it is known to say the same as the reference.

`constructs.csv` lists SHACL's terms and the parts of SPARQL, `literals.csv` the forms of literals and which of them
both engines put in the same order. What is on neither list is not proved.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import BNode, Node

from cdsgraph.checking.engines import query_parts
from cdsgraph.checking.engines.query_parts import Operation
from cdsgraph.errors import ShapesError

_HERE: Final = Path(__file__).parent
_RANGES: Final = (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)
_COMPARES: Final = (SH.lessThan, SH.lessThanOrEquals)
_NESTS: Final = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape, SH["and"], SH["or"], SH.xone)
_UNKNOWN: Final = ("reference", "")
_IRI, _BLANK = "IRI", "blank"
_OPERATIONS: Final = {"order": "order", "sum": "sums", "product": "products", "text": "text"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What shapes ask of an engine.

    `refused` is what no engine has; `advanced` whether SHACL's Advanced Features are used; `unproved` the nodes of the
    shapes graph that only the reference is trusted with, each with what it has; `operations` what the other nodes do
    with values, proved for values of certain kinds.
    """

    refused: str | None
    advanced: bool
    unproved: dict[Node, str]
    operations: tuple[tuple[Node, Operation], ...]


@lru_cache(maxsize=8)
def needs(shapes: Graph) -> Needs:
    """What a shapes graph asks of an engine."""
    known = _constructs()["term"]
    refused, advanced = None, False
    unproved: dict[Node, str] = {}
    operations: list[tuple[Node, Operation]] = []
    for node, term in _terms(shapes):
        engines, reason = known.get(term, _UNKNOWN)
        if not engines:
            refused = f"sh:{term} ({reason})"
        elif "fast" not in engines:
            advanced |= term in known
            unproved[node] = f"sh:{term}"
    for shape in _subjects(shapes, (*_RANGES, *_COMPARES)):
        ends = _ends(shapes, shapes.value(shape, SH.path))
        if not ends:
            unproved[shape] = "an order of other nodes than the values of a property"
        others = {value for each in _COMPARES for value in shapes.objects(shape, each) if isinstance(value, URIRef)}
        limits = {value for each in _RANGES for value in shapes.objects(shape, each)}
        operations.append((shape, Operation("order", ends | others, limits)))
    for predicate in (SH.select, SH.ask):
        for node, text in shapes.subject_objects(predicate):
            try:
                query = query_parts.tree(shapes, node, str(text))
            except ShapesError as error:
                unproved[node] = error.message
                continue
            for name in query_parts.names(query):
                if "fast" not in _constructs()["query"].get(name, _UNKNOWN)[0]:
                    unproved[node] = name
            operations += ((node, each) for each in query_parts.operations(query))
    unproved |= {node: "a shape inside itself" for node in _subjects(shapes, _NESTS) if _comes_back(shapes, node)}
    return Needs(refused, advanced, unproved, tuple(operations))


def unproved_literal(data: Graph) -> str | None:
    """A literal that the engines may take differently, if the data hold one."""
    values = {value for value in data.objects() if isinstance(value, Literal)}
    return next((f"the literal {value.n3()}" for value in values if _kind(value) is None), None)


def unproved_operations(data: Graph, asked: Needs) -> dict[Node, str]:
    """The nodes of the shapes graph that do with values of these data what is not proved for them, with what it is."""
    kinds: dict[URIRef, set[str | None]] = {}
    found: dict[Node, str] = {}
    for node, operation in asked.operations:
        for term in operation.properties - kinds.keys():
            kinds[term] = {_kind(value) for value in data.objects(None, term)}
        met = {_kind(value) for value in operation.constants}.union(*(kinds[term] for term in operation.properties))
        if operation.unknown or not _is_proved(operation, met):
            of = ", ".join(sorted(term.n3() for term in operation.properties))
            found[node] = f"{_OPERATIONS[operation.does]} of values of {of}" if of else _OPERATIONS[operation.does]
    return found


def _is_proved(operation: Operation, kinds: set[str | None]) -> bool:
    if operation.does == "text":
        return _BLANK not in kinds
    if operation.does == "product":
        return kinds <= {"integer"}
    alike = {"decimal" if kind == "integer" else kind for kind in kinds}
    return alike <= {"decimal"} if operation.does == "sum" else len(alike) <= 1 and alike.isdisjoint((None, "", _BLANK))


def _terms(shapes: Graph) -> Iterator[tuple[Node, str]]:
    for node, predicate, value in shapes:
        for term in (predicate, value if predicate == RDF.type else None):
            if isinstance(term, URIRef) and term.startswith(str(SH)):
                yield node, term.removeprefix(str(SH))


def _subjects(shapes: Graph, predicates: Iterable[URIRef]) -> set[Node]:
    return {subject for predicate in predicates for subject in shapes.subjects(predicate)}


def _ends(shapes: Graph, path: Node | None) -> set[URIRef]:
    """The properties whose values a path ends in; none for a path that may end otherwise."""
    if path is None or isinstance(path, URIRef):
        return {path} if path else set()
    if (path, RDF.first, None) in shapes:
        return _ends(shapes, list(shapes.items(path))[-1])
    among = shapes.value(path, SH.alternativePath)
    if among is None:
        return set()
    ends = [_ends(shapes, each) for each in shapes.items(among)]
    return set.union(*ends) if ends and all(ends) else set()


def _comes_back(shapes: Graph, shape: Node) -> bool:
    found: set[Node] = set()
    waiting = [shape]
    while waiting:
        current = waiting.pop()
        for term in (value for each in (*_NESTS, RDF.first, RDF.rest) for value in shapes.objects(current, each)):
            if term not in found:
                found.add(term)
                waiting.append(term)
    return shape in found


def _kind(value: Node) -> str | None:
    """How a term is ordered: the name of its order, empty for one without, None for a literal that is not proved."""
    if isinstance(value, BNode):
        return _BLANK
    if not isinstance(value, Literal):
        return _IRI
    if value.ill_typed:
        return None
    datatype = RDF.langString if value.language else value.datatype or XSD.string
    return next((kind for form, kind in _forms().get(datatype, ()) if form.fullmatch(value)), None)


@cache
def _constructs() -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {"term": {}, "query": {}}
    with (_HERE / "constructs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]][row["name"]] = (row["engines"], row["reason"])
    return found


@cache
def _forms() -> dict[URIRef, list[tuple[re.Pattern[str], str]]]:
    namespaces = {"xsd": XSD, "rdf": RDF}
    found: dict[URIRef, list[tuple[re.Pattern[str], str]]] = {}
    with (_HERE / "literals.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            prefix, name = row["datatype"].split(":")
            datatype = URIRef(f"{namespaces[prefix]}{name}")
            found.setdefault(datatype, []).append((re.compile(row["form"]), row["order"]))
    return found
