"""Terms as every store gives them back: stores keep the value of a literal, not always how it was written.

Virtuoso writes 39.50 as 39.5, tells true as 1 in results, language tags in small letters and integers beyond 64 bits
as decimals. What a comparison sees is the same for all of these; what a reader sees is mended where it can be.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.vocab import XSD

_DECIMAL: Final = XSD + "decimal"
_NUMBERS: Final = frozenset({_DECIMAL, XSD + "integer"})
_BOOLEAN: Final = XSD + "boolean"
_BOOLEANS: Final = {"1": "true", "0": "false"}
_FLOATS: Final = frozenset({XSD + "double", XSD + "float"})
_LONGEST: Final = 1000  # digits of a number that is taken as one
_SIGNED: Final = 2**63


def comparable(triple: Triple) -> Triple:
    """The triple with its literal written in one way for all literals of the same value."""
    value = triple.object
    if not isinstance(value, Literal):
        return triple
    return Triple(triple.subject, triple.predicate, _in_one_way(value))


def content(triples: list[Triple]) -> bytes:
    """Canonical N-Triples of what a store may keep of the triples: equal for equal content, blank nodes included."""
    plain = {comparable(each) for each in triples}
    if not any(isinstance(node, BlankNode) for each in plain for node in (each.subject, each.object)):
        return canonical_nquads(Quad(*each) for each in plain)
    dataset = Dataset(Quad(*each) for each in plain)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return canonical_nquads(dataset)


def mended(term: dict[str, Any]) -> dict[str, Any]:
    """A term of SPARQL JSON results as the recommendation writes it."""
    match term:
        case {"type": "typed-literal" | "literal", "datatype": str(datatype), "value": str(value)}:
            written = _BOOLEANS.get(value, value) if datatype == _BOOLEAN else value
            return {"type": "literal", "value": written, "datatype": datatype}
        case {"type": "bnode", "value": str(label)}:
            return {"type": "bnode", "value": label.rpartition("/")[2]}
    return term


def _in_one_way(literal: Literal) -> Literal:
    datatype, text = literal.datatype.value, literal.value
    if literal.language:
        return Literal(text, language=literal.language.lower())
    if datatype in _NUMBERS and len(text) <= _LONGEST:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return literal
        if not number.is_finite():
            return literal
        if datatype == _DECIMAL or not -_SIGNED <= number < _SIGNED:
            written = f"{number:f}"
            short = written.rstrip("0").rstrip(".") if "." in written else written
            return Literal(short if short not in ("-0", "") else "0", datatype=NamedNode(_DECIMAL))
        return Literal(str(int(number)), datatype=literal.datatype)
    if datatype == _BOOLEAN:
        return Literal(_BOOLEANS.get(text, text), datatype=literal.datatype)
    if datatype in _FLOATS:
        try:
            return Literal(repr(float(text)), datatype=literal.datatype)
        except ValueError:
            return literal
    return literal


def mended_triple(triple: Triple) -> Triple:
    """The triple with a boolean written as in a version."""
    value = triple.object
    if isinstance(value, Literal) and value.datatype.value == _BOOLEAN and value.value in _BOOLEANS:
        return Triple(triple.subject, triple.predicate, _in_one_way(value))
    return triple
