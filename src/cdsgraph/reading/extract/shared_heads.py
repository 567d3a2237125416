"""Bodies that share one first word: "các Bộ: Quốc phòng, Công an, Tài chính" names three ministries."""

from collections.abc import Iterator

import regex

from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View, lookup_key

_NEXT = regex.compile(r"(?:[,;]| và|, và) ")


class SharedHeads:
    """Finds what stands in a list behind a plural first word; compiled once."""

    def __init__(self, words: NameWords) -> None:
        heads = {lookup_key(head.words): head for head in words.heads if head.follow == "subject"}
        plurals = "|".join(sorted(map(regex.escape, words.plurals), key=len, reverse=True))
        self._heads = heads
        self._list = regex.compile(rf"(?<!\p{{L}})(?:{plurals}|\d{{1,2}}) ({'|'.join(heads)}):? ")
        self._subjects = words.subjects
        self._names = words.subject_names

    def find(self, view: View) -> Iterator[Found]:
        """The bodies of every such list of a text; the first may be found under its own first word too."""
        for match in self._list.finditer(view.key):
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
