"""Cutting a text where its evidence changes, and what is shown of a text that may only be quoted."""

from hypothesis import given
from hypothesis import strategies as st

from cdsgraph.reading.document import Block, BlockKind, Span
from cdsgraph.serving.pages.documents.marking import KINDS, NOT_UNDERSTOOD, Group, Marked, Piece, groups
from cdsgraph.serving.pages.documents.texts import Stretch, layout_of_quotations, quotations, whole_text_reason
from tests.service import ROOT


def mark(kind: str, start: int, end: int, name: str = "") -> Marked:
    name = name or f"{kind}-{start}-{end}"
    return Marked(kind, f"/doc/id/{name}", name, name, start, end)


def lines_of(text: str) -> list[Block]:
    """A paragraph for each line that is not blank."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Block(Span(at, at + len(line)), BlockKind.PARAGRAPH))
        at += len(line) + 1
    return found


def shown(text: str, marked: list[Marked]) -> list[list[Piece]]:
    """The pieces of each line of a text that is shown whole."""
    found = groups(lines_of(text), [Stretch(0, text)], marked, text)
    return [list(part.pieces) for group in found for part in group.parts]


def kinds(piece: Piece) -> list[str]:
    return [each.kind for each in piece.marks]


def test_nested_and_overlapping_marks_are_cut_and_the_narrowest_leads() -> None:
    found = shown("0123456789", [mark("office", 0, 8), mark("mention", 2, 5), mark("figure", 4, 10)])
    assert [(p.text, kinds(p)) for p in found[0]] == [
        ("01", ["office"]),
        ("23", ["office", "mention"]),
        ("4", ["office", "figure", "mention"]),
        ("567", ["office", "figure"]),
        ("89", ["figure"]),
    ]
    assert [p.href.rsplit("/", 1)[1] for p in found[0]][1:3] == ["mention-2-5", "mention-2-5"]
    assert [p.ids for p in found[0]] == [("office-0-8",), ("mention-2-5",), ("figure-4-10",), (), ()]
    assert [p.leads for p in found[0]] == [True, True, False, False, False]


def test_a_number_in_a_name_is_marked_and_leads_to_the_name() -> None:
    number = Marked(NOT_UNDERSTOOD, "", "number-2", "not understood", 2, 3)
    found = shown("ab7", [mark("mention", 0, 3), number])
    assert [(p.text, kinds(p)[-1], p.href) for p in found[0]] == [
        ("ab", "mention", "/doc/id/mention-0-3"),
        ("7", NOT_UNDERSTOOD, "/doc/id/mention-0-3"),
    ]


def test_a_fact_in_two_places_has_one_anchor() -> None:
    found = shown("ab ab", [mark("mention", 0, 2, "m"), mark("mention", 3, 5, "m")])
    assert [p.ids for p in found[0]] == [("m",), (), ()]


def test_a_mark_over_a_line_break_goes_on_in_the_next_paragraph() -> None:
    found = shown("ab\n\ncd", [mark("figure", 1, 5)])
    assert [[(p.text, kinds(p)) for p in line] for line in found] == [
        [("a", []), ("b", ["figure"])],
        [("c", ["figure"]), ("d", [])],
    ]


@given(
    st.text(st.sampled_from("aă \n"), max_size=40),
    st.lists(st.tuples(st.sampled_from([*KINDS, NOT_UNDERSTOOD]), st.integers(0, 45), st.integers(0, 45)), max_size=8),
)
def test_no_letter_is_lost_and_anchors_are_single(text: str, spans: list[tuple[str, int, int]]) -> None:
    found = shown(text, [mark(kind, start, end) for kind, start, end in spans if start < end])
    assert ["".join(p.text for p in line) for line in found] == [line for line in text.split("\n") if line.strip()]
    ids = [anchor for line in found for p in line for anchor in p.ids]
    assert len(ids) == len(set(ids))


def outlined(found: list[Group]) -> list[tuple[str, str]]:
    return [
        (group.kind, "".join(p.text or f"[{p.gap}]" for part in group.parts for p in part.pieces)) for group in found
    ]


def test_of_a_quoted_text_only_the_quotations_are_shown_with_the_gaps_between_them() -> None:
    text = "Một. Hai. Ba.\nBốn.\nNăm."
    quoted = quotations([Stretch(10, "Ba."), Stretch(0, "Một."), Stretch(19, "Năm.")])
    found = groups(lines_of(text), quoted, [mark("figure", 5, 8), mark("figure", 2, 12)], text)
    assert outlined(found) == [("paragraph", "Một.[4]Ba."), ("gap", "[4]"), ("paragraph", "Năm.")]
    assert "Hai" not in str(found)


def test_quotations_that_touch_are_one_and_those_far_apart_are_paragraphs() -> None:
    joined = quotations([Stretch(0, "abcd"), Stretch(2, "cdef"), Stretch(3, "d"), Stretch(7, "gh"), Stretch(20, "i")])
    assert joined == [Stretch(0, "abcdef"), Stretch(7, "gh"), Stretch(20, "i")]
    assert [block.span for block in layout_of_quotations(joined)] == [Span(0, 9), Span(20, 21)]
    assert outlined(groups(layout_of_quotations(joined), joined, [])) == [
        ("paragraph", "abcdef gh"),
        ("gap", "[11]"),
        ("paragraph", "i"),
    ]


def test_rights_decide_whether_a_text_is_whole() -> None:
    words = ROOT / "data" / "words"
    for statement in ("CC BY 4.0", "cc by 4.0; Báo X", "Public domain (Nhà nước)", "Official text"):
        reason = whole_text_reason([statement], words)
        assert reason is not None, statement
        assert reason["vi"] != reason["en"]
    for statements in (
        [], [""], ["third-party text, quotations allowed"], ["CC BY-NC 4.0"], ["CC BY 4.01"], ["not CC BY 4.0"],
        ["CC BY 4.0", "quotations only"],
    ):  # fmt: skip
        assert whole_text_reason(statements, words) is None, statements
    assert whole_text_reason(["CC BY 4.0"], ROOT / "no-such-folder") is None
