"""What there is in the version served, in numbers, and the things that have a document: found once, then read.

Of a dataset of ours a process of its own finds it out (`surveying`). A remote store is asked; so are our own workers
where nothing can be written on disk.
"""

import asyncio
import hashlib
from importlib.metadata import version as release
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool

from cdsgraph.errors import BusyError, DatasetError
from cdsgraph.graph.versions import DATASET
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.making import surveying
from cdsgraph.serving.making.deriving import Derived
from cdsgraph.serving.making.surveying import AREAS, PART_SIZE
from cdsgraph.serving.settings import Settings

_KEPT: Final = 10
_MIB: Final = 2**20
_GROWTH_MIB: Final = 1000  # beside the size of the file
_GRAPHS: Final = "SELECT ?name (COUNT(*) AS ?n) WHERE { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name ORDER BY ?name"
_CLASSES: Final = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?name } GROUP BY ?name ORDER BY ?name"
_PROPERTIES: Final = "SELECT ?name (COUNT(*) AS ?n) WHERE { ?s ?name ?o } GROUP BY ?name ORDER BY ?name"
_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }
"""

Counts = dict[str, dict[str, int]]


class Survey:
    """Counts and things of one version, however many clients want them at the same time."""

    def __init__(self, settings: Settings, engine: Engine, derived: Derived, version: dict[str, Any]) -> None:
        self._settings = settings
        self._engine = engine
        self._derived = derived
        self._base = str(version["base"])
        sums = version.get("sha256")
        self._sha256 = str(sums[DATASET] if isinstance(sums, dict) and DATASET in sums else version["version"])
        told = f"{release('cdsgraph')} {version['version']} {self._base}"
        self._name = f"survey-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
        self._lock = asyncio.Lock()
        self._known: Counts | None = None

    async def counts(self) -> Counts:
        """`totals` (triples, subjects, objects, things); `graphs`, `classes` and `properties` by IRI; `kinds` of things
        by the name in their IRIs.

        Raises BusyError while they are being found out, else what the engine raises.
        """
        async with self._lock:
            if self._known is None:
                folder = await self._folder()
                if folder is None:
                    self._known = await self._asked()
                else:
                    self._known = orjson.loads((folder / surveying.COUNTS).read_bytes())
            return self._known

    async def parts(self) -> int:
        """How many parts of things there are."""
        return -(-(await self.counts())["totals"]["things"] // PART_SIZE)

    async def things(self, part: int) -> list[str]:
        """The IRIs of a part, from 1, in order; none where there is no such part. Raises as `counts` does."""
        folder = await self._folder()
        if folder is not None:
            return await run_in_threadpool(_lines, folder / surveying.part_file(part))
        rows = await self._engine.select(
            f"SELECT DISTINCT ?thing WHERE {{ {self._thing()} }} ORDER BY ?thing "
            f"LIMIT {PART_SIZE} OFFSET {(part - 1) * PART_SIZE}"
        )
        return [row["thing"]["value"] for row in rows]

    async def _folder(self) -> Path | None:
        """What the process wrote; None where the engine is to be asked in its place."""
        if self._settings.endpoint:
            return None
        file = self._settings.rdf_file
        try:
            memory = str(file.stat().st_size // _MIB + _GROWTH_MIB)
            arguments = (str(file.absolute()), self._sha256, self._base, memory)
            return await self._derived.get(self._name, surveying.__name__, *arguments, keep=_KEPT)
        except BusyError:
            raise
        except (DatasetError, OSError):
            return None

    async def _asked(self) -> Counts:
        """The same from the engine."""
        start = f"{self._base}id/"
        kinds = (
            f"SELECT ?name (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?thing a ?class "
            f'FILTER(STRSTARTS(STR(?thing), "{start}") && !CONTAINS(STR(?thing), "#")) '
            f'BIND(STRBEFORE(STRAFTER(STR(?thing), "{start}"), "/") AS ?name) }} GROUP BY ?name ORDER BY ?name'
        )
        things = f"SELECT (COUNT(DISTINCT ?thing) AS ?things) WHERE {{ {self._thing()} }}"
        totals = (await self._engine.select(_TOTALS))[0] | (await self._engine.select(things))[0]
        known = {"totals": {name: int(value["value"]) for name, value in totals.items()}}
        asked = {"graphs": _GRAPHS, "classes": _CLASSES, "properties": _PROPERTIES, "kinds": kinds}
        for name, query in asked.items():
            wanted = "literal" if name == "kinds" else "uri"
            rows = [row for row in await self._engine.select(query) if row.get("name", {}).get("type") == wanted]
            known[name] = {row["name"]["value"]: int(row["n"]["value"]) for row in rows if row["name"]["value"]}
        return known

    def _thing(self) -> str:
        """The pattern of every subject below the base that has a document of its own."""
        spaces = " || ".join(f'STRSTARTS(STR(?thing), "{self._base}{area}/")' for area in AREAS)
        return f'?thing ?property ?value . FILTER(isIRI(?thing) && ({spaces}) && !CONTAINS(STR(?thing), "#"))'


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
