"""A report as workflow commands, which GitHub shows as annotations at the lines of a pull request.

The grammar is that of GitHub's "Workflow commands": `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::text`.
"""

from typing import Final

from cdsgraph.checking.formats import addresses
from cdsgraph.checking.formats.wording import Wording
from cdsgraph.checking.report import Place, Report, Result, Severity
from cdsgraph.text import squeeze

_COMMAND: Final[dict[Severity, str]] = {"violation": "error", "warning": "warning", "info": "notice"}
_IN_TEXT: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: Report, words: Wording, fail_on: Severity) -> str:
    """A command for each finding, the gravest first; what is waived as plain lines in a folded group; the counts."""
    lines = [_command(result, report, words) for result in report.open]
    if report.waived:
        lines.append(f"::group::{words['heading.waived']} ({words.number(len(report.waived))})")
        lines += [_plain(_waived(result, report, words)) for result in report.waived]
        lines.append("::endgroup::")
    return "\n".join([*lines, _plain(words.summary(report))]) + "\n"


def _command(result: Result, report: Report, words: Wording) -> str:
    name = report.rule(result).name
    properties = {**_place(result.places[0] if result.places else None, report), "title": name}
    told = ",".join(f"{key}={value.translate(_IN_PROPERTY)}" for key, value in properties.items())
    lines = [result.message(words.lang), words.finding(result)]
    remedy = result.remedy(words.lang)
    lines += [f"{words['remedy']}: {remedy}"] if remedy else []
    lines += [f"{words['also']} {', '.join(map(str, result.places[1:]))}"] if result.places[1:] else []
    return f"::{_COMMAND[result.severity]} {told}::" + "\n".join(lines).translate(_IN_TEXT)


def _place(place: Place | None, report: Report) -> dict[str, str]:
    if place is None:
        return {"file": addresses.within(report.checked[0]) or report.checked[0]} if report.checked else {}
    told: dict[str, int | None] = {"line": place.line, "endLine": place.end_line or place.line}
    # GitHub drops columns with a complaint where a finding runs over several lines.
    if place.end_line in (None, place.line):
        told |= {"col": place.column, "endColumn": place.end_column}
    file = addresses.within(place.path) or place.path
    return {"file": file} | {key: str(value) for key, value in told.items() if value is not None}


def _waived(result: Result, report: Report, words: Wording) -> str:
    parts = (f"[{report.rule(result).name}]", words.places(result), words.finding(result), words.waived(result))
    return "- " + "  ".join(part for part in parts if part)


def _plain(line: str) -> str:
    # The runner reads commands off any line of the log that begins with :: or holds ##[.
    return squeeze(line).replace("##[", "## [")
