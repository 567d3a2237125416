"""Names that share one first word: "các Bộ: Quốc phòng, Công an", "UBND các tỉnh Lào Cai, Sơn La"."""

import re
from collections.abc import Iterator, Mapping

from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.lexicon import Hit
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.openings import DIGITS, Openings
from cdsgraph.reading.view import View, lookup_key

_NEXT = re.compile(r"(?:[,;]| và|, và) ")
_TOPIC = re.compile(r"(?:; và |; )?(?P<topic>[^\s;.:,()\d][^;.:()\d\n]{2,50})(?=[;.\n]|$)")
_MOST_WORDS = 7  # of a topic in a list


class SharedHeads:
    """Finds what stands in a list behind a plural first word; compiled once."""

    def __init__(self, words: NameWords) -> None:
        heads = {lookup_key(head.words): head for head in words.heads if head.follow == "subject"}
        plurals = "|".join(sorted(map(re.escape, words.plurals), key=len, reverse=True))
        self._heads = heads
        self._plurals = Openings(words.plurals, DIGITS)
        self._list = re.compile(rf"(?:{plurals}|\d+) ({'|'.join(heads)}):? ")
        self._subjects = words.subjects
        self._names = words.subject_names
        self._placed = {
            lookup_key(head.words): head
            for head in words.heads
            if head.follow == "place" and head.type == "local_government"
        }
        kinds = "|".join(sorted(map(re.escape, words.place_kinds), key=len, reverse=True))
        placed = "|".join(sorted(map(re.escape, self._placed), key=len, reverse=True))
        self._bodies_begin = Openings(self._placed)
        # "UBND các tỉnh, thành phố: Lào Cai, Sơn La"
        self._bodies = re.compile(rf"({placed}) (?:{plurals}) (?:{kinds})(?:(?:,| và) (?:{kinds}))*:? ")
        self._about = {
            lookup_key(head.words): head for head in words.heads if head.follow == "phrase" and head.type == "database"
        }
        self._topics = re.compile(rf"(?:{plurals}) ((?P<head>{'|'.join(self._about)}) về )")
        self._ends = words.ends["body"]

    def find(self, view: View, places: Mapping[int, Hit]) -> Iterator[Found]:
        """The names of every such list of a text; `places` are the known ones by their start.

        The first of a list may be found under its own first word too.
        """
        for match in self._plurals.matches(self._list, view.key, 0, len(view.key)):
            head, at = self._heads[match[1]], match.end()
            items: list[tuple[int, int]] = []
            while view.text[at : at + 1].isupper():
                end = self._subjects.at(view.key, at, view.key[at : at + 16].split(" ")[0].rstrip(",;."))
                if end is None:
                    break
                items.append((at, end))
                following = _NEXT.match(view.text, end)
                if following is None:
                    break
                at = following.end()
            for start, end in items:
                name = f"{head.words} {self._names[view.key[start:end]]}"
                yield Found(start, end, name, head.type, "name/shared-head", head.words)
        yield from self._of_places(view, places)
        yield from self._about_topics(view)

    def _of_places(self, view: View, places: Mapping[int, Hit]) -> Iterator[Found]:
        """One body of each place in a list, the first from its own first words on."""
        for match in self._bodies_begin.matches(self._bodies, view.key, 0, len(view.key)):
            head, start, at = self._placed[match[1]], match.start(), match.end()
            while (hit := places.get(at)) is not None:
                place = hit.name.canonical
                name = f"{head.words} {place[0].lower()}{place[1:]}"
                yield Found(start, hit.end, name, head.type, "name/shared-head", head.words)
                following = _NEXT.match(view.text, hit.end)
                if following is None:
                    break
                start = at = following.end()

    def _about_topics(self, view: View) -> Iterator[Found]:
        """One database of each topic between semicolons: "các cơ sở dữ liệu về công chứng; giá thuê đất"."""
        for match in self._plurals.matches(self._topics, view.key, 0, len(view.key)):
            head, at = self._about[match["head"]], match.end()
            items: list[tuple[int, int]] = []
            while topic := _TOPIC.match(view.text, at):
                first = view.key[topic.start("topic") :].split(" ", 1)[0]
                words = topic["topic"].split()
                verb = self._ends.at(view.key, topic.start("topic"), first) is not None
                if len(words) > _MOST_WORDS or topic["topic"][0].isupper() or (items and verb):
                    break
                items.append(topic.span("topic"))
                at = topic.end()
            if len(items) > 1:
                for number, (start, end) in enumerate(items):
                    name = f"{head.words} về {view.text[start:end].strip()}"
                    first_at = match.start(1) if not number else start
                    yield Found(first_at, end, name, head.type, "name/shared-head", head.words, certainty="medium")
