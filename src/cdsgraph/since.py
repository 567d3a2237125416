"""The two states that `--changed-since` compares: a version built before, or what a commit held, and what is now."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cdsgraph import history
from cdsgraph.build import build
from cdsgraph.checking.changed import Side
from cdsgraph.contributions.cache import FOLDER
from cdsgraph.errors import CdsgraphError, DatasetError, DocumentError
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.progress import Progress, untold
from cdsgraph.vocab import DEFAULT_BASE

_BUILT_FROM = ("data", "ontology", "queries")


@dataclass(slots=True)
class States:
    """The two states. `failed` are documents of now that could not be read, `not_built` why the state before is not
    known, `changed` the files that differ between a revision and now."""

    old: Side
    new: Side
    failed: tuple[DocumentError, ...] = ()
    not_built: CdsgraphError | None = None
    changed: tuple[Path, ...] = ()


@contextmanager
def states(
    since: str,
    files: Files,
    out: Path,
    *,
    dataset: Path | None = None,
    shapes: Path | None = None,
    progress: Progress = untold,
) -> Iterator[States]:
    """The state at `since`, a version below `out` or else a revision in git, and now: `dataset`, else what is current
    below `out` (against a version) or what the project's files give (against a revision).

    What has to be built for it is kept as long as the context. Of a version the shapes are not known, and taken to be
    those of now. Raises DatasetError, HistoryError, or the error of a build of what is now.
    """
    folder = shapes or files.shapes
    now = versions.within(dataset) if dataset else None
    if since in versions.names(out):
        old = out / "versions" / since
        if wrong := versions.damaged(old):
            raise DatasetError(f"{wrong[0]} is damaged", path=old, remedy="build it again with `cdsgraph build`")
        yield States(Side(old, folder), Side(now or versions.current(out), folder))
        return
    top = history.checkout(files.root)
    commit = history.commit(top, since)
    with tempfile.TemporaryDirectory() as place:
        kept = (out if out.is_dir() else Path(place)) / FOLDER  # a check leaves no folder behind that was not there
        found = _Builds(files, Path(place), progress, kept).states(top, commit, now, folder)
        found.changed = history.changed(top, commit)
        yield found


@dataclass(frozen=True, slots=True)
class _Builds:
    files: Files
    place: Path
    progress: Progress
    cached: Path

    def states(self, top: Path, commit: str, now: Path | None, folder: Path) -> States:
        before = self._taken_out(top, commit, folder)
        failed: tuple[DocumentError, ...] = ()
        if now is None:
            built = build(self.files, self.place / "new", cached=self.cached, progress=self._named("now"))
            now, failed = built.version, built.failed
        new = Side(now, folder)
        shapes = self._before(top, folder) or folder
        if now.is_relative_to(self.place) and _same(before, self.files):
            return States(Side(now, shapes), new, failed)
        base = str(versions.manifest(now).get("base") or DEFAULT_BASE)
        try:
            old = build(before, self.place / "old", base=base, cached=self.cached, progress=self._named(commit[:12]))
        except CdsgraphError as error:
            return States(Side(None, shapes), new, failed, error)
        return States(Side(old.version, shapes), new, failed)

    def _named(self, state: str) -> Progress:
        return lambda what, done=0, total=0: self.progress(f"{state}: {what}", done, total)

    def _taken_out(self, top: Path, commit: str, folder: Path) -> Files:
        """The project's files as the commit has them."""
        self.progress(f"files of {commit[:12]}")
        root = self.files.root.resolve().relative_to(top.resolve())
        names = [str(root / name) for name in _BUILT_FROM]
        if folder.resolve().is_relative_to(top.resolve()):
            names.append(str(folder.resolve().relative_to(top.resolve())))
        taken = self.place / "files"
        taken.mkdir()
        history.take_out(top, commit, names, taken)
        return Files(taken / root)

    def _before(self, top: Path, folder: Path) -> Path | None:
        """Where the shapes of the commit are; None where they lie outside the checkout."""
        if not folder.resolve().is_relative_to(top.resolve()):
            return None
        return self.place / "files" / folder.resolve().relative_to(top.resolve())


def _same(one: Files, other: Files) -> bool:
    """Whether two roots hold the same files to build from."""
    return all(_contents(one.root / name) == _contents(other.root / name) for name in _BUILT_FROM)


def _contents(folder: Path) -> dict[Path, bytes]:
    return {each.relative_to(folder): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
