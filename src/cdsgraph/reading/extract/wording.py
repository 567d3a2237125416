"""Chunks written as a phrase, and the register's name for what a phrase means."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from cdsgraph.reading.extract.clauses import Chunk
from cdsgraph.reading.phrases import word_key
from cdsgraph.register import Register

SHARE, _GROWTH, _RATE = "tỷ lệ", "tốc độ tăng", "tốc độ"
_MAX_WORDS = 24
_STRICT_UNITS = ("%", "VND", "Mbps", "rank", "index")
_SAME = {word_key("tỉ"): word_key("tỷ")}


class Speaker:
    """Writes chunks as a phrase, the text's own abbreviations spelled out."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        self._abbreviations = abbreviations

    def __call__(self, words: Iterable[Chunk]) -> str:
        """The phrase, at most 24 words, without the capital that only opens a sentence."""
        spoken = [each for each in words if each.kind != "mark" or each.text in ",/&-–"]
        phrase = " ".join(self.words(each.text) for each in spoken)
        if spoken and spoken[0].kind != "name":
            phrase = opening_lowered(phrase)
        phrase = " ".join(phrase.split()[:_MAX_WORDS])
        for mark in (" ,", " /", "/ "):
            phrase = phrase.replace(mark, mark.strip())
        return phrase.strip(" ,-–/")

    def words(self, words: str) -> str:
        """Words as printed, the text's own abbreviations spelled out."""
        return " ".join(self._abbreviations.get(word, word) for word in words.split())


def _only_opens(phrase: str) -> bool:
    """Whether the capital of the first word only opens a sentence: no capitals within it or right behind it."""
    first, *others = phrase.split() or [""]
    return first[:1].isupper() and first[1:].islower() and not (others and others[0][:1].isupper())


def opening_lowered(phrase: str) -> str:
    """The phrase without a capital that only opens it."""
    return phrase[0].lower() + phrase[1:] if _only_opens(phrase) else phrase


def common(words: str) -> str:
    """The words an abbreviation stands for, without the capital that only opens their sentence."""
    spoken = words.split()
    if spoken and not any(word[0].isupper() for word in spoken[1:]):
        spoken[0] = spoken[0][0].lower() + spoken[0][1:]
    return " ".join(spoken)


def tidy(phrase: str) -> str:
    """Single blanks and no mark at the ends."""
    return " ".join(phrase.split()).strip(" ,;:-–/")


def growth(phrase: str) -> str:
    """The rate at which something is to grow, for a target set as an increase."""
    return phrase if phrase.startswith(_RATE) else f"{_GROWTH} {phrase}"


def is_rank(phrase: str, measured: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether what is measured is a place in a ranking; `measured` are the words that tell it, by kind."""
    return phrase.casefold().startswith(measured["rank"])


def is_index(phrase: str, measured: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether what is measured is an index or a score; `measured` are the words that tell it, by kind."""
    said = phrase.casefold()
    return said.startswith(measured["index"]) or any(word in said for word in measured["within"])


def canonical(phrase: str, unit: str, register: Register, particles: frozenset[str]) -> str:
    """The register's name for the indicator that a phrase with this unit is, else the phrase itself.

    A phrase is an indicator when it is its name or a synonym, or has the same words besides `particles`.
    """
    exact = register.indicator_for(phrase)
    if exact is not None and _unit_fits(exact.unit, unit):
        return exact.name
    bags = _bags(register, particles)
    for key in (_bag(phrase, particles), _bag(phrase.removeprefix(f"{SHARE} "), particles)):
        for index in bags.get(key, ()):
            if _unit_fits(register.indicators[index].unit, unit):
                return register.indicators[index].name
    return phrase


def _bag(phrase: str, particles: frozenset[str]) -> frozenset[str]:
    keys = (word_key(word.strip(",.;()")) for word in phrase.split())
    return frozenset(_SAME.get(key, key) for key in keys if key and key not in particles)


@lru_cache(maxsize=8)
def _bags(register: Register, particles: frozenset[str]) -> dict[frozenset[str], tuple[int, ...]]:
    bags: dict[frozenset[str], tuple[int, ...]] = {}
    for index, indicator in enumerate(register.indicators):
        for phrase in (indicator.name, *indicator.synonyms):
            key = _bag(phrase, particles)
            if len(key) > 2:
                bags[key] = (*bags.get(key, ()), index)
    return bags


def _unit_fits(wanted: str, unit: str) -> bool:
    return wanted == unit or (wanted not in _STRICT_UNITS and unit not in _STRICT_UNITS)
