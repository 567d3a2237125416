"""What a text says its figures are to each other, as records that arithmetic can check.

Each figure that a record rests on gets the interval in which its true value lies as printed: the last digit may have
been rounded or cut off, and a hedge ("hơn", "dưới", "khoảng") reaches further.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pyoxigraph import NamedNode

from cdsgraph.graph.hedges import Hedges
from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.document import Span
from cdsgraph.reading.facts import ChangeLink, FigureLink, Quantity, RemainderLink, ShareLink, SumLink
from cdsgraph.vocab import CDS, term

_MEASURED = frozenset({"%", "điểm %", "điểm phần trăm", "lần", "index"})
_CLASS = {ShareLink: "StatedShare", SumLink: "StatedSum", RemainderLink: "StatedRemainder", ChangeLink: "StatedChange"}
_NAME = {ShareLink: "share", SumLink: "sum", RemainderLink: "remainder", ChangeLink: "change"}


def bounds(fact: Quantity, hedges: Hedges) -> tuple[Decimal, Decimal]:
    """The least true value that may be printed so, and that which none may reach; both the value where it is exact.

    A whole number of things is exact. Other numbers may be rounded or cut at their last digit; words such as "hơn" and
    "khoảng" reach as far as `hedges` tells, and never less than one step of the last digit.
    """
    step = fact.scale.scaleb(-fact.decimals)
    exact = step == 1 and fact.unit not in _MEASURED
    low, high = (fact.value, fact.value) if exact else (fact.value - step / 2, fact.value + step)
    reach = hedges.reach(fact.qualifier.replace("_", "-"))
    if reach is None:
        return low, high
    if reach.below:
        low = fact.value - max(step, fact.value * reach.below)
    high = fact.value + (max(step, fact.value * reach.above) if reach.above else step / 2)
    return low, high


def write_links(
    graph: SourceGraph,
    links: Iterable[FigureLink],
    figures: Mapping[Span, tuple[NamedNode, Quantity]],
    hedges: Hedges,
) -> None:
    """The records of the links whose figures are all still stated; `figures` by span.

    A record has the name of the figure that states its result, so it keeps it as long as that figure does.
    """
    for link in links:
        if all(span in figures for span in _spans(link)):
            name = figures[_stated(link)][0].value.rsplit("/", 1)[1]
            _Record(graph, graph.iris.thing(_NAME[type(link)], name), figures, hedges).write(link)


def _stated(link: FigureLink) -> Span:
    """The figure that states what the others come to."""
    match link:
        case ShareLink():
            return link.percent
        case SumLink():
            return link.total
        case RemainderLink():
            return link.remainder
        case ChangeLink():
            return link.change


def _spans(link: FigureLink) -> list[Span]:
    match link:
        case ShareLink():
            found = [link.part, link.whole, link.percent]
        case SumLink():
            found = [link.total, *link.parts]
        case RemainderLink():
            found = [link.whole, *link.parts, link.remainder]
        case ChangeLink():
            found = [link.start, link.end, link.change]
    return [span for span in found if span is not None]


class _Record:
    """One link under way."""

    def __init__(
        self,
        graph: SourceGraph,
        iri: NamedNode,
        figures: Mapping[Span, tuple[NamedNode, Quantity]],
        hedges: Hedges,
    ) -> None:
        self._graph = graph
        self._hedges = hedges
        self._out = graph.out
        self._iri = iri
        self._figures = figures

    def write(self, link: FigureLink) -> None:
        self._graph.evidence(self._iri, link)
        self._out.types(self._iri, term(CDS, _CLASS[type(link)]))
        match link:
            case ShareLink():
                self._figure("part", link.part)
                self._figure("whole", link.whole)
                self._figure("percentFigure", link.percent)
                percent = self._figures[link.percent][1]
                self._out.decimal(self._iri, term(CDS, "statedPercent"), percent.value)
                self._out.integer(self._iri, term(CDS, "statedDecimals"), percent.decimals)
                whole = self._printed(link.whole) or "…"
                self._label(f"{self._printed(link.part)} / {whole}: {self._printed(link.percent)}")
            case SumLink():
                self._figure("total", link.total)
                for part in link.parts:
                    self._figure("part", part)
                self._label(f"{self._printed(link.total)} = {' + '.join(map(self._printed, link.parts))}")
            case RemainderLink():
                self._figure("whole", link.whole)
                for part in link.parts:
                    self._figure("part", part)
                self._figure("remainder", link.remainder)
                parts = " − ".join(map(self._printed, link.parts))
                self._label(f"{self._printed(link.whole) or '…'} − {parts} = {self._printed(link.remainder)}")
            case ChangeLink():
                self._figure("startFigure", link.start)
                self._figure("endFigure", link.end)
                self._figure("changeFigure", link.change)
                start = self._printed(link.start) or "…"
                self._label(f"{start} → {self._printed(link.end)}: {self._printed(link.change)}")

    def _figure(self, predicate: str, span: Span | None) -> None:
        if span is None:
            return
        iri, fact = self._figures[span]
        self._out.link(self._iri, term(CDS, predicate), iri)
        low, high = bounds(fact, self._hedges)
        self._out.decimal(iri, term(CDS, "lowest"), low)
        self._out.decimal(iri, term(CDS, "highest"), high)

    def _printed(self, span: Span | None) -> str:
        return " ".join(span.of(self._graph.document.text).split()) if span is not None else ""

    def _label(self, words: str) -> None:
        self._out.labels(self._iri, words)
