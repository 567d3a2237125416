"""Sound texts and files made unsound, the same way for the same seed."""

import random
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

MATERIAL = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

_NUMBERS = (b"0", b"-1", b"999999999999999999999", b"1e400", b"NaN", b"0.0000000000000000000000000001", b"65536")
_ODD = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\xaf", b"\xed\xa0\x80", "\u202e".encode(), "\u0301".encode() * 40,
    "\U000215d7".encode(), b"\r\n\r\n", b"\t", b"'", b'"', b"<", b">", b"{", b"}", b"(", b")", b"[", b"]", b"\\", b"%",
    b"]]>", b"<!--", b"&#0;", b"&lt", b"\\uD800", b"\\U00110000", b"%s", b"\xf0\x9f\x92\xa5",
)  # fmt: skip
_KINDS = tuple(
    map(re.compile, (rb"[?$]\w+", rb"\w+:\w+", rb"\d[\d.,]*", rb'"[^"\n]*"', rb"\b[A-Z]{2,}\b", rb"<[^<>\s]*>"))
)
_LONGEST = 400_000  # bytes


def words(kind: str) -> list[bytes]:
    """What queries or files of a kind are made of."""
    return [word.encode() for word in MATERIAL["words"][kind]]


def mutated(seeds: Sequence[bytes], known: Sequence[bytes], number: int) -> bytes:
    """One of the seeds with one to six changes; `known` are what the format or language is made of."""
    chance = random.Random(number)  # noqa: S311  # meant to be repeatable
    data = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        data = chance.choice(chance.choice((_ROUGH, _MILD, _MILD)))(chance, data, seeds, known)[:_LONGEST]
    return data


_Change = Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]


def _place(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(chance.paretovariate(0.7)))


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _time in range(chance.choice((1, 1, 4, 30))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _drop(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    return data[:start] + data[end:]


def _end_early(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _repeat(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    return data[:start] + data[start:end] * chance.choice((2, 3, 50, 5_000)) + data[end:]


def _move(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    rest = data[:start] + data[end:]
    there = chance.randrange(len(rest) + 1)
    return rest[:there] + data[start:end] + rest[there:]


def _insert(chance: random.Random, data: bytes, _: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    word = chance.choice(chance.choice((words, words, _ODD, _NUMBERS)))
    return data[:start] + b" " * chance.randrange(2) + word * chance.choice((1, 1, 1, 2, 300)) + data[start:]


def _exchange(chance: random.Random, data: bytes, _: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Another word where one stands."""
    present = [word for word in words if word in data]
    if not present:
        return data
    return data.replace(chance.choice(present), chance.choice(words), chance.choice((1, -1)))


def _splice(chance: random.Random, data: bytes, seeds: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _lines(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    """A line less, one more, or in another place."""
    lines = data.split(b"\n")
    line = lines.pop(chance.randrange(len(lines)))
    for _time in range(chance.randrange(3)):
        lines.insert(chance.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _same_kind(chance: random.Random, data: bytes, seeds: Sequence[bytes], _: Sequence[bytes]) -> bytes:
    """Another name, number or text where one stands: what is most likely still sound."""
    kind = chance.choice(_KINDS)
    places = list(kind.finditer(data))
    others: list[bytes] = kind.findall(chance.choice((data, data, chance.choice(seeds))))
    if not places or not others:
        return data
    place = chance.choice(places)
    return data[: place.start()] + chance.choice(others) + data[place.end() :]


_ROUGH: Sequence[_Change] = (_flip, _drop, _end_early, _repeat, _move, _insert, _exchange, _exchange, _splice)
_MILD: Sequence[_Change] = (_lines, _same_kind, _same_kind, _same_kind)
