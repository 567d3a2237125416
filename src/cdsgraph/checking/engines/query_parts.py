"""The parts of a SPARQL constraint: what it is made of, and which values it puts in order or reckons with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

import rdflib
from pyparsing import ParseException, ParseResults
from rdflib import OWL, RDF, RDFS, SH, XSD, Graph, URIRef, Variable
from rdflib.plugins.sparql.algebra import translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from cdsgraph.errors import ShapesError

_DURATIONS: Final = (XSD.duration, XSD.dayTimeDuration, XSD.yearMonthDuration)
_NUMBER, _TEXT = rdflib.Literal(1), rdflib.Literal("")
_OF_THEIR_PARTS: Final = frozenset(
    f"Builtin_{name}" for name in ("ABS", "ROUND", "CEIL", "FLOOR", "COALESCE", "IF")
) | {"AdditiveExpression", "MultiplicativeExpression", "UnaryMinus", "UnaryPlus", "Aggregate_Sum"}
_TEXTS: Final = frozenset(
    f"Builtin_{name}"
    for name in (
        "STR",
        "SUBSTR",
        "CONCAT",
        "REPLACE",
        "LCASE",
        "UCASE",
        "STRAFTER",
        "STRBEFORE",
        "LANG",
        "MD5",
        "SHA256",
    )
)


@dataclass(slots=True)
class Operation:
    """Values put in order, added, multiplied or taken as text: those of properties, and constants beside them.

    `unknown` where there are others too, that cannot be told from the query.
    """

    does: Literal["order", "sum", "product", "text"]
    properties: set[URIRef] = field(default_factory=set)
    constants: set[Node] = field(default_factory=set)
    unknown: bool = False


def tree(shapes: Graph, node: Node, text: str) -> object:
    """The query of a constraint as a tree of its parts, names written out. Raises ShapesError for what is no query.

    Not its algebra: that leaves out what stands in a FILTER inside EXISTS.
    """
    prefixes = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL), "sh": str(SH), "xsd": str(XSD)}
    for ontology in shapes.objects(node, SH.prefixes):
        for each in shapes.transitive_objects(ontology, OWL.imports):
            for declaration in shapes.objects(each, SH.declare):
                prefixes[str(shapes.value(declaration, SH.prefix))] = str(shapes.value(declaration, SH.namespace))
    used = {prefix: namespace for prefix, namespace in prefixes.items() if f"{prefix}:" in text}
    header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used.items())
    try:
        prologue, body = parseQuery(header + text)
        return traverse(body, visitPost=partial(translatePName, prologue=translatePrologue(prologue, None)))
    except ParseException as error:
        raise ShapesError(f"a SPARQL constraint cannot be parsed: {error.msg}") from error
    except Exception as error:  # rdflib raises bare Exception for an unknown prefix
        raise ShapesError(f"a SPARQL constraint cannot be used: {error}") from error


def names(query: object) -> Iterator[str]:
    """The names of the tree's parts, the IRIs of functions, and what else the engines may do differently."""
    for part in _used(query):
        yield str(part.iri) if part.name == "Function" else part.name
        if part.name == "RelationalExpression" and part.op in ("IN", "NOT IN") and _literals(part.other):
            yield f"{part.op} with literals"
        if part.name == "AdditiveExpression" and any(each.datatype in _DURATIONS for each in _literals(part)):
            yield "sums with durations"
        if part.name == "MultiplicativeExpression" and any(_count(part, sign) > 1 for sign in "*/"):
            yield "products of products"


def operations(query: object) -> Iterator[Operation]:
    """All operations in a query whose outcome depends on the kinds of the values."""
    origins = _origins(query)
    for part in _used(query):
        if part.name == "RelationalExpression" and part.op in ("<", "<=", ">", ">="):
            yield _operation("order", part, origins)
        elif part.name in ("AdditiveExpression", "Aggregate_Sum"):
            yield _operation("sum", part, origins)
        elif part.name == "MultiplicativeExpression":
            yield _operation("product", part, origins)
        elif part.name == "Builtin_STR" and part.arg != Variable("this"):
            yield _operation("text", part.arg, origins)


def _operation(
    does: Literal["order", "sum", "product", "text"], part: object, origins: dict[Variable, list[object]]
) -> Operation:
    found = Operation(does)
    seen: set[Variable] = set()
    waiting = list(_inside(part)) if does != "text" else [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Variable):
            # A variable that nothing binds here comes from elsewhere: a parameter, or the shape that asks.
            found.unknown |= each not in origins
            if each not in seen:
                seen.add(each)
                waiting += origins.get(each, [])
        elif isinstance(each, _Ends):
            found.properties |= each.properties
            found.unknown |= not each.properties
        elif isinstance(each, rdflib.Literal | URIRef):
            found.constants.add(each)
        elif isinstance(each, CompValue) and each.name in _TEXTS:
            found.constants.add(_TEXT)
        elif isinstance(each, CompValue) and each.name == "Builtin_STRLEN":
            found.constants.add(_NUMBER)
        elif isinstance(each, CompValue) and each.name == "Function":
            found.constants.add(rdflib.Literal("1", datatype=each.iri))
        elif isinstance(each, CompValue) and (each.name in _OF_THEIR_PARTS or not _does(each)):
            waiting += _inside(each)
        elif isinstance(each, list | ParseResults):
            waiting += each
        elif each is not None and not isinstance(each, str):
            found.unknown = True
    return found


@dataclass(frozen=True, slots=True)
class _Ends:
    """The properties whose values a path ends in; none for a path that may end otherwise."""

    properties: frozenset[URIRef]


def _origins(query: object) -> dict[Variable, list[object]]:
    """What each variable may stand for: the values of properties, or an expression."""
    found: dict[Variable, list[object]] = {}
    for part in _parts(query):
        if part.name == "TriplesBlock":
            for chain in part.triples:
                for predicate, value in zip(chain[1::3], chain[2::3], strict=True):
                    if isinstance(value, Variable):
                        found.setdefault(value, []).append(_Ends(frozenset(_ends(predicate))))
        elif part.name == "Bind":
            found.setdefault(part.var, []).append(part.expr)
        elif part.name == "vars" and part.evar is not None:
            found.setdefault(part.evar, []).append(part.expr)
    return found


def _ends(path: object) -> set[URIRef]:
    if isinstance(path, URIRef):
        return {path}
    if not isinstance(path, CompValue) or (path.name == "PathElt" and path.mod):
        return set()
    parts = path.part if isinstance(path.part, list | ParseResults) else [path.part]
    if path.name == "PathAlternative":
        ends = [_ends(part) for part in parts]
        return set.union(*ends) if all(ends) else set()
    return _ends(parts[-1]) if path.name in ("PathSequence", "PathElt") else set()


def _used(query: object) -> Iterator[CompValue]:
    # The parser puts an operand without an operator into the parts of every operator it might have had.
    return (part for part in _parts(query) if _does(part))


def _does(part: CompValue) -> bool:
    return not part.name.endswith("Expression") or bool(part.op or part.other)


def _count(part: object, sign: str) -> int:
    inner = sum(_count(each, sign) for each in _inside(part))
    multiplies = isinstance(part, CompValue) and part.name == "MultiplicativeExpression" and part.op
    return inner + (list(part.op).count(sign) if isinstance(part, CompValue) and multiplies else 0)


def _literals(part: object) -> list[rdflib.Literal]:
    own = [part] if isinstance(part, rdflib.Literal) else []
    return own + [literal for each in _inside(part) for literal in _literals(each)]


def _parts(part: object) -> Iterator[CompValue]:
    if isinstance(part, CompValue):
        yield part
    for each in _inside(part):
        yield from _parts(each)


def _inside(part: object) -> Iterable[object]:
    if isinstance(part, CompValue):
        return list(part.values())
    return part if isinstance(part, list | tuple | ParseResults) else ()
