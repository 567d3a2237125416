"""Places that the register does not know, told by their kind: "huyện Mèo Vạc"."""

from collections.abc import Iterator, Mapping

import regex

from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.lexicon import Hit
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View

_NAME = r"\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){1,2}(?! \p{Lu}|[\p{L}\d])"


class PlaceFinder:
    """Finds "huyện Mèo Vạc", "phường Hòa Cường", "thành phố Thanh Hóa"; compiled once."""

    def __init__(self, words: NameWords) -> None:
        kinds = sorted(words.named_kinds, key=len, reverse=True)
        forms = "|".join(f"[{kind[0].upper()}{kind[0]}]{regex.escape(kind[1:])}" for kind in kinds)
        self._place = regex.compile(rf"(?<![\p{{L}}\d/])({forms}) ({_NAME})")

    def find(self, view: View, known: Mapping[int, Hit], persons: frozenset[int]) -> Iterator[Found]:
        """The places of a text whose kind says what they are.

        `known` are places of the register by their start; one of another kind is another place ("thành phố Thanh Hóa"
        is not the province). A person's name behind the kind is none of a place.
        """
        for match in self._place.finditer(view.text):
            start = match.start(2)
            hit = known.get(start)
            if start in persons or match.start() in known:
                continue
            if hit is not None and (hit.end != match.end() or not hit.name.canonical.startswith("Tỉnh ")):
                continue
            if hit is not None and match[1].lower() == "tỉnh":
                continue
            kind = match[1].lower()
            name = f"{kind[0].upper()}{kind[1:]} {match[2]}"
            yield Found(match.start(), match.end(), name, "place", "name/place-kind", certainty="medium")
