"""The words that heads, titles and unit cells of tables are told by: data/rules/table_heads.csv, compiled once."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cdsgraph.errors import RulesError
from cdsgraph.reading.document import CellPart
from cdsgraph.reading.phrases import Phrases, Token, tokens
from cdsgraph.reading.wordlists import read_table

HeadRole = Literal["target", "observed", "plan", "forecast", "change", "against"]

_COLUMNS = (
    "ordinal",
    "name",
    "unit",
    "subject",
    "time",
    "agency",
    "partner",
    "deadline",
    "task",
    "note",
    "code",
    "value",
)
_ROLES = ("target", "observed", "plan", "forecast", "change", "against")
_OTHERS = ("caption", "unit_line", "whole", "rank", "within")
_PUNCTUATION = re.compile(r"[^\w%]+")


@dataclass(frozen=True, slots=True)
class TableWords:
    """Phrases with labels: `column` and `role` (value: which), `caption`, `unit_line`, `whole`, `rank`, `within`."""

    phrases: Phrases

    @classmethod
    def load(cls, folder: Path) -> "TableWords":
        """The list `table_heads` of `folder`; raises RulesError where it is missing, malformed or names no part."""
        phrases = Phrases()
        for row in read_table(folder, "table_heads", ("words", "part")):
            part = row["part"]
            if part in _COLUMNS:
                phrases.add(row["words"], "column", part)
            elif part in _ROLES:
                phrases.add(row["words"], "role", part)
            elif part in _OTHERS:
                phrases.add(row["words"], part)
            else:
                known = ", ".join((*_COLUMNS, *_ROLES, *_OTHERS))
                path = folder / "table_heads.csv"
                raise RulesError(f"{part!r} is none of {known}", path=path, remedy="mend the row")
        return cls(phrases)

    def column(self, head: str) -> CellPart | None:
        """The part that a column's cells play by the words its head begins with; one that names a period says none."""
        spoken = tokens(head, 0, len(head))
        found = self.phrases.longest(spoken, 0, "column") if spoken else None
        if found is None:
            return None
        part = CellPart(found[1]["column"])
        if part is CellPart.ORDINAL:
            return part
        whole = found[0] == len(spoken)
        dated = any(char.isdigit() for char in head)
        return None if dated or (part is CellPart.TIME and not whole) else part

    def is_role(self, head: str) -> bool:
        """Whether a head tells which part the figures under it play."""
        spoken = tokens(head, 0, len(head))
        return any(self.phrases.longest(spoken, at, "role") for at in range(len(spoken)))

    def roles(self, spoken: list[Token]) -> list[tuple[int, int, HeadRole]]:
        """The words that tell a role: first and last token (not included) and the role, in order, the longest first."""
        found: list[tuple[int, int, HeadRole]] = []
        at = 0
        while at < len(spoken):
            phrase = self.phrases.longest(spoken, at, "role")
            if phrase is not None:
                found.append((at, at + phrase[0], phrase[1]["role"]))  # type: ignore[arg-type]
                at += phrase[0]
            else:
                at += 1
        return found

    def unit_line(self, line: str) -> tuple[int, int] | None:
        """Where in a line the unit stands that it announces: "(Đơn vị tính: %)"; None where it announces none."""
        spoken = tokens(line, 0, len(line))
        for at in range(len(spoken)):
            found = self.phrases.longest(spoken, at, "unit_line")
            if found is None or at + found[0] >= len(spoken) or spoken[at + found[0]].text != ":":
                continue
            start = spoken[at + found[0]].end
            stop = min((end for end in (line.find(mark, start) for mark in ")];\n") if end >= 0), default=len(line))
            return (start, stop) if line[start:stop].strip() else None
        return None

    def is_caption(self, line: str) -> bool:
        """Whether a line is a table's title by its first words, or announces a unit."""
        spoken = tokens(line, 0, min(len(line), 60))
        opens = bool(spoken) and self.phrases.longest(spoken, 0, "caption") is not None
        return opens or self.unit_line(line) is not None

    def is_(self, label: str, words: str) -> bool:
        """Whether these words, punctuation apart, are exactly a phrase with a label."""
        return label in self.phrases.get(_PUNCTUATION.sub(" ", words).split())
