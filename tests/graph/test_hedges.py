"""One table tells how far "khoảng" and "hơn" reach, for all that sets numbers against each other."""

from decimal import Decimal
from pathlib import Path

import pytest

from cdsgraph.errors import RulesError
from cdsgraph.files import Files
from cdsgraph.graph import hedges

HEAD = "use,qualifier,below,above,reason\n"
ROWS = "arithmetic,approx,5,5,x\narithmetic,over,0,10,x\narithmetic,at-least,0,10,x\narithmetic,under,10,0,x\n"


@pytest.mark.parametrize("use", ["arithmetic", "comparison", "target"])
def test_each_use_knows_each_qualifier(use: hedges.Use, files: Files) -> None:
    widths = hedges.load(files.rules, use)
    assert all(widths.reach(qualifier) for qualifier in ("approx", "over", "at-least", "under"))
    assert widths.reach("exact") is None


def test_measurements_are_held_against_each_other_alike_and_targets_more_widely(files: Files) -> None:
    arithmetic, comparison, target = (hedges.load(files.rules, use) for use in ("arithmetic", "comparison", "target"))
    for qualifier in ("approx", "over"):
        assert arithmetic.reach(qualifier) == comparison.reach(qualifier)
    assert comparison.reach("approx") == hedges.Reach(Decimal("0.05"), Decimal("0.05"))
    assert target.reach("approx") == hedges.Reach(Decimal("0.1"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS.replace("5,5", "5,five"), "no whole number"),
        (ROWS.replace("arithmetic,under,10,0,x\n", ""), "no width of under"),
        (ROWS.replace("over,0,10", "over,0,any"), "no limit in arithmetic"),
    ],
    ids=["words for a number", "a qualifier left out", "no limit where a sum is reckoned"],
)
def test_a_malformed_table_is_told(rows: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "hedge_widths.csv").write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        hedges.load(tmp_path, "arithmetic")
