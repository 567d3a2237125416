"""The rows that a page takes from a saved query, with the links by which a reader may ask it again."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Triple

from cdsgraph import queries
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import Description, is_iri, names
from cdsgraph.serving.served import Served
from cdsgraph.vocab import SKOS

Term = dict[str, str]
Row = dict[str, Term]
DEFINITION = SKOS + "definition"


@dataclass(frozen=True, slots=True)
class Answered:
    """A saved query with what it was given, its text as it was run, and its rows."""

    name: str
    given: dict[str, str]
    text: str
    question: dict[str, str]
    rows: list[Row]

    def href(self, reader: Reader) -> str:
        """The page of the query with the same values."""
        return reader.url(f"/queries/{self.name}" + (f"?{urlencode(self.given)}" if self.given else ""))

    def iris(self) -> set[str]:
        """Every IRI in the rows."""
        return {term["value"] for row in self.rows for term in row.values() if term["type"] == "uri"}


async def ask(state: Served, name: str, **given: str) -> Answered:
    """The rows of the query of that name in `queries/`. Raises QueryError, and what the engine raises."""
    saved = queries.find(state.files.queries, name)
    text = saved.render(given, base=state.base)
    question = {"vi": saved.question_vi, "en": saved.question_en}
    return Answered(name, given, queries.without_header(text), question, await state.engine.select(text))


async def names_of(state: Served, iris: Iterable[str], *, explained: Sequence[str] = ()) -> Description:
    """The names of things, and the definitions of those that are `explained`."""
    known = sorted(iri for iri in iris if is_iri(iri))
    values = " ".join(f"<{iri}>" for iri in sorted(explained))
    definitions = (
        f"CONSTRUCT {{ ?code <{DEFINITION}> ?told }} WHERE {{ VALUES ?code {{ {values} }} ?code <{DEFINITION}> ?told }}"
    )
    named, told = await asyncio.gather(
        names(state.engine, known), state.engine.construct(definitions) if values else _nothing()
    )
    return Description("", tuple(sorted({*named, *told}, key=str)))


async def _nothing() -> list[Triple]:
    return []


def value(row: Row, name: str) -> str | None:
    """The value of a variable; None where it is not bound."""
    return row[name]["value"] if name in row else None
