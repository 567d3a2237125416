"""What a number announces in its own sentence: "3 trụ cột: A, B và C", "gồm 04 đơn vị: …", "A, B và C là ba …".

Only a list with as many members as the number says is taken; where none of the ways to divide it fits, there is none.
"""

from collections.abc import Container, Iterator, Sequence

import regex

from cdsgraph.reading.document import Span
from cdsgraph.reading.list_words import ListWords
from cdsgraph.reading.view import lookup_key

_BRACKETS = regex.compile(r"\([^()]*\)|“[^”]*”|\"[^\"]*\"|«[^»]*»")
_MARK = regex.compile(r"\(([ivx]{1,4}|\d{1,2}|[a-zđ])\)\s*|(?<![\w(])([a-zđ]|\d{1,2})\)\s+")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_EDGE = " \t\n,;.:…"
_CLAUSE = regex.compile(r"[,;:(–.]\s|[,;:(–.]$|\s[-–]\s")
_LONG = 20
_LEAST = 4
_MOST_ITEM = 40
_MOST_NOUN = 24
_LEAST_BARE = 3  # members of a list that no mark or word leads to
_APPENDED = 2  # words behind the last comma that may still belong to the member behind "và"


class InSentence:
    """Finds such lists; compiled once."""

    def __init__(self, words: ListWords) -> None:
        group = words.groups
        self._words = words
        self.leads = words.words["not_item"]
        self._lead = regex.compile(
            rf"(?P<between>[^:;.()“”\"\n]{{0,120}}?)(?:,?\s+{group['lead']}\s*:\s+|\s*:\s+|,?\s+{group['lead']}\s+"
            rf"|(?P<bracket>\s*\())",
            regex.IGNORECASE,
        )
        self._and = regex.compile(rf",?\s+{group['and']}\s+", regex.IGNORECASE)
        self._over = regex.compile(rf",\s+{group['over']}(?!\w)", regex.IGNORECASE)
        self._first = regex.compile(rf"\s+(?!{group['not_item']}(?!\w))(?=[^\W\d])", regex.IGNORECASE)
        self._noun = regex.compile(rf"(?<=\s){group['noun']}(?!\w)", regex.IGNORECASE)
        self._link = regex.compile(rf"\s+{group['link']}\s+$", regex.IGNORECASE)
        self._opens = regex.compile(rf"\s*{group['opens']}\s+", regex.IGNORECASE)

    def members(self, text: str, number: Span, count: int, sentence: Span, names: Sequence[Span]) -> tuple[Span, ...]:
        """The `count` members of the list announced by the number; empty where none is found.

        `names` are spans in the sentence that no member ends inside of.
        """
        at = number.end
        tried = 0
        while tried < 3 and (lead := self._lead.match(text, at, sentence.end)) is not None:
            start = lead.end()
            end = _closing(text, start, sentence.end) if lead["bracket"] else sentence.end
            if found := self._divided(text, names, start, end, count):
                return found
            at, tried = lead.end() if not lead["bracket"] else end, tried + 1
        noun = self.noun_end(text, number)
        if noun is None or count < _LEAST_BARE:
            return ()
        for at in dict.fromkeys((max(noun, number.end), noun)):
            first = self._first.match(text, at, sentence.end)
            if first is not None and (found := self._divided(text, names, first.end(), sentence.end, count)):
                return found
        if link := self._link.search(text, sentence.start, number.start):
            opens = self._opens.match(text, sentence.start, link.start())
            start = opens.end() if opens else sentence.start
            return self._divided(text, names, start, link.start(), count)
        return ()

    def noun_end(self, text: str, number: Span) -> int | None:
        """The end of the noun that is counted, if it is one whose members are listed ("nhiệm vụ", "bài học")."""
        match = self._noun.search(text, number.start, number.end + _MOST_NOUN)
        return match.end() if match is not None and match.start() < number.end else None

    def _divided(self, text: str, names: Sequence[Span], start: int, end: int, count: int) -> tuple[Span, ...]:
        if start >= end:
            return ()
        if numbered := _numbered(text, start, end, count):
            return tuple(head(text, span, self.leads) for span in numbered)
        masked = _masked(text, start, end, names)
        for last in self._ends(masked):
            for cuts in self._ways(masked[:last]):
                if len(cuts) == count:
                    spans = [self._member(text, start + a, start + b) for a, b in cuts]
                    kept = [span for span in spans if span is not None]
                    if len(kept) == count and all(_is_item(span.of(text)) for span in kept):
                        return tuple(head(text, span, self.leads) for span in _named(kept, names))
        return ()

    def _member(self, text: str, start: int, end: int) -> Span | None:
        """A member without marks at its ends and without the ordinal that opens it ("một là, …")."""
        span = _trimmed(text, start, end)
        ordinal = self._words.opening.match(text, span.start, span.end) if span is not None else None
        return span if ordinal is None else _trimmed(text, ordinal.end(), end)

    def _ends(self, masked: str) -> Iterator[int]:
        """Where a list may be over: where something else begins behind a comma, else at the sentence's end."""
        for match in self._over.finditer(masked):
            yield int(match.start())
        yield len(masked)
        if (at := masked.find(";")) >= 0:
            yield at

    def _ways(self, inner: str) -> Iterator[list[tuple[int, int]]]:
        """The ways to divide a list: at semicolons; at commas and the last "và"; at commas; at an earlier "và"."""
        if ";" in inner:
            yield _cut(inner, [(m.start(), m.end()) for m in regex.finditer(r";\s*(?:và\s+)?", inner)])
            return
        commas = [(m.start(), m.end()) for m in regex.finditer(r",\s+", inner)]
        joins = [m.span() for m in self._and.finditer(inner)]
        after = [join for join in joins if not commas or join[1] >= commas[-1][1]]
        for join in reversed(after):
            yield _cut(inner, [*(c for c in commas if c[0] < join[0]), join])
        closing = [_cut(inner, [*(c for c in commas if c[0] < join[0]), join]) for join in joins if join not in after]
        if closing and len(inner[commas[-1][1] :].split()) <= _APPENDED:
            yield closing.pop()
        yield _cut(inner, commas)
        yield from reversed(closing)


def head(text: str, span: Span, leads: Container[str]) -> Span:
    """The head phrase of a member: all of it, or of a long one the first full clause.

    A clause that one of `leads` opens ("về thể chế, …") is not full before the next is.
    """
    words = _BRACKETS.sub(lambda match: "x" * len(match[0]), span.of(text))
    if len(words.split()) > _LONG:
        least = _LEAST
        for match in _CLAUSE.finditer(words):
            if len(words[: match.start()].split()) < least:
                continue
            if least == _LEAST and lookup_key(words.split(maxsplit=1)[0]) in leads:
                least = len(words[: match.start()].split()) + 1
                continue
            return Span(span.start, span.start + match.start())
    return span


def _named(members: list[Span], names: Sequence[Span]) -> list[Span]:
    """The members, of which the last is cut to its name where all others are names: "A, B và C để hoàn thiện …"."""
    ends = {name.start: name.end for name in names}
    if all(ends.get(span.start) == span.end for span in members[:-1]) and members[-1].start in ends:
        return [*members[:-1], Span(members[-1].start, ends[members[-1].start])]
    return members


def _masked(text: str, start: int, end: int, names: Sequence[Span]) -> str:
    """A stretch with brackets, quotations and names blotted out, so that nothing inside them divides a list."""
    masked = list(text[start:end])
    hidden = [match.span() for match in _BRACKETS.finditer(text, start, end)]
    for first, last in [*hidden, *((name.start, name.end) for name in names)]:
        for at in range(max(first, start), min(last, end)):
            masked[at - start] = "x"
    return "".join(masked)


def _closing(text: str, start: int, limit: int) -> int:
    depth = 1
    for at in range(start, limit):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at
    return limit


def _numbered(text: str, start: int, end: int, count: int) -> tuple[Span, ...]:
    """Members numbered in the sentence: "(i) …, (ii) …", "a) …; b) …"."""
    marks = list(_MARK.finditer(text, start, end))
    wanted = [mark for mark in marks if _value(mark, marks) is not None]
    if len(wanted) != count or [_value(mark, marks) for mark in wanted] != list(range(1, count + 1)):
        return ()
    bounds = [*(mark.start() for mark in wanted[1:]), end]
    spans = [_trimmed(text, mark.end(), last) for mark, last in zip(wanted, bounds, strict=True)]
    return tuple(span for span in spans if span is not None) if None not in spans else ()


def _value(mark: "regex.Match[str]", marks: "Sequence[regex.Match[str]]") -> int | None:
    """The number of a mark, read as the first of its row is: "(i)" opens Roman numbers, "(a)" letters."""
    sign = mark[1] or mark[2]
    first = marks[0][1] or marks[0][2]
    if sign.isdigit():
        return int(sign) if first.isdigit() else None
    if first == "i":
        return _ROMAN.get(sign)
    return _LETTERS.find(sign) + 1 if len(sign) == 1 and first == "a" else None


def _cut(inner: str, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(inner)]
    return list(zip(starts, ends, strict=True))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end) if start < end else None


def _is_item(words: str) -> bool:
    return (words[0].isalnum() or words[0] in '“"«') and len(words.split()) <= _MOST_ITEM
