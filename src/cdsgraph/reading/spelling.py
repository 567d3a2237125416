"""Whether words are spelled as Vietnamese: a language of syllables, each onset, nucleus with at most one tone, coda."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_HAT = re.compile("[\u0302\u0306\u031b]")
_SYLLABLE = re.compile(
    r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdđghklmnprstvx])?"
    r"(?:oa[iyo]|oeo|uây|uya|uy[êu]?|u[ôê][iu]?|iêu?|yêu?|ươ[iu]?|oă|uă|uơ"
    r"|[aoeêôơuưăâi]|y|[aoôơuư]i|a[ouy]|â[uy]|[eêiưu]u|eo|ia|o[aeo]|u[aây]|ưa)"
    r"(?:ngh?|nh|ch|[ckmnpt])?"
)
_BREAK = re.compile(r"[\s\d!-/:-@\[-`{-~\u2000-\u206f]+")
_EDGES = "«»·•°§±²³×“”‘’\ufeff"


def marked(text: str) -> Iterator[str]:
    """The words of a text that hold more than ASCII, from which alone its language and encoding can be told."""
    yield from _marked(_BREAK.split(text))


def _marked(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        bare = word.strip(_EDGES)
        if bare and not bare.isascii():
            yield bare


@lru_cache(maxsize=65_536)
def is_syllable(word: str) -> bool:
    """Whether a word is spelled like a Vietnamese syllable, in either case and either normal form."""
    apart = unicodedata.normalize("NFD", word.casefold())
    if len(apart) > 16:
        return False
    bare, tones = _TONES.subn("", apart)
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def share(text: str) -> tuple[float, int]:
    """Of the words that hold more than ASCII, the share spelled as Vietnamese, and how many such words there are."""
    right = total = 0
    for word in marked(text):
        total += 1
        right += is_syllable(word)
    return (right / total if total else 0.0), total


def has_vietnamese(text: str, least: float = 0.05) -> bool:
    """Whether at least that part of all words are Vietnamese ones with their marks.

    In Vietnamese prose two words in three bear a mark; in French ("là", "dès") far fewer are spelled as syllables.
    Single letters ("à", "é") do not count.
    """
    split = _BREAK.split(text)
    syllables = (word for word in _marked(split) if len(word) > 1 and is_syllable(word))
    enough = math.ceil(max(1, least * len(split)))
    right = sum(1 for _ in islice(syllables, enough))  # most texts have them in their first lines
    return right >= enough or right >= max(1, least * sum(word[:1].isalpha() for word in split))
