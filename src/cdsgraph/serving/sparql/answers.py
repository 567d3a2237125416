"""The answer to a saved query as a table for readers: columns and IRIs by name, sentences linked to their place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cdsgraph.queries import Parameter
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.engine.lookup import Sentence
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.things.evidence import anchor_id, has_place
from cdsgraph.serving.rdf.descriptions import Description, is_iri, names
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, SKOS, XSD

_NUMBERS: Final = frozenset(XSD + name for name in ("decimal", "integer", "double"))
_DATES: Final = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth"))
_PERIOD: Final = re.compile(r"\d{4}(?:-(?:Q[1-4]|H[12]|\d{2}(?:-\d{2})?))?(?:/.+)?$")
_PERIODS: Final = frozenset({"period", "basePeriod"})
_LONG: Final = 60  # characters from which a text in Vietnamese is read as a sentence
_OFFERED: Final = 2000  # things to choose from at most


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the variable, its name in words, and the kind of its cells: `numeric`, `quoted`, `long` or none."""

    name: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, where it leads, whether it is a sentence, a number, Vietnamese on an English page."""

    text: str
    href: str | None = None
    quoted: bool = False
    numeric: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A part of an answer in words."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter may have: its short form, its name, the kind it belongs to."""

    value: str
    name: str


async def in_words(reader: Reader, variables: Sequence[str], rows: Sequence[Mapping[str, Mapping[str, str]]]) -> Told:
    """Rows of SPARQL JSON results as a reader wants them; columns without any value are left out."""
    shown = [name for name in variables if any(name in row for row in rows)]
    iris = sorted({cell["value"] for row in rows for cell in row.values() if cell["type"] == "uri"})
    told = Description("", tuple(await names(served(reader.request).engine, [iri for iri in iris if is_iri(iri)])))
    said = (await served(reader.request).lookup.index()).by_text if "sentence" in " ".join(shown).lower() else {}
    cells = tuple(
        tuple(_cell(reader, told, said, name, row) if name in row else None for name in shown) for row in rows
    )
    columns = []
    for place, name in enumerate(shown):
        there = [cell for row in cells if (cell := row[place]) is not None]
        kind = "numeric" if all(cell.numeric for cell in there) else ""
        if any(len(cell.text) > _LONG for cell in there):
            kind = "quoted" if any(cell.quoted for cell in there) else "long"
        columns.append(Column(name, column_name(reader, name), kind))
    return Told(tuple(columns), cells)


def column_name(reader: Reader, variable: str) -> str:
    """The name of a variable in words, else the variable."""
    key = f"result.{variable}"
    return str(reader.word(key)) if words.has_word(key) else variable


async def choices(engine: Engine, parameter: Parameter, reader: Reader) -> list[Choice]:
    """The things of the dataset that an IRI parameter may be: those of the kinds of its default; by name."""
    folder = re.match(r"((?:id|def)/[^/]+)/|(def)/[^/]+$", parameter.default or "")
    if parameter.type != "iri" or folder is None:
        return []
    start = f"{reader.base}{folder[1] or folder[2]}/"
    kinds = [start, *(f"{reader.base}{kind}/" for kind in _RELATED.get(folder[1] or "", ()))]
    wanted = " || ".join(f'STRSTARTS(STR(?thing), "{kind}")' for kind in kinds)
    scheme = f"?thing a <{SKOS}ConceptScheme> . " if folder[2] else ""
    rows = await engine.select(
        f"SELECT DISTINCT ?thing ?name WHERE {{ {scheme}?thing <{SKOS}prefLabel> ?name "
        f'FILTER(({wanted}) && !CONTAINS(STR(?thing), "#")) '
        f"FILTER NOT EXISTS {{ ?thing <{CDS}byRule> ?rule }} }} ORDER BY ?thing LIMIT {2 * _OFFERED}"
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        told = found.setdefault(row["thing"]["value"].removeprefix(reader.base), {})
        told[row["name"].get("xml:lang", "")] = row["name"]["value"]
    named = [Choice(value, _best(told, reader.lang)) for value, told in found.items()]
    twice = {each.name for each in named if [other.name for other in named].count(each.name) > 1}
    told_apart = [
        Choice(c.value, f"{c.name} ({c.value.rsplit('/', 1)[-1]})" if c.name in twice else c.name) for c in named
    ]
    return sorted(told_apart, key=lambda each: each.name.casefold())


# A thing that figures are about may be of any of these kinds.
_ABOUT: Final = ("id/platform", "id/database", "id/system", "id/data-centre", "id/index", "id/org", "id/programme")
_RELATED: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(("id/platform", "id/database"), _ABOUT)


def _best(told: Mapping[str, str], lang: str) -> str:
    return told.get(lang) or told.get("vi") or next(iter(told.values()))


def _cell(
    reader: Reader, told: Description, said: Mapping[str, Sentence], name: str, row: Mapping[str, Mapping[str, str]]
) -> Cell:
    cell = row[name]
    value, datatype = cell["value"], cell.get("datatype", "")
    if cell["type"] == "uri":
        own = value.startswith(CDS)
        text = told.label(value, reader.lang) or (reader.term_name(value) if own else reader.short(value))
        return Cell(text, reader.href(value))
    if datatype in _NUMBERS:
        return Cell(words.decimal(value, reader.lang), numeric=True)
    if datatype in _DATES:
        return Cell(reader.day(value))
    if datatype == XSD + "boolean":
        return Cell(str(reader.word("query.yes" if value in ("true", "1") else "query.no")))
    if name in _PERIODS and _PERIOD.match(value):
        return Cell(words.period(value, reader.lang))
    quoted = "entence" in name or (name == "words" and len(value) > _LONG)
    href = _place(reader, said.get(value), row) if quoted else None
    return Cell(value, href, quoted=quoted, foreign=reader.lang != "vi" and cell.get("xml:lang", "vi") == "vi")


def _place(reader: Reader, said: Sentence | None, row: Mapping[str, Mapping[str, str]]) -> str | None:
    """Where a sentence stands: at a fact of the row that lies in its source, else at any fact read from it."""
    iris = [cell["value"] for cell in row.values() if cell["type"] == "uri"]
    sources = [iri for iri in iris if "/id/source/" in iri]
    for fact in filter(has_place, iris):
        told = fact.rsplit("/", 1)[1]
        source = next((s for s in sources if told.startswith(f"{s.rsplit('/', 1)[-1]}-")), None)
        if source is not None:
            return reader.url(f"/documents/{source.rsplit('/', 1)[-1]}#{anchor_id(fact)}")
    if said is not None:
        return reader.url(f"/documents/{said.source.rsplit('/', 1)[-1]}#{anchor_id(said.fact)}")
    return reader.url(f"/documents/{sources[0].rsplit('/', 1)[-1]}") if len(sources) == 1 else None
