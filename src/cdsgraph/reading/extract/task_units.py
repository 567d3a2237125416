"""A sentence as a row of units for the task rules: listed words with their labels, named things, and marks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.facts import Entity, LegalReference
from cdsgraph.reading.phrases import Phrases, Token, tokens

_NONE: dict[str, str] = {}


@dataclass(slots=True)
class Unit:
    """A phrase, a name or a mark; `kind` is word, mark, body, person, place or name; all but words have a `name`."""

    start: int
    end: int
    text: str
    kind: str
    labels: dict[str, str]
    name: str = ""

    def has(self, *labels: str) -> bool:
        """Whether the unit bears one of the labels."""
        own = self.labels
        if own:
            for label in labels:
                if label in own:
                    return True
        return False


class Units:
    """Makes rows of units from stretches of one text, given what is named in it."""

    def __init__(
        self, text: str, entities: Iterable[Entity], references: Iterable[LegalReference], phrases: Phrases
    ) -> None:
        self._text = text
        self._phrases = phrases
        named = [
            (span, self._kind(entity, span), entity.name)
            for entity in entities
            for span in (entity.span, *entity.mentions)
        ]
        named += [(span, "name", "") for each in references for span in (each.span, *each.mentions)]
        named.sort(key=lambda each: (each[0].start, -each[0].end, each[1] == "name"))
        self._named: list[tuple[Span, str, str]] = []
        for each in named:
            if not self._named or each[0].start >= self._named[-1][0].end:
                self._named.append(each)
        self._starts = [span.start for span, _, _ in self._named]

    def row(self, span: Span) -> list[Unit]:
        """The units of a stretch of the text, in order; a name counts whole where it begins in the stretch."""
        first = bisect_right(self._starts, span.start)
        if first and self._named[first - 1][0].end > span.start:
            first -= 1
        nothing = (Span(span.end, span.end + 1), "", "")
        named = iter([*self._named[first : bisect_left(self._starts, span.end)], nothing])
        here, kind, name = next(named)
        words = tokens(self._text, span.start, span.end)
        units: list[Unit] = []
        at = 0
        while at < len(words):
            token = words[at]
            while here.end <= token.start:
                here, kind, name = next(named)
            limit = here.start
            if limit <= token.start:
                if not self._titled(words, at, here):
                    end = min(here.end, span.end)
                    while at < len(words) and words[at].start < end:
                        at += 1
                    units.append(Unit(token.start, end, self._text[token.start : end], kind, _NONE, name))
                    continue
                limit = span.end
            found = self._phrases.longest(words, at)
            size, labels = found if found is not None else (1, _NONE)
            end, text = token.end, token.text
            if size > 1:
                size, labels = self._before(max(limit, end), words[at : at + size], labels)
                end = words[at + size - 1].end
                text = self._text[token.start : end]
            units.append(Unit(token.start, end, text, "word" if text[0].isalnum() else "mark", labels))
            at += size
        return units

    def _before(self, limit: int, words: Sequence[Token], labels: dict[str, str]) -> tuple[int, dict[str, str]]:
        """Length and labels of the longest phrase of these words, themselves one, that does not reach over `limit`."""
        size = len(words)
        if words[-1].end <= limit:
            return size, labels
        while size > 1 and (words[size - 1].end > limit or not labels):  # "cơ quan thuộc" before "Chính phủ"
            size -= 1
            labels = self._phrases.get(word.text for word in words[:size])
        return size, labels

    def _titled(self, words: list[Token], at: int, name: Span) -> bool:
        """Whether a short name is but the first word of an office or a class: "Bộ trưởng", "Ủy ban nhân dân các xã"."""
        if words[at].start != name.start:
            return False
        for label in ("title", "council"):
            found = self._phrases.longest(words, at, label)
            if found is not None and words[at + found[0] - 1].end > name.end:
                return True
        return False

    def _kind(self, entity: Entity, span: Span) -> str:
        if entity.type in BODIES:
            return "body"
        if entity.type == "other" and self._phrases.longest(tokens(self._text, span.start, span.end), 0, "member"):
            return "body"  # "Ủy ban Mặt trận Tổ quốc", "Hội Nông dân"
        return entity.type if entity.type in ("person", "place") else "name"
