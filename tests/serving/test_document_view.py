"""Cutting a text where its evidence changes."""

from hypothesis import given
from hypothesis import strategies as st

from cdsgraph.serving.pages.document_view import KINDS, NOT_UNDERSTOOD, Marked, pieces


def mark(kind: str, start: int, end: int, name: str = "") -> Marked:
    name = name or f"{kind}-{start}-{end}"
    return Marked(kind, f"/doc/id/{name}", name, name, start, end)


def test_nested_and_overlapping_marks_are_cut_and_the_narrowest_leads() -> None:
    found = pieces("0123456789", [mark("office", 0, 8), mark("mention", 2, 5), mark("figure", 4, 10)])
    assert [(p.text, p.kind, p.depth) for p in found[0]] == [
        ("01", "office", 1),
        ("23", "mention", 2),
        ("4", "mention", 3),
        ("567", "figure", 2),
        ("89", "figure", 1),
    ]
    assert [p.ids for p in found[0]] == [("office-0-8",), ("mention-2-5",), ("figure-4-10",), (), ()]


def test_a_number_in_a_name_is_marked_and_leads_to_the_name() -> None:
    number = Marked(NOT_UNDERSTOOD, "", "number-2", "not understood", 2, 3)
    found = pieces("ab7", [mark("mention", 0, 3), number])
    assert [(p.text, p.kind, p.href) for p in found[0]] == [
        ("ab", "mention", "/doc/id/mention-0-3"),
        ("7", NOT_UNDERSTOOD, "/doc/id/mention-0-3"),
    ]


def test_a_fact_in_two_places_has_one_anchor() -> None:
    found = pieces("ab ab", [mark("mention", 0, 2, "m"), mark("mention", 3, 5, "m")])
    assert [p.ids for p in found[0]] == [("m",), (), ()]


def test_a_mark_over_a_line_break_goes_on_in_the_next_paragraph() -> None:
    found = pieces("ab\n\ncd", [mark("figure", 1, 5)])
    assert [[(p.text, p.kind) for p in line] for line in found] == [
        [("a", ""), ("b", "figure")],
        [("c", "figure"), ("d", "")],
    ]


@given(
    st.text(st.sampled_from("aă \n"), max_size=40),
    st.lists(st.tuples(st.sampled_from([*KINDS, NOT_UNDERSTOOD]), st.integers(0, 45), st.integers(0, 45)), max_size=8),
)
def test_no_letter_is_lost_and_every_mark_inside_has_its_anchor(text: str, spans: list[tuple[str, int, int]]) -> None:
    marked = [mark(kind, start, end) for kind, start, end in spans if start != end]
    found = pieces(text, marked)
    assert ["".join(p.text for p in line) for line in found] == [line for line in text.split("\n") if line.strip()]
    ids = [anchor for line in found for p in line for anchor in p.ids]
    assert len(ids) == len(set(ids))
