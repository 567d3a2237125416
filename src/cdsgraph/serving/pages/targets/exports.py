"""The scorecard as files: CSV as the saved query answers, a workbook with its sources, JSON-LD of the statements."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets.scorecard import Entry, Row

COLUMNS: Final = (
    "indicator", "act", "setBy", "pillar", "deadline", "comparator", "goal", "goalTo", "unit", "latest", "printed",
    "asOf", "period", "basis", "gap", "gapUnit", "status", "rule", "sources", "targetEvidence", "figureEvidence",
    "target", "figure", "assessment",
)  # fmt: skip
_EVIDENCE: Final = ("fact", "file", "row", "seenIn", "source", "sentence", "start", "end", "evidence")
_NUMBERS: Final = frozenset({"goal", "goalTo", "latest", "gap", "row", "start", "end"})
_DATES: Final = frozenset({"deadline", "asOf", "sources"})
_WIDE: Final = {"indicator": 48, "rule": 60, "sentence": 80, "printed": 16, "basis": 36, "status": 22}
_WIDTH: Final = 14
_ADDRESS_WIDTH: Final = 40
_MOST_ROWS: Final = 1_000_000  # of a sheet


def as_csv(listed: Sequence[Entry]) -> bytes:
    """A line for each assessment, with the saved query's names of columns; UTF-8 (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([row.get(name, "") for name in COLUMNS] for entry in listed for row in entry.rows)
    return out.getvalue().encode()


def as_workbook(
    listed: Sequence[Entry], evidence: Sequence[Row], about: Mapping[str, str | int], reader: Reader
) -> bytes:
    """An XLSX workbook: the targets, the sources of both sides, what it was made from. Equal input, equal bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": str(reader.word("targets.title")), "created": datetime(1980, 1, 1)})
    rows = [row for entry in listed for row in entry.rows]
    _sheet(book, str(reader.word("targets.sheet")), COLUMNS, rows, reader)
    facts = {row[name] for row in rows for name in ("target", "figure") if name in row}
    sources = [row for row in evidence if row["fact"] in facts]
    _sheet(book, str(reader.word("targets.sheet.sources")), _EVIDENCE, sources, reader)
    sheet = book.add_worksheet(str(reader.word("targets.sheet.about")))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for place, (name, value) in enumerate(about.items()):
        sheet.write_string(place, 0, name)
        sheet.write(place, 1, value)
    book.close()
    return out.getvalue()


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row], reader: Reader) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(columns):
        address = column.endswith("Evidence") or column in ("target", "figure", "assessment", "fact", "evidence")
        sheet.set_column(place, place, _ADDRESS_WIDTH if address else _WIDE.get(column, _WIDTH))
        sheet.write_string(0, place, str(reader.word(f"targets.column.{column}")), head)
    for line, row in enumerate(rows[:_MOST_ROWS], 1):
        for place, column in enumerate(columns):
            if column not in row:
                continue
            value = row[column]
            if column in _NUMBERS:
                sheet.write_number(line, place, float(Decimal(value)))
            elif column in _DATES:
                sheet.write_datetime(line, place, date.fromisoformat(value), day)
            else:
                sheet.write_string(line, place, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, min(len(rows), _MOST_ROWS)), len(columns) - 1)
