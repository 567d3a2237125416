"""Figures read from sentences of our own, one phenomenon each (cases/quantities.jsonl), and from whole acts."""

import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.quantities import extract
from cdsgraph.reading.facts import Entity, NumberSeen, Quantity, record
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.register import Register

from .conftest import MakeDocument

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "quantities.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def register(files: Files) -> Register:
    return registers.load(files)


@pytest.fixture(scope="module")
def nothing_known() -> Register:
    return Register(
        entries=(),
        acts=(),
        indicators=(),
        units=(),
        targets=(),
        measurements=(),
        changes=(),
        transfers=(),
        provinces=(),
    )


def read(
    document: Document, words: QuantityWords, register: Register, entities: tuple[Entity, ...] = ()
) -> tuple[tuple[Quantity, ...], tuple[NumberSeen, ...]]:
    found = extract(document, (), entities, register, words)
    return found.quantities, found.numbers


def entity(document: Document, words: str, **fields: Any) -> Entity:
    start = document.text.index(words)
    span = Span(start, start + len(words))
    return Entity(span=span, sentence=span, rule="test", **({"name": words} | fields))


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"][:40] for case in CASES])
def test_a_sentence_gives_its_figures_and_says_what_the_other_numbers_are(
    case: dict[str, Any], make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    document = make_document(case["sentence"], case.get("date"))
    figures, numbers = read(document, quantity_words, nothing_known)
    found = [record(figure, document) for figure in figures]
    assert len(found) == len(case["expect"]), [each["quote"] for each in found]
    for each, wanted in zip(found, case["expect"], strict=True):
        assert {key: each[key] for key in wanted} == wanted
    reasons = {seen.span.of(document.text): seen.reason for seen in numbers}
    for words, reason in case.get("reasons", {}).items():
        assert reasons.get(words) == reason, reasons


ACT = """QUYẾT ĐỊNH

II. MỤC TIÊU CƠ BẢN

1. Một số chỉ tiêu cơ bản đến năm 2025:

a) Phát triển chính quyền số

- 80% dịch vụ công được cung cấp trực tuyến;

- Kinh tế số chiếm 20% GDP;

2. Mục tiêu đến năm 2030:

- Hạ tầng cáp quang phủ 100% xã.

III. KINH PHÍ THỰC HIỆN

Tổng kinh phí khoảng 1.500 tỷ đồng.
"""


def test_headings_give_targets_their_deadline(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    figures, _ = read(make_document(ACT, "2020-06-03", "decision"), quantity_words, nothing_known)
    assert [(int(f.value), f.role, f.period) for f in figures] == [
        (80, "target", "2025"),
        (20, "target", "2025"),
        (100, "target", "2030"),
        (1500 * 10**9, "plan", None),
    ]


PLAN = """2. Mục tiêu cụ thể

2.1. Đến năm 2030

- Nông nghiệp

Hình thành ít nhất 20 mô hình sản xuất.

2.2. Tầm nhìn đến năm 2035

Quy mô kinh tế số đạt 40% GRDP.

III. LỘ TRÌNH THỰC HIỆN

Hỗ trợ 300 hợp tác xã.
"""


def test_numbered_headings_within_each_other_hold_for_a_text_without_a_date(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    figures, _ = read(make_document(PLAN), quantity_words, nothing_known)
    assert [(int(f.value), f.role, f.period) for f in figures] == [
        (20, "target", "2030"),
        (40, "target", "2035"),
        (300, "target", None),
    ]


def test_a_registered_indicator_gets_its_canonical_name(
    make_document: MakeDocument, quantity_words: QuantityWords, register: Register
) -> None:
    text = "Kinh tế số (KTS) phát triển. KTS chiếm 18% GDP."
    figures, _ = read(make_document(text), quantity_words, register)
    assert [figure.indicator for figure in figures] == ["tỷ trọng kinh tế số trên GDP"]


def test_subject_and_source_are_canonical_names(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    document = make_document("Theo Bộ Y, Nền tảng Z đã kết nối với 15 bộ, ngành.")
    entities = (
        entity(document, "Bộ Y", type="ministry", name="Bộ Yên Bình"),
        entity(document, "Nền tảng Z", type="platform", name="Nền tảng Zeta"),
    )
    figures, _ = read(document, quantity_words, nothing_known, entities)
    assert [(figure.subject, figure.source) for figure in figures] == [("Nền tảng Zeta", "Bộ Yên Bình")]


def test_explained_numbers_are_no_figures(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    document = make_document("Thực hiện Đề án 06 tại 63 tỉnh.")
    start = document.text.index("06")
    found = extract(document, [(Span(start, start + 2), "name")], (), nothing_known, quantity_words)
    assert [int(figure.value) for figure in found.quantities] == [63]
    assert NumberSeen(Span(start, start + 2), "name") in found.numbers


def test_set_phrases_hide_only_whole_words(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    document = make_document("Hỗ trợ 24/7. Đã có 24/78 xã và 124/7000 hộ. Hợp tác giữa hai nước.")
    figures, _ = read(document, quantity_words, nothing_known)
    assert [(int(figure.value), figure.of) for figure in figures] == [(24, Decimal(78)), (124, Decimal(7000))]


def test_a_sentence_of_many_figures_is_read_in_time(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    figures, _ = read(make_document("từ năm 2020 đạt 5% " * 2000), quantity_words, nothing_known)
    assert len(figures) == 2000


def test_numbers_of_furniture_are_no_figures(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    text = "Hoàng Linh 12/06/2023 16:50\n\nHội nghị diễn ra tốt đẹp.\n\nhoi-nghi_120623_03.jpg"
    figures, numbers = read(make_document(text), quantity_words, nothing_known)
    assert not figures
    assert {seen.reason for seen in numbers} == {"page furniture"}


def test_a_text_in_decomposed_letters_reads_the_same(
    make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    text = "Tỷ lệ hồ sơ trực tuyến đạt trên 80% vào năm 2030."
    composed = read(make_document(text, "2024"), quantity_words, nothing_known)[0]
    assert read(make_document(unicodedata.normalize("NFD", text), "2024"), quantity_words, nothing_known)[0] == composed


PRINTED = """15%|3, 4 lần|2.233/2.853|(|)|đạt|tỷ lệ|số|năm 2025|quý I|so với|cùng kỳ|bộ, ngành|,|; |. |- |a) |5G|≥|-|–
\\-|/|tăng|hơn|triệu|tỷ đồng|“|1.2.3.4|0|00/00/0000|31/02/2023|tháng 13|hai mươi|và|9999999999999999999999|\u00a0||"""
PIECES = st.sampled_from(re.split(r"(?s)\|", PRINTED))


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PIECES | st.text(max_size=5), max_size=30).map(" ".join))
def test_any_text_gives_evidence_that_stands_in_it(
    text: str, make_document: MakeDocument, quantity_words: QuantityWords, nothing_known: Register
) -> None:
    document = make_document(text)
    figures, numbers = read(document, quantity_words, nothing_known)
    for figure in figures:
        assert figure.span in figure.sentence
        assert figure.span.of(document.text) == record(figure, document)["quote"]
        assert figure.unit
    assert all(seen.span.of(document.text).strip() for seen in numbers)
    told = [*(figure.span for figure in figures), *(seen.span for seen in numbers)]
    for digits in re.finditer(r"\d+", document.text):
        assert any(Span(*digits.span()) in span for span in told)


@pytest.mark.parametrize(
    ("text", "digits", "reason"),
    [
        ("Hồ sơ kết nối theo HL7 FHIR.", "7", "name with digits"),
        ("Tệp anh_120623 kèm theo.", "120623", "name with digits"),
        ("Mã hồ sơ là .45 theo bảng.", "45", None),
        ("Mã 1234567890123456789012345 theo bảng.", "1234567890123456789012345", None),
    ],
)
def test_digits_that_no_rule_looks_at_are_told(
    text: str,
    digits: str,
    reason: str | None,
    make_document: MakeDocument,
    quantity_words: QuantityWords,
    nothing_known: Register,
) -> None:
    document = make_document(text)
    figures, numbers = read(document, quantity_words, nothing_known)
    assert figures == ()
    assert [(seen.span.of(document.text), seen.reason) for seen in numbers] == [(digits, reason)]
