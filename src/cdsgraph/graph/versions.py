"""Dataset versions on disk: immutable directories named by the hash of their quads, and which one is current.

    out/versions/<version>/{dataset.nq, facts.jsonl, numbers.jsonl, review.csv, documents/…, manifest.json}
    out/current -> versions/<version>        switched by one rename
    out/published.jsonl                      what was current before and since when, newest last

A version is written beside its final name and renamed when complete, so a build that dies leaves nothing that serves;
what it leaves is cleared away by the next one.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cdsgraph.errors import BusyError, DatasetError

MANIFEST = "manifest.json"
DATASET = "dataset.nq"
FACTS = "facts.jsonl"
NUMBERS = "numbers.jsonl"
REVIEW = "review.csv"
PUBLISHED = "published.jsonl"
_NAME = 16  # hexadecimal digits of a version's name
_REMEDY = "build it again with `cdsgraph build`"
_ROOM = "make room or name another --out"


def text_file(document: str) -> str:
    """The name under documents/ of a document's words; they are plain text, whatever the document was."""
    return document if document.endswith(".txt") else f"{document}.txt"


def version_name(dataset: bytes) -> str:
    """The name of the version whose canonical N-Quads these are: 16 hexadecimal digits of their SHA-256."""
    return sha256(dataset).hexdigest()[:_NAME]


@contextmanager
def only_builder(out: Path) -> Iterator[None]:
    """Hold the build lock of `out` and clear away what a build that died left; a lock of a process that died is free.

    Raises BusyError when another build runs, DatasetError when `out` cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / ".lock").open("w")
    except OSError as error:
        raise DatasetError(
            f"versions cannot be kept here: {error.strerror}", path=out, remedy="name a folder that you may write to"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError("another build is running", path=out, remedy="wait until it has ended") from error
        _clear(out)
        yield


def _clear(out: Path) -> None:
    """Remove what builds that died had begun to write; only the holder of the lock may."""
    for half_written in (out / "versions").glob("*.tmp"):
        shutil.rmtree(half_written, ignore_errors=True)
    for unfinished in (out / "versions").glob(f"*/{MANIFEST}.new"):
        unfinished.unlink(missing_ok=True)
    for link in out.glob("current.*new"):
        if not running(link.suffixes[0][1:]):
            link.unlink(missing_ok=True)


def running(process: str) -> bool:
    """Whether the process with this number still runs; the number may be another one's by now."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def write(out: Path, contents: Mapping[str, bytes], facts: Mapping[str, Any]) -> Path:
    """Write a version from its files (relative path to bytes) and what its manifest tells; return its directory.

    The manifest gains the version's name and each file's SHA-256. Of a version that already exists whole with
    files of these names only the manifest is written anew, where it tells something else.
    """
    sums = {name: sha256(content).hexdigest() for name, content in contents.items()}
    version = sums[DATASET][:_NAME]
    final = out / "versions" / version
    told = json.dumps({"version": version, **facts, "sha256": sums}, ensure_ascii=False, indent=2).encode() + b"\n"
    temporary, new_manifest = final.with_suffix(".tmp"), final / f"{MANIFEST}.new"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        if final.is_dir() and not damaged(final) and manifest(final)["sha256"].keys() == sums.keys():
            if manifest(final)["sha256"] == sums and (final / MANIFEST).read_bytes() != told:
                _write_durably(new_manifest, told)
                new_manifest.rename(final / MANIFEST)
            return final
        for name, content in contents.items():
            _write_durably(temporary / name, content)
        _write_durably(temporary / MANIFEST, told)
        _sync_folder(temporary)
        if final.exists():
            shutil.rmtree(final)
        temporary.rename(final)
        _sync_folder(final.parent)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        with suppress(OSError):
            new_manifest.unlink(missing_ok=True)
        raise DatasetError(f"the version could not be written: {error.strerror}", path=out, remedy=_ROOM) from error
    return final


def whole(out: Path, version: str) -> Path:
    """The directory of a version with this name. Raises DatasetError when it is missing or damaged."""
    target = out / "versions" / version
    if version not in names(out):
        known = ", ".join(names(out)) or "none"
        raise DatasetError(f"no version {version}", path=out, remedy=f"name one of: {known}")
    wrong = damaged(target)
    if wrong:
        raise DatasetError(f"{wrong[0]} differs from the manifest", path=target, remedy=_REMEDY)
    return target


def switch(out: Path, version: str) -> Path:
    """Make a version current by one rename; return its directory.

    Raises DatasetError when it is missing or damaged, or the folder cannot be written.
    """
    target = whole(out, version)
    link, fresh = out / "current", out / f"current.{os.getpid()}.new"  # another process may be publishing too
    before = link.resolve().name if link.is_symlink() else None
    try:
        if before != version:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            _note(out / PUBLISHED, {"version": version, "before": before, "at": at})
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("versions") / version)
        fresh.rename(link)
        _sync_folder(out)
    except OSError as error:
        raise DatasetError(f"it could not be made current: {error.strerror}", path=out, remedy=_ROOM) from error
    return target


def _note(log: Path, entry: Mapping[str, Any]) -> None:
    """Add a line to the log of what was current, before it is so: what is not told could not be rolled back."""
    with log.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")  # after a line that a process did not live to end
        file.write(json.dumps(entry).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def previous(out: Path) -> str:
    """The version that was current before the one that is. Raises DatasetError when there is none."""
    before = _before(out, current(out).name)
    if before is None:
        raise DatasetError("no version was current before this one", path=out, remedy="see `cdsgraph versions`")
    return before


def _before(out: Path, version: str) -> str | None:
    """The version that this one took the place of when it last became current."""
    log = out / PUBLISHED
    for line in reversed(log.read_text(encoding="utf-8").splitlines() if log.is_file() else []):
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # a line that a process did not live to end
        if entry["version"] == version and entry["before"]:
            return str(entry["before"])
    return None


def within(place: Path) -> Path:
    """The version that a path names: a folder of versions stands for its current one, all else for itself."""
    return current(place) if (place / "current").is_dir() else place


def servable(out: Path) -> Path:
    """The directory of the current version; where that is damaged, of the last one before it that is whole.

    Raises DatasetError when nothing is built, or no version is whole.
    """
    now = current(out)
    name: str | None = now.name
    seen: set[str] = set()
    while name is not None and name not in seen:
        if not damaged(now.parent / name):
            return now.parent / name
        seen.add(name)
        name = _before(out, name)
    raise DatasetError(f"{damaged(now)[0]} is damaged, and no version before it is whole", path=now, remedy=_REMEDY)


def current(out: Path) -> Path:
    """The directory of the current version. Raises DatasetError when nothing is built."""
    link = out / "current"
    if not link.is_dir():
        raise DatasetError("nothing is built here", path=out, remedy="run `cdsgraph build` first")
    return link.resolve()


def names(out: Path) -> list[str]:
    """The versions on disk, by name; what a build left half written is none."""
    return sorted(path.parent.name for path in (out / "versions").glob(f"*/{MANIFEST}") if path.parent.suffix != ".tmp")


def manifest(version: Path) -> dict[str, Any]:
    """What the manifest of a version tells. Raises DatasetError when it is missing or no JSON."""
    path = version / MANIFEST
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError("the manifest cannot be read", path=path, remedy=_REMEDY) from error
    if not isinstance(loaded, dict):
        raise DatasetError("the manifest is no JSON object", path=path, remedy=_REMEDY)
    return loaded


def damaged(version: Path) -> list[str]:
    """Files of a version that are missing or differ from the manifest's SHA-256; the manifest where it tells none."""
    try:
        sums = manifest(version).get("sha256")
    except DatasetError:
        sums = None
    if not isinstance(sums, dict) or DATASET not in sums:
        return [MANIFEST]
    return [name for name, expected in sums.items() if _digest(version / name) != expected]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            digest = sha256()
            while chunk := file.read(1 << 20):
                digest.update(chunk)
            return digest.hexdigest()
    except OSError:
        return None


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
