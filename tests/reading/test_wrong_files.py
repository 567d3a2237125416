"""A file is read as what it is, whatever its name says; what is no document is refused, and costs nothing."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import psutil
import pytest
from fpdf import FPDF

from cdsgraph.errors import DocumentError
from cdsgraph.reading import loaders
from tests.reading import renderings

WORDS = "Bộ Công an có 12 đơn vị tham gia chuyển đổi số. "


def pdf(path: Path) -> None:
    made = renderings.sheet(FPDF())
    made.set_font("DejaVu", size=12)
    made.multi_cell(0, 7, WORDS)
    made.output(str(path))


def word(path: Path) -> None:
    made = docx.Document()
    made.add_paragraph(WORDS)
    made.save(str(path))


def page(path: Path) -> None:
    path.write_text(f"\n<!DOCTYPE html><html><body><p>{WORDS * 3}</p></body></html>", encoding="utf-8")


@pytest.mark.parametrize("make", [pdf, word, page])
@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf", "a.html", "a.PDF", "a", "a.tmp"])
def test_a_file_is_read_as_what_it_is(make: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    make(tmp_path / name)
    text = loaders.read(tmp_path / name).text
    assert text.startswith(WORDS.strip())
    assert "<" not in text


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(210_000_000)


REFUSED: dict[str, tuple[str, bytes | Callable[[Path], None], str]] = {
    "empty": ("a.txt", b"", "empty"),
    "blank": ("a.txt", b" \n\t\n", "empty"),
    "empty PDF": ("a.pdf", b"", "empty"),
    "text called PDF": ("a.pdf", WORDS.encode(), "not a PDF"),
    "text called Word": ("a.docx", WORDS.encode(), "not a Word document"),
    "old Word": ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office"),
    "RTF": ("a.txt", b"{\\rtf1 chao}", "RTF"),
    "picture": ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "packed": ("a.txt", gzip.compress(WORDS.encode()), "packed"),
    "bomb called text": ("a.txt", bomb, "unpack to 60 MB"),
    "huge text": ("a.txt", huge, "210 MB, more than the"),
    "huge page": ("a.html", huge, "210 MB, more than the"),
    "huge Word": ("a.docx", huge, "210 MB, more than the"),
    "huge PDF": ("a.pdf", huge, "210 MB, more than the"),
    "English": ("a.txt", b"The ministry has 12 units. " * 50, "no Vietnamese"),
    "French": ("a.txt", "À la fin de l'été, le ministère a publié une déclaration très générale. ".encode() * 20,
               "no Vietnamese"),
    "without marks": ("a.txt", b"Chuyen doi so quoc gia den nam 2025. " * 20, "no Vietnamese"),
    "unknown": ("a.xyz", WORDS.encode(), "files ending in .xyz"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_document_is_refused_with_a_remedy(case: str, tmp_path: Path) -> None:
    name, content, message = REFUSED[case]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    before = psutil.Process().memory_info().rss
    with pytest.raises(DocumentError, match=message) as caught:
        loaders.read(path)
    assert caught.value.path == path
    assert caught.value.remedy
    assert psutil.Process().memory_info().rss - before < 100_000_000
