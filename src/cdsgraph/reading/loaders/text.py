"""Plain text files: UTF-8, with or without a byte order mark."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders.page import contents
from cdsgraph.reading.marked import Loaded
from cdsgraph.text import nfc


def read(path: Path) -> Loaded:
    """The file's text; its layout is left to be told from the lines. Raises DocumentError as `decoded` does."""
    return Loaded(decoded(path))


def decoded(path: Path) -> str:
    """The file's text in normal form C with line feeds; nothing else is changed.

    Raises DocumentError when the file cannot be opened, is not UTF-8 (naming the line and the encoding it looks
    like), is empty, or holds no letter.
    """
    raw = contents(path).removeprefix(codecs.BOM_UTF8)
    try:
        characters = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"not UTF-8 text{_looks_like(raw)}",
            path=path,
            line=raw.count(b"\n", 0, error.start) + 1,
            remedy="save the file as UTF-8",
        ) from error
    text = nfc(characters)
    if not any(char.isalpha() for char in text):
        raise DocumentError("no letters in it", path=path, remedy="give a file with words")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DocumentError("a NUL character in it", path=path, line=line, remedy="give a text file, not a binary one")
    return text


def _looks_like(raw: bytes) -> str:
    guess = from_bytes(raw[:100_000]).best()
    return f"; it looks like {guess.encoding.replace('_', '-')}" if guess is not None else ""
