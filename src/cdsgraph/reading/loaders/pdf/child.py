"""Runs alone, in a process of its own: takes the words of a PDF with their places, and the lines drawn on its pages.

    python -P child.py FILE MOST_PAGES MEMORY

Prints one JSON object a line: first `{"title", "author"}`, then one a page, `{"words", "rules", "picture"}`. A word is
[text, left, top, right, bottom, font size], a rule [left, top, right, bottom], in points from the upper left corner.
What cannot be read is `{"error": "password" | "damaged" | "pages"}`. The library that reads PDFs is written in C++: a
file made to break it ends this process and no other. So nothing of the package is imported here.
"""

import ctypes
import json
import re
import resource
import sys
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_WORD = re.compile(r"[^\s\0]+")
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: ""}
_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 40_000
_SLANT = 1.0
_PICTURE = 0.5
_FAR = 20_000.0  # points: seven metres; false too for what is no number


def main() -> None:
    """Print what the file named on the command line holds."""
    path, most, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        _tell({"error": "password" if error.err_code == raw.FPDF_ERR_PASSWORD else "damaged"})
        return
    if len(document) > most:
        _tell({"error": "pages", "pages": len(document)})
        return
    stated = document.get_metadata_dict(skip_empty=True)
    _tell({"title": stated.get("Title"), "author": stated.get("Author")})
    for number in range(len(document)):
        try:
            page = document[number]
            _tell(_page(page))
            page.close()
        except pdfium.PdfiumError:
            _tell({"error": "damaged"})
            return


def _tell(told: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")


def _page(page: pdfium.PdfPage) -> dict[str, object]:
    turned = page.get_rotation()
    wide, high = page.get_size()
    right, top = (high, wide) if turned in (90, 270) else (wide, high)

    def placed(x0: float, y0: float, x1: float, y1: float) -> list[float]:
        """A box of the page's own coordinates, which ignore how it is turned, as it is seen from the upper left."""
        corners = {
            0: (x0, top - y1, x1, top - y0),
            90: (y0, x0, y1, x1),
            180: (right - x1, y0, right - x0, y1),
            270: (top - y1, right - x1, top - y0, right - x0),
        }[turned]
        return [round(value, 1) for value in corners]

    words = [
        [text, *placed(*box), round(size, 1)]
        for text, box, size in _words(page)
        if size >= 1 and all(abs(value) < _FAR for value in box)
    ]
    rules: list[list[float]] = []
    covered = 0.0
    count = raw.FPDFPage_CountObjects(page)
    if count <= _MOST_OBJECTS:
        for each in page.get_objects((raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH), max_depth=4):
            if each.type == raw.FPDF_PAGEOBJ_IMAGE:
                x0, y0, x1, y1 = each.get_bounds()
                covered = max(covered, (x1 - x0) * (y1 - y0))
            elif len(rules) < _MOST_SEGMENTS:
                rules += [placed(*rule) for rule in _rules(each.raw) if all(abs(value) < _FAR for value in rule)]
    return {"words": words, "rules": rules, "picture": covered >= _PICTURE * wide * high > 0}


def _words(page: pdfium.PdfPage) -> Iterator[tuple[str, tuple[float, float, float, float], float]]:
    """Each word in the order of the file, its box (left, bottom, right, top) and the size of its font."""
    textpage = page.get_textpage()
    handle, unicode_at = textpage.raw, raw.FPDFText_GetUnicode
    text = "".join(_character(unicode_at(handle, at)) for at in range(textpage.count_chars()))
    for match in _WORD.finditer(text):
        for first, end in _on_one_line(textpage, match.start(), match.end()):
            one, other = textpage.get_charbox(first, loose=True), textpage.get_charbox(end - 1, loose=True)
            box = (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
            yield text[first:end], box, abs(one[3] - one[1])


def _on_one_line(textpage: pdfium.PdfTextPage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A word, or its parts where a line ends after a hyphen in it, which the library does not tell."""
    first, last = textpage.get_charbox(start, loose=True), textpage.get_charbox(end - 1, loose=True)
    if last[0] >= first[0] and last[1] < first[3] and last[3] > first[1]:
        yield start, end
        return
    begin, before = start, first
    for at in range(start + 1, end):
        box = textpage.get_charbox(at, loose=True)
        if box[2] < before[0] or box[3] <= before[1] or box[1] >= before[3]:
            yield begin, at
            begin = at
        before = box
    yield begin, end


def _character(code: int) -> str:
    if code in _HYPHENS:
        return _HYPHENS[code] or "\0"
    return chr(code) if code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "\ufffd"


def _rules(path: object) -> Iterator[tuple[float, float, float, float]]:
    """The upright and level strokes of a path, edges of filled bars among them."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    before: tuple[float, float] | None = None
    start: tuple[float, float] | None = None
    for at in range(min(raw.FPDFPath_CountSegments(path), _MOST_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            if before is not None:
                yield from _rule(before, here)
        else:
            start = here
        if raw.FPDFPathSegment_GetClose(segment) and start is not None:
            yield from _rule(here, start)
        before = here


def _rule(one: tuple[float, float], other: tuple[float, float]) -> Iterator[tuple[float, float, float, float]]:
    wide, high = abs(one[0] - other[0]), abs(one[1] - other[1])
    if (wide <= _SLANT) != (high <= _SLANT):
        yield min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


if __name__ == "__main__":
    main()
