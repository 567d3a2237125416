"""The ledger of tasks: for each what the sources tell of its completion, and up to which day they were seen."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

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
        ledger = _write_ledger(out, store, iris)
        found = Completions(store, words)
        for told in found.tasks():
            entry = iris.thing("ledger", told.iri.value.rsplit("/", 1)[1])
            signs = () if told.done else found.signs(told)
            state = "stated" if told.done else "seen" if signs else "none-seen"
            out.types(entry, term(CDS, "LedgerEntry"))
            out.link(entry, term(DCTERMS, "isPartOf"), ledger)
            out.link(entry, term(CDS, "task"), told.iri)
            out.link(entry, term(CDS, "completion"), iris.code("completion", state))
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


def _write_ledger(out: QuadWriter, store: Store, iris: Iris) -> NamedNode | None:
    """The ledger itself: the latest day of any source, and the sources of that day; None where no source has one."""
    days = {source: day for source in _sources(store) if (day := _last_day(store, source))}
    if not days:
        return None
    ledger, seen = iris.thing("task-ledger", "nhiem-vu"), max(days.values())
    out.types(ledger, term(CDS, "TaskLedger"))
    out.labels(ledger, "Sổ nhiệm vụ", "Task ledger")
    out.day(ledger, term(CDS, "seenUntil"), seen)
    out.links(ledger, term(PROV, "wasDerivedFrom"), (source for source, day in days.items() if day == seen))
    return ledger


def _sources(store: Store) -> list[NamedNode]:
    found = store.quads_for_pattern(None, TYPE, term(CDS, "SourceText"), DefaultGraph())
    return sorted((quad.subject for quad in found if isinstance(quad.subject, NamedNode)), key=str)


def _last_day(store: Store, source: NamedNode) -> date | None:
    """The last day of a source's event, else of its publication, else the first that it can be of."""
    names = (term(CDS, "eventDate"), term(DCTERMS, "issued"), term(CDS, "notBefore"))
    told = next((day for name in names if (day := text(store, source, name))), None)
    return periods.days(told)[1] if told else None
