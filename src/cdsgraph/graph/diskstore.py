"""A dataset as a store on disk, for one larger than memory: made once from its file, then only read.

    <folder>/<name>/            the engine's files
    <folder>/<name>.json        SHA-256 of each of them, written last: a store without it is none

The engine does not notice a flipped byte, so the sums are checked before a store is used. A store holds nothing that
its dataset file does not: one that is damaged is made again.
"""

import json
import os
import shutil
from hashlib import file_digest
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, Store, parse

from cdsgraph.errors import DatasetError
from cdsgraph.graph.dataset import rdf_format_of, syntax_error
from cdsgraph.graph.versions import running

KEPT: Final = 3  # stores in a folder, the latest used


def prepared(file: Path, name: str, folder: Path) -> Path:
    """The store of a dataset file, made if it is not there or damaged; its default graph is the union of all graphs.

    `name` is the dataset's own, another for other content. Raises RdfError for a file that is not RDF, DatasetError
    when the store cannot be written.
    """
    place, sums = folder / name, folder / f"{name}.json"
    if not _whole(place, sums):
        try:
            _make(file, place, sums)
        except OSError as error:
            raise DatasetError(
                f"the store on disk cannot be written: {error.strerror or error}",
                path=folder,
                remedy="make room there, or name another folder with CDSGRAPH_STORES",
            ) from error
    os.utime(sums)
    _drop_old(folder)
    return place


def opened(place: Path) -> Store:
    """The store, for reading."""
    return Store.read_only(str(place))


def _make(file: Path, place: Path, sums: Path) -> None:
    fresh = place.with_name(f"{place.name}.{os.getpid()}.tmp")  # another process may be making it too
    try:
        _fill(fresh, file)
        told = json.dumps({path.name: _digest(path) for path in sorted(fresh.iterdir())}, indent=1).encode()
        sums.unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
        with (written := sums.with_suffix(".new")).open("wb") as output:
            output.write(told)
            output.flush()
            os.fsync(output.fileno())
        written.rename(sums)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fill(place: Path, file: Path) -> None:
    rdf_format, base = rdf_format_of(file), file.resolve().as_uri()
    place.mkdir(parents=True)
    store = Store(str(place))
    try:
        store.bulk_load(path=str(file), format=rdf_format, base_iri=base)
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in parse(path=str(file), format=rdf_format, base_iri=base)
        )
    except SyntaxError as error:
        raise syntax_error(error, file) from error
    store.flush()
    store.optimize()


def _whole(place: Path, sums: Path) -> bool:
    try:
        told: dict[str, str] = json.loads(sums.read_bytes())
        return bool(told) and all(_digest(place / name) == expected for name, expected in told.items())
    except (OSError, ValueError, AttributeError):
        return False


def _drop_old(folder: Path) -> None:
    by_use = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for sums in by_use[KEPT:]:
        sums.unlink(missing_ok=True)
        shutil.rmtree(folder / sums.stem, ignore_errors=True)
    for half_made in folder.glob("*.tmp"):
        if not running(half_made.suffixes[-2][1:]):
            shutil.rmtree(half_made, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
