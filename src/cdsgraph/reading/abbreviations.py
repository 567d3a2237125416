"""Abbreviations: those in general use (data/rules/abbreviations.csv) and those a text defines, which hold for it.

A text defines one by writing it in brackets behind the words, "chuyển đổi số (CĐS)", and by letters in order: each
letter of the abbreviation begins one of the words. Brackets whose letters fit no words ("Trung tâm Chứng thực điện tử
Quốc gia (NEAC)") name the thing before them; who finds that thing reads `bracketed`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.view import Expansion
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import fold

# "(CĐS)", "(sau đây viết tắt là CNSCĐ)", "(gọi tắt là NDXP)": the last word is the abbreviation.
_BRACKET = re.compile(
    r"\(\s*(?:(?:sau đây\s+)?(?:viết tắt|gọi tắt|gọi chung|tắt)(?:\s+là)?:?\s*)?[\"“]?"
    r"([A-ZĐÂÊÔƠƯ][A-Za-zĐđÂÊÔƠƯ0-9&.\-]{1,14})[\"”]?\s*\)"
)
_WORD = re.compile(r"[^\W_]+")
_JOINED = frozenset("-/–&_.@")


@dataclass(frozen=True, slots=True)
class Definition:
    """An abbreviation a text defines: where its bracket stands, and the words before it, if letters fit."""

    abbreviation: str
    bracket: Span
    words: Span | None


def definitions(text: str) -> list[Definition]:
    """The abbreviations that a text defines, in its order.

    >>> [text[d.words.start : d.words.end] for text in ["Về chuyển đổi số (CĐS)"] for d in definitions(text)]
    ['chuyển đổi số']
    """
    found = []
    for match in _BRACKET.finditer(text):
        abbreviation = match[1].rstrip(".")
        if sum(char.isupper() for char in abbreviation) < 2:
            continue
        found.append(
            Definition(abbreviation, Span(match.start(), match.end()), _spelt_out(text, match.start(), abbreviation))
        )
    return found


def _spelt_out(text: str, end: int, abbreviation: str) -> Span | None:
    letters = [letter for letter in abbreviation if letter.isalpha()]
    before = list(_WORD.finditer(text, max(0, end - 12 * len(letters) - 20), end))
    if any(letter.islower() for letter in letters) or len(before) < len(letters):
        return None
    words = before[-len(letters) :]
    if _fits(words, letters):
        return Span(words[0].start(), words[-1].end())
    # "và" is left out of most abbreviations: "khoa học và công nghệ (KHCN)".
    words = [word for word in before if word[0].casefold() != "và"][-len(letters) :]
    return Span(words[0].start(), words[-1].end()) if len(words) == len(letters) and _fits(words, letters) else None


def _fits(words: Sequence[re.Match[str]], letters: Sequence[str]) -> bool:
    return all(
        word[0][0].upper() == letter.upper() or fold(word[0])[0] == fold(letter)
        for word, letter in zip(words, letters, strict=True)
    )


class Abbreviations:
    """Finds abbreviations in texts and says what they stand for."""

    def __init__(self, general: Iterable[tuple[str, str]]) -> None:
        self._general = dict(general)
        self._finder = _finder(self._general)

    @classmethod
    def load(cls, rules: Path) -> "Abbreviations":
        """From data/rules/. Raises RulesError for a malformed table."""
        rows = read_table(rules, "abbreviations", ("abbreviation", "full"))
        return cls((row["abbreviation"], row["full"]) for row in rows)

    def expansions(self, document: Document, taken: Sequence[Span] = ()) -> list[Expansion]:
        """Every abbreviation of the text with its words; none inside a bracket that defines it or inside `taken`."""
        text = document.text
        found = definitions(text)
        own = {d.abbreviation: " ".join(d.words.of(text).split()) for d in found if d.words is not None}
        brackets = {d.bracket for d in found}
        hits = _hits(self._finder, list(self._general), text)
        if own:
            hits = [hit for hit in hits if hit[0] not in own] + _hits(_finder(own), list(own), text)
        meaning = self._general | own
        closed = sorted([*brackets, *taken])
        return [Expansion(span, meaning[word]) for word, span in hits if not _covered(span, closed)]


def _finder(words: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(words))


def _hits(finder: AhoCorasick, words: Sequence[str], text: str) -> list[tuple[str, Span]]:
    found = []
    for index, start, end in finder.find_matches_as_indexes(text, overlapping=True):
        if not (_joins(text, start - 1) or _joins(text, end)):
            found.append((words[index], Span(start, end)))
    return sorted(found, key=lambda hit: (hit[1].start, -hit[1].end))


def _joins(text: str, offset: int) -> bool:
    """Whether the character there belongs to the same word or symbol ("12/KH-UBND" holds no abbreviation)."""
    if not 0 <= offset < len(text):
        return False
    char = text[offset]
    if char == ".":
        return offset + 1 < len(text) and text[offset + 1].isalnum()
    return char.isalnum() or char in _JOINED


def _covered(span: Span, closed: Sequence[Span]) -> bool:
    at = bisect_left(closed, span.end, key=lambda other: other.start)
    return any(other.end > span.start for other in closed[max(0, at - 2) : at])
