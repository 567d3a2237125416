"""Documents in archives: .zip, .tar, .tar.gz and .tgz, unpacked where nothing in them can reach anything else."""

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import IO, Final

from cdsgraph.errors import DocumentError
from cdsgraph.reading import loaders

SUFFIXES: Final = (".zip", ".tar", ".tar.gz", ".tgz")
RECORDS: Final = "sources.csv"
_LARGEST: Final = 256 * 1024 * 1024  # bytes of one document unpacked


def is_archive(path: Path) -> bool:
    """Whether the name is an archive's."""
    return path.name.lower().endswith(SUFFIXES)


def unpack(archive: Path, folder: Path) -> tuple[DocumentError, ...]:
    """Unpack an archive's documents and tables of records into a folder; the errors of documents that are too large.

    Links, devices, hidden files and names that lead out of the folder are passed over. Raises DocumentError where the
    archive cannot be read.
    """
    found: list[DocumentError] = []
    try:
        for name, size, file in _members(archive):
            inside = PurePosixPath(name)
            if not _wanted(inside):
                continue
            if size > _LARGEST:
                found.append(
                    DocumentError(
                        f"{size // 1_000_000} MB unpacked, more than the {_LARGEST // 1_000_000} MB that are read",
                        path=f"{archive}/{name}",
                        remedy="leave it out",
                    )
                )
                continue
            target = folder.joinpath(*inside.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with file, target.open("wb") as out:
                copyfileobj(file, out)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise DocumentError(
            f"the archive cannot be unpacked: {error}", path=archive, remedy="pack it again, without a password"
        ) from error
    return tuple(found)


def _wanted(name: PurePosixPath) -> bool:
    safe = not name.is_absolute() and ".." not in name.parts and not any(part.startswith(".") for part in name.parts)
    return safe and (name.suffix.lower() in loaders.SUFFIXES or name.name == RECORDS)


def _members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each regular file."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as packed:
            for each in packed.infolist():
                if not each.is_dir():
                    yield each.filename, each.file_size, packed.open(each)
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, member.size, content
