"""What only a built version shows of the project's files: shapes with nothing to look at, answers without one order."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from cdsgraph import queries
from cdsgraph.checking.report import Result
from cdsgraph.checking.shapesfiles import TARGETS
from cdsgraph.checking.sources.exceptions import Exceptions
from cdsgraph.checking.sources.project import Source, Sources
from cdsgraph.checking.sources.queries import order_keys, outer_tokens, projected
from cdsgraph.checking.sources.rules import finding
from cdsgraph.checking.sources.terms import context_terms
from cdsgraph.checking.sources.tokens import Scanned
from cdsgraph.errors import CdsgraphError
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import SHAPE


def check(sources: Sources, data: Graph, dump: Path, base: str, exceptions: Exceptions) -> Iterator[Result]:
    """What does not agree between the project's files and a version: its triples, and its dump with its base."""
    yield from _idle(sources, data, exceptions)
    yield from _unnamed(sources, data)
    store = load_store(dump)
    for source in sources.of("queries"):
        if not source.path.startswith("queries/derive/") and (row := _tie(sources, source, store, base)):
            yield finding("Query-unique", source.iri, source.place(_order_start(source)), value=row)


def _idle(sources: Sources, data: Graph, exceptions: Exceptions) -> Iterator[Result]:
    graph = sources.shapes
    for shape in sorted(each for each in graph.subjects(RDF.type, SH.NodeShape) if isinstance(each, URIRef)):
        targets = [(predicate, target) for predicate in TARGETS for target in graph.objects(shape, predicate)]
        excused = exceptions.excuses("Shape-focus", shape.removeprefix(SHAPE))
        if targets and not excused and not any(_is_met(data, *target) for target in targets):
            yield finding("Shape-focus", shape, *sources.place(str(shape)))


def _is_met(data: Graph, predicate: URIRef, target: Node) -> bool:
    if predicate == SH.targetNode:
        return True
    if predicate == SH.targetClass:
        return (None, RDF.type, target) in data
    return (None, target, None) in data


def _unnamed(sources: Sources, data: Graph) -> Iterator[Result]:
    """Terms of the data that the context has no name for."""
    if not sources.context:
        return
    named = {str(RDF.type), *context_terms(sources.context).values()}
    used = {str(each) for each in (*data.predicates(unique=True), *set(data.objects(None, RDF.type)))}
    for source in sources.of("context"):
        for term in sorted(used - named):
            yield finding("Context-data", URIRef(term), source.place(0))


def _tie(sources: Sources, source: Source, store: ox.Store, base: str) -> str | None:
    """What two different rows that nothing orders have in common; None where the order is always the same."""
    try:
        query = queries.read(sources.files.root / source.path)
        scanned = Scanned(query.render(base=base))
        outer = outer_tokens(scanned.tokens)
        keys = [token.text[1:] for token in order_keys(outer)]
        select = next(token for token in outer if token.text.upper() == "SELECT")
        hidden = [f"?{key} " for key in keys if all(token.text[1:] != key for token in projected(outer))]
        text = scanned.text
        if hidden:
            if any(token.text.upper() in ("GROUP", "DISTINCT") for token in outer):
                return None
            text = f"{text[: select.start]}SELECT {''.join(hidden)}{text[select.start + len('SELECT') :]}"
        answer = store.query(text)
    except (CdsgraphError, SyntaxError, StopIteration):
        return None  # reported as what it is
    if not isinstance(answer, ox.QuerySolutions):
        return None
    shown = [variable.value for variable in answer.variables]
    before: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in answer:
        key = tuple(str(row[name]) for name in keys)
        whole = tuple(str(row[name]) for name in shown)
        if before.setdefault(key, whole) != whole:
            return " ".join(f"?{name}={value}" for name, value in zip(keys, key, strict=True))
    return None


def _order_start(source: Source) -> int:
    outer = outer_tokens(source.scanned.tokens)
    return next((token.start for token in outer if token.text.upper() == "ORDER"), 0)
