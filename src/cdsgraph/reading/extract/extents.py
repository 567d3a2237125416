"""How far a name goes: from the words that begin it to the words that cannot be part of it."""

import re
from collections.abc import Mapping

from cdsgraph.reading.namewords import Kind, NameWords, Phrases
from cdsgraph.reading.view import View

# One word behind a single blank; signs inside a word belong to it.
WORD = re.compile(r" ((?:[^\W_]|[&+/\-.@](?=[^\W_]))+)")
_DASH = re.compile(r" [-–] (?=[^\W\d_a-zđ])")
_MOST_WORDS = 22
_LONGEST_LIST = 14  # words and commas before the "và" that closes an enumeration


class Extents:
    """Ends of names in a view; `heads` and `persons` are places where another name begins, `others` such as may lie
    inside a name but not behind its "và"; `places` are known places, start to end.

    Heads in small letters end the names of things, but may lie inside a body's ("Cục Phần mềm và nội dung số").
    """

    def __init__(
        self,
        view: View,
        words: NameWords,
        heads: frozenset[int],
        persons: frozenset[int] = frozenset(),
        others: frozenset[int] = frozenset(),
        places: Mapping[int, int] | None = None,
    ) -> None:
        self._view = view
        self._words = words
        self._heads = frozenset(start for start in heads if view.text[start].isupper())
        self._small = heads - self._heads
        self._persons = persons
        self._places = places or {}
        self._begins = heads | persons | others

    def end(
        self,
        start: int,
        kind: Kind,
        *,
        most: int = _MOST_WORDS,
        commas: bool = False,
        free: int = 0,
        lists: bool = False,
    ) -> int:
        """Where the name that goes on at `start` (the end of its first words) is over; `start` itself if at once.

        `kind` says which words end it; a first word with a capital never does, nor one before `free`.
        `commas`: a comma may lie inside; `lists`: also where a name of its own closes the enumeration.
        """
        ends = self._words.ends[kind]
        place, good, count = start, start, 0
        while count < most:
            match = WORD.match(self._view.text, place)
            if match is None and self._may_join(start, place, kind) and (dash := _DASH.match(self._view.text, place)):
                if self._joined(dash.end()):
                    place = dash.end() - 1
                    continue
                break
            if match is None:
                if not commas or count == 0:
                    break
                over = self._over_comma(start, place, ends, count, lists)
                if over is None:
                    break
                place = over - 1
                continue
            if kind != "scheme" and count and (over := self._placed(match)) is not None:
                place = good = over
                following = WORD.match(self._view.text, place)
                if following is None or following[1][0].islower():
                    break
                count += 1
                continue
            inner = self._inner(match) if kind != "scheme" else None
            if inner is not None:
                place = good = inner
                count += 2
                continue
            first = match.start(1) < free or (count == 0 and match[1][0].isupper() and not match[1].isupper())
            if not first and (self._begins_other(match.start(1), kind) or self._stops(match, ends)):
                break
            if match.start(1) in self._persons:
                break
            place, count = match.end(), count + 1
            if match[1].casefold() not in ("và", "về", "-"):
                good = place
        return good

    def _placed(self, word: re.Match[str]) -> int | None:
        """Where the place ends that stands at a word: a known one, or a kind that stands alone ("… tỉnh")."""
        start = word.start(1)
        if start in self._places:
            return self._places[start]
        for level in self._words.levels:
            end = start + len(level)
            if self._view.text.startswith(level, start) and not self._view.text[end : end + 1].isalnum():
                named = self._places.get(end + 1)
                if named is not None:
                    return named
                following = WORD.match(self._view.text, end)
                return end if following is None or following[1][0].islower() else None
        return None

    def _inner(self, word: re.Match[str]) -> int | None:
        """Where words that belong together end: a listed phrase, or one that ends names but has a capital here."""
        key, start, first = self._view.key, word.start(1), self._view.key[word.start(1) : word.end(1)]
        inner = self._words.inner_phrases.at(key, start, first)
        if inner is None and word[1][0].isupper() and not word[1].isupper():
            inner = self._words.ends["body"].at(key, start, first)
        return inner

    def _may_join(self, start: int, place: int, kind: Kind) -> bool:
        """Whether a dash may lie in the name: behind a body's word, or behind a firm's letters ("VNPT - iOffice")."""
        if place == start or kind == "scheme":
            return False
        return kind == "body" or self._view.text[start:place].split(" ")[-1].isupper()

    def _joined(self, start: int) -> bool:
        """Whether the word behind a dash goes on with the name ("Thi đua - Khen thưởng"): no name or title."""
        key = self._view.key
        word = WORD.match(self._view.text, start - 1)
        if word is None or start in self._begins:
            return False
        return self._words.dash_ends.at(key, start, key[start : word.end(1)]) is None

    def _begins_other(self, start: int, kind: Kind) -> bool:
        return start in self._heads or (kind == "thing" and start in self._small)

    def _stops(self, match: re.Match[str], ends: Phrases) -> bool:
        key, word = self._view.key, match[1]
        small = key[match.start(1) : match.end(1)]
        if ends.at(key, match.start(1), small) is not None:
            return True
        if word[0].isdigit():
            return True
        if small == "và":
            after = WORD.match(self._view.text, match.end())
            if after is None or after.start(1) in self._begins:
                return True
            return ends.at(key, after.start(1), key[after.start(1) : after.end(1)]) is not None
        return False

    def _over_comma(self, start: int, place: int, ends: Phrases, count: int, lists: bool) -> int | None:
        """Where the words behind a comma begin, if they still belong to the name that began before it.

        So after one or two words ("phát triển, thúc đẩy sử dụng …"), and where an enumeration is closed by "và"
        before the name can be over ("chính phủ số, kinh tế số và xã hội số").
        """
        text, key = self._view.text, self._view.key
        if not text.startswith(", ", place):
            return None
        after = WORD.match(text, place + 1)
        if after is None or not after[1][0].islower() or after.start(1) in self._heads:
            return None
        # The verbs of a purpose come in pairs: "về thu hút, trọng dụng nhân tài".
        about = text.rfind(" về ", start, place)
        said = count if about < 0 else text.count(" ", about + 4, place) + 1
        if said <= 2 and text[start:place].islower() and not text[start:place].endswith(" quốc gia"):
            return after.start(1)
        if ends.at(key, after.start(1), key[after.start(1) : after.end(1)]) is not None:
            return None
        at = place + 1
        for _ in range(_LONGEST_LIST):
            match = WORD.match(text, at)
            if match is None:
                if not text.startswith(", ", at):
                    return None
                at += 1
                continue
            if match[1] == "và":
                return after.start(1) if lists or not self._stops(match, ends) else None
            if match.start(1) in self._heads or ends.at(key, match.start(1), key[match.start(1) : match.end(1)]):
                return None
            at = match.end()
        return None
