"""A report in each of the formats that people and pipelines read: `render`; the words in Vietnamese or English."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from rdflib import BNode
from rdflib.term import Node

from cdsgraph.checking.formats import github, json, junit, sarif, text, turtle
from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import Report, Severity
from cdsgraph.choices import REPORT_FORMS
from cdsgraph.text import Language

_WRITERS: Final[Mapping[str, Callable[[Report, Wording, Severity], str]]] = {
    "text": text.write,
    "json": json.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "github": github.write,
    "turtle": turtle.write,
}
FORMATS: Final = REPORT_FORMS


def render(
    report: Report,
    form: str,
    lang: Language = "vi",
    *,
    fail_on: Severity = "violation",
    words: Path | None = None,
) -> str:
    """The report in one of FORMATS, ended by a line feed; Turtle holds both languages whatever `lang`.

    `fail_on` is the least severity that counts as failed; `words` the folder of the words around findings [default: the
    project's own]. Raises RulesError where those words cannot be read.
    """
    return _WRITERS[form](_with_numbered_nodes(report), Wording.load(lang, words), fail_on)


def _with_numbered_nodes(report: Report) -> Report:
    """The report with its blank nodes named by their order in it: parsers name them anew in every run."""
    width = len(str(3 * len(report.results) + len(report.all_rules)))
    names: dict[Node, BNode] = {}

    def named(node: Node) -> Node:
        return names.setdefault(node, BNode(f"b{len(names) + 1:0{width}}")) if isinstance(node, BNode) else node

    results = [
        replace(
            each,
            focus=named(each.focus),
            value=None if each.value is None else named(each.value),
            shape=named(each.shape),
        )
        for each in report.results
    ]
    rules = [replace(each, shape=named(each.shape)) for each in report.all_rules]
    return replace(report, results=tuple(results), rules=tuple(rules)) if names else report
