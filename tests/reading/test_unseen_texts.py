"""How reading fares on texts that no rule was written from (see unseen/README.md): floors under what was measured."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

UNSEEN = Path(__file__).parent / "unseen"
FLOORS = {"legal_reference": 0.95, "entity": 0.75, "quantity": 0.95, "task": 0.7, "role": 0.85, "event": 0.7}
ATTRIBUTE_FLOORS = {"role": 0.88, "period": 0.88, "qualifier": 0.95, "subject": 0.7, "indicator": 0.68}


@pytest.fixture(scope="module")
def scores(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    facts = tmp_path_factory.mktemp("unseen") / "facts.jsonl"
    texts = [str(path) for path in sorted(UNSEEN.glob("*.txt"))]
    subprocess.run([sys.executable, "-m", "cdsgraph", "extract", *texts, "-o", str(facts)], check=True)
    scorer = [sys.executable, str(reference / "gold" / "score.py"), "--lenient", "--json"]
    told = subprocess.run(
        [*scorer, "--gold", str(UNSEEN / "expected.jsonl"), "--predicted", str(facts)],
        capture_output=True,
        text=True,
        check=True,
    )
    kinds: dict[str, Any] = json.loads(told.stdout)["kinds"]
    return kinds


@pytest.mark.parametrize(("kind", "floor"), FLOORS.items())
def test_facts_are_found(scores: dict[str, Any], kind: str, floor: float) -> None:
    assert scores[kind]["f1"] >= floor


@pytest.mark.parametrize(("attribute", "floor"), ATTRIBUTE_FLOORS.items())
def test_figures_are_understood(scores: dict[str, Any], attribute: str, floor: float) -> None:
    assert scores["quantity"]["attributes"][attribute]["accuracy"] >= floor


def test_annotation_quotes_its_text() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in UNSEEN.glob("*.txt")}
    for line in (UNSEEN / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        assert texts[fact["doc"]][fact["start"] : fact["end"]] == fact["quote"]
