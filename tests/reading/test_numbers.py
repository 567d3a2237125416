"""Numbers printed and spelled."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdsgraph.errors import RulesError
from cdsgraph.files import Files
from cdsgraph.reading.numbers import NumberWords, scan, spelled
from cdsgraph.reading.quantity_words import QuantityWords

UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spell(number: int) -> str:
    """A number below a million million in Vietnamese words, as schools teach it."""
    for factor, word in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn")):
        if number >= factor:
            rest = number % factor
            return f"{spell(number // factor)} {word}" + (f" {spell(rest)}" if rest else "")
    if number >= 100:
        rest = number % 100
        tail = "" if not rest else f" linh {spell(rest)}" if rest < 10 else f" {spell(rest)}"
        return f"{UNITS[number // 100]} trăm{tail}"
    if number >= 10:
        tens, unit = divmod(number, 10)
        head = "mười" if tens == 1 else f"{UNITS[tens]} mươi"
        last = "" if not unit else " lăm" if unit == 5 else " mốt" if unit == 1 and tens > 1 else f" {UNITS[unit]}"
        return head + last
    return UNITS[number]


@given(number=st.integers(min_value=1, max_value=10**9 - 1))
def test_a_number_written_in_words_is_read_back(number: int, quantity_words: QuantityWords) -> None:
    assert spelled(spell(number).split(), quantity_words.numbers) == number


@given(number=st.integers(min_value=0, max_value=10**12))
def test_a_number_with_thousand_dots_is_read_back(number: int, quantity_words: QuantityWords) -> None:
    printed = f"{number:,}".replace(",", ".")
    assert [amount.value for amount in scan(f"có {printed} cái", quantity_words.numbers)] == [number]


@given(whole=st.integers(min_value=0, max_value=9999), fraction=st.integers(min_value=0, max_value=99))
def test_a_decimal_comma_is_read_back(whole: int, fraction: int, quantity_words: QuantityWords) -> None:
    amounts = scan(f"đạt {whole},{fraction:02}%", quantity_words.numbers)
    assert [(amount.value, amount.decimals) for amount in amounts] == [(Decimal(f"{whole}.{fraction:02}"), 2)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,2 tỉ", 1_200_000_000),
        ("35 nghìn tỷ", 35 * 10**12),
        ("571.000", 571_000),
        ("1,5 triệu", 1_500_000),
        ("2 triệu tỷ", 2 * 10**15),
    ],
)
def test_scale_words_multiply(words: str, value: int, quantity_words: QuantityWords) -> None:
    assert [amount.value for amount in scan(words, quantity_words.numbers)] == [value]


def test_a_scale_word_that_begins_another_word_does_not_multiply(quantity_words: QuantityWords) -> None:
    assert [int(amount.value) for amount in scan("cả 5 tỷ lệ đều tăng", quantity_words.numbers)] == [5]


@pytest.mark.parametrize("row", ["hai ba", "mươi", "trăm", "một trăm trăm", "nghìn triệu", "mười mười lăm hai"])
def test_words_that_spell_no_number_are_refused(row: str, quantity_words: QuantityWords) -> None:
    assert spelled(row.split(), quantity_words.numbers) is None


def test_a_factor_that_is_no_number_is_named(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(files.rules, folder)
    table = folder / "scale_words.csv"
    table.write_text("\ufeff" + table.read_text(encoding="utf-8").replace("1000000,", "triệu,"), encoding="utf-8")
    with pytest.raises(RulesError, match="'triệu' is no whole number"):
        NumberWords.load(folder)
