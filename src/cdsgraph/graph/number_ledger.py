"""The number ledger of a text in its graph: each number not understood, and how many of the others were what."""

from collections import Counter

from cdsgraph.graph.source_graph import SourceGraph
from cdsgraph.reading.facts import NumberSeen
from cdsgraph.text import slug
from cdsgraph.vocab import CDS, fingerprint, term

_RULE = "number_ledger"
_NOT_UNDERSTOOD = "not-understood"


def write_ledger(graph: SourceGraph, numbers: tuple[NumberSeen, ...]) -> None:
    """A record for each number without a reason, and for each reason how many numbers of the text have it."""
    out, iris, text = graph.out, graph.iris, graph.document.text
    marks: Counter[str] = Counter()
    for number in numbers:
        if number.reason is not None:
            continue
        sentence = graph.sentence_of(number.span) or number.span
        mark = fingerprint(sentence.of(text))
        marks[mark] += 1
        iri = iris.fact("unread", graph.slug, mark, marks[mark])
        printed = number.span.of(text)
        out.types(iri, term(CDS, "UnreadNumber"))
        out.labels(iri, f"{graph.slug}: {printed}")
        out.text(iri, term(CDS, "printed"), printed)
        graph.origin(iri, number.span, sentence, _RULE, "low")
    counts = Counter(_NOT_UNDERSTOOD if each.reason is None else slug(each.reason) for each in numbers)
    for reason, count in counts.items():
        tally = iris.part(graph.source, f"numbers-{reason}")
        out.types(tally, term(CDS, "NumberCount"))
        out.link(graph.source, term(CDS, "numberCount"), tally)
        out.link(tally, term(CDS, "numberReason"), iris.code("number-reason", reason))
        out.integer(tally, term(CDS, "count"), count)
