"""Who answers for a task given to a body that has since handed over its functions, and why.

A merger may send the functions of one body to several. So the function decides: told by the task's own words, else by
the name of the unit it was given to. Where neither tells one body, those that took over functions are listed as
candidates; that one body succeeded another never decides.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import NamedNode, Store, Triple

from cdsgraph.files import Files
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.handovers import READ_OF_BODY, Handovers, Transfer, link, moved, text, words_of
from cdsgraph.graph.parts import Seen, Ways, instances
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import CDS, PROV, Iris, term

ORDER: Final = 70
NAME: Final = "task-responsibility"
_TABLE: Final = "task_function_words"
_WHOLE: Final = r"(?<!\w){}(?!\w)"
_HEAD: Final = re.compile(r"(?:\S+\s+){1,4}")
_CLAUSE_ENDS: Final = r"[,;:.(–—]|\s-\s"


@dataclass(frozen=True, slots=True)
class Words:
    """Which words of a task, and which names of units, tell a function."""

    task: tuple[tuple[re.Pattern[str], str], ...]
    unit: tuple[tuple[str, str], ...]
    unit_kinds: tuple[str, ...]
    clause_end: re.Pattern[str]

    def functions_of_task(self, action: str) -> frozenset[str]:
        """The functions that the main clause of a task names; what it serves or heeds on the way tells none."""
        start = action[:1].lower() + action[1:]
        # The verbs at the head may be several, and be what would end a clause ("tăng cường bảo đảm …").
        verbs = _HEAD.match(start)
        cut = self.clause_end.search(start, verbs.end() if verbs else 0)
        clause = start[: cut.start()] if cut else start
        return frozenset(function for pattern, function in self.task if pattern.search(clause))

    def functions_of_unit(self, name: str, *, whole: bool) -> frozenset[str]:
        """The functions that a unit's name tells; with `whole` only where it says nothing else behind the kind."""
        folded = words_of(name)
        kind = next((each for each in self.unit_kinds if folded.startswith(f"{each} ")), None)
        if kind is None:
            return frozenset()
        rest = folded.removeprefix(kind).strip()
        return frozenset(f for form, f in self.unit if form == rest or (not whole and f" {form} " in f" {rest} "))


def load_words(files: Files) -> Words:
    """The words of data/rules/task_function_words.csv. Raises RulesError where it is missing or malformed."""
    rows = read_table(files.rules, _TABLE, ("kind", "function", "words"))
    of: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        of.setdefault(row["kind"], []).append((row["words"], row["function"]))
    stops = "|".join(re.escape(words) for words, _ in of["stop"])
    return Words(
        task=tuple((re.compile(_WHOLE.format(re.escape(words))), function) for words, function in of["task"]),
        unit=tuple((words_of(words), function) for words, function in of["unit"]),
        unit_kinds=tuple(words_of(words) for words, _ in of["unit_kind"]),
        clause_end=re.compile(rf"{_CLAUSE_ENDS}|(?<=\s)(?:{stops})(?!\w)"),
    )


_READ: Final = Ways.of(
    {
        "": "a cds:actionText cds:statedOn cds:assignee",
        "cds:assignee/(org:unitOf|org:subOrganizationOf)*": READ_OF_BODY,
    }
)


def rules(files: Files) -> tuple[Rule, ...]:
    """The rule that leads tasks to who answers for them."""
    parts = _Responsibilities(load_words(files))
    return (
        Rule(
            ORDER,
            NAME,
            "Ai trả lời về nhiệm vụ của cơ quan đã chuyển giao chức năng",
            "Who answers for a task of a body that has handed over its functions",
            __doc__ or "",
            whole(parts),
            parts,
        ),
    )


class _Responsibilities:
    """A part for each task."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        handovers = Handovers(store)
        for task in instances(store, term(CDS, "Task"), keys):
            out = QuadWriter(iris.graph(f"derived/{NAME}"))
            _write(out, _Given(store, task), handovers, self._words, iris)
            if triples := [quad.triple for quad in out]:
                yield task.value, triples

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        if moved(store, iris, changes):
            return None
        tasks = Seen(store, changes).of_class(_READ.records(store, iris, changes), term(CDS, "Task"))
        return {task.value for task in tasks}


class _Given:
    """A task as its source gave it."""

    def __init__(self, store: Store, task: NamedNode) -> None:
        self.task = task
        self.action = text(store, task, term(CDS, "actionText")) or ""
        stated = text(store, task, term(CDS, "statedOn"))
        self.stated = date.fromisoformat(stated) if stated else None
        self.assignees = sorted(link(store, task, term(CDS, "assignee")), key=str)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was found: the reason, the functions that told it, the body they lead to or the candidates."""

    reason: str
    functions: frozenset[str]
    bodies: tuple[NamedNode, ...]
    since: date | None
    rests_on: tuple[NamedNode, ...]

    @property
    def decided(self) -> bool:
        return self.reason in ("by-function", "by-unit")


def _write(out: QuadWriter, given: _Given, handovers: Handovers, words: Words, iris: Iris) -> None:
    for body in given.assignees:
        found = _find(given, body, handovers, words)
        if found is None:
            continue
        iri = iris.thing("task-responsibility", f"{_local(given.task)}--{_local(body)}")
        out.types(iri, term(CDS, "TaskResponsibility"))
        out.link(iri, term(CDS, "task"), given.task)
        out.link(iri, term(CDS, "assignedBody"), body)
        out.link(iri, term(CDS, "responsibilityReason"), iris.code("responsibility-reason", found.reason))
        out.links(iri, term(CDS, "function"), (iris.code("function", each) for each in sorted(found.functions)))
        out.links(iri, term(CDS, "answeringBody" if found.decided else "candidateBody"), found.bodies)
        out.day(iri, term(CDS, "firstDay"), found.since)
        out.links(iri, term(PROV, "wasDerivedFrom"), (given.task, *found.rests_on))


def _local(iri: NamedNode) -> str:
    return iri.value.rsplit("/", 1)[1]


def _find(given: _Given, body: NamedNode, handovers: Handovers, words: Words) -> _Finding | None:
    """Who answers, or None where the body has handed over nothing that is known of since the task was given."""
    name = handovers.name(body)
    home = next((each for each in handovers.above(body) if handovers.changed_since(each, given.stated)), None)
    if home is None:
        if handovers.parent(body) is not None or not handovers.is_known_unit(body):
            return None
        named = words.functions_of_unit(name, whole=True)
        return _decide("by-unit", named, handovers.transfers_of(named, given.stated), handovers)
    handed = handovers.transfers_from(home, given.stated)
    held = {each.function for each in handed}
    told = words.functions_of_task(given.action) & held
    of_unit = words.functions_of_unit(name, whole=False) & held if body != home else frozenset()
    found = _decide("by-function" if told else "by-unit", told | of_unit, handed, handovers)
    if found is not None or not handovers.ended(home):
        return found
    return _candidates(home, handed, handovers, given.stated)


def _decide(
    reason: str, functions: frozenset[str], handed: Sequence[Transfer], handovers: Handovers
) -> _Finding | None:
    """The one body that the functions lead to; if they lead to several, these as candidates."""
    chains = [handovers.onward(each) for each in handed if each.function in functions]
    if not chains:
        return None
    bodies = tuple(sorted({chain[-1].target for chain in chains}, key=str))
    return _Finding(
        reason if len(bodies) == 1 else "candidates",
        functions,
        bodies,
        max(chain[-1].effective for chain in chains),
        _all(each.iri for chain in chains for each in chain),
    )


def _candidates(
    home: NamedNode, handed: Sequence[Transfer], handovers: Handovers, stated: date | None
) -> _Finding | None:
    """All bodies that took over something from one that is no more."""
    chains = [handovers.onward(each) for each in handed]
    changes = handovers.changes_of(home, stated)
    last = {chain[-1].target for chain in chains} | {each for change in changes for each in change.after}
    bodies = tuple(sorted((each for each in last if not handovers.ended(each)), key=str))
    if not bodies:
        return None
    days = [chain[-1].effective for chain in chains] + [change.effective for change in changes]
    rests_on = [each.iri for chain in chains for each in chain] + [change.iri for change in changes]
    reason = "sole-successor" if len(bodies) == 1 else "candidates"
    return _Finding(reason, frozenset(), bodies, max(days), _all(rests_on))


def _all(found: Iterable[NamedNode]) -> tuple[NamedNode, ...]:
    return tuple(sorted(set(found), key=str))
