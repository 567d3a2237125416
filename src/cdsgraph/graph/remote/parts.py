"""A version in the parts that are pushed: each named graph, and the union of all with each triple once.

The N-Quads of a version are canonical: every line once and in the order of their bytes, so that the lines of one triple
in several graphs stand together, and equal content has an equal hash.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from cdsgraph.errors import DatasetError
from cdsgraph.graph.quadlines import GraphLines, graph_at
from cdsgraph.graph.remote.layout import RECORD, UNION, Loaded, is_ours


@dataclass(frozen=True, slots=True)
class Part:
    """A graph of the store: its content as N-Triples, lines with blank nodes first, and its hash and size.

    `blank` is the number of lines with blank nodes.
    """

    name: str
    loaded: Loaded
    blank: int
    _lines: Callable[[], Iterator[bytes]]

    def batches(self, size: int, *, after: int = 0) -> Iterator[tuple[bytes, int]]:
        """The content in batches of about `size` triples, each with how many are in once it is loaded.

        Blank nodes all stand in the first, as a label means the same node within one request only. `after` leaves out
        what is in already; it is a number that was given here before.
        """
        lines = islice(self._ordered(), after, None)
        while batch := list(islice(lines, max(size, self.blank) if not after else size)):
            after += len(batch)
            yield b"".join(batch), after

    def _ordered(self) -> Iterator[bytes]:
        if self.blank:
            yield from (line for line in self._lines() if _is_blank(line))
        yield from (line for line in self._lines() if not self.blank or not _is_blank(line))


def parts(lines: GraphLines, base: str) -> Sequence[Part]:
    """The parts of a version, the union last. Raises DatasetError for a graph that is not below the base."""
    found = []
    for name in lines.names:
        iri = name[2:-4].decode()
        if not is_ours(iri, base) or iri in (base + UNION, base + RECORD):
            raise DatasetError(f"a graph of the version cannot be pushed: {iri}", remedy=f"name graphs {base}graph/…")
        found.append(_part(iri, lambda name=name: map(_triple, lines.of(name))))  # type: ignore[misc]
    found.append(_part(base + UNION, lambda: _union(lines)))
    return found


def _part(name: str, lines: Callable[[], Iterator[bytes]]) -> Part:
    digest, total, blank = sha256(), 0, 0
    for line in lines():
        digest.update(line)
        total += 1
        blank += _is_blank(line)
    return Part(name, Loaded(digest.hexdigest(), total, total), blank, lines)


def _triple(line: bytes) -> bytes:
    return line[: graph_at(line)] + b" .\n"


def _union(lines: GraphLines) -> Iterator[bytes]:
    before = b""
    for line in lines.all():
        triple = _triple(line)
        if triple != before:
            yield triple
        before = triple


def _is_blank(line: bytes) -> bool:
    return line.startswith(b"_:") or line.split(b" ", 2)[2].startswith(b"_:")
