"""One table as a Word file, a page, Markdown, a workbook, comma-separated values and lines with tabs."""

import csv
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import openpyxl

from tests.reading import renderings

FILLER = "Bảng dưới đây nêu các chỉ tiêu mà các cơ quan theo dõi và công bố hằng quý trên cổng thông tin. " * 4


@dataclass(frozen=True)
class Table:
    """Lines above it and its rows; a cell "" right of or under another is covered by it where `merged` says so.

    `merged` gives the place of a merged cell and how many rows and columns it covers.
    """

    above: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heads: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def covered(self) -> set[tuple[int, int]]:
        return {
            (row + down, column + right)
            for row, column, rows, columns in self.merged
            for down in range(rows)
            for right in range(columns)
            if down or right
        }


def word(table: Table, path: Path) -> None:
    made = docx.Document()
    for line in table.above:
        made.add_paragraph(line)
    grid = made.add_table(rows=len(table.rows), cols=len(table.rows[0]))
    for row, cells in zip(grid.rows, table.rows, strict=True):
        for cell, shown in zip(row.cells, cells, strict=True):
            cell.text = shown
    for row_number, column, rows, columns in table.merged:
        shown = table.rows[row_number][column]
        last = grid.cell(row_number + rows - 1, column + columns - 1)
        grid.cell(row_number, column).merge(last).text = shown
    made.save(str(path))


def page(table: Table, path: Path) -> None:
    sizes = {(row, column): (rows, columns) for row, column, rows, columns in table.merged}
    lines = []
    for number, row in enumerate(table.rows):
        tag = "th" if number < table.heads else "td"
        line = ""
        for column, shown in enumerate(row):
            if (number, column) not in table.covered():
                rows, columns = sizes.get((number, column), (1, 1))
                line += f'<{tag} rowspan="{rows}" colspan="{columns}">{escape(shown)}</{tag}>'
        lines.append(f"<tr>{line}</tr>")
    above = "".join(f"<p>{escape(line)}</p>" for line in table.above)
    body = f"<p>{FILLER}</p>{above}<table>{''.join(lines)}</table>"
    path.write_text(renderings.PAGE.format(body=body), encoding="utf-8")


def markdown(table: Table, path: Path) -> None:
    lines = [
        "| " + " | ".join(renderings.MARKDOWN_SIGNS.sub(r"\\\1", cell) for cell in row) + " |" for row in table.rows
    ]
    lines.insert(1, "|" + " --- |" * len(table.rows[0]))
    path.write_text("\n\n".join((*table.above, "\n".join(lines))), encoding="utf-8")


def delimited(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        width = len(table.rows[0])
        writer.writerows([line, *[""] * (width - 1)] for line in table.above)
        writer.writerows(table.rows)


def tabbed(table: Table, path: Path) -> None:
    lines = "\n".join("\t".join(row) for row in table.rows)
    path.write_text("\n".join((*table.above, lines)) + "\n", encoding="utf-8")


def workbook(table: Table, path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for number, line in enumerate(table.above, 1):
        sheet.cell(number, 1, line)
    top = len(table.above) + 1
    for number, row in enumerate(table.rows, top):
        for column, shown in enumerate(row, 1):
            if shown:
                value, form = typed(shown)
                sheet.cell(number, column, value).number_format = form
    for row_number, column, rows, columns in table.merged:
        sheet.merge_cells(
            start_row=top + row_number, start_column=column + 1,
            end_row=top + row_number + rows - 1, end_column=column + columns,
        )  # fmt: skip
    made.save(path)


def typed(shown: str) -> tuple[str | float, str]:
    """A printed number as a number and the format that prints it so; other words as they are."""
    if shown.startswith("+"):
        return shown, "General"
    try:
        value = float(shown.replace(".", "").replace(",", "."))
    except ValueError:
        return shown, "General"
    places = len(shown.partition(",")[2])
    return value, ("#,##0" if "." in shown else "0") + ("." + "0" * places if places else "")


RENDER = {
    ".docx": word, ".html": page, ".md": markdown, ".csv": delimited, ".txt": tabbed, ".xlsx": workbook,
}  # fmt: skip
