"""What named things have to do with each other: frames that sentences fill, and who leads which body."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast, get_args

import regex

from cdsgraph.reading.document import Document, Span, Spans
from cdsgraph.reading.extract.frame_matching import FrameFinder, Stated
from cdsgraph.reading.extract.frame_sentences import SentenceWriter, Written, things_of
from cdsgraph.reading.extract.frames import NUMBER, Grammar, keys
from cdsgraph.reading.facts import Certainty, Entity, LegalReference, Predicate, Quantity, Rejected, Relation, Role
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table

_ITEM_ENDS = tuple(keys(mark) for mark in (",", ";", "và"))
_BEFORE_TITLE = 14  # code points before an office within which "nguyên" makes it a former one


class RelationReader:
    """Reads relations; compiled once from the word lists of `rules`."""

    def __init__(self, grammar: Grammar, writer: SentenceWriter, rules: Path) -> None:
        frames = grammar.frames(rules, "relation_frames", "predicate", get_args(Predicate))
        self._finder = FrameFinder(frames, grammar, writer)
        self._core_pillars = writer.core_pillars
        self._ends = NameWords.load(rules).ends["scheme"]
        former = "|".join(map(regex.escape, grammar.words["former"]))
        self._former = regex.compile(rf"(?<!\p{{L}})(?:{former})\s+$", regex.I)
        self._heads = frozenset(lookup_key(row["title"]) for row in read_table(rules, "head_titles", ("title",)))

    def read(
        self,
        document: Document,
        entities: Sequence[Entity],
        references: Sequence[LegalReference],
        roles: Sequence[Role],
        figures: Sequence[Quantity],
    ) -> tuple[tuple[Relation, ...], tuple[Rejected, ...]]:
        """The relations of a document, each once, with the first words that state it, and what only seems to be one."""
        things = things_of(document, entities, references, self._core_pillars)
        reached = Spans(figure.span for figure in figures if figure.role == "observed")
        found = [*self._leading(document, roles)]
        rejected: dict[Span, Rejected] = {}
        for stated in self._finder.find(document, things):
            if stated.refused is None:
                found += self._relations(document, stated, reached)
            else:
                rule = f"relation/{stated.frame.states}"
                rejected[stated.turn] = Rejected(stated.turn, "relation", rule, stated.refused)
        kept = Spans(relation.span for relation in found)
        return tuple(_once(found)), tuple(each for each in rejected.values() if not kept.overlap(each.span))

    def _leading(self, document: Document, roles: Sequence[Role]) -> Iterator[Relation]:
        for role in roles:
            before = document.text[max(0, role.span.start - _BEFORE_TITLE) : role.span.start]
            if role.organisation and lookup_key(role.title) in self._heads and not self._former.search(before):
                yield Relation(
                    span=role.span,
                    sentence=role.sentence,
                    rule="relation/leads",
                    subject=role.person,
                    predicate="leads",
                    object=role.organisation,
                )

    def _relations(self, document: Document, stated: Stated, reached: Spans) -> Iterator[Relation]:
        frame, turn = stated.frame, stated.turn
        certainty: Certainty = "medium" if frame.subject or frame.phrase else "high"
        subjects = [(thing.name, thing.span) for thing in stated.side("S")]
        if frame.subject:
            subjects = [(frame.subject, turn)]
        for subject, subject_span in subjects:
            for target, target_span in self._objects(document, stated, reached):
                if subject == target:
                    continue
                spans = (turn, subject_span, target_span, *stated.tail)
                yield Relation(
                    span=Span(min(span.start for span in spans), max(span.end for span in spans)),
                    sentence=stated.sentence.span,
                    rule=f"relation/{frame.states}",
                    certainty=certainty,
                    subject=subject,
                    predicate=cast(Predicate, frame.states),
                    object=target,
                )

    def _objects(self, document: Document, stated: Stated, reached: Spans) -> Iterator[tuple[str, Span]]:
        """What stands on side O; where an act stands in its place (R), who issued it."""
        if stated.frame.phrase:
            yield from self._phrases(document, stated, reached if stated.frame.phrase == "counted" else None)
            return
        for thing in stated.side("R"):
            if thing.reference is not None and thing.reference.issuer:
                yield thing.reference.issuer, thing.span
        for thing in stated.side("O"):
            yield thing.name, thing.span

    def _phrases(self, document: Document, stated: Stated, reached: Spans | None) -> Iterator[tuple[str, Span]]:
        """The common nouns on side O, one of each item, up to where a name would be over.

        `reached`: each item begins with a number, which must be one of these.
        """
        written = stated.written
        for first, last in _items(written, stated.match.start("O"), stated.match.end("O")):
            counted = written.text[written.starts[first]] == NUMBER
            if reached is not None and not (counted and reached.overlap(written.span_of(first, first + 1))):
                continue
            if first + counted >= last:
                continue
            span = written.span_of(first + counted, last)
            words = self._cut(span.of(document.text))
            if len(words.split()) > 1:
                yield " ".join(words.split()), Span(span.start, span.start + len(words))

    def _cut(self, words: str) -> str:
        """Words up to the first at which a name is over."""
        key = lookup_key(words)
        for word in regex.finditer(r"\S+", key):
            if self._ends.at(key, word.start(), word[0]) is not None:
                return words[: word.start()].rstrip()
        return words.rstrip()


def _items(written: Written, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of a list between two places of the text, as ranges of tokens."""
    first, last = written.index(start), written.index(end)
    for at in range(first, last + 1):
        if at == last or written.text.startswith(_ITEM_ENDS, written.starts[at]):
            if first < at:
                yield first, at
            first = at + 1


def _once(found: Iterable[Relation]) -> list[Relation]:
    """Each relation once, by what states it first; "A has the unit B" and "B is part of A" are one."""
    kept: dict[tuple[str, str, str], Relation] = {}
    for relation in sorted(found, key=lambda each: (each.span, each.predicate, each.subject, each.object)):
        whole, part = relation.subject, relation.object
        if relation.predicate == "part_of":
            whole, part = part, whole
        kind = "part_of" if relation.predicate == "has_unit" else relation.predicate
        kept.setdefault((kind, whole, part), relation)
    return list(kept.values())
