"""The figures of a sentence, and its numbers that are none, each with what it is."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cdsgraph.reading.document import Span, Spans
from cdsgraph.reading.extract.figures import Figure, classify, multiple
from cdsgraph.reading.facts import NumberSeen
from cdsgraph.reading.numbers import Amount, scan, scan_words
from cdsgraph.reading.periods import TimeMention
from cdsgraph.reading.phrases import Token, token_at, tokens
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.reading.view import lookup_key

_MAX_PLAN_NAME = 4
_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile(r"\d|\b[IVX]+\b")


class SentenceNumbers:
    """Finds the numbers of a text, given the spans in it that are already explained."""

    def __init__(self, text: str, taken: Sequence[tuple[Span, str]], words: QuantityWords) -> None:
        self._text = text
        self._words = words
        self._taken = sorted(taken)
        self._starts = [span.start for span, _ in self._taken]

    def find(
        self, span: Span, spoken: list[Token], times: Sequence[TimeMention]
    ) -> tuple[list[Figure], list[NumberSeen]]:
        """Figures in order, none reaching into the next, and the numbers of the sentence that are no figures."""
        known, seen = self.explained(span, times)
        figures: list[Figure] = []
        for amount in self._amounts(span, known):
            made = classify(self._text, spoken, amount, self._words)
            if isinstance(made, NumberSeen):
                if not amount.in_words or made.reason is not None:
                    seen.append(made)
            else:
                figures.append(made)
        figures += self._multiples(span, spoken, [*known, *(each.span for each in figures)])
        counted = Spans([*known, *(each.span for each in figures), *(each.span for each in seen)])
        seen += self._words.uncounted.find(self._text, span, counted.overlap)
        return _apart(figures), seen

    def _multiples(self, span: Span, spoken: list[Token], known: list[Span]) -> list[Figure]:
        found = []
        heads, phrases = self._words.multiple_heads, self._words.phrases
        for at, token in enumerate(spoken):
            told = phrases.longest(spoken, at, "multiple") if token.key in heads else None
            if told is not None:
                words = Span(token.start, spoken[at + told[0] - 1].end)
                if not any(words.overlaps(each) for each in known):
                    found.append(multiple(spoken, words, Decimal(told[1]["multiple"]), self._words))
        return found

    def furniture(self, span: Span) -> list[NumberSeen]:
        """The numbers of page furniture, those in file names too."""
        amounts = [amount.span for amount in scan(self._text, self._words.numbers, span.start, span.end)]
        return [NumberSeen(each, "page furniture") for each in (*amounts, *self._digits(span, amounts))]

    def labelled(self, span: Span, times: Sequence[TimeMention], reason: str) -> list[NumberSeen]:
        """The numbers of a stretch that holds no figures; those not explained before are what `reason` says."""
        known, seen = self.explained(span, times)
        seen += [NumberSeen(digits, reason) for digits in self._digits(span, known)]
        counted = Spans([*known, *(each.span for each in seen)])
        return [*seen, *self._words.uncounted.find(self._text, span, counted.overlap)]

    def overlooked(self, known: Iterable[Span]) -> list[NumberSeen]:
        """The digits in none of the spans known: those joined to letters belong to a name, of others nobody knows."""
        return [
            NumberSeen(digits, "name with digits" if self._joined(digits) else None)
            for digits in self._digits(Span(0, len(self._text) or 1), known)
        ]

    def _digits(self, span: Span, known: Iterable[Span]) -> list[Span]:
        found = (Span(*match.span()) for match in _DIGITS.finditer(self._text, span.start, span.end))
        covered = Spans(known).overlap
        return [digits for digits in found if not covered(digits)]

    def _joined(self, digits: Span) -> bool:
        around = self._text[max(0, digits.start - 1) : digits.start] + self._text[digits.end : digits.end + 1]
        return any(char.isalpha() or char == "_" for char in around)

    def is_taken(self, span: Span) -> bool:
        """Whether a span lies in one explained before."""
        return any(known.overlaps(span) for known in self._taken_near(span))

    def dates_plan(self, time: TimeMention) -> bool:
        """Whether a year ends the short name of a document and tells what period it is for ("Kế hoạch năm 2023")."""
        return (
            time.kind == "year"
            and time.use == "at"
            and any(
                time.span in known
                and known.end == time.span.end
                and len(known.of(self._text).split()) <= _MAX_PLAN_NAME
                for known in self._taken_near(time.span)
            )
        )

    def _taken_near(self, span: Span) -> list[Span]:
        at = bisect_left(self._starts, span.end)
        return [known for known, _ in self._taken[max(0, at - 3) : at]]

    def explained(self, span: Span, times: Sequence[TimeMention]) -> tuple[list[Span], list[NumberSeen]]:
        """The spans of a stretch whose numbers are known to be none, and what these are."""
        spans = []
        seen = []

        def note(known: Span, reason: str) -> None:
            spans.append(known)
            if _NUMERAL.search(known.of(self._text)):
                seen.append(NumberSeen(known, reason))

        for time in times:
            note(time.span, "date" if time.kind == "day" else "period")
        first = max(0, bisect_left(self._starts, span.start) - 1)
        for known, reason in self._taken[first : bisect_left(self._starts, span.end)]:
            if known.overlaps(span):
                note(known, reason)
        if self._words.fixed_openings.within(self._text, span.start, span.end):
            for match in self._words.fixed.finditer(lookup_key(span.of(self._text))):
                phrase = Span(span.start + match.start(), span.start + match.end())
                spans.append(phrase)
                seen.append(NumberSeen(phrase, self._words.fixed_reasons[match[0]]))
        return spans, seen

    def _amounts(self, span: Span, explained: list[Span]) -> list[Amount]:
        known = Spans(explained).overlap
        digits = scan(self._text, self._words.numbers, span.start, span.end, known)
        spelled = [
            amount
            for amount in scan_words(self._text, self._words.numbers, span.start, span.end)
            if not known(amount.span) and self._counts(amount, span)
        ]
        return sorted([*digits, *spelled], key=lambda amount: amount.span)

    def _counts(self, amount: Amount, span: Span) -> bool:
        """Whether a number in words counts: a noun or unit follows, it is no ordinal and points at nothing."""
        words = self._words
        around = tokens(self._text, max(span.start, amount.span.start - 20), min(span.end, amount.span.end + 60))
        at, behind = token_at(around, amount.span.start), token_at(around, amount.span.end)
        if behind >= len(around):
            return False
        single = behind - at == 1
        alone = words.numbers.alone.get(around[at].text.lower())
        behind_verb = alone == "after a verb" and around[at].text.islower() and _behind_verb(around, at, words)
        if single and alone != "yes" and not behind_verb:
            return False
        if (at and around[at - 1].key in words.ordinals_before) or around[behind].key in words.ordinals_after:
            return False
        found = words.phrases.longest(around, behind, "count")
        if found is None:
            found = words.phrases.longest(around, behind, "measure_unit")
            if single and found is not None and found[1].get("measure_kind") != "time":
                return False
        if found is None:
            return False
        beyond = behind + found[0]
        return beyond >= len(around) or words.phrases.longest(around, beyond, "deictic") is None


def _behind_verb(around: list[Token], at: int, words: QuantityWords) -> bool:
    """Whether a verb stands right before a token: "giao năm nhiệm vụ", but "trong năm doanh nghiệp"."""
    for size in (3, 2, 1):
        found = words.phrases.longest(around, at - size) if at >= size else None
        if found is not None and found[0] == size:
            return "verb" in found[1] or "exists" in found[1]
    return False


def _apart(figures: Sequence[Figure]) -> list[Figure]:
    kept: list[Figure] = []
    for figure in sorted(figures, key=lambda each: each.span):
        if not kept or figure.span.start >= kept[-1].span.end:
            kept.append(figure)
    return kept
