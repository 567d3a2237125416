"""What a file is by its first bytes, whatever its name says."""

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from cdsgraph.errors import DocumentError

_HEAD = 1024
_PDF = re.compile(rb"\s*%PDF-")
_ZIP = b"PK\x03\x04"
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}
_OTHERS = (
    (b"{\\rtf", "an RTF file", "open it in Word or LibreOffice and save it as .docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked with a password, or an old Office file (.doc, .xls)",
     "open it in Word or LibreOffice and save it as .docx or .xlsx without a password"),
    (b"\x89PNG", "a picture", "run text recognition (OCR) on it and give the text"),
    (b"\xff\xd8\xff", "a picture", "run text recognition (OCR) on it and give the text"),
    (b"GIF8", "a picture", "run text recognition (OCR) on it and give the text"),
    (b"II*\0", "a picture", "run text recognition (OCR) on it and give the text"),
    (b"\x1f\x8b", "a packed file", "unpack it first"),
    (b"Rar!", "a packed file", "unpack it first"),
    (b"7z\xbc\xaf", "a packed file", "unpack it first"),
    (b"\x7fELF", "a program", "give a document"),
    (b"MZ\x90", "a program", "give a document"),
)  # fmt: skip


def suffix(path: Path) -> str | None:
    """The suffix that the file's content calls for; None where the content does not tell.

    Raises DocumentError for content that no loader reads, and when the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DocumentError(
            f"cannot be read: {error.strerror or error}", path=path, remedy="check the name and the permissions"
        ) from error
    if _PDF.match(head):
        return ".pdf"
    if _PAGE.match(head):
        return ".html"
    if head.startswith(_ZIP):
        return _packed(path)
    for start, what, remedy in _OTHERS:
        if head.startswith(start):
            raise DocumentError(what, path=path, remedy=remedy)
    return None


def _packed(path: Path) -> str | None:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return next((kind for part, kind in _PARTS.items() if part in names), None)
