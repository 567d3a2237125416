"""A plain text in other formats: a Markdown file, a web page with furniture around it, a Word file, PDFs."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import docx
from fpdf import FPDF

from cdsgraph.reading.document import Block, BlockKind, Document
from cdsgraph.text import squeeze

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
BULLET = re.compile(r"[-–•*]\s+")
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~&])")

PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Bản tin</title><script>var theo_doi = "999 tỷ đồng";</script></head>
<body>
<header><nav><ul><li><a href="/">Trang chủ</a></li>
<li><a href="/cds">Bộ Thông tin và Truyền thông 777%</a></li></ul></nav>
</header>
<main><article>
{body}
</article></main>
<aside><h3>Tin liên quan</h3><ul><li><a href="/1">Quyết định 111/QĐ-TTg: 555 xã có mạng</a></li></ul></aside>
<footer><p>Giấy phép số 222/GP-BTTTT, điện thoại 333 444. Bản quyền thuộc về tòa soạn.</p></footer>
</body></html>
"""


def pieces(document: Document) -> list[tuple[BlockKind, str]]:
    """The blocks' words on one line; of the list items only those with a bullet count as marked up."""

    def kind(block: Block, words: str) -> BlockKind:
        listed = block.kind is BlockKind.LIST_ITEM and BULLET.match(words)
        return block.kind if listed or block.kind is BlockKind.HEADING else BlockKind.PARAGRAPH

    found = [(block, squeeze(block.span.of(document.text))) for block in document.blocks]
    return [(kind(block, words), words) for block, words in found]


def markdown(document: Document, path: Path) -> None:
    lines = []
    for kind, words in pieces(document):
        bullet = BULLET.match(words) if kind is BlockKind.LIST_ITEM else None
        mark = {BlockKind.HEADING: "## ", BlockKind.LIST_ITEM: "* "}.get(kind, "")
        lines.append(mark + MARKDOWN_SIGNS.sub(r"\\\1", words[bullet.end() :] if bullet else words))
    path.write_text("\n\n".join(lines), encoding="utf-8")


def page(document: Document, path: Path) -> None:
    lines = []
    for kind, words in pieces(document):
        bullet = BULLET.match(words) if kind is BlockKind.LIST_ITEM else None
        form = {BlockKind.HEADING: "<h2>{}</h2>", BlockKind.LIST_ITEM: "<ul><li>{}</li></ul>"}.get(kind, "<p>{}</p>")
        lines.append(form.format(escape(words[bullet.end() :] if bullet else words)))
    path.write_text(PAGE.format(body="\n".join(lines)), encoding="utf-8")


def word(document: Document, path: Path) -> None:
    made = docx.Document()
    for kind, words in pieces(document):
        bullet = BULLET.match(words) if kind is BlockKind.LIST_ITEM else None
        if kind is BlockKind.HEADING:
            made.add_heading(words, level=2)
        else:
            paragraph = made.add_paragraph(style="List Bullet" if bullet else None)
            shown = words[bullet.end() :] if bullet else words
            paragraph.add_run(shown[: len(shown) // 2]).bold = True
            paragraph.add_run(shown[len(shown) // 2 :])
    made.save(str(path))


class _Furnished(FPDF):
    """A PDF with a running head and a page number on each page."""

    def header(self) -> None:
        self.set_font("DejaVu", size=8)
        self.cell(0, 8, "Bản tin chuyển đổi số 777", align="C", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("DejaVu", size=8)
        self.cell(0, 8, f"Trang {self.page_no()}/888", align="R")


def sheet(made: FPDF) -> FPDF:
    """An empty page, with a font that has Vietnamese letters."""
    made.add_font("DejaVu", fname=FONT)
    made.set_auto_page_break(auto=True, margin=22)
    made.add_page()
    return made


def pdf(document: Document, path: Path) -> None:
    """One column; headings in larger print."""
    made = sheet(_Furnished())
    for kind, words in pieces(document):
        made.set_font("DejaVu", size=14 if kind is BlockKind.HEADING else 11)
        made.multi_cell(0, 6, words, align="J", new_x="LMARGIN", new_y="NEXT")
        made.ln(2)
    made.output(str(path))


def pdf_in_columns(document: Document, path: Path) -> None:
    """Two columns of justified print, without more space between paragraphs than between lines of a heading."""
    made = sheet(_Furnished())
    made.set_font("DejaVu", size=10)
    with made.text_columns(ncols=2, gutter=8, text_align="J", line_height=1.3) as columns:
        for _, words in pieces(document):
            with columns.paragraph(bottom_margin=1.5) as paragraph:
                paragraph.write(words)
    made.output(str(path))


def pdf_table(rows: Sequence[Sequence[str]], before: str, path: Path, *, ruled: bool = True) -> None:
    """A paragraph and a table, its cells parted by rules or by space only."""
    made = sheet(FPDF())
    made.set_font("DejaVu", size=14)
    made.multi_cell(0, 7, "Kết quả", new_x="LMARGIN", new_y="NEXT")
    made.set_font("DejaVu", size=11)
    made.multi_cell(0, 6, before, new_x="LMARGIN", new_y="NEXT")
    made.ln(4)
    for row in rows:
        for cell in row:
            made.cell(58, 8, cell, border=1 if ruled else 0)
        made.ln()
    made.output(str(path))
