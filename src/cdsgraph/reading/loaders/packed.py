"""Office files are ZIP archives: refused here are those that are locked, damaged or unpack to too much."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders.page import contents

_UNPACKED = 200_000_000
_RATIO = 200
_SMALL = 10_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(path: Path, kind: str, old: str, remedy: str) -> frozenset[str]:
    """The names of the files inside, after a look at how they are packed.

    `kind` says what it should be ("a Word document"), `old` what an unpacked one may be ("an old Word file (.doc)"),
    `remedy` how to save it anew. Raises DocumentError when the file cannot be opened, is locked, damaged or another
    kind of file, or unpacks to more than 200 MB.
    """
    raw = contents(path, _UNPACKED)
    if raw.startswith(_OLE):
        raise DocumentError(f"locked with a password, or {old}", path=path, remedy=f"{remedy}, without a password")
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(path, kind, remedy) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError("locked with a password", path=path, remedy="save it without a password")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _UNPACKED or (unpacked > _SMALL and unpacked > _RATIO * len(raw)):
        raise DocumentError(
            f"{len(raw) // 1000} kB that unpack to {unpacked // 1_000_000} MB", path=path,
            remedy="do not trust it; if it is yours, save its words as a .txt file",
        )  # fmt: skip
    return frozenset(entry.filename for entry in entries)


def damaged(path: Path, kind: str, remedy: str) -> DocumentError:
    """What to say of a file that is not of its kind, or damaged."""
    return DocumentError(f"not {kind}, or a damaged one", path=path, remedy=remedy)
