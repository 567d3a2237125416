"""The ledger of tasks: for each what the sources tell of its completion, and up to which day they were seen."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from pyoxigraph import NamedNode, Store, Triple

from cdsgraph import periods
from cdsgraph.files import Files
from cdsgraph.graph import task_changes
from cdsgraph.graph.completion import Completions, Sign, Words, load_words
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.handovers import text
from cdsgraph.graph.parts import instances
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.graph.told_tasks import Told, ToldTasks
from cdsgraph.vocab import CDS, DCTERMS, PROV, Iris, term

ORDER: Final = 80
NAME: Final = "task-ledger"


def rules(files: Files) -> tuple[Rule, ...]:
    """The rule that writes an entry for each task."""
    parts = _Ledger(load_words(files))
    return (
        Rule(
            ORDER,
            NAME,
            "Sổ nhiệm vụ: dấu hiệu hoàn thành thấy trong các nguồn",
            "Task ledger: signs of completion seen in the sources",
            __doc__ or "",
            whole(parts),
            parts,
        ),
    )


class _Ledger:
    """A part for each task, and one for the ledger itself."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        if keys is not None and not keys:
            return
        node = task_changes.ledger_node(iris)
        ledger = node if task_changes.any_day(store) else None
        if ledger and (keys is None or ledger.value in keys):
            yield ledger.value, _written_ledger(ledger, store, iris)
        told_tasks = ToldTasks(store, iris, None if keys is None else set(keys) - {node.value})
        found = Completions(store, iris, self._words, told_tasks)
        for told in told_tasks.tasks:
            out = QuadWriter(iris.graph(f"derived/{NAME}"))
            _write_entry(out, told, () if told.done else found.signs(told), ledger, iris)
            yield told.iri.value, (quad.triple for quad in out)

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        return task_changes.touched(store, iris, changes, self._words)


def _write_entry(out: QuadWriter, told: Told, signs: Sequence[Sign], ledger: NamedNode | None, iris: Iris) -> None:
    entry = iris.thing("ledger", told.iri.value.rsplit("/", 1)[1])
    state = "stated" if told.done else "seen" if signs else "none-seen"
    out.types(entry, term(CDS, "LedgerEntry"))
    out.link(entry, term(DCTERMS, "isPartOf"), ledger)
    out.link(entry, term(CDS, "task"), told.iri)
    out.link(entry, term(CDS, "completion"), iris.code("completion", state))
    for sign in signs:
        out.link(entry, term(CDS, "completionSeen"), _write_sign(out, told.iri, sign, iris))
    out.links(entry, term(PROV, "wasDerivedFrom"), (told.iri, *(sign.record for sign in signs)))


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


def _written_ledger(ledger: NamedNode, store: Store, iris: Iris) -> Iterator[Triple]:
    """The ledger itself: the latest day of any source, and the sources of that day."""
    sources = instances(store, term(CDS, "SourceText"))
    days = {source: day for source in sources if (day := _last_day(store, source))}
    seen = max(days.values())
    out = QuadWriter(iris.graph(f"derived/{NAME}"))
    out.types(ledger, term(CDS, "TaskLedger"))
    out.labels(ledger, "Sổ nhiệm vụ", "Task ledger")
    out.day(ledger, term(CDS, "seenUntil"), seen)
    out.links(ledger, term(PROV, "wasDerivedFrom"), (source for source, day in days.items() if day == seen))
    return (quad.triple for quad in out)


def _last_day(store: Store, source: NamedNode) -> date | None:
    """The last day of a source's event, else of its publication, else the first that it can be of."""
    told = next((day for name in task_changes.DAYS if (day := text(store, source, name))), None)
    return periods.days(told)[1] if told else None
