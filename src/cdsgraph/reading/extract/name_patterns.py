"""Names made of a known first word: "Sở Y tế tỉnh Hà Giang", "Cục An toàn thông tin", "Cổng dịch vụ công tỉnh"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import regex

from cdsgraph.reading.extract.extents import WORD, Extents
from cdsgraph.reading.facts import Certainty, EntityType
from cdsgraph.reading.namewords import Head, NameWords, Phrases
from cdsgraph.reading.view import View, lookup_key

_NUMBER = regex.compile(r" \d{1,4}(?![\d/.,%])")
_BOARD_NUMBER = regex.compile(r" (?:Đề án )?\d{1,3}(?![\d/.,%])")
_CENTRE = "Trung tâm"
_LEVELS = ("trung ương", "quốc gia")
_AND_SCHEME = regex.compile(r"(?:,| và) Đề án \d{1,3}(?:/CP)?(?![\d/.,%])")
_ISSUED_BY = regex.compile(r"\d{4}\)?,? của $|/[\p{Lu}-]+ của $")
_CONGRESS = regex.compile(r" lần thứ [IVXL]+(?: của Đảng)?")
_FOLLOWING = {"number": _NUMBER, "congress": _CONGRESS, "roman": regex.compile(r" (?:[IVX]+|\d{1,2})(?![\w.,])")}
_QUOTED = regex.compile(r" [\"“](\p{Lu}[^\"”“\n.;:]{2,80})[\"”]")
_SENTENCE_START = regex.compile(r"(?:^|[.!?…\n]\s?[\"“(]?|[-–+*•]\s|\d[.)]\s)$")
_SPECIFIC = regex.compile(r"(?<!và )\p{Lu}[\p{L}\d]|quốc gia(?! \p{Ll})|toàn quốc")
_LISTED = regex.compile(r"gồm:? $")
_ITEM = regex.compile(r"; ([^;.:()\d\n]{3,60})(?=[;.])")
_OF_BODY = regex.compile(
    r"(?: \([^()\n]{2,20}\))?(?:(?: \p{Ll}+){0,2}(?: \p{Lu}\p{L}+){1,4})?,? (?:là đơn vị )?(?:trực )?thuộc \p{Lu}"
)
# Kinds of things whose names read like common nouns, and begin with a capital as names.
_COMMON = frozenset({"phrase", "bare", "index", "scheme"})


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the view: where, what, by which rule; `head` its first words, `bare` that nothing follows them."""

    start: int
    end: int
    name: str
    type: EntityType
    rule: str
    head: str = ""
    bare: bool = False
    certainty: Certainty = "high"


class PlaceEnds:
    """Finds where a place ends that stands behind a name's first words: " tỉnh Hà Giang", " tỉnh", " Hà Giang"."""

    def __init__(self, words: NameWords) -> None:
        kinds = "|".join(regex.escape(kind) for kind in words.place_kinds)
        self._pattern = regex.compile(rf" (?i:{kinds})(?![\p{{L}}])((?: \p{{Lu}}[\p{{L}}]*| \d{{1,2}}(?!\d))*)")
        self._titles = Phrases(title.words for title in words.titles if not title.honorific and " " in title.words)

    def end(self, text: str, places: Mapping[int, int], persons: frozenset[int], at: int) -> int | None:
        """The place's end, None where none stands at `at`; `places` maps starts of known places to their ends."""
        if at + 1 in places:
            return places[at + 1]
        match = self._pattern.match(text, at)
        if match is None:
            return None
        bare: int = match.start(1)
        named = bare + 1
        if named in places:
            return places[named]
        said = lookup_key(match[1].strip())
        titled = bool(said) and self._titles.at(said, 0, said.split(" ")[0]) is not None  # "UBND tỉnh Phó Trưởng Ban"
        return bare if titled or named in persons or len(match[1].split()) > 4 else match.end()


class NamePatterns:
    """The patterns over one view; `places` are known places (start to end), `persons` starts of persons'
    names, `things` starts of known systems and platforms.
    """

    def __init__(
        self,
        view: View,
        words: NameWords,
        extents: Extents,
        places: Mapping[int, int],
        persons: frozenset[int],
        ends: PlaceEnds,
        things: frozenset[int],
    ) -> None:
        self._view = view
        self._words = words
        self._extents = extents
        self._places = places
        self._persons = persons
        self._ends = ends
        self._things = things

    def grow(self, start: int, end: int, head: Head) -> Found | None:
        """The name whose first words stand at `start` to `end`; None where they begin no name."""
        match head.follow:
            case "proper":
                return self._proper(start, end, head)
            case "subject":
                return self._subject(start, end, head)
            case "place":
                over = self._place_end(end)
                return None if over is None else self._found(start, over, head, "name/place")
            case "board":
                return self._board(start, end, head)
            case "number" | "congress" | "roman":
                match = _FOLLOWING[head.follow].match(self._view.text, end)
                return None if match is None else self._found(start, match.end(), head, f"name/{head.follow}")
            case "bare" | "free":
                return self._found(start, self._place_end(end) or end, head, "name/bare", bare=True)
            case "phrase" | "index":
                return self._phrase(start, end, head)
        return None

    def same_head(self, name: Found, head: Head) -> Iterable[Found]:
        """What shares the first words: "… bao gồm: cơ sở dữ liệu về giá đất; quy hoạch; …" names a database an item."""
        if head.type != "database" or not _LISTED.search(self._view.key, max(0, name.start - len("gồm: ")), name.start):
            return
        at = name.end
        while match := _ITEM.match(self._view.text, at):
            full = f"{head.words} về {match[1]}"
            yield Found(
                match.start(1), match.end(1), full, "database", "name/shared-head", head.words, certainty="medium"
            )
            at = match.end()

    def _place_end(self, at: int) -> int | None:
        return self._ends.end(self._view.text, self._places, self._persons, at)

    def _proper(self, start: int, end: int, head: Head) -> Found | None:
        """A capital follows, and the name goes on to a word that ends it: "Cục An toàn thông tin"."""
        word = WORD.match(self._view.text, end)
        if word is not None and word[1][0].islower() and head.type in ("party_body", "local_government"):
            over = self._place_end(end)
            return None if over is None else self._found(start, over, head, "name/place")
        if (
            word is None
            or not word[1][0].isupper()
            or (self._view.text[start:end].isupper() and not head.words.isupper())
        ):
            return None
        if self._view.key.startswith(lookup_key(head.words), word.start(1)):
            return None  # "các Ủy ban, Ủy ban Thường vụ": the second is the name
        key, free = self._view.key, 0
        # "Viện Nghiên cứu quản lý kinh tế": what is studied may be a word that ends other names.
        verb = self._words.ends["body"].at(key, word.start(1), key[word.start(1) : word.end(1)])
        if verb is not None and head.type in ("unit", "government_body", "local_government"):
            free = verb + 2
        last = self._extents.end(end, "body", most=12, commas=True, free=free)
        if head.type == "place" and (joined := self._view.text.find(" và ", end, last)) > 0:
            last = joined
        return self._found(start, last, head, "name/proper", certainty="medium") if last > end else None

    def _subject(self, start: int, end: int, head: Head) -> Found | None:
        """One of the known subjects follows, then perhaps a place: "Sở Y tế tỉnh Hà Giang"."""
        view = self._view
        word = WORD.match(view.text, end)
        if word is None or not word[1][0].isupper():
            return None
        over = self._words.subjects.at(view.key, end + 1, view.key[word.start(1) : word.end(1)])
        if over is None:
            return None
        if head.type == "local_government":
            over = self._place_end(over) or over
        return self._found(start, over, head, "name/subject")

    def _board(self, start: int, end: int, head: Head) -> Found:
        """A number, what it is for, or nothing: "Ban Chỉ đạo 57", "Ban Chỉ đạo chuyển đổi số", "Ban Chỉ đạo"."""
        text = self._view.text
        number = _BOARD_NUMBER.match(text, end)
        last = number.end() if number else end
        for level in _LEVELS:
            if text[last : last + len(level) + 1].casefold() == f" {level}":
                last += len(level) + 1
                break
        if self._goes_on(start, last):
            last = max(last, self._extents.end(last, "thing", most=24, commas=True, free=last + 2, lists=True))
            if (scheme := _AND_SCHEME.match(text, last)) is not None:
                last = scheme.end()
        tail = regex.sub(r"^ về ", " ", text[end:last])
        name = head.words + (tail.lower().replace(" trung ương", " Trung ương") if text[start:end].isupper() else tail)
        return Found(start, last, name, head.type, "name/board", head.words, last == end, "medium")

    def _goes_on(self, start: int, at: int) -> bool:
        """Whether the words at `at` tell what a board is for; behind an act's date and "của" they are its title."""
        word = WORD.match(self._view.text, at)
        if word is None:
            return False
        first = self._view.key[word.start(1) : word.end(1)]
        issued = _ISSUED_BY.search(self._view.text, max(0, start - 60), start)
        if first == "về" and (issued or self._view.key.startswith(" về việc", at)):
            return False
        shouted = self._view.text[start:at].isupper()
        capital = (
            not shouted and word[1][0].isupper() and not self._words.dash_ends.at(self._view.key, word.start(1), first)
        )
        return capital or self._words.board_words.at(self._view.key, word.start(1), first) is not None

    def _phrase(self, start: int, end: int, head: Head) -> Found | None:
        """Common nouns that are specific: "Cơ sở dữ liệu về hộ tịch điện tử"; not "các nền tảng số"."""
        view = self._view
        if self._is_class(start) or end + 1 in self._things:
            return None  # "nền tảng VNeID": the app itself is named
        if (quoted := _QUOTED.match(view.text, end)) and end + 2 not in self._things:
            name = f"{head.words} {quoted[1]}"
            return Found(start, quoted.end(), name, head.type, "name/quoted", head.words, certainty="medium")
        last = self._extents.end(end, "thing", most=14, commas=True)
        if last == end and view.key.startswith(" của chính phủ", end):
            last = self._extents.end(end + len(" của"), "thing", most=8, commas=True)
        tail = view.text[end:last]
        words = tail.split()
        if not words or words in (["quốc", "gia"], ["này"]) or self._is_common(start, end, head):
            return None
        if not self._is_specific(start, last, head, tail, words):
            return None
        if head.type == "system" and head.words.startswith(_CENTRE) and _OF_BODY.match(view.text, last):
            head = replace(head, type="unit")  # what belongs to a body is one of its units, not what it runs
        return self._found(start, last, head, "name/phrase", certainty="medium")

    def _is_specific(self, start: int, last: int, head: Head, tail: str, words: list[str]) -> bool:
        """Whether common nouns make a name here: by a capital, "quốc gia", a place, a database's subject, a bracket."""
        view, capital, several = self._view, self._view.text[start].isupper(), len(words) > 1
        if _SPECIFIC.search(tail) or (head.type == "database" and words[0] == "về" and several):
            return True
        if capital and (words[0] in self._words.place_kinds or (several and view.text.startswith(" (", last))):
            return True
        within = head.follow == "index" or not _SENTENCE_START.search(view.text, max(0, start - 4), start)
        return capital and several and within

    def _is_common(self, start: int, end: int, head: Head) -> bool:
        """Whether the first words name no thing here: "Ứng dụng công nghệ số", "an ninh mạng"."""
        view, word = self._view, WORD.match(self._view.text, end)
        if word is None:
            return False
        key = lookup_key(head.words)
        behind = self._words.common_behind.get(key)
        if behind is not None and behind.at(view.key, word.start(1), view.key[word.start(1) : word.end(1)]):
            return True
        return view.key[max(0, start - 24) : start].endswith(self._words.common_before.get(key, ()))

    def _is_class(self, start: int) -> bool:
        before = self._view.key[max(0, start - 12) : start].rstrip().split(" ")
        if not before[-1]:
            return False
        return bool(
            before[-1] in self._words.plurals
            or before[-1][-1].isdigit()
            or " ".join(before[-2:]) in self._words.plurals
        )

    def _found(
        self, start: int, end: int, head: Head, rule: str, *, bare: bool = False, certainty: Certainty = "high"
    ) -> Found:
        name = self._view.text[start:end].replace("\n", " ")
        if name.isupper() and not head.words.isupper():
            name = head.words + self._in_small(name[len(head.words) :])
        elif head.follow in _COMMON:
            name = name[0].upper() + name[1:]
        else:
            name = head.words + name[len(head.words) :]
        return Found(start, end, name, head.type, rule, head.words, bare, certainty)

    def _in_small(self, tail: str) -> str:
        """A tail printed all in capitals, written as within a sentence: " TỈNH HÀ GIANG" as " tỉnh Hà Giang"."""
        for kind in self._words.place_kinds:
            if lookup_key(tail).startswith(f" {lookup_key(kind)}"):
                return f" {kind}" + tail[len(kind) + 1 :].title()
        return tail.lower()
