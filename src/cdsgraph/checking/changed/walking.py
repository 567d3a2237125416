"""From changed triples back to the focus nodes whose checks read them, and from focus nodes on to all that is read."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from rdflib import RDF, RDFS

from cdsgraph.checking.changed.automaton import START, Step, term
from cdsgraph.checking.changed.dependencies import Check
from cdsgraph.checking.changed.triples import Triples

_TYPE: Final = term(RDF.type)
_SUBCLASS: Final = term(RDFS.subClassOf)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps along a predicate: the checks that take one from their focus nodes and come back to them in no other
    way, other steps with their checks, and those to one certain node."""

    first: set[int] = field(default_factory=set)
    later: list[tuple[int, Step]] = field(default_factory=list)
    to_fixed: list[tuple[int, Step]] = field(default_factory=list)


class Walks:
    """The walks of several checks over the triples of two graphs.

    A state of a check is a number of its own here; START of each is where its focus nodes stand.
    """

    def __init__(self, checks: Sequence[Check], triples: Triples) -> None:
        self._checks = checks
        self._triples = triples
        self._subclasses: dict[bytes, frozenset[int]] = {}
        self._first: list[int] = []
        self._of: dict[int, int] = {}  # START states to their checks
        self._fixed: dict[int, int | None] = {}
        self._into: dict[int, list[Step]] = {}
        self._out: dict[int, list[Step]] = {}
        self._steps_along: dict[tuple[bytes | None, bool], _Steps] = {}
        self._by_node: dict[int, set[int]] = {}
        self._by_target: dict[tuple[bytes, bool], set[int]] = {}
        self._instances: dict[int, frozenset[int]] = {}
        size = 0
        for number, check in enumerate(checks):
            self._first.append(size)
            self._of[size + START] = number
            for state, fixed in check.reads.fixed.items():
                self._fixed[size + state] = triples.known(fixed)
            for step in check.reads.steps:
                moved = Step(size + step.source, step.predicate, step.inverse, size + step.target)
                self._into.setdefault(moved.target, []).append(moved)
                if step.target not in check.targeting:
                    self._out.setdefault(moved.source, []).append(moved)
            size += check.reads.size
            self._take_targets(number, check)
        self._size = size
        for number, check in enumerate(checks):
            for step in check.reads.steps:
                self._sort_in(number, step)

    def _take_targets(self, number: int, check: Check) -> None:
        for node in check.targets.nodes:
            self._by_node.setdefault(self._triples.id(node), set()).add(number)
        for predicate in check.targets.subjects_of:
            self._by_target.setdefault((predicate, False), set()).add(number)
        for predicate in check.targets.objects_of:
            self._by_target.setdefault((predicate, True), set()).add(number)

    def _sort_in(self, number: int, step: Step) -> None:
        steps = self._steps_along.setdefault((step.predicate, step.inverse), _Steps())
        first = self._first[number]
        moved = Step(first + step.source, step.predicate, step.inverse, first + step.target)
        if moved.target in self._fixed:
            steps.to_fixed.append((number, moved))
        elif step.source == START and moved.source not in self._into:
            steps.first.add(number)
        else:
            steps.later.append((number, moved))

    def affected(self) -> list[set[int]]:
        """For each check the focus nodes in the new graph that a changed triple may matter to."""
        self._begin()
        for triple in self._triples.changed:
            self._touch(*self._triples.spelled(triple))
        while self._waiting:
            state, node = self._waiting.pop()
            if state in self._of:
                self._found.setdefault(node, set()).add(self._of[state])
            for step in self._into.get(state, ()):
                for before in self._ends(node, step.predicate, inverse=not step.inverse, gone=True):
                    self._arrive(before, step.source)
        focus: list[set[int]] = [set() for _ in self._checks]
        for node, numbers in self._found.items():
            for number in self._looked_at_by(node, numbers):
                focus[number].add(node)
        for number in self._wholly:
            focus[number] = self.focus_nodes(self._checks[number])
        return focus

    def _begin(self) -> None:
        self._found: dict[int, set[int]] = {}  # nodes at START, with the checks that they may be focus nodes of
        self._seen: set[int] = set()
        self._waiting: list[tuple[int, int]] = []
        self._touched: set[tuple[int, int, bool]] = set()
        everything = (number for number, check in enumerate(self._checks) if check.reads.depends_on_all)
        self._wholly = set(everything) if self._triples.changed else set[int]()

    def _touch(self, subject: int, predicate: int, target: int) -> None:
        """Take up each step that a changed triple is."""
        for label in (self._triples.terms[predicate], None):
            for inverse, near, far in ((False, subject, target), (True, target, subject)):
                steps = self._steps_along.get((label, inverse))
                if steps is None:
                    continue
                if (near, predicate, inverse) not in self._touched:
                    self._found.setdefault(near, set()).update(steps.first)
                    for number, step in steps.later:
                        self._take(number, step, near)
                for number, step in steps.to_fixed:
                    if self._fixed[step.target] == far:
                        self._take(number, step, near)
        self._touched |= {(subject, predicate, False), (target, predicate, True)}

    def _take(self, number: int, step: Step, near: int) -> None:
        if step.source - self._first[number] in self._checks[number].untied:
            if self._fixed.get(step.source, near) == near:
                self._wholly.add(number)
        else:
            self._arrive(near, step.source)

    def _arrive(self, node: int, state: int) -> None:
        key = node * self._size + state
        if key not in self._seen and self._fixed.get(state, node) == node:
            self._seen.add(key)
            self._waiting.append((state, node))

    def read_from(self, focus: Iterable[Set[int]]) -> set[int]:
        """The numbers of the triples of the new graph that the checks may read from these focus nodes, all of them
        where that cannot be told."""
        read: set[int] = set()
        seen: set[int] = set()
        waiting: list[tuple[int, int]] = []
        for number, nodes in enumerate(focus):
            check = self._checks[number]
            if nodes and (check.reads.depends_on_all or any(step.source in check.untied for step in check.reads.steps)):
                return set(self._triples.all_present())
            start = self._first[number] + START
            seen.update(node * self._size + start for node in nodes)
            waiting += ((start, node) for node in nodes)
        while waiting:
            state, node = waiting.pop()
            for step in self._out.get(state, ()):
                for triple, after in self._steps(node, step.predicate, inverse=step.inverse):
                    read.add(triple)
                    if after * self._size + step.target not in seen and self._may_stand(after, step.target):
                        seen.add(after * self._size + step.target)
                        if step.target in self._out:
                            waiting.append((step.target, after))
        return read

    def focus_nodes(self, check: Check) -> set[int]:
        """All focus nodes of a check in the new graph."""
        targets, triples = check.targets, self._triples
        found = {triples.id(node) for node in targets.nodes}
        for each in targets.classes:
            for of_class in self._with_subclasses(each):
                found.update(self._ends(of_class, _TYPE, inverse=True))
        for predicate in targets.subjects_of:
            found.update(triples.nodes_of(predicate, inverse=False))
        for predicate in targets.objects_of:
            found.update(triples.nodes_of(predicate, inverse=True))
        return found

    def _looked_at_by(self, node: int, numbers: set[int]) -> set[int]:
        """Those of the checks that have a node as a focus node in the new graph."""
        found = set(self._by_node.get(node, ()))
        for of_class in self._ends(node, _TYPE, inverse=False):
            found |= self._by_class(of_class)
        for (predicate, inverse), targeting in self._by_target.items():
            if not (targeting <= found or targeting.isdisjoint(numbers)):
                for _ in self._ends(node, predicate, inverse=inverse):
                    found |= targeting
                    break
        return found & numbers

    def _by_class(self, of_class: int) -> frozenset[int]:
        """The checks of all instances of a class."""
        known = self._instances.get(of_class)
        if known is None:
            known = self._instances[of_class] = frozenset(
                number
                for number, check in enumerate(self._checks)
                if any(of_class in self._with_subclasses(each) for each in check.targets.classes)
            )
        return known

    def _with_subclasses(self, of_class: bytes) -> frozenset[int]:
        known = self._subclasses.get(of_class)
        if known is None:
            found, waiting = set[int](), [self._triples.id(of_class)]
            while waiting:
                each = waiting.pop()
                if each not in found:
                    found.add(each)
                    waiting += self._ends(each, _SUBCLASS, inverse=True)
            known = self._subclasses[of_class] = frozenset(found)
        return known

    def _may_stand(self, node: int, state: int) -> bool:
        return self._fixed.get(state, node) == node

    def _ends(self, node: int, predicate: bytes | None, *, inverse: bool, gone: bool = False) -> Iterator[int]:
        return (end for _, end in self._steps(node, predicate, inverse=inverse, gone=gone))

    def _steps(
        self, node: int, predicate: bytes | None, *, inverse: bool, gone: bool = False
    ) -> Iterator[tuple[int, int]]:
        if predicate is None:
            for each in self._triples.predicates:
                yield from self._triples.beside(node, each, inverse=inverse, gone=gone)
        else:
            number = self._triples.known(predicate)
            if number is not None:
                yield from self._triples.beside(node, number, inverse=inverse, gone=gone)
