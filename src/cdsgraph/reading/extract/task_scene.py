"""What tasks are read against: who speaks, what the clauses of a sentence hand on, and where the sentence stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cdsgraph.reading.document import Sentence
from cdsgraph.reading.extract.task_sections import Section
from cdsgraph.reading.facts import Task, TaskStatus
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.taskwords import Column

_SPEECH = 5  # sentences that a speaker's bidding lasts without another task


@dataclass(slots=True)
class Scene:
    """What holds beyond a sentence: who speaks and since how many sentences no task came, and who was addressed."""

    assigner: str | None = None
    told: bool = False
    age: int = 0
    assignees: tuple[str, ...] = ()
    block: int = -1

    @property
    def bids(self) -> bool:
        """Whether the speaker's bidding still holds."""
        return self.told and self.age <= _SPEECH


@dataclass(slots=True)
class Clauses:
    """What the clauses of one sentence hand on to the next."""

    told: bool = False
    listed: bool = False
    details: bool = False
    assigner: str | None = None
    assignees: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    status: TaskStatus | None = "assigned"
    column: Column | None = None
    framed: bool = False
    title: int = 0
    opened: bool = False
    pending: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Here:
    """The sentence being read: its dates and what stands above it."""

    sentence: Sentence
    section: Section
    times: Sequence[TimeMention]
    block: int
    commissioned: bool
    first: int
