"""Markdown files: CommonMark with tables, as a reader of the page sees them."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from cdsgraph.reading.loaders import text
from cdsgraph.reading.loaders.page import Page, address, bullet, day, words
from cdsgraph.reading.marked import Loaded, Told

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"---\n((?:[A-Za-z][\w-]*:.*\n|[ \t-].*\n|\n)+)(?:---|\.\.\.)\n")
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.+)$", re.MULTILINE)
_UNREAD = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"<(?:br\s*/?|/(?:p|div|li|tr|h[1-6]))>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")


def read(path: Path) -> Loaded:
    """Headings, list items and table cells as the markup says; links, emphasis and code as their words; no images.

    Fields at the head of the file between lines of three hyphens (title, author, publisher, date, url) are metadata.
    Raises DocumentError as for plain text, and when nothing but markup is in it.
    """
    from markdown_it import MarkdownIt

    source = text.decoded(path)
    told = Told()
    if front := _FRONT.match(source):
        told = _told(front[1])
        source = source[front.end() :]
    page = Page()
    _Writer(page).write(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source))
    return page.loaded(path, told)


def _told(front: str) -> Told:
    stated = {match[1].casefold(): match[2].strip().strip("\"'") for match in _FIELD.finditer(front)}
    return Told(
        title=words(stated.get("title")),
        author=words(stated.get("author")),
        publisher=words(stated.get("publisher")),
        published=day(stated.get("date") or stated.get("published")),
        url=address(stated.get("url")),
    )


class _Writer:
    """Goes through the tokens of a page in order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._heading: int | None = None
        self._depth = 0
        self._marker: str | None = None
        self._cells: list[str] | None = None
        self._head = False

    def write(self, tokens: Iterable["Token"]) -> None:
        """Hands each block to the page."""
        for token in tokens:
            match token.type:
                case "heading_open":
                    self._heading = int(token.tag[1:])
                case "heading_close":
                    self._heading = None
                case "bullet_list_open" | "ordered_list_open":
                    self._depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    self._depth -= 1
                case "list_item_open":
                    plain = "+ " if token.markup == "+" else bullet(self._depth)
                    self._marker = f"{token.info}{token.markup} " if token.info else plain
                case "list_item_close":
                    self._marker = None
                case "table_open":
                    self._page.table()
                case "thead_open":
                    self._head = True
                case "thead_close":
                    self._head = False
                case "tr_open":
                    self._cells = []
                case "tr_close":
                    self._page.row(self._cells or [], head=self._head)
                    self._cells = None
                case "inline":
                    self._block(_words(token.children or []))
                case "fence" | "code_block":
                    self._page.paragraph(token.content)
                case "html_block":
                    self._html(token.content)

    def _block(self, piece: str) -> None:
        if self._cells is not None:
            self._cells.append(piece)
        elif self._heading is not None:
            self._page.heading(piece, self._heading)
        elif self._marker is not None:
            self._page.item(piece, self._marker)
            self._marker = None
        else:
            self._page.paragraph(piece)

    def _html(self, content: str) -> None:
        for line in _LINE_END.sub("\n", _UNREAD.sub("", content)).split("\n"):
            self._page.paragraph(unescape(_TAG.sub(" ", line)))


def _words(tokens: Sequence["Token"]) -> str:
    pieces = []
    for token in tokens:
        match token.type:
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "html_inline":
                pieces.append("\n" if _LINE_END.fullmatch(token.content) else "")
            case "image":
                continue
            case _:
                pieces.append(token.content)
    return "".join(pieces)
