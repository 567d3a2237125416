"""Dates and periods in running text."""

import pytest

from cdsgraph.reading.periods import Anchor, find, shifted
from cdsgraph.reading.quantity_words import QuantityWords

HERE = Anchor(2025, 7, 11)


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("ngày 22 tháng 12 năm 2024", "2024-12-22"),
        ("ngày 3 tháng Tư năm 2025", "2025-04-03"),
        ("ngày 05/6/2023", "2023-06-05"),
        ("ngày 11/7", "2025-07-11"),
        ("tháng 6/2025", "2025-06"),
        ("tháng 6", "2025-06"),
        ("tháng 7 - 9", "2025-07/2025-09"),
        ("T4/2025", "2025-04"),
        ("quý II/2024", "2024-Q2"),
        ("Quý II năm 2023", "2023-Q2"),
        ("Q1/2024", "2024-Q1"),
        ("quý I", "2025-Q1"),
        ("6 tháng cuối năm 2023", "2023-H2"),
        ("sáu tháng đầu năm", "2025-H1"),
        ("bốn tháng đầu năm", "2025-01/2025-04"),
        ("quý I năm tới", "2026-Q1"),
        ("9 tháng đầu năm 2024", "2024-01/2024-09"),
        ("nửa đầu năm 2024", "2024-H1"),
        ("giai đoạn 2021 – 2025", "2021/2025"),
        ("từ 2020- 2022", "2020/2022"),
        ("từ năm 2018 đến nay", "2018/2025"),
        ("năm 2022 và 2023", "2022/2023"),
        ("năm 2030", "2030"),
        ("năm nay", "2025"),
        ("năm ngoái", "2024"),
        ("Hiện nay", "2025-07"),
        ("2023-10", "2023-10"),
    ],
)
def test_a_mention_is_read_as_a_period(words: str, period: str, quantity_words: QuantityWords) -> None:
    found = find(words, quantity_words.times, HERE)
    assert [(mention.period, mention.span.of(words)) for mention in found] == [(period, words)]


@pytest.mark.parametrize(
    "words", ["thực hiện", "hiện đại hóa", "39,51%", "2.233/2.853", "tháng 13", "31/02/2023", "52/63 tỉnh", "24 tháng"]
)
def test_what_is_no_time_is_left_alone(words: str, quantity_words: QuantityWords) -> None:
    assert [mention.period for mention in find(words, quantity_words.times, HERE) if mention.period] == []


@pytest.mark.parametrize(
    ("words", "use"),
    [
        ("tính đến ngày 05/6/2023", "as_of"),
        ("đến hết năm 2025", "until"),
        ("so với năm 2022", "versus"),
        ("so với cùng kỳ năm trước", "versus"),
        ("kể từ năm 2021", "from"),
        ("trong năm 2024", "at"),
    ],
)
def test_the_words_before_a_period_tell_its_use(words: str, use: str, quantity_words: QuantityWords) -> None:
    assert [mention.use for mention in find(words, quantity_words.times, HERE)] == [use]


def test_without_a_date_of_the_text_nothing_is_guessed(quantity_words: QuantityWords) -> None:
    text = "Hiện nay, quý I và tháng 6 năm nay, ngày 11/7"
    assert {mention.period for mention in find(text, quantity_words.times, Anchor())} == {None}


def test_a_period_is_shifted_by_whole_years() -> None:
    assert shifted("2024-01/2024-09", -1) == "2023-01/2023-09"
    assert shifted("2024-02-29", -1) == "2023-02-28"
    assert shifted("2024-01-01/2024-02-29", -4) == "2020-01-01/2020-02-29"
