"""The task ledger: done only where a later source names the same thing as done, else none seen up to a day."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from cdsgraph import queries
from cdsgraph.files import Files
from tests import saved_answers

CASES = Path(__file__).parent / "cases"
COMPLETION = {
    "stated": "nguồn nêu đã xong",
    "seen": "thấy bằng chứng hoàn thành",
    "none-seen": "chưa thấy bằng chứng trong các nguồn",
}
SIGN = {
    "": "",
    "act-passed": "văn bản đã được ban hành",
    "connected": "các hệ thống đã kết nối",
    "built": "hệ thống đã xây dựng xong",
    "opened": "hệ thống đã khai trương",
    "indicator-reached": "chỉ tiêu đã đạt",
    "same-task-done": "cùng việc được nêu là đã xong",
}


def ledger(files: Files, version: Path) -> list[dict[str, str]]:
    return saved_answers.rows(queries.find(files.queries, "task_ledger"), {}, version)


@pytest.fixture(scope="module")
def entries(files: Files, built_of_ledger: Path) -> list[dict[str, str]]:
    return ledger(files, built_of_ledger)


with (CASES / "ledger.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = list(csv.DictReader(file))


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: f"{case['source']} {case['action']}")
def test_completion_is_seen_where_a_later_source_names_the_thing_as_done(
    case: dict[str, str], entries: list[dict[str, str]]
) -> None:
    found = [
        entry
        for entry in entries
        if entry["source"].endswith(f"/{case['source']}") and entry["action"].startswith(case["action"])
    ]
    assert {entry["completion"] for entry in found} == {COMPLETION[case["completion"]]}
    assert sorted(entry["sign"] for entry in found) == sorted(SIGN[sign] for sign in case["signs"].split(" "))
    assert all(bool(entry["evidenceSentence"]) == (case["completion"] == "seen") for entry in found)
    assert {entry["seenUntil"] for entry in found} == {"2025-03-30"}


def test_every_task_of_the_documents_stands_in_the_ledger_and_none_is_overdue(files: Files, built: Path) -> None:
    entries = {entry["task"]: entry for entry in ledger(files, built)}
    assert len(entries) >= 100
    assert Counter(entry["completion"] for entry in entries.values()) == {COMPLETION["none-seen"]: len(entries)}
    assert {entry["seenUntil"] for entry in entries.values()} == {"2025-07-11"}
    law = next(entry for entry in entries.values() if "Luật Bảo vệ dữ liệu cá nhân" in entry["action"])
    assert (law["assigner"], law["assignee"], law["deadline"]) == ("Phạm Minh Chính", "Bộ Công an", "2024-12-31")
