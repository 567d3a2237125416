"""Derived graphs: what follows from what is stated, rule by rule, each in a named graph of its own.

A rule is a CONSTRUCT in `queries/derive/` (graph/query_rules.py) or, where SPARQL cannot say it, a typed function with
the same face. They run in the order of their numbers, later ones see what earlier ones derived, and none reads what a
later one derives. What a rule says of one thing it names by an IRI made from the things it rests on, so a graph that is
dropped and derived again is the same.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from cdsgraph.errors import QueryError
from cdsgraph.graph.quadwriter import TYPE, QuadWriter
from cdsgraph.vocab import CDS, PROV, Iris, rebase, term

_BY_RULE = term(CDS, "byRule")


@dataclass(frozen=True, slots=True)
class Changes:
    """Triples that came into the default graph of a store, and those that left it."""

    came: frozenset[Triple]
    went: frozenset[Triple]


class Parts(Protocol):
    """How the triples of a rule fall into parts that share no subject, each with a key, so that few are derived anew.

    A store's default graph is the union of all that is stated and derived by the rules before.
    """

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterable[tuple[str, Iterable[Triple]]]:
        """The parts of these keys (of all where None), each with its key; those without a triple are left out."""

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """Every key whose part may differ after the changes, or None where that cannot be told.

        The store is as it is after them; keys that ceased to be are found from what went.
        """


def whole(parts: Parts) -> Callable[[Store, Iris], Iterable[Triple]]:
    """The derivation of all parts together."""

    def derive(store: Store, iris: Iris) -> Iterator[Triple]:
        for _, triples in parts.derive(store, iris, None):
            yield from triples

    return derive


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of derivation: its graph is `graph/derived/{name}`, `derive` gives its triples from a store.

    The store's default graph is the union of all that is stated and derived so far. `text` is what the rule says in
    its own language, for whoever checks a verdict. A rule with `parts` derives them all: see `whole`.
    `sees_own` says that what it derived before must be out of the store for it to derive the same again.
    """

    order: int
    name: str
    title_vi: str
    title_en: str
    text: str
    derive: Callable[[Store, Iris], Iterable[Triple]]
    parts: Parts | None = None
    sees_own: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule gave: the quads of its graph, and the subjects of each part by its key where it has parts."""

    quads: set[Quad]
    subjects: dict[str, set[NamedNode]]


def derive(quads: Iterable[Quad], rules: Sequence[Rule], iris: Iris) -> set[Quad]:
    """The quads of every derived graph, from the stated quads.

    Each node that a rule makes (a subject it gives a type) says which rule made it. Raises QueryError for a rule that
    makes a blank node, whose name would not last.
    """
    store = Store()
    store.bulk_extend(quads)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {quad for _, made in derive_in(store, rules, iris) for quad in made.quads}


def derive_in(store: Store, rules: Sequence[Rule], iris: Iris) -> Iterator[tuple[Rule, Derived]]:
    """Each rule with what it derives, from a store whose default graph is the union of all that is stated.

    What a rule made is added to the default graph before the next one runs. Raises QueryError as `derive` does.
    """
    for rule in in_order(rules):
        made = derived(rule, store, iris)
        store.extend([_in_graph(quad.triple, DefaultGraph()) for quad in made.quads])
        yield rule, made


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The rules as they run, one after the other."""
    return sorted(rules, key=lambda rule: rule.order)


def derived(rule: Rule, store: Store, iris: Iris, keys: Collection[str] | None = None) -> Derived:
    """What a rule derives, with what says of the rule itself; or only its parts with these keys.

    Raises QueryError as `derive` does, ValueError for keys of a rule without parts.
    """
    graph, plan = graph_of(rule, iris), iris.thing("rule", rule.name)
    made = Derived(set(), {})
    if rule.parts is None:
        if keys is not None:
            raise ValueError(f"the rule {rule.name} has no parts")
        made.quads.update(_in_graph(triple, graph) for triple in _signed(rule, rule.derive(store, iris), plan))
    else:
        for key, triples in rule.parts.derive(store, iris, keys):
            quads = [_in_graph(triple, graph) for triple in _signed(rule, triples, plan)]
            made.quads.update(quads)
            named = (quad.subject for quad in quads if isinstance(quad.subject, NamedNode))
            made.subjects.setdefault(key, set()).update(named)
    if keys is None:
        made.quads.update(_described(rule, plan, iris))
    return made


def graph_of(rule: Rule, iris: Iris) -> NamedNode:
    """The graph of what a rule derives."""
    return iris.graph(f"derived/{rule.name}")


def _in_graph(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _signed(rule: Rule, triples: Iterable[Triple], plan: NamedNode) -> Iterator[Triple]:
    """The triples, and of each node that they make which rule made it."""
    for triple in list(triples):
        if not (isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)):
            raise QueryError(
                f"the rule {rule.name} makes a blank node", remedy="name it by an IRI made from its inputs"
            )
        yield triple
        if triple.predicate == TYPE:
            yield Triple(triple.subject, _BY_RULE, plan)


def _described(rule: Rule, plan: NamedNode, iris: Iris) -> QuadWriter:
    writer = QuadWriter(graph_of(rule, iris))
    writer.types(plan, term(CDS, "DerivationRule"), term(PROV, "Plan"))
    writer.labels(plan, rule.title_vi, rule.title_en)
    writer.text(plan, term(CDS, "ruleText"), rebase(rule.text, iris.base))
    return writer
