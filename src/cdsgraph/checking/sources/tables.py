"""The tables of data/: register, corrections, word lists, words of the commands, and the records of the documents."""

import csv
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources.project import Sources
from cdsgraph.checking.sources.rules import file_iri, finding
from cdsgraph.errors import CdsgraphError, CorrectionError, DocumentError, RulesError
from cdsgraph.reading import corpus, corrections, loaders, metadata
from cdsgraph.reading.extract import Reader
from cdsgraph.register import Register


def check(sources: Sources, register: Register | None, register_faults: Iterable[CdsgraphError]) -> Iterator[Result]:
    """What is wrong with the tables; `register_faults` are those that reading the register found."""
    files = sources.files
    wrong: list[CorrectionError] = []
    corrections.load(files.corrections, wrong.append)
    yield from _told(sources, "Register-row", register_faults)
    yield from _told(sources, "Correction-row", wrong)
    yield from _word_lists(sources, register)
    for path in sorted(files.words.glob("*.csv")):
        yield from _words(sources, path)
    yield from _told(sources, "Document-record", metadata.faults(files.documents))
    yield from _documents(sources)


def _told(sources: Sources, rule: str, errors: Iterable[CdsgraphError]) -> Iterator[Result]:
    for error in errors:
        path = sources.relative(error.path or sources.files.root)
        yield finding(
            rule, file_iri(path), Place(path, error.line, error.column), value=error.message, remedy=error.remedy
        )


def _word_lists(sources: Sources, register: Register | None) -> Iterator[Result]:
    """Rows of another length than the header, then what the reading rules themselves stop at."""
    wrong = [error for path in sorted(sources.files.rules.glob("*.csv")) for error in _uneven(path)]
    if not wrong and register is not None:
        try:
            Reader(register, sources.files.rules)
        except RulesError as error:
            wrong.append(error)
    yield from _told(sources, "Rules-row", wrong)


def _uneven(path: Path) -> Iterator[RulesError]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield RulesError(f"cannot be read: {error}", path=path, remedy="restore the file as UTF-8 text")
        return
    width = 0
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = len(next(csv.reader([line])))
        width = width or cells
        if cells != width:
            remedy = "put text with a comma in double quotes"
            yield RulesError(f"{cells} cells, the header has {width}", path=path, line=number, remedy=remedy)


def _words(sources: Sources, path: Path) -> Iterator[Result]:
    """A table of words that commands print says each in both languages."""
    relative = sources.relative(path)
    wrong = list(_uneven(path))
    yield from _told(sources, "Words-row", wrong)
    if wrong:
        return
    reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
    for cells in reader:
        if cells and not cells[0].startswith("#") and not all(cell.strip() for cell in cells):
            yield finding("Words-row", file_iri(relative), Place(relative, reader.line_num), value=",".join(cells))


def _documents(sources: Sources) -> Iterator[Result]:
    """Documents that cannot be read, and records whose text has changed since."""
    try:
        paths = corpus.document_paths([sources.files.documents])
    except DocumentError as error:
        yield from _told(sources, "Document-text", [error])
        return
    hashes = dict(_recorded(sources.files.documents))
    for path in paths:
        try:
            found = sha256(loaders.read(path).text.encode()).hexdigest()
        except DocumentError as error:
            yield from _told(sources, "Document-text", [error])
            continue
        line, recorded = hashes.get(path.relative_to(sources.files.documents).as_posix(), (0, found))
        if recorded != found:
            table = sources.relative(sources.files.documents / "sources.csv")
            relative = sources.relative(path)
            yield finding("Document-changed", file_iri(relative), Place(table, line), Place(relative), value=found)


def _recorded(folder: Path) -> Iterator[tuple[str, tuple[int, str]]]:
    """File, line of its record and recorded SHA-256, as far as they can be read."""
    path = folder / "sources.csv"
    if not path.is_file():
        return
    reader = csv.reader(path.read_text(encoding="utf-8-sig", errors="replace").split("\n"))
    header: list[str] = []
    for cells in reader:
        if cells and not cells[0].startswith("#"):
            if header and len(cells) == len(header) and {"file", "sha256"} <= set(header):
                row = dict(zip(header, cells, strict=True))
                yield row["file"].strip(), (reader.line_num, row["sha256"].strip())
            header = header or cells
