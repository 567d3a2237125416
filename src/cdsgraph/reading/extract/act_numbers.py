"""Numbers of acts in every printed form: "749/QĐ-TTg", "57-NQ/TW", "59/2022/NĐ-CP", "24/2023/QH15", "02-KH/BCĐTW"."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from cdsgraph.reading.document import Span
from cdsgraph.reading.namewords import NameWords
from cdsgraph.vocab import ActType

_BACK = 120  # code points before a number in which the word for its kind may stand
_PART = regex.compile(r"[-–—/]")
_WHITE = regex.compile(r"\s+")
_ASSEMBLY = regex.compile(r"(UBTV)?QH\d{1,2}$")
# "118/2025/NĐCP": the hyphen got lost.
_LAW_BEFORE = regex.compile(r"(?<![\p{L}])((?:Bộ l|L)uật)\s(?:(?!Luật)[^\d;.:()]){2,90}?\s*$")
_LETTERS = r"A-Za-zĐđƯưÔôÂâ"


@dataclass(frozen=True, slots=True)
class ActNumber:
    """An act's number: place, written form, type and issuer by word and symbol, where the word before it begins."""

    span: Span
    number: str
    type: ActType
    word_start: int
    issuer: str | None


class NumberReader:
    """Finds numbers of acts; compiled once."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._cased = {symbol.upper(): symbol for symbol in (*words.act_symbols, *words.act_issuers)}
        self._types = {word.word.casefold(): word.type for word in words.act_words}
        short = "|".join(word.word for word in words.act_words if word.word.isupper())
        last = "|".join(words.act_issuers)
        self._number = regex.compile(
            rf"(?:(?<![\w/.,\-–])|(?<=\b(?:{short})))(?P<number>\d{{1,5}}[a-z]?)\s*"
            r"(?:/\s*(?P<year>(?:19|20)\d{2})\s*)?(?P<mark>[/\-–—])\s*"
            rf"(?P<symbol>[A-ZĐ][{_LETTERS}]*\d{{0,2}}"
            rf"(?:(?:\s?/\s?|[-–—]\s{{0,2}}|\s[-–—](?=[A-ZĐ])|\s[-–—]\s(?=(?:{last})\b))[A-ZĐ][{_LETTERS}0-9&]*)*)"
        )
        forms = sorted((word.word for word in words.act_words), key=len, reverse=True)
        kinds = "|".join(r"\s+".join(map(regex.escape, form.split())) for form in forms)
        self._before = regex.compile(rf"(?<![\p{{L}}])({kinds})(?:\s*(?:liên tịch\s+)?số)?\s*:?\s*$", regex.I)
        first = "|".join(words.act_symbols)
        self._glued = regex.compile(rf"({first})({last})$")

    def read(self, text: str) -> Iterator[ActNumber]:
        """The numbers of a text, in order."""
        for match in self._number.finditer(text):
            symbol, end = self._symbol(match)
            parts = [part for part in _PART.split(_WHITE.sub("", symbol)) if part]
            if len(parts) == 1 and parts[0] not in self._words.act_symbols and (glued := self._glued.match(parts[0])):
                parts = [glued[1], glued[2]]
            base = max(0, match.start() - _BACK)
            before = text[base : match.start()]
            word = self._before.search(before)
            assembly = _ASSEMBLY.match(parts[0])
            law = _LAW_BEFORE.search(before) if word is None and assembly else None
            if not (word or assembly or parts[0] in self._words.act_symbols or self._issued_letter(parts)):
                continue
            kind = self._kind(word[1] if word else None, parts[0], assembly is not None)
            if kind == "project" and len(parts) == 1:
                continue  # "Đề án 06/CP" is a short name, not a number
            named = word or law
            yield ActNumber(
                Span(match.start(), end),
                self._written(match, parts),
                kind,
                base + named.start(1) if named else match.start(),
                self._issuer(parts),
            )

    def _issued_letter(self, parts: list[str]) -> bool:
        """Whether the issuer's symbol comes first, as in an official letter: "2516/BTTTT-CATTT"."""
        return len(parts) > 1 and parts[0] in self._words.act_issuers

    def _symbol(self, match: regex.Match[str]) -> tuple[str, int]:
        """The symbol in its usual letters, without words that only follow it behind a dash, and where it ends."""
        symbol, end = match["symbol"], match.end()
        while tail := regex.search(r"[-–—]\s+([A-ZĐ]\w*)$|\s[-–—]([A-ZĐ]\w*)$", symbol):
            if sum(char.isupper() for char in tail[1] or tail[2]) > 1:
                break  # "QĐ- BKHCN" goes on, "QĐ-TTg- Ban" does not
            symbol, end = symbol[: tail.start()], match.start("symbol") + tail.start()
        pieces = regex.split(r"([-–—/\s]+)", symbol)
        return "".join(self._cased.get(piece.upper(), piece) for piece in pieces), end

    def _kind(self, word: str | None, first: str, assembly: bool) -> ActType:
        if word is not None:
            return self._types[_WHITE.sub(" ", word).casefold()]
        return "law" if assembly else self._words.act_symbols.get(first, "other")

    def _issuer(self, parts: list[str]) -> str | None:
        if parts[0] in self._words.joint_symbols:
            return None
        if match := _ASSEMBLY.match(parts[0]):
            return self._words.act_issuers.get("UBTVQH" if match[1] else "QH")
        rest = parts[1:] if parts[0] in self._words.act_symbols else parts
        return next((issuer for part in rest[:2] if (issuer := self._words.act_issuers.get(part))), None)

    def _written(self, match: regex.Match[str], parts: list[str]) -> str:
        """The number in the form the drafting rules give it; digits and letters stay as printed."""
        number, year = match["number"], match["year"]
        if year is None and len(parts) > 1 and parts[-1] in self._words.party_symbols:
            return f"{number}-{'-'.join(parts[:-1])}/{parts[-1]}"
        mark = "/" if match["mark"] == "/" else "-"
        return f"{number}/{year}/{'-'.join(parts)}" if year else f"{number}{mark}{'-'.join(parts)}"
