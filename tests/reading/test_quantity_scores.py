"""How well figures of the project's own texts agree with their annotation; floors, not goals."""

import json
import subprocess
import sys
from pathlib import Path

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading import loaders
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Quantity, record
from cdsgraph.reading.metadata import Records

FLOORS = {"role": 0.95, "period": 0.9, "qualifier": 0.95, "direction": 0.95, "subject": 0.85, "indicator": 0.8}


def test_figures_agree_with_the_annotation(reference: Path, files: Files, records: Records, tmp_path: Path) -> None:
    reader = Reader(registers.load(files), files.rules)
    lines = []
    for path in sorted(files.documents.glob("*.txt")):
        reading = reader.read(loaders.load(path, records))
        lines += [json.dumps(record(f, reading.document)) for f in reading.facts if isinstance(f, Quantity)]
        assert not [seen for seen in reading.numbers if seen.reason is None]
    predicted = tmp_path / "facts.jsonl"
    predicted.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(reference / "gold" / "score.py"), "--gold", str(reference / "gold")]
    command += ["--predicted", str(predicted), "--lenient", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    scores = json.loads(result.stdout)["kinds"]["quantity"]
    assert scores["f1"] >= 0.95
    assert {name: floor for name, floor in FLOORS.items() if scores["attributes"][name]["accuracy"] < floor} == {}
