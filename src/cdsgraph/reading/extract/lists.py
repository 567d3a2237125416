"""Lists announced by a number: figures with the spans of what they announce, in their sentence or behind it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import regex

from cdsgraph.reading.document import BlockKind, Document, Sentence, Span
from cdsgraph.reading.extract.listed import InSentence, head
from cdsgraph.reading.facts import Entity, Quantity
from cdsgraph.reading.list_words import ListWords
from cdsgraph.reading.view import lookup_key

_MOST = 30
_NEAR = 3  # sentences between a number and the first member of its list
_EDGE = " \t\n,;.:…"
_START = attrgetter("start")
_BULLET = regex.compile(
    r"(?P<dash>[-–—−•*·]\s+)|(?P<plus>\+\s+)|(?P<number>\d{1,2}[.)]\s+)|(?P<letter>[a-zđ]\)\s+)"
    r"|(?P<paren>\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\)\s+)|(?P<roman>[IVXL]+[.)]\s+)"
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A spelled ordinal ("Thứ hai,", "Hai là") that opens a member: its number, place and where the member begins."""

    number: int
    start: int
    body: int
    sentence: Sentence


class ListReader:
    """Reads announced lists; compiled once."""

    def __init__(self, words: ListWords) -> None:
        self._words = words
        self._inside = InSentence(words)

    def read(self, document: Document, figures: Sequence[Quantity], entities: Sequence[Entity]) -> tuple[Quantity, ...]:
        """The figures, those that announce a list with what it lists; no list where the count does not fit."""
        announcing = [figure for figure in figures if self._may_announce(figure)]
        if not announcing:
            return tuple(figures)
        names = sorted(
            (span for entity in entities if " " in entity.name for span in {entity.span, *entity.mentions}),
        )
        items: dict[Span, tuple[Span, ...]] = {}
        for figure in announcing:
            first = bisect_left(names, figure.sentence.start, key=_START)
            inside = names[first : bisect_left(names, figure.sentence.end, key=_START)]
            found = self._inside.members(document.text, figure.span, int(figure.value), figure.sentence, inside)
            if found := found or self._bullets(document, figure):
                items[figure.span] = found
        for figure, run in self._runs(document, [f for f in announcing if f.span not in items]):
            items[figure.span] = run
        return tuple(replace(f, items=items[f.span]) if f.span in items else f for f in figures)

    def _may_announce(self, figure: Quantity) -> bool:
        whole = figure.of is None and figure.value_to is None and not figure.decimals and figure.qualifier == "exact"
        counted = bool(figure.unit) and figure.unit[0].islower()
        time = lookup_key(figure.unit).split(" ")[0] in self._words.words["not_counted"]
        return whole and counted and not time and 2 <= figure.value <= _MOST and figure.role != "change"

    def _names_members(self, figure: Quantity, document: Document) -> bool:
        """Whether what is counted is listed sentence by sentence: tasks, aims, and whatever closes with a colon."""
        noun = self._inside.noun_end(document.text, figure.span) is not None
        return noun or figure.sentence.of(document.text).rstrip().endswith(":")

    def _bullets(self, document: Document, figure: Quantity) -> tuple[Span, ...]:
        """Members that stand as blocks of one kind below a line that ends in a colon."""
        if not figure.sentence.of(document.text).rstrip().endswith(":"):
            return ()
        at = bisect_right(document.blocks, figure.sentence.start, key=lambda block: block.span.start)
        found: list[Span] = []
        kind: str | None = None
        for block in document.blocks[at:]:
            if block.kind in (BlockKind.BOILERPLATE, BlockKind.CAPTION):
                continue
            match = _BULLET.match(document.text, block.span.start, block.span.end)
            own = match.lastgroup if match is not None else "none" if block.kind is BlockKind.LIST_ITEM else None
            kind = kind or own
            if own is None or kind is None:
                break
            if own == kind:
                found.append(self._first_clause(document, match.end() if match else block.span.start, block.span.end))
            elif not _deeper(kind, own):
                break
        return tuple(found) if len(found) == figure.value else ()

    def _runs(self, document: Document, figures: Sequence[Quantity]) -> list[tuple[Quantity, tuple[Span, ...]]]:
        """Members opened by spelled ordinals, in sentences that may lie far apart, with the number before the first."""
        places = {sentence.span.start: place for place, sentence in enumerate(document.sentences)}
        starts = [figure.span.start for figure in figures]
        taken: set[Span] = set()
        result = []
        for run in self._ordinal_runs(document):
            place = places[run[0].sentence.span.start]
            for figure in reversed(figures[: bisect_left(starts, run[0].start)]):
                own = document.sentence_at(figure.span.start)
                if own is None or place - places[own.span.start] > _NEAR:
                    break
                fits = figure.value == len(run) and figure.span not in taken
                if fits and self._names_members(figure, document):
                    bounds = [*(mark.start for mark in run[1:]), len(document.text)]
                    spans = (
                        self._first_clause(document, mark.body, min(mark.sentence.span.end, end))
                        for mark, end in zip(run, bounds, strict=True)
                    )
                    result.append((figure, tuple(spans)))
                    taken.add(figure.span)
                    break
        return result

    def _ordinal_runs(self, document: Document) -> list[list[_Mark]]:
        """Rows of ordinals 1, 2, 3 … of one spelling; a new "thứ nhất" closes the row before it."""
        open_runs: dict[str, list[_Mark]] = {}
        done: list[list[_Mark]] = []
        for match in self._words.spelled.finditer(document.text):
            family = "nth" if match["nth"] else "th"
            number = self._words.ordinals[lookup_key(match["nth"] or match["th"])]
            sentence = document.sentence_at(match.start("mark"))
            if sentence is None or sentence.block.kind is BlockKind.BOILERPLATE:
                continue
            run = open_runs.get(family, [])
            mark = _Mark(number, match.start("mark"), match.end(), sentence)
            if number == 1:
                open_runs[family] = [mark]
                done.append(open_runs[family])
            elif run and number == run[-1].number + 1:
                run.append(mark)
        return sorted((run for run in done if len(run) > 1), key=lambda run: run[0].start)

    def _first_clause(self, document: Document, start: int, end: int) -> Span:
        """The head phrase of a member that begins at `start`: its first sentence, or of a long one the first clause."""
        text = document.text
        sentence = document.sentence_at(start)
        last = min(end, sentence.span.end) if sentence is not None else end
        stop = text.find("; ", start, last)
        last = stop if stop > 0 else last
        while last - 1 > start and text[last - 1] in _EDGE:
            last -= 1
        return head(text, Span(start, max(last, start + 1)), self._inside.leads)


def _deeper(kind: str, own: str) -> bool:
    """Whether blocks marked like `own` may stand below one marked like `kind`."""
    order = ("roman", "number", "letter", "paren", "dash", "plus")
    return kind in order and own in order and order.index(own) > order.index(kind)
