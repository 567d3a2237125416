"""The report that an engine writes, a graph, as results. SHACL 1.0, section 3.6."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from rdflib import SH, Graph, Literal, URIRef
from rdflib.extras.shacl import parse_shacl_path
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.report import Result, Severity
from cdsgraph.errors import ShapesError

_SEVERITY: Final[dict[Node, Severity]] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


def results(found: Graph, shapes: Graph) -> tuple[Result, ...]:
    """The results of a report; `shapes` as they are written. Raises ShapesError for a report that lacks a part."""
    # Results that only explain another one hang on it by sh:detail; the report's own are linked by sh:result.
    return tuple(_result(found, node, shapes) for node in found.objects(None, SH.result))


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
        own_severity=None if severity in _SEVERITY else severity,
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
    own = list(shapes.objects(shape, SH.message))
    if not own:
        templates = [text for query in shapes.objects(shape, SH.sparql) for text in shapes.objects(query, SH.message)]
        own = [_in_language(text, templates) for text in found.objects(node, SH.resultMessage)]
    by_language = {(text.language or ""): str(text) for text in own if isinstance(text, Literal)}
    return tuple(sorted(by_language.items()))


def _in_language(text: Node, templates: Iterable[Node]) -> Node:
    """The text in the language of the message it was made of: the engines drop it when they put values in."""
    for template in templates:
        if isinstance(template, Literal) and _form(str(template)).fullmatch(str(text)):
            return Literal(str(text), lang=template.language)
    return text


@cache
def _form(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, re.split(r"\{[?$]\w+\}", template))), re.DOTALL)
