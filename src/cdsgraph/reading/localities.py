"""The place a text speaks of when it says "toàn tỉnh": what its figures are about where they name nothing else."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cdsgraph.reading.document import BlockKind, Document
from cdsgraph.reading.facts import Entity
from cdsgraph.reading.wordlists import read_table

_LOCAL = frozenset({"local_government", "party_body", "place"})
_HEAD = 6  # blocks that may name whose text it is
_AHEAD = 2  # times as often named as any other place


@dataclass(frozen=True, slots=True)
class LocalWords:
    """The kinds of places (tỉnh, thành phố, huyện …), compiled with the words that tell a text speaks of its own."""

    named: re.Pattern[str]
    alone: re.Pattern[str]

    @classmethod
    def load(cls, folder: Path) -> "LocalWords":
        """The lists `place_kinds` and `local_words`; raises RulesError where one is missing or malformed."""
        kinds = _either(row["kind"] for row in read_table(folder, "place_kinds", ("kind",)))
        around = read_table(folder, "local_words", ("words", "place"))
        before, after = (_either(r["words"] for r in around if r["place"] == place) for place in ("before", "after"))
        return cls(
            re.compile(rf"(?<!\w)(?i:(?P<kind>{kinds})(?:\s+ủy)?)\s+(?P<name>\w.*)$"),
            re.compile(
                rf"(?i:\b(?:{before})\s+(?P<kind>{kinds}))(?!\w|,|\s+[A-ZĐ])"
                rf"|(?<!\w )(?<!\w)(?i:(?P<subject>{kinds})\s+(?:{after}))(?!\w)"
            ),
        )

    def place_in(self, name: str) -> tuple[str, str] | None:
        """Kind and name of the place at the end of a name: "Sở Y tế tỉnh Nghệ An", "Tỉnh ủy Lạng Sơn"."""
        found = self.named.search(name)
        return (found["kind"].lower(), found["name"]) if found is not None and found["name"][0].isupper() else None

    def called_by_kind(self, text: str, kind: str) -> bool:
        """Whether a text says "toàn tỉnh" or "Tỉnh đã …" without a name."""
        return any((match["kind"] or match["subject"]).lower() == kind for match in self.alone.finditer(text))

    def home_of(self, document: Document, entities: Iterable[Entity]) -> str | None:
        """The canonical name of the place ("Tỉnh Lào Cai") that a text is about as a whole, None where it is of none.

        It is named near the text's head, by itself or in the name of its authority, and more often than other places;
        and the text is of that authority, or calls the place by its kind alone.
        """
        opening = [b.span for b in islice((b for b in document.blocks if b.kind is not BlockKind.BOILERPLATE), _HEAD)]
        named: Counter[tuple[str, str]] = Counter()
        heads: dict[tuple[str, str], bool] = {}  # by place: whether its authority opens a block at the head
        for entity in entities:
            place = self.place_in(entity.name) if entity.type in _LOCAL else None
            if place is None:
                continue
            spans = {entity.span, *entity.mentions}
            named[place] += len(spans)
            if min(spans).start < opening[-1].end:
                opens = entity.type != "place" and any(s.start == block.start for s in spans for block in opening)
                heads[place] = heads.get(place, False) or opens
        if not named:
            return None
        (place, times), *others = named.most_common(2)
        if place not in heads or (others and times < _AHEAD * others[0][1]):
            return None
        kind, name = place
        if not heads[place] and not self.called_by_kind(document.text, kind):
            return None
        return f"{kind[0].upper()}{kind[1:]} {name}"


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
