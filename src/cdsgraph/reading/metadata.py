"""What is known of a source besides its words: its row in sources.csv, else what the text itself tells."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from cdsgraph import periods as iso
from cdsgraph.errors import DocumentError
from cdsgraph.reading.dating import Dating, DatingWords
from cdsgraph.reading.document import Metadata
from cdsgraph.reading.layout import LayoutWords
from cdsgraph.reading.marked import Told
from cdsgraph.text import nfc, slug, squeeze

COLUMNS = (
    "slug", "file", "sha256", "title", "publisher", "author", "event_date", "published", "published_basis",
    "not_before", "not_after", "language", "kind", "rights", "checked",
)  # fmt: skip
_KINDS = ("press-report", "article", "decision", "resolution", "plan", "report")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of sources.csv by text and by file, with the words that documents without a row are read by."""

    by_sha256: dict[str, Metadata]
    by_path: dict[Path, Metadata]
    layout: LayoutWords
    dating: DatingWords

    def of_text(self, text: str) -> Metadata | None:
        """The record of a text, by its words."""
        return self.by_sha256.get(sha256(text.encode()).hexdigest())

    def for_document(self, path: Path, text: str, told: Told | None = None) -> Metadata:
        """The record of a text: of the same words wherever the file lies, else of the file itself.

        Without a record, what the file tells outside its text (`told`) and what the text tells: slug from the file's
        name, dates from its dateline, kind from its head.
        """
        record = self.of_text(text) or self.by_path.get(path.resolve())
        return record if record is not None else infer(path.name, text, self.dating, told or Told())


def read(folders: Iterable[Path], rules: Path) -> Records:
    """The records of documents folders; none from a folder that has no sources.csv. The first record of a text stands.

    `rules` are the word lists. Raises DocumentError naming file and line for a bad date or kind, a missing file, a
    slug, file or text given twice in one table; RulesError for a malformed word list.
    """
    by_sha256: dict[str, Metadata] = {}
    by_path: dict[Path, Metadata] = {}
    for folder in dict.fromkeys(each.resolve() for each in folders):
        by_text, by_file = _table(folder)
        by_sha256 = by_text | by_sha256
        by_path |= {folder / name: metadata for name, metadata in by_file.items()}
    return Records(by_sha256, by_path, LayoutWords.load(rules), DatingWords.load(rules))


def record(told: Mapping[str, str], path: Path, line: int) -> Metadata:
    """The record that a row of another table tells; what it lacks is not known, and its kind an article.

    Raises DocumentError naming path and line for a bad date, slug or kind.
    """
    row = dict.fromkeys(COLUMNS, "") | {key: squeeze(nfc(value)) for key, value in told.items() if key in COLUMNS}
    return _metadata(row | {"kind": row["kind"] or "article", "sha256": "0" * 64, "checked": "no"}, path, line)


def faults(folder: Path) -> tuple[DocumentError, ...]:
    """Everything in a folder's sources.csv that `read` would stop at, a row each."""
    found: list[DocumentError] = []
    try:
        _table(folder, found.append)
    except DocumentError as error:
        found.append(error)
    return tuple(found)


def _table(
    folder: Path, failed: Callable[[DocumentError], object] | None = None
) -> tuple[dict[str, Metadata], dict[str, Metadata]]:
    """The rows of a folder's sources.csv, by hash of the text and by file name; without those told to `failed`."""
    path = folder / "sources.csv"
    by_sha256: dict[str, Metadata] = {}
    by_file: dict[str, Metadata] = {}
    slugs: set[str] = set()
    for line, row in _rows(path):
        try:
            metadata = _metadata(row, path, line)
            if not (folder / row["file"]).is_file():
                raise DocumentError(
                    f"no file {row['file']!r} beside it", path=path, line=line, remedy="add the file or drop the row"
                )
            for what, value, known in (
                ("slug", metadata.slug, slugs),
                ("file", row["file"], by_file),
                ("sha256", row["sha256"], by_sha256),
            ):
                if value in known:
                    raise DocumentError(f"{what} {value} is given twice", path=path, line=line, remedy="keep one row")
        except DocumentError as error:
            if failed is None:
                raise
            failed(error)
            continue
        slugs.add(metadata.slug)
        by_file[row["file"]] = by_sha256[row["sha256"]] = metadata
    return by_sha256, by_file


def infer(name: str, text: str, words: DatingWords, told: Told) -> Metadata:
    """What a text without a record tells of itself, in its file's metadata and in its words."""
    dating = Dating(text, words, told.published)
    event, published, basis = dating.dates()
    return Metadata(
        slug=slug(name.rsplit(".", 1)[0]) or "van-ban",
        title=told.title or dating.title(),
        publisher=told.publisher,
        author=told.author,
        event_date=event,
        published=published,
        published_basis=basis,
        kind=dating.kind(),
        url=told.url,
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        return
    try:
        text = nfc(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"cannot be read: {error}", path=path, remedy="save it as UTF-8 text") from error
    reader = csv.reader(text.split("\n"))
    header: list[str] | None = None
    for cells in reader:
        if not cells or (cells[0].startswith("#") and header is None):
            continue
        if header is None:
            header = cells
            if tuple(header) != COLUMNS:
                raise DocumentError(
                    f"columns are {', '.join(header)}", path=path, line=reader.line_num,
                    remedy=f"write {', '.join(COLUMNS)}",
                )  # fmt: skip
        elif len(cells) != len(header):
            raise DocumentError(
                f"{len(cells)} cells, the header has {len(header)}", path=path, line=reader.line_num,
                remedy="put text with a comma in double quotes",
            )  # fmt: skip
        else:
            yield reader.line_num, {key: squeeze(cell) for key, cell in zip(header, cells, strict=True)}


def _metadata(row: dict[str, str], path: Path, line: int) -> Metadata:
    def wrong(message: str, remedy: str) -> DocumentError:
        return DocumentError(message, path=path, line=line, remedy=remedy)

    def period(column: str) -> str | None:
        value = row[column]
        if not value:
            return None
        try:
            if not _DATE.fullmatch(value):
                raise ValueError(value)
            iso.days(value)
        except ValueError as error:
            raise wrong(f"{column} {value!r} is no date", "write YYYY, YYYY-MM or YYYY-MM-DD") from error
        return value

    def day(column: str) -> date | None:
        try:
            return date.fromisoformat(row[column]) if row[column] else None
        except ValueError as error:
            raise wrong(f"{column} {row[column]!r} is no day", "write YYYY-MM-DD") from error

    if not row["slug"] or slug(row["slug"]) != row["slug"]:
        raise wrong(f"slug {row['slug']!r} is none", "use small letters, digits and hyphens")
    if row["kind"] not in _KINDS:
        raise wrong(f"kind {row['kind']!r} is not known", f"write one of {', '.join(_KINDS)}")
    if not re.fullmatch(r"[0-9a-f]{64}", row["sha256"]):
        raise wrong("sha256 is not 64 hexadecimal digits", "write the SHA-256 of the NFC text")
    if row["checked"] not in ("yes", "no"):
        raise wrong(f"checked is {row['checked']!r}", "write yes or no")
    not_before, not_after = day("not_before"), day("not_after")
    if not_before and not_after and not_before > not_after:
        raise wrong("not_before lies after not_after", "exchange or mend the two days")
    return Metadata(
        slug=row["slug"], title=row["title"] or None, publisher=row["publisher"] or None, author=row["author"] or None,
        event_date=period("event_date"), published=period("published"), published_basis=row["published_basis"] or None,
        not_before=not_before, not_after=not_after, language=row["language"] or "vi", kind=row["kind"],
        rights=row["rights"] or None,
    )  # fmt: skip
