"""Persons: a family name and the capitalised names behind it, or what a title or "ông" introduces."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import regex
from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.lexicon import Hit, longest
from cdsgraph.reading.namewords import NameWords, Phrases, Title
from cdsgraph.reading.view import View, lookup_key

_CAPITAL = r"\p{Lu}\p{Ll}*"


@dataclass(frozen=True, slots=True)
class TitleSeen:
    """A title in the view."""

    start: int
    end: int
    title: Title


class PersonFinder:
    """Finds titles and persons' names; compiled once."""

    def __init__(self, words: NameWords) -> None:
        families = "|".join(sorted(map(regex.escape, words.families), key=len, reverse=True))
        self._name = regex.compile(rf"(?<![\p{{L}}\d])(?:{families})(?: {_CAPITAL}){{1,4}}(?![\p{{L}}\d&])")
        self._short = regex.compile(rf" ({_CAPITAL})(?! {_CAPITAL})(?![\p{{L}}\d&])")
        self._foreign = regex.compile(rf" ({_CAPITAL}(?: {_CAPITAL}){{1,3}})(?![\p{{L}}\d&])")
        self._titles = {lookup_key(title.words): title for title in words.titles}
        self._title_keys = list(self._titles)
        self._title_finder = AhoCorasick(self._title_keys)
        self._others = Phrases([*(head.words for head in words.heads), *(title.words for title in words.titles)])
        self._street = regex.compile(rf"(?:{'|'.join(lookup_key(lead) for lead in words.not_persons)}) $")

    def titles(self, view: View) -> list[TitleSeen]:
        """The titles of a text, in order; forms of address included."""
        key, size = view.key, len(view.key)
        whole = [
            TitleSeen(start, end, self._titles[self._title_keys[index]])
            for index, start, end in self._title_finder.find_matches_as_indexes(key, overlapping=True)
            if not (start and _in_words(key[start - 1])) and not (end < size and _in_words(key[end]))
        ]
        return longest(whole)

    def names(self, view: View, titles: list[TitleSeen], others: Sequence[Hit]) -> list[tuple[int, int]]:
        """Ranges of persons' names. Without a title a name needs three words; none is part of another name."""
        introduced = {seen.end for seen in titles}
        found: list[tuple[int, int]] = []
        for match in self._name.finditer(view.text, overlapped=True):
            start, end = match.start(), self._trim(view, match)
            if found and start < found[-1][1]:
                continue
            count = view.text.count(" ", start, end) + 1
            titled = start - 1 in introduced
            if count < 2 or _overlaps(others, start, end) or self._begins_other(view, start):
                continue
            if count == 2 and not titled:
                titled = bool(found) and self._goes_on_list(view, found[-1], start, end)
            if titled or (count >= 3 and not self._street.search(view.key, max(0, start - 20), start)):
                found.append((start, end))
        starts = {start for start, _ in found}
        for seen in titles:
            foreign = self._foreign.match(view.text, seen.end) if seen.title.honorific else None
            if foreign is None or foreign.start(1) in starts or _overlaps(others, *foreign.span(1)):
                continue
            first = view.key[foreign.start(1) : foreign.end(1)].split(" ")[0]
            if self._others.at(view.key, foreign.start(1), first) is None:
                found.append(foreign.span(1))
        return sorted(found)

    def _begins_other(self, view: View, start: int) -> bool:
        """Whether a title or a body's name begins here whose first word is a family name too ("Phó Chủ tịch")."""
        return self._others.at(view.key, start, view.key[start : start + 12].split(" ")[0]) is not None

    def _goes_on_list(self, view: View, last: tuple[int, int], start: int, end: int) -> bool:
        """Whether two words are one of a list of persons: a person and a comma before, a comma or "và" behind."""
        closed = view.text.startswith((", ", " và ", "; ", ".", ";", " ("), end)
        return closed and view.text[last[1] : start] in (", ", "; ", " và ")

    def _trim(self, view: View, match: regex.Match[str]) -> int:
        """The name's end before a capital that begins something else ("Nguyễn Văn An Giám đốc")."""
        blank = view.text.find(" ", match.start())
        while (blank := view.text.find(" ", blank + 1, match.end())) > 0:
            first = view.key[blank + 1 : blank + 13].split(" ")[0]
            if self._others.at(view.key, blank + 1, first) is not None:
                return blank
        end: int = match.end()
        return end

    def shorts(
        self, view: View, titles: Sequence[TitleSeen], names: Sequence[tuple[int, int]]
    ) -> list[tuple[tuple[int, int], str]]:
        """Where one word behind "ông" repeats the last word of the one person so named before ("Ông Bình"): its range
        and that person's name.
        """
        found: list[tuple[tuple[int, int], str]] = []
        known: dict[str, set[str]] = {}
        at = 0
        for seen in titles:
            while at < len(names) and names[at][0] < seen.start:
                name = view.text[slice(*names[at])]
                known.setdefault(name.split(" ")[-1], set()).add(name)
                at += 1
            match = self._short.match(view.text, seen.end) if seen.title.honorific else None
            meant = known.get(match[1], set()) if match is not None else set()
            if match is not None and len(meant) == 1:
                found.append((match.span(1), next(iter(meant))))
        return found


def _in_words(char: str) -> bool:
    return char.isalpha() or char.isdecimal()


def _overlaps(hits: Sequence[Hit], start: int, end: int) -> bool:
    """Whether a hit shares letters with the range; one inside it does not count ("Đức" in "Nguyễn Đức Hưng")."""
    place = bisect_left(hits, end, key=lambda hit: hit.start)
    near = hits[max(0, place - 3) : place]
    return any(hit.end > start and not (hit.start > start and hit.end <= end) for hit in near)
