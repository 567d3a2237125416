"""Plain text files: Unicode, or one of the encodings of Vietnam before it."""

from pathlib import Path

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders import encodings
from cdsgraph.reading.loaders.page import contents
from cdsgraph.reading.marked import Loaded

_LIMIT = 20_000_000


def read(path: Path) -> Loaded:
    """The file's text; its layout is left to be told from the lines. Raises DocumentError as `decoded` does."""
    return Loaded(decoded(path))


def decoded(path: Path) -> str:
    """The file's text in normal form C with line feeds; nothing else is changed.

    Raises DocumentError when the file cannot be opened, is empty, longer than 20 MB or holds no letter, and when its
    encoding cannot be told or is not one (naming the line).
    """
    text = encodings.decoded(contents(path, _LIMIT), path)
    if not any(char.isalpha() for char in text):
        raise DocumentError("no letters in it", path=path, remedy="give a file with words")
    return text
