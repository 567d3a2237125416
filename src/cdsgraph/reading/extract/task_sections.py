"""What the headings and introducing lines above a block say of the tasks in it: whether they stand there, and whose."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cdsgraph.reading.document import Block, BlockKind, Document
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.extract.task_actors import ActorReader
from cdsgraph.reading.extract.task_frames import FrameReader
from cdsgraph.reading.extract.task_units import Unit
from cdsgraph.reading.facts import Entity
from cdsgraph.reading.taskwords import Effect, TaskWords
from cdsgraph.reading.view import lookup_key

_TITLE = re.compile(r"(?:[IVX]+|\d{1,2}(?:\.\d{1,2})*)[.)]?\s")
_ITEM = re.compile(r"(?:[-–•*+]|[a-zđ]\)|\([a-zđ0-9]{1,3}\))\s")
_ACTS = ("decision", "resolution", "plan")
_HEAD_BLOCKS = 12
_LONGEST_HEADING = 200
_LONGEST_BODY = 14  # units of a heading that names a body


@dataclass(frozen=True, slots=True)
class Section:
    """What holds under a heading; `effect` none: no tasks; tasks: they are listed; None: it does not say."""

    effect: Effect | None = None
    assignees: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    assigner: str | None = None
    deadline: str | None = None


_NOTHING = Section()


class Sections:
    """Gathers what headings say, in the text's order, and tells what holds for a block."""

    def __init__(self, frames: FrameReader, actors: ActorReader, words: TaskWords) -> None:
        self._frames = frames
        self._actors = actors
        self._words = words
        self._known: dict[str, Section] = {}

    def note(self, words: str, section: Section) -> None:
        """Keep what a heading or introducing line, given as the outline gives it, says of what stands under it."""
        self._known[words[-300:]] = section

    def read_heading(self, words: str, row: Sequence[Unit]) -> Section:
        """What a heading says, and keep it: a word for tasks or for something else, bodies addressed."""
        effect = self._words.heading(words) if len(words) <= _LONGEST_HEADING else None
        assignees: tuple[str, ...] = ()
        at = self._frames.opening(row, past_marker(row))
        found = self._actors.at(row, at) if at < len(row) else None
        if words.isupper():
            pass  # a masthead addresses nobody
        elif found is not None and (found.end >= len(row) or row[found.end].text == ":" or row[found.end].has("duty")):
            assignees, effect = found.names, "tasks"
        elif effect == "tasks":
            for index, unit in enumerate(row[:-1]):
                if unit.text.lower() == "của" and (owner := self._actors.at(row, index + 1)) is not None:
                    assignees = owner.names if owner.end >= len(row) or row[owner.end].kind == "mark" else ()
                    break
        if not assignees and not words.isupper() and at < len(row) and self._names_body(row, at):
            assignees = (" ".join(words[row[at].start - row[0].start :].split()),)
        section = Section(effect, assignees)
        self.note(words, section)
        return section

    def _names_body(self, row: Sequence[Unit], at: int) -> bool:
        """Whether a numbered heading is but the name of a body that no list knows: "a) Tổ đảng ở Thường trực …"."""
        if at == 0 or len(row) - at > _LONGEST_BODY or row[at].text[0].islower():
            return False
        return row[at].has("member", "alone") and not any(
            unit.has("manner", "step", "modal", "duty", "assign", "announce", "copula") for unit in row[at:]
        )

    def under(self, headings: Sequence[str]) -> Section:
        """What holds for a block under these headings, outermost first: the innermost that says something decides."""
        effect: Effect | None = None
        assignees: tuple[str, ...] = ()
        coordinators: tuple[str, ...] = ()
        assigner: str | None = None
        deadline: str | None = None
        for words in reversed(headings):
            section = self._known.get(words[-300:], _NOTHING)
            if effect is None:
                assignees = assignees or section.assignees
                coordinators = coordinators or section.coordinators
                assigner = assigner or section.assigner
                deadline = deadline or section.deadline
            elif effect == "tasks" and not assignees:
                assignees = section.assignees if section.effect == "tasks" else ()
            effect = effect or section.effect
        return Section(effect, assignees, coordinators, assigner, deadline)


def past_marker(row: Sequence[Unit]) -> int:
    """Index behind the number or letter of an item: "1.", "a)", "(i)", "Điều 3.", "- "."""
    at = 0
    while at < len(row):
        text, rest = row[at].text, [unit.text for unit in row[at + 1 : at + 3]]
        if text in "-–—•*·+#_":
            at += 1
        elif text == "(" and len(rest) == 2 and rest[1] == ")" and len(rest[0]) <= 4:
            at += 3
        elif rest and rest[0] in ".)/" and len(text) <= 5 and (text.isdigit() or _numeral(text)):
            at += 2
        elif lookup_key(text) == "điều" and rest and rest[0].isdigit():
            at += 3 if len(rest) == 2 and rest[1] in ".:" else 2
        elif text.replace(".", "").isdigit() and "." in text:
            at += 2 if rest and rest[0] in ".)" else 1
        else:
            break
    return at


def _numeral(text: str) -> bool:
    return len(text) == 1 or all(char in "ivxlcIVXLC" for char in text)


def issuer(document: Document, entities: Sequence[Entity]) -> str | None:
    """The body whose act the document is: the first named in capitals at its head; None for what is no act."""
    if document.metadata.kind not in _ACTS or not document.blocks:
        return None
    limit = document.blocks[min(len(document.blocks), _HEAD_BLOCKS) - 1].span.end
    for entity in sorted(entities, key=lambda e: e.span):
        if entity.span.start >= limit:
            break
        for span in (entity.span, *entity.mentions):
            if span.start < limit and entity.type in BODIES and span.of(document.text).isupper():
                return entity.name
    return None


def opens_items(document: Document, index: int) -> bool:
    """Whether a numbered line without a stop is the title of the items that follow it."""
    if index + 1 >= len(document.blocks):
        return False
    words = document.blocks[index].span.of(document.text)
    if _TITLE.match(words) is None or words[-1] in ".;:,…":
        return False
    return _ITEM.match(document.blocks[index + 1].span.of(document.text)) is not None


def is_leaf(index: int, block: Block, document: Document, outlines: Sequence[Sequence[str]]) -> bool:
    """Whether a heading has nothing under it: an item printed without a full stop."""
    if block.kind is not BlockKind.HEADING:
        return False
    words = block.span.of(document.text)
    return index + 1 >= len(outlines) or words not in outlines[index + 1]
