"""Coverage and the ledger of numbers as tables: a row a kind, a column a source text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.words import decimal
from cdsgraph.serving.rdf.descriptions import Description, names
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS

Rows = Sequence[Mapping[str, Mapping[str, str]]]

_WIDE: Final = 8  # source texts that get a column each; of more only the sum is shown


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its name, where that leads, a value for each column, None where there is none."""

    name: str
    href: str | None
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the key of its title, columns with where they lead, lines."""

    key: str
    columns: tuple[tuple[str, str | None], ...]
    lines: tuple[Line, ...]

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        names = [name for name, _ in self.columns]
        lines = [{"name": line.name, "values": dict(zip(names, line.values, strict=True))} for line in self.lines]
        return {"table": self.key.rpartition(".")[2], "lines": lines}

    def flat(self) -> list[dict[str, str | None]]:
        """A record for each value."""
        table = self.key.rpartition(".")[2]
        return [
            {"table": table, "row": line.name, "column": name, "value": value}
            for line in self.lines
            for (name, _), value in zip(self.columns, line.values, strict=True)
            if value is not None
        ]


async def coverage_grids(reader: Reader, rows: Rows) -> list[Grid]:
    """How much of each source became facts, and how many facts of each kind and certainty."""
    sources = _sources(rows)
    told = await _named(reader, [*sources, *{row["class"]["value"] for row in rows if "class" in row}])
    first = {row["source"]["value"]: row for row in reversed(rows)}
    parts = ("sentences", "sentencesWithFacts", "sentenceShare", "numbersNotUnderstood")
    lines = []
    for source in sources:
        values = [_number(reader, first[source][name]["value"]) if name in first[source] else None for name in parts]
        lines.append(Line(told.label(source, reader.lang) or source, reader.href(source), tuple(values)))
    columns = tuple((str(reader.word(f"quality.coverage.{name}")), None) for name in parts)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if "class" in row and "facts" in row:
            counts[row["class"]["value"]][row["source"]["value"]] += int(row["facts"]["value"])
    return [
        Grid("quality.coverage.sources", columns, tuple(lines)),
        _counted(reader, told, "quality.coverage.kinds", counts, sources),
    ]


async def number_grids(reader: Reader, rows: Rows) -> list[Grid]:
    """What the numbers of each source are: figures, known not to be quantities, not understood; then what they are."""
    sources = _sources(rows)
    engine = served(reader.request).engine
    known: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reasons = await engine.select(
        f"SELECT ?node ?reason WHERE {{ ?node a <{CDS}NumberCount> ; <{CDS}numberReason> ?reason }}"
    )
    reason_of = {row["node"]["value"]: row["reason"]["value"] for row in reasons}
    for row in rows:
        known[reason_of[row["node"]["value"]]][row["source"]["value"]] += int(row["count"]["value"])
    told = await _named(reader, [*sources, *known])
    sums: dict[str, dict[str, int]] = {
        "figures": await _per_source(reader, "Figure"),
        "known": {source: sum(counts.get(source, 0) for counts in known.values()) for source in sources},
        "unread": await _per_source(reader, "UnreadNumber"),
    }
    reasons_grid = _counted(reader, told, "quality.numbers.reasons", known, sources)
    unread = reader.url("/quality/gaps?kind=UnreadNumber") if any(sums["unread"].values()) else None
    columns = sources if len(sources) <= _WIDE else []
    lines = []
    for name, counts in sums.items():
        values = [*(counts.get(source, 0) for source in columns), sum(counts.values())]
        label = str(reader.word(f"quality.numbers.{name}"))
        lines.append(Line(label, unread if name == "unread" else None, tuple(map(reader.number, values))))
    return [Grid("quality.numbers.understood", reasons_grid.columns, tuple(lines)), reasons_grid]


async def _per_source(reader: Reader, name: str) -> dict[str, int]:
    rows = await served(reader.request).engine.select(
        f"SELECT ?source (COUNT(DISTINCT ?fact) AS ?n) WHERE {{ ?fact a <{CDS}{name}> ; <{CDS}source> ?source }} "
        "GROUP BY ?source"
    )
    return {row["source"]["value"]: int(row["n"]["value"]) for row in rows if "source" in row}


async def _named(reader: Reader, iris: Sequence[str]) -> Description:
    return Description("", tuple(await names(served(reader.request).engine, sorted(iris))))


def _sources(rows: Rows) -> list[str]:
    return sorted({row["source"]["value"] for row in rows})


def _columns(reader: Reader, told: Description, sources: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    return tuple((told.label(source, reader.lang) or source, reader.href(source)) for source in sources)


def _counted(
    reader: Reader, told: Description, key: str, counts: Mapping[str, Mapping[str, int]], sources: Sequence[str]
) -> Grid:
    """A table of counts with a column of sums, the largest first."""
    columns = list(sources) if len(sources) <= _WIDE else []
    by_sum = sorted(counts, key=lambda each: (-sum(counts[each].values()), each))
    lines = []
    for each in by_sum:
        values = [reader.number(counts[each][source]) if counts[each].get(source) else None for source in columns]
        name = told.label(each, reader.lang) or reader.term_name(each)
        lines.append(Line(name, reader.href(each), (*values, reader.number(sum(counts[each].values())))))
    heads = (*_columns(reader, told, columns), (str(reader.word("quality.sum")), None))
    return Grid(key, heads, tuple(lines))


def _number(reader: Reader, value: str) -> str:
    return decimal(value, reader.lang)
