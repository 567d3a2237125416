"""Reviewed decisions: what a reviewer rejects, accepts or amends holds in every build, and none is lost."""

import json
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from cdsgraph.build import build
from cdsgraph.errors import CorrectionError
from cdsgraph.files import Files
from tests.commands import run

HEADER = "fact,decision,field,value,reason,reviewer,date"
TEXT = "Bộ Công an có 12 đơn vị và 30 hệ thống.\n\nTỷ lệ hồ sơ trực tuyến đạt 39,51%.\n"


@pytest.fixture
def root(files: Files, tmp_path: Path) -> Path:
    made = tmp_path / "root"
    for name in ("ontology", "shapes", "queries", "data"):
        copytree(files.root / name, made / name)
    for old in (made / "data" / "corrections").glob("*.csv"):
        old.unlink()
    documents = made / "data" / "documents"
    for old in documents.glob("*.txt"):
        old.unlink()
    header = (documents / "sources.csv").read_text(encoding="utf-8").splitlines()[0]
    (documents / "sources.csv").write_text(header + "\n", encoding="utf-8")
    (documents / "bai.txt").write_text(TEXT, encoding="utf-8")
    return made


def facts(root: Path, *rows: str) -> Mapping[str, dict[str, Any]]:
    """The facts of a build with these corrections, by the end of their IRI."""
    folder = root / "data" / "corrections"
    folder.mkdir(exist_ok=True)
    (folder / "looked-over.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    built = build(Files(root), root / "out")
    lines = (built.version / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    return {fact["iri"].split("/id/")[1]: fact for fact in map(json.loads, lines)}


def figure(found: Mapping[str, dict[str, Any]], quote: str) -> str:
    return next(name for name, fact in found.items() if fact["kind"] == "quantity" and fact["quote"] == quote)


def test_a_rejected_fact_goes_and_the_others_keep_their_names(root: Path) -> None:
    before = facts(root)
    first, second = figure(before, "12 đơn vị"), figure(before, "30 hệ thống")
    after = facts(root, f"https://w3id.org/cdsgraph/id/{first},reject,,,không phải số liệu,B,2026-11-22")
    assert first not in after
    assert figure(after, "30 hệ thống") == second
    assert after.keys() == before.keys() - {first}


def test_an_amended_field_is_in_facts_and_graph_with_its_reason(root: Path) -> None:
    name = figure(facts(root), "39,51%")
    row = f'{name},amend,%s,%s,"theo báo cáo gốc, trang 3",B,2026-11-22'
    after = facts(root, row % ("value", "39.15"), row % ("period", "2025-06"), row % ("role", "target"))
    amended = after[name]
    assert (amended["value"], amended["period"], amended["role"]) == (39.15, "2025-06", "target")
    assert amended["review"] == {"decision": "amend", "reason": "theo báo cáo gốc, trang 3", "date": "2026-11-22"}
    dataset = (root / "out" / "current" / "dataset.nq").read_text(encoding="utf-8")
    assert f"/id/{name}> <https://w3id.org/cdsgraph/ns#reviewDecision>" in dataset
    assert "trang 3" in dataset
    assert '"39.15"^^' in dataset


def test_a_decision_that_meets_no_fact_is_kept_and_reported(root: Path) -> None:
    table = root / "data" / "corrections" / "old.csv"
    table.write_text(f"{HEADER}\nfigure/bai-00000000-1,reject,,,đã bỏ,B,2026-11-22\n", encoding="utf-8")
    answer = run("--root", root, "build", "--out", root / "out")
    assert answer.returncode == 0, answer.stderr
    assert "old.csv:2 figure/bai-00000000-1" in answer.stderr
    manifest = json.loads((root / "out" / "current" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["corrections_without_fact"] == ["old.csv:2 figure/bai-00000000-1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("FIGURE,reject,,,vì sao,B,2026-11-22", "names no fact"),
        ("{0},drop,,,vì sao,B,2026-11-22", "is no decision"),
        ("{0},amend,,,vì sao,B,2026-11-22", "only an amendment names a field"),
        ("{0},reject,value,1,vì sao,B,2026-11-22", "only an amendment names a field"),
        ("{0},reject,,,,B,2026-11-22", "no reason"),
        ("{0},reject,,,vì sao,B,hôm nay", "is no date"),
        ("{0},amend,colour,đỏ,vì sao,B,2026-11-22", "no field 'colour'"),
        ("{0},amend,span,1,vì sao,B,2026-11-22", "no field 'span'"),
        ("{0},amend,value,nhiều,vì sao,B,2026-11-22", "value cannot be"),
        ("{0},amend,role,wish,vì sao,B,2026-11-22", "role cannot be"),
        ("{0},reject", "2 cells"),
        ("{0},reject,,,vì sao,B,2026-11-22\n{0},accept,,,vì sao,B,2026-11-22", "decided twice"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_file_and_line(root: Path, row: str, said: str) -> None:
    name = figure(facts(root), "39,51%")
    with pytest.raises(CorrectionError, match=said) as caught:
        facts(root, row.replace("{0}", name))
    assert (Path(str(caught.value.path)).name, caught.value.line) == ("looked-over.csv", 2 + row.count("\n"))
    assert caught.value.remedy
