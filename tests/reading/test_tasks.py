"""Tasks read from sentences of our own, one phenomenon each (cases/tasks.jsonl), through the whole of reading."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading.document import Document
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Task, record

from .conftest import MakeDocument

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
]
DAY = "2024-03-05"


@pytest.fixture(scope="module")
def reader(files: Files) -> Reader:
    return Reader(registers.load(files), files.rules)


def tasks(reader: Reader, document: Document) -> list[dict[str, Any]]:
    return [record(fact, document) for fact in reader.read(document).facts if isinstance(fact, Task)]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][-50:] for case in CASES])
def test_a_text_gives_its_tasks_and_no_others(
    case: dict[str, Any], reader: Reader, make_document: MakeDocument
) -> None:
    found = tasks(reader, make_document(case["text"], DAY, case.get("kind", "press-report")))
    assert len(found) == len(case["tasks"]), [each["quote"] for each in found]
    for each, wanted in zip(found, case["tasks"], strict=True):
        assert {key: each[key] for key in wanted} == wanted


def test_no_phrase_is_longer_than_thirty_words_and_no_restatement_than_fifteen(
    reader: Reader, make_document: MakeDocument
) -> None:
    for case in CASES:
        for task in tasks(reader, make_document(case["text"], DAY)):
            assert 2 <= len(task["quote"].split()) <= 30
            assert 1 <= len(task["action"].split()) <= 15
            assert task["action"][0].isupper()


def test_an_act_assigns_in_the_name_of_its_issuer(reader: Reader, make_document: MakeDocument) -> None:
    text = (
        "BỘ TÀI CHÍNH\n\nSố: 15/QĐ-BTC\n\nQUYẾT ĐỊNH\n\nII. NHIỆM VỤ\n\n1. Xây dựng kho dữ liệu hóa đơn điện tử.\n\n"
        "2. Công bố giao diện kết nối cho doanh nghiệp."
    )
    found = tasks(reader, make_document(text, DAY, "decision"))
    assert [task["quote"] for task in found] == [
        "Xây dựng kho dữ liệu hóa đơn điện tử",
        "Công bố giao diện kết nối cho doanh nghiệp",
    ]
    assert {task["assigner"] for task in found} == {"Bộ Tài chính"}
    assert {task["status"] for task in found} == {"assigned"}


def test_another_speaker_ends_what_the_first_one_bids(reader: Reader, make_document: MakeDocument) -> None:
    text = (
        "Thủ tướng Phạm Minh Chính chủ trì hội nghị.\n\nThủ tướng yêu cầu các bộ rà soát thủ tục cấp phép. "
        "Đẩy mạnh chia sẻ dữ liệu giữa các ngành.\n\n"
        "Ông Trần Văn Minh cho rằng thị trường còn nhỏ. Đẩy mạnh xuất khẩu phần mềm là con đường của doanh nghiệp."
    )
    assert [task["quote"] for task in tasks(reader, make_document(text, DAY))] == [
        "rà soát thủ tục cấp phép",
        "Đẩy mạnh chia sẻ dữ liệu giữa các ngành",
    ]


PIECES = (
    "Bộ Y tế", "các bộ, ngành", "Thủ tướng", "Bộ trưởng", "yêu cầu", "giao", "cần", "phải", "sẽ", "đã", "không",
    "nhưng", "chủ trì", "phối hợp với", "được giao", "nhiệm vụ", "mà", "là", "xây dựng", "khẩn trương", "đề án",
    "về", "để", "của", "trong quý II/2024", "hoàn thành", "một số", "Một là", "Cơ quan chủ trì", "dữ liệu",
    "đơn vị này", "lưu ý", ",", ";", ":", ".", "(i)", "(", ")", "“", "”", "và", "a)", "1.", "-", "?", "\n\n", "\t",
    "Căn cứ",
)  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_order_of_words_is_read_and_every_task_lies_in_the_text(
    words: list[str], reader: Reader, make_document: MakeDocument
) -> None:
    document = make_document(" ".join(words), DAY)
    for task in tasks(reader, document):
        assert document.text[task["start"] : task["end"]] == task["quote"]
        assert 2 <= len(task["quote"].split()) <= 30
        assert all(task["assignees"])
        assert task["assigner"] != ""
