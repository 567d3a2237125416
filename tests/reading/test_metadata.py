"""Files to documents: loading, records of sources.csv, and what a text without a record tells of itself."""

import shutil
import unicodedata
from pathlib import Path

import pytest

from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.document import Metadata
from cdsgraph.reading.marked import Told
from cdsgraph.reading.metadata import Records


def infer(text: str, records: Records) -> Metadata:
    return metadata.infer("Báo cáo tháng 6.txt", text, records.dating, Told())


def test_every_source_text_has_its_record(files: Files, records: Records) -> None:
    paths = sorted(files.documents.glob("*.txt"))
    documents = [loaders.load(path, records) for path in paths]
    assert len({document.metadata.slug for document in documents}) == len(paths) == 5
    assert all(document.sha256 in records.by_sha256 and document.sentences for document in documents)


def test_the_same_text_in_another_folder_and_form_finds_its_record(
    files: Files, records: Records, tmp_path: Path
) -> None:
    source = sorted(files.documents.glob("*.txt"))[0]
    copy = tmp_path / "khac.txt"
    decomposed = unicodedata.normalize("NFD", source.read_text(encoding="utf-8")).replace("\n", "\r\n")
    copy.write_bytes(b"\xef\xbb\xbf" + decomposed.encode())
    assert loaders.load(copy, records).metadata == loaders.load(source, records).metadata
    assert loaders.load(copy, records).text == loaders.load(source, records).text


def test_a_record_of_the_same_name_does_not_speak_for_another_text(records: Records, tmp_path: Path) -> None:
    other = tmp_path / "000_f71912697a64e5b9.txt"
    other.write_text("Một văn bản khác hẳn.", encoding="utf-8")
    assert loaders.load(other, records).metadata.event_date is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"123 456 ... 789", "no letters"),
        (b"x\xff\xfe\x90\x81 \x8d\x8f\x9d", "UTF-8"),
        (b"abc\0def", "NUL"),
    ],
)
def test_an_unusable_file_is_refused_with_its_name(
    content: bytes, message: str, records: Records, tmp_path: Path
) -> None:
    path = tmp_path / "hong.txt"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        loaders.load(path, records)
    assert message in caught.value.message
    assert caught.value.path == path
    assert caught.value.remedy


def test_in_january_a_day_in_december_was_last_year(records: Records) -> None:
    told = Told(published="2026-01-02")
    found = metadata.infer("tin.html", "Chiều 28/12, Ủy ban họp tổng kết.", records.dating, told)
    assert (found.event_date, found.published, found.published_basis) == (
        "2025-12-28", "2026-01-02", "metadata of the file",
    )  # fmt: skip


def test_a_printed_date_goes_before_that_of_the_file(records: Records) -> None:
    text = "Số: 9/QĐ-TTg\nHà Nội, ngày 03 tháng 6 năm 2020\n\nQUYẾT ĐỊNH\n\nCăn cứ Luật Tổ chức Chính phủ;"
    found = metadata.infer("qd.html", text, records.dating, Told(published="2020-06-10"))
    assert (found.published, found.published_basis) == ("2020-06-03", "printed date line")


def test_a_suffix_no_loader_knows_is_refused(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "bang.xyz"
    path.write_text("chữ", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"\.xyz cannot be read"):
        loaders.load(path, records)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-07-11", "2025-02-30", "event_date '2025-02-30' is no date"),
        (",2023-10-27,", ",27/10/2023,", "not_before '27/10/2023' is no day"),
        ("press-report", "tin", "kind 'tin' is not known"),
        ("\n001,", "\n000,", "slug 000 is given twice"),
        ("001_9b89b85e25826bcb.txt", "khong-co.txt", "no file 'khong-co.txt'"),
        ("slug,file", "ten,file", "columns are"),
        (",yes\n", "\n", "14 cells"),
    ],
)
def test_a_bad_row_of_sources_is_named_with_its_line(
    old: str, new: str, message: str, files: Files, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    shutil.copytree(files.documents, folder)
    table = folder / "sources.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        metadata.read([folder], files.rules)
    assert message in caught.value.message
    assert caught.value.path == table
    assert caught.value.line


@pytest.mark.parametrize(
    ("text", "event", "published", "kind"),
    [
        ("Ngày 11/7/2025, Bộ họp tổng kết.", "2025-07-11", "2025-07", "press-report"),
        ("Ngày 11/7, Bộ họp. Quý I/2025, tỷ lệ đạt 18%, tăng 2%.", "2025-07-11", "2025-07", "press-report"),
        ("Chiều 28/12, Ủy ban họp. Năm 2023 đã cấp 5 thẻ. Yêu cầu làm xong trong năm 2024.",
         "2023-12-28", "2023-12", "press-report"),
        ("Tin tức\n\nLan Anh 12/06/2023 16:50\n\nHội nghị bàn về dữ liệu.", "2023-06-12", "2023-06-12", "press-report"),
        (" date 2023-10 Ngày 10-10, Thủ tướng dự lễ.", "2023-10-10", "2023-10", "press-report"),
        ("Số: 9/QĐ-TTg\nHà Nội, ngày 03 tháng 6 năm 2020\n\nQUYẾT ĐỊNH\n\nCăn cứ Luật Tổ chức Chính phủ;",
         "2020-06-03", "2020-06-03", "decision"),
        ("BÁO CÁO\nKết quả thực hiện\n\nBắc Ninh, ngày 25 tháng 6 năm 2024\n\nĐã cấp 5 thẻ.",
         "2024-06-25", "2024-06-25", "report"),
        ("Chuyển đổi số là một quá trình bền bỉ. Luật có hiệu lực từ ngày 01/7/2024.", None, None, "article"),
    ],
)  # fmt: skip
def test_a_text_without_a_record_tells_its_date_and_kind(
    text: str, event: str | None, published: str | None, kind: str, records: Records
) -> None:
    found = infer(text, records)
    assert (found.event_date, found.published, found.kind, found.slug) == (event, published, kind, "bao-cao-thang-6")


def test_the_project_s_own_texts_tell_the_dates_of_their_records(files: Files, records: Records) -> None:
    for path in sorted(files.documents.glob("*.txt")):
        document = loaders.load(path, records)
        found = infer(document.text, records)
        assert (found.event_date, found.published) == (document.metadata.event_date, document.metadata.published)
