"""Acts, entities and roles against annotated documents: the figures that reading has to reach."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cdsgraph import register
from cdsgraph.files import Files
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.extract.naming import NameReader
from cdsgraph.reading.facts import Fact, record
from tests.reading.names import document


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reader(files: Files) -> NameReader:
    return NameReader(register.load(files), files.rules)


@pytest.fixture(scope="module")
def scores(
    files: Files, reference: Path, reader: NameReader, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    lines = []
    for path in sorted((reference / "documents").glob("*.txt")):
        read = loaders.load(path, metadata.read([files.documents], files.rules))
        named = reader.read(read)
        facts: list[Fact] = [*named.references, *named.entities, *named.roles]
        lines += [json.dumps(record(fact, read)) for fact in facts]
    predicted = tmp_path_factory.mktemp("scores") / "facts.jsonl"
    predicted.write_text("\n".join(lines), encoding="utf-8")
    score = _module(reference / "gold" / "score.py")
    gold, _ = score.read_jsonl(score.gold_files([str(reference / "gold")]))
    found, _ = score.read_jsonl([predicted])
    kinds: dict[str, Any] = score.score(gold, found, lenient=True)["kinds"]
    return kinds


@pytest.mark.parametrize(("kind", "floor"), [("legal_reference", 0.95), ("entity", 0.90), ("role", 0.90)])
def test_named_things_are_found(scores: dict[str, Any], kind: str, floor: float) -> None:
    assert scores[kind]["f1"] >= floor


@pytest.mark.parametrize("attribute", ["date", "issuer"])
def test_acts_have_their_date_and_issuer(scores: dict[str, Any], attribute: str) -> None:
    assert scores["legal_reference"]["attributes"][attribute]["accuracy"] >= 0.95


def test_citations_as_printed_are_read(files: Files, reference: Path, reader: NameReader) -> None:
    module = _module(reference / "gold" / "score_citations.py")
    numbers, dates, issuers = [], [], []
    for citation in (c for c in module.citations() if c.get("number")):
        references = reader.read(document(files, f"Căn cứ {citation['text']};\n")).references
        hit = next((r for r in references if module.plain(r.number) == module.plain(citation["number"])), None)
        numbers.append(hit is not None)
        if hit is not None and citation.get("date"):
            dates.append(hit.date == citation["date"])
        if hit is not None and citation.get("issuer_stated"):
            issuers.append(module.plain(hit.issuer) == module.plain(citation["issuer"]))
    assert sum(numbers) / len(numbers) >= 0.97
    assert sum(dates) / len(dates) >= 0.95
    assert sum(issuers) / len(issuers) >= 0.95
