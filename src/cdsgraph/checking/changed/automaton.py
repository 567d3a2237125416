"""What a check may read, as walks from its focus node: states, and steps along a predicate forwards or back.

A state stands for the nodes that a part of the check looks at. The walks of a property path are a regular language, so
an automaton holds them all, loops too; every triple that the check may read is one step of some walk.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal as OxLiteral
from pyoxigraph import NamedNode
from rdflib import BNode, Literal, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

START: Final = 0


class UnknownConstructError(Exception):
    """Something whose reading is not known here: the check then depends on every triple."""


@dataclass(frozen=True, slots=True)
class Step:
    """From the nodes of `source` along a predicate (None: any), against its direction if `inverse`, to `target`."""

    source: int
    predicate: bytes | None
    inverse: bool
    target: int


class Automaton:
    """The walks of one check. State START is its focus node.

    `fixed` are states that stand for one IRI. `depends_on_all` says that no walks bound what the check reads.
    """

    def __init__(self) -> None:
        self.size = 1
        self.steps: list[Step] = []
        self._silent: list[tuple[int, int]] = []
        self.fixed: dict[int, bytes] = {}
        self.depends_on_all = False
        self._empty_walks: list[int] = []

    def state(self, fixed: Node | None = None) -> int:
        """A new state; `fixed` is the one node it stands for, where that is an IRI."""
        self.size += 1
        if isinstance(fixed, URIRef):
            self.fixed[self.size - 1] = term(fixed)
        return self.size - 1

    def any_step(self, source: int, target: int, *, inverse: bool = False) -> None:
        """A step along whatever predicate there is."""
        self.steps.append(Step(source, None, inverse, target))

    def same(self, source: int, target: int) -> None:
        """Whatever node stands at `source` stands at `target` too."""
        self._silent.append((source, target))

    def walk(self, path: URIRef | PropertyPath, source: int, target: int, *, inverse: bool = False) -> None:
        """The walks of a path from `source` to `target`. Raises UnknownConstructError for a path that SPARQL lacks."""
        if isinstance(path, URIRef):
            self.steps.append(Step(source, term(path), inverse, target))
        elif isinstance(path, InvPath):
            self.walk(path.arg, source, target, inverse=not inverse)
        elif isinstance(path, SequencePath):
            at = source
            for part in reversed(path.args) if inverse else path.args:
                after = self.state()
                self.walk(part, at, after, inverse=inverse)
                at = after
            self.same(at, target)
        elif isinstance(path, AlternativePath):
            for part in path.args:
                self.walk(part, source, target, inverse=inverse)
        elif isinstance(path, MulPath):
            self._repeated(path, source, target, inverse)
        elif isinstance(path, NegatedPath):
            self.steps += [Step(source, None, False, target), Step(source, None, True, target)]
        else:
            raise UnknownConstructError(str(path))

    def _repeated(self, path: MulPath, source: int, target: int, inverse: bool) -> None:
        if path.zero:
            self.same(source, target)
            self._empty_walks.append(source)
        if not path.more:
            self.walk(path.path, source, target, inverse=inverse)
            return
        inside = self.state()
        self.walk(path.path, source, inside, inverse=inverse)
        self.walk(path.path, inside, inside, inverse=inverse)
        self.same(inside, target)

    def close(self) -> frozenset[int]:
        """Take out the silent steps; the states that no walk from the focus node reaches.

        A path that may be empty, between nodes that nothing ties to the focus node, finds every node of the graph.
        """
        same = _reached_by(self._silent)
        by_source: dict[int, list[Step]] = {}
        for step in self.steps:
            by_source.setdefault(step.source, []).append(step)
        self.steps = list(
            dict.fromkeys(
                Step(state, step.predicate, step.inverse, step.target)
                for state in range(self.size)
                for later in same(state)
                for step in by_source.get(later, ())
            )
        )
        links = [(step.source, step.target) for step in self.steps]
        reached = _reached_by([*links, *self._silent])(START)
        if any(state not in reached for state in self._empty_walks):
            self.depends_on_all = True
        return frozenset(range(self.size)) - reached


def _reached_by(links: Iterable[tuple[int, int]]) -> Callable[[int], set[int]]:
    """A function from a state to itself and all states that links lead to from it."""
    onward: dict[int, list[int]] = {}
    for source, target in links:
        onward.setdefault(source, []).append(target)

    def reached(state: int) -> set[int]:
        found, waiting = {state}, [state]
        while waiting:
            fresh = [each for each in onward.get(waiting.pop(), ()) if each not in found]
            found.update(fresh)
            waiting += fresh
        return found

    return reached


def term(node: Node) -> bytes:
    """A term as N-Triples writes it."""
    if isinstance(node, URIRef):
        return str(NamedNode(str(node))).encode()
    if isinstance(node, Literal):
        datatype = NamedNode(str(node.datatype)) if node.datatype and not node.language else None
        return str(OxLiteral(str(node), datatype=datatype, language=node.language)).encode()
    if isinstance(node, BNode):
        return f"_:{node}".encode()
    raise UnknownConstructError(str(node))
