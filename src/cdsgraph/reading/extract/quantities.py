"""Quantities of a document: each number with its unit, what it measures, of whom, when, and which part it plays."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cdsgraph.reading.abbreviations import definitions
from cdsgraph.reading.document import Block, BlockKind, Document, Sentence, Span, Spans
from cdsgraph.reading.extract import elided, figure_links, indicators, predicates, tables, wording
from cdsgraph.reading.extract import figure_context as context
from cdsgraph.reading.extract.clauses import Chunk, Piece, chunk
from cdsgraph.reading.extract.elided import Completed
from cdsgraph.reading.extract.figure_links import Said
from cdsgraph.reading.extract.figures import Figure
from cdsgraph.reading.extract.flow import Place, places
from cdsgraph.reading.extract.indicators import Measured
from cdsgraph.reading.extract.sentence_numbers import SentenceNumbers
from cdsgraph.reading.facts import Direction, Entity, FigureLink, NumberSeen, Quantity, QuantityRole
from cdsgraph.reading.layout import outline
from cdsgraph.reading.numbers import plain
from cdsgraph.reading.periods import Anchor, TimeMention, find
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.quantity_words import QuantityWords as QuantityWords
from cdsgraph.register import Register

_UNSURE = ("object of a verb", "measure", "group of", "duration")
_MAX_INDEX = 100
_CHAIN = 6


class Figures(NamedTuple):
    """What the numbers of a document are: quantities, no quantities, and the links between quantities, in order."""

    quantities: tuple[Quantity, ...]
    numbers: tuple[NumberSeen, ...]
    links: tuple[FigureLink, ...]


def extract(
    document: Document,
    taken: Sequence[tuple[Span, str]],
    entities: Sequence[Entity],
    register: Register,
    words: QuantityWords,
) -> Figures:
    """The quantities of a document, the numbers in it that are none, and what the quantities are to each other.

    `taken` are spans already explained, each with what its numbers are; `entities` name what figures are about.
    """
    return _Reader(document, taken, entities, register, words).read()


@dataclass(slots=True)
class _Carried:
    """What holds beyond a sentence: the day counts refer to, the source cited, the last thing measured."""

    as_of: str | None = None
    source: str | None = None
    last: Measured | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What later figures of a sentence may take over from one before them."""

    figure: Figure
    measured: Measured
    role: QuantityRole
    period: str | None
    base: str | None
    direction: Direction | None
    part: bool = False  # of a total that went before


@dataclass(frozen=True, slots=True)
class _Scene:
    """A sentence made ready: its chunks, the place of each figure among them, and what stands above it."""

    sentence: Sentence
    chunks: list[Chunk]
    layout: dict[int, Place]
    figures: dict[int, Figure]
    above: context.Setting


class _Reader:
    def __init__(
        self,
        document: Document,
        taken: Sequence[tuple[Span, str]],
        entities: Sequence[Entity],
        register: Register,
        words: QuantityWords,
    ) -> None:
        self.document = document
        self.text = document.text
        self.register = register
        self.words = words
        self.anchor = Anchor.of(document.date)
        self.found = SentenceNumbers(self.text, taken, words)
        self.home = words.places.home_of(document, entities)
        self.names = _names(entities)
        self.name_starts = [span.start for span, _ in self.names]
        self.abbreviations = {
            each.abbreviation: wording.common(each.words.of(self.text))
            for each in definitions(self.text)
            if each.words is not None
        }
        self.quantities: list[Quantity] = []
        self.numbers: list[NumberSeen] = []
        self.links: list[FigureLink] = []

    def read(self) -> Figures:
        above = dict(zip((block.span for block in self.document.blocks), outline(self.document), strict=True))
        settings: dict[tuple[str, ...], context.Setting] = {}
        carried = _Carried()
        block = None

        def setting(block: Block) -> context.Setting:
            lines = above[block.span]
            if lines not in settings:
                settings[lines] = context.setting(lines, self.words, self.anchor)
            return settings[lines]

        tabled = tables.extract(self.document, self.found, self._names_in, setting, self.register, self.words)
        self.quantities += tabled.quantities
        self.numbers += tabled.numbers
        for sentence in self.document.sentences:
            if sentence.block.span in tabled.read:
                continue
            if sentence.block.kind is BlockKind.BOILERPLATE:
                self.numbers += self.found.furniture(sentence.span)
                continue
            if sentence.block is not block:
                if block is None or sentence.block.heading != block.heading:
                    carried.as_of = None
                carried.source = carried.last = None
                block = sentence.block
            self._sentence(sentence, setting(sentence.block), carried)
        known = [*(each.span for each in self.quantities), *(each.span for each in self.numbers)]
        self.numbers += self.found.overlooked(known)
        quantities = tuple(sorted(self.quantities, key=lambda each: each.span))
        return Figures(quantities, _once(self.numbers), tuple(self.links))

    def _sentence(self, sentence: Sentence, above: context.Setting, carried: _Carried) -> None:
        span = sentence.span
        spoken = tokens(self.text, span.start, span.end)
        times = find(self.text, self.words.times, self.anchor, span.start, span.end)
        figures, seen = self.found.find(span, spoken, times)
        self.numbers += seen
        names = self._names_in(span)
        times = [time for time in times if self._tells_period(time, names)]
        for time in times:
            if time.use == "as_of" and time.period is not None:
                carried.as_of = time.period
        if not figures:
            return
        chunks = chunk(self.text, spoken, _pieces(figures, times, names), self.words.phrases)
        carried.source = context.source_in(chunks) or carried.source
        layout = places(chunks)
        by_start = {figure.span.start: figure for figure in figures}
        scene = _Scene(sentence, chunks, layout, {at: by_start[chunks[at].start] for at in layout}, above)
        found: dict[int, _Found] = {}
        said: dict[int, Said] = {}
        for at, place in layout.items():
            quantity = self._figure(scene, at, found, carried)
            if quantity is not None:
                said[at] = Said(quantity, place, found[at].measured.way)
                self.quantities.append(quantity)
        self.links += figure_links.find(chunks, said, self.words.measured["total"])

    def _figure(self, scene: _Scene, at: int, found: dict[int, _Found], carried: _Carried) -> Quantity | None:
        place, figure = scene.layout[at], scene.figures[at]
        owner = place.host if place.previous is None else place.previous
        before = found.get(owner) if owner is not None else None
        known = before.measured if before is not None else None
        if known is None and carried.last is not None:
            known = replace(carried.last, predicate="")
        measured = indicators.measured(
            figure, place, known, _tail(scene, at), self.abbreviations, self.text, self.words.measured["total"]
        )
        depends = before if before is not None and _adds_nothing(place, measured) else None
        unit = figure.unit or _bare_unit(figure, measured, place, self.words)
        labelled: TimeMention | None = None
        if not unit:
            completed = elided.complete(figure, place, scene.chunks, before.figure if before is not None else None)
            if completed is None:
                self.numbers.append(NumberSeen(figure.amount.span, None))
                return None
            figure, unit, labelled = completed.figure, completed.figure.unit, completed.time
            measured = self._completed(completed, place, known, measured)
            depends = before
        period, base = context.period_of(scene.chunks, place, scene.above, carried.as_of, _chained(scene, at))
        period = labelled.period if labelled is not None else period
        direction = "up" if figure.multiple else predicates.changing(place)
        if depends is not None:
            period = period or depends.period
            if _goes_on(place, figure, depends):
                direction = depends.direction
                base = base or depends.base
        part = before is not None and _is_part(place, figure, before)
        inherited = depends.role if depends is not None else before.role if before is not None and part else None
        share = figure.kind == "share"
        role = context.role_of(place, period, scene.above, inherited, self.document, self.anchor, share=share)
        phrase = wording.tidy(measured.phrase)
        if direction is not None and role not in ("target", "forecast"):
            role = "change"
            base = base or _start_of(period)
        elif direction is not None and figure.kind == "share":
            phrase = wording.growth(phrase)
        stands = "observed" if role == "change" else role
        found[at] = _Found(replace(figure, unit=unit), measured, stands, period, base, direction, part)
        carried.last = measured
        amount = figure.amount
        return Quantity(
            span=figure.span,
            sentence=scene.sentence.span,
            rule=f"quantity: {measured.way}",
            certainty="medium" if measured.way in _UNSURE or not phrase else "high",
            value=plain(amount.value),
            unit=unit,
            value_to=None if amount.value_to is None else plain(amount.value_to),
            of=None if amount.of is None else plain(amount.of),
            decimals=amount.decimals,
            qualifier=figure.qualifier,
            role=role,
            indicator=wording.canonical(phrase, unit, self.register, self.words.particles),
            subject=self._subject(scene, place, role),
            period=period,
            direction=direction,
            base_period=base if direction is not None else None,
            source=carried.source,
            scale=amount.factor,
        )

    def _subject(self, scene: _Scene, place: Place, role: QuantityRole) -> str | None:
        named = context.subject_of(scene.chunks, place, scene.layout.get(place.following or -1), role)
        return named if named is not None or context.is_national(place) else self.home

    def _completed(self, found: Completed, place: Place, known: Measured | None, measured: Measured) -> Measured:
        """What a number measures that its label, or the figure before it, completed."""
        figure, totals = found.figure, self.words.measured["total"]
        if found.time is not None and known is not None:
            return Measured(known.phrase, known.predicate, "figure before, at another time")
        if found.label:
            return indicators.labelled(figure, found.label, self.abbreviations, self.text)
        if figure.kind == "money":
            return measured
        return indicators.measured(figure, place, known, "", self.abbreviations, self.text, totals)

    def _tells_period(self, time: TimeMention, names: Sequence[tuple[Span, Entity]]) -> bool:
        """Whether a time is said of figures: not one in a name, unless it is the year of a plan."""
        if self.found.dates_plan(time):
            return True
        inside = any(time.span in name and time.span != name for name, _ in names)
        return not inside and not self.found.is_taken(time.span)

    def _names_in(self, span: Span) -> list[tuple[Span, Entity]]:
        first, last = bisect_left(self.name_starts, span.start), bisect_left(self.name_starts, span.end)
        return [(name, entity) for name, entity in self.names[first:last] if name.end <= span.end]


def _once(numbers: Sequence[NumberSeen]) -> tuple[NumberSeen, ...]:
    """The numbers in order, each span once; a reason goes before none, the first known before further ones."""
    found: dict[Span, NumberSeen] = {}
    for number in sorted(numbers, key=lambda each: (each.span, each.reason is None)):
        found.setdefault(number.span, number)
    return tuple(found.values())


def _names(entities: Sequence[Entity]) -> list[tuple[Span, Entity]]:
    """Every mention of every entity in order, of overlapping ones the longest that comes first."""
    mentions = sorted(
        ((span, entity) for entity in entities for span in {entity.span, *entity.mentions}),
        key=lambda pair: (pair[0].start, -pair[0].end, pair[1].name),
    )
    kept: list[tuple[Span, Entity]] = []
    for span, entity in mentions:
        if not kept or span.start >= kept[-1][0].end:
            kept.append((span, entity))
    return kept


def _pieces(
    figures: Sequence[Figure], times: Sequence[TimeMention], names: Sequence[tuple[Span, Entity]]
) -> list[Piece]:
    """What a sentence's chunks are made around: figures first, then times and names that overlap none before them."""
    pieces = [Piece(figure.span, "number", amount=figure.amount) for figure in figures]
    for further in (
        [Piece(time.span, "time", time=time) for time in times],
        [Piece(span, "name", entity=entity) for span, entity in names],
    ):
        taken = Spans(piece.span for piece in pieces)
        pieces += [piece for piece in further if not taken.overlap(piece.span)]
        pieces.sort(key=lambda piece: piece.span)
    return pieces


def _chain(scene: _Scene, at: int) -> Iterator[Place]:
    """The figures behind one that are of its kind and share its predicate, up to the end of their chain."""
    figure, place = scene.figures[at], scene.layout[at]
    following = place.following
    for _ in range(_CHAIN if figure.kind == "share" else 1):
        if following is None:
            return
        other = scene.layout[following]
        alike = scene.figures[following].kind == figure.kind and other.depth == place.depth
        if not alike or any(predicates.acts(each) or each.has("reach", "change") for each in other.left):
            return
        yield other
        following = other.following


def _tail(scene: _Scene, at: int) -> str:
    """The predicate that closes the chain a figure opens: "90% … cấp tỉnh, 80% … cấp huyện và 60% … được xử lý"."""
    return next(filter(None, map(indicators.chain_tail, _chain(scene, at))), "")


def _chained(scene: _Scene, at: int) -> TimeMention | None:
    """The time at the end of the chain that a share opens, which holds for the whole of it."""
    if scene.figures[at].kind != "share":
        return None
    return next(filter(None, map(context.time_behind, _chain(scene, at))), None)


def _adds_nothing(place: Place, measured: Measured) -> bool:
    """Whether a figure depends on the one before it: no verb of its own, or in brackets behind it."""
    if measured.way in ("share of the figure before", "share before", "figure before", "change of the figure before"):
        return True
    return not place.broken and not any(predicates.acts(each) or each.has("reach", "change") for each in place.left)


def _is_part(place: Place, figure: Figure, before: _Found) -> bool:
    """Whether a figure is one of the parts of a total: "48 nhiệm vụ, trong đó 20 nhiệm vụ …, 28 nhiệm vụ …"."""
    return figure.kind == before.figure.kind and (before.part or any(each.has("breakdown") for each in place.left))


def _goes_on(place: Place, figure: Figure, before: _Found) -> bool:
    """Whether a figure is a further change joined to one ("tăng 106% về số lượng và 95% về giá trị")."""
    joined = bool(place.left) and place.left[-1].text in ("và", ",")
    return joined and place.depth == 0 and before.direction is not None and before.figure.unit == figure.unit


def _start_of(period: str | None) -> str | None:
    """The first year of an interval of years over which something changed."""
    first, _, last = (period or "").partition("/")
    return first if len(first) == len(last) == len("2020") else None


def _bare_unit(figure: Figure, measured: Measured, place: Place, words: QuantityWords) -> str:
    """The unit of a number printed without one: index or rank where such a thing is measured, else what is counted."""
    for index, each in enumerate(place.left[:-1]):
        if each.has("measure") and place.left[index + 1].has("count"):
            return place.left[index + 1].text
    if wording.is_rank(measured.phrase, words.measured):
        return "rank"
    scored = figure.amount.decimals and figure.amount.value <= _MAX_INDEX
    return "index" if scored or wording.is_index(measured.phrase, words.measured) else ""
