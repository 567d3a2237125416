"""The scorecard as the pages use it: what is asked for, the rows of the saved query, what there is to choose from."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from cdsgraph import queries
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import Description, names
from cdsgraph.serving.served import served
from cdsgraph.text import fold
from cdsgraph.vocab import CDS

QUERY: Final = "scorecard"
COUNTS: Final = "targets_by"
UNKNOWN: Final = "unknown"  # the kind of a status that no table knows
NO_PILLAR: Final = "none"
_VERDICTS: Final = frozenset({"reached", "under-way", "missed"})
SORTS: Final = ("status", "indicator", "act", "deadline", "latest", "gap")
_REACH: Final = f"SELECT (MAX(?latest) AS ?day) WHERE {{ ?horizon a <{CDS}SourceHorizon> ; <{CDS}latestDay> ?latest }}"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which targets: the end of the IRI of the act, pillar, body and status, and the deadline's year; empty for all."""

    act: str = ""
    pillar: str = ""
    body: str = ""
    status: str = ""
    year: str = ""

    def given(self) -> dict[str, str]:
        """What is not left open."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def address(self, **more: str) -> str:
        """`/targets` with this filter; what is given besides wins, and an empty value leaves its part open."""
        told = {name: value for name, value in (self.given() | more).items() if value}
        return f"/targets?{urlencode(told)}" if told else "/targets"

    def query(self, reader: Reader) -> str:
        """The saved query of this filter as plain SPARQL."""
        state = served(reader.request)
        saved = queries.find(state.files.queries, QUERY)
        return saved.render(self.given() | {"language": reader.lang}, base=state.base)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a part of the filter: its code, its IRI if it has one, its name, its targets in all and by status."""

    code: str
    iri: str
    name: str
    targets: int
    by_status: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: the status, its name, its targets, its kind, and where its targets are listed."""

    status: str
    name: str
    targets: int
    kind: str
    href: str


class Choices:
    """What there is to choose from, and how many targets each choice has."""

    def __init__(self, rows: Sequence[Row], told: Description, reach: str, reader: Reader) -> None:
        self._reader, self._reach = reader, reach
        counted: dict[tuple[str, str], dict[str, int]] = {}
        for row in rows:
            if "by" in row and "value" in row:
                counts = counted.setdefault((row["by"], row["value"]), {})
                counts[code_of(row.get("status", ""))] = int(row["targets"])
        self._of: dict[str, list[Choice]] = {}
        for (by, value), counts in counted.items():
            total = counts.pop("", 0)
            code = code_of(value) if ":" in value else value
            name = reader.word("targets.no_pillar") if (by, value) == ("pillar", NO_PILLAR) else None
            label = str(name) if name else (told.label(value, reader.lang) or code)
            self._of.setdefault(by, []).append(Choice(code, value if ":" in value else "", label, total, counts))
        iris = {row["status"] for row in rows if "status" in row}
        self._statuses = {code_of(iri): told.label(iri, reader.lang) or code_of(iri) for iri in iris}

    @property
    def reach(self) -> str:
        """The latest day that the sources reach; empty where the graph tells none."""
        return self._reach

    @property
    def all(self) -> Choice:
        """Every target."""
        return next(iter(self._of.get("all", [])), Choice("", "", "", 0, {}))

    def of(self, part: str) -> list[Choice]:
        """The choices of `act`, `pillar`, `setter`, `compiler` or `year`; no pillar comes last."""
        return sorted(self._of.get(part, []), key=lambda each: (each.code == NO_PILLAR, fold(each.name)))

    def statuses(self) -> list[tuple[str, str]]:
        """Code and name of every status that a target has, in the table's order."""
        return sorted(self._statuses.items(), key=lambda pair: status_rank(pair[0]))

    def status_name(self, code: str) -> str:
        """The name of a status."""
        return self._statuses.get(code, code)

    def codes(self, part: str) -> list[str]:
        """The values that a part of the filter can have."""
        if part == "status":
            return [code for code, _ in self.statuses()]
        wanted = ("setter", "compiler") if part == "body" else (part,)
        return list(dict.fromkeys(each.code for by in wanted for each in self.of(by)))

    def parts(self, by_status: Mapping[str, int], asked: Filter) -> list[Part]:
        """The parts of a bar, in the table's order; each leads to the targets asked for that are of its status."""
        return [
            Part(code, self.status_name(code), count, kind_of(code), self._reader.url(asked.address(status=code)))
            for code, count in sorted(by_status.items(), key=lambda pair: status_rank(pair[0]))
        ]

    def check(self, asked: Filter) -> None:
        """Raises 400, which names the part and what it can be, for a value that no target has."""
        for part, value in asked.given().items():
            if value not in (known := self.codes(part)):
                allowed = ", ".join(known) or "–"
                raise Refusal(400, "targets.wrong", part=part, value=value[:60], allowed=allowed)


@dataclass(frozen=True, slots=True)
class Entry:
    """A target with its rows, one for each basis; what is the same in all stands in the first."""

    target: str
    rows: list[Row]

    @property
    def first(self) -> Row:
        """The row that tells of the target itself."""
        return self.rows[0]


async def choices(reader: Reader) -> Choices:
    """The choices of the served version, named in the reader's language."""
    state = served(reader.request)
    text = queries.find(state.files.queries, COUNTS).render(base=state.base)
    rows = plain(await state.engine.select(text))
    iris = sorted({row[name] for row in rows for name in ("value", "status") if ":" in row.get(name, "")})
    reached = plain(await state.engine.select(_REACH))
    told = Description("", tuple(await names(state.engine, iris)))
    return Choices(rows, told, reached[0].get("day", "") if reached else "", reader)


async def entries(reader: Reader, asked: Filter) -> list[Entry]:
    """The targets asked for, in the order of the saved query, each assessment once."""
    found: dict[str, dict[str, Row]] = {}
    for row in plain(await served(reader.request).engine.select(asked.query(reader))):
        found.setdefault(row["target"], {}).setdefault(row["assessment"], row)
    return [Entry(target, list(rows.values())) for target, rows in found.items()]


def by_status(listed: Iterable[Entry]) -> dict[str, int]:
    """How many targets are of each status; one of several bases may be of several."""
    counts: dict[str, int] = {}
    for entry in listed:
        for code in {code_of(row["statusIri"]) for row in entry.rows}:
            counts[code] = counts.get(code, 0) + 1
    return counts


def ordered(listed: Sequence[Entry], sort: str) -> list[Entry]:
    """The entries by one of `SORTS`, a minus before it for the reverse; what lacks the value comes last either way."""
    name = sort.removeprefix("-")
    keyed = [(_key(entry, name), entry) for entry in listed]
    have = [(key, entry) for key, entry in keyed if key is not None]
    have.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [entry for _, entry in have] + [entry for key, entry in keyed if key is None]


def _key(entry: Entry, name: str) -> tuple[Any, ...] | None:
    row = entry.first
    if name == "latest":
        days = [each["asOf"] for each in entry.rows if "asOf" in each]
        return (max(days),) if days else None
    if name == "gap":
        gaps = [(each["gapUnit"], Decimal(each["gap"])) for each in entry.rows if "gap" in each and "gapUnit" in each]
        return max(gaps, default=None)
    if name == "deadline":
        return (row["deadline"],) if "deadline" in row else None
    if name == "status":
        return (min(status_rank(code_of(each["statusIri"])) for each in entry.rows),)
    return (fold(row.get(name, "")),)


@cache
def _statuses() -> dict[str, tuple[int, str]]:
    with (Path(__file__).parent / "statuses.csv").open(encoding="utf-8", newline="") as file:
        return {row["status"]: (place, row["kind"]) for place, row in enumerate(csv.DictReader(file))}


def status_rank(code: str) -> int:
    """The place of a status in the table; one that it does not know comes last."""
    return _statuses().get(code, (len(_statuses()), UNKNOWN))[0]


def kind_of(code: str) -> str:
    """What a status comes to: reached, under-way, missed, open, unknown or ended."""
    return _statuses().get(code, (0, UNKNOWN))[1]


def code_of(iri: str) -> str:
    """The end of an IRI."""
    return iri.rsplit("/", 1)[-1]


def plain(rows: Iterable[Mapping[str, Mapping[str, str]]]) -> list[Row]:
    """Solutions as name to value."""
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def without_status(asked: Filter) -> Filter:
    """The same targets, of whatever status."""
    return replace(asked, status="")


def is_verdict(status: str) -> bool:
    """Whether figures decide on a target of this status (IRI or code)."""
    return kind_of(code_of(status)) in _VERDICTS
