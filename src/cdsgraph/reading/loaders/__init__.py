"""Turns a file into a document; the suffix chooses how it is read."""

from collections.abc import Callable
from pathlib import Path

from cdsgraph.errors import DocumentError
from cdsgraph.reading.document import Document
from cdsgraph.reading.layout import lay_out
from cdsgraph.reading.loaders import text as plain_text
from cdsgraph.reading.metadata import Records

_LOADERS: dict[str, Callable[[Path], str]] = {".txt": plain_text.read}

SUFFIXES = frozenset(_LOADERS)


def read(path: Path) -> str:
    """The NFC text of a file.

    Raises DocumentError when no loader knows the suffix, or the loader's own complaint.
    """
    loader = _LOADERS.get(path.suffix.lower())
    if loader is None:
        raise DocumentError(
            f"files ending in {path.suffix or 'nothing'} cannot be read",
            path=path,
            remedy=f"save it as one of {', '.join(sorted(SUFFIXES))}",
        )
    return loader(path)


def load(path: Path, records: Records) -> Document:
    """The document in a file, with its metadata and laid out in blocks and sentences.

    Raises DocumentError when the file cannot be read, decoded, or holds no words.
    """
    text = read(path)
    document = Document(name=path.name, text=text, metadata=records.for_document(path, text))
    return lay_out(document, records.layout)
