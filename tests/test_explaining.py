"""`cdsgraph extract --explain`: what a reader of its output sees."""

import csv
import re
from pathlib import Path

import pytest

from cdsgraph import explaining
from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading.corpus import document_paths, read_documents
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import Language
from tests.commands import run

TEXT = """Báo cáo

Ngày 11/7/2025, Bộ Công an họp về Quyết định 749/QĐ-TTg. Tỷ lệ hồ sơ trực tuyến đạt 39,51%.

Mã .45 là gì?
"""
OTHER_REASONS = {"legal_reference", "name", "page furniture", "clock time", "date", "period"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained") / "bai.txt"
    made.write_text(TEXT, encoding="utf-8")
    return made


def test_each_sentence_is_told_with_facts_and_numbers_in_order(path: Path) -> None:
    answer = run("extract", "--explain", path)
    assert answer.returncode == 0, answer.stderr
    told = answer.stdout.splitlines()
    assert [line for line in told if line.startswith("bai.txt:")] == [
        "bai.txt:3:1",
        "bai.txt:3:58",
        "bai.txt:5:1",
        "bai.txt: 3 dữ kiện; 3 số không là số liệu, trong đó 1 số chưa hiểu",
    ]
    first, second, third = (part.splitlines() for part in answer.stdout.split("\n\n")[:3])
    assert first[1] == "  Ngày 11/7/2025, Bộ Công an họp về Quyết định 749/QĐ-TTg."
    assert "  + tên riêng “Bộ Công an”" in first
    assert any(line.startswith("  + viện dẫn “") and "749/QĐ-TTg”" in line for line in first)
    assert any("số hiệu: 749/QĐ-TTg" in line for line in first)
    assert first[-1] == "  - số không thành dữ kiện “Ngày 11/7/2025”: ngày tháng"
    assert "  + số liệu “39,51%”" in second
    assert any(
        re.match(r" +giá trị: 39\.51 · đơn vị: % · .*đo gì: tỷ lệ hồ sơ [^·]*trực tuyến", line) for line in second
    )
    assert any(re.match(r" +quy tắc: quantity: .+ · độ chắc chắn: (cao|vừa|thấp)", line) for line in second)
    assert third[1:] == ["  Mã .45 là gì?", "  ? số không thành dữ kiện “45”: chưa hiểu"]
    assert "3 facts from 1 documents" in answer.stderr


def test_the_headings_are_english_when_asked(path: Path, tmp_path: Path) -> None:
    answer = run("extract", "--explain", "--lang", "en", path, "-o", tmp_path / "told.txt")
    assert (answer.returncode, answer.stdout) == (0, "")
    told = (tmp_path / "told.txt").read_text(encoding="utf-8")
    assert "  + figure “39,51%”" in told
    assert "  ? number that became no fact “45”: not understood" in told
    assert told.endswith("bai.txt: facts: 3; numbers that are no figures: 3, of these not understood: 1\n\n")


def test_a_language_without_words_is_wrong_use(path: Path) -> None:
    assert run("extract", "--explain", "--lang", "fr", path).returncode == 2


def test_every_reason_has_words_in_both_languages(files: Files) -> None:
    lists = ("number_labels", "fixed_phrases")
    reasons = {row["reason"] for name in lists for row in read_table(files.rules, name, ("phrase", "reason"))}
    with (files.words / "explaining.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert all(row["vi"] and row["en"] for row in rows)
    assert {f"reason.{reason}" for reason in reasons | OTHER_REASONS} <= {row["key"] for row in rows}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_fact_and_number_of_real_texts_is_told(files: Files, lang: Language) -> None:
    paths = document_paths([files.documents, Path(__file__).parent / "reading" / "unseen"])
    words = explaining.load_words(files.words, lang)
    for reading in read_documents(paths, files, registers.load(files)):
        told = explaining.text(reading, words)
        assert told.count("\n  + ") == len(reading.facts) + len(reading.themes)
        unknown = [number for number in reading.numbers if number.reason is None]
        assert told.count("\n  ? ") == len(unknown)
        assert "_" not in "".join(re.findall(r"\n  - .*: (.*)", told))


def test_what_a_rule_took_up_and_let_go_is_told_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "bai.txt"
    path.write_text(
        "Ban Chỉ đạo chuyển đổi số tỉnh Yên Bái sẽ kết nối Cổng Dịch vụ công quốc gia với "
        "Cơ sở dữ liệu quốc gia về dân cư.\n",
        encoding="utf-8",
    )
    told = run("extract", "--explain", "--lang", "en", path).stdout
    assert "  + relation" not in told
    assert "  x relation “kết nối”: planned or ordered only (relation/connected_to)" in told
    assert "  x name “Yên Bái”: part of another name (register)" in told
