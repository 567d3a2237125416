"""Findings that are accepted for a time: a misprint in a source is real and stays, and must not stop every run.

A CSV file with the columns rule, focus, reason, until, lines that begin with # apart. `rule` is a rule's name or IRI,
`focus` an IRI or a short form such as id:share/002-3f7667f2-7, which holds for every base; `until` is the last day.
"""

import csv
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from rdflib import Literal, URIRef

from cdsgraph.checking.report import Place, Report, Result, Rule, Waived, local_name
from cdsgraph.checking.rules import beyond_shapes
from cdsgraph.errors import WaiverError
from cdsgraph.text import nfc
from cdsgraph.vocab import SHAPE, prefixes

COLUMNS: Final = ("rule", "focus", "reason", "until")
_UNUSED: Final = "Waiver-unused"
_LAPSED: Final = "Waiver-lapsed"
_COMPONENT: Final = URIRef(SHAPE + "WaiverComparison")
_OF_A_BASE: Final = ("id", "def", "graph")
_SHORT: Final = re.compile(r"(?P<prefix>[a-z]+):(?P<local>(?!//)\S+)")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One row: which rule is waived at which node, why, up to which day, and where the row stands."""

    rule: str
    focus: str
    waived: Waived
    place: Place

    def accepts(self, result: Result, rule: Rule) -> bool:
        """Whether a result is the one that the row names, whatever the day."""
        named = self.rule in (rule.name, str(rule.shape))
        return named and isinstance(result.focus, URIRef) and self.names(str(result.focus))

    def names(self, iri: str) -> bool:
        """Whether a node is the one that the row names, whatever the rule."""
        short = _SHORT.fullmatch(self.focus)
        if iri == self.focus or short is None:
            return iri == self.focus
        if short["prefix"] in _OF_A_BASE:
            return iri.endswith(f"/{short['prefix']}/{short['local']}")
        return iri == prefixes().get(short["prefix"], "") + short["local"]


def today() -> date:
    """The day that waivers are held against: CDSGRAPH_TODAY, else the calendar's. Raises WaiverError for no date."""
    given = os.environ.get("CDSGRAPH_TODAY")
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError as error:
        raise WaiverError(
            f"CDSGRAPH_TODAY is {given!r}, no date", remedy="write YYYY-MM-DD, or leave it out"
        ) from error


def load(path: Path, *, shown_as: str | None = None) -> tuple[Waiver, ...]:
    """The waivers of a CSV file, in its order; `shown_as` is the path that messages name [default: `path`].

    Raises WaiverError naming file, line and remedy for a row without reason or date, and for one that stands twice.
    """
    shown = shown_as or str(path)
    found: dict[tuple[str, str], Waiver] = {}
    for line, row in _rows(path, shown):
        waiver = _waiver(shown, line, row)
        first = found.setdefault((local_name(URIRef(waiver.rule)), waiver.focus), waiver)
        if first is not waiver:
            message = f"{waiver.rule} is waived twice for {waiver.focus}, first in line {first.place.line}"
            raise WaiverError(message, path=shown, line=line, remedy="keep one of the two rows")
    return tuple(found.values())


def apply(
    report: Report, waivers: Sequence[Waiver], *, known: Iterable[Rule] = (), on: date | None = None, whole: bool = True
) -> Report:
    """The report with the results that a waiver accepts marked as waived, on a day [default: today].

    A waiver that has lapsed, and with `whole` one that accepts nothing of what was found, becomes a hint at its line.
    `known` are rules that the report need not have applied. Raises WaiverError for a waiver of a rule that is neither.
    """
    day = on or today()
    _refuse_unknown_rules(waivers, {*report.all_rules, *known, *beyond_shapes().values()})
    met: set[Waiver] = set()
    results: list[Result] = []
    for result in report.results:
        waiver = next((each for each in waivers if each.accepts(result, report.rule(result))), None)
        if waiver is not None:
            met.add(waiver)
            result = replace(result, waived=waiver.waived if day <= waiver.waived.until else None)
        results.append(result)
    lapsed = [each for each in waivers if each in met and each.waived.until < day]
    unused = [each for each in waivers if each not in met] if whole else []
    hints = [_hint(each, _LAPSED) for each in lapsed] + [_hint(each, _UNUSED) for each in unused]
    return replace(report, results=(*results, *hints))


def _refuse_unknown_rules(waivers: Iterable[Waiver], rules: Iterable[Rule]) -> None:
    names = {text for rule in rules for text in (rule.name, str(rule.shape))}
    for each in waivers:
        if each.rule not in names:
            raise WaiverError(
                f"there is no rule {each.rule!r}",
                path=each.place.path,
                line=each.place.line,
                remedy="write the rule as the report names it in brackets, or its IRI",
            )


def _hint(waiver: Waiver, name: str) -> Result:
    rule = beyond_shapes()[name]
    short = _SHORT.fullmatch(waiver.focus)
    base = prefixes().get(short["prefix"]) if short else None
    focus = base + short["local"] if short and base else waiver.focus
    return Result(
        severity=rule.severity,
        focus=URIRef(focus),
        path=None,
        shape=rule.shape,
        component=_COMPONENT,
        value=Literal(f"{waiver.rule}, {waiver.waived.until.isoformat()}"),
        messages=rule.messages,
        places=(waiver.place,),
        hint=True,
    )


def _rows(path: Path, shown: str) -> Iterable[tuple[int, dict[str, str]]]:
    try:
        lines = nfc(path.read_text(encoding="utf-8-sig")).split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise WaiverError(f"cannot be read: {reason}", path=shown, remedy="name a CSV file in UTF-8") from error
    header: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if not header:
            header = tuple(cells)
            if header != COLUMNS:
                raise WaiverError(
                    f"columns are {', '.join(header)}", path=shown, line=number, remedy=f"write {','.join(COLUMNS)}"
                )
        elif len(cells) != len(header):
            message = f"{len(cells)} cells, the header has {len(header)}"
            raise WaiverError(message, path=shown, line=number, remedy="put text with a comma in double quotes")
        else:
            yield number, dict(zip(header, cells, strict=True))


def _waiver(shown: str, line: int, row: dict[str, str]) -> Waiver:
    def refuse(message: str, remedy: str) -> WaiverError:
        return WaiverError(message, path=shown, line=line, remedy=remedy)

    if not row["rule"]:
        raise refuse("no rule is named", "write the rule as the report names it in brackets, or its IRI")
    if not _IRI.fullmatch(row["focus"]):
        raise refuse(
            f"{row['focus']!r} names no node", "write its IRI, or a short form such as id:figure/000-3fc9f001-1"
        )
    if not row["reason"]:
        raise refuse("no reason is given", "say why the finding is accepted, for whoever reads this in a year")
    try:
        until = date.fromisoformat(row["until"])
    except ValueError as error:
        raise refuse(f"until is {row['until']!r}, no date", "write the last day as YYYY-MM-DD") from error
    return Waiver(row["rule"], row["focus"], Waived(row["reason"], until), Place(shown, line, 1))
