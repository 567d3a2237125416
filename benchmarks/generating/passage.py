"""Words with what they state: marks whose offsets move along when passages are joined."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact or a mention on the span [start, end) of a passage: its record kind and its fields."""

    start: int
    end: int
    kind: str
    fields: dict[str, Any]

    def moved(self, by: int) -> "Mark":
        """The same mark, so many characters further on."""
        return Mark(self.start + by, self.end + by, self.kind, self.fields)


@dataclass(slots=True)
class Passage:
    """Words and the marks on them."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, other: "Passage | str") -> tuple[int, int]:
        """Words appended with their marks; the span at which they now stand."""
        start = len(self.text)
        if isinstance(other, str):
            self.text += other
        else:
            self.text += other.text
            self.marks += [mark.moved(start) for mark in other.marks]
        return start, len(self.text)

    def capital_at(self, place: int) -> None:
        """Put a capital there; no offset moves."""
        self.text = self.text[:place] + self.text[place : place + 1].upper() + self.text[place + 1 :]


@dataclass(frozen=True, slots=True)
class Piece:
    """What a slot is filled with: words, and what they mean (a canonical name, an ISO period, fields of a quantity)."""

    passage: Passage
    meaning: Any = None

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text


def plain(text: str, meaning: Any = None) -> Piece:
    """Words that mark nothing."""
    return Piece(Passage(text), text if meaning is None else meaning)


def named(text: str, kind: str, name: str, **more: Any) -> Piece:
    """Words that name a thing of an entity type by its canonical name."""
    mark = Mark(0, len(text), "entity", {"type": kind, "name": name, **more})
    return Piece(Passage(text, [mark]), name)
