"""Which graphs a query is asked of: those that the protocol request names, else those of FROM and FROM NAMED.

The engine selects graphs by itself, but gives a triple twice that stands in two graphs of the default graph. Several
graphs are therefore merged first (SPARQL 1.1, 13.2: the default graph is the merge of the graphs). What a query says of
its graphs, and whether it asks another service, is read from its tokens.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from cdsgraph.errors import QueryError

# The tokens that the head of a query is made of, as far as they must be told apart to find FROM in it.
_TOKEN: Final = re.compile(
    r"""
    (?P<iri> <(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
    | (?P<nothing> [ \t\r\n]+ | \#[^\r\n]* )
    | (?P<text> '''(?:'{0,2}(?:[^'\\]|\\.))*''' | \"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\"
        | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*" )
    | (?P<name> (?:[^\W\d_][\w.·-]*)?:(?:[\w:.·-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])* )
    | (?P<other> [?$@]\w* )
    | (?P<word> \w+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS: Final = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})


@dataclass(frozen=True, slots=True)
class Selection:
    """IRIs of the graphs merged as the default graph, and of those that GRAPH may name."""

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """A store and which of its graphs to ask, as the engine takes them."""

    store: Store
    default: list[NamedNode | BlankNode | DefaultGraph]
    named: list[NamedNode | BlankNode]


def stated(query: str, base: str) -> Selection | None:
    """The graphs that FROM and FROM NAMED of a query name, None where it has no such clause or cannot be read."""
    if "from" not in query.lower():
        return None
    prologue, clauses = _clauses(query)
    if not clauses:
        return None
    terms = " ".join(term for _, term in clauses)
    try:  # the engine itself resolves prefixes and relative IRIs, so that both read the same
        rows = Store().query(f"{prologue}\nSELECT ?graph {{ VALUES ?graph {{ {terms} }} }}", base_iri=base)
    except SyntaxError:
        return None  # it will say so of the query too
    resolved = [row[0] for row in rows] if isinstance(rows, QuerySolutions) else []
    found = [(named, str(term.value)) for (named, _), term in zip(clauses, resolved, strict=True)]
    return Selection(tuple(iri for named, iri in found if not named), tuple(iri for named, iri in found if named))


def select(store: Store, selection: Selection) -> Selected:
    """The graphs of a store that a query shall see, each triple of the default graph once.

    A graph that does not exist is an empty one. Raises QueryError for what is no IRI.
    """
    wanted = [_iri(iri) for iri in dict.fromkeys(selection.default)]
    default = [name for name in wanted if store.contains_named_graph(name)]
    named: list[NamedNode | BlankNode] = [_iri(iri) for iri in dict.fromkeys(selection.named)]
    if len(default) <= 1:
        return Selected(store, [*default], named)
    merged = Store()
    for graph in default:
        merged.extend(Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph))
    for iri in dict.fromkeys(selection.named):
        merged.extend(store.quads_for_pattern(None, None, None, _iri(iri)))
    return Selected(merged, [DefaultGraph()], named)


def asks_elsewhere(query: str) -> bool:
    """Whether a query has the word SERVICE where it is no part of a text, an IRI, a name or a remark."""
    if "service" not in query.lower():
        return False
    return any(kind == "word" and text.upper() == "SERVICE" for _, kind, text in _tokens(query))


def names_graphs(query: str) -> bool:
    """Whether a query has the word GRAPH where it is no part of a text, an IRI, a name or a remark."""
    return any(kind == "word" and text.upper() == "GRAPH" for _, kind, text in _tokens(query))


def _iri(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise QueryError(f"no IRI of a graph: {text[:80]}") from error


def _clauses(query: str) -> tuple[str, list[tuple[bool, str]]]:
    """What stands before the query form, and for each FROM whether it is FROM NAMED, and its IRI as written."""
    tokens = _tokens(query)
    start, form = next(((at, word.upper()) for at, kind, word in tokens if kind == "word" and word.upper() in _FORMS),
                       (0, ""))  # fmt: skip
    clauses: list[tuple[bool, str]] = []
    template = form == "CONSTRUCT"
    inside, in_clause, is_named = 0, False, False
    for _, kind, text in tokens:
        if kind == "sign" and text in "({":
            if text == "{" and not inside and (not template or clauses):
                break
            inside += 1
        elif kind == "sign" and text in ")}":
            inside -= 1
            template = template and bool(inside)
        elif inside:
            continue
        elif kind == "word":
            if text.upper() == "WHERE":
                break
            in_clause, is_named = in_clause or text.upper() == "FROM", text.upper() == "NAMED"
        elif kind in ("iri", "name") and in_clause:
            clauses.append((is_named, text))
            in_clause, is_named = False, False
    return query[:start], clauses


def _tokens(query: str) -> Iterator[tuple[int, str, str]]:
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        if kind != "nothing":
            yield match.start(), kind, match.group()


def asked_of(query: str, base: str, default: Sequence[str], named: Sequence[str]) -> Selection | None:
    """The graphs that a request names, else those of its query (SPARQL 1.1 Protocol 2.1.4); None for all of them."""
    return Selection(tuple(default), tuple(named)) if default or named else stated(query, base)
