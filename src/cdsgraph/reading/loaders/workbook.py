"""Workbooks (.xlsx): every sheet as its name and its rows, numbers as Vietnamese texts print them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders import packed
from cdsgraph.reading.loaders.page import Box, Page
from cdsgraph.reading.loaders.sheet_formats import Formats, Shown
from cdsgraph.reading.marked import Loaded, Told

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_KIND = "an Excel workbook"
_REMEDY = "open it in Excel or LibreOffice and save it anew as .xlsx"
_HIDDEN = " (ẩn)"
_PRECISION = 15  # significant digits that Excel keeps and shows
_MAX_CELLS = 2_000_000
_UNTITLED = re.compile(r"(?:Sheet|Trang tính|Trang_tính|Trang)\s?\d+", re.IGNORECASE)

_Value = int | float | str | bool | time | date | datetime | timedelta


def read(path: Path) -> Loaded:
    """Each sheet's name as a heading, unless Excel gave it, and each row as a line with a tab between cells.

    Formulas are read as the value stored with them; a hidden sheet is read and says so in its heading; rows apart by an
    empty one are tables of their own. Raises DocumentError when the file cannot be opened, is locked, damaged, no
    workbook, unpacks to more than 200 MB, covers more than 2 million cells, has no text, or has formulas that were
    never reckoned (naming the first).
    """
    if "xl/workbook.xml" not in packed.check(path, _KIND, "an old Excel file (.xls)", _REMEDY):
        raise packed.damaged(path, _KIND, _REMEDY)
    from lxml.etree import LxmlError
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    page = Page()
    try:
        with CalamineWorkbook.from_path(path) as workbook, Formats(path) as formats:
            for about in workbook.sheets_metadata:
                if about.typ is not SheetTypeEnum.WorkSheet:
                    continue
                hidden = about.visible is not SheetVisibleEnum.Visible
                _sheet(path, page, workbook, formats, about.name, hidden=hidden)
    except (CalamineError, LxmlError, BadZipFile, ZlibError, KeyError, ValueError, OSError, EOFError) as error:
        raise packed.damaged(path, _KIND, _REMEDY) from error
    return page.loaded(path, Told())


def _sheet(path: Path, page: Page, workbook: "CalamineWorkbook", formats: Formats, name: str, *, hidden: bool) -> None:
    shown = formats.of_sheet(name)
    if shown.rows * shown.columns > _MAX_CELLS:  # asked before the library makes room for them all
        raise DocumentError(
            f"sheet {name} covers {shown.rows} × {shown.columns} cells", path=path,
            remedy="delete the cells far from its table",
        )  # fmt: skip
    if shown.unreckoned:
        raise DocumentError(
            f"the formula in {name}!{shown.unreckoned} has no stored value", path=path,
            remedy="open it in Excel or LibreOffice, let it calculate and save it",
        )  # fmt: skip
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return
    if hidden or not _UNTITLED.fullmatch(name):
        page.heading(name + (_HIDDEN if hidden else ""), 1)
    within = True
    page.table()
    for row in _rows(sheet, shown):
        if any((cell.words if isinstance(cell, Box) else cell).strip() for cell in row):
            if not within:
                page.table()
            within = True
            page.row(row)
        else:
            within = False


def _rows(sheet: "CalamineSheet", shown: Shown) -> Iterator[list[str | Box]]:
    top, left = sheet.start or (0, 0)
    merged = {first: (last[0] - first[0] + 1, last[1] - first[1] + 1) for first, last in sheet.merged_cell_ranges or ()}
    for row, values in enumerate(sheet.to_python(), top):
        cells: list[str | Box] = []
        for column, value in enumerate(values, left):
            words = _printed(value, shown.of.get((row, column), ""))
            size = merged.get((row, column))
            cells.append(words if size is None else Box(words, *size))
        yield cells


def _printed(value: _Value, form: str) -> str:
    """A value as a Vietnamese text prints it: decimal comma, day before month, the places that the cell shows."""
    match value:
        case bool():
            return "x" if value else ""
        case int() | float():
            return _number(value, form)
        case datetime():
            return value.strftime("%d/%m/%Y") if value.time() == time() else value.strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return str(value)
        case _:
            return " ".join(value.split())


def _number(value: float, form: str) -> str:
    number = Decimal(f"{value:.{_PRECISION}g}")
    percent = "%" in form
    if percent:
        number *= 100
    places = re.search(r"0\.(0+)", form)
    if places or re.search(r"[0#]", form):
        number = number.quantize(Decimal(1).scaleb(-len(places[1]) if places else 0), ROUND_HALF_UP)
    else:
        number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    printed = f"{number:,f}" if ",0" in form or ",#" in form else f"{number:f}"
    return printed.translate(str.maketrans(",.", ".,")) + ("%" if percent else "")
