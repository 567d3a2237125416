"""PDFs as they come: broken lines, tables without rules, heads of decisions, and those that cannot be read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from cdsgraph.errors import DocumentError
from cdsgraph.reading import loaders
from cdsgraph.reading.document import BlockKind, Document
from cdsgraph.reading.metadata import Records
from tests.reading import renderings

TARGET = "Đến năm 2030, tỷ trọng kinh tế số đạt tối thiểu 30% GDP theo Quyết định số 411/QĐ-TTg. "


def blank(size: float = 12) -> FPDF:
    made = renderings.sheet(FPDF())
    made.set_font("DejaVu", size=size)
    return made


def lines(made: FPDF, printed: list[str], left: float = 20, step: float = 7) -> None:
    for line in printed:
        made.set_x(left)
        made.cell(0, step, line, new_x="LMARGIN", new_y="NEXT")


def of_kind(document: Document, kind: BlockKind) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is kind]


def test_what_a_line_end_broke_is_joined(records: Records, tmp_path: Path) -> None:
    made = blank()
    printed = [
        "Thủ tướng Chính phủ ban hành Quyết định số 749/QĐ-",
        "TTg phê duyệt Chương trình Chuyển đổi số quốc gia trong",
        "giai đoạn 2021-",
        "2025 và định hướng đến năm 2030 với mục tiêu tối thiểu",
        "20% GDP.",
        "Các bộ tiếp tục thực hiện.",
    ]
    lines(made, printed)
    made.output(str(tmp_path / "a.pdf"))
    text = loaders.load(tmp_path / "a.pdf", records).text
    assert "số 749/QĐ-TTg phê duyệt" in text
    assert "mục tiêu tối thiểu 20% GDP.\n" in text
    assert "\nCác bộ tiếp tục" in text


def test_paragraphs_are_told_by_their_first_lines(records: Records, tmp_path: Path) -> None:
    made = blank()
    paragraphs = [TARGET * 3 + "Hết đoạn này.", "Bộ Công an chủ trì. " * 12, "- Mục thứ nhất của danh sách; " * 5]
    with made.text_columns(text_align="J", line_height=1.3) as column:
        for words in paragraphs:
            with column.paragraph(first_line_indent=10) as paragraph:
                paragraph.write(words.strip())
    made.output(str(tmp_path / "a.pdf"))
    document = loaders.load(tmp_path / "a.pdf", records)
    assert document.text.split("\n\n") == [*(words.strip() for words in paragraphs[:-1]), f"{paragraphs[-1].strip()}\n"]
    assert of_kind(document, BlockKind.LIST_ITEM) == [paragraphs[-1].strip()]


def test_columns_below_a_title_are_read_one_after_the_other(records: Records, tmp_path: Path) -> None:
    made = blank(18)
    made.multi_cell(0, 10, "Kinh tế số tăng trưởng", align="C", new_x="LMARGIN", new_y="NEXT")
    made.set_font("DejaVu", size=10)
    left, right = (" ".join(f"Câu {n} của cột {side} nói về dữ liệu." for n in range(30)) for side in ("trái", "phải"))
    top = made.get_y()
    made.multi_cell(85, 6, left, align="L", new_x="LMARGIN", new_y="NEXT")
    made.set_xy(110, top)
    made.multi_cell(85, 6, right, align="L", new_x="LMARGIN", new_y="NEXT")
    made.output(str(tmp_path / "a.pdf"))
    document = loaders.load(tmp_path / "a.pdf", records)
    assert document.text == f"Kinh tế số tăng trưởng\n\n{left}\n\n{right}\n"
    assert of_kind(document, BlockKind.HEADING) == ["Kinh tế số tăng trưởng"]


ROWS = [("Chỉ tiêu", "Đơn vị", "Năm 2025"), ("Kinh tế số", "%", "20"), ("Dịch vụ công", "hồ sơ", "1.500")]


def test_a_table_without_rules_is_one(records: Records, tmp_path: Path) -> None:
    renderings.pdf_table(ROWS, TARGET, tmp_path / "a.pdf", ruled=False)
    document = loaders.load(tmp_path / "a.pdf", records)
    assert of_kind(document, BlockKind.TABLE_CELL) == [cell for row in ROWS for cell in row]
    assert "Kinh tế số\t%\t20\n" in document.text


def test_a_cell_keeps_its_lines_and_a_merged_one_its_place(records: Records, tmp_path: Path) -> None:
    made = blank(10)
    with made.table(col_widths=(40, 60, 30), first_row_as_headings=False) as table:
        for cells in (("Nhóm", "Việc phải làm", "Năm"), ("A", "Xây dựng cơ sở dữ liệu quốc gia về dân cư", "2025")):
            row = table.row()
            for cell in cells:
                row.cell(cell)
        last = table.row()
        last.cell("Tổng cộng các việc", colspan=2)
        last.cell("2030")
    made.output(str(tmp_path / "a.pdf"))
    text = loaders.load(tmp_path / "a.pdf", records).text
    assert "A\tXây dựng cơ sở dữ liệu quốc gia về dân cư\t2025\n" in text
    assert "Tổng cộng các việc\t\t2030\n" in text


def test_the_two_heads_of_a_decision_stand_apart(records: Records, tmp_path: Path) -> None:
    made = blank(11)
    heads = (
        ("CHÍNH PHỦ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("-------", "Độc lập - Tự do - Hạnh phúc"),
        ("Số: 71/NQ-CP", "Hà Nội, ngày 01 tháng 4 năm 2025"),
    )
    for left, right in heads:
        made.cell(70, 6, left, align="C")
        made.cell(0, 6, right, align="C", new_x="LMARGIN", new_y="NEXT")
    made.ln(5)
    made.multi_cell(0, 6, "NGHỊ QUYẾT", align="C", new_x="LMARGIN", new_y="NEXT")
    made.multi_cell(0, 6, TARGET * 3, new_x="LMARGIN", new_y="NEXT")
    made.output(str(tmp_path / "a.pdf"))
    document = loaders.load(tmp_path / "a.pdf", records)
    assert (document.metadata.kind, document.metadata.published) == ("resolution", "2025-04-01")


def test_notes_in_small_print_do_not_cut_a_sentence(records: Records, tmp_path: Path) -> None:
    made = blank()
    made.set_auto_page_break(auto=False)
    made.set_y(200)
    words = TARGET * 12
    body = made.multi_cell(0, 7, words, dry_run=True, output="LINES")
    assert isinstance(body, list)
    lines(made, body[:6], left=made.l_margin)
    made.set_font("DejaVu", size=8)
    made.set_y(270)
    made.cell(0, 5, "1 Theo số liệu của Tổng cục Thống kê.")
    made.add_page()
    made.set_font("DejaVu", size=12)
    lines(made, body[6:], left=made.l_margin)
    made.output(str(tmp_path / "a.pdf"))
    text = loaders.load(tmp_path / "a.pdf", records).text
    assert text == f"{words.strip()}\n\n1 Theo số liệu của Tổng cục Thống kê.\n"


def test_title_and_author_come_from_the_file_and_its_date_does_not(records: Records, tmp_path: Path) -> None:
    for name, title in (("a.pdf", "Kinh tế số"), ("b.pdf", "Microsoft Word - Document1")):
        made = blank()
        made.set_title(title)
        made.set_author("Vụ Kinh tế số")
        lines(made, ["Kinh tế số", TARGET])
        made.output(str(tmp_path / name))
    first, second = (loaders.load(tmp_path / name, records).metadata for name in ("a.pdf", "b.pdf"))
    assert (first.title, first.author, first.published) == ("Kinh tế số", "Vụ Kinh tế số", None)
    assert second.title != "Microsoft Word - Document1"


def scanned(path: Path) -> None:
    made = blank()
    for _ in range(3):
        made.add_page()
        made.image(Image.new("L", (600, 800), 200), 0, 0, made.w, made.h)
        made.text(20, 20, "Người ký: Cổng Thông tin điện tử Chính phủ")
    made.output(str(path))


def locked(path: Path) -> None:
    made = blank()
    lines(made, [TARGET])
    made.set_encryption(owner_password="a", user_password="b")  # noqa: S106
    made.output(str(path))


def cut_off(path: Path) -> None:
    made = blank()
    lines(made, [TARGET])
    made.output(str(path))
    path.write_bytes(path.read_bytes()[:600])


def endless(path: Path) -> None:
    """A page tree that holds itself."""
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


@pytest.mark.parametrize(
    ("make", "told", "remedy"),
    [
        (scanned, "scanned", "OCR"),
        (locked, "password", "without a password"),
        (cut_off, "damaged", "print it to a new PDF"),
        (endless, "damaged|scanned", ""),
        (lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40), "damaged", "print it"),
        (lambda path: blank().output(str(path)), "without text", "OCR"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_named(
    make: Callable[[Path], None], told: str, remedy: str, tmp_path: Path
) -> None:
    path = tmp_path / "xấu.pdf"
    make(path)
    with pytest.raises(DocumentError, match=told) as caught:
        loaders.read(path)
    assert caught.value.path == path
    assert remedy in (caught.value.remedy or "")
