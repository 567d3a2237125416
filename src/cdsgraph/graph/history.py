"""Which versions were published, in what order and when, and which of them are still on disk."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cdsgraph.errors import DatasetError
from cdsgraph.graph import versions


@dataclass(frozen=True, slots=True)
class Published:
    """A version on disk: its folder, when it first became current, and what its manifest tells.

    `first` is when the manifest was written where nobody wrote down when it became current.
    """

    name: str
    folder: Path
    first: datetime
    manifest: dict[str, Any]

    @property
    def dataset(self) -> Path:
        """Its N-Quads."""
        return self.folder / versions.DATASET

    @property
    def quads(self) -> int | None:
        """How many statements it holds, where its manifest tells."""
        counts = self.manifest.get("counts")
        return counts.get("quads") if isinstance(counts, dict) else None

    @property
    def sha256(self) -> str | None:
        """The checksum of its N-Quads, where its manifest tells."""
        sums = self.manifest.get("sha256")
        return sums.get(versions.DATASET) if isinstance(sums, dict) else None


def history(out: Path, *, served: str = "") -> tuple[Published, ...]:
    """The versions on disk that were or are current, in the order in which they first became so.

    One that was refused when it was built is none of them. `served` is one all the same: a service may be told to show
    any version.
    """
    when: dict[str, datetime] = {}
    known = {served}
    for entry in _log(out):
        at = _moment(entry.get("at"))
        if at is not None:
            when.setdefault(str(entry.get("version")), at)
        known |= {str(entry.get("version")), str(entry.get("before"))}
    if (out / "current").is_dir():
        known.add(versions.current(out).name)
    found = []
    for name in (each for each in versions.names(out) if each in known):
        folder = out / "versions" / name
        try:
            stat = (folder / versions.MANIFEST).stat()
            told = _manifest(folder, stat.st_mtime_ns)
            (folder / versions.DATASET).stat()
        except (OSError, DatasetError):
            continue  # it went, or was damaged, while we looked
        found.append(Published(name, folder, when.get(name, datetime.fromtimestamp(int(stat.st_mtime), UTC)), told))
    places = {str(entry.get("version")): place for place, entry in reversed(list(enumerate(_log(out))))}
    return tuple(sorted(found, key=lambda each: (places.get(each.name, -1), each.first, each.name)))


def last_published(out: Path, version: str) -> datetime | None:
    """When a version last became current; None where that is not written down."""
    moments = (_moment(entry.get("at")) for entry in _log(out) if entry.get("version") == version)
    return max((at for at in moments if at is not None), default=None)


def before(out: Path, version: str) -> str | None:
    """The version on disk that was current before this one last became so, else the one published before it."""
    on_disk = [each.name for each in history(out, served=version)]
    for entry in reversed(list(_log(out))):
        if entry.get("version") == version and entry.get("before") in on_disk:
            return str(entry["before"])
    earlier = on_disk[: on_disk.index(version)] if version in on_disk else []
    return earlier[-1] if earlier else None


def _log(out: Path) -> Iterator[dict[str, Any]]:
    path = out / versions.PUBLISHED
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # a line that a process did not live to end
        if isinstance(entry, dict):
            yield entry


@lru_cache(maxsize=256)
def _manifest(folder: Path, _changed: int) -> dict[str, Any]:
    return versions.manifest(folder)


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
