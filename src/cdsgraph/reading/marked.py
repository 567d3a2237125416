"""What a loader hands over: a file's words, the part its markup gives each piece, and what it tells of the source."""

from dataclasses import dataclass, field

from cdsgraph.reading.document import BlockKind, Span


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a cell in a table of its file, all counted from 0; a merged cell covers `rows` and `columns`.

    `head` tells that the markup calls its row a head; where it calls none so, the words must tell.
    """

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a text that its file keeps apart.

    `kind` is None where the markup calls it a paragraph only: captions, furniture and unmarked headings are still to be
    told. `level` is a heading's, from 0 (a title) or 1 (the outermost) inwards; `slot` a table cell's.
    """

    span: Span
    kind: BlockKind | None = None
    level: int | None = None
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells of itself outside its text; `published` is YYYY-MM-DD, `url` an http(s) address."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """NFC text, its parts in order (none for plain text, whose layout is told from the lines), and what is told."""

    text: str
    parts: tuple[Part, ...] = ()
    told: Told = field(default_factory=Told)
