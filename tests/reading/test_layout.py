"""Blocks and sentences: what is a heading, an item, furniture, and where sentences end."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdsgraph.reading.document import BlockKind, Document
from cdsgraph.reading.layout import outline

from .conftest import MakeDocument


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def sentences(document: Document) -> list[str]:
    return [sentence.span.of(document.text) for sentence in document.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PGS.TS. Nguyễn An đến TP. Huế. Ông phát biểu.", ["PGS.TS. Nguyễn An đến TP. Huế.", "Ông phát biểu."]),
        ("Có 74.422 tổ. Tăng 5,1%. Hết.", ["Có 74.422 tổ.", "Tăng 5,1%.", "Hết."]),
        ("Ông nói: “Phải làm.” Sau đó ông đi.", ["Ông nói: “Phải làm.”", "Sau đó ông đi."]),
        ("Thiếu, cần gì… Bộ sẽ sửa.", ["Thiếu, cần gì…", "Bộ sẽ sửa."]),
        ("Gồm dân cư, đất đai... và hộ tịch.", ["Gồm dân cư, đất đai... và hộ tịch."]),
        ("Làm A; làm B; làm C.", ["Làm A; làm B; làm C."]),
        ("1. Hoàn thiện thể chế. Đầu tư hạ tầng.", ["1. Hoàn thiện thể chế.", "Đầu tư hạ tầng."]),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str], make_document: MakeDocument) -> None:
    assert sentences(make_document(text)) == expected


def test_headings_items_captions_and_furniture(make_document: MakeDocument) -> None:
    text = """Chuyển đổi số vì người dân

Hoàng Linh 12/06/2023 16:50

Hội nghị bàn về hạ tầng và dữ liệu.

hoi-nghi_01.jpg
Toàn cảnh hội nghị

- Mở rộng hạ tầng.

Một là, đầu tư mạng lưới.

Các đại biểu tại hội nghị. Ảnh: VGP

Nguồn: Báo Mới

Bài liên quan
Tin cũ hơn về chuyển đổi số"""
    assert [kind for kind, _ in kinds(make_document(text))] == [
        "heading", "boilerplate", "paragraph", "boilerplate", "caption", "list_item", "list_item", "caption",
        "boilerplate", "boilerplate", "boilerplate",
    ]  # fmt: skip


def test_a_hard_line_break_does_not_end_a_block(make_document: MakeDocument) -> None:
    document = make_document("Tỷ trọng kinh tế số phải đạt tối\nthiểu 10% theo Quyết định số\n749/QĐ-TTg.")
    assert len(document.blocks) == len(document.sentences) == 1


def test_the_outline_gives_each_item_what_it_stands_under(make_document: MakeDocument) -> None:
    text = """II. MỤC TIÊU

1. Đến năm 2025:

a) Chính quyền số

- 80% hồ sơ được xử lý trực tuyến.

2. Đến năm 2030:

- 90% hồ sơ được xử lý trực tuyến."""
    document = make_document(text)
    above = outline(document)
    assert above[3] == ("II. MỤC TIÊU", "1. Đến năm 2025:", "a) Chính quyền số")
    assert above[5] == ("II. MỤC TIÊU", "2. Đến năm 2030:")
    assert document.blocks[3].heading == "a) Chính quyền số"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("aĂ1.!?…;:,)“”\"'-(\n\t IVđ%/"), max_size=80))
def test_blocks_and_sentences_cover_every_word_once_and_in_order(text: str, make_document: MakeDocument) -> None:
    document = make_document(text)
    for spans in ([block.span for block in document.blocks], [each.span for each in document.sentences]):
        covered = "".join(span.of(document.text) for span in spans)
        assert "".join(covered.split()) == "".join(document.text.split())
        assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(each.span in each.block.span for each in document.sentences)
    assert not any(block.kind is BlockKind.TABLE_CELL for block in document.blocks)


def test_a_line_that_ends_in_a_label_goes_on_with_its_number(make_document: MakeDocument) -> None:
    assert [words for _, words in kinds(make_document("Theo Quyết định số\n749 đã ban hành."))] == [
        "Theo Quyết định số\n749 đã ban hành."
    ]
    lines = ["Tình hình doanh nghiệp", "20 doanh nghiệp đã tham gia."]
    assert [words for _, words in kinds(make_document("\n".join(lines)))] == lines


def test_a_paragraph_that_begins_like_furniture_is_read(make_document: MakeDocument) -> None:
    text = "Kết quả trong năm\nTỉnh đã hoàn thành kế hoạch.\nNổi bật là 95% hồ sơ được số hóa.\nĐọc thêm\nTin khác"
    assert [kind for kind, _ in kinds(make_document(text))] == [
        "heading", "paragraph", "paragraph", "boilerplate", "boilerplate",
    ]  # fmt: skip


def test_a_long_row_of_stops_is_read_in_time(make_document: MakeDocument) -> None:
    assert len(sentences(make_document("Mục lục" + "." * 100_000 + "1"))) == 1
