"""From version to version: composed by what changed where few documents did, else in full; kept for the next time."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from cdsgraph import composing
from cdsgraph.composition import kept
from cdsgraph.composition.changing import changed
from cdsgraph.composition.told import said
from cdsgraph.contributions.cache import FOLDER, Cache, Sign
from cdsgraph.contributions.contribution import Contribution
from cdsgraph.contributions.digests import composing_digest
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.derive import Rule
from cdsgraph.graph.settling import parted
from cdsgraph.reading.given import Given
from cdsgraph.vocab import Iris

LEAST_QUADS: Final = 200_000  # of a version from which keeping costs less than it spares
_FEW: Final = 0.05  # of the documents, beyond which composing all of them is as fast
_SOME: Final = 10  # documents that are few, whatever their share
_REGISTER: Final = ""  # who says what no document does


class Keeping:
    """The composition of a folder of versions, for one build by the holder of its lock; none is kept without a place.

    Raises what `composing.base_quads` does where nothing is kept that was made by the same register.
    """

    def __init__(self, out: Path, files: Files, iris: Iris, *, fresh: bool = False, kept_here: bool = True) -> None:
        self._files, self._iris = files, iris
        self._place = out / FOLDER / kept.FOLDER if kept_here else None
        self._made_by = sha256(f"{iris.base}\n{composing_digest(files)}".encode()).hexdigest()
        self._kept = kept.opened(self._place, self._made_by, out) if self._place and not fresh else None
        self._base: set[Quad] | None = None if self._kept else composing.base_quads(files, iris)
        self._anew: tuple[bytes, dict[str, dict[str, set[NamedNode]]]] | None = None

    def memory(self, cache: Cache) -> "Memory":
        """What is known of documents: those of the version that is kept, then what the cache has."""
        return Memory(self._kept.documents if self._kept else (), cache)

    def composed(
        self, parts: Sequence[Contribution], memory: "Memory", rules: Sequence[Rule]
    ) -> tuple[Store, bytes] | None:
        """A store whose default graph is all that is stated and derived, and the N-Quads of a version.

        None where what was kept is of no use: then all contributions are needed, from a new `memory`. Raises QueryError
        for a rule that cannot be run.
        """
        if self._kept is None:
            if self._base is None:
                self._base = composing.base_quads(self._files, self._iris)
            made = composing.composed(self._base, parts, rules, self._iris)
            self._anew = made.lines, made.parts
            return made.store, made.lines
        come = [part for part in parts if not memory.gave(part)]
        stay = {part.slug for part in parts if memory.gave(part)}
        gone = [known.slug for known in self._kept.documents if known.slug not in stay]
        if len({*gone, *(part.slug for part in come)}) <= max(_SOME, _FEW * len(parts)):
            with suppress(OSError, sqlite3.Error):
                self._kept.begin()
                return self._kept.store, changed(self._kept, gone, come, rules, self._iris)
        self._kept.give_up()
        self._kept = None
        return None

    def finish(self, version: Path, parts: Sequence[Contribution], signs: Mapping[str, Sign], memory: "Memory") -> None:
        """Keep what was composed, now that its version is written and nobody asks the store any more.

        Where there is no room, nothing is kept.
        """
        if self._place is None:
            return
        try:
            if self._kept is not None:
                self._kept.close()
            elif self._anew is not None and self._anew[0].count(b"\n") >= LEAST_QUADS:
                lines, subjects = self._anew
                kept.fill(self._place, lines, self._said(parts), subjects)
            else:
                return
            documents = (memory.line(part) or kept.line_of(signs[part.slug], part) for part in parts)
            kept.finish(self._place, self._made_by, version, documents)
        except (OSError, sqlite3.Error):
            kept.thrown_away(self._place)

    def _said(self, parts: Sequence[Contribution]) -> Iterator[tuple[bytes, str, bytes]]:
        lines, single = parted(canonical_nquads(self._base or ()))
        for owner, *each in ((_REGISTER, lines, single), *((part.slug, part.lines, part.single) for part in parts)):
            for subject, told in said(*each).items():
                yield subject, owner, told


class Memory:
    """Contributions that are known: without quads those of a version's documents that have not changed, else whole."""

    def __init__(self, documents: Sequence[kept.Known], cache: Cache) -> None:
        self._cache = cache
        self._known: dict[str, list[kept.Known]] = {}
        for each in documents:
            self._known.setdefault(each.sign.key, []).append(each)
        self._given: dict[int, kept.Known] = {}  # by the identity of the contribution

    def find(self, document: Given) -> Contribution | None:
        """What the document contributes, if that is known."""
        return self._unchanged(document) or self._cache.find(document)

    def keep(self, document: Given, contribution: Contribution) -> None:
        """Keep what a document contributes."""
        self._cache.keep(document, contribution)

    def gave(self, contribution: Contribution) -> bool:
        """Whether this is of a document that has not changed, and without quads."""
        return id(contribution) in self._given

    def line(self, contribution: Contribution) -> bytes | None:
        """How a document that has not changed is kept."""
        known = self._given.get(id(contribution))
        return known.line if known else None

    def _unchanged(self, document: Given) -> Contribution | None:
        if not self._known:
            return None
        with suppress(DocumentError):
            key = self._cache.key(document)
            for known in self._known.get(key, ()):
                whole = known.contribution
                if (
                    whole is not None
                    and self._cache.made_with(document, whole) == known.sign.made_with
                    and self._cache.touch(key)
                ):
                    self._given[id(whole)] = known
                    return whole
        return None
