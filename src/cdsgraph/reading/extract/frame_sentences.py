"""Sentences as frames see them: token by token, each named thing as one sign of its kind."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.frames import BREAK, NUMBER, Grammar
from cdsgraph.reading.facts import Entity, LegalReference
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.numbers import NumberWords, scan
from cdsgraph.reading.phrases import Phrases, Token, tokens
from cdsgraph.reading.wordlists import read_table
from cdsgraph.register import Register

_QUOTES = frozenset('"“”«»')
_POINTED_AT = frozenset({"platform", "database", "system", "data_centre", "unit", "programme"})
_BACK = 600  # code points within which "hệ thống này" looks for what it means
_CORE_PILLARS = "def/pillar/"
_BREAKS = re.compile(r"\t|\n\n")  # between cells or blocks
_LONGEST_ASIDE = 8  # tokens in brackets behind a name that are left out


@dataclass(frozen=True, slots=True)
class Thing:
    """A named thing where it stands; `kind` is its type, or that of the act; an act brings its reference."""

    span: Span
    name: str
    kind: str
    reference: LegalReference | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence for matching: its text, where each token begins in it, the items that the tokens stand for, the
    things by place.
    """

    text: str
    starts: Sequence[int]
    items: "Sequence[_Item]"
    things: Mapping[int, Thing]

    def index(self, place: int) -> int:
        """The token at a place of the text, or the first behind it."""
        return bisect_left(self.starts, place)

    def span(self, start: int, end: int) -> Span:
        """The document's span of what stands between two places of the text."""
        return self.span_of(self.index(start), self.index(end))

    def span_of(self, first: int, last: int) -> Span:
        """The document's span of the tokens from `first` to before `last`."""
        return Span(self.items[first].start, self.items[last - 1].end)

    def within(self, start: int, end: int) -> list[Thing]:
        """The things from one place of the text to another, in order."""
        return [
            self.things[place] for place in self.starts[self.index(start) : self.index(end)] if place in self.things
        ]


def things_of(
    document: Document, entities: Sequence[Entity], references: Sequence[LegalReference], core: frozenset[str]
) -> list[Thing]:
    """Every mention of the named things and acts in order, none overlapping; a thing's own name before the act's."""
    found = []
    for entity in entities:
        kind = "core" if entity.name in core else str(entity.type)
        found += [
            (span.start, -span.end, 0, Thing(span, entity.name, kind)) for span in (entity.span, *entity.mentions)
        ]
    for reference in references:
        name = reference.number or reference.title
        if name is None:
            continue
        for span in (reference.span, *reference.mentions):
            numbered = reference.number is not None and any(char.isdigit() for char in span.of(document.text))
            thing = Thing(span, name, "numbered" if numbered else reference.type, reference)
            found.append((span.start, -span.end, 1, thing))
    kept: list[Thing] = []
    for *_, thing in sorted(found, key=lambda each: each[:3]):
        if not kept or thing.span.start >= kept[-1].span.end:
            kept.append(thing)
    return kept


class SentenceWriter:
    """Writes sentences for matching; compiled once from the register and the word lists of `rules`."""

    def __init__(self, register: Register, rules: Path, grammar: Grammar, numbers: NumberWords) -> None:
        words = NameWords.load(rules)
        self._signs = grammar.signs
        self._numbers = numbers
        self._phrases = Phrases()
        for row in read_table(rules, "acting_offices", ("words", "name")):
            self._phrases.add(row["words"], "office", row["name"])
        for word in words.act_words:
            self._phrases.add(word.word, "act")
            for number in grammar.words["number"]:
                self._phrases.add(f"{word.word} {number}", "act")
        for head in words.heads:
            if head.type in _POINTED_AT:
                for pointing in grammar.words["pointing"]:
                    self._phrases.add(f"{head.words} {pointing}", "back", head.type)
        for entry in register.entries:
            if entry.type == "other" and entry.name[0].islower():
                for form in entry.names:
                    self._phrases.add(form, "topic", entry.name)
        self._cores = frozenset(
            e.name for e in register.entries if e.type == "pillar" and e.key.startswith(_CORE_PILLARS)
        )

    @property
    def core_pillars(self) -> frozenset[str]:
        """The names of the pillars of the programme itself."""
        return self._cores

    def write(self, document: Document, span: Span, things: Sequence[Thing]) -> Written:
        """The sentence at a span; `things` are all of the document's, in order."""
        text = document.text
        first = bisect_left(things, span.start, key=lambda thing: thing.span.start)
        last = bisect_right(things, span.end, key=lambda thing: thing.span.end)
        inside = things[first:last]
        amounts = [amount.span for amount in scan(text, self._numbers, span.start, span.end)]
        near = bisect_left(things, span.start - _BACK, key=lambda thing: thing.span.end)
        row = self._row(document, tokens(text, span.start, span.end), inside, amounts, things[near:first])
        return _written(_without_asides(row), self._signs)

    def _row(
        self,
        document: Document,
        words: list[Token],
        things: Sequence[Thing],
        amounts: list[Span],
        before: Sequence[Thing],
    ) -> "list[_Item]":
        row: list[_Item] = []
        at = thing_at = amount_at = 0
        parted = bool(words) and _BREAKS.search(document.text, words[0].start, words[-1].end) is not None
        while at < len(words):
            token = words[at]
            start, end = token.start, token.end
            while thing_at < len(things) and things[thing_at].span.end <= start:
                thing_at += 1
            while amount_at < len(amounts) and amounts[amount_at].end <= start:
                amount_at += 1
            thing = things[thing_at] if thing_at < len(things) else None
            if parted and row and _BREAKS.search(document.text, row[-1].end, start) is not None:
                row.append(_Item(row[-1].end, start, BREAK))
            if thing is not None and thing.span.start <= start:
                at = _past(words, at, thing.span.end)
                self._put(row, thing)
                continue
            if amount_at < len(amounts) and amounts[amount_at].start <= start:
                amount = amounts[amount_at]
                at = _past(words, at, amount.end)
                row.append(_Item(amount.start, amount.end, NUMBER))
                continue
            said = self._phrases.longest(words, at)
            if said is not None and (thing is None or words[at + said[0] - 1].end <= thing.span.start):
                size, labels = said
                whole = Span(start, words[at + size - 1].end)
                meant = _meant(whole, labels, [*before, *things[:thing_at]])
                if meant is not None:
                    row.append(_Item(whole.start, whole.end, "", meant))
                    at += size
                    continue
                if "act" in labels:
                    key = " ".join(word.key for word in words[at : at + size])
                    row.append(_Item(whole.start, whole.end, key, act=True))
                    at += size
                    continue
                if labels.get("office") == "":
                    row += [_Item(word.start, word.end, word.key) for word in words[at : at + size]]
                    at += size
                    continue
            if token.text not in _QUOTES:
                row.append(_Item(start, end, token.key))
            at += 1
        return row

    @staticmethod
    def _put(row: "list[_Item]", thing: Thing) -> None:
        """A thing at the end of the row; an act's number takes the words for its kind in front of it along."""
        start = thing.span.start
        if thing.kind == "numbered" and row and row[-1].act:
            start = row.pop().start
        row.append(_Item(start, thing.span.end, "", thing))


@dataclass(slots=True)
class _Item:
    """A token of the row with its place in the document: a word by its key, or a thing."""

    start: int
    end: int
    key: str
    thing: Thing | None = None
    act: bool = False


def _past(words: list[Token], at: int, end: int) -> int:
    while at < len(words) and words[at].start < end:
        at += 1
    return at


def _meant(span: Span, labels: Mapping[str, str], before: Sequence[Thing]) -> Thing | None:
    """The thing that words stand for: an acting office, an idea of the register, or what "hệ thống này" points at."""
    if labels.get("office"):
        return Thing(span, labels["office"], "government_body")
    if "topic" in labels:
        return Thing(span, labels["topic"], "topic")
    if "back" in labels:
        for thing in reversed(before):
            if thing.span.end < span.start - _BACK:
                return None
            if thing.kind == labels["back"]:
                return Thing(span, thing.name, thing.kind)
    return None


def _without_asides(row: list[_Item]) -> list[_Item]:
    """The row without what stands in brackets behind a name and names nothing new: an abbreviation, a share."""
    kept: list[_Item] = []
    at = 0
    while at < len(row):
        item = row[at]
        if item.key == "(" and kept and (name := kept[-1].thing) is not None:
            close = next((n for n in range(at + 1, min(at + 2 + _LONGEST_ASIDE, len(row))) if row[n].key == ")"), None)
            inner = {each.thing.name for each in row[at:close] if each.thing is not None} if close else set()
            if close is not None and inner <= {name.name}:
                at = close + 1
                continue
        kept.append(item)
        at += 1
    return kept


def _written(row: Sequence[_Item], signs: Mapping[str, str]) -> Written:
    pieces: list[str] = []
    starts: list[int] = []
    things: dict[int, Thing] = {}
    length = 0
    for item in row:
        word = item.key or "_"
        if item.thing is not None:
            things[length] = item.thing
            word = signs.get(item.thing.kind) or word
        starts.append(length)
        pieces.append(word)
        length += len(word) + 1
    text = " ".join(pieces)
    return Written(f"{text} " if pieces else "", starts, row, things)
