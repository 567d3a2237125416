"""Figures in tables: the same from every format, with what rows, heads, sections and titles say of them."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

import docx
import openpyxl
import pytest

from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import loaders
from cdsgraph.reading.corpus import document_paths
from cdsgraph.reading.document import CellPart
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Quantity, Reading, record
from cdsgraph.reading.metadata import Records
from cdsgraph.reading.tables import rows
from cdsgraph.register import load as load_register
from tests.reading.conftest import MakeDocument
from tests.reading.tabulated import RENDER, Table

REPORT = Table(
    above=("Biểu 1. Kết quả thực hiện một số chỉ tiêu chuyển đổi số",),
    rows=(
        ("STT", "Chỉ tiêu", "ĐVT", "Năm 2024", "Năm 2025", "", "", "Mục tiêu đến 2030", "Ghi chú"),
        ("", "", "", "", "Kế hoạch", "Thực hiện 6 tháng", "So với cùng kỳ (%)", "", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"),
        ("I", "Kinh tế số", "", "", "", "", "", "", ""),
        ("1", "Tỷ lệ doanh nghiệp dùng hợp đồng điện tử", "%", "16,5", "20", "18,72", "+2,1", "≥ 30", ""),
        ("2", "Doanh thu bán lẻ trực tuyến", "Tỷ đồng", "1.250,5", "1.500", "802", "-3,5", "~ 3.000", "sàn lớn"),
        ("II", "Chính phủ số", "", "", "", "", "", "", ""),
        ("3", "Hồ sơ trực tuyến toàn trình", "hồ sơ", "1.234.567", "-", "700.000", "12,4", "…", ""),
        ("", "- Cấp tỉnh", "hồ sơ", "34.567", "-", "10.000", "2,5", "…", ""),
    ),
    heads=2,
    merged=((0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 2, 1), (0, 3, 2, 1), (0, 4, 1, 3), (0, 7, 2, 1), (0, 8, 2, 1)),
)  # fmt: skip
SHARE, SALES, FILES_ = (
    "tỷ lệ doanh nghiệp dùng hợp đồng điện tử",
    "doanh thu bán lẻ trực tuyến",
    "số hồ sơ trực tuyến toàn trình",
)
REPORTED = {
    ("16,5", "16.5", "%", "observed", "2024", SHARE),
    ("20", "20", "%", "plan", "2025", SHARE),
    ("18,72", "18.72", "%", "observed", "2025-H1", SHARE),
    ("+2,1", "2.1", "%", "change", "2025-H1", SHARE),
    ("≥ 30", "30", "%", "target", "2030", SHARE),
    ("1.250,5", "1250500000000", "VND", "observed", "2024", SALES),
    ("1.500", "1500000000000", "VND", "plan", "2025", SALES),
    ("802", "802000000000", "VND", "observed", "2025-H1", SALES),
    ("-3,5", "3.5", "%", "change", "2025-H1", SALES),
    ("~ 3.000", "3000000000000", "VND", "target", "2030", SALES),
    ("1.234.567", "1234567", "hồ sơ", "observed", "2024", FILES_),
    ("700.000", "700000", "hồ sơ", "observed", "2025-H1", FILES_),
    ("12,4", "12.4", "%", "change", "2025-H1", FILES_),
    ("34.567", "34567", "hồ sơ", "observed", "2024", f"{FILES_} cấp tỉnh"),
    ("10.000", "10000", "hồ sơ", "observed", "2025-H1", f"{FILES_} cấp tỉnh"),
    ("2,5", "2.5", "%", "change", "2025-H1", f"{FILES_} cấp tỉnh"),
}  # fmt: skip

PROVINCES = Table(
    above=("Bảng 2. Thuê bao băng rộng theo địa phương", "Đơn vị tính: nghìn thuê bao"),
    rows=(
        ("Tỉnh/thành phố", "Số thuê bao", "", "Tỷ lệ hộ có cáp quang (%)"),
        ("", "2023", "2024", ""),
        ("Hà Nội", "8.500", "9.100,5", "88"),
        ("Nghệ An", "2.100", "2.050", "75,4"),
        ("Cả nước", "85.000", "88.000", "82"),
    ),
    heads=2,
    merged=((0, 0, 2, 1), (0, 1, 1, 2), (0, 3, 2, 1)),
)

ANNEX = Table(
    above=("Danh mục các mục tiêu cụ thể",),
    rows=(
        ("TT", "Nội dung", "Đơn vị", "Năm 2026", "Năm 2030", "Cơ quan chủ trì"),
        ("1", "Xếp hạng chính phủ số", "Thứ bậc", "≤ 60", "≤ 50 thế giới", "Bộ Khoa học và Công nghệ"),
        ("2", "Chi cho dữ liệu mở", "% GDP", "1,2", "2", "Bộ Tài chính"),
        ("3", "Trạm phát sóng 5G trên 100 Mbps", "trạm", "40 - 50", ">= 70", "Bộ Khoa học và Công nghệ"),
    ),
)


@pytest.fixture(scope="module")
def reader(files: Files) -> Reader:
    return Reader(load_register(files), files.rules)


@pytest.fixture
def reading_of(reader: Reader, records: Records, tmp_path: Path) -> Callable[[Table, str], Reading]:
    def read(table: Table, suffix: str) -> Reading:
        path = tmp_path / f"bang{suffix}"
        RENDER[suffix](table, path)
        return reader.read(loaders.load(path, records))

    return read


def figures(reading: Reading) -> list[Quantity]:
    return [fact for fact in reading.facts if isinstance(fact, Quantity)]


def told(reading: Reading) -> set[tuple[str | None, ...]]:
    text = reading.document.text
    return {
        (q.span.of(text), f"{q.value:f}", q.unit, q.role, q.period, q.indicator) for q in figures(reading)
    }  # fmt: skip


def reasons(reading: Reading) -> dict[str, str | None]:
    return {number.span.of(reading.document.text): number.reason for number in reading.numbers}


@pytest.mark.parametrize("suffix", RENDER)
def test_a_report_gives_the_same_figures_in_every_format(
    suffix: str, reading_of: Callable[[Table, str], Reading]
) -> None:
    reading = reading_of(REPORT, suffix)
    assert told(reading) == REPORTED
    changes = {q.span.of(reading.document.text): (q.direction, q.base_period) for q in figures(reading) if q.direction}
    assert changes == {
        "+2,1": ("up", "2024-H1"), "-3,5": ("down", "2024-H1"), "12,4": ("up", "2024-H1"), "2,5": ("up", "2024-H1"),
    }  # fmt: skip
    known = reasons(reading)
    assert (known["1"], known["3"]) == ("table number" if known["1"] != "ordinal" else "ordinal", "ordinal")
    assert None not in known.values()


@pytest.mark.parametrize("table", [REPORT, PROVINCES, ANNEX], ids=("report", "provinces", "annex"))
def test_records_agree_apart_from_offsets(table: Table, reading_of: Callable[[Table, str], Reading]) -> None:
    def records_of(suffix: str) -> list[str]:
        reading = reading_of(table, suffix)
        place = ("doc", "start", "end", "sentence")
        shown = [{k: v for k, v in record(q, reading.document).items() if k not in place} for q in figures(reading)]
        return sorted(map(repr, shown))

    wanted = records_of(".docx")
    assert len(wanted) >= 6
    for suffix in RENDER:
        assert records_of(suffix) == wanted, suffix


def test_rows_of_places_take_the_indicator_from_the_heads(reading_of: Callable[[Table, str], Reading]) -> None:
    reading = reading_of(PROVINCES, ".txt")
    said = {(q.span.of(reading.document.text), q.subject, q.unit, q.period, q.indicator) for q in figures(reading)}
    assert ("9.100,5", "Thành phố Hà Nội", "thuê bao", "2024", "số thuê bao") in said
    assert ("75,4", "Tỉnh Nghệ An", "%", None, "tỷ lệ hộ có cáp quang") in said
    assert ("88.000", None, "thuê bao", "2024", "số thuê bao") in said
    assert len(said) == 9


def test_an_annex_of_targets(reading_of: Callable[[Table, str], Reading]) -> None:
    reading = reading_of(ANNEX, ".md")
    said = {
        (q.span.of(reading.document.text), q.qualifier, q.unit, q.role, q.period, q.indicator) for q in figures(reading)
    }
    assert said == {
        ("≤ 60", "under", "rank", "target", "2026", "xếp hạng chính phủ số"),
        ("≤ 50 thế giới", "under", "rank", "target", "2030", "xếp hạng chính phủ số thế giới"),
        ("1,2", "exact", "%", "target", "2026", "tỷ lệ chi cho dữ liệu mở trên GDP"),
        ("2", "exact", "%", "target", "2030", "tỷ lệ chi cho dữ liệu mở trên GDP"),
        ("40 - 50", "exact", "trạm", "target", "2026", "số trạm phát sóng 5G trên 100 Mbps"),
        (">= 70", "at_least", "trạm", "target", "2030", "số trạm phát sóng 5G trên 100 Mbps"),
    }
    assert reasons(reading)["100"] == "part of a name"


def test_cells_know_their_heads_sections_and_unit(reading_of: Callable[[Table, str], Reading]) -> None:
    document = reading_of(REPORT, ".docx").document
    block = next(block for block in document.blocks if block.span.of(document.text) == "802")
    cell = block.cell
    assert cell is not None
    assert [span.of(document.text) for span in cell.column_heads] == ["Năm 2025", "Thực hiện 6 tháng"]
    assert [span.of(document.text) for span in cell.row_heads] == ["Doanh thu bán lẻ trực tuyến"]
    assert [span.of(document.text) for span in cell.sections] == ["Kinh tế số"]
    assert cell.unit is not None
    assert cell.unit.of(document.text) == "Tỷ đồng"
    assert [span.of(document.text) for span in cell.captions] == [*REPORT.above]
    assert (cell.row, cell.column, cell.part) == (5, 5, CellPart.VALUE)


def test_rows_carry_the_words_of_their_heads(reading_of: Callable[[Table, str], Reading]) -> None:
    document = reading_of(ANNEX, ".html").document
    first = next(rows(document))
    shown = [(cell.head, cell.span.of(document.text)) for cell in first.cells]
    assert shown[1] == ("Nội dung", "Xếp hạng chính phủ số")
    assert shown[-1] == ("Cơ quan chủ trì", "Bộ Khoa học và Công nghệ")
    assert first.cells[-1].part is CellPart.AGENCY


def test_strokes_make_a_table_and_years_may_lead_its_rows(reader: Reader, make_document: MakeDocument) -> None:
    text = "Bảng 3. Giao dịch\n\n"
    text += "Năm | Số giao dịch (triệu) | Tỷ lệ trực tuyến (%)\n2023 | 150 | 45,2\nQuý I/2024 | 51 | 47\n"
    assert told(reader.read(make_document(text))) == {
        ("150", "150000000", "giao dịch", "observed", "2023", "số giao dịch"),
        ("45,2", "45.2", "%", "observed", "2023", "tỷ lệ trực tuyến"),
        ("51", "51000000", "giao dịch", "observed", "2024-Q1", "số giao dịch"),
        ("47", "47", "%", "observed", "2024-Q1", "tỷ lệ trực tuyến"),
    }


def test_lines_with_strokes_or_tabs_are_no_tables_by_themselves(make_document: MakeDocument) -> None:
    document = make_document(
        "Trang chủ | Tin tức\n\nThứ hai, 12/06/2023 | 16:50\n\nMột đoạn\tcó dấu cách bảng.\nVà dòng sau.\n"
    )
    assert not any(block.cell for block in document.blocks)


def test_tasks_in_a_table_are_read_as_sentences(reader: Reader, make_document: MakeDocument) -> None:
    text = (
        "TT\tNhiệm vụ\tCơ quan chủ trì\tThời hạn\n"
        "1\tĐưa 100% hồ sơ lên cổng dịch vụ công.\tVăn phòng Chính phủ\t6/2026\n"
        "2\tXây dựng Đề án dữ liệu mở\tBộ Công an\tQuý II/2026\n"
    )
    reading = reader.read(make_document(text, date="2025-01-10"))
    assert [(f"{q.value}", q.rule.startswith("quantity: table")) for q in figures(reading)] == [("100", False)]
    assert reasons(reading) | {"1": "ordinal", "6/2026": "period", "Quý II/2026": "period"} == reasons(reading)


def test_parts_scores_and_places_of_bodies(reader: Reader, make_document: MakeDocument) -> None:
    text = (
        "Bảng 1: Hạ tầng viễn thông đến 31/12/2024\n\nĐịa phương\tSố trạm BTS\tTrong đó\t\n\t\t4G\t5G\n"
        "Hà Nội\t12.000\t9.000\t1.500\nĐà Nẵng\t2.500\t2.000\t300\n\n"
        "Bảng 2. Kết quả đánh giá chuyển đổi số năm 2024\n\nTT\tĐơn vị\tĐiểm\tXếp hạng\n"
        "1\tSở Y tế\t70,15\t3\n2\tSở Tài chính\t88,5\t1\n"
    )
    said = {
        (q.subject, q.indicator, f"{q.value:f}", q.unit, q.period) for q in figures(reader.read(make_document(text)))
    }
    assert said >= {
        ("Thành phố Hà Nội", "số trạm BTS", "12000", "trạm BTS", "2024-12-31"),
        ("Thành phố Hà Nội", "số trạm BTS 4G", "9000", "trạm BTS", "2024-12-31"),
        ("Thành phố Đà Nẵng", "số trạm BTS 5G", "300", "trạm BTS", "2024-12-31"),
        ("Sở Y tế", "xếp hạng kết quả đánh giá chuyển đổi số", "3", "rank", "2024"),
    }
    assert ("Sở Tài chính", "88.5", "index") in {(who, value, unit) for who, _, value, unit, _ in said}


def test_names_and_figures_without_a_head(reader: Reader, make_document: MakeDocument) -> None:
    text = "Các con số chính\n\nDân số trưởng thành\t76,5 triệu người\nTỷ lệ dùng mạng\t84%\nSố trạm 5G\t1,234.56\n"
    reading = reader.read(make_document(text))
    assert {(f"{q.value}", q.unit, q.indicator) for q in figures(reading)} == {
        ("76500000", "người", "dân số trưởng thành"),
        ("84", "%", "tỷ lệ dùng mạng"),
    }
    known = reasons(reading)
    assert [known[number] for number in ("1", "234", "56")] == [None] * 3


def test_lines_within_a_cell_are_one_name(reader: Reader, records: Records, tmp_path: Path) -> None:
    made = docx.Document()
    lines = (("Chỉ tiêu", "Năm\n2024 (%)"), ("Tỷ lệ hồ sơ trên\nsố dân", "12"), ("Tỷ lệ khác", "13"))
    table = made.add_table(rows=0, cols=2)
    for line in lines:
        for cell, shown in zip(table.add_row().cells, line, strict=True):
            first, *others = shown.split("\n")
            cell.text = first
            for other in others:
                cell.add_paragraph(other)
    made.save(str(tmp_path / "o.docx"))
    reading = reader.read(loaders.load(tmp_path / "o.docx", records))
    assert {(q.indicator, q.period) for q in figures(reading)} == {
        ("tỷ lệ hồ sơ trên số dân", "2024"), ("tỷ lệ khác", "2024"),
    }  # fmt: skip


def test_ragged_rows_lose_nothing(reader: Reader, make_document: MakeDocument) -> None:
    text = "TT\tChỉ tiêu\tĐVT\tNăm 2024\n1\tTỷ lệ A\t%\t12\t99\n2\tTỷ lệ B\n3\tTỷ lệ C\t%\t14\n4\t\t\t5\n"
    reading = reader.read(make_document(text))
    assert {(q.span.of(text), q.indicator) for q in figures(reading)} >= {("12", "tỷ lệ A"), ("14", "tỷ lệ C")}
    known = reasons(reading)
    assert all(number in known or number in ("12", "14", "5") for number in ("1", "2", "3", "4", "99"))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".txt"])
def test_thousands_of_rows_take_time_in_proportion(suffix: str, reading_of: Callable[[Table, str], Reading]) -> None:
    def seconds(count: int) -> float:
        body = tuple((str(n), f"Tỷ lệ xã thứ {n} có mạng", "%", "39,5", "41") for n in range(1, count + 1))
        table = Table(("Bảng 1. Mạng",), (("STT", "Chỉ tiêu", "ĐVT", "Năm 2024", "Năm 2025"), *body))
        started = perf_counter()
        assert len(figures(reading_of(table, suffix))) == 2 * count
        return perf_counter() - started

    seconds(20)
    assert seconds(5_000) < 25 * seconds(500)


def saved(path: Path, *sheets: tuple[str, list[list[object]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets:
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    made.save(path)
    return made


def test_a_workbook_is_printed_as_its_cells_show_it(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "so-lieu.xlsx"
    lines: list[list[object]] = [
        ["Chỉ tiêu", "Giá trị", "Ngày"],
        ["Tỷ lệ", 0.3951, date(2025, 6, 5)],
        ["Thu", 1234567.891, None],
    ]
    made = saved(path, ("Quý II", lines), ("Trống", []), ("Nháp", [["Ghi chú", "của tổ"]]))
    made["Quý II"]["B2"].number_format = "0.00%"
    made["Quý II"]["B3"].number_format = '#,##0.0 "đ"'
    made["Quý II"]["A5"] = 0.1 + 0.2
    made["Quý II"]["A6"] = 2025
    made["Nháp"].sheet_state = "hidden"
    made.save(path)
    assert loaders.load(path, records).text == (
        "Quý II\n\nChỉ tiêu\tGiá trị\tNgày\nTỷ lệ\t39,51%\t05/06/2025\nThu\t1.234.567,9\n0,3\n2025\n\n"
        "Nháp (ẩn)\n\nGhi chú\tcủa tổ\n"
    )


def test_a_table_goes_on_behind_an_empty_row(reader: Reader, records: Records, tmp_path: Path) -> None:
    path = tmp_path / "bang.xlsx"
    head: list[object] = ["TT", "Chỉ tiêu", "ĐVT", "Năm 2024", "Ghi chú"]
    saved(path, ("Sheet1", [head, [1, "Tỷ lệ A", "%", 12], [], ["II", "Xã hội số"], [2, "Tỷ lệ B", "%", 13]]))
    reading = reader.read(loaders.load(path, records))
    assert {(q.indicator, q.period) for q in figures(reading)} == {("tỷ lệ A", "2024"), ("tỷ lệ B", "2024")}
    *_, last = rows(reading.document)
    assert [span.of(reading.document.text) for span in last.sections] == ["Xã hội số"]


def stored_formula(path: Path) -> None:
    """A workbook with a formula beside its value, as Excel saves it."""
    saved(path, ("Trang", [["Chỉ tiêu", "Năm 2024"], ["Tỷ lệ A (%)", "=1+1"]]))
    made = path.with_suffix(".tmp")
    path.rename(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name)
                .replace(b"<v></v>", b"<v>2</v>")
                .replace(b"<v />", b"<v>2</v>")
                .replace(b"<v/>", b"<v>2</v>"),
            )


def test_a_formula_is_read_as_its_stored_value(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "cong-thuc.xlsx"
    stored_formula(path)
    assert "Tỷ lệ A (%)\t2" in loaders.load(path, records).text


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)


def half(path: Path) -> None:
    saved(path, ("A", [["Chữ", "số"]] * 50))
    path.write_bytes(path.read_bytes()[:2000])


def broken(path: Path) -> None:
    made = path.with_suffix(".tmp")
    saved(made.with_suffix(".xlsx"), ("A", [["Chữ", "số"]]))
    made.with_suffix(".xlsx").rename(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet" if "sheet1" in name else old.read(name))


def far_cells(path: Path) -> None:
    made = saved(path, ("A", [["Chữ"]]))
    made["A"]["XFD1048576"] = 1
    made.save(path)


BAD: dict[str, tuple[str, bytes | Callable[[Path], object], str]] = {
    "words as a workbook": ("a.xlsx", b"xin ch\xc3\xa0o", "not an Excel workbook"),
    "locked": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    "half a workbook": ("a.xlsx", half, "not an Excel workbook"),
    "broken sheet": ("a.xlsx", broken, "not an Excel workbook"),
    "bomb": ("a.xlsx", bomb, "unpack to 60 MB"),
    "cells far apart": ("a.xlsx", far_cells, "covers 1048576 × 16384 cells"),
    "empty sheets": ("a.xlsx", lambda path: saved(path, ("A", []), ("B", [])), "no text"),
    "formula never reckoned": ("a.xlsx", lambda path: saved(path, ("A", [["Chữ", "=1+1"]])), "formula in A!B1"),
    "empty file": ("a.csv", b"", "empty"),
    "only marks": ("a.csv", b";;;\n;;;\n", "no letters"),
    "workbook as csv": ("a.csv", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe\x00", "a binary file"),
    "open quotation": ("a.csv", 'Tên,Số\n"Tỷ lệ,1\n'.encode(), "quotation"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_table_is_refused_with_a_remedy(case: str, tmp_path: Path) -> None:
    name, content, message = BAD[case]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    with pytest.raises(DocumentError, match=message) as caught:
        loaders.read(path)
    assert caught.value.path == path
    assert caught.value.remedy


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_rows(delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    lines = [["Chỉ tiêu", "Năm 2024"], ["Tỷ lệ, làm tròn", "39.5"], ["Ghi\nchú", "1"]]
    path.write_text("\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8")
    assert loaders.read(path).text == "Chỉ tiêu\tNăm 2024\nTỷ lệ, làm tròn\t39.5\nGhi chú\t1\n"


def test_the_records_of_a_folder_are_no_document(tmp_path: Path) -> None:
    for name in ("sources.csv", "so-lieu.csv"):
        (tmp_path / name).write_text("slug,file\n", encoding="utf-8")
    assert [path.name for path in document_paths([tmp_path])] == ["so-lieu.csv"]
