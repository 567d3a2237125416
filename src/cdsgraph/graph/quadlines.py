"""The lines of an N-Quads file graph by graph; only their places in the file are kept in memory."""

import mmap
from array import array
from collections.abc import Iterator
from typing import BinaryIO


class GraphLines:
    """Reads an N-Quads file whose every quad has a graph, a line a quad, in the order of the file; `close` after use.

    `names` are the graphs as the lines name them (` <IRI> .` and the end of the line), in order.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._places: dict[bytes, array[int]] = {}
        at = 0
        for line in source:
            self._places.setdefault(line[graph_at(line) :], array("Q")).append(at)
            at += len(line)
        self.names = sorted(self._places)
        self._content = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) if at else None

    def __len__(self) -> int:
        return sum(map(len, self._places.values()))

    def of(self, name: bytes) -> Iterator[bytes]:
        """The lines of one graph."""
        if self._content is not None:
            for start in self._places[name]:
                yield self._content[start : self._content.find(b"\n", start) + 1]

    def all(self) -> Iterator[bytes]:
        """Every line."""
        if self._content is not None:
            self._content.seek(0)
            yield from iter(self._content.readline, b"")

    def close(self) -> None:
        """Give up the file."""
        if self._content is not None:
            self._content.close()


def graph_at(line: bytes) -> int:
    """Where in an N-Quads line the graph begins, with the space before it."""
    return line.rfind(b" ", 0, -3)
