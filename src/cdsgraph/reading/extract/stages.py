"""How far the making of an act has come where the text says so: drafted, proposed, submitted, passed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from cdsgraph.reading.document import Document
from cdsgraph.reading.extract.frame_matching import FrameFinder
from cdsgraph.reading.extract.frame_sentences import SentenceWriter, things_of
from cdsgraph.reading.extract.frames import Grammar
from cdsgraph.reading.facts import Entity, LegalReference, Stage

_ORDER = ("drafting", "proposed", "submitted", "passed")


class StageReader:
    """Reads stages; compiled once from the word lists of `rules`."""

    def __init__(self, grammar: Grammar, writer: SentenceWriter, rules: Path) -> None:
        self._finder = FrameFinder(grammar.frames(rules, "stage_frames", "stage", get_args(Stage)), grammar, writer)

    def read(
        self, document: Document, entities: Sequence[Entity], references: Sequence[LegalReference]
    ) -> tuple[LegalReference, ...]:
        """The references, each with the furthest stage that the text tells of it."""
        others = [entity for entity in entities if entity.type != "programme"]
        told: dict[int, str] = {}
        for stated in self._finder.find(document, things_of(document, others, references, frozenset())):
            for thing in stated.side("S"):
                if thing.reference is not None and stated.refused is None:
                    act = id(thing.reference)
                    told[act] = max(told.get(act, ""), stated.frame.states, key=lambda s: _ORDER.index(s) if s else -1)
        return tuple(
            replace(reference, stage=cast(Stage, told[id(reference)])) if id(reference) in told else reference
            for reference in references
        )
