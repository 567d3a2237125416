"""The project's own dataset repeated until it is large, with everything that is derived from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from cdsgraph.graph import derive
from cdsgraph.graph.derive import Rule
from cdsgraph.vocab import XSD, Iris

_INDICATOR = "/def/indicator/"
_SOURCE = "/graph/source/"
_BASIS = "/id/basis/"  # who compiled figures; texts share them, or no series would get longer
_DAY = NamedNode(XSD + "date")


def worlds(stated: Sequence[Quad], wanted: int) -> Iterator[Quad]:
    """Copies in which every thing and every indicator has a name of its own, until there are about `wanted` quads."""
    yield from stated
    own = {quad.subject for quad in stated if "/id/" in str(quad.subject) or _INDICATOR in str(quad.subject)}
    each = [quad for quad in stated if quad.subject in own]
    for number in _copies_until(wanted, stated, each):
        yield from _copied(each, own, number)


def documents(stated: Sequence[Quad], wanted: int) -> Iterator[Quad]:
    """The register once, and copies of what the documents state, every day in them a year earlier than in the last."""
    yield from stated
    shared = {quad.subject for quad in stated if _SOURCE not in str(quad.graph_name) or _BASIS in str(quad.subject)}
    each = [quad for quad in stated if _SOURCE in str(quad.graph_name)]
    own = {quad.subject for quad in each if "/id/" in str(quad.subject)} - shared
    for number in _copies_until(wanted, stated, each):
        for quad in _copied(each, own, number):
            yield Quad(quad.subject, quad.predicate, _earlier(quad.object, number), quad.graph_name)


WAYS: Mapping[str, Callable[[Sequence[Quad], int], Iterator[Quad]]] = {"worlds": worlds, "documents": documents}


def filled(quads: Iterable[Quad], rules: Sequence[Rule]) -> Store:
    """A store whose default graph is the union of the quads and of what the rules make of them, as in a service."""
    told = [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]
    store = Store()
    store.bulk_extend(told)
    store.bulk_extend(Quad(made.subject, made.predicate, made.object) for made in derive.derive(told, rules, Iris()))
    store.optimize()
    return store


def _copies_until(wanted: int, stated: Sequence[Quad], each: Sequence[Quad]) -> range:
    """The numbers of the copies; what stands in two graphs counts once, as in the union."""
    whole, copy = (len({quad.triple for quad in quads}) for quads in (stated, each))
    return range(1, 1 + max(0, round((wanted - whole) / copy)))


def _copied(quads: Iterable[Quad], own: set[Any], number: int) -> Iterator[Quad]:
    for quad in quads:
        subject: Any = _renamed(quad.subject, number) if quad.subject in own else quad.subject
        target = _renamed(quad.object, number) if quad.object in own else quad.object
        yield Quad(subject, quad.predicate, target, quad.graph_name)


def _renamed(node: Any, number: int) -> NamedNode:
    """A thing under the name of a copy; what follows a # stays behind it."""
    head, sign, tail = node.value.partition("#")
    return NamedNode(f"{head}-r{number}{sign}{tail}")


def _earlier(node: Any, years: int) -> Any:
    if not isinstance(node, Literal) or node.datatype != _DAY:
        return node
    day = date.fromisoformat(node.value)
    return Literal(day.replace(year=day.year - years, day=min(day.day, 28)).isoformat(), datatype=_DAY)
