"""The process that holds a version against the shapes and writes what was found, for pages.

    python -m cdsgraph.serving.making.checked FOLDER DATASET ROOT BASE MEMORY_MIB

DATASET is a version's folder or an RDF file, ROOT the folder of the project whose shapes and waivers count, BASE what
the codes of a lone file lie under. In the folder: `report.json`, the rules by name and the results in order, with
messages and remedies in every language.
"""

import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from rdflib import BNode, URIRef
from rdflib.term import Node

from cdsgraph.checking import rules, waivers
from cdsgraph.checking.report import Report, Result, Rule, notation
from cdsgraph.files import Files
from cdsgraph.graph.versions import DATASET
from cdsgraph.serving.making.derivation import guarded

REPORT: Final = "report.json"


def main(folder: str, dataset: str, root: str, base: str, memory: str) -> None:
    """Make the files of one dataset; a failure is told on standard output as the server understands it."""
    work = partial(_make, Path(folder), Path(dataset), Files(Path(root)), base)
    guarded(work, memory_mib=int(memory))


def _make(folder: Path, dataset: Path, files: Files, base: str) -> None:
    # The server takes the names of the files from here, and does without the second that the engines take to load.
    from cdsgraph.checking import shapesfiles, validate_files, validate_version

    version = (dataset / DATASET).is_file()
    if version:
        report = validate_version(dataset, files.shapes, files=files)
    else:
        report = validate_files([dataset], files.shapes, base=base)
    if files.waivers.is_file():
        accepted = waivers.load(files.waivers, shown_as=files.shown(files.waivers))
        known = rules.of_shapes(shapesfiles.load(files.shapes).written)
        report = waivers.apply(report, accepted, known=known, whole=version)
        report = rules.with_remedies(report, files.words)
    (folder / REPORT).write_bytes(orjson.dumps(_record(report, files)))


def _record(report: Report, files: Files) -> dict[str, Any]:
    met = {report.rule(result).name for result in report.results}
    return {
        "triples": report.triples,
        "shapes": report.shapes,
        "counts": {**report.counts, "waived": len(report.waived)},
        "rules": {rule.name: _rule(rule) for rule in report.all_rules if rule.name in met},
        "results": [_result(result, report.rule(result).name, files) for result in report.results],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    shape = str(rule.shape) if isinstance(rule.shape, URIRef) else None
    return {"severity": rule.severity, "shape": shape, "messages": dict(rule.messages)}


def _result(result: Result, rule: str, files: Files) -> dict[str, Any]:
    waived = result.waived
    return {
        "rule": rule,
        "severity": result.severity,
        "focus": str(result.focus) if isinstance(result.focus, URIRef) else None,
        "value": _value(result.value),
        "messages": dict(result.messages),
        "remedies": dict(result.remedies),
        "places": [{**asdict(place), "path": files.shown(Path(place.path))} for place in result.places],
        "hint": result.hint,
        "waived": {"reason": waived.reason, "until": waived.until.isoformat()} if waived else None,
    }


def _value(value: Node | None) -> dict[str, str] | None:
    if value is None or isinstance(value, BNode):
        return None
    return {"iri": str(value)} if isinstance(value, URIRef) else {"text": str(value), "term": notation(value)}


if __name__ == "__main__":
    main(*sys.argv[1:])
