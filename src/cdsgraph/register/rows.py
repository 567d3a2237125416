"""Reads one table of the register: CSV, UTF-8, header row, `|` between several values, an empty cell for not known."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cdsgraph import periods
from cdsgraph.errors import RegisterError
from cdsgraph.register.model import Place
from cdsgraph.text import nfc, slug

_CHECKED = {"yes": True, "recalled": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its place; each reader of a cell raises RegisterError naming file, line and remedy."""

    place: Place
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, message: str, remedy: str) -> RegisterError:
        """The error to raise for this row."""
        return RegisterError(message, path=self.place.path, line=self.place.line, remedy=remedy)

    def required(self, column: str) -> str:
        """A cell that must not be empty."""
        if not self[column]:
            raise self.error(f"column {column} is empty", "fill it in or take the row out")
        return self[column]

    def optional(self, column: str) -> str | None:
        """A cell, or None where it is empty."""
        return self[column] or None

    def slug(self, column: str = "slug") -> str:
        """A cell that becomes part of an IRI."""
        value = self.required(column)
        if slug(value) != value:
            raise self.error(f"{column} {value!r} is no slug", f"write {slug(value)!r}")
        return value

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a cell that may hold several."""
        return tuple(value for part in self[column].split("|") if (value := part.strip()))

    def day(self, column: str) -> date | None:
        """A calendar day, or None where the cell is empty."""
        if not self[column]:
            return None
        try:
            if len(self[column]) != len("YYYY-MM-DD"):
                raise ValueError
            return date.fromisoformat(self[column])
        except ValueError:
            raise self.error(f"{column} {self[column]!r} is no date", "write YYYY-MM-DD or leave it empty") from None

    def required_day(self, column: str) -> date:
        """A calendar day that must be given."""
        self.required(column)
        day = self.day(column)
        assert day is not None  # noqa: S101 - the cell is not empty
        return day

    def span(self, first: str, last: str) -> tuple[date | None, date | None]:
        """First and last day, in order."""
        start, end = self.day(first), self.day(last)
        if start and end and start > end:
            raise self.error(f"{first} {start} lies after {last} {end}", "put the two days right; both are included")
        return start, end

    def period(self, column: str) -> str:
        """A period in ISO 8601 reduced form."""
        try:
            periods.days(self.required(column))
        except ValueError:
            raise self.error(
                f"{column} {self[column]!r} is no period", "write 2023, 2023-06, 2023-06-30, 2023-Q2 or 2023-H1"
            ) from None
        return self[column]

    def number(self, column: str) -> tuple[Decimal, int]:
        """A number with a decimal point, and the decimal places written."""
        try:
            value = Decimal(self.required(column))
        except InvalidOperation:
            raise self.error(f"{column} {self[column]!r} is no number", "write digits with a point: 12.66") from None
        if not value.is_finite():
            raise self.error(f"{column} {self[column]!r} is no number", "write digits with a point: 12.66")
        return value, len(self[column].partition(".")[2])

    def word(self, column: str, words: tuple[str, ...]) -> str:
        """A word of a closed list."""
        if self[column] not in words:
            raise self.error(f"{column} {self[column]!r} is unknown", f"write one of {', '.join(words)}")
        return self[column]

    def checked(self) -> bool:
        """Whether the row was seen in a source."""
        return _CHECKED[self.word("checked", tuple(_CHECKED))]


def read(
    path: Path, columns: tuple[str, ...], failed: Callable[[RegisterError], object] | None = None
) -> Iterator[Row]:
    """The rows of a table that has exactly `columns`.

    Raises RegisterError when the file is missing, not UTF-8, has other columns, or a row of another length; such a row
    is told to `failed` instead where that is given, and left out.
    """
    try:
        text = nfc(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RegisterError(f"cannot be read: {error.strerror}", path=path, remedy="restore the file") from error
    except UnicodeDecodeError as error:
        raise RegisterError("is not UTF-8", path=path, remedy="save the table as CSV UTF-8") from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    header: list[str] | None = None
    try:
        for cells in reader:
            place, line = Place(path, line), reader.line_num + 1
            if not any(cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(header, columns, place)
                continue
            if len(cells) != len(columns):
                wrong = RegisterError(
                    f"{len(cells)} cells, the header has {len(columns)}",
                    path=path,
                    line=place.line,
                    remedy="put text with a comma in double quotes, and count the commas",
                )
                if failed is None:
                    raise wrong
                failed(wrong)
                continue
            yield Row(place, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
    except csv.Error as error:
        raise RegisterError(
            f"is no CSV: {error}", path=path, line=line, remedy="close the double quotes; write a quote within as two"
        ) from error
    if header is None:
        raise RegisterError("is empty", path=path, line=1, remedy=f"write the header {','.join(columns)}")


def _check_header(header: list[str], columns: tuple[str, ...], place: Place) -> None:
    if tuple(header) == columns:
        return
    missing = [column for column in columns if column not in header]
    foreign = [column for column in header if column not in columns]
    parts = [f"column {name} is missing" for name in missing] + [f"column {name} is unknown" for name in foreign]
    raise RegisterError(
        "; ".join(parts) or "the columns stand in another order",
        path=place.path,
        line=place.line,
        remedy=f"write {','.join(columns)}",
    )
