"""PDF files: the words of the text layer in reading order, in paragraphs and tables."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cdsgraph import children
from cdsgraph.errors import DocumentError
from cdsgraph.reading.loaders.encodings import restored
from cdsgraph.reading.loaders.page import Page, check_size, words
from cdsgraph.reading.loaders.pdf.columns import in_order
from cdsgraph.reading.loaders.pdf.geometry import Box, Sheet, Table, Word
from cdsgraph.reading.loaders.pdf.paragraphs import edges, paragraphs, without_running_heads, without_small_print
from cdsgraph.reading.marked import Loaded, Told
from cdsgraph.text import nfc

_LIMIT = 200_000_000
_PAGES = 2_000
_MEMORY = 2_000_000_000
_SECONDS = 120
_PICTURE_WORDS = 100
_CHILD = Path(__file__).with_name("child.py")
_PRINT_SIGNS = str.maketrans({"\uf0b7": "•", "\uf0a7": "•", "\uf02d": "-", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi"})
_COMPLAINTS = {
    "password": ("locked with a password", "open it and save it without a password"),
    "damaged": ("not a PDF, or a damaged one", "fetch it again, or open it in a browser and print it to a new PDF"),
    "pages": (f"more than the {_PAGES:,} pages that are read", "cut it in parts"),
}


def read(path: Path) -> Loaded:
    """Paragraphs, headings by the size of their print, and tables; author, and title where the text bears it.

    Running heads and feet and page numbers are left out. The file's dates are not taken: they say when it was made.
    Raises DocumentError when the file cannot be opened, is locked, damaged, longer than 2,000 pages or 200 MB, takes
    more than two minutes or 2 GB to read, or is made of pictures of pages.
    """
    check_size(path, _LIMIT)
    told, sheets = _taken(path)
    shown = sum(len(sheet.words) for sheet in sheets)
    pictures = sum(sheet.picture for sheet in sheets)
    if not shown or (2 * pictures > len(sheets) and shown < _PICTURE_WORDS * len(sheets)):
        raise DocumentError(
            "pictures of pages without text in them: it was scanned", path=path,
            remedy="run text recognition (OCR) for Vietnamese on it, as `ocrmypdf -l vie` does, and give the result",
        )  # fmt: skip
    sheets = [sheet for sheet in without_running_heads(_restored(sheets, path)) if sheet.words]
    page = Page()
    sheets, aside = without_small_print(sheets)
    ends = edges(sheets)
    columns = [column for sheet in sheets for column in in_order(sheet, ends)]
    found = list(paragraphs([*columns, *([line] for line in aside)]))
    sizes = sorted({round(each.enlarged, 1) for each in found if not isinstance(each, Table)} - {1.0}, reverse=True)
    for each in found:
        if isinstance(each, Table):
            for row in each.rows:
                page.row(row)
        elif round(each.enlarged, 1) in sizes:
            page.heading(each.text, 1 + sizes.index(round(each.enlarged, 1)))
        else:
            page.paragraph(each.text)
    loaded = page.loaded(path, Told())
    title = words(told.get("title"))
    shows_title = title and title.casefold() in loaded.text.casefold()
    return Loaded(
        loaded.text, loaded.parts, Told(title=title if shows_title else None, author=words(told.get("author")))
    )


def _taken(path: Path) -> tuple[dict[str, Any], list[Sheet]]:
    """What the process that opens the file tells of it, and its pages."""
    ended = children.run(_CHILD, str(path), str(_PAGES), str(_MEMORY), seconds=_SECONDS)
    if ended.code is None:
        raise DocumentError(
            f"not read within {_SECONDS} seconds", path=path, remedy="cut it in parts, or save its words as a .txt file"
        )
    told: list[dict[str, Any]] = []
    if ended.code == 0:
        told = [json.loads(line) for line in ended.output.splitlines()]
    complaint = told[-1].get("error") if told else "damaged"
    if complaint:
        message, remedy = _COMPLAINTS[complaint]
        raise DocumentError(message, path=path, remedy=remedy)
    return told[0], [_sheet(page) for page in told[1:]]


def _sheet(page: dict[str, Any]) -> Sheet:
    taken = [Word(nfc(text.translate(_PRINT_SIGNS)), Box(*box), size) for text, *box, size in page["words"]]
    return Sheet(taken, [Box(*rule) for rule in page["rules"]], page["picture"])


def _restored(sheets: list[Sheet], path: Path) -> list[Sheet]:
    """The pages with their words in Unicode where the file was set in the fonts of before."""
    text = "\n".join(" ".join(word.text for word in sheet.words) for sheet in sheets)
    found = restored(text, path)
    if found is text:
        return sheets
    return [
        replace(sheet, words=[replace(word, text=new) for word, new in zip(sheet.words, line.split(" "), strict=True)])
        for sheet, line in zip(sheets, found.split("\n"), strict=True)
    ]
