"""A report as one JSON object, see `docs/validation-report.schema.json`: IRIs in full, values as N-Triples."""

import json
from dataclasses import asdict
from typing import Any

from rdflib import BNode, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import Place, Report, Result, Severity, notation


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """The report as JSON.

    `conforms` is SHACL's: no result at all; `passed` is the exit code's: what is waived or below `fail_on` left out.
    """
    body = {
        "conforms": not report.results,
        "passed": report.conforms(fail_on),
        "failOn": fail_on,
        "language": words.lang,
        "triples": report.triples,
        "shapes": report.shapes,
        "counts": {str(severity): count for severity, count in report.counts.items()} | {"waived": len(report.waived)},
        "results": [_result(result, report, words) for result in report.results],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _result(result: Result, report: Report, words: Wording) -> dict[str, Any]:
    waived = result.waived
    return {
        "severity": result.severity,
        "rule": report.rule(result).name,
        "focus": _plain(result.focus),
        "path": _plain(result.path),
        "value": notation(result.value) or None,
        "shape": None if isinstance(result.shape, BNode) else _plain(result.shape),
        "component": str(result.component),
        "message": result.message(words.lang),
        "remedy": result.remedy(words.lang) or None,
        "places": [_place(place) for place in result.places],
        "waived": {"reason": waived.reason, "until": waived.until.isoformat()} if waived else None,
    }


def _place(place: Place) -> dict[str, Any]:
    named = {"end_line": "endLine", "end_column": "endColumn"}
    return {named.get(key, key): value for key, value in asdict(place).items() if value is not None}


def _plain(term: Node | PropertyPath | None) -> str | None:
    if term is None:
        return None
    return str(term) if isinstance(term, URIRef) else notation(term)
