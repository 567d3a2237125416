"""Spans of a stored text to places in the document that it was read from."""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from cdsgraph.checking.places.lines import Lines
from cdsgraph.checking.report import Place
from cdsgraph.files import Files
from cdsgraph.graph.versions import text_file
from cdsgraph.text import nfc

_LONGEST: Final = 20_000_000  # bytes of a document that is looked into; of longer ones only the name is told


class Texts:
    """The texts of a version, and the project's documents that they come from."""

    def __init__(self, version: Path, files: Files) -> None:
        self._version = version
        self._files = files
        self._stored = lru_cache(maxsize=64)(self._read_stored)
        self._source = lru_cache(maxsize=64)(self._read_source)

    def places(self, name: str, start: int, end: int) -> tuple[Place, ...]:
        """Where a span of a document's stored text stands.

        In the document itself where that is text whose lines are the stored ones. Else lines and columns are those of
        the version's copy of its words, and the document comes first, without a line. None where neither is there.
        """
        stored, source = self._stored(name), self._source(name)
        document = self._files.documents / Path(name).name
        shown = self._files.shown(document)
        span = (start, end)
        if stored is None or not 0 <= start < end <= len(stored.text):
            return (Place(shown),) if document.is_file() else ()
        at = _carried(stored, source, start), _carried(stored, source, end)
        if source is not None and at[0] is not None and at[1] is not None:
            return (Place(shown, *at[0], *at[1], span=span),)
        copy = stored.between(self._files.shown(self._copy(name)), start, end, span=span)
        return (Place(shown, span=span), copy) if document.is_file() else (copy,)

    def document(self, name: str) -> tuple[Place, ...]:
        """The document as a whole."""
        for path in (self._files.documents / Path(name).name, self._copy(name)):
            if path.is_file():
                return (Place(self._files.shown(path)),)
        return ()

    def _copy(self, name: str) -> Path:
        return self._version / "documents" / text_file(Path(name).name)

    def _read_stored(self, name: str) -> Lines | None:
        path = self._copy(name)
        return Lines(path.read_bytes().decode("utf-8", errors="replace")) if path.is_file() else None

    def _read_source(self, name: str) -> Lines | None:
        path = self._files.documents / Path(name).name
        try:
            if path.stat().st_size > _LONGEST:
                return None
            return Lines(path.read_bytes().decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            return None


def _carried(stored: Lines, source: Lines | None, offset: int) -> tuple[int, int] | None:
    """Line and column in the document of an offset in the stored text; None where the line is another there."""
    line, column = stored.place(offset)
    if source is None or line > len(source):
        return None
    written, words = source.line(line).removesuffix("\r"), stored.line(line)
    if written == words:
        return line, column
    # The document may be written with combining marks; the stored text never is.
    length = 0
    for at, char in enumerate((*written, "")):
        if not char or not unicodedata.combining(char):
            if length == column - 1 and nfc(written[:at]) == words[: column - 1] and nfc(written) == words:
                return line, at + 1
            length += 1
    return None
