"""A source text with its evidence marked: which facts stand over which words, and the text cut where they change.

Numbers that reading did not understand are marked as well; they have no page to lead to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# A fact's kind is the first part of its IRI below id/.
KINDS: Final = ("figure", "task", "event", "citation", "office", "statement", "theme", "mention")
NOT_UNDERSTOOD: Final = "not-understood"
_ORDER: Final = (*KINDS, NOT_UNDERSTOOD)


@dataclass(frozen=True, slots=True)
class Marked:
    """A fact and one place where its evidence stands (code points, end exclusive); a mere number has no `href`."""

    kind: str
    href: str
    anchor: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words under the same marks: the narrowest gives kind, the narrowest fact the link; `ids` begin here."""

    text: str
    ids: tuple[str, ...] = ()
    kind: str = ""
    href: str = ""
    title: str = ""
    depth: int = 0


def pieces(text: str, marked: Sequence[Marked]) -> list[list[Piece]]:
    """The text as paragraphs of pieces; each anchor appears once, where its fact first begins.

    Marks that reach beyond the text are left out; they may nest and overlap.
    """
    inside = [mark for mark in marked if 0 <= mark.start < mark.end <= len(text)]
    first: dict[str, int] = {}
    for mark in inside:
        first[mark.anchor] = min(mark.start, first.get(mark.anchor, mark.start))
    paragraphs: list[list[Piece]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append(_line(text, at, at + len(line), inside, first))
        at += len(line) + 1
    return paragraphs


def _line(text: str, begin: int, end: int, marked: Sequence[Marked], first: dict[str, int]) -> list[Piece]:
    here = [mark for mark in marked if mark.start < end and begin < mark.end]
    cuts = sorted({begin, end, *(c for mark in here for c in (mark.start, mark.end) if begin < c < end)})
    found = []
    for start, stop in pairwise(cuts):
        over = sorted(
            (mark for mark in here if mark.start <= start and stop <= mark.end),
            key=lambda mark: (mark.end - mark.start, _ORDER.index(mark.kind), mark.href),
        )
        ids = tuple(dict.fromkeys(m.anchor for m in here if m.start == start == first[m.anchor]))
        if over:
            title = " · ".join(dict.fromkeys(mark.title for mark in over))
            href = next((mark.href for mark in over if mark.href), "")
            found.append(Piece(text[start:stop], ids, over[0].kind, href, title, len(over)))
        else:
            found.append(Piece(text[start:stop], ids))
    return found
