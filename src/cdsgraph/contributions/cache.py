"""Contributions kept on disk from build to build, found again by all that they are made of.

    out/cache/contributions/<two digits>/<key>      key: the document's bytes and name, the rules, the base, the code

An entry begins with the SHA-256 of the rest; one that is damaged counts as none. It says which record of metadata and
which reviewed decisions it was made with, and is not taken where those have changed. What was not used for a month
goes.
"""

import os
import time
import zlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

from cdsgraph.contributions.contribution import Contribution
from cdsgraph.contributions.digests import code_digest, rules_digest
from cdsgraph.contributions.maker import Recipe
from cdsgraph.errors import DocumentError
from cdsgraph.reading.document import Metadata
from cdsgraph.reading.given import Given

FOLDER: Final = "cache"  # below a folder of versions
_CONTRIBUTIONS: Final = "contributions"
_KEPT: Final = 30 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Sign:
    """All that a contribution is made of: `key` of the document and the rules, and what else was known of it."""

    key: str
    made_with: list[str | None]


class Cache:
    """The contributions below a folder that a recipe has made."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self._folder = folder / _CONTRIBUTIONS
        self._recipe = recipe
        self._made_by = made_by(recipe)
        self._reviewed: dict[str, list[str]] = defaultdict(list)
        for each in recipe.reviewed:
            self._reviewed[_owner(each.key)].append(
                repr((each.key, each.decision, each.field, each.value, each.review))
            )

    def find(self, document: Given) -> Contribution | None:
        """What the document contributes, if that is known."""
        try:
            path = self._path(self.key(document))
            content = path.read_bytes()
            if sha256(content[32:]).digest() != content[:32]:
                return None
            head, _, rest = zlib.decompress(content[32:]).partition(b"\n")
            contribution = Contribution.of_bytes(rest)
            if orjson.loads(head) != self.made_with(document, contribution):
                return None
            os.utime(path)
        except (OSError, DocumentError, zlib.error, ValueError, KeyError, TypeError):
            return None
        return contribution

    def keep(self, document: Given, contribution: Contribution) -> None:
        """Keep what a document contributes; where there is no room, it is not kept."""
        told = orjson.dumps(self.made_with(document, contribution)) + b"\n" + contribution.as_bytes()
        packed = zlib.compress(told, 1)
        temporary: Path | None = None
        with suppress(OSError, DocumentError):
            path = self._path(self.key(document))
            temporary = path.with_suffix(f".{os.getpid()}.new")
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(sha256(packed).digest() + packed)
            temporary.rename(path)
            temporary = None
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()

    def clear_old(self) -> None:
        """Remove what was not used for a month, and what writers that died left."""
        oldest = time.time() - _KEPT
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def touch(self, key: str) -> bool:
        """Note that an entry is used, if it is there."""
        try:
            os.utime(self._path(key))
        except OSError:
            return False
        return True

    def sign(self, document: Given, contribution: Contribution) -> Sign:
        """By what the contribution of a document is known again; where that cannot be read any more, it never is."""
        try:
            key = self.key(document)
        except DocumentError:
            key = ""
        return Sign(key, self.made_with(document, contribution))

    def key(self, document: Given) -> str:
        """The name of a document's entry. Raises DocumentError where the document cannot be read."""
        told = f"{self._made_by}\n{document.name}\n{sha256(document.read()).hexdigest()}"
        return sha256(told.encode()).hexdigest()

    def made_with(self, document: Given, contribution: Contribution) -> list[str | None]:
        """The record and the decisions that hold for a document now."""
        record: Metadata | None = self._recipe.records.by_sha256.get(contribution.sha256) or document.record
        return [repr(record) if record else None, *self._reviewed[contribution.slug]]

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _owner(key: str) -> str:
    """The slug in the key of a fact: "figure/{slug}-{mark}-{number}"."""
    return key.rpartition("/")[2].rsplit("-", 2)[0]


def made_by(recipe: Recipe) -> str:
    """Changes with every rule, table and line of code that contributions are made by, and with the base."""
    return sha256(f"{recipe.base}\n{rules_digest(recipe.files)}\n{code_digest()}".encode()).hexdigest()
