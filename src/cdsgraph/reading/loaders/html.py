"""Web pages: the words of the main content, without navigation, scripts, related links and footers."""

import codecs
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders import encodings
from cdsgraph.reading.loaders.page import Page, address, bullet, contents, day, words
from cdsgraph.reading.marked import Loaded, Told

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LIMIT = 50_000_000
_SNIFFED = 4096
_GUESSED = 200_000
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_DATES = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_NESTED = ("list", "table")
_BLOCKS = ("p", "head", "quote", "div", *_NESTED)


def read(path: Path) -> Loaded:
    """Headings, paragraphs, list items and table cells of the main content; title, date and the like as the page says.

    Raises DocumentError when the file cannot be opened or decoded, is longer than 50 MB or shows no text.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura import bare_extraction

    markup = _DECLARATION.sub("", _decoded(path), count=1)
    if "\0" in markup:
        raise DocumentError("a NUL character in it", path=path, remedy="give a web page, not a binary file")
    markup = encodings.restored(_CONTROLS.sub(" ", markup), path)
    try:
        tree = document_fromstring(markup, parser=HTMLParser(huge_tree=True, remove_comments=True))
    except etree.LxmlError as error:
        raise _no_text(path) from error
    for numbered in tree.iter("ol"):
        _number(numbered)
    found = bare_extraction(
        tree, with_metadata=True, include_comments=False, include_tables=True, date_extraction_params=_DATES
    )
    body = None if found is None or isinstance(found, dict) else found.body
    if body is None or found is None or isinstance(found, dict):
        raise _no_text(path)
    page = Page()
    _write(page, body)
    canonical = tree.xpath("string((//link[@rel='canonical']/@href | //meta[@property='og:url']/@content)[1])")
    told = Told(
        title=words(found.title),
        author=words(found.author),
        publisher=words(found.sitename),
        published=day(found.date),
        url=address(str(canonical)),
    )
    return page.loaded(path, told)


def _no_text(path: Path) -> DocumentError:
    return DocumentError(
        "no text found on the page", path=path,
        remedy="its words may be put there by a script: copy them from the browser into a .txt file",
    )  # fmt: skip


def _decoded(path: Path) -> str:
    """By byte order mark, else UTF-8 if it can be so, else as the page declares, else as the letters suggest."""
    raw = contents(path, _LIMIT)
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace")
    declared = _CHARSET.search(raw, 0, _SNIFFED)
    name = declared[1].decode().casefold() if declared else "utf-8"
    # Bytes of zero are UTF-16 without a mark; latin-1 means cp1252 on the web (WHATWG Encoding, section 4.2).
    for encoding in () if b"\0" in raw else ("utf-8", "cp1252" if name == "iso-8859-1" else name):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    with suppress(DocumentError):
        return encodings.decoded(raw, path)
    guess = from_bytes(raw[:_GUESSED]).best()
    if guess is None:
        raise DocumentError("the encoding cannot be told", path=path, remedy="save the page as UTF-8")
    return raw.decode(guess.encoding, errors="replace")


def _number(numbered: "Element") -> None:
    """Writes the numbers of a numbered list, which the browser makes, into the words of its items."""
    start = numbered.get("start", "1")
    number = int(start) if start.isascii() and start.isdigit() else 1
    for item in numbered.iterchildren("li"):
        first = next(item.iterchildren("p"), None)
        place = first if first is not None and not (item.text or "").strip() else item
        if numbered.get("type") in ("a", "A") and number <= 26:
            place.text = f"{chr(ord('a') + number - 1)}) {place.text or ''}"
        else:
            place.text = f"{number}. {place.text or ''}"
        number += 1


def _write(page: Page, parent: "Element") -> None:
    for element in parent:
        match element.tag:
            case "head":
                page.heading(_words(element), _LEVELS.get(element.get("rend"), 2))
            case "list":
                _items(page, element, 1)
            case "table":
                _rows(page, element)
            case "quote" | "div" | "main" | "section" if any(inner.tag in _BLOCKS for inner in element):
                page.paragraph(element.text or "")
                _write(page, element)
            case _:
                page.paragraph(_words(element))
                _nested(page, element, 1)
        page.paragraph(element.tail or "")


def _items(page: Page, listed: "Element", depth: int) -> None:
    for item in listed.iterchildren("item"):
        page.item(_words(item), bullet(depth))
        _nested(page, item, depth + 1)


def _nested(page: Page, element: "Element", depth: int) -> None:
    for inner in element.iterdescendants(*_NESTED):
        outer = next(inner.iterancestors(*_NESTED, "item", "cell", element.tag), None)
        if outer is not element:
            continue
        if inner.tag == "list":
            _items(page, inner, depth)
        else:
            _rows(page, inner)


def _rows(page: Page, table: "Element") -> None:
    page.table()
    for row in table.iter("row"):
        cells = list(row.iterchildren("cell"))
        page.row([_cell(cell) for cell in cells], head=len(cells) > 1 and all(map(_heads, cells)))


def _heads(cell: "Element") -> bool:
    return cell.get("role") == "head" or not "".join(cell.itertext()).strip()


def _cell(cell: "Element") -> str:
    """Paragraphs in a cell make lines, breaks do not: they only make a column narrow."""
    if next(cell.iter("p"), None) is None:
        return " ".join(cell.itertext())
    return "\n".join(" ".join(piece.itertext()) for piece in cell.iter("p", "item"))


def _words(element: "Element") -> str:
    """The words of an element without those of lists and tables in it; breaks and inner paragraphs make lines."""
    pieces = [element.text or ""]
    for inner in element:
        if inner.tag == "lb":
            pieces.append("\n")
        elif inner.tag == "p":
            pieces += ["\n", _words(inner), "\n"]
        elif inner.tag not in _NESTED:
            pieces.append(_words(inner))
        pieces.append(inner.tail or "")
    return "".join(pieces)
