"""What holds for every text: spans quote it, what is written out is read back, hostile words do not stall."""

import time
import unicodedata
from calendar import monthrange
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdsgraph.files import Files
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import LegalReference, Quantity, Reading, number_record, record
from cdsgraph.register import load as load_register
from tests.reading.conftest import MakeDocument

SENTENCES = (
    "Ngày 12/6/2023, Bộ Công an có 12 đơn vị tham gia.",
    "Thủ tướng Phạm Minh Chính giao Bộ Y tế hoàn thành trước ngày 30/6/2025.",
    "Đến năm 2030, tỷ trọng kinh tế số đạt tối thiểu 30% GDP theo Quyết định số 411/QĐ-TTg ngày 31/3/2022.",
    "Trong đó: VNPT: 25 trạm, Viettel: 33 trạm (tăng 3, 4 lần).",
    "a) Cơ sở dữ liệu quốc gia về dân cư đã kết nối 63/63 địa phương;",
    "- Năm 2025: từ 16 - 18%/năm, gần 106 triệu/108 triệu thuê bao",
    "I. MỤC TIÊU",
    "Nền tảng chia sẻ, tích hợp dữ liệu quốc gia (NDXP) có 3,4 tỷ giao dịch.",
)
NOISE = st.text(max_size=40)
PIECES = st.lists(st.one_of(st.sampled_from(SENTENCES), NOISE), min_size=1, max_size=12)
BREAKS = st.sampled_from(("\n", "\n\n", " ", "\t", "\r\n", "\u00a0", ""))
SLOWLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def reader(files: Files) -> Reader:
    return Reader(load_register(files), files.rules)


def quotes_itself(reading: Reading) -> None:
    text = reading.document.text
    for told in (
        *(record(fact, reading.document) for fact in reading.facts),
        *(number_record(number, reading.document) for number in reading.numbers),
    ):
        assert 0 <= told["start"] < told["end"] <= len(text)
        assert text[told["start"] : told["end"]] == told["quote"]
        assert text[told["start"]] not in " \n\t"


@SLOWLY
@given(pieces=PIECES, between=BREAKS)
def test_every_span_quotes_the_text(
    pieces: list[str], between: str, reader: Reader, make_document: MakeDocument
) -> None:
    quotes_itself(reader.read(make_document(between.join(pieces), "2025-07-11")))


@SLOWLY
@given(pieces=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8))
def test_accents_apart_change_nothing(pieces: list[str], reader: Reader, make_document: MakeDocument) -> None:
    text = "\n".join(pieces)
    one, other = (reader.read(make_document(each)) for each in (text, unicodedata.normalize("NFD", text)))
    assert one.facts == other.facts
    assert one.numbers == other.numbers


@SLOWLY
@given(number=st.integers(min_value=2, max_value=10**9), year=st.integers(min_value=2015, max_value=2035))
def test_a_figure_written_out_is_read_back(number: int, year: int, reader: Reader, make_document: MakeDocument) -> None:
    printed = f"{number:,}".replace(",", ".")
    reading = reader.read(make_document(f"Trong năm {year}, cả nước có {printed} doanh nghiệp số."))
    (figure,) = (fact for fact in reading.facts if isinstance(fact, Quantity))
    assert (figure.value, figure.period) == (Decimal(number), str(year))


@SLOWLY
@given(
    whole=st.integers(min_value=0, max_value=99),
    part=st.integers(min_value=1, max_value=99),
    quarter=st.integers(min_value=1, max_value=4),
)
def test_a_share_written_out_is_read_back(
    whole: int, part: int, quarter: int, reader: Reader, make_document: MakeDocument
) -> None:
    words = f"Quý {'I' * quarter if quarter < 4 else 'IV'}/2024, tỷ trọng kinh tế số trên GDP đạt {whole},{part:02}%."
    reading = reader.read(make_document(words))
    (figure,) = (fact for fact in reading.facts if isinstance(fact, Quantity))
    assert figure.value == Decimal(whole) + Decimal(part) / 100
    assert (figure.unit, figure.period) == ("%", f"2024-Q{quarter}")


@SLOWLY
@given(
    number=st.integers(min_value=1, max_value=3000),
    year=st.integers(min_value=1990, max_value=2035),
    month=st.integers(min_value=1, max_value=12),
    data=st.data(),
    form=st.sampled_from(
        ("ngày {d} tháng {m} năm {y}", "ngày {d:02}/{m:02}/{y}", "ngày {d}/{m}/{y}", "ngày {d}-{m}-{y}")
    ),
)
def test_a_citation_written_out_is_read_back(
    number: int, year: int, month: int, data: st.DataObject, form: str, reader: Reader, make_document: MakeDocument
) -> None:
    day = data.draw(st.integers(min_value=1, max_value=monthrange(year, month)[1]))
    when = form.format(d=day, m=month, y=year)
    reading = reader.read(make_document(f"Căn cứ Quyết định số {number}/QĐ-UBND {when} của UBND tỉnh Bắc Ninh."))
    (cited,) = (fact for fact in reading.facts if isinstance(fact, LegalReference))
    assert (cited.number, str(cited.date)) == (f"{number}/QĐ-UBND", f"{year}-{month:02}-{day:02}")


HOSTILE = {
    "one line of sentences": "Bộ Công an có 12 đơn vị, đạt 18,72% vào năm 2025. " * 2000,
    "no stop": "Bộ Công an có mười hai đơn vị, đạt 18% vào năm 2025, " * 2000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "nested names": "(Bộ " * 25_000,
    "quotation marks": "“" * 100_000,
    "digits": "1" * 100_000,
    "numbers": "1.234,5 " * 12_500,
    "strokes": "1/2/" * 25_000,
    "acts": "Quyết định số 749/QĐ-TTg " * 4000,
    "bodies": "Bộ Y tế, " * 11_000,
    "capitals": "Ủy Ban " * 14_000,
    "control characters": "Bộ\x01\x02\x7f\u200b\u202e Công\ufffe an 12% " * 4000,
    "empty lines": "\n" * 100_000 + "Bộ Công an",
    "dashes": "- " * 50_000,
    "accents": "a" + "\u0301" * 100_000,
    "blanks": "a" + " " * 100_000 + "b",
    "periods": "tháng 6 năm " * 8000,
    "of of": "của Bộ " * 14_000,
    "headings": "Mục tiêu:\n" * 10_000,
    "percentages": "12%\n" * 25_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_neither_break_nor_stall(name: str, reader: Reader, make_document: MakeDocument) -> None:
    began = time.process_time()
    reading = reader.read(make_document(HOSTILE[name]))
    # A hundred thousand letters take a second at the slowest on one core; what grows with their square takes minutes.
    assert time.process_time() - began < 20
    quotes_itself(reading)
