"""Number words and numerals that count nothing: articles, ordinals, the numerals of a list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cdsgraph.reading.document import Span
from cdsgraph.reading.facts import NumberSeen
from cdsgraph.reading.numbers import NumberWords, spelled
from cdsgraph.reading.openings import Openings
from cdsgraph.reading.wordlists import read_table

_NO_NUMBER = "word"
# (iv) anywhere; IV. or IV) at the head of a line; XIII behind an ordinal's lead ("khóa", "thứ").
_LISTED = r"\([ivx]{1,5}\)|^\s*(?P<head>[IVX]{1,5})(?=[.)]\s)"
_ROMAN = r"(?-i:[IVXLC]{1,6})(?!\w)"

_LISTS = re.compile(r"\(|^(?=[\sIVX])", re.IGNORECASE | re.MULTILINE)  # where one of these may be


@dataclass(frozen=True, slots=True)
class UncountedWords:
    """The number words of a text that count nothing, by what each is; compiled once."""

    numbers: NumberWords
    pattern: re.Pattern[str]
    openings: Openings

    @classmethod
    def load(cls, folder: Path, numbers: NumberWords) -> "UncountedWords":
        """From `ordinal_words` and the number words; raises RulesError where the list is missing or malformed."""
        places: dict[str, list[str]] = {"before": [], "after": [], "ordinal": [], "whole": []}
        for row in read_table(folder, "ordinal_words", ("word", "place")):
            places.setdefault(row["place"], []).append(row["word"])
        deictic = "|".join(
            re.escape(row["phrase"])
            for row in read_table(folder, "clause_words", ("phrase", "part"))
            if row["part"] == "deictic"
        )
        before, after, ordinal, whole = (
            "|".join(map(re.escape, places[p])) for p in ("before", "after", "ordinal", "whole")
        )
        row_of = rf"(?:{numbers.word})(?:\s+(?:{numbers.word}))*(?![\w&])"
        ordinals = rf"(?:{before})\s+(?:{ordinal}|{_ROMAN}|{row_of})|{row_of}\s+(?:{after})|{whole}"
        return cls(
            numbers,
            re.compile(
                rf"(?P<listed>{_LISTED})|(?<![\w&])(?:(?P<ordinal>{ordinals})|(?P<row>{row_of}))(?![\w&])"
                rf"(?P<back>(?=\s+\w+(?:\s+\w+)?\s+(?:{deictic})(?!\w)))?",
                re.IGNORECASE | re.MULTILINE,
            ),
            Openings([*numbers.digits, *(words.split()[0] for words in places["before"] + places["whole"])], _LISTS),
        )

    def find(self, text: str, span: Span, known: Callable[[Span], bool]) -> Iterator[NumberSeen]:
        """The number words in a stretch of text that overlap nothing known, each with what it is or None."""
        for match in self.openings.matches(self.pattern, text, span.start, span.end):
            found = Span(*match.span("head" if match["head"] else 0))
            if known(found):
                continue
            if match["row"] is None:
                yield NumberSeen(found, "ordinal")
            elif (reason := self._bare(match[0])) != _NO_NUMBER:
                back = "refers back" if match["back"] is not None else None
                yield NumberSeen(found, "name" if _is_name(text, found, span) else reason or back)

    def _bare(self, row: str) -> str | None:
        words = row.lower().split()
        if len(words) == 1:
            return self.numbers.bare[words[0]] or None
        reasons = {self.numbers.bare[word] for word in words}
        if spelled(words, self.numbers) is not None or "" in reasons:
            return None
        return min(reasons - {_NO_NUMBER}, default=_NO_NUMBER)


def _is_name(text: str, found: Span, sentence: Span) -> bool:
    """Whether a number word is a proper name by its capital ("Ba Vì"): not at the head of a sentence or clause."""
    before = text[sentence.start : found.start].rstrip()
    return text[found.start].isupper() and before[-1:].isalnum()
