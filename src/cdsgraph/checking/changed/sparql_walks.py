"""What a SPARQL constraint reads: its triple patterns as steps between the nodes that its variables stand for.

Patterns are tied together by the variables they share, and so to $this. A variable ties only where it surely has a
value: not across two OPTIONALs, nor from one branch of a UNION to what stands beside it. A pattern that nothing ties to
$this may match anywhere, and its states stay out of reach of the focus node. SPARQL 1.1 Query, section 18.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from rdflib import URIRef, Variable
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from cdsgraph.checking.changed.automaton import Automaton, UnknownConstructError
from cdsgraph.checking.sparql import parsed

_THIS: Final = Variable("this")
# What only picks, orders or names solutions; a limit picks by chance and is not among them.
_PASSING: Final = frozenset(
    {"SelectQuery", "Project", "Distinct", "Reduced", "OrderBy", "Group", "AggregateJoin", "Filter", "Extend"}
)
_EXISTS: Final = frozenset({"Builtin_EXISTS", "Builtin_NOTEXISTS"})


@dataclass(slots=True)
class _Group:
    """The terms of one group of patterns, with their states (`own`) and those of the groups around it.

    `given` have their value before the group is matched (as in EXISTS); `joined` are compared with what the group finds
    (as for a branch of a UNION); `sure` are the terms that each solution of the group has.
    """

    given: dict[Node, int]
    joined: dict[Node, int]
    sure: set[Node]
    own: dict[Node, int] = field(default_factory=dict)
    patterns: list[tuple[Node, Any, Node]] = field(default_factory=list)
    inner: list[Callable[[], object]] = field(default_factory=list)

    def around(self, node: Node) -> int | None:
        """The state of a term in the groups around."""
        return self.given.get(node, self.joined.get(node))


def add(automaton: Automaton, query: str, this: int) -> None:
    """Add what a query reads, `this` being the state of $this.

    Raises UnknownConstructError for what cannot be told, ShapesError where the query has an error.
    """
    _Walker(automaton, this).group(parsed(query).algebra, {_THIS: this}, {})


class _Walker:
    def __init__(self, automaton: Automaton, this: int) -> None:
        self._automaton = automaton
        self._tied = {this}

    def group(self, part: CompValue, given: dict[Node, int], joined: dict[Node, int]) -> _Group:
        """Lay out the patterns of a group, then those of the groups within it."""
        group = _Group(given, joined, _sure(part))
        self._collect(part, group)
        self._lay_out(group)
        for inner in group.inner:
            inner()
        return group

    def _collect(self, part: CompValue, group: _Group) -> None:
        name = part.name
        if part.datasetClause:
            raise UnknownConstructError("FROM")
        if name in _PASSING:
            self._collect(part.p, group)
            for key, value in part.items():
                if key != "p":
                    group.inner.append(partial(self._exists, value, _sure(part.p), group))
        elif name == "BGP":
            group.patterns += part.triples
        elif name == "Join":
            self._collect(part.p1, group)
            self._collect(part.p2, group)
        elif name == "LeftJoin":
            self._collect(part.p1, group)
            group.inner.append(partial(self._optional, part, group))
        elif name == "Union":
            group.inner.append(partial(self._branches, part, group))
        elif name != "ToMultiSet" or part.p.name != "values":
            raise UnknownConstructError(name)

    def _exists(self, value: Any, sure: set[Node], group: _Group) -> None:
        given = group.given | self._states(sure, group)
        for found in _exists_in(value):
            self.group(found.graph, given, {})

    def _optional(self, part: CompValue, group: _Group) -> None:
        sure = self._states(_sure(part.p1), group)
        optional = self.group(part.p2, group.given, sure)
        both = sure | self._states(optional.sure, optional)
        for found in _exists_in(part.expr):
            self.group(found.graph, group.given | both, {})

    def _branches(self, part: CompValue, group: _Group) -> None:
        beside = group.joined | self._states(group.sure, group)
        self.group(part.p1, group.given, beside)
        self.group(part.p2, group.given, beside)

    def _states(self, nodes: set[Node], group: _Group) -> dict[Node, int]:
        return {node: self._state(node, group) for node in nodes}

    def _state(self, node: Node, group: _Group) -> int:
        state = group.own.get(node)
        if state is None:
            state = group.own[node] = self._automaton.state(node)
            around = group.around(node)
            if around is not None:
                # One way only: what ties a term within an OPTIONAL, EXISTS or branch does not tie it outside.
                self._automaton.same(around, state)
                if around in self._tied:
                    self._tied.add(state)
        return state

    def _lay_out(self, group: _Group) -> None:
        """Each pattern as a step away from $this: whoever matches it has matched those on the way to it too."""
        left = list(group.patterns)
        nodes = {_THIS, *(node for subject, _, target in left for node in (subject, target))}
        reached = {node for node in nodes if group.around(node) in self._tied}
        while (pattern := _next(left, reached)) is not None:
            left.remove(pattern)
            subject, predicate, target = pattern
            inverse = subject not in reached
            near, far = (target, subject) if inverse else (subject, target)
            if far in reached:
                end = self._automaton.state(far)
            else:
                end = self._state(far, group)
                self._tied.add(end)
                reached.add(far)
            self._step(predicate, self._state(near, group), end, inverse=inverse)
        for subject, predicate, target in left:
            self._step(predicate, self._state(subject, group), self._state(target, group), inverse=False)

    def _step(self, predicate: Any, source: int, target: int, *, inverse: bool) -> None:
        if isinstance(predicate, Variable):
            # Where such a variable is a subject too, it has a state that nothing ties to this pattern.
            self._automaton.any_step(source, target, inverse=inverse)
        elif isinstance(predicate, URIRef | PropertyPath):
            self._automaton.walk(predicate, source, target, inverse=inverse)
        else:
            raise UnknownConstructError(str(predicate))


def _next(patterns: list[tuple[Node, Any, Node]], reached: set[Node]) -> tuple[Node, Any, Node] | None:
    """The pattern to walk next. Against its direction only where there is no other way, and from a constant last:
    thousands may point at it."""
    onward = [each for each in patterns if each[0] in reached]
    back = [each for each in patterns if each[2] in reached]
    from_variables = [each for each in back if isinstance(each[2], Variable)]
    return next(iter([*onward, *from_variables, *back]), None)


def _sure(part: CompValue) -> set[Node]:
    """The terms of triple patterns that each solution of a pattern has."""
    name = part.name
    if name == "BGP":
        return {node for subject, _, target in part.triples for node in (subject, target)}
    if name == "Join":
        return _sure(part.p1) | _sure(part.p2)
    if name == "LeftJoin":
        return _sure(part.p1)
    if name == "Union":
        return _sure(part.p1) & _sure(part.p2)
    return _sure(part.p) if name in _PASSING else set()


def _exists_in(value: Any) -> Iterator[CompValue]:
    if isinstance(value, CompValue):
        if value.name in _EXISTS:
            yield value
        else:
            for inner in value.values():
                yield from _exists_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _exists_in(inner)
