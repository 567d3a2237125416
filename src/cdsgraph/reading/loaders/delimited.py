"""Delimited text (.csv): a table, its rows as lines."""

import csv
import re
from io import StringIO
from pathlib import Path

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders import text
from cdsgraph.reading.loaders.page import Page
from cdsgraph.reading.marked import Loaded, Told

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 50
_SAID = re.compile(r"sep=(.)\n", re.IGNORECASE)  # a first line that Excel writes and reads
_LONGEST = 1_000_000


def read(path: Path) -> Loaded:
    """Every row with words as a line, a tab between cells; the delimiter is told from the rows.

    Raises DocumentError as for plain text, and when a quotation mark is not closed or nothing but marks is in it.
    """
    source = text.decoded(path)
    said = _SAID.match(source)
    if said:
        source = source[said.end() :]
    page = Page()
    page.table()
    for cells in _rows(path, source, said[1] if said else _delimiter(source)):
        page.row([" ".join(cell.split()) for cell in cells])
    return page.loaded(path, Told())


def _rows(path: Path, source: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(StringIO(source), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise DocumentError(
            f"not a table of comma-separated values: {error}", path=path, line=max(1, reader.line_num),
            remedy="close the quotation marks, or save the table as .xlsx",
        ) from error  # fmt: skip


def _delimiter(source: str) -> str:
    """The mark that cuts the first rows into most columns alike; a comma where none does."""
    best, most = ",", 0
    sample = "\n".join(source.split("\n", _SNIFFED)[:_SNIFFED])
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(StringIO(sample), delimiter=delimiter) if row]
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        if usual > 1 and (score := widths.count(usual) * min(usual, 4)) > most:
            best, most = delimiter, score
    return best
