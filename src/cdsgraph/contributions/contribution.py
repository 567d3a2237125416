"""What one document contributes to a version, as a value that travels between processes and lies in the cache."""

from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, Final

import orjson

from cdsgraph.reviewing import Near, Unknown

_BYTES: Final = ("lines", "single", "facts", "numbers")


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A number in a text that is neither a fact nor a known non-quantity; line and column count from 1."""

    file: str
    line: int
    column: int
    words: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """One document's part of a version.

    `lines` and `single` are its named graph as canonical N-Quads, parted: `single` holds the statements of what a thing
    has once, which other documents may outvote. `facts` and `numbers` are JSON lines, `kinds` the facts of each kind,
    `unknown` the names that the register does not know, `met` the (fact, field) of the corrections that met a fact.
    """

    name: str
    slug: str
    text: str
    lines: bytes
    single: bytes
    facts: bytes
    numbers: bytes
    kinds: dict[str, int]
    not_understood: tuple[NotUnderstood, ...]
    unknown: tuple[Unknown, ...]
    met: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()

    def as_bytes(self) -> bytes:
        """A line of JSON, then the lines that it gives the lengths of."""
        parts = {name: getattr(self, name) for name in _BYTES}
        told: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in parts}
        told["not_understood"] = [asdict(each) for each in self.not_understood]
        told["unknown"] = [asdict(each) for each in self.unknown]
        told["lengths"] = [len(part) for part in parts.values()]
        return b"".join((orjson.dumps(told), b"\n", *parts.values()))

    @classmethod
    def of_bytes(cls, content: bytes) -> "Contribution":
        """What `as_bytes` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        head, _, rest = content.partition(b"\n")
        told = orjson.loads(head)
        start = 0
        for name, length in zip(_BYTES, told.pop("lengths"), strict=True):
            told[name] = rest[start : start + length]
            start += length
        told["not_understood"] = tuple(NotUnderstood(**each) for each in told["not_understood"])
        told["unknown"] = tuple(_unknown(each) for each in told["unknown"])
        told["met"] = tuple((key, field) for key, field in told["met"])
        return cls(**told)


def _unknown(told: dict[str, Any]) -> Unknown:
    near = tuple(Near(each["name"], each["similarity"], tuple(each["why"])) for each in told["near"])
    return Unknown(**{**told, "near": near})
