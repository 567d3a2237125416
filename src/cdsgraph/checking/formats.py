"""A report as text, JSON and Turtle; the words in Vietnamese or English."""

import json as _json
from itertools import groupby
from typing import Final

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.extras.shacl import build_shacl_path
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.report import Report, Result, Severity, notation
from cdsgraph.text import Language
from cdsgraph.vocab import CDS, SHAPE, prefixes

FORMATS: Final = ("text", "json", "turtle")

_SEVERITY_NAMES: Final[dict[Language, dict[Severity, str]]] = {
    "vi": {"violation": "Lỗi", "warning": "Cảnh báo", "info": "Lưu ý"},
    "en": {"violation": "Violations", "warning": "Warnings", "info": "Infos"},
}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "value": "giá trị",
        "summary": "Đã kiểm tra {triples} bộ ba theo {shapes} quy tắc: {violation}, {warning}, {info}.",
        "violation": "lỗi",
        "warning": "cảnh báo",
        "info": "lưu ý",
    },
    "en": {
        "value": "value",
        "summary": "Checked {triples} triples against {shapes} rules: {violation}, {warning}, {info}.",
        "violation": "violation|violations",
        "warning": "warning|warnings",
        "info": "info|infos",
    },
}
_VALUE_LENGTH: Final = 120  # characters of a value shown in text; JSON and Turtle give it whole
_SEVERITY_TERM: Final[dict[Severity, URIRef]] = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


def render(report: Report, form: str, lang: Language = "vi") -> str:
    """The report in one of FORMATS; Turtle holds both languages whatever `lang`."""
    if form == "turtle":
        return turtle(report)
    return json(report, lang) if form == "json" else text(report, lang)


def text(report: Report, lang: Language = "vi") -> str:
    """The report to read: by severity and rule, each focus node with the value found; a last line that counts."""
    graph = _graph()
    lines: list[str] = []
    for severity, results in groupby(report.results, lambda result: result.severity):
        lines += [f"{_SEVERITY_NAMES[lang][severity]} ({_number(report.counts[severity], lang)})", ""]
        for _, of_shape in groupby(results, lambda result: str(result.shape)):
            group = list(of_shape)
            lines.append(f"  {group[0].message(lang)}  [{_short(group[0].shape)}]")
            lines += [f"    {_line(result, graph, lang)}" for result in group]
            lines.append("")
    counts = {severity: _counted(count, _WORDS[lang][severity], lang) for severity, count in report.counts.items()}
    triples, shapes = _number(report.triples, lang), _number(report.shapes, lang)
    lines.append(_WORDS[lang]["summary"].format(triples=triples, shapes=shapes, **counts))
    return "\n".join(lines) + "\n"


def json(report: Report, lang: Language = "vi") -> str:
    """The report as one JSON object: conforms, counts, results with IRIs in full and values as N-Triples."""
    body = {
        "conforms": report.conforms("info"),
        "triples": report.triples,
        "shapes": report.shapes,
        "counts": report.counts,
        "results": [
            {
                "severity": result.severity,
                "focus": _plain(result.focus),
                "path": _plain(result.path),
                "value": notation(result.value) or None,
                "shape": _plain(result.shape),
                "component": str(result.component),
                "message": result.message(lang),
            }
            for result in report.results
        ],
    }
    return _json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def turtle(report: Report) -> str:
    """The report as a sh:ValidationReport in Turtle, all messages with their languages."""
    graph = _graph()
    node = BNode("report")
    graph.add((node, RDF.type, SH.ValidationReport))
    graph.add((node, SH.conforms, RdfLiteral(report.conforms("info"))))
    width = len(str(len(report.results)))
    for number, result in enumerate(report.results, start=1):
        each = BNode(f"result{number:0{width}}")
        graph.add((node, SH.result, each))
        _add_result(graph, each, result)
    return str(graph.serialize(format="turtle"))


def _add_result(graph: Graph, node: BNode, result: Result) -> None:
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.resultSeverity, _SEVERITY_TERM[result.severity]))
    graph.add((node, SH.focusNode, result.focus))
    graph.add((node, SH.sourceShape, result.shape))
    graph.add((node, SH.sourceConstraintComponent, result.component))
    if result.path is not None:
        graph.add((node, SH.resultPath, _path_node(graph, result.path)))
    if result.value is not None:
        graph.add((node, SH.value, result.value))
    for language, message in result.messages:
        graph.add((node, SH.resultMessage, RdfLiteral(message, lang=language or None)))


def _path_node(graph: Graph, path: URIRef | PropertyPath) -> Node:
    if isinstance(path, URIRef):
        return path
    node, triples = build_shacl_path(path)
    if triples is not None:
        for triple in triples:
            graph.add(triple)
    return node


def _line(result: Result, graph: Graph, lang: Language) -> str:
    path = _compact(result.path, graph)
    line = f"{_compact(result.focus, graph)}  {path}".rstrip()
    if result.places:
        line = f"{result.places[0]}: {line}"
    if result.value is None or result.value == result.focus:
        return line
    value = _compact(result.value, graph)
    shown = value if len(value) <= _VALUE_LENGTH else value[: _VALUE_LENGTH - 1] + "…"
    return f"{line}  {_WORDS[lang]['value']}: {shown}"


def _compact(term: Node | PropertyPath | None, graph: Graph) -> str:
    if term is None:
        return ""
    if isinstance(term, PropertyPath):
        return str(term.n3(graph.namespace_manager))
    if isinstance(term, URIRef):
        for prefix, namespace in graph.namespaces():
            if term.startswith(namespace) and len(term) > len(namespace):
                return f"{prefix}:{term[len(namespace) :]}"
    return str(term.n3(graph.namespace_manager))


def _plain(term: Node | PropertyPath | None) -> str | None:
    if term is None:
        return None
    return str(term) if isinstance(term, URIRef) else notation(term)


def _short(shape: Node) -> str:
    return str(shape).removeprefix(SHAPE)


def _counted(number: int, word: str, lang: Language) -> str:
    forms = word.split("|")
    return f"{_number(number, lang)} {forms[0] if number == 1 else forms[-1]}"


def _number(number: int, lang: Language) -> str:
    grouped = f"{number:,}"
    return grouped.replace(",", ".") if lang == "vi" else grouped


def _graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (prefixes() | {"cds": CDS, "shape": SHAPE}).items():
        graph.bind(prefix, namespace)
    return graph
