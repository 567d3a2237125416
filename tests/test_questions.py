"""The questions of docs/questions.md: each page answers its own, without SPARQL."""

import csv
import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.periods import label_vi
from cdsgraph.text import fold
from tests.service import ROOT

COMPETENCY = ROOT / "tests" / "competency"
# Columns whose values stand on the page word for word.
VERBATIM = ("printed", "measured", "aim", "change", "action", "sentence", "basis", "citedAs", "theme")
_ROW = re.compile(r"\| (\d+) \| .+ \| `(/[^`]+)` \|$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_NOTE = re.compile(r"\([^)]*không đề ngày[^)]*\)")  # about the source, no part of the answer
_LEAST = 0.5  # of the words of an answer, which is told in the annotator's words; its numbers must all be there


def addresses(name: str) -> dict[int, str]:
    return {int(number): path for number, path in _ROW.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))}


def text_of(service: str, path: str) -> str:
    """What a reader sees of the answer on a page."""
    answer = httpx.get(service + path, params={**httpx.URL(path).params, "lang": "vi"}, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    shown = answer.text.partition('<h2 id="answer">')[2].partition('<h2 id="text">')[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def test_both_tables_name_the_same_pages() -> None:
    assert addresses("questions.md") == addresses("questions.vi.md")
    assert list(addresses("questions.md")) == list(range(1, 41))


@pytest.mark.parametrize(("number", "path"), addresses("questions.md").items(), ids=map(str, range(1, 41)))
def test_the_page_shows_the_recorded_answer(service: str, number: int, path: str) -> None:
    page = text_of(service, path)
    with (COMPETENCY / f"cq{number:02}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in VERBATIM:
            if row.get(column):
                assert " ".join(row[column].split()) in page, (column, row[column])
        if row.get("period"):
            assert label_vi(row["period"]) in page


def test_the_pages_answer_the_reference_questions(service: str, reference: Path) -> None:
    asked = (reference / "gold" / "competency_questions.jsonl").read_text(encoding="utf-8").splitlines()
    paths = addresses("questions.md")
    missing = []
    for number, line in enumerate(asked, 1):
        page = re.sub(r"\b0(?=\d/)", "", text_of(service, paths[number]))  # 18/05 and 18/5 are one day
        folded = fold(page)
        for expected in json.loads(line)["answer"]:
            expected = _NOTE.sub("", expected)
            numbers = _NUMBER.findall(re.sub(r"\b0(?=\d/)", "", expected))
            words = [word for word in re.findall(r"[^\W\d]+", fold(expected)) if len(word) > 2]
            there = [word for word in words if word in folded]
            if any(each not in page for each in numbers) or len(there) < _LEAST * len(words):
                missing.append((number, expected))
    assert not missing
