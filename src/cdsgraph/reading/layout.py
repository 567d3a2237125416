"""Blocks and sentences: what is a heading, a list item, a caption or furniture, and where each sentence ends.

General rules of the page and of Vietnamese typography; the words they know are in data/rules/: boilerplate.csv,
sentence_abbreviations.csv, ordinal_words.csv, number_words.csv, number_labels.csv and time_heads.csv.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from cdsgraph.reading.document import Block, BlockKind, Document, Sentence, Span
from cdsgraph.reading.marked import Part, Slot
from cdsgraph.reading.numbers import spelled_words
from cdsgraph.reading.ruled_lines import ruled
from cdsgraph.reading.table_words import TableWords
from cdsgraph.reading.tables import placed
from cdsgraph.reading.wordlists import read_table

_TERMINAL = ".!?…:;"
_STOPS = ".!?…;"
_CLOSERS = "\"'”’»)]"
_IMAGE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|bmp|svg|mp4)", re.IGNORECASE)
# "Hoàng Linh 12/06/2023 16:50", "Thứ hai, 12/06/2023 | 16:50"
_BYLINE = re.compile(r"[^\d.:;!?]{0,60}\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[\s,|-]*\d{1,2}[:hg]\d{2}.{0,20}")
# "- ", "• ", "a) ", "1. ", "1.2. ", "(i) ", "IV. ", "Điều 5. "
_MARKER = re.compile(
    r"(?P<roman>[IVXLC]{1,6}[.)]\s)|(?P<article>(?:Điều|Mục|Chương|Phần)\s+[\dIVXLC]+[.:]?(?=\s))"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2})*[.)](?=\s))|(?P<letter>[a-zđ]\)\s)|(?P<paren>\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\)\s)"
    r"|(?P<dash>[-–—−•*·]\s)|(?P<plus>\+\s)"
)  # fmt: skip
# "Một là, …", "Thứ nhất, …"
_SPELLED = re.compile(r"(?:Thứ\s+\w+|\w+\s+là)(?:,|:|\s)")
_FIRST = re.compile(r"\(?(?:1|I)[.)]\s")
_LEVEL = {"article": 1, "roman": 1, "number": 2, "letter": 3, "paren": 4, "dash": 4, "plus": 5}
_PLAIN_HEADING_LEVEL = 1
_MAX_HEADING = 160
_MIN_BROKEN = 10
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s)")


@dataclass(frozen=True, slots=True)
class LayoutWords:
    """The words that mark furniture and captions, spelled ordinals, and abbreviations with a full stop.

    After `numbered` words ("Quyết định số", "khoản", "tháng") a line that breaks off goes on in the next.
    """

    lines: frozenset[str]
    starts: tuple[str, ...]
    tails: tuple[str, ...]
    captions: tuple[str, ...]
    abbreviations: frozenset[str]
    ordinals: frozenset[str]
    numbered: tuple[str, ...]
    tables: TableWords

    @classmethod
    def load(cls, folder: Path) -> "LayoutWords":
        """The word lists of `folder`; raises RulesError where one is missing or malformed."""
        marks: dict[str, list[str]] = {"line": [], "start": [], "tail": [], "caption": []}
        for row in read_table(folder, "boilerplate", ("mark", "kind")):
            marks.setdefault(row["kind"], []).append(row["mark"])
        labels = read_table(folder, "number_labels", ("phrase", "reason"))
        digits = {row["word"] for row in spelled_words(folder)}
        ordinals = read_table(folder, "ordinal_words", ("word", "place"))
        times = [row["word"] for row in read_table(folder, "time_heads", ("word", "day")) if len(row["word"]) > 1]
        return cls(
            lines=frozenset(mark.casefold() for mark in marks["line"]),
            starts=tuple(marks["start"]),
            tails=tuple(marks["tail"]),
            captions=tuple(marks["caption"]),
            abbreviations=frozenset(
                row["abbreviation"] for row in read_table(folder, "sentence_abbreviations", ("abbreviation",))
            ),
            ordinals=frozenset(digits | {row["word"] for row in ordinals if row["place"] == "ordinal"}),
            numbered=tuple({f" {phrase.casefold()}" for phrase in (*(row["phrase"] for row in labels), *times)}),
            tables=TableWords.load(folder),
        )


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    after_blank: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that make one block, what the file's markup calls it, and where in a table it stands."""

    span: Span
    single: bool
    kind: BlockKind | None = None
    level: int | None = None
    slot: Slot | None = None


def lay_out(document: Document, words: LayoutWords, parts: Sequence[Part] = ()) -> Document:
    """The document with its blocks and sentences, both in order; the text stays as it is.

    Where `parts` are given they are the blocks, each of its kind, a paragraph with line breaks perhaps several; else
    blocks are told from the lines.
    """
    text = document.text
    groups = [group for part in parts for group in _marked(text, part, words)] if parts else _groups(text, words)
    laid = placed(text, tuple(_blocks(text, groups, words)), [group.slot for group in groups], words.tables)
    blocks = _with_headings(text, laid)
    sentences = tuple(
        Sentence(span, block) for block in blocks for span in _sentences(document.text, block.span, words.abbreviations)
    )
    return replace(document, blocks=blocks, sentences=sentences)


def outline(document: Document, *, led: bool = False) -> tuple[tuple[str, ...], ...]:
    """For each block the headings and introducing lines it stands under, outermost first.

    `led`: a line that leads in to numbered items ("… yêu cầu các sở:") holds for all of them, not for the first alone;
    it tells who is to act, but the time it names need not be that of every item.
    """
    stack: list[tuple[float, str]] = []
    result: list[tuple[str, ...]] = []
    previous_level: float = 0
    announced = -1  # the block that leads in to numbered items
    lead: tuple[float, str] | None = None
    for index, block in enumerate(document.blocks):
        words = block.span.of(document.text)
        level: float = _level(words) if block.kind in (BlockKind.LIST_ITEM, BlockKind.HEADING) else 0
        if block.kind is BlockKind.LIST_ITEM and not level:
            level = _LEVEL["letter"]
        introduces = words.rstrip().endswith(":")
        if lead is not None and level and level <= lead[0] + 1:
            over = level < lead[0] or (announced != index - 1 and _FIRST.match(words) is not None)
            lead = None if over else lead
        if block.kind is BlockKind.HEADING:
            # A marked heading stands outside every heading that only looks like one.
            level = block.level / 10 if block.level is not None else level or _PLAIN_HEADING_LEVEL
            stack = [entry for entry in stack if entry[0] < level]
        elif block.kind is BlockKind.LIST_ITEM:
            stack = [entry for entry in stack if entry[0] < level]
        elif introduces:
            # It takes the place of the paragraph that introduced before; else they would pile up without end.
            stack = [entry for entry in stack if entry[0] <= _LEVEL["number"]]
        elif previous_level >= _LEVEL["letter"]:
            stack = [entry for entry in stack if entry[0] < _LEVEL["letter"]]
        if lead is not None and level > lead[0]:
            outer = [entry for entry in stack if entry[0] < lead[0]]
            result.append(tuple(text for _, text in (*outer, lead, *stack[len(outer) :])))
        else:
            result.append(tuple(text for _, text in stack))
        if block.kind is BlockKind.HEADING:
            stack.append((level, words))
        elif introduces and block.kind in (BlockKind.LIST_ITEM, BlockKind.PARAGRAPH):
            last = words.rstrip()
            following = (
                _level(document.blocks[index + 1].span.of(document.text)) if index + 1 < len(document.blocks) else 0
            )
            if led and not level and 0 < following < _LEVEL["letter"]:
                lead, announced = (following - 0.5, last[-300:]), index
            else:
                stack.append((level + 0.5 if level else 2.5, last[-300:]))
        previous_level = level
    return tuple(result)


def has_marker(words: str) -> bool:
    """Whether words begin like a list item or a numbered heading."""
    return _MARKER.match(words) is not None


def _level(words: str) -> float:
    """How far in a marker stands: 1 for "II.", 2 for "2.", a tenth more for each further part of "2.1."."""
    match = _MARKER.match(words.lstrip())
    if match is None:
        return 0
    return _LEVEL[match.lastgroup or ""] + match[0].strip().rstrip(".)").count(".") / 10


def _lines(text: str, offset: int = 0) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = offset + raw.index(stripped)
            lines.append(_Line(start, start + len(stripped), stripped, blank))
        blank = not stripped
        offset += len(raw) + 1
    return lines


def _joins(line: _Line, following: _Line, width: int, numbered: tuple[str, ...]) -> bool:
    """Whether a line runs on in the next: a hard line break inside a sentence."""
    if following.after_blank or _MARKER.match(following.text) or _IMAGE.fullmatch(line.text):
        return False
    last = line.text.rstrip(_CLOSERS)[-1:]
    if last in _TERMINAL:
        return False
    first = following.text[0]
    if first.islower() or last in ",-–/(":
        return len(line.text) >= _MIN_BROKEN
    if first.isdigit() and f" {line.text.casefold()}".endswith(numbered):
        return True
    return bool(width) and len(line.text) >= 0.7 * width


def _wrap_width(lines: list[_Line]) -> int:
    """The width a text was wrapped to, 0 when its lines are whole paragraphs."""
    pairs = [(a, b) for a, b in pairwise(lines) if not b.after_blank]
    runs_on = [a for a, b in pairs if b.text[0].islower() and a.text[-1] not in _TERMINAL and len(a.text) >= 20]
    if len(runs_on) < 3 or len(runs_on) < 0.2 * len(pairs):
        return 0
    lengths = sorted(len(line.text) for line in runs_on)
    return lengths[len(lengths) // 2]


def _groups(text: str, words: LayoutWords) -> list[_Group]:
    cells = ruled(text)
    if not cells:
        lines = _lines(text)
        return _joined(lines, _wrap_width(lines), words)
    groups: list[_Group] = []
    done = 0
    for number, cell in enumerate(cells):
        if not number or cell.slot.table != cells[number - 1].slot.table:
            groups += _between(text, done, cell.span.start, words)
        groups.append(_Group(cell.span, single=True, kind=BlockKind.TABLE_CELL, slot=cell.slot))
        done = cell.span.end
    return groups + _between(text, done, len(text), words)


def _between(text: str, start: int, end: int, words: LayoutWords) -> list[_Group]:
    lines = _lines(text[start:end], start)
    return _joined([line for line in lines if line.text.strip("|")], _wrap_width(lines), words)


def _joined(lines: list[_Line], width: int, words: LayoutWords) -> list[_Group]:
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and _joins(groups[-1][-1], line, width, words.numbered):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_Group(Span(group[0].start, group[-1].end), len(group) == 1) for group in groups]


def _marked(text: str, part: Part, words: LayoutWords) -> list[_Group]:
    """A part as it is; a paragraph whose lines the file breaks on purpose may be several blocks."""
    piece = part.span.of(text)
    if part.kind is None and "\n" in piece:
        return _joined(_lines(piece, part.span.start), 0, words)
    return [_Group(part.span, "\n" not in piece, part.kind, part.level, part.slot)]


def _blocks(text: str, groups: list[_Group], words: LayoutWords) -> Iterator[Block]:
    in_tail = False
    previous: str | None = None
    for index, group in enumerate(groups):
        block = group.span.of(text)
        after_image = previous is not None and bool(_IMAGE.fullmatch(previous))
        kind = group.kind or _kind(block, words, single=group.single, after_image=after_image)
        label = block.startswith(words.tails) and len(block) <= _MAX_HEADING and block[-1] not in _STOPS
        if label and kind is not BlockKind.LIST_ITEM:
            in_tail = in_tail or index >= len(groups) // 2
        if in_tail and (kind is BlockKind.HEADING or label):
            kind = BlockKind.BOILERPLATE
        if kind is BlockKind.HEADING and index == len(groups) - 1 and index:
            kind = BlockKind.PARAGRAPH
        yield Block(group.span, kind, level=group.level if kind is BlockKind.HEADING else None)
        previous = block


def _kind(block: str, words: LayoutWords, *, single: bool, after_image: bool) -> BlockKind:
    if single and (_IMAGE.fullmatch(block) or _BYLINE.fullmatch(block) or block.rstrip(".:").casefold() in words.lines):
        return BlockKind.BOILERPLATE
    if single and len(block) < 120 and block.startswith(words.starts):
        return BlockKind.BOILERPLATE
    if after_image and single and len(block) < 200:
        return BlockKind.CAPTION
    if len(block) < 300 and any(mark in block[-60:] for mark in words.captions):
        return BlockKind.CAPTION
    marker = _MARKER.match(block)
    ended = block.rstrip(_CLOSERS)[-1:] in _TERMINAL + ","
    if marker:
        named = marker.lastgroup in ("article", "roman", "number", "letter")
        short = len(block) <= _MAX_HEADING and not ended and named
        return BlockKind.HEADING if short else BlockKind.LIST_ITEM
    spelled = _SPELLED.match(block)
    if spelled and spelled[0].rstrip(",: ").casefold().removeprefix("thứ ").removesuffix(" là") in words.ordinals:
        return BlockKind.LIST_ITEM
    if len(block) <= _MAX_HEADING and not ended and (block[0].isupper() or block[0].isdigit()):
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _with_headings(text: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    heading: str | None = None
    result = []
    for block in blocks:
        result.append(replace(block, heading=heading))
        if block.kind is BlockKind.HEADING:
            heading = block.span.of(text)
    return tuple(result)


def _sentences(text: str, span: Span, abbreviations: frozenset[str]) -> Iterator[Span]:
    start = span.start
    marker = _MARKER.match(text, span.start, span.end)
    floor = marker.end() if marker else span.start
    for stop in _STOP.finditer(text, span.start, span.end):
        if stop.end() <= floor or not _ends_sentence(text, start, stop, span.end, abbreviations):
            continue
        yield Span(start, stop.end())
        start = stop.end()
        while start < span.end and text[start].isspace():
            start += 1
    if start < span.end:
        yield Span(start, span.end)


def _ends_sentence(text: str, start: int, stop: re.Match[str], limit: int, abbreviations: frozenset[str]) -> bool:
    after = stop.end()
    while after < limit and text[after].isspace():
        after += 1
    following = text[after : after + 2].lstrip("\"'“‘«([")[:1]
    if not following or following.islower() or following in ",;:":
        return False
    if stop[0][0] != "." or stop[0].startswith(".."):
        return True
    begin = stop.start()
    while begin > start and (text[begin - 1].isalnum() or text[begin - 1] in "./&"):
        begin -= 1
    word = text[begin : stop.start()].rsplit(".", 1)[-1]
    if word in abbreviations:
        return False
    # "Nguyễn V. An": an initial; "1. Mục tiêu": an ordinal that a line break or a dash put in mid-block.
    initial = len(word) == 1 and word.isupper() and following.isupper()
    ordinal = word.isdigit() and len(word) <= 2 and text[max(start, begin - 2) : begin].strip() in ("", "-", ":", ";")
    return not (initial or (ordinal and begin - start <= 2))
