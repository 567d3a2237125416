"""A report as SARIF 2.1.0 (OASIS Standard), which code-scanning services read: one run, each rule with its remedy."""

import json
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from rdflib import BNode

from cdsgraph.checking.formats import addresses
from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import Place, Report, Result, Rule, Severity, in_language, notation, stable
from cdsgraph.vocab import DEFAULT_BASE

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: Final[dict[Severity, str]] = {"violation": "error", "warning": "warning", "info": "note"}
_ROOT: Final = "%SRCROOT%"
_URI_CHARACTERS: Final = ":/?#[]@!$&'()*+,;=%-._~"


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """The report as a SARIF log with one run; `fail_on` changes nothing in it."""
    rules = report.all_rules
    index = {rule.name: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules, words)},
        "language": words.lang,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": f"{addresses.root().as_uri().rstrip('/')}/"}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(result, report, words, index) for result in report.results],
        "properties": {"triples": report.triples, "shapes": report.shapes},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _driver(rules: tuple[Rule, ...], words: Wording) -> dict[str, Any]:
    return {
        "name": "cdsgraph",
        "version": version("cdsgraph"),
        "informationUri": DEFAULT_BASE,
        "rules": [_rule(rule, words) for rule in rules],
    }


def _rule(rule: Rule, words: Wording) -> dict[str, Any]:
    short = in_language(rule.messages, words.lang) or rule.name
    described: dict[str, Any] = {
        "id": rule.name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": in_language(rule.descriptions, words.lang) or short},
        "help": {"text": in_language(rule.remedies, words.lang) or short},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }
    if not isinstance(rule.shape, BNode):
        described["helpUri"] = quote(str(rule.shape), safe=_URI_CHARACTERS)
    return described


def _result(result: Result, report: Report, words: Wording, index: dict[str, int]) -> dict[str, Any]:
    name = report.rule(result).name
    first, *further = result.places or (Place(report.checked[0], 1) if report.checked else None,)
    told: dict[str, Any] = {
        "ruleId": name,
        "ruleIndex": index[name],
        "level": _LEVEL[result.severity],
        "message": {"text": _message(words.told(result))},
        "locations": [_location(first, result)],
        "partialFingerprints": {"cdsgraphFinding/v1": _fingerprint(name, result)},
        "properties": _properties(result, words),
    }
    if further:
        told["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place), "message": {"text": words["further"]}}
            for number, place in enumerate(further, 1)
            if place is not None
        ]
    # Where one result of a run says whether it is suppressed, all do.
    if report.waived:
        told["suppressions"] = [_suppression(result, words)] if result.waived else []
    return told


def _suppression(result: Result, words: Wording) -> dict[str, str]:
    return {"kind": "external", "status": "accepted", "justification": words.waived(result)}


def _location(place: Place | None, result: Result) -> dict[str, Any]:
    focus = "_:" if isinstance(result.focus, BNode) else str(result.focus)
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": focus, "kind": "resource"}]}
    return location if place is None else {"physicalLocation": _physical(place)} | location


def _physical(place: Place) -> dict[str, Any]:
    inside = addresses.within(place.path)
    artifact = {"uri": addresses.uri(inside or place.path)} | ({"uriBaseId": _ROOT} if inside else {})
    region: dict[str, int | None] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    if place.span is not None:
        region |= {"charOffset": place.span[0], "charLength": place.span[1] - place.span[0]}
    known = {key: value for key, value in region.items() if value is not None}
    return {"artifactLocation": artifact} | ({"region": known} if known else {})


def _properties(result: Result, words: Wording) -> dict[str, Any]:
    told = {
        "focus": stable(result.focus),
        "path": words.term(result.path),
        "value": stable(result.value),
        "component": str(result.component),
        "remedy": result.remedy(words.lang),
    }
    return {key: value for key, value in told.items() if value}


def _message(text: str) -> str:
    # SARIF reads {0} as a placeholder and [text](1) as a link (3.11.5, 3.11.6).
    told = text.replace("{", "{{").replace("}", "}}")
    return told.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") if "](" in told else told


def _fingerprint(rule: str, result: Result) -> str:
    # Neither lines nor words of messages: the same finding stays the same while its file is edited.
    parts = (rule, stable(result.focus), notation(result.path), str(result.component), stable(result.value))
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]
