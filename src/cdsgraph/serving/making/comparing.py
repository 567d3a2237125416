"""The process that compares two versions and writes what differs in every form.

    python -m cdsgraph.serving.making.comparing FOLDER OLD NEW WORDS ADDRESS MEMORY_MIB

OLD and NEW are folders of versions, ADDRESS is where the service stands. In the folder: for each language
`changes.{lang}.json` (as `cdsgraph diff` writes it), `changes.{lang}.csv` and `lines.{lang}.jsonl` (a fact a line, for
pages), and for all of them `changes.jsonld` and `counts.json`.
"""

import csv
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import Literal, NamedNode

from cdsgraph import differing
from cdsgraph.graph import diff as differences
from cdsgraph.graph.diff import Change, Diff, Item, Side, Value
from cdsgraph.serving.making.derivation import guarded
from cdsgraph.text import Language
from cdsgraph.vocab import DCTERMS, PROV, RDF, SKOS, XSD

COUNTS: Final = "counts.json"
JSON_LD: Final = "changes.jsonld"
_COLUMNS: Final = ("change", "kind", "iri", "name", "place", "property", "label", "old", "new")
_CONTEXT: Final[dict[str, Any]] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "cs": "http://purl.org/vocab/changeset/schema#",
    "dcterms": DCTERMS,
    "prov": PROV,
    "rdf": RDF,
    "skos": SKOS,
    "xsd": XSD,
    "used": {"@id": "prov:used", "@type": "@id"},
    "added": {"@id": "prov:generated", "@container": "@set"},
    "gone": {"@id": "prov:invalidated", "@container": "@set"},
    "changed": {"@id": "dcterms:hasPart", "@container": "@set"},
    "subjectOfChange": {"@id": "cs:subjectOfChange"},
    "addition": {"@id": "cs:addition", "@container": "@set"},
    "removal": {"@id": "cs:removal", "@container": "@set"},
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "predicate": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object"},
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
}


def json_file(lang: str) -> str:
    """The name of the JSON form."""
    return f"changes.{lang}.json"


def csv_file(lang: str) -> str:
    """The name of the CSV form."""
    return f"changes.{lang}.csv"


def lines_file(lang: str) -> str:
    """The name of the file with a fact a line."""
    return f"lines.{lang}.jsonl"


def main(folder: str, old: str, new: str, words: str, address: str, memory_mib: str) -> None:
    """Compare and write; tell DatasetError when a version is damaged."""
    work = partial(_write, Path(folder), Path(old), Path(new), Path(words), address)
    guarded(work, memory_mib=int(memory_mib))


def _write(folder: Path, old: Path, new: Path, words: Path, address: str) -> None:
    sides = differences.open_side(str(old), old.parents[1]), differences.open_side(str(new), new.parents[1])
    found = differences.compare(*sides)
    names: dict[str, dict[str, str]] = {}
    languages: tuple[Language, ...] = ("vi", "en")
    for language in languages:
        told = differing.load_words(words, language)
        (folder / json_file(language)).write_bytes(differing.render(found, *sides, "json", told, language))
        with (
            (folder / csv_file(language)).open("w", encoding="utf-8", newline="") as table,
            (folder / lines_file(language)).open("wb") as lines,
        ):
            rows = csv.writer(table)
            rows.writerow(_COLUMNS)
            for entry in differing.entries(found, *sides, told, language):
                rows.writerows(_rows(entry))
                names.setdefault(entry.record["iri"], {})[language] = entry.record["name"]
                line = {"how": entry.how, "kind": entry.item.kind, "iri": entry.record["iri"], "told": entry.told}
                lines.write(orjson.dumps(line) + b"\n")
    (folder / JSON_LD).write_bytes(orjson.dumps(_json_ld(found, sides, names, address), option=orjson.OPT_INDENT_2))
    counts = {"changed": len(found.changed), "added": len(found.added), "gone": len(found.gone)}
    (folder / COUNTS).write_bytes(orjson.dumps({**counts, "requoted": found.requoted}))


def _rows(entry: differing.Entry) -> Iterator[tuple[str, ...]]:
    """A row for each property that changed, else one for the fact."""
    record = entry.record
    head = (entry.how, record["kind"], record["iri"], record["name"], record.get("place", ""))
    value = record.get("value", "")
    if "changes" not in record:
        yield (*head, "", "", value if entry.how == "gone" else "", value if entry.how == "added" else "")
    for change in record.get("changes", ()):
        yield (*head, change["property"], change["label"], " | ".join(change["old"]), " | ".join(change["new"]))


def _json_ld(found: Diff, sides: tuple[Side, Side], names: dict[str, dict[str, str]], address: str) -> dict[str, Any]:
    """The comparison as an activity: what it generated and invalidated, and a change set for each changed fact."""
    old, new = sides

    def named(item: Item) -> dict[str, Any]:
        return {"id": item.iri.value, "prefLabel": names[item.iri.value]}

    return {
        "@context": _CONTEXT,
        "id": f"{address}/changes?since={old.name}#{new.name}",
        "type": "prov:Activity",
        "used": [f"{address}/dumps/{side.name}/" for side in sides],
        "added": [named(item) for item in found.added],
        "gone": [named(item) for item in found.gone],
        "changed": [
            {"type": "cs:ChangeSet", "subjectOfChange": named(item), **_statements(item)} for item in found.changed
        ],
    }


def _statements(item: Item) -> dict[str, list[dict[str, Any]]]:
    def told(values: dict[Change, tuple[Value, ...]]) -> list[dict[str, Any]]:
        return [
            {
                "type": "rdf:Statement",
                "subject": item.iri.value,
                "predicate": change.property.value,
                "object": _value(value),
            }
            for change, each in values.items()
            for value in each
        ]

    return {
        "addition": told({change: change.new for change in item.changes}),
        "removal": told({change: change.old for change in item.changes}),
    }


def _value(value: Value) -> dict[str, str]:
    if isinstance(value, NamedNode):
        return {"id": value.value}
    if isinstance(value, Literal) and value.language:
        return {"@value": value.value, "@language": value.language}
    return {"@value": value.value, "@type": value.datatype.value}


if __name__ == "__main__":
    main(*sys.argv[1:])
