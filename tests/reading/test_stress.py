"""The hard places of Vietnamese administrative prose (stress.toml), each read by the whole reader."""

from collections import Counter

import pytest

from cdsgraph.reading.extract import Reader
from cdsgraph.reading.layout import LayoutWords
from tests.reading.stress import Case, cases, differences

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=map(str, CASES))
def test_a_hard_place_is_read_as_a_clerk_would(case: Case, reader: Reader, layout_words: LayoutWords) -> None:
    found = differences(case, reader, layout_words)
    if case.known_gap is not None:
        assert found, f"read rightly by now: take known_gap from “{case}”"
    else:
        assert not found, "\n".join([str(case), *found])


def test_there_are_cases_of_everything() -> None:
    assert len(CASES) >= 160
    assert len({case.text for case in CASES}) == len(CASES)
    assert min(Counter(case.phenomenon for case in CASES).values()) >= 3


def test_a_case_says_what_differs(reader: Reader, layout_words: LayoutWords) -> None:
    wanted = ({"kind": "quantity", "value": 13, "unit": "xã"}, {"kind": "role", "person": "Lê An"})
    case = Case("ratios", "Huyện có 12 xã.", fact=wanted, none=("quantity",), numbers={"5": "date"})
    told = differences(case, reader, layout_words)
    assert [line.split(":")[0] for line in told] == ["missing", "missing", "not said", "number “5” is None, not 'date'"]
    assert "value 12, not 13" in told[0]
