"""Where documents come from: files, folders, archives and Parquet tables."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import archives, corpus, document_tables, metadata
from cdsgraph.reading.given import Given, of_path


@dataclass(frozen=True, slots=True)
class _Part:
    """Files in order, with archive and folder where they were unpacked; or else a table; and what was wrong."""

    paths: tuple[Path, ...] = ()
    unpacked: tuple[Path, Path] | None = None
    table: Path | None = None
    faults: tuple[DocumentError, ...] = ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """Documents that were found, with the records that stand beside them."""

    records: metadata.Records
    count: int
    _parts: tuple[_Part, ...]

    def __iter__(self) -> Iterator[Given]:
        for part in self._parts:
            for fault in part.faults:
                yield Given(str(fault.path), Path(str(fault.path)).name, content=b"", fault=fault)
            if part.table is not None:
                yield from document_tables.documents(part.table)
            for path in part.paths:
                yield self._of(path, part)

    def _of(self, path: Path, part: _Part) -> Given:
        given = of_path(path, self.records)
        if part.unpacked is None:
            return given
        archive, folder = part.unpacked
        place = f"{archive}/{path.relative_to(folder)}"
        return Given(place, given.name, path=path, record=given.record)


def is_collection(place: Path) -> bool:
    """Whether a file holds documents and is none."""
    return place.is_file() and (archives.is_archive(place) or place.suffix.lower() == document_tables.SUFFIX)


@contextmanager
def opened(places: Sequence[Path], files: Files) -> Iterator[Holdings]:
    """The documents of files and folders, then of archives and tables; archives stay unpacked for the while.

    Raises DocumentError for a place that does not exist, holds no documents or cannot be opened, or a malformed record.
    """
    with ExitStack() as stack:
        parts = []
        for place in places:
            if not is_collection(place):
                continue
            if not archives.is_archive(place):
                parts.append(_Part(table=place))
                continue
            folder = Path(stack.enter_context(TemporaryDirectory()))
            faults = archives.unpack(place, folder)
            try:
                paths = tuple(corpus.document_paths([folder]))
            except DocumentError as error:
                error.path = place
                raise
            parts.append(_Part(paths, (place, folder), faults=faults))
        plain = [place for place in places if not is_collection(place)]
        if plain:
            parts.insert(0, _Part(tuple(corpus.document_paths(plain))))
        folders = dict.fromkeys(path.parent for part in parts for path in part.paths)
        counts = [len(p.paths) + len(p.faults) + (document_tables.count(p.table) if p.table else 0) for p in parts]
        yield Holdings(metadata.read([*folders, files.documents], files.rules), sum(counts), tuple(parts))
