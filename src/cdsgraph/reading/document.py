"""A source text as a value: NFC text, layout, sentences, what is known of the source. Nothing here changes the text."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Unicode code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}-{self.end}")

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a code point in common."""
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        """The words the span covers."""
        return text[self.start : self.end]


class Spans:
    """Spans in order, asked whether they overlap another; of two that overlap each other one stands for both."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in sorted(spans):
            if self._ends and span.start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], span.end)
            else:
                self._starts.append(span.start)
                self._ends.append(span.end)

    def overlap(self, span: Span) -> bool:
        """Whether one of them has a code point in common with `span` (binary search)."""
        at = bisect_left(self._starts, span.end)
        return at > 0 and self._ends[at - 1] > span.start


class BlockKind(StrEnum):
    """What part a block plays on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


class CellPart(StrEnum):
    """What part a cell plays in its table; those of the body by what the head says of their column."""

    CAPTION = "caption"
    HEAD = "head"
    SECTION = "section"
    ORDINAL = "ordinal"
    NAME = "name"
    SUBJECT = "subject"
    UNIT = "unit"
    TIME = "time"
    AGENCY = "agency"
    PARTNER = "partner"
    DEADLINE = "deadline"
    TASK = "task"
    NOTE = "note"
    CODE = "code"
    VALUE = "value"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell stands in its table and what stands over and beside it; tables, rows and columns count from 0.

    A merged cell covers `rows` and `columns`. `column_heads` are the heads over it, the outermost first; `row_heads`
    the cells of its row that say what or whom the row is about; `sections` the section rows it stands under, the
    outermost first; `unit` the unit in its row; `captions` title and unit line of the table.
    """

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    part: CellPart = CellPart.OTHER
    row_heads: tuple[Span, ...] = ()
    column_heads: tuple[Span, ...] = ()
    sections: tuple[Span, ...] = ()
    captions: tuple[Span, ...] = ()
    unit: Span | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the layout; `heading` is the heading it stands under (the words), if any.

    `level` is a heading's as the file's markup gives it, the outermost 0 or 1; None where the words must tell. A block
    of a table has its `cell`; several lines in one cell are several blocks with an equal place.
    """

    span: Span
    kind: BlockKind
    heading: str | None = None
    level: int | None = None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the block it belongs to."""

    span: Span
    block: Block


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a source besides its words; one row of data/documents/sources.csv, or what the text tells.

    Dates are as precise as known: YYYY, YYYY-MM or YYYY-MM-DD. `not_before` and `not_after` bound a date nobody states.
    """

    slug: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    event_date: str | None = None
    published: str | None = None
    published_basis: str | None = None
    not_before: date | None = None
    not_after: date | None = None
    language: str = "vi"
    kind: str = "article"
    rights: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source text: file name, NFC text, metadata, blocks in order, sentences in order."""

    name: str
    text: str
    metadata: Metadata
    blocks: tuple[Block, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    sha256: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256(self.text.encode()).hexdigest())

    @property
    def date(self) -> str | None:
        """The date the text speaks from, as precise as known: of the event reported, else of publication."""
        return self.metadata.event_date or self.metadata.published

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the code point at `offset`, both counted from 1."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds the code point at `offset`, if any (binary search)."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].span.end <= offset:
                low = middle + 1
            else:
                high = middle
        if low < len(self.sentences) and self.sentences[low].span.start <= offset:
            return self.sentences[low]
        return None
