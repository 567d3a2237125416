"""The process that goes through a dataset once and writes what there is in it: counts, and the things with documents.

    python -m cdsgraph.serving.making.surveying FOLDER FILE SHA256 BASE MEMORY_MIB

FILE is the RDF file, SHA256 what its hash begins with, BASE what the IRIs of things lie under. In the folder:
`counts.json`, and for every `PART_SIZE` things in the order of their IRIs a file, an IRI a line, numbered from 1.
"""

import hashlib
import sys
from array import array
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import NamedNode, parse

from cdsgraph.errors import DatasetError
from cdsgraph.graph.dataset import rdf_format_of, syntax_error
from cdsgraph.serving.making.derivation import guarded
from cdsgraph.vocab import RDF

COUNTS: Final = "counts.json"
PART_SIZE: Final = 20_000
AREAS: Final = ("id", "def", "graph")  # below the base: what has a document of its own
_BUCKETS: Final = 256
_TYPE: Final = NamedNode(f"{RDF}type")


class _Distinct:
    """Counts by group how many different things were added; a thing is known by 64 bits of its hash."""

    def __init__(self) -> None:
        self._seen = [(array("q"), array("L")) for _ in range(_BUCKETS)]
        self._numbers: dict[Any, int] = {}

    def add(self, group: Any, thing: int) -> None:
        """Note a thing by its hash."""
        things, groups = self._seen[thing % _BUCKETS]
        things.append(thing)
        groups.append(self._numbers.setdefault(group, len(self._numbers)))

    def counts(self) -> dict[Any, int]:
        """Group to number; what was noted is given up."""
        found: Counter[int] = Counter()
        while self._seen:
            found.update(group for _, group in set(zip(*self._seen.pop(), strict=True)))
        return {group: found[number] for group, number in self._numbers.items()}


def part_file(number: int) -> str:
    """The name of a file of things."""
    return f"things-{number}.txt"


def main(folder: str, file: str, sha256: str, base: str, memory_mib: str) -> None:
    """Count and write; tell a DatasetError when the file is not what it was."""
    guarded(partial(_survey, Path(folder), Path(file), sha256, base), memory_mib=int(memory_mib))


def _survey(folder: Path, file: Path, sha256: str, base: str) -> None:
    with file.open("rb") as source:
        if not hashlib.file_digest(source, "sha256").hexdigest().startswith(sha256):
            raise DatasetError(
                "the file is no longer the one that is served", path=file, remedy="start the server anew"
            )
    starts = tuple(f"{base}{area}/" for area in AREAS)
    triples, ends, named = _Distinct(), _Distinct(), _Distinct()
    things: set[str] = set()
    kinds: dict[str, str] = {}
    try:
        for quad in parse(path=str(file), format=rdf_format_of(file), base_iri=file.resolve().as_uri()):
            told = hash(quad.triple)
            triples.add(quad.predicate, told)
            if isinstance(quad.graph_name, NamedNode):
                named.add(quad.graph_name, told)
            ends.add("subjects", hash(quad.subject))
            ends.add("objects", hash(quad.object))
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                named.add((quad.object,), hash(quad.subject))
            if isinstance(quad.subject, NamedNode):
                iri = quad.subject.value
                if iri.startswith(starts) and "#" not in iri:
                    things.add(iri)
                    if quad.predicate == _TYPE and iri.startswith(starts[0]):
                        kinds[iri] = iri.removeprefix(starts[0]).partition("/")[0]
    except SyntaxError as error:
        raise syntax_error(error, file) from error
    _write(folder, triples.counts(), ends.counts(), named.counts(), Counter(kinds.values()), sorted(things))


def _write(
    folder: Path,
    properties: dict[Any, int],
    ends: dict[Any, int],
    named: dict[Any, int],
    kinds: Counter[str],
    things: list[str],
) -> None:
    graphs = {name.value: count for name, count in named.items() if isinstance(name, NamedNode)}
    classes = {name[0].value: count for name, count in named.items() if isinstance(name, tuple)}
    counts = {
        "totals": {
            "triples": sum(properties.values()),
            "subjects": ends.get("subjects", 0),
            "objects": ends.get("objects", 0),
            "things": len(things),
        },
        "graphs": graphs,
        "classes": classes,
        "properties": {name.value: count for name, count in properties.items()},
        "kinds": {kind: count for kind, count in kinds.items() if kind},
    }
    ordered = {name: dict(sorted(told.items())) for name, told in counts.items()}
    for number, start in enumerate(range(0, len(things), PART_SIZE), 1):
        lines = "".join(f"{iri}\n" for iri in things[start : start + PART_SIZE])
        (folder / part_file(number)).write_text(lines, encoding="utf-8", newline="\n")
    (folder / COUNTS).write_bytes(orjson.dumps(ordered))


if __name__ == "__main__":
    main(*sys.argv[1:])
