"""What the home page tells of the programme: targets by status, tasks by evidence of completion, the last changes."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from cdsgraph import queries
from cdsgraph.errors import CdsgraphError
from cdsgraph.graph.history import Published
from cdsgraph.serving.making import comparing
from cdsgraph.serving.pages.prepared.comparison import compared, with_earlier
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets.scorecard import COUNTS, Choices, Filter, Part, code_of, is_verdict, plain
from cdsgraph.serving.pages.things.view import ThingView
from cdsgraph.serving.rdf.descriptions import Description, named, names, statements
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, SKOS

TASKS: Final = "tasks_by_completion"
_NONE_SEEN: Final = "none-seen"
_KINDS: Final = {"stated": "reached", "seen": "under-way", _NONE_SEEN: "unknown"}
_TASKS_SHOWN: Final = 3
_CHANGES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the version before: `counts` is None while the two are being compared."""

    old: Published
    counts: dict[str, int] | None
    entries: list[tuple[str, str, str | None, str]]


async def of_targets(reader: Reader, choices: Choices) -> dict[str, Any]:
    """Targets by status, overall, by pillar and by act; each status without a verdict with what it means."""
    state = served(reader.request)
    parts = choices.parts(choices.all.by_status, Filter())
    undecided = [part for part in parts if not is_verdict(part.status)]
    decided = {part.status for part in parts} - {part.status for part in undecided}
    rows = await state.engine.select(
        f"SELECT ?status ?told WHERE {{ ?status <{SKOS}inScheme> <{state.base}def/target-status> ; "
        f'<{SKOS}definition> ?told . FILTER(LANG(?told) = "{reader.lang}") }}'
    )
    meaning = {code_of(row["status"]): row["told"] for row in plain(rows)}
    return {
        "parts": parts,
        "judged": sum(choices.all.by_status[code] for code in decided),
        "undecided": [(part, meaning.get(part.status, "")) for part in undecided],
        "groups": [(name, _bars(reader, choices, name)) for name in ("pillar", "act")],
        "query": _text(reader, COUNTS),
    }


def _bars(reader: Reader, choices: Choices, name: str) -> list[tuple[str, str, int, list[Part]]]:
    """Name, address, number of targets and parts of each choice."""
    found = []
    for choice in choices.of(name):
        asked = Filter(**{name: choice.code})
        found.append((choice.name, reader.url(asked.address()), choice.targets, choices.parts(choice.by_status, asked)))
    return found


async def of_tasks(reader: Reader) -> dict[str, Any]:
    """Tasks by what the sources show of their completion; the newest with evidence of it, and the newest without."""
    engine = served(reader.request).engine
    rows = plain(await engine.select(_text(reader, TASKS)))
    if not rows:
        return {}
    states = [row["state"] for row in rows]
    told = Description("", tuple(await names(engine, states)))
    parts = []
    for row in rows:
        code = code_of(row["state"])
        name = told.label(row["state"], reader.lang) or row["completion"]
        parts.append((name, int(row["tasks"]), f"status {_KINDS.get(code, 'unknown')}", None))
    return {
        "parts": parts,
        "seen": await _newest(reader, [state for state in states if code_of(state) != _NONE_SEEN]),
        "unseen": await _newest(reader, [state for state in states if code_of(state) == _NONE_SEEN]),
        "query": _text(reader, TASKS),
    }


async def _newest(reader: Reader, states: list[str]) -> list[dict[str, Any]]:
    """The tasks of the latest day among those of some states of completion, with their words."""
    if not states:
        return []
    engine = served(reader.request).engine
    values = " ".join(f"<{state}>" for state in states)
    rows = await engine.select(
        "SELECT DISTINCT ?task ?day WHERE { "
        f"VALUES ?state {{ {values} }} ?entry <{CDS}completion> ?state ; <{CDS}task> ?task . "
        f"?task <{CDS}statedOn> ?day ; <{CDS}sentence> ?sentence }} "
        f"ORDER BY DESC(?day) ?task LIMIT {_TASKS_SHOWN}"
    )
    triples = await statements(engine, [row["task"]["value"] for row in rows])
    return ThingView(await named(engine, states[0], triples), reader).tasks() if triples else []


async def of_changes(request: Request, reader: Reader) -> Changes | None:
    """What changed since the version before the served one; None where none is kept. Never waits for a comparison."""
    state = served(request)
    pair = await with_earlier(state)
    if pair is None:
        return None
    try:
        folder = await compared(state, *pair, patience=0)
    except CdsgraphError:  # not ready yet, or not to be had here: the link leads to what can be told
        return Changes(pair[0], None, [])
    counts, lines = await run_in_threadpool(_read, folder, reader.lang)
    entries = [(line["how"], line["kind"], reader.href(line["iri"]), line["told"]) for line in lines]
    return Changes(pair[0], counts, entries)


def _read(folder: Path, lang: str) -> tuple[dict[str, int], list[dict[str, str]]]:
    counts: dict[str, int] = orjson.loads((folder / comparing.COUNTS).read_bytes())
    with (folder / comparing.lines_file(lang)).open("rb") as file:
        return counts, [orjson.loads(line) for line in islice(file, _CHANGES_SHOWN)]


def _text(reader: Reader, name: str) -> str:
    """The plain SPARQL of a saved query without parameters."""
    state = served(reader.request)
    return queries.without_header(queries.find(state.files.queries, name).render(base=state.base))
