"""Markdown, web pages, Word files and PDFs give the facts of the plain text; bad ones are refused with a remedy."""

import csv
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

from cdsgraph.build import build
from cdsgraph.checking.validate import validate_version
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.graph.dataset import load_store
from cdsgraph.reading import loaders
from cdsgraph.reading.corpus import document_paths, read_documents
from cdsgraph.reading.document import BlockKind, Document
from cdsgraph.reading.facts import Reading, record
from cdsgraph.reading.layout import outline
from cdsgraph.reading.metadata import Records
from cdsgraph.register import load as load_register
from cdsgraph.text import squeeze
from tests.reading import renderings

RENDER: dict[str, Callable[[Document, Path], None]] = {
    ".md": renderings.markdown,
    ".html": renderings.page,
    ".docx": renderings.word,
    ".pdf": renderings.pdf,
    ".columns.pdf": renderings.pdf_in_columns,
}
WORDS = "Tỷ trọng kinh tế số trên GDP quý I/2025 đạt 18,72%. Cả nước có 34 tỉnh, thành phố. "
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def of_kind(document: Document, kind: BlockKind) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is kind]


def said(reading: Reading) -> Counter[str]:
    """What each fact says, places in the text given by the words that stand there."""
    text = reading.document.text

    def shown(fact: dict[str, Any]) -> str:
        fact["sentence"] = squeeze(text[slice(*fact["sentence"])])
        fact["mentions"] = [text[slice(*span)] for span in fact.get("mentions", ())]
        fact["items"] = [squeeze(text[slice(*span)]) for span in fact.get("items", ())]
        return repr(sorted((key, value) for key, value in fact.items() if key not in ("doc", "start", "end")))

    return Counter(shown(record(fact, reading.document)) for fact in reading.facts)


@pytest.fixture(scope="module")
def plain(files: Files) -> list[Reading]:
    return list(read_documents(document_paths([files.documents]), files, load_register(files)))


@pytest.mark.parametrize("suffix", RENDER)
def test_another_format_says_the_same(suffix: str, plain: list[Reading], files: Files, tmp_path: Path) -> None:
    with (files.documents / "sources.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["file"]: row for row in csv.DictReader(table)}
    with (tmp_path / "sources.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, list(next(iter(rows.values()))))
        writer.writeheader()
        for reading in plain:
            path = tmp_path / Path(reading.document.name).with_suffix(suffix)
            RENDER[suffix](reading.document, path)
            digest = sha256(loaders.read(path).text.encode()).hexdigest()
            writer.writerow(rows[reading.document.name] | {"file": path.name, "sha256": digest})
    rendered = list(read_documents(document_paths([tmp_path]), files, load_register(files)))
    wanted, found = Counter[str](), Counter[str]()
    for old, new in zip(plain, rendered, strict=True):
        assert new.document.metadata == old.document.metadata
        assert unicodedata.is_normalized("NFC", new.document.text)
        wanted, found = wanted + said(old), found + said(new)
    assert wanted.total() > 250
    # A page of print does not tell that a picture's file name is no part of the caption above it.
    allowed = 0.01 * wanted.total() if suffix.endswith(".pdf") else 0
    assert (wanted - found).total() <= allowed, wanted - found
    assert (found - wanted).total() <= allowed, found - wanted


def word_table(path: Path) -> None:
    made = docx.Document()
    made.add_heading("Kết quả", level=1)
    made.add_paragraph(WORDS * 3)
    table = made.add_table(rows=3, cols=3)
    for row, cells in zip(table.rows, TABLE, strict=True):
        for cell, shown in zip(row.cells, cells, strict=True):
            cell.text = shown
    made.save(str(path))


TABLE = (("Chỉ tiêu", "Đơn vị", "Năm 2025"), ("Kinh tế số", "", "20%"), ("Dịch vụ công | toàn trình", "hồ sơ", "1.500"))


def test_a_table_gives_the_same_cells_in_every_format(records: Records, tmp_path: Path) -> None:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in TABLE]
    lines.insert(1, "| --- | :-: | --: |")
    (tmp_path / "bang.md").write_text(f"# Kết quả\n\n{WORDS * 3}\n\n" + "\n".join(lines), encoding="utf-8")
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    page = renderings.PAGE.format(body=f"<h1>Kết quả</h1><p>{WORDS * 3}</p><table>{rows}</table>")
    (tmp_path / "bang.htm").write_text(page, encoding="utf-8")
    word_table(tmp_path / "bang.docx")
    renderings.pdf_table(TABLE, WORDS * 3, tmp_path / "bang.pdf")
    documents = [loaders.load(tmp_path / f"bang{suffix}", records) for suffix in (".md", ".htm", ".docx", ".pdf")]
    for document in documents:
        assert of_kind(document, BlockKind.TABLE_CELL) == [cell for row in TABLE for cell in row if cell]
        assert of_kind(document, BlockKind.HEADING) == ["Kết quả"]
        assert "Kinh tế số\t\t20%\n" in document.text
    assert len({document.text for document in documents}) == 1


def test_markdown_is_read_as_its_reader_sees_it(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "bai.md"
    path.write_text(
        "---\ntitle: Báo cáo quý\nauthor: 'Lan Anh'\ndate: 2025-04-02\nurl: https://example.vn/bai\n---\n"
        "# Kết **quả**\n\nTăng 16 \\- 18% so với\n[năm trước](https://x.vn/a_b), theo `NDXP` &amp; *LGSP*.<br>Hết.\n\n"
        "![ảnh 99](a.png)\n\n## Chi tiết\n\n* mục một\n  * mục con\n\n3. mục ba\n4. mục bốn\n\n"
        "<script>var x = 5;</script>\n\n<div>Trong <b>khung</b></div>\n",
        encoding="utf-8",
    )
    document = loaders.load(path, records)
    assert document.text == (
        "Kết quả\n\nTăng 16 - 18% so với năm trước, theo NDXP & LGSP.\nHết.\n\nChi tiết\n\n- mục một\n+ mục con\n"
        "3. mục ba\n4. mục bốn\n\nTrong khung\n"
    )
    assert of_kind(document, BlockKind.LIST_ITEM) == ["- mục một", "+ mục con", "3. mục ba", "4. mục bốn"]
    meta = document.metadata
    assert (meta.title, meta.author, meta.published, meta.published_basis, meta.url) == (
        "Báo cáo quý", "Lan Anh", "2025-04-02", "metadata of the file", "https://example.vn/bai",
    )  # fmt: skip
    above = outline(document)
    assert above[-1] == ("Kết quả", "Chi tiết")


ABOUT = (
    '<link rel="canonical" href="https://bao.example.vn/tin/hop-bao.html">'
    '<meta property="article:published_time" content="2026-01-02T08:15:00+07:00">'
    '<meta property="og:title" content="Họp về dữ liệu">'
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", '
    '"author": {"@type": "Person", "name": "Hoàng Linh"}, "publisher": {"name": "Báo Ví Dụ"}}</script>'
)


def test_a_page_tells_of_itself(records: Records, files: Files, tmp_path: Path) -> None:
    body = f"<h1>Họp về dữ liệu</h1><p>Ngày 2/1, Ủy ban họp.</p><p>{WORDS * 4}</p><ol start='4'><li>Bốn</li></ol>"
    page = renderings.PAGE.format(body=body).replace("</head>", f"{ABOUT}</head>")
    path = tmp_path / "documents" / "tin.html"
    path.parent.mkdir()
    path.write_text(page, encoding="utf-8")
    document = loaders.load(path, records)
    meta = document.metadata
    assert (meta.title, meta.author, meta.publisher) == ("Họp về dữ liệu", "Hoàng Linh", "Báo Ví Dụ")
    assert (meta.event_date, meta.published) == ("2026-01-02", "2026-01-02")
    assert "4. Bốn" in document.text
    for unwanted in ("Trang chủ", "777", "999 tỷ", "111/QĐ-TTg", "Giấy phép"):
        assert unwanted not in document.text
    version = build(files, tmp_path / "out", documents=path.parent).version
    query = "ASK { ?text <https://schema.org/url> <https://bao.example.vn/tin/hop-bao.html> }"
    assert load_store(version / "dataset.nq").query(query)
    assert (version / "documents" / "tin.html.txt").read_text(encoding="utf-8") == document.text
    assert validate_version(version, files.shapes).conforms()


HEAD = (
    ("THỦ TƯỚNG CHÍNH PHỦ", "-------", "Số: 749/QĐ-TTg"),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Hà Nội, ngày 03 tháng 6 năm 2020"),
)
GROUND = "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;"
ITEMS = ("Điều 1. Phê duyệt Chương trình với nội dung:", "a) kinh tế số đạt 20% GDP;", "b) xã hội số đạt 50%.")


def decision_page(path: Path) -> None:
    cells = "".join("<td>" + "".join(f"<p>{line}</p>" for line in cell) + "</td>" for cell in HEAD)
    body = f"<table><tr>{cells}</tr></table><p><b>QUYẾT ĐỊNH</b></p><p>{GROUND}</p><p>{'<br>'.join(ITEMS)}</p>"
    path.write_text(renderings.PAGE.format(body=body), encoding="utf-8")


def decision_word(path: Path) -> None:
    made = docx.Document()
    for cell, lines in zip(made.add_table(rows=1, cols=2).rows[0].cells, HEAD, strict=True):
        cell.text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)
    for words in ("QUYẾT ĐỊNH", GROUND, "\n".join(ITEMS)):
        made.add_paragraph(words)
    made.save(str(path))


@pytest.mark.parametrize(("name", "make"), [("qd.html", decision_page), ("qd.docx", decision_word)])
def test_the_head_of_a_decision_set_as_a_table_is_read(
    name: str, make: Callable[[Path], None], records: Records, tmp_path: Path
) -> None:
    make(tmp_path / name)
    document = loaders.load(tmp_path / name, records)
    assert (document.metadata.kind, document.metadata.published) == ("decision", "2020-06-03")
    assert of_kind(document, BlockKind.TABLE_CELL) == [line for cell in HEAD for line in cell]
    assert of_kind(document, BlockKind.LIST_ITEM) == list(ITEMS)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("windows-1258", "cp1258"),
        ("utf-8", "utf-16"),
        ("utf-8", "utf-8-sig"),
        ("iso-8859-1", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_it_was_written(charset: str, encoding: str, tmp_path: Path) -> None:
    page = renderings.PAGE.format(body=f"<p>{WORDS * 4}</p>").replace('charset="utf-8"', f'charset="{charset}"')
    if encoding == "cp1258":
        # The code page writes a vowel with its hat, then the tone.
        page = "".join(
            char if char.encode("cp1258", "ignore") else _with_tone_apart(char) for char in page
        )  # fmt: skip
    path = tmp_path / "trang.html"
    path.write_bytes(page.encode(encoding))
    assert squeeze(loaders.read(path).text) == (WORDS * 4).strip()


def _with_tone_apart(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone


def test_word_numbers_changes_and_controls(records: Records, tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.author = "Vụ Kinh tế số"
    made.core_properties.title = "Tên của mẫu"
    made.add_heading("Báo cáo kết quả", level=0)
    for words in ("Việc một", "Việc hai"):
        made.add_paragraph(words, style="List Number")
    made.add_paragraph("Gạch", style="List Bullet")
    changed = made.add_paragraph("Đạt ")
    for piece in (
        f"<w:del {W}><w:r><w:delText>10</w:delText></w:r></w:del>",
        f"<w:ins {W}><w:r><w:t>12</w:t></w:r></w:ins>",
        f"<w:r {W}><w:noBreakHyphen/><w:t>15%</w:t><w:br/><w:t>trong năm.</w:t></w:r>",
    ):
        changed._p.append(parse_xml(piece))
    control = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Trong ô điều khiển.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    made.element.body.insert(0, parse_xml(control))
    table = made.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Gộp"
    table.cell(0, 1).text, table.cell(1, 1).text = "A", "B"
    path = tmp_path / "bao-cao.docx"
    made.save(str(path))
    document = loaders.load(path, records)
    assert document.text == (
        "Trong ô điều khiển.\n\nBáo cáo kết quả\n\n1. Việc một\n2. Việc hai\n- Gạch\n\nĐạt 12-15%\ntrong năm.\n\n"
        "Gộp\tA\n\tB\n"
    )
    assert (document.metadata.title, document.metadata.author) == ("Báo cáo kết quả", "Vụ Kinh tế số")
    assert document.metadata.published is None


def bombs(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)


def half(path: Path) -> None:
    docx.Document().save(str(path))
    path.write_bytes(path.read_bytes()[:9000])


def no_word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "chữ")


def broken_xml(path: Path) -> None:
    made = path.with_suffix(".tmp")
    docx.Document().save(str(made))
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<w:document" if name == "word/document.xml" else old.read(name))


SCRIPT = b"<html><body><script>" + b"var a=1;" * 1_300_000 + b"</script></body></html>"
BAD: dict[str, tuple[str, bytes | Callable[[Path], None], str]] = {
    "empty page": ("a.html", b"", "empty"),
    "page without text": ("a.html", b"<html><body><div id=app></div></body></html>", "no text"),
    "page of script": ("a.htm", SCRIPT, "no text"),
    "page of figures": ("a.html", b"<html><body><p>1 2 3</p></body></html>", "no text"),
    "binary page": ("a.html", b"\x00\x01\x02\x03<html>\x00" * 50, "NUL|encoding|no text"),
    "nested page": ("a.html", b"<article><p>" + WORDS.encode() + b"</p>" + b"<ul><li>x" * 2000, "nested too deeply"),
    "empty markdown": ("a.md", b" \n", "empty"),
    "only markup": ("a.md", b"<!-- ch\xe1\xbb\xaf -->\n\n![x](y.png)\n", "no text"),
    "markdown in no encoding": ("a.md", "Chuyển đổi số quốc gia".encode() + b"\xe1\xff \xf0\xfe", "not UTF-8"),
    "not a zip": ("a.docx", b"xin ch\xc3\xa0o", "not a Word document"),
    "locked": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    "half a file": ("a.docx", half, "not a Word document"),
    "another zip": ("a.docx", no_word, "not a Word document"),
    "broken XML": ("a.docx", broken_xml, "not a Word document"),
    "no paragraph": ("a.docx", lambda path: docx.Document().save(str(path)), "no text"),
    "bomb": ("a.docx", bombs, "unpack to 60 MB"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_a_remedy(case: str, tmp_path: Path) -> None:
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


def test_notices_lock_files_and_hidden_ones_are_no_documents(tmp_path: Path) -> None:
    for name in ("NOTICE.md", "readme.md", "~$bai.docx", ".an.md", "bai.md", "bai.html"):
        (tmp_path / name).write_text("Chữ.", encoding="utf-8")
    assert [path.name for path in document_paths([tmp_path])] == ["bai.html", "bai.md"]


def test_the_commands_start_without_the_libraries_of_formats() -> None:
    heavy = ("docx", "trafilatura", "markdown_it", "lxml", "python_calamine")
    code = f"import sys, cdsgraph.cli; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
