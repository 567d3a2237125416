"""How well figures of the project's own texts agree with their annotation; floors, not goals."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading import loaders
from cdsgraph.reading.document import Span
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import NumberSeen, Quantity, Reading, record
from cdsgraph.reading.metadata import Records

FLOORS = {"role": 0.95, "period": 0.9, "qualifier": 0.95, "direction": 0.95, "subject": 0.85, "indicator": 0.8}


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def readings(files: Files, records: Records) -> list[Reading]:
    reader = Reader(registers.load(files), files.rules)
    return [reader.read(loaders.load(path, records)) for path in sorted(files.documents.glob("*.txt"))]


def test_figures_agree_with_the_annotation(reference: Path, readings: list[Reading], tmp_path: Path) -> None:
    lines = [json.dumps(record(f, r.document)) for r in readings for f in r.facts if isinstance(f, Quantity)]
    predicted = tmp_path / "facts.jsonl"
    predicted.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(reference / "gold" / "score.py"), "--gold", str(reference / "gold")]
    command += ["--predicted", str(predicted), "--lenient", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    scores = json.loads(result.stdout)["kinds"]["quantity"]
    assert scores["f1"] >= 0.95
    assert {name: floor for name, floor in FLOORS.items() if scores["attributes"][name]["accuracy"] < floor} == {}


def test_numbers_that_measure_nothing_are_told_apart_from_figures(reference: Path, readings: list[Reading]) -> None:
    gold = reference / "gold"
    stated = [each for path in sorted(gold.glob("*.gold.jsonl")) for each in lines_of(path)]
    nothing = lines_of(gold / "not_quantities.jsonl")
    ledger = {r.document.name: r.numbers for r in readings}
    figures = {r.document.name: [f for f in r.facts if isinstance(f, Quantity)] for r in readings}

    def within(place: dict[str, Any]) -> list[NumberSeen]:
        return [n for n in ledger[place["doc"]] if n.span.overlaps(Span(place["start"], place["end"]))]

    explained = [n for n in nothing if within(n) and all(seen.reason for seen in within(n))]
    assert len(explained) >= 0.95 * len(nothing)
    assert [q["quote"] for q in stated if q["kind"] == "quantity" and any(seen.reason for seen in within(q))] == []
    numbers = [seen for seens in ledger.values() for seen in seens]
    unknown = [seen for seen in numbers if seen.reason is None]
    assert len(unknown) <= 0.05 * (len(numbers) + sum(map(len, figures.values())))
