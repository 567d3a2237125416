"""The ledger of tasks: for each what the sources tell of its completion, and up to which day they were seen."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from pyoxigraph import NamedNode, Store, Triple

from cdsgraph import periods
from cdsgraph.files import Files
from cdsgraph.graph.completion import Completions, Sign, load_words
from cdsgraph.graph.derive import Rule
from cdsgraph.graph.handovers import text
from cdsgraph.graph.quadwriter import TYPE, QuadWriter
from cdsgraph.vocab import CDS, DCTERMS, PROV, Iris, term

ORDER: Final = 80
NAME: Final = "task-ledger"


def rules(files: Files) -> tuple[Rule, ...]:
    """The rule that writes an entry for each task."""
    words = load_words(files)

    def derive(store: Store, iris: Iris) -> Iterator[Triple]:
        out = QuadWriter(iris.graph(f"derived/{NAME}"))
        found, seen = Completions(store, words), seen_until(store)
        for told in found.tasks():
            entry = iris.thing("ledger", told.iri.value.rsplit("/", 1)[1])
            signs = () if told.done else found.signs(told)
            state = "stated" if told.done else "seen" if signs else "none-seen"
            out.types(entry, term(CDS, "LedgerEntry"))
            out.link(entry, term(CDS, "task"), told.iri)
            out.link(entry, term(CDS, "completion"), iris.code("completion", state))
            out.day(entry, term(CDS, "seenUntil"), seen)
            for sign in signs:
                out.link(entry, term(CDS, "completionSeen"), _write_sign(out, told.iri, sign, iris))
            out.links(entry, term(PROV, "wasDerivedFrom"), (told.iri, *(sign.record for sign in signs)))
        return (quad.triple for quad in out)

    return (
        Rule(
            ORDER,
            NAME,
            "Sổ nhiệm vụ: dấu hiệu hoàn thành thấy trong các nguồn",
            "Task ledger: signs of completion seen in the sources",
            __doc__ or "",
            derive,
        ),
    )


def _write_sign(out: QuadWriter, task: NamedNode, sign: Sign, iris: Iris) -> NamedNode:
    """One sign that the task was done; the same record may be a sign for several tasks."""
    names = (each.value.rsplit("/", 1)[1] for each in (task, sign.record))
    seen = iris.thing("completion", "--".join(names))
    out.types(seen, term(CDS, "CompletionSeen"))
    out.link(seen, term(CDS, "task"), task)
    out.link(seen, term(CDS, "completionSign"), iris.code("completion-sign", sign.code))
    out.link(seen, term(CDS, "completionEvidence"), sign.record)
    out.links(seen, term(PROV, "wasDerivedFrom"), (task, sign.record))
    return seen


def seen_until(store: Store) -> date | None:
    """The latest day of any source: its event's, else its publication's, else the last that it can be of."""
    days = []
    for quad in store.quads_for_pattern(None, TYPE, term(CDS, "SourceText"), None):
        if isinstance(source := quad.subject, NamedNode):
            told = text(store, source, term(CDS, "eventDate")) or text(store, source, term(DCTERMS, "issued"))
            told = told or text(store, source, term(CDS, "notBefore"))
            if told:
                days.append(periods.days(told)[1])
    return max(days, default=None)
