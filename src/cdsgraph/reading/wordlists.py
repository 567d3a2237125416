"""Reads the word lists of data/rules/: CSV tables with a header row, `#` comment lines allowed."""

import csv
from pathlib import Path

from cdsgraph.errors import RulesError
from cdsgraph.text import nfc


def read_table(folder: Path, name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of `{folder}/{name}.csv` as dictionaries with exactly `columns`, in the file's order.

    Raises RulesError naming file and line when the table is missing, has other columns or a row of another length.
    """
    path = folder / f"{name}.csv"
    try:
        lines = nfc(path.read_text(encoding="utf-8-sig")).split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"cannot be read: {error}", path=path, remedy="restore the file as UTF-8 text") from error
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    rows: list[dict[str, str]] = []
    header: list[str] | None = None
    for number, line in numbered:
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if header is None:
            header = cells
            if tuple(header) != columns:
                raise RulesError(
                    f"columns are {', '.join(header)}", path=path, line=number, remedy=f"write {', '.join(columns)}"
                )
        elif len(cells) != len(columns):
            raise RulesError(
                f"{len(cells)} cells, the header has {len(columns)}",
                path=path,
                line=number,
                remedy="put text with a comma in double quotes",
            )
        else:
            rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def whole_number(cell: str, folder: Path, name: str) -> int:
    """The whole number in a cell of `{folder}/{name}.csv`. Raises RulesError where it is none."""
    try:
        return int(cell)
    except ValueError as error:
        raise RulesError(
            f"{cell!r} is no whole number", path=folder / f"{name}.csv", remedy="write digits only"
        ) from error
