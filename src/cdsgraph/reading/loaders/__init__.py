"""Turns a file into a document; its content, where that is unmistakable, and else its suffix choose how it is read.

A loader takes a path and returns a Loaded: text, the parts its markup tells, and what the file tells of its source.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cdsgraph.errors import DocumentError
from cdsgraph.reading.document import Document
from cdsgraph.reading.layout import lay_out
from cdsgraph.reading.loaders import contained, delimited, markdown, pdf, signatures, text
from cdsgraph.reading.marked import Loaded
from cdsgraph.reading.metadata import Records
from cdsgraph.reading.spelling import has_vietnamese

_LOADERS: dict[str, Callable[[Path], Loaded]] = {
    ".csv": delimited.read,
    ".md": markdown.read,
    ".pdf": pdf.read,  # in a process of its own too
    ".txt": text.read,
    **{suffix: partial(contained.read, suffix) for suffix in contained.LOADERS},
}

SUFFIXES = frozenset(_LOADERS)


def read(path: Path) -> Loaded:
    """The NFC text of a file, with what its markup and metadata tell.

    Raises DocumentError when nothing here reads such files, when there is no Vietnamese in it, or the loader's own
    complaint.
    """
    suffix = path.suffix.lower()
    found = signatures.suffix(path)
    loader = _LOADERS.get(found or suffix)
    if loader is None:
        raise DocumentError(
            f"files ending in {found or suffix or 'nothing'} cannot be read",
            path=path,
            remedy=f"save it as one of {', '.join(sorted(SUFFIXES))}",
        )
    try:
        loaded = loader(path)
    except RecursionError as error:
        raise DocumentError(
            "its lists or frames are nested too deeply", path=path, remedy="save its words as a .txt file"
        ) from error
    if not has_vietnamese(loaded.text):
        raise DocumentError(
            "no Vietnamese found in it", path=path, remedy="give the Vietnamese text, with its diacritics"
        )
    return loaded


def load(path: Path, records: Records) -> Document:
    """The document in a file, with its metadata and laid out in blocks and sentences.

    Raises DocumentError when the file cannot be read, decoded, or holds no words.
    """
    loaded = read(path)
    metadata = records.for_document(path, loaded.text, loaded.told)
    return lay_out(Document(name=path.name, text=loaded.text, metadata=metadata), records.layout, loaded.parts)
