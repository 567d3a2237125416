"""Rows of an annex of tasks (task | lead | helps | by when) and the labelled lines that say the same under a task."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.deadlines import Deadlines
from cdsgraph.reading.extract.task_actors import ActorReader
from cdsgraph.reading.extract.task_units import Units
from cdsgraph.reading.extract.verb_phrases import action, trimmed
from cdsgraph.reading.facts import Task, TaskStatus
from cdsgraph.reading.taskwords import Column, TaskWords
from cdsgraph.reading.view import lookup_key

_SEPARATORS = ",;.+-–•\n\t *"
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class TaskTables:
    """Reads cells; `issuer` is who assigns what stands in the tables of this text."""

    text: str
    units: Units
    actors: ActorReader
    deadlines: Deadlines
    words: TaskWords
    issuer: str | None

    def heads(self, cells: Sequence[str]) -> tuple[Column | None, ...] | None:
        """The columns that a row names, if it heads a table of tasks: one of tasks and one of who does them."""
        columns = tuple(self.words.column(cell) for cell in cells)
        return columns if "task" in columns and "lead" in columns else None

    def row(self, cells: Sequence[tuple[Column | None, Span | None]]) -> Task | None:
        """The task of a row given as column and cell, an empty cell as None; None where the row states no task."""
        spans: dict[Column, Span] = {}
        for column, span in cells:
            if column is not None and span is not None:
                spans.setdefault(column, span)
        if "task" not in spans or len(spans) < 2:
            return None
        whole = spans["task"]
        span = trimmed(self.text, whole.start, whole.end)
        if span is None or len(span.of(self.text).split()) < _LEAST_WORDS:
            return None
        task = Task(
            span=span, sentence=whole, rule="task/table row", action=action(span.of(self.text)), assigner=self.issuer
        )
        for column in ("lead", "coordinate", "deadline", "status"):
            if column in spans:
                task = self.told(task, column, spans[column])
        return task

    def told(self, task: Task, column: Column, value: Span) -> Task:
        """The task with what a cell or a labelled line says of it."""
        if column == "lead":
            return replace(task, assignees=self.names(value))
        if column == "coordinate":
            return replace(task, coordinators=self.names(value))
        if column == "deadline":
            return replace(task, deadline=self.deadlines.cell(value))
        if column == "status":
            said = lookup_key(value.of(self.text)).strip(_SEPARATORS)
            done: TaskStatus = "done" if said.startswith(self.words.finished) else "assigned"
            return replace(task, status=done)
        return task

    def names(self, cell: Span) -> tuple[str, ...]:
        """The bodies in a cell, canonical; where none is known, the cell's parts as printed."""
        row = self.units.row(cell)
        names: list[str] = []
        at = 0
        while at < len(row):
            found = self.actors.at(row, at)
            if found is None:
                at += 1
                continue
            names += found.names
            at = found.end
        if not names:
            parts = cell.of(self.text).replace("\n", ";").split(";")
            names = [" ".join(part.split()).strip(_SEPARATORS) for part in parts]
        return tuple(dict.fromkeys(name for name in names if name))


def cells_of(text: str, block: Span) -> list[Span | None]:
    """The cells of a line with tabs between them, None for an empty one."""
    found: list[Span | None] = []
    start = block.start
    for part in block.of(text).split("\t"):
        inner = part.strip()
        at = start + len(part) - len(part.lstrip())
        found.append(Span(at, at + len(inner)) if inner else None)
        start += len(part) + 1
    return found
