"""Documents of a few words, and the tables of cases."""

import csv
from pathlib import Path

from cdsgraph.files import Files
from cdsgraph.reading.document import Document, Metadata
from cdsgraph.reading.layout import LayoutWords, lay_out

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, str]]:
    """The rows of a table of cases; ⏎ stands for a line feed."""
    lines = (CASES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [{column: (cell or "").replace("⏎", "\n") for column, cell in row.items()} for row in rows]


def document(files: Files, text: str, *, event_date: str | None = None) -> Document:
    """A laid-out document of the given words."""
    return lay_out(Document("case.txt", text, Metadata("case", event_date=event_date)), LayoutWords.load(files.rules))
