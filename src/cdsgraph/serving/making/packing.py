"""The process that packs a version for download: the same quads as N-Quads and as TriG, with gzip.

    python -m cdsgraph.serving.making.packing FOLDER DATASET.nq SHA256 BASE

Equal quads give equal bytes: no time stands in the files. `sums.json` tells size and SHA-256 of each. The TriG has
one block for each graph, so its quads are read graph by graph; only their places in the file are kept in memory.
"""

import gzip
import hashlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson
from pyoxigraph import RdfFormat, parse, serialize

from cdsgraph.errors import DatasetError
from cdsgraph.graph.quadlines import GraphLines
from cdsgraph.serving.making.derivation import guarded
from cdsgraph.vocab import prefixes

SUMS: Final = "sums.json"
N_QUADS: Final = "dataset.nq.gz"
TRIG: Final = "dataset.trig.gz"
_MIB: Final = 2**20
_GROWTH_MIB: Final = 1000
_CHUNK: Final = 2**20


def main(folder: str, dataset: str, sha256: str, base: str) -> None:
    """Write both files and their sums into the folder; tell a DatasetError when the dataset is not what it was."""
    size = Path(dataset).stat().st_size // _MIB
    guarded(lambda: _pack(Path(folder), Path(dataset), sha256, base), memory_mib=size + _GROWTH_MIB)


def _pack(folder: Path, dataset: Path, sha256: str, base: str) -> None:
    digest = hashlib.sha256()
    with dataset.open("rb") as source, _packed(folder / N_QUADS) as packed:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            packed.write(chunk)
    if sha256 and digest.hexdigest() != sha256:
        raise DatasetError("the N-Quads differ from the manifest", path=dataset, remedy="build the version again")
    with dataset.open("rb") as source, _packed(folder / TRIG) as packed:
        quads = parse(cast(BinaryIO, _ByGraph(source)), format=RdfFormat.N_QUADS)
        with _OrderedHead(packed) as output:
            serialize(quads, cast(BinaryIO, output), format=RdfFormat.TRIG, prefixes=prefixes(base))
    sums = {name: _sum(folder / name) for name in (N_QUADS, TRIG)}
    (folder / SUMS).write_bytes(orjson.dumps(sums))


@contextmanager
def _packed(path: Path) -> Iterator[BinaryIO]:
    """A gzip file whose bytes depend on its content only."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        yield cast(BinaryIO, packed)


class _OrderedHead(io.RawIOBase):
    """Passes Turtle or TriG on with its prefix declarations in alphabetical order: the writer has none."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._head: bytes | None = b""

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep declarations until the first line that is none, then write all."""
        if self._head is None:
            return self._output.write(data)
        self._head += bytes(data)
        lines = self._head.splitlines(keepends=True)
        if any(not line.startswith(b"@prefix") for line in lines[:-1]):
            self._release()
        return len(data)

    def close(self) -> None:
        """Write what is kept; the output stays open."""
        if not self.closed:
            self._release()
        super().close()

    def _release(self) -> None:
        if self._head is not None:
            lines = self._head.splitlines(keepends=True)
            count = next((at for at, line in enumerate(lines) if not line.startswith(b"@prefix")), len(lines))
            self._output.write(b"".join(sorted(lines[:count]) + lines[count:]))
            self._head = None


class _ByGraph(io.RawIOBase):
    """The lines of an N-Quads file, those of one graph after those of another, as a file to read."""

    def __init__(self, source: BinaryIO) -> None:
        self._lines = _lines_by_graph(source)
        self._left = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next lines; 0 at the end."""
        while len(self._left) < len(buffer) and (line := next(self._lines, b"")):
            self._left += line
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _lines_by_graph(source: BinaryIO) -> Iterator[bytes]:
    found = GraphLines(source)
    try:
        for name in found.names:
            yield from found.of(name)
    finally:
        found.close()


def _sum(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


if __name__ == "__main__":
    main(*sys.argv[1:])
