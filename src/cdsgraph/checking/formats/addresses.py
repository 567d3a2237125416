"""Files as pipelines name them: relative to the root of the checkout, as URIs."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote


@lru_cache(maxsize=4)
def _root_of(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def root() -> Path:
    """The root of the checkout that the command runs in, else the folder it runs in."""
    return _root_of(Path.cwd())


def within(path: str) -> str | None:
    """A file named from the current folder as seen from the root of the checkout; None where it lies outside."""
    if not path.startswith(os.sep) and not Path(path).exists() and (root() / path).exists():
        return Path(path).as_posix()
    full = Path(os.path.normpath(Path.cwd() / path))
    return full.relative_to(root()).as_posix() if full.is_relative_to(root()) else None


def uri(path: str) -> str:
    """A path as a URI: relative where it is, else file:."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())
