"""Many documents: found in folders, read one by one or in processes side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from cdsgraph import deadlines
from cdsgraph import register as registers
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.document import Document
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Reading
from cdsgraph.register import Register

_NO_DOCUMENTS = frozenset({"notice.md", "readme.md", "sources.csv"})
_UNSEEN = (".", "~$")  # hidden files, and those Word keeps while a document is open
_READERS: dict[Path, Reader] = {}  # one compiled reader a process: compiling takes longer than reading


def document_paths(places: list[Path]) -> list[Path]:
    """The documents named by files and folders, each once, sorted within a folder.

    In a folder NOTICE.md, README.md, sources.csv, hidden files and the lock files of Word are no documents.
    Raises DocumentError for a place that does not exist or a folder without documents.
    """
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            inside = sorted(p for p in place.rglob("*") if p.is_file() and p.suffix.lower() in loaders.SUFFIXES)
            inside = [p for p in inside if p.name.casefold() not in _NO_DOCUMENTS and not p.name.startswith(_UNSEEN)]
            if not inside:
                kinds = ", ".join(sorted(loaders.SUFFIXES))
                raise DocumentError("the folder holds no documents", path=place, remedy=f"put files in it: {kinds}")
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise DocumentError("no such file or folder", path=place, remedy="check the path")
    return list({path.resolve(): path for path in found}.values())


@contextmanager
def spooled(places: list[Path], stdin: BinaryIO) -> Iterator[list[Path]]:
    """The places, and for "-" a file that holds for the while what comes in on `stdin`."""
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "stdin.txt"
        if Path("-") in places:
            with kept.open("wb") as file:
                copyfileobj(stdin, file)
        yield [kept if place == Path("-") else place for place in places]


@contextmanager
def given(places: list[Path], stdin: BinaryIO) -> Iterator[list[Path]]:
    """The documents named by files and folders, and for "-" what comes in on `stdin`, kept in a file for the while.

    Raises DocumentError as `document_paths` does.
    """
    with spooled(places, stdin) as found:
        yield document_paths(found)


def read_documents(
    paths: list[Path],
    files: Files,
    register: Register,
    *,
    failed: Callable[[DocumentError], object] | None = None,
) -> Iterator[Reading]:
    """What each document says, in the order of `paths`, each handed over as it is read.

    A document's record stands in the sources.csv of its folder, or among the project's own for the same text. What
    cannot be read is told to `failed` and left out; without it, the DocumentError of the first such file is raised.
    """
    for _, outcome in outcomes(paths, files, register):
        if isinstance(outcome, Reading):
            yield outcome
        elif failed is None:
            raise outcome
        else:
            failed(outcome)


def outcomes(
    paths: list[Path], files: Files, register: Register, jobs: int = 1, *, seconds: float | None = None
) -> Iterator[tuple[Path, Reading | DocumentError]]:
    """Each document's path with what it says or why it cannot be read, in the order of `paths`.

    With `jobs` above 1, that many processes read at once. One that takes longer than `seconds` cannot be read.
    """
    folders = dict.fromkeys([path.parent for path in paths])
    records = metadata.read([*folders, files.documents], files.rules)
    if jobs > 1 and len(paths) > 1:
        work = partial(_read_in_process, files, records, seconds)
        with ProcessPoolExecutor(jobs) as pool:
            yield from zip(paths, pool.map(work, paths, chunksize=max(1, len(paths) // (4 * jobs))), strict=True)
        return
    read = Reader(register, files.rules).read
    for path in paths:
        yield path, _outcome(read, records, path, seconds)


def none_read(failed: list[DocumentError]) -> DocumentError:
    """The one error where every document failed."""
    if len(failed) == 1:
        return failed[0]
    told = "\n".join(map(str, failed))
    return DocumentError(f"none of {len(failed)} documents can be read\n{told}")


def too_slow(place: str, seconds: float) -> DocumentError:
    """The error of a document that takes longer than it may."""
    return DocumentError(
        f"it took longer than {seconds:g} seconds",
        path=place,
        remedy="leave it out, save its words as a .txt file in smaller parts, or allow more with --document-timeout",
    )


def _outcome(
    read: Callable[[Document], Reading], records: metadata.Records, path: Path, seconds: float | None
) -> Reading | DocumentError:
    try:
        return deadlines.in_time(seconds, lambda: read(loaders.load(path, records)))
    except DocumentError as error:
        return error
    except deadlines.TooSlow:
        return too_slow(str(path), seconds or 0)


def _read_in_process(
    files: Files, records: metadata.Records, seconds: float | None, path: Path
) -> Reading | DocumentError:
    return _outcome(_process_reader(files).read, records, path, seconds)


def _process_reader(files: Files) -> Reader:
    if files.root not in _READERS:
        _READERS[files.root] = Reader(registers.load(files), files.rules)
    return _READERS[files.root]
