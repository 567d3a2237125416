"""Documents in Parquet tables: a row each, with its file name, its text or bytes, and what sources.csv would tell.

Columns: `name`; `text` (string) or `content` (binary); and any of sources.csv. Further columns are passed over.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from cdsgraph.errors import DocumentError
from cdsgraph.reading import metadata
from cdsgraph.reading.given import Given
from cdsgraph.text import slug

SUFFIX: Final = ".parquet"
_AT_ONCE: Final = 64  # rows held at a time
_CONTENT: Final = ("content", "text")


def count(path: Path) -> int:
    """How many rows a table has. Raises DocumentError as `documents` does."""
    return int(_opened(path).metadata.num_rows)


def documents(path: Path) -> Iterator[Given]:
    """The documents of a table in the order of its rows; one whose row says what cannot be has that as its fault.

    Raises DocumentError where the table cannot be read or lacks a column, or pyarrow is not installed.
    """
    table = _opened(path)
    columns = set(table.schema_arrow.names)
    content = next((each for each in _CONTENT if each in columns), None)
    if "name" not in columns or content is None:
        raise DocumentError(
            f"its columns are {', '.join(sorted(columns))}", path=path, remedy="give it name, and text or content"
        )
    wanted = ["name", content, *sorted(columns & set(metadata.COLUMNS))]
    line = 0
    for batch in table.iter_batches(_AT_ONCE, columns=wanted):
        for row in batch.to_pylist():
            line += 1
            yield _given(row, content, path, line)


def _given(row: Mapping[str, Any], content: str, path: Path, line: int) -> Given:
    name, words = row["name"], row[content]
    place = f"{path}:{line}"
    if not isinstance(name, str) or not name or not isinstance(words, str | bytes):
        fault = DocumentError(f"no name or no {content}", path=path, line=line, remedy="fill it in or drop the row")
        return Given(place, f"row-{line}.txt", content=b"", fault=fault)
    file = Path(name).name if Path(name).suffix else f"{Path(name).name}.txt"
    told = {key: _written(value) for key, value in row.items() if key in metadata.COLUMNS}
    given = words.encode() if isinstance(words, str) else words
    try:
        record = metadata.record(told | {"slug": told.get("slug") or slug(Path(file).stem)}, path, line)
    except DocumentError as error:
        return Given(place, file, content=given, fault=error)
    return Given(place, file, content=given, record=record if any(told.values()) else None)


def _written(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _opened(path: Path) -> Any:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise DocumentError(
            "Parquet tables are read with pyarrow, which is not installed", path=path,
            remedy="pip install 'cdsgraph[cluster]'",
        ) from error  # fmt: skip
    try:
        return ParquetFile(path)
    except (OSError, ArrowException) as error:
        raise DocumentError(f"not a Parquet table: {error}", path=path, remedy="write it again") from error
