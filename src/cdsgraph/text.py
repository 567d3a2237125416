"""Pure functions on strings: normal form, folding for search and keys, slugs."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from slugify import slugify as _slugify

Language = Literal["vi", "en"]

_SPACE = re.compile(r"\s+")
# Old and new placing of the tone mark (hoà/hòa, thuý/thúy) compare equal once the tone stands at the word's end.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def nfc(text: str) -> str:
    """The text in Unicode normal form C with every newline written as a line feed.

    >>> nfc("Nguye\\u0302\\u0303n\\r\\n")
    'Nguyễn\\n'
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def squeeze(text: str) -> str:
    """The text with every run of white space made one blank and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def shortened(text: str, most: int) -> str:
    """The text, or as many of its first words as fit in `most` characters, then an ellipsis.

    >>> shortened("Ủy ban Quốc gia về chuyển đổi số", 16)
    'Ủy ban Quốc gia…'
    """
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def fold(text: str) -> str:
    """A search key: no diacritics, no case, single blanks.

    >>> fold("Đề án  06")
    'de an 06'
    """
    plain = text.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFD", plain)
    return squeeze("".join(c for c in decomposed if not unicodedata.combining(c))).casefold()


def name_key(text: str) -> str:
    """A comparison key for names: case, blanks and the place of the tone mark do not matter, the tone itself does.

    >>> name_key("Uỷ ban") == name_key("Ủy  ban")
    True
    >>> name_key("hòa") == name_key("hóa")
    False
    """
    return " ".join(map(_word_key, squeeze(text).casefold().split(" ")))


@lru_cache(maxsize=1 << 16)
def _word_key(word: str) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tones.append(_TONES[char])
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)) + "".join(tones)


def slug(text: str) -> str:
    """ASCII slug: `đ` becomes `d`, all else that is not a letter or digit a hyphen.

    >>> slug("Ủy ban Quốc gia về chuyển đổi số")
    'uy-ban-quoc-gia-ve-chuyen-doi-so'
    """
    return str(_slugify(nfc(text).replace("đ", "d").replace("Đ", "D")))
