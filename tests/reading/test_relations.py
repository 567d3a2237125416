"""Relations and the stages of acts, in sentences of our own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cdsgraph import register
from cdsgraph.errors import RulesError
from cdsgraph.files import Files
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import LegalReference, Relation
from tests.reading.conftest import MakeDocument

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def reader(files: Files) -> Reader:
    return Reader(register.load(files), files.rules)


@pytest.mark.parametrize("case", cases("relations"), ids=lambda case: case["text"])
def test_relations_are_those_that_the_text_states(
    reader: Reader, make_document: MakeDocument, case: dict[str, Any]
) -> None:
    document = make_document(case["text"])
    found = [fact for fact in reader.read(document).facts if isinstance(fact, Relation)]
    assert sorted([r.subject, r.predicate, r.object] for r in found) == sorted(case["relations"])
    assert all(relation.span in relation.sentence for relation in found)


@pytest.mark.parametrize("case", cases("stages"), ids=lambda case: case["text"])
def test_stage_of_an_act_is_as_far_as_the_text_says(
    reader: Reader, make_document: MakeDocument, case: dict[str, Any]
) -> None:
    facts = reader.read(make_document(case["text"])).facts
    stages = {fact.number or fact.title: fact.stage for fact in facts if isinstance(fact, LegalReference)}
    assert stages == case["stages"]


def test_evidence_is_the_stretch_that_states_it(reader: Reader, make_document: MakeDocument) -> None:
    text = "Theo báo cáo, Cổng Dịch vụ công quốc gia do Văn phòng Chính phủ quản lý và có nhiều tiện ích."
    (relation,) = [f for f in reader.read(make_document(text)).facts if isinstance(f, Relation)]
    assert relation.span.of(text) == "Cổng Dịch vụ công quốc gia do Văn phòng Chính phủ quản lý"
    assert relation.rule == "relation/operates"


def test_relation_told_twice_is_one(reader: Reader, make_document: MakeDocument) -> None:
    text = "Cục Viễn thông thuộc Bộ Thông tin và Truyền thông. Cục Viễn thông (Bộ Thông tin và Truyền thông) báo cáo."
    assert len([f for f in reader.read(make_document(text)).facts if isinstance(f, Relation)]) == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("owns,any,{S:body} !có {O:body},", "predicate"),
        ("operates,any,{S:body} !có {O:nobody},", "nobody"),
        ("operates,any,{S:body} có {O:body},", "turns on nothing"),
    ],
)
def test_a_frame_that_cannot_be_used_is_named(files: Files, tmp_path: Path, row: str, told: str) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(files.rules, rules)
    with (rules / "relation_frames.csv").open("a", encoding="utf-8") as table:
        table.write(f"{row}\n")
    with pytest.raises(RulesError, match=told) as raised:
        Reader(register.load(files), rules)
    assert "relation_frames.csv" in str(raised.value)
