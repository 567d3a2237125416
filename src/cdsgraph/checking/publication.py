"""What is asked of a whole version before it becomes current: as much data as before, and answers to known questions.

The questions stand in data/canaries.csv: saved queries with the least number of rows that each must have.
"""

import re
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pyoxigraph import QueryBoolean, Store

from cdsgraph import queries
from cdsgraph.checking.validate import validate_version
from cdsgraph.errors import DatasetError, QueryError
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.reading.wordlists import read_table, whole_number

_TABLE: Final = "canaries"
_COLUMNS: Final = ("query", "params", "document", "rows")
_ORDER: Final = re.compile(r"\bORDER\s+BY\b(?:(?!\b(?:LIMIT|OFFSET)\b)[^{}])*$", re.IGNORECASE)  # at a query's end
_LEAST_SHARE: Final = 0.8  # of the triples of the current version


def objections(
    out: Path, version: Path, files: Files, *, shapes: bool = False, store: Store | None = None
) -> tuple[str, ...]:
    """Why a version should not become current in `out`, in words; nothing where it may.

    That it has over 20 % fewer triples than the current one, that a question has too few answers or none at all, and,
    if `shapes`, that it violates a shape. The questions are put to `store`, whose default graph is the version's, else
    to its dataset. Raises QueryError or RulesError for a question that cannot be asked at all, RdfError for a dataset
    that cannot be parsed.
    """
    told = versions.manifest(version)
    found = [*_fewer(out, told), *_unanswered(version, told, files, store)]
    if shapes and not (report := validate_version(version, files.shapes, files=files)).conforms("violation"):
        first = next(result for result in report.results if result.severity == "violation")
        found.append(f"it violates the shapes, see `cdsgraph validate`; first: {first.focus}: {first.message('en')}")
    return tuple(found)


def _fewer(out: Path, told: dict[str, Any]) -> list[str]:
    try:
        now = versions.manifest(versions.current(out))
        before, after = int(now["counts"]["quads"]), int(told["counts"]["quads"])
    except (DatasetError, KeyError, TypeError, ValueError):
        return []  # nothing is current, or it does not tell how much it holds
    if after >= _LEAST_SHARE * before:
        return []
    lost = 100 * (before - after) / before
    return [f"it has {after:,} triples, {lost:.0f} % fewer than the current version {now['version']} ({before:,})"]


def _unanswered(version: Path, told: dict[str, Any], files: Files, store: Store | None) -> list[str]:
    """A sentence for each question with too few answers."""
    if not (files.root / "data" / f"{_TABLE}.csv").is_file():
        return []
    asked = [
        (saved, dict(pair.split("=", 1) for pair in row["params"].split(";") if "=" in pair), row)
        for row in read_table(files.root / "data", _TABLE, _COLUMNS)
        for saved in [queries.find(files.queries, row["query"])]
        if not row["document"] or row["document"] in told.get("documents", ())
    ]
    base, found = str(told["base"]), []
    store = store or load_store(version / versions.DATASET)
    for saved, params, row in asked:
        least = whole_number(row["rows"], files.root / "data", _TABLE)
        rows = _rows(store, saved, params, base, least)
        if rows < least:
            found.append(f"the query {saved.name} has {rows} rows in place of at least {least}")
    return found


def _rows(store: Store, saved: queries.SavedQuery, params: dict[str, str], base: str, most: int) -> int:
    """How many rows the answer has; of more than `most` only these are counted, whichever come first."""
    try:
        answer = store.query(_ORDER.sub("", saved.render(params, base=base)))
    except SyntaxError as error:
        raise QueryError(f"not SPARQL: {error}", path=saved.path, remedy="mend the query") from error
    return int(bool(answer)) if isinstance(answer, QueryBoolean) else sum(1 for _ in islice(answer, most))
