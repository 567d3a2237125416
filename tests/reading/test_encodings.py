"""Texts in the encodings of Vietnam before Unicode give the words they hold; what cannot be told is refused."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from viparse.normalize.encodings import AUTO_DETECT_CHARMAPS

from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import loaders
from cdsgraph.reading.corpus import read_documents
from cdsgraph.reading.facts import record
from cdsgraph.register import load as load_register

TEXT = (
    "Ngày 12/6/2023, Bộ Công an báo cáo kết quả thực hiện chuyển đổi số.\n"
    "Đến năm 2025, tỷ lệ hồ sơ trực tuyến đạt tối thiểu 80%, cao hơn mức trung bình của cả nước.\n\n"
    "Cơ sở dữ liệu quốc gia về dân cư đã kết nối với 63 địa phương; mạng lưới phủ khắp thôn, bản.\n"
)
MARKS = "\u0300\u0301\u0303\u0309\u0323"


def in_old_letters(text: str, name: str) -> str:
    """A text as it shows in Unicode when its font was an old one."""
    letters: dict[str, str] = {}
    for old, new in AUTO_DETECT_CHARMAPS[name].pairs:
        letters.setdefault(new, old)
    return "".join(letters.get(char, char) for char in text)


def in_cp1258(text: str) -> bytes:
    """Windows writes a vowel with its hat, then the tone, where it has no letter for both."""
    found = b""
    for char in text:
        try:
            found += char.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", char)
            tone = next(part for part in apart if part in MARKS)
            found += unicodedata.normalize("NFC", apart.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return found


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8, accents apart": lambda text: unicodedata.normalize("NFD", text).encode(),
    "UTF-8, lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "windows-1258": in_cp1258,
    "TCVN3": lambda text: in_old_letters(text, "tcvn3").encode("latin-1"),
    "VNI": lambda text: in_old_letters(text, "vni").encode("cp1252"),
    "VISCII": lambda text: in_old_letters(text, "viscii").encode("latin-1"),
    "TCVN3 pasted": lambda text: in_old_letters(text, "tcvn3").encode(),
    "VNI pasted": lambda text: in_old_letters(text, "vni").encode(),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_text_is_read_whatever_it_was_written_in(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bai{suffix}"
    path.write_bytes(WRITTEN[name](TEXT))
    words = loaders.read(path).text.split()
    assert words == TEXT.split()


def test_an_old_page_is_read(tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in in_old_letters(TEXT * 3, "vni").split("\n") if line)
    path = tmp_path / "trang.html"
    path.write_bytes(f"<html><body><article>{body}</article></body></html>".encode("cp1252"))
    assert loaders.read(path).text.split() == (TEXT * 3).split()


def test_every_article_is_restored(files: Files, tmp_path: Path) -> None:
    for source in sorted(files.documents.glob("*.txt")):
        text = source.read_text(encoding="utf-8").replace("\xa0", " ")
        for name in AUTO_DETECT_CHARMAPS:
            path = tmp_path / f"{name}-{source.name}"
            path.write_text(in_old_letters(text, name), encoding="utf-8")
            assert loaders.read(path).text == text


def test_accents_apart_give_the_same_facts(files: Files, tmp_path: Path) -> None:
    paths = []
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for form in forms:
        (tmp_path / form).mkdir()
        paths.append(tmp_path / form / "bai.txt")
        paths[-1].write_text(unicodedata.normalize(form, TEXT), encoding="utf-8")
    one, other = (
        [record(fact, reading.document) for fact in reading.facts]
        for reading in read_documents(paths, files, load_register(files))
    )
    assert one == other
    assert len(one) >= 4


LINES = TEXT.rstrip("\n").split("\n")


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (f"{LINES[0]}\n{LINES[1]}\n".encode() + in_cp1258(LINES[3]), 3, "two encodings"),
        (f"{LINES[0]}\n".encode() + in_old_letters(LINES[1], "tcvn3").encode("latin-1"), 2, "two encodings"),
        ((TEXT * 5 + "\n" + in_old_letters(LINES[1], "tcvn3")).encode(), 22, "TCVN3"),
        ((TEXT * 5 + "\n" + in_old_letters(LINES[3], "vni")).encode(), 22, "VNI"),
        (in_old_letters(TEXT * 5, "tcvn3").encode("latin-1") + in_cp1258(f"\n{LINES[3]}"), 22, "two encodings"),
        (TEXT.encode() + b"\xe1\xba", 5, "not UTF-8"),
        ("Ủy ban".encode("cp932", "replace") + bytes(range(128, 256)), 1, "not UTF-8"),
        (b"\x01\x00\x02\xff\x00" * 20, 1, "binary"),
        (TEXT.encode() + b"\n\0", 6, "NUL"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_line(content: bytes, line: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "bai.txt"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=told) as caught:
        loaders.read(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert caught.value.remedy
