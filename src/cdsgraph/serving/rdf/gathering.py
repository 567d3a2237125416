"""What is said of many things at once: one query to our own engine, rounds of small ones to a store elsewhere.

A store is asked for the things, then for what is said of those it named. Where one query chooses things by ORDER BY and
LIMIT and tells of them too, Virtuoso loses statements without a word, and takes a minute for what it answers in two
steps in a hundredth of a second; nor does it say where a graph that it makes is cut, as it does of a table.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from cdsgraph.errors import BusyError
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.vocab import XSD

_SAID: Final = "?subject ?property ?value"
_AT_ONCE: Final = 6  # questions that a store is asked at the same time
_THINGS: Final = 100  # that one question names: what is said of them stays far below the rows that stores give

Row = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose statements are wanted: `things` by IRI, and those that are found as `?subject`.

    They are bound by `patterns`, or selected by `queries`, which choose among subjects of statements. `links` bind
    `?subject ?property ?value` themselves.
    """

    things: Sequence[str] = ()
    patterns: Sequence[str] = ()
    queries: Sequence[str] = ()
    links: Sequence[str] = ()


async def gathered(engine: Engine, wanted: Wanted) -> list[Triple]:
    """The statements, each once.

    Raises what the engine raises; BusyError where a store names things and then tells nothing of them.
    """
    if engine.remote:
        return list(dict.fromkeys(await _asked_for(engine, wanted)))
    parts = [
        *([f"VALUES ?subject {{ {_listed(wanted.things)} }} {_SAID}"] if wanted.things else []),
        *(f"{pattern} . {_SAID}" for pattern in wanted.patterns),
        *(f"{{ {query} }} {_SAID}" for query in wanted.queries),
        *wanted.links,
    ]
    union = " UNION ".join(f"{{ {part} }}" for part in parts)
    return await engine.construct(f"CONSTRUCT {{ {_SAID} }} WHERE {{ {union} }}") if parts else []


async def _asked_for(engine: Engine, wanted: Wanted) -> list[Triple]:
    patterns = [f"SELECT DISTINCT ?subject WHERE {{ {pattern} }}" for pattern in wanted.patterns]
    links = [f"SELECT {_SAID} WHERE {{ {link} }}" for link in wanted.links]
    answers = await _each(engine, [*patterns, *wanted.queries, *links])
    chosen = answers[len(patterns) : len(patterns) + len(wanted.queries)]
    named = [*wanted.things, *_iris(row for rows in answers[: len(answers) - len(links)] for row in rows)]
    told = await _told_of(engine, list(dict.fromkeys(named)))
    silent = {*_iris(row for rows in chosen for row in rows)} - {row["subject"]["value"] for row in told}
    if silent:
        raise BusyError(
            f"the store named {len(silent)} things and then told nothing of them, as <{min(silent)}>",
            remedy="ask again in a moment: it may be loaded anew, or have too much to do",
        )
    # Blank nodes cannot be asked for by name.
    nameless = [
        f"SELECT {_SAID} WHERE {{ {{ {query} }} {_SAID} FILTER(isBlank(?subject)) }}"
        for query, rows in zip([*patterns, *wanted.queries], answers, strict=False)
        if any(row["subject"]["type"] == "bnode" for row in rows)
    ]
    linked = answers[len(answers) - len(links) :]
    return [triple_of(row) for rows in (told, *linked, *await _each(engine, nameless)) for row in rows]


async def _told_of(engine: Engine, things: Sequence[str]) -> list[Row]:
    parts = (things[at : at + _THINGS] for at in range(0, len(things), _THINGS))
    asked = [f"SELECT {_SAID} WHERE {{ VALUES ?subject {{ {_listed(part)} }} {_SAID} }}" for part in parts]
    return [row for rows in await _each(engine, asked) for row in rows]


async def _each(engine: Engine, asked: Sequence[str]) -> list[list[Row]]:
    """The rows of each query, in the order of the queries. The first that fails ends the others."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(query: str) -> list[Row]:
        async with turn:
            return [row for row in await engine.select(query) if row]

    tasks = [asyncio.create_task(one(query)) for query in asked]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def triple_of(row: Mapping[str, Mapping[str, Any]], *, subject: str = "subject") -> Triple:
    """The triple in a solution, as SPARQL JSON writes it; `subject` is the name of the first variable."""
    told = row["value"]
    if told["type"] == "uri":
        value: NamedNode | BlankNode | Literal = NamedNode(told["value"])
    elif told["type"] == "bnode":
        value = BlankNode(told["value"])
    elif "xml:lang" in told:
        value = Literal(told["value"], language=told["xml:lang"])
    else:
        value = Literal(told["value"], datatype=NamedNode(told.get("datatype", f"{XSD}string")))
    first = row[subject]
    node = BlankNode(first["value"]) if first["type"] == "bnode" else NamedNode(first["value"])
    return Triple(node, NamedNode(row["property"]["value"]), value)


def _iris(rows: Iterable[Row]) -> Iterable[str]:
    return (row["subject"]["value"] for row in rows if row["subject"]["type"] == "uri")


def _listed(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)
