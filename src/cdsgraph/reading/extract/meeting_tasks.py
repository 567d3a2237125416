"""Which meeting a task was given at: the one that its assigner chairs, where the text tells of only one."""

from collections.abc import Sequence
from dataclasses import replace

from cdsgraph.reading.facts import Event, Task


def at_meetings(tasks: Sequence[Task], events: Sequence[Event]) -> tuple[Task, ...]:
    """The tasks, each with the name of its meeting where the events of its text tell it."""
    chaired: dict[str, list[str]] = {}
    for event in events:
        if event.chair is not None:
            chaired.setdefault(event.chair, []).append(event.name)
    return tuple(
        replace(task, event=names[0])
        if task.event is None and task.assigner is not None and len(names := chaired.get(task.assigner, [])) == 1
        else task
        for task in tasks
    )
