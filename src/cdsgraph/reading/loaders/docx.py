"""Word documents (.docx): paragraphs and tables in order, with the numbers that Word itself puts before them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders.numbering import Numbering, style_chain, value
from cdsgraph.reading.loaders.page import Page, bullet, contents, words
from cdsgraph.reading.marked import Loaded, Told

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_UNPACKED = 200_000_000
_RATIO = 200
_SMALL = 10_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADING = re.compile(r"heading ([1-9])")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# What a reader does not see in its place: deleted and moved words, text boxes, the second copy kept for old readers.
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_MC}Fallback"})
_SHOWN = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(path: Path) -> Loaded:
    """The body's headings, paragraphs, list items and table cells; author, and title where the text bears it.

    Dates among the properties are not taken: they say when the file was made. Raises DocumentError when the file cannot
    be opened, is locked or damaged, unpacks to more than 200 MB or has no text.
    """
    _check(path)
    document = _open(path)
    page = Page()
    writer = _Writer(document, page)
    writer.write(document.element.body)
    loaded = page.loaded(path, Told())
    properties = document.core_properties
    title = words(properties.title)
    shown = title if title and title.casefold() in loaded.text.casefold() else None
    return Loaded(loaded.text, loaded.parts, Told(title=writer.title or shown, author=words(properties.author)))


def _check(path: Path) -> None:
    raw = contents(path, _UNPACKED)
    if raw.startswith(_OLE):
        raise DocumentError(
            "locked with a password, or an old Word file (.doc)", path=path,
            remedy="open it in Word or LibreOffice and save it as .docx without a password",
        )  # fmt: skip
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(path) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError("locked with a password", path=path, remedy="save it without a password")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _UNPACKED or (unpacked > _SMALL and unpacked > _RATIO * len(raw)):
        raise DocumentError(
            f"{len(raw) // 1000} kB that unpack to {unpacked // 1_000_000} MB", path=path,
            remedy="do not trust it; if it is yours, save its words as a .txt file",
        )  # fmt: skip


def _damaged(path: Path) -> DocumentError:
    return DocumentError(
        "not a Word document, or a damaged one", path=path, remedy="open it in Word or LibreOffice and save it anew"
    )


def _open(path: Path) -> "Document":
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = Document(str(path))
        document.part.rels, document.styles.element, document.core_properties.title, document.element.body.tag  # noqa: B018
    except (OpcError, LxmlError, BadZipFile, ZlibError, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise _damaged(path) from error
    except AttributeError as error:  # an element of another kind where the library looks for its own
        raise _damaged(path) from error
    return document


class _Writer:
    """Goes through a body in order."""

    def __init__(self, document: "Document", page: Page) -> None:
        self.title: str | None = None
        self._page = page
        self._styles = style_chain(document)
        self._numbering = Numbering(document)

    def write(self, parent: "Element") -> None:
        """Hands each paragraph and table row to the page; content controls and insertions are gone into."""
        for element in parent:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._table(element)
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
                self.write(element)

    def _paragraph(self, element: "Element") -> None:
        piece = "".join(_pieces(element))
        if not piece.strip():
            return
        styles = self._styles(element)
        numbered = self._numbering.label(element, styles)
        level = _level(element, styles)
        if level is not None:
            self._page.heading(f"{numbered.text if numbered else ''} {piece}", level)
            if level == 0 and self.title is None:
                self.title = words(piece)
        elif numbered is None:
            self._page.paragraph(piece)
        else:
            marker = f"{numbered.text} " if numbered.text else bullet(numbered.depth + 1)
            self._page.item(piece, marker)

    def _table(self, table: "Element") -> None:
        for row in table.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl"), None) is not table:
                continue
            cells = [
                cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr"), None) is row
            ]  # fmt: skip
            self._page.row(["\n".join(_line(each) for each in cell.iter(f"{_W}p")) for cell in cells])


def _line(paragraph: "Element") -> str:
    return "".join(_pieces(paragraph)).replace("\n", " ")


def _pieces(element: "Element") -> Iterator[str]:
    for inner in element:
        if inner.tag in _SKIPPED:
            continue
        if inner.tag == f"{_W}t":
            yield inner.text or ""
        elif inner.tag in _SHOWN and element.tag == f"{_W}r":
            yield _SHOWN[inner.tag]
        else:
            yield from _pieces(inner)


def _level(element: "Element", styles: list["Element"]) -> int | None:
    """A heading's level by the names of its styles, else by its outline level; 0 for a title."""
    for style in styles:
        name = (value(style, "name") or "").casefold()
        if name == "title":
            return 0
        if match := _HEADING.fullmatch(name):
            return int(match[1])
    for holder in (element, *styles):
        outline = value(holder, "pPr/outlineLvl")
        if outline is not None:
            return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else None
    return None
