"""Every name in a text with its place in the view: the register's, and those made of a known first word.

`entities` makes records of them, the other extractors read bodies from them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex
from ahocorasick_rs import AhoCorasick

from cdsgraph.reading.document import Span
from cdsgraph.reading.extract.extents import Extents
from cdsgraph.reading.extract.name_patterns import Found, NamePatterns, PlaceEnds
from cdsgraph.reading.extract.place_names import PlaceFinder
from cdsgraph.reading.extract.shared_heads import SharedHeads
from cdsgraph.reading.lexicon import Hit, Name
from cdsgraph.reading.namewords import Head, NameWords
from cdsgraph.reading.view import View, lookup_key

BODIES = frozenset(
    {"ministry", "government_body", "unit", "party_body", "legislature", "local_government", "company",
     "international_organisation"}
)  # fmt: skip
# "Ảnh: VGP", "Nguồn: VnExpress": credits, no words of the text.
_CREDIT = regex.compile(r"(?:ảnh|nguồn):\s*$")
_CONTINUING = frozenset({"về", "quốc", "và"})  # words that a longer name goes on with
_THINGS = frozenset({"system", "platform", "index"})
_LOCAL = frozenset({"local_government", "party_body"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """What looked like a name and is none, and why."""

    name: Found
    reason: str


class NameFinder:
    """Finds names in views; compiled once from the word lists."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._heads: dict[str, Head] = {}
        for head in words.heads:
            self._heads.setdefault(lookup_key(head.words), head)
        self._head_keys = list(self._heads)
        self._head_finder = AhoCorasick(self._head_keys)
        self._placed = frozenset(key for key, head in self._heads.items() if head.follow in ("place", "free"))
        self._place_ends = PlaceEnds(words)
        # "Trung tâm Chuyển đổi số và …" is no centre of a place, but a centre all the same.
        self._shorter = {
            key: shorter
            for key, head in self._heads.items()
            if head.follow == "place" and (shorter := self._heads.get(" ".join(key.split()[:2]))) is not None
            if shorter is not head and shorter.type == "unit" and shorter.follow == "proper"
        }
        self._shared = SharedHeads(words)
        self._places = PlaceFinder(words)

    def find(
        self, view: View, hits: Sequence[Hit], *, persons: Sequence[tuple[int, int]] = (), taken: Sequence[Span] = ()
    ) -> tuple[list[Found], list[Dropped]]:
        """The names of a text, in order, none overlapping: the lexicon's `hits` and those made of known first words.

        With them what looked like a name and is none. `persons` are ranges that belong to persons' names; `taken` are
        numbers of acts, in which nothing is named.
        """
        hits = [hit for hit in hits if not _in_numbers(view, hit, taken) and not self._is_credit(view, hit.start)]
        heads = self._head_hits(view)
        starts = frozenset(start for start, _ in persons)
        places = {hit.start: hit.end for hit in hits if hit.name.type == "place"}
        firm = frozenset(start for start, end, head in heads if not _may_lie_inside(head))
        others = {start for start, _, _ in heads} | {hit.start for hit in hits if hit.name.type in BODIES}
        extents = Extents(view, self._words, firm, starts, frozenset(others), places)
        things = frozenset(h.start for h in hits if h.name.type in _THINGS and h.name.canonical[0].isupper())
        patterns = NamePatterns(view, self._words, extents, places, starts, self._place_ends, things)
        found = [_from_hit(hit) for hit in hits if self._stands(view, hit, hits)]
        known = {name.start: name for name in found if name.rule == "register"}
        for start, end, head in heads:
            name = None if self._is_credit(view, start) else patterns.grow(start, end, head)
            if name is None and (shorter := self._shorter.get(lookup_key(head.words))) is not None:
                name = patterns.grow(start, start + len(shorter.words), shorter)
            if name is not None and not _only_adds_words(view, name, known.get(start), self._words):
                found.append(name)
                found += patterns.same_head(name, head)
        known_places = {hit.start: hit for hit in hits if hit.name.type == "place"}
        shared = list(self._shared.find(view, known_places))
        parts = {(name.start, name.end) for name in shared}
        found = [name for name in found if (name.start, name.end) not in parts or name.rule == "blocked"]
        found += shared
        found += self._places.find(view, known_places, starts)
        return _settle(found, persons)

    def _head_hits(self, view: View) -> list[tuple[int, int, Head]]:
        """First words of names, the longest at each place, whole words, with a capital unless the type may be small."""
        best: dict[int, tuple[int, Head]] = {}
        key, text = view.key, view.text
        for index, start, end in self._head_finder.find_matches_as_indexes(key, overlapping=True):
            if (start and key[start - 1].isalnum()) or (end < len(key) and (key[end].isalnum() or key[end] in "/-&")):
                continue
            head = self._heads[self._head_keys[index]]
            if head.follow not in ("phrase", "bare", "scheme") and not text[start].isupper():
                continue
            if start not in best or end > best[start][0]:
                best[start] = (end, head)
        kept: list[tuple[int, int, Head]] = []
        for start, (end, head) in sorted(best.items()):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end, head))
        return kept

    def _is_credit(self, view: View, start: int) -> bool:
        return _CREDIT.search(view.key, max(0, start - 9), start) is not None

    def _stands(self, view: View, hit: Hit, hits: Sequence[Hit]) -> bool:
        """Whether a hit is a name here.

        Local bodies of no place ("Ủy ban nhân dân cấp tỉnh") are left to the patterns, which read the place; a place of
        one syllable needs a word that leads to it, or another place beside it.
        """
        name = hit.name
        if name.type in _LOCAL and (lookup_key(name.canonical) in self._placed or " cấp " in name.canonical):
            return False
        if name.type != "place" or " " in name.words or name.words.isupper() or len(name.words) > 4:
            return True
        before = view.key[max(0, hit.start - 12) : hit.start].rstrip().split(" ")[-1]
        if before in self._words.place_leads:
            return True
        at = bisect_left(hits, hit.start, key=lambda h: h.start)
        beside = [hits[n] for n in (at - 1, at + 1) if 0 <= n < len(hits) and hits[n].name.type == "place"]
        return any(
            view.text[min(other.end, hit.end) : max(other.start, hit.start)] in (", ", " và ", " - ")
            for other in beside
        )


def _may_lie_inside(head: Head) -> bool:
    """Whether a name that begins so may lie in another: "Tổng Công ty Viễn thông Viettel", "Phần mềm VNPT iOffice"."""
    return head.type == "company" and " " not in head.words and head.words[1:2].isalpha() and head.follow == "place"


def _only_adds_words(view: View, name: Found, known: Found | None, words: NameWords) -> bool:
    """Whether a name is the register's with words behind it that need not belong to it ("Văn phòng Chính phủ vừa")."""
    if known is None or known.end >= name.end or name.rule == "name/board":
        return False
    added = view.text[known.end + 1 : name.end]
    first = added.split(" ")[0]
    if first == "và" and added[len("và ") :][:1].islower():
        return True
    return first[:1].islower() and first not in _CONTINUING and not any(added.startswith(k) for k in words.place_kinds)


def _in_numbers(view: View, hit: Hit, taken: Sequence[Span]) -> bool:
    """Whether a hit lies in the number of an act ("17/NQ-CP"); `taken` is in order."""
    span = view.span(hit.start, hit.end)
    if span is None:
        return True
    at = bisect_right(taken, span.start, key=lambda s: s.start) - 1
    return at >= 0 and taken[at].overlaps(span)


def _from_hit(hit: Hit) -> Found:
    if hit.name.form == "blocked":
        return Found(hit.start, hit.end, "", "other", "blocked")
    return Found(hit.start, hit.end, hit.name.canonical, hit.name.type, "register")


def _settle(found: Sequence[Found], persons: Sequence[tuple[int, int]]) -> tuple[list[Found], list[Dropped]]:
    """None overlaps another: persons stay, else what starts first, the longest of these, the register's of equals.

    Blocked words fall out at the end.
    """
    dropped: list[Dropped] = []
    taken = [Found(start, end, "", "person", "blocked") for start, end in persons]
    first = [person.start for person in taken]
    kept: list[Found] = []
    for name in sorted(found, key=lambda f: (f.start, -f.end, f.rule not in ("register", "blocked"))):
        at = bisect_left(first, name.end)
        if at and taken[at - 1].end > name.start:
            if (name.start, name.end) != (taken[at - 1].start, taken[at - 1].end):
                dropped.append(Dropped(name, "part of a person's name"))
        elif not kept or name.start >= kept[-1].end:
            kept.append(name)
        elif (name.start, name.end) != (kept[-1].start, kept[-1].end) and name.name != kept[-1].name:
            reason = "part of another name" if kept[-1].rule != "blocked" else "part of a set phrase"
            dropped.append(Dropped(name, reason))
    return [name for name in kept if name.rule != "blocked"], [each for each in dropped if each.name.name]


def lexicon_names(names: Iterable[Name], words: NameWords) -> list[Name]:
    """The names of the lexicon: what is no name, the register's names, then what the word lists add."""
    known = list(names)
    listed = {(lookup_key(name.words), name.type) for name in known}
    titles = [
        Name(title.words, "", "other", "blocked") for title in words.titles if title.body and title.body in title.words
    ]
    extra = [n for n in (*words.things, *titles) if (lookup_key(n.words), n.type) not in listed]
    return [*words.not_names, *known, *extra]
