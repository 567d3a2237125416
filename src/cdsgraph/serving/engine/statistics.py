"""Counts over the dataset: how many triples, and how many of which graph, class and property."""

import asyncio
from typing import Any, Final

from cdsgraph.serving.engine.engine import Engine

_GRAPHS: Final = "SELECT ?name (COUNT(*) AS ?n) WHERE { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name ORDER BY ?name"
_CLASSES: Final = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?name } GROUP BY ?name ORDER BY ?name"
_PROPERTIES: Final = "SELECT ?name (COUNT(*) AS ?n) WHERE { ?s ?name ?o } GROUP BY ?name ORDER BY ?name"
_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }
"""


class Statistics:
    """Counts over the dataset, asked once however many clients want them at the same time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = asyncio.Lock()
        self._known: dict[str, dict[str, int]] | None = None

    async def counts(self) -> dict[str, dict[str, int]]:
        """`totals` (triples, subjects, objects), and `graphs`, `classes`, `properties` by IRI."""
        async with self._lock:
            if self._known is None:
                totals = (await self._engine.select(_TOTALS))[0]
                known = {"totals": {name: int(value["value"]) for name, value in totals.items()}}
                for kind, query in (("graphs", _GRAPHS), ("classes", _CLASSES), ("properties", _PROPERTIES)):
                    rows = await self._engine.select(query)
                    known[kind] = {row["name"]["value"]: int(row["n"]["value"]) for row in rows if _is_iri(row)}
                self._known = known
            return self._known


def _is_iri(row: dict[str, Any]) -> bool:
    return bool(row["name"]["type"] == "uri")
