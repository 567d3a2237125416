"""A report to read: by severity and rule, each finding with its place; then what is accepted; at last the counts."""

from collections.abc import Iterator
from itertools import groupby

from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import Report, Result, Severity
from cdsgraph.vocab import SHAPE


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """The report as text; `fail_on` changes nothing in it."""
    lines: list[str] = []
    for severity, results in groupby(report.open, lambda result: result.severity):
        lines += [f"{words[f'severity.{severity}']} ({words.number(report.counts[severity])})", ""]
        lines += _by_rule(list(results), report, words)
    if report.waived:
        lines += [f"{words['heading.waived']} ({words.number(len(report.waived))})", ""]
        lines += _by_rule(report.waived, report, words)
    return "\n".join([*lines, words.summary(report)]) + "\n"


def _by_rule(results: list[Result] | tuple[Result, ...], report: Report, words: Wording) -> Iterator[str]:
    for name, of_rule in groupby(results, lambda result: report.rule(result).name):
        group = list(of_rule)
        iri = str(group[0].shape)
        yield f"  {group[0].message(words.lang)}  [{name if iri.startswith(SHAPE) or name not in iri else iri}]"
        for remedy in dict.fromkeys(result.remedy(words.lang) for result in group):
            if remedy:
                yield f"  {words['remedy']}: {remedy}"
        for result in group:
            yield "    " + "  ".join(part for part in (words.places(result), words.finding(result)) if part)
            if result.waived is not None:
                yield f"      {words.waived(result)}"
        yield ""
