"""A kept composition on disk, and how one that is whole is told from any other.

    out/cache/composition/store/           the engine's store: its default graph is all that is stated and derived
    out/cache/composition/told.sqlite      what `told` says
    out/cache/composition/documents.jsonl  what each document of the version gave beside its quads, in their order
    out/cache/composition/sums.json        what it was made by, the version's name, the SHA-256 of the other files

The sums go before anything is changed and come when all is done: a composition without them is none. Lines, texts and
facts are those of the version.
"""

import gc
import json
import mmap
import re
import shutil
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

import orjson
from pyoxigraph import RdfFormat, Store

from cdsgraph.composition.lines import Lines
from cdsgraph.composition.told import Told
from cdsgraph.contributions.cache import Sign
from cdsgraph.contributions.contribution import Contribution
from cdsgraph.graph import versions

FOLDER: Final = "composition"  # below that of the cache
_STORE: Final = "store"
_TOLD: Final = "told.sqlite"
_DOCUMENTS: Final = "documents.jsonl"
_SUMS: Final = "sums.json"
_GRAPH: Final = re.compile(rb" <[^ ]*> \.\n")
_AT_ONCE: Final = 1 << 24  # bytes
_OWN: Final = 2  # references to what one variable holds: that, and the one of who counts them
_NO_DATA: Final = ("LOCK", "LOG")  # files of the engine begin so in which nothing is kept


@dataclass(frozen=True, slots=True)
class Known:
    """A document of the version: by what it is known again, what it gave but for quads, and how that is kept.

    It gave nothing that is known where the version does not hold its text.
    """

    slug: str
    sign: Sign
    contribution: Contribution | None
    line: bytes


class Kept:
    """A whole composition of a whole version, to be changed into that of the next; `close` it after use.

    Store and what was told can be had after `begin`.
    """

    store: Store
    told: Told

    def __init__(self, place: Path, version: Path) -> None:
        self._place = place
        self.documents = _documents(place / _DOCUMENTS, version)
        with (version / versions.DATASET).open("rb") as file:
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.lines = Lines(self._content)

    def begin(self) -> None:
        """From now on it is in between; should this process die, it is none.

        Raises OSError or sqlite3.Error where it cannot be opened.
        """
        (self._place / _SUMS).unlink()
        self.store = Store(str(self._place / _STORE))
        self.told = Told(self._place / _TOLD)

    def close(self) -> None:
        """Give up its files; nobody else may hold its store any more."""
        if hasattr(self, "told"):
            self.told.close()
            del self.told
        if hasattr(self, "store"):
            store = self.store
            del self.store
            store.flush()
            if sys.getrefcount(store) > _OWN:
                gc.collect()  # the engine gives its files up with the last reference, and a rule's may lie in a cycle
            del store
        del self.lines
        self._content.close()

    def give_up(self) -> None:
        """Close it and remove it."""
        with suppress(OSError, sqlite3.Error):
            self.close()
        thrown_away(self._place)


def opened(place: Path, made_by: str, out: Path) -> Kept | None:
    """The composition that was made by this, if there is one, whole, of a version in `out` that is whole.

    Any other is removed. Only the holder of the lock of `out` may.
    """
    try:
        told = orjson.loads((place / _SUMS).read_bytes())
        version = out / "versions" / told["version"]
        if told["made_by"] == made_by and told["sha256"] == _sums(place) and not versions.damaged(version):
            return Kept(place, version)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    thrown_away(place)
    return None


def thrown_away(place: Path) -> None:
    """Remove a composition, whatever is left of it."""
    with suppress(OSError):
        (place / _SUMS).unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)


def fill(
    place: Path,
    dataset: bytes,
    said: Iterable[tuple[bytes, str, bytes]],
    parts: Mapping[str, Mapping[str, Collection[object]]],
) -> None:
    """Write anew what a composition holds beside its documents.

    `dataset` is the version's N-Quads, `said` is what owners say of subjects, `parts` are the subjects of each rule's
    parts. Raises OSError or sqlite3.Error where there is no room.
    """
    thrown_away(place)
    place.mkdir(parents=True)
    triples = place / "store.nt"
    with triples.open("wb") as file:
        file.writelines(_without_graphs(dataset))
    Store(str(place / _STORE)).bulk_load(path=str(triples), format=RdfFormat.N_TRIPLES)
    triples.unlink()
    told = Told(place / _TOLD)
    try:
        told.say(said)
        for rule, subjects in parts.items():
            told.part(rule, subjects)
    finally:
        told.close()


def _without_graphs(lines: bytes) -> Iterator[bytes]:
    """N-Quads as N-Triples, some at a time."""
    start = 0
    while start < len(lines):
        end = lines.find(b"\n", start + _AT_ONCE) + 1 or len(lines)
        yield _GRAPH.sub(b" .\n", lines[start:end])
        start = end


def finish(place: Path, made_by: str, version: Path, documents: Iterable[bytes]) -> None:
    """Say of which version a composition is, whose store nobody holds any more; that makes it one.

    `documents` are the lines that `line_of` gives, in the order of the version. Raises OSError where there is no room.
    """
    (place / _DOCUMENTS).write_bytes(b"".join(documents))
    told = {"made_by": made_by, "version": version.name, "sha256": _sums(place)}
    fresh = place / f"{_SUMS}.new"
    fresh.write_bytes(json.dumps(told, indent=1).encode())
    fresh.rename(place / _SUMS)


def line_of(sign: Sign, contribution: Contribution) -> bytes:
    """What is kept of a document that is not in the version."""
    bare = replace(contribution, text="", lines=b"", single=b"", facts=b"", numbers=b"")
    told = {
        "key": sign.key,
        "made_with": sign.made_with,
        "sha256": contribution.sha256,
        "facts": len(contribution.facts),
        "numbers": len(contribution.numbers),
        "rest": bare.as_bytes().decode(),
    }
    return orjson.dumps(told) + b"\n"


def _documents(file: Path, version: Path) -> tuple[Known, ...]:
    facts, numbers = (version / versions.FACTS).read_bytes(), (version / versions.NUMBERS).read_bytes()
    found: list[Known] = []
    fact = number = 0
    for line in file.read_bytes().splitlines(keepends=True):
        told = orjson.loads(line)
        bare = Contribution.of_bytes(told["rest"].encode())
        of_text = (version / "documents" / versions.text_file(bare.name)).read_bytes()
        whole: Contribution | None = None
        if sha256(of_text).hexdigest() == told["sha256"]:
            here, there = facts[fact : fact + told["facts"]], numbers[number : number + told["numbers"]]
            whole = replace(bare, text=of_text.decode(), facts=here, numbers=there)
        found.append(Known(bare.slug, Sign(told["key"], told["made_with"]), whole, line))
        fact, number = fact + told["facts"], number + told["numbers"]
    return tuple(found)


def _sums(place: Path) -> dict[str, str]:
    """The SHA-256 of each file of a composition but the sums, and the engine's that hold no data."""
    return {
        str(path.relative_to(place)): _digest(path)
        for path in sorted(place.rglob("*"))
        if path.is_file() and not path.name.startswith((_SUMS, *_NO_DATA))
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
