"""Charts stand where their figures are."""

from decimal import Decimal

import pytest

from cdsgraph.serving.pages.charts import Point, Series, chart


def points(*values: tuple[str, str]) -> list[Point]:
    return [Point(period, Decimal(value), value) for period, value in values]


def test_a_later_and_greater_figure_stands_further_right_and_higher() -> None:
    drawn = chart([Series("kinh tế số", points(("2025", "16.5"), ("2020", "12"), ("2022-06", "14.26")))], "vi")
    assert drawn is not None
    dots = drawn.lines[0].dots
    assert [dot.point.period for dot in dots] == ["2020", "2022-06", "2025"]
    assert dots[0].x < dots[1].x < dots[2].x
    assert dots[0].y > dots[1].y > dots[2].y
    assert all(drawn.left <= dot.x <= drawn.right and drawn.top <= dot.y <= drawn.bottom for dot in dots)


def test_the_axes_are_round_hold_every_figure_and_are_written_the_local_way() -> None:
    drawn = chart([Series("", points(("2023", "1500.5"), ("2024", "2233")))], "vi")
    assert drawn is not None
    assert [label for _, label in drawn.x_ticks] == ["2023", "2024"]
    assert drawn.y_ticks[-1][1] in {"2.500", "2.400"}
    assert drawn.y_ticks[0][0] == drawn.bottom


@pytest.mark.parametrize(
    "values",
    [
        [("2024", "5"), ("2024", "5")],
        [("2024", "0"), ("2025", "0")],
        [("2024", "-3.2"), ("2025", "4.8")],
        [("2024", "-5"), ("2025", "-5")],
        [("2020/2022", "95.51"), ("2025-Q1", "95.52")],
        [("1900", "0.000001"), ("2100", "1000000000000")],
    ],
)
def test_any_figures_can_be_drawn(values: list[tuple[str, str]]) -> None:
    drawn = chart([Series("", points(*values))], "en")
    assert drawn is not None
    assert all(drawn.top <= dot.y <= drawn.bottom for dot in drawn.lines[0].dots)
    assert 2 <= len(drawn.y_ticks) <= 8


def test_too_little_is_not_drawn() -> None:
    assert chart([], "vi") is None
    assert chart([Series("", points(("2024", "5"), ("lâu nay", "6")))], "vi") is None
