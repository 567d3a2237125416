"""What a git repository held at a commit, taken out into a folder; nothing in the repository is touched."""

import os
import subprocess
import tarfile
from pathlib import Path

from cdsgraph.errors import HistoryError

# Set where git runs us from a hook, and then about another folder than ours.
_OF_A_HOOK = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"))


def checkout(folder: Path) -> Path:
    """The top folder of the checkout that a folder lies in.

    Raises HistoryError where there is none, or no git to ask.
    """
    code, told, wrong = _git(folder, "rev-parse", "--show-toplevel")
    if code:
        raise HistoryError(
            f"this is no git checkout, so nothing tells what changed: {wrong}",
            path=folder,
            remedy="clone the repository, or name a version that `cdsgraph versions` lists",
        )
    return Path(told.decode().strip())


def commit(top: Path, ref: str) -> str:
    """The full name of the commit that a branch, tag or other revision stands for, as `git rev-parse` reads it.

    Raises HistoryError with what to fetch where the checkout lacks it.
    """
    code, told, _ = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if code == 0:
        return told.decode().strip()
    _, shallow, _ = _git(top, "rev-parse", "--is-shallow-repository")
    if shallow.strip() == b"true":
        raise HistoryError(
            f"the checkout is shallow and lacks {ref!r}",
            path=top,
            remedy="run `git fetch --unshallow origin`; for actions/checkout set fetch-depth: 0",
        )
    raise HistoryError(
        f"{ref!r} is neither a built version nor a commit here",
        path=top,
        remedy=f"see `cdsgraph versions` and `git branch --all`; a branch of the server is origin/{ref}, "
        "after `git fetch origin`",
    )


def changed(top: Path, commit: str) -> tuple[Path, ...]:
    """The files that differ from those of the commit or are new, without what git ignores; gone ones are left out."""
    _, differing, _ = _git(top, "diff", "-z", "--name-only", "--no-renames", commit, "--")
    _, unknown, _ = _git(top, "ls-files", "-z", "--others", "--exclude-standard")
    names = {name.decode() for name in (differing + unknown).split(b"\0") if name}
    return tuple(path for name in sorted(names) if (path := top / name).is_file())


def take_out(top: Path, commit: str, names: list[str], place: Path) -> None:
    """Write the files and folders of these names (relative to the top), as the commit has them, below `place`.

    Names that the commit lacks are passed over. Raises HistoryError where git cannot give them.
    """
    _, listed, _ = _git(top, "ls-tree", "-z", "--name-only", commit, "--", *names)
    there = [name.decode() for name in listed.split(b"\0") if name]
    if not there:
        return
    place.mkdir(parents=True, exist_ok=True)
    packed = place / ".tar"
    code, _, wrong = _git(top, "archive", "--format=tar", f"--output={packed.resolve()}", commit, "--", *there)
    try:
        if code:
            raise OSError(wrong)
        with tarfile.open(packed) as archive:
            archive.extractall(place, filter="data")
        packed.unlink()
    except (tarfile.TarError, OSError) as error:
        raise HistoryError(
            f"the files of {commit[:12]} cannot be taken out: {error}",
            path=top,
            remedy="make room in the temporary folder, or fetch the commit again",
        ) from error


def _git(folder: Path, *arguments: str) -> tuple[int, bytes, str]:
    """Exit code, output and complaint of git."""
    try:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, capture_output=True, check=False, env=_environment())  # noqa: S603
    except OSError as error:
        raise HistoryError(
            f"git cannot be run: {error.strerror}",
            remedy="install git, or name a version that `cdsgraph versions` lists",
        ) from error
    return done.returncode, done.stdout, done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
