"""A report as a `sh:ValidationReport` in Turtle (SHACL, section 3.6), with places, remedies and waivers beside it.

A place is a pointer of the W3C's Pointer Methods in RDF, reached by `earl:pointer`; lines and characters count from 1.
"""

from itertools import count
from typing import Final

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.extras.shacl import build_shacl_path
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.formats.wording import Wording, prefixed
from cdsgraph.checking.report import Place, Report, Result, Severity
from cdsgraph.vocab import CDS, OA

_CDS: Final = Namespace(CDS)
_EARL: Final = Namespace("http://www.w3.org/ns/earl#")
_OA: Final = Namespace(OA)
_PTR: Final = Namespace("http://www.w3.org/2009/pointers#")
_SEVERITY: Final[dict[Severity, URIRef]] = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """The report as Turtle, always the same for the same results, all messages with their languages."""
    graph = prefixed()
    graph.bind("earl", _EARL)
    graph.bind("ptr", _PTR)
    node = BNode("report")
    graph.add((node, RDF.type, SH.ValidationReport))
    graph.add((node, SH.conforms, Literal(not report.results)))
    width = len(str(len(report.results)))
    for number, result in enumerate(report.results, start=1):
        each = BNode(f"result{number:0{width}}")
        graph.add((node, SH.result, each))
        _add_result(graph, each, result)
    return str(graph.serialize(format="turtle"))


def _add_result(graph: Graph, node: BNode, result: Result) -> None:
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.resultSeverity, result.own_severity or _SEVERITY[result.severity]))
    graph.add((node, SH.focusNode, result.focus))
    graph.add((node, SH.sourceShape, result.shape))
    graph.add((node, SH.sourceConstraintComponent, result.component))
    if result.path is not None:
        graph.add((node, SH.resultPath, _path_node(graph, result.path)))
    if result.value is not None:
        graph.add((node, SH.value, result.value))
    for language, message in result.messages:
        graph.add((node, SH.resultMessage, Literal(message, lang=language or None)))
    for language, remedy in result.remedies:
        graph.add((node, _CDS.remedy, Literal(remedy, lang=language or None)))
    if result.waived is not None:
        graph.add((node, _CDS.waiverReason, Literal(result.waived.reason)))
        graph.add((node, _CDS.waivedUntil, Literal(result.waived.until)))
    for number, place in zip(count(1), result.places, strict=False):
        _add_place(graph, node, BNode(f"{node}place{number}"), place)


def _add_place(graph: Graph, result: BNode, pointer: BNode, place: Place) -> None:
    graph.add((result, _EARL.pointer, pointer))
    graph.add((pointer, RDF.type, _PTR.StartEndPointer))
    graph.add((pointer, _CDS.filePath, Literal(place.path)))
    for name, line, column in (
        ("start", place.line, place.column),
        ("end", place.end_line, place.end_column),
    ):
        if line is not None:
            position = BNode(f"{pointer}{name}")
            graph.add((pointer, _PTR[f"{name}Pointer"], position))
            graph.add((position, RDF.type, _PTR.LineCharPointer))
            graph.add((position, _PTR.lineNumber, _positive(line)))
            if column is not None:
                graph.add((position, _PTR.charNumber, _positive(column)))
    if place.span is not None:
        for term, offset in zip((_OA.start, _OA.end), place.span, strict=True):
            graph.add((pointer, term, Literal(str(offset), datatype=XSD.nonNegativeInteger)))


def _positive(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.positiveInteger)


def _path_node(graph: Graph, path: URIRef | PropertyPath) -> Node:
    if isinstance(path, URIRef):
        return path
    node, triples = build_shacl_path(path)
    if triples is not None:
        for triple in triples:
            graph.add(triple)
    return node
