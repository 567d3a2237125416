"""Evidence against the texts: every span's quote is what stands there, every figure leads back to something.

The texts are not in the graph, so no shape can see this. Findings are results like a shape's, under shape IRIs of
their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from cdsgraph.checking.report import Result
from cdsgraph.checking.rules import beyond_shapes
from cdsgraph.graph.statements import Statements
from cdsgraph.graph.versions import text_file
from cdsgraph.vocab import CDS, OA, PROV, SHAPE

_CDS: Final = Namespace(CDS)
_OA: Final = Namespace(OA)
_PROV: Final = Namespace(PROV)
Asked = Graph | Statements
_COMPONENT: Final = URIRef(SHAPE + "TextComparison")


@dataclass(frozen=True, slots=True)
class _Span:
    """An evidence span with its selector's values; None where they are missing or not of their type."""

    source: Node | None
    start: int
    end: int
    quote: str


def texts(graph: Graph, folder: Path) -> dict[Node, str]:
    """The text of each source of the graph whose file is in the folder, as stored: NFC, newlines as line feeds."""
    found: dict[Node, str] = {}
    for source in graph.subjects(RDF.type, _CDS.SourceText):
        name = graph.value(source, _CDS.fileName)
        path = folder / text_file(Path(str(name)).name)
        if name is not None and path.is_file():
            found[source] = path.read_bytes().decode("utf-8", errors="replace")
    return found


def check(graph: Asked, texts: Mapping[Node, str]) -> tuple[Result, ...]:
    """What does not agree between a graph and its sources' texts; nothing if all does."""
    return (
        *_check_sources(graph, texts),
        *_check_spans(graph, texts),
        *_check_sentences(graph),
        *_check_figures(graph),
    )


def _check_sources(graph: Asked, texts: Mapping[Node, str]) -> Iterator[Result]:
    for source in graph.subjects(RDF.type, _CDS.SourceText):
        if source not in texts:
            yield _result(source, _CDS.fileName, "SourceText-text", graph.value(source, _CDS.fileName))
            continue
        text = texts[source]
        if str(graph.value(source, _CDS.sha256)) != sha256(text.encode()).hexdigest():
            yield _result(source, _CDS.sha256, "SourceText-unchanged", graph.value(source, _CDS.sha256))
        if _integer(graph, source, _CDS.charCount) != len(text):
            yield _result(source, _CDS.charCount, "SourceText-unchanged", graph.value(source, _CDS.charCount))


def _check_spans(graph: Asked, texts: Mapping[Node, str]) -> Iterator[Result]:
    for span in graph.subjects(RDF.type, _CDS.EvidenceSpan):
        text = texts.get(graph.value(span, _OA.hasSource))  # type: ignore[arg-type]
        place = _span(graph, span)
        if place is None or text is None:
            continue  # the shapes report what is missing, and above a text that is
        if place.start < 0 or text[place.start : place.end] != place.quote:
            yield _result(span, _OA.hasSelector, "EvidenceSpan-quote", Literal(place.quote))
            continue
        selector = graph.value(span, _OA.hasSelector)
        before, after = (graph.value(selector, each) for each in (_OA.prefix, _OA.suffix))
        if before is not None and not text[: place.start].endswith(str(before)):
            yield _result(span, _OA.hasSelector, "EvidenceSpan-context", before)
        if after is not None and not text.startswith(str(after), place.end):
            yield _result(span, _OA.hasSelector, "EvidenceSpan-context", after)


def _check_sentences(graph: Asked) -> Iterator[Result]:
    for span, sentence in graph.subject_objects(_CDS.inSentence):
        inner, outer = _span(graph, span), _span(graph, sentence)
        if inner is None or outer is None:
            continue
        if inner.source != outer.source or not outer.start <= inner.start < inner.end <= outer.end:
            yield _result(span, _CDS.inSentence, "EvidenceSpan-sentence", sentence)
    for record, words in graph.subject_objects(_CDS.sentence):
        origin = graph.value(record, _PROV.wasDerivedFrom)
        around = _span(graph, graph.value(origin, _CDS.inSentence) or origin)
        if around is not None and around.quote != str(words):
            yield _result(record, _CDS.sentence, "Reading-words", words)


def _check_figures(graph: Asked) -> Iterator[Result]:
    for figure in graph.subjects(RDF.type, _CDS.Figure):
        origins = list(graph.objects(figure, _PROV.wasDerivedFrom))
        if not any(_span(graph, each) or (each, RDF.type, _CDS.RegisterEntry) in graph for each in origins):
            yield _result(figure, _PROV.wasDerivedFrom, "Figure-origin", origins[0] if origins else None)


def _span(graph: Asked, span: Node | None) -> _Span | None:
    selector = graph.value(span, _OA.hasSelector) if span is not None else None
    if selector is None:
        return None
    start, end = _integer(graph, selector, _OA.start), _integer(graph, selector, _OA.end)
    quote = graph.value(selector, _OA.exact)
    if start is None or end is None or quote is None:
        return None
    return _Span(graph.value(span, _OA.hasSource), start, end, str(quote))


def _integer(graph: Asked, subject: Node, predicate: URIRef) -> int | None:
    value = graph.value(subject, predicate)
    number = value.toPython() if isinstance(value, Literal) else None
    return number if isinstance(number, int) else None


def _result(focus: Node, path: URIRef, name: str, value: Node | None) -> Result:
    rule = beyond_shapes()[name]
    return Result(
        severity=rule.severity,
        focus=focus,
        path=path,
        shape=rule.shape,
        component=_COMPONENT,
        value=value,
        messages=rule.messages,
    )
