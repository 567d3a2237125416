"""Data against shapes with pySHACL, and its report as results. SHACL and SHACL-SPARQL, W3C Recommendation of 2017."""

import re
import warnings
from typing import Final

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import SH, Graph, Literal, URIRef
from rdflib.extras.shacl import parse_shacl_path
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.rdffiles import DataGraph
from cdsgraph.checking.report import Report, Result, Severity
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.errors import ShapesError

_SEVERITY: Final[dict[Node, Severity]] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}

_REMEDY: Final = "mend the shape that the message names, or the values it is used on"


def validate(data: DataGraph, shapes: Shapes) -> Report:
    """The report on a graph. Raises ShapesError where the engine cannot use a shape, or not on these data."""
    try:
        with warnings.catch_warnings():
            # rdflib compares a literal that does not fit its datatype in a way Python is about to forbid.
            warnings.filterwarnings("ignore", message="NotImplemented should not be used", category=DeprecationWarning)
            _, found, text = pyshacl.validate(data, shacl_graph=shapes.graph, inplace=True, inference="none")
    except (ReportableRuntimeError, re.error) as error:
        raise ShapesError(str(error), remedy=_REMEDY) from error
    if not isinstance(found, Graph):
        raise ShapesError(str(text), remedy=_REMEDY)
    # Results that only explain another one hang on it by sh:detail; the report's own are linked by sh:result.
    results = tuple(_result(found, node, shapes.written) for node in found.objects(None, SH.result))
    return Report(results, triples=len(data), shapes=shapes.count)


def _result(found: Graph, node: Node, shapes: Graph) -> Result:
    shape = _value(found, node, SH.sourceShape)
    severity = _value(found, node, SH.resultSeverity)
    return Result(
        severity=_SEVERITY.get(severity, "violation"),
        focus=_value(found, node, SH.focusNode),
        path=_path(found, node),
        shape=shape,
        component=URIRef(str(_value(found, node, SH.sourceConstraintComponent))),
        value=found.value(node, SH.value),
        messages=_messages(found, node, shapes, shape),
    )


def _value(graph: Graph, subject: Node, predicate: URIRef) -> Node:
    value = graph.value(subject, predicate)
    if value is None:
        raise ShapesError(f"the engine's report lacks {predicate}")
    return value


def _path(found: Graph, node: Node) -> URIRef | PropertyPath | None:
    path = found.value(node, SH.resultPath)
    if path is None:
        return None
    return parse_shacl_path(found, path)


def _messages(found: Graph, node: Node, shapes: Graph, shape: Node) -> tuple[tuple[str, str], ...]:
    # The engine drops the language of messages of SPARQL constraints: the shape's own messages keep it.
    own = list(shapes.objects(shape, SH.message)) or list(found.objects(node, SH.resultMessage))
    by_language = {(text.language or ""): str(text) for text in own if isinstance(text, Literal)}
    return tuple(sorted(by_language.items()))
