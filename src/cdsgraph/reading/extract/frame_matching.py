"""Frames found in a document: only sentences that hold a word some frame turns on are looked at.

What a text only plans or orders is not stated: the last word before the verb that says "done" or "to be done" decides.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.document import BlockKind, Document, Sentence, Span
from cdsgraph.reading.extract.figure_context import ACT_KINDS
from cdsgraph.reading.extract.frame_sentences import SentenceWriter, Thing, Written
from cdsgraph.reading.extract.frames import Frame, Grammar, keys
from cdsgraph.reading.view import lookup_key

_start = attrgetter("span.start")
_LONGEST_GOVERNOR = 24  # characters of a sentence written for matching


@dataclass(frozen=True, slots=True)
class Stated:
    """A frame that a sentence fills, or one that the words around refuse, with the reason."""

    frame: Frame
    sentence: Sentence
    written: Written
    match: re.Match[str]
    refused: str | None = None

    @property
    def turn(self) -> Span:
        """Where the words stand that the frame turns on."""
        return self.written.span(self.match.start("V"), self.match.end("V"))

    @property
    def tail(self) -> list[Span]:
        """Where the words stand that end the frame behind all its sides, if there are any."""
        last = max(self.match.end(side) for side in self.match.groupdict())
        return [self.written.span(last, self.match.end())] if last < self.match.end() else []

    def side(self, side: str) -> list[Thing]:
        """The things on a side of the frame; none where it has no such side."""
        if self.match.groupdict().get(side) is None:
            return []
        return self.written.within(self.match.start(side), self.match.end(side))


class FrameFinder:
    """Finds frames; compiled once."""

    def __init__(self, frames: Sequence[Frame], grammar: Grammar, writer: SentenceWriter) -> None:
        self._frames = frames
        self._writer = writer
        self._triggers = sorted({trigger for frame in frames for trigger in frame.triggers})
        self._finder = AhoCorasick(self._triggers)
        self._by_trigger = [[n for n, frame in enumerate(frames) if word in frame.triggers] for word in self._triggers]
        self._pointing = grammar.words["pointing"]
        self._done, self._planned = (_either(grammar.words[use]) for use in ("done", "planned"))
        opening = _either(grammar.words["opening"]).pattern
        self._opens = re.compile(rf"(?:^|(?<!\S)[,;:.|)–\-] )(?:{opening})*$")
        self._governed = re.compile(_either(grammar.words["governor"]).pattern + "$")

    def find(self, document: Document, things: Sequence[Thing]) -> Iterator[Stated]:
        """What the document states or seems to, sentence by sentence; `things` are its named things in order."""
        starts = [sentence.span.start for sentence in document.sentences]
        concerned: dict[int, set[int]] = {}
        for index, start, end in self._finder.find_matches_as_indexes(lookup_key(document.text), overlapping=True):
            at = bisect_right(starts, start) - 1
            if at >= 0 and end <= document.sentences[at].span.end:
                concerned.setdefault(at, set()).update(self._by_trigger[index])
        for at in sorted(concerned):
            sentence = document.sentences[at]
            if sentence.block.kind is BlockKind.BOILERPLATE:
                continue
            first = bisect_left(things, sentence.span.start, key=_start)
            kinds = {thing.kind for thing in things[first : bisect_left(things, sentence.span.end, key=_start)]}
            pointing = any(word in sentence.span.of(document.text) for word in self._pointing)
            frames = [
                frame
                for frame in (self._frames[n] for n in sorted(concerned[at]))
                if pointing or ((kinds or frame.phrase) and all(needed & kinds for needed in frame.needs))
            ]
            if frames:
                written = self._writer.write(document, sentence.span, things)
                ordered = document.metadata.kind in ACT_KINDS
                yield from self._filled(sentence, written, frames, ordered=ordered)

    def _filled(
        self, sentence: Sentence, written: Written, frames: Iterable[Frame], *, ordered: bool
    ) -> Iterator[Stated]:
        """The frames that a sentence fills; words that one has used are not there for others that state the same.

        `ordered`: the plain present of the document orders, it does not tell what is.
        """
        taken: dict[str, list[tuple[int, int]]] = {}
        for frame in frames:
            used = taken.setdefault(frame.states, [])
            for match in _nearest(frame, frame.matches(written.text)):
                start, end = match.span()
                if any(first < end and start < last for first, last in used):
                    continue
                refused = self._refused(frame, match, written.text)
                if refused is None and frame.aspect == "plain":
                    opens = self._opens.search(written.text, 0, match.start()) is not None
                    refused = None if opens and not ordered else "not said to be done"
                if refused is None:
                    used.append((match.start("V"), end))
                yield Stated(frame, sentence, written, match, refused)

    def _refused(self, frame: Frame, match: re.Match[str], text: str) -> str | None:
        """Why the words around do not allow the frame, if they do not: planned, excluded, or its subject governed."""
        if any(f" {word}" in f" {match[0]}" for word in frame.without):
            return "other words between"
        if frame.ungoverned and self._governed.search(text, max(0, match.start() - _LONGEST_GOVERNOR), match.start()):
            return "subject of something else"
        if frame.aspect == "any":
            return None
        first = match.start() if frame.aspect == "local" else 0
        last = match.end() if frame.aspect == "local" else match.start("V")
        done, planned = _last(self._done, text, first, last), _last(self._planned, text, first, last)
        stands = done > planned or (frame.aspect != "done" and planned < 0)
        return None if stands else ("planned or ordered only" if planned >= 0 else "not said to be done")


def _nearest(frame: Frame, matches: Iterable[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The matches; where named things may stand between the first side and the verb, only the nearest to it."""
    if not frame.nearest:
        yield from matches
        return
    kept = {match.start("V"): match for match in matches}
    yield from kept.values()


def _either(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, in a sentence written for matching."""
    options = "|".join(sorted((re.escape(keys(word)) for word in words), key=len, reverse=True))
    return re.compile(rf"(?<!\S)(?:{options})")


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where the last match begins in a stretch of text; -1 where there is none."""
    last = -1
    for match in pattern.finditer(text, start, end):
        last = match.start()
    return last
