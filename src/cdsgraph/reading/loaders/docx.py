"""Word documents (.docx): paragraphs and tables in order, with the numbers that Word itself puts before them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

from cdsgraph.reading.loaders import packed
from cdsgraph.reading.loaders.numbering import Numbering, style_chain, value
from cdsgraph.reading.loaders.page import Box, Page, bullet, words
from cdsgraph.reading.marked import Loaded, Told

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_KIND = "a Word document"
_REMEDY = "open it in Word or LibreOffice and save it anew as .docx"
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
    packed.check(path, _KIND, "an old Word file (.doc)", _REMEDY)
    document = _open(path)
    page = Page()
    writer = _Writer(document, page)
    writer.write(document.element.body)
    loaded = page.loaded(path, Told())
    properties = document.core_properties
    title = words(properties.title)
    shown = title if title and title.casefold() in loaded.text.casefold() else None
    return Loaded(loaded.text, loaded.parts, Told(title=writer.title or shown, author=words(properties.author)))


def _open(path: Path) -> "Document":
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = Document(str(path))
        document.part.rels, document.styles.element, document.core_properties.title, document.element.body.tag  # noqa: B018
    except (OpcError, LxmlError, BadZipFile, ZlibError, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise packed.damaged(path, _KIND, _REMEDY) from error
    except AttributeError as error:  # an element of another kind where the library looks for its own
        raise packed.damaged(path, _KIND, _REMEDY) from error
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
        rows = [row for row in table.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl"), None) is table]
        grid = [list(_cells(row)) for row in rows]
        lengths = _lengths(grid)
        self._page.table()
        for number, (row, cells) in enumerate(zip(rows, grid, strict=True)):
            boxes: list[str | Box] = []
            for column, width, cell in cells:
                boxes += [""] * (column - len(boxes))
                shown = "\n".join(_line(each) for each in cell.iter(f"{_W}p"))
                boxes.append(Box(shown, lengths.get((number, column), 1), width))
                boxes += [""] * (width - 1)
            self._page.row(boxes, head=next(row.iterchildren(f"{_W}trPr"), row).find(f"{_W}tblHeader") is not None)


def _cells(row: "Element") -> Iterator[tuple[int, int, "Element"]]:
    """The cells of a row, each with the column it begins at and the number of columns it covers."""
    column = _whole(value(row, "trPr/gridBefore"), 0)
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr"), None) is row:
            width = max(1, _whole(value(cell, "tcPr/gridSpan"), 1))
            yield column, width, cell
            column += width


def _lengths(grid: list[list[tuple[int, int, "Element"]]]) -> dict[tuple[int, int], int]:
    """How many rows each cell covers that is merged with those below it, by row and column."""
    lengths: dict[tuple[int, int], int] = {}
    above: dict[int, tuple[int, int]] = {}
    for number, cells in enumerate(grid):
        for column, _, cell in cells:
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is None:
                above.pop(column, None)
            elif merge.get(f"{_W}val") == "restart" or column not in above:
                above[column] = (number, column)
                lengths[number, column] = 1
            else:
                lengths[above[column]] += 1
    return lengths


def _whole(stated: str | None, default: int) -> int:
    """A small whole number that an attribute states."""
    return int(stated) if stated is not None and stated.isdecimal() and len(stated) <= 3 else default


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
