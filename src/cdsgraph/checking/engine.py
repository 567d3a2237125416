"""Data against shapes, by the reference or by a faster engine where that is proved to say the same."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rdflib import Graph
from rdflib.term import Node

from cdsgraph.checking.engines import fast, parting, proof, reference
from cdsgraph.checking.rdffiles import DataGraph
from cdsgraph.checking.report import Report, Result
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.choices import Engine as Engine
from cdsgraph.errors import ShapesError

_INSTALL: Final = "pip install 'cdsgraph[fast]', or use --engine reference"
_NAMED: Final = 3  # reasons that a remark names


def validate(data: DataGraph, shapes: Shapes, *, engine: Engine = "auto") -> Report:
    """The report on a graph, with the engine used and a note on what was not left to the faster one.

    `auto` and `fast` are the faster engine but for the shapes that it is not proved for, on these data: these are the
    reference's. `auto` is the reference where the faster one is not installed. Raises ShapesError where a shape cannot
    be used, or not on these data, and for `fast` where that is not installed.
    """
    needs = proof.needs(shapes.written)
    if needs.refused:
        raise ShapesError(f"no engine knows {needs.refused}", remedy="leave it out of the shapes")
    if engine == "fast" and not fast.installed():
        raise ShapesError("the faster engine is not installed", remedy=_INSTALL)
    if engine == "reference" or not fast.installed():
        results, used, remark = reference.check(data, shapes, advanced=needs.advanced), "reference", None
    else:
        results, used, remark = _both(data, shapes, needs)
    notes = (remark,) if remark else ()
    return Report(results, triples=len(data), shapes=shapes.count, engine=used, notes=notes)


def _both(data: DataGraph, shapes: Shapes, needs: proof.Needs) -> tuple[tuple[Result, ...], str, str | None]:
    """Results, engine and remark with the faster engine where that may be."""
    literal = proof.unproved_literal(data)
    reasons = needs.unproved | proof.unproved_operations(data, needs)
    # The rules of Advanced Features add to what all other shapes see.
    parted = None if literal or needs.advanced else _part(shapes.graph, frozenset(reasons))
    if parted:
        quick, slow = parted
        try:
            found = fast.check(data, quick, shapes.written)
        except ShapesError as error:
            literal = error.message
        else:
            if reasons:
                found += reference.check(data, shapes, only=slow)
            return found, "fast", _remark("some shapes", reasons.values()) if reasons else None
    return (
        reference.check(data, shapes, advanced=needs.advanced),
        "reference",
        _remark("all shapes", [literal] if literal else reasons.values()),
    )


@lru_cache(maxsize=8)
def _part(shapes: Graph, nodes: frozenset[Node]) -> tuple[Graph, Graph] | None:
    return parting.part(shapes, nodes)


def _remark(what: str, reasons: Iterable[str]) -> str:
    told = sorted(set(reasons))
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{what} left to the reference engine: {'; '.join(told[:_NAMED])}{more}"
