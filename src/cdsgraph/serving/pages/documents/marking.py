"""A source text with its facts marked: which facts stand over which words, and the text cut where they change.

Numbers that became no figure are marked as well; they have no page to lead to. Of a text that may only be quoted, the
stretches that are shown come with the gaps between them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final

from markupsafe import Markup

from cdsgraph.reading.document import Block, BlockKind, Cell, CellPart
from cdsgraph.serving.pages.documents.texts import Stretch

# A fact's kind is the first part of its IRI below id/.
KINDS: Final = ("figure", "task", "event", "citation", "office", "statement", "theme", "mention")
NOT_UNDERSTOOD: Final = "not-understood"
NOT_MODELLED: Final = "not-modelled"
SWITCHES: Final = (*KINDS, NOT_MODELLED, NOT_UNDERSTOOD)
_NARROWEST_FIRST: Final = SWITCHES


@dataclass(frozen=True, slots=True)
class Marked:
    """A fact and one place where its evidence stands (code points, end exclusive); a mere number has no `href`.

    `told` is what was understood of it (name of the property, value), `flags` what is open or doubtful about it.
    """

    kind: str
    href: str
    anchor: str
    title: str
    start: int
    end: int
    told: tuple[tuple[str, Markup], ...] = ()
    flags: tuple[str, ...] = ()
    gist: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words under the same marks, the widest first; `ids` begin here. A `gap` counts code points that are left out."""

    text: str
    ids: tuple[str, ...] = ()
    marks: tuple[Marked, ...] = ()
    gap: int = 0

    @property
    def href(self) -> str:
        """Where the words lead: to the narrowest fact that has a page."""
        return next((mark.href for mark in reversed(self.marks) if mark.href), "")

    @property
    def leads(self) -> bool:
        """Whether the fact that the words lead to begins here, so that the keyboard stops at it once."""
        lead = next((mark for mark in reversed(self.marks) if mark.href), None)
        return lead is not None and lead.anchor in self.ids

    @property
    def title(self) -> str:
        """The facts over the words, the narrowest first."""
        return " · ".join(dict.fromkeys(mark.title for mark in reversed(self.marks)))

    @property
    def anchors(self) -> str:
        """The anchors of the facts over the words, the narrowest first."""
        return " ".join(dict.fromkeys(mark.anchor for mark in reversed(self.marks) if mark.href))


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the page: its kind (`gap` for words left out), its pieces, and where in a table it stands."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    cell: Cell | None = None

    @property
    def head(self) -> bool:
        """Whether it is a head of a table."""
        return self.cell is not None and self.cell.part is CellPart.HEAD


@dataclass(slots=True)
class Group:
    """Parts that make one element of the page: a list, a table by its rows, or a single block."""

    kind: str
    parts: list[Part] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Part]]:
        """The cells of a table, row by row."""
        cells = [part for part in self.parts if part.cell]
        return [list(row) for _, row in groupby(cells, key=lambda part: part.cell.row if part.cell else 0)]


def groups(
    blocks: Sequence[Block], stretches: Sequence[Stretch], marked: Sequence[Marked], text: str | None = None
) -> list[Group]:
    """The page's elements in order; each anchor appears once, where its fact first begins.

    Marks that reach beyond what is shown are cut, and left out where nothing of them is shown; they may nest and
    overlap. `text` tells whether a gap between stretches holds words; without it every gap counts as one.
    """
    found: list[Group] = []
    for part in _parts(blocks, stretches, marked, text):
        same = found and (
            (part.kind == BlockKind.LIST_ITEM and found[-1].kind == part.kind)
            or (part.cell and found[-1].parts[-1].cell and part.cell.table == found[-1].parts[-1].cell.table)
        )
        if same:
            found[-1].parts.append(part)
        else:
            found.append(Group(part.kind, [part]))
    return found


def shown_within(stretches: Sequence[Stretch], start: int, end: int) -> bool:
    """Whether a place of the text is shown whole."""
    return any(each.start <= start and end <= each.end for each in stretches)


def _parts(
    blocks: Sequence[Block], stretches: Sequence[Stretch], marked: Sequence[Marked], text: str | None
) -> Iterator[Part]:
    marks = _Marks(marked)
    last_shown = 0
    for block in blocks:
        inside = list(_inside(block, stretches))
        if not inside:
            continue
        before = inside[0].start
        if gap := _left_out(text, last_shown, before):
            yield Part("gap", (Piece("", gap=gap),))
        pieces: list[Piece] = []
        for number, stretch in enumerate(inside):
            if number and (gap := _left_out(text, inside[number - 1].end, stretch.start)):
                pieces.append(Piece("", gap=gap))
            elif number:
                pieces.append(Piece(" "))
            pieces += marks.pieces(stretch)
        last_shown = inside[-1].end
        yield Part(str(block.kind), tuple(pieces), block.cell)
    if text is not None and blocks and (gap := _left_out(text, last_shown, len(text))):
        yield Part("gap", (Piece("", gap=gap),))


def _inside(block: Block, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is shown of a block."""
    for each in stretches:
        start, end = max(each.start, block.span.start), min(each.end, block.span.end)
        if start < end and each.text[start - each.start : end - each.start].strip():
            yield Stretch(start, each.text[start - each.start : end - each.start])


def _left_out(text: str | None, start: int, end: int) -> int:
    """How many code points of words lie between; 0 for white space only."""
    if end <= start:
        return 0
    if text is None:
        return end - start if end - start > 1 else 0
    return len(text[start:end].strip())


class _Marks:
    """All marks of a text in order, and which of their anchors stand in the page already."""

    def __init__(self, marked: Sequence[Marked]) -> None:
        self._marks = sorted(marked, key=lambda mark: mark.start)
        self._starts = [mark.start for mark in self._marks]
        self._longest = max((mark.end - mark.start for mark in marked), default=0)
        self._seen: set[str] = set()

    def pieces(self, stretch: Stretch) -> Iterator[Piece]:
        """A stretch of the text, cut where the marks over it change."""
        begin, end = stretch.start, stretch.end
        first, last = bisect_left(self._starts, begin - self._longest), bisect_left(self._starts, end)
        here = [mark for mark in self._marks[first:last] if mark.end > begin]
        cuts = sorted({begin, end, *(c for mark in here for c in (mark.start, mark.end) if begin < c < end)})
        for start, stop in pairwise(cuts):
            over = sorted(
                (mark for mark in here if mark.start <= start and stop <= mark.end),
                key=lambda mark: (mark.end - mark.start, _NARROWEST_FIRST.index(mark.kind), mark.href),
                reverse=True,
            )
            ids = tuple(dict.fromkeys(mark.anchor for mark in over if mark.anchor not in self._seen))
            self._seen.update(ids)
            yield Piece(stretch.text[start - begin : stop - begin], ids, tuple(over))
