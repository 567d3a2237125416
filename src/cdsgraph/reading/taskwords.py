"""The word lists that tasks are read by, from data/rules/, compiled for look-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import regex

from cdsgraph.errors import RulesError
from cdsgraph.reading.openings import Openings
from cdsgraph.reading.periods import TimeWords
from cdsgraph.reading.phrases import Phrases
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table

Column = Literal["task", "lead", "coordinate", "deadline", "status"]
Effect = Literal["tasks", "none"]

_COLUMNS = ("task", "lead", "coordinate", "deadline", "status")
_TRIGGERS = ("assign", "urge", "duty", "modal", "future", "lead", "coordinate")


@dataclass(frozen=True, slots=True)
class TaskWords:
    """Everything tasks are told by.

    `phrases` bears the parts of task_words.csv as labels, besides `member`, `alone` and `each` for classes of bodies,
    and `title` for offices (value: the body the title itself names). `trigger` finds, in small letters, the words
    without which a sentence outside a list of tasks states none; `openings` finds where one may be. `headings` find the
    words that announce tasks or something else. `columns` are the heads of a table's columns, folded. `finished` are
    the words of a status that tell completion; `commissions` open a sentence on what a body did as told.
    """

    phrases: Phrases
    trigger: regex.Pattern[str]
    openings: Openings
    headings: regex.Pattern[str]
    effects: dict[str, Effect]
    columns: dict[str, Column]
    deadline_leads: frozenset[str]
    deadline_binds: tuple[str, ...]
    horizons: tuple[str, ...]
    finished: tuple[str, ...]
    commissions: tuple[str, ...]
    times: TimeWords

    @classmethod
    def load(cls, folder: Path, times: TimeWords) -> "TaskWords":
        """The lists in `folder`, and `times`, the words for times, as all kinds of facts share them.

        Raises RulesError where a list is missing, malformed or names an unknown code.
        """
        phrases = Phrases()
        triggers: list[str] = []
        for row in read_table(folder, "task_words", ("phrase", "part")):
            phrases.add(row["phrase"], row["part"], row["phrase"])
            if row["part"] in _TRIGGERS:
                triggers.append(lookup_key(row["phrase"]))
        for row in read_table(folder, "task_groups", ("phrase", "use")):
            phrases.add(row["phrase"], row["use"], row["phrase"])
        for row in read_table(folder, "titles", ("title", "body", "follows")):
            phrases.add(row["title"], "honorific" if row["follows"] == "honorific" else "title", row["body"])
        effects = {
            lookup_key(row["phrase"]): cast(Effect, _known(folder, "task_headings", row["effect"], ("tasks", "none")))
            for row in read_table(folder, "task_headings", ("phrase", "effect"))
        }
        deadlines: dict[str, list[str]] = {"lead": [], "binds": [], "horizon": [], "finished": []}
        for row in read_table(folder, "deadline_words", ("phrase", "use")):
            _known(folder, "deadline_words", row["use"], tuple(deadlines))
            deadlines[row["use"]].append(lookup_key(row["phrase"]))
        return cls(
            phrases=phrases,
            trigger=regex.compile(r"(?<!\w)\L<words>(?!\w)", words=triggers),
            openings=Openings(triggers),
            headings=regex.compile(r"(?<!\w)\L<words>(?!\w)", words=list(effects)),
            effects=effects,
            columns={
                lookup_key(row["phrase"]): cast(Column, _known(folder, "task_columns", row["column"], _COLUMNS))
                for row in read_table(folder, "task_columns", ("phrase", "column"))
            },
            deadline_leads=frozenset(deadlines["lead"]),
            deadline_binds=tuple(deadlines["binds"]),
            horizons=tuple(deadlines["horizon"]),
            finished=tuple(deadlines["finished"]),
            commissions=tuple(lookup_key(row["words"]) for row in read_table(folder, "commission_words", ("words",))),
            times=times,
        )

    def column(self, head: str) -> Column | None:
        """What stands under a column's head or behind a label, None where it concerns no task."""
        return self.columns.get(" ".join(lookup_key(head).split()).strip(" .:*()"))

    def heading(self, words: str) -> Effect | None:
        """What a heading says of the blocks under it; None where it says nothing of tasks."""
        found = self.headings.search(lookup_key(words))
        return self.effects[found[0]] if found is not None else None


def _known(folder: Path, table: str, code: str, codes: Sequence[str]) -> str:
    if code not in codes:
        raise RulesError(f"{code!r} is none of {', '.join(codes)}", path=folder / f"{table}.csv", remedy="mend the row")
    return code
