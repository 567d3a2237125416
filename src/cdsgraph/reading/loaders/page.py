"""What the loaders of marked-up files share: opening a file, and setting its pieces one under the other as text."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cdsgraph.errors import DocumentError
from cdsgraph.reading.document import BlockKind, Span
from cdsgraph.reading.layout import has_marker
from cdsgraph.reading.marked import Loaded, Part, Slot, Told
from cdsgraph.text import nfc, squeeze

# Soft hyphen, zero-width space, byte order mark: no reader sees them.
_UNSEEN = re.compile("[\u00ad\u200b\ufeff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def check_size(path: Path, limit: int | None = None) -> None:
    """Raises DocumentError when a file cannot be opened, is empty, or is longer than `limit` bytes."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if limit is not None and size > limit:
        raise DocumentError(
            f"{size // 1_000_000} MB, more than the {limit // 1_000_000} MB that are read", path=path,
            remedy="cut it in parts, or save its words as a .txt file",
        )  # fmt: skip
    if not size:
        raise _empty(path)


def contents(path: Path, limit: int | None = None) -> bytes:
    """The bytes of a file. Raises DocumentError when it cannot be opened, is empty, or is longer than `limit` bytes."""
    check_size(path, limit)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not raw.strip():
        raise _empty(path)
    return raw


def _unreadable(path: Path, error: OSError) -> DocumentError:
    return DocumentError(
        f"cannot be read: {error.strerror or error}", path=path, remedy="check the name and the permissions"
    )


def _empty(path: Path) -> DocumentError:
    return DocumentError("the file is empty", path=path, remedy="leave it out or restore its text")


def day(stated: str | None) -> str | None:
    """The day with which an ISO 8601 date or time begins, if it is one of the calendar."""
    try:
        return date.fromisoformat((stated or "").strip()[:10]).isoformat()
    except ValueError:
        return None


def address(stated: str | None) -> str | None:
    """An http(s) address, if it is one."""
    stripped = (stated or "").strip()
    return stripped if _ADDRESS.fullmatch(stripped) else None


def words(stated: str | None) -> str | None:
    """What is stated in normal form C with single blanks; None for nothing."""
    return squeeze(_UNSEEN.sub("", nfc(stated or ""))) or None


class Box(NamedTuple):
    """The words of a merged cell and how many rows and columns it covers."""

    words: str
    rows: int = 1
    columns: int = 1


class Page:
    """Takes the pieces of a file in reading order. White space is squeezed; pieces without words are left out.

    A paragraph, heading or list item is one part, a table's row a line of cells with a tab between them, each a part.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._parts: list[Part] = []
        self._length = 0
        self._together = False
        self._table = -1
        self._row = 0

    def heading(self, piece: str, level: int) -> None:
        """A heading; line breaks within it become blanks."""
        self._add(words(piece) or "", BlockKind.HEADING, level)

    def paragraph(self, piece: str) -> None:
        """A paragraph; line breaks within it stay."""
        self._add(_lines(piece))

    def item(self, piece: str, marker: str) -> None:
        """A list item after its marker ("- ", "2. "), which is left out where the words bring their own."""
        piece = _lines(piece)
        if piece:
            own = has_marker(piece)
            self._add(piece if own else f"{marker}{piece}", BlockKind.LIST_ITEM, together=True)

    def table(self) -> None:
        """Begins a table; the rows that follow are its own."""
        self._table += 1
        self._row = 0

    def row(self, cells: Sequence[str | Box], *, head: bool = False) -> None:
        """A row of the table begun, a cell for each column; what a merged cell covers is empty and keeps its place.

        Where a cell has several lines, as in the head of a decision that a table sets in two columns, each line of each
        cell stands alone and is a part.
        """
        boxes = [cell if isinstance(cell, Box) else Box(cell) for cell in cells]
        shown = [_lines(box.words) for box in boxes]
        number, self._row = self._row, self._row + 1
        while shown and not shown[-1]:
            shown.pop()
        if not shown:
            return
        self._gap(together=True)
        apart = any("\n" in cell for cell in shown)
        begun = False
        for column, (box, cell) in enumerate(zip(boxes, shown, strict=False)):
            slot = Slot(self._table, number, column, box.rows, box.columns, head)
            if column and not apart:
                self._write("\t")
            for line in cell.split("\n") if cell else ():
                if begun and apart:
                    self._write("\n")
                begun = True
                span = Span(self._length, self._length + len(line))
                self._parts.append(Part(span, BlockKind.TABLE_CELL, slot=slot))
                self._write(line)

    def loaded(self, path: Path, told: Told) -> Loaded:
        """The whole. Raises DocumentError when there is not a letter in it."""
        text = "".join(self._text)
        if not any(char.isalpha() for char in text):
            raise DocumentError("no text found in it", path=path, remedy="save its words as a .txt file")
        return Loaded(text + "\n", tuple(self._parts), told)

    def _add(
        self, piece: str, kind: BlockKind | None = None, level: int | None = None, *, together: bool = False
    ) -> None:
        if piece:
            self._gap(together=together)
            self._parts.append(Part(Span(self._length, self._length + len(piece)), kind, level))
            self._write(piece)

    def _gap(self, *, together: bool) -> None:
        if self._length:
            self._write("\n" if together and self._together else "\n\n")
        self._together = together

    def _write(self, piece: str) -> None:
        self._text.append(piece)
        self._length += len(piece)


def bullet(depth: int) -> str:
    """The marker of an unnumbered item as Vietnamese administrative texts print it; depth counts from 1."""
    return "- " if depth <= 1 else "+ "


def _lines(piece: str) -> str:
    return "\n".join(filter(None, (words(line) for line in piece.split("\n"))))
