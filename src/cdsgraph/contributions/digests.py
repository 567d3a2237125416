"""Digests of files and code, by which what was made is told from what would be made now."""

import re
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from importlib import metadata as packages
from pathlib import Path
from typing import Final

from cdsgraph.files import Files

_PACKAGE: Final = Path(__file__).parent.parent
_CODE: Final = (
    "checking/evidence.py", "contributions/contribution.py", "contributions/maker.py", "graph", "periods.py",
    "reading", "register", "reviewing.py", "text.py", "vocab.py",
)  # fmt: skip
_COMPOSING: Final = (*_CODE, "build.py", "composing.py", "composition", "contributions", "queries.py")
_REQUIRED: Final = re.compile(r"[\w.-]+")


def rules_digest(files: Files) -> str:
    """Changes with every file of rules, register and schemes."""
    digest = sha256()
    for folder in (files.rules, files.register, files.schemes):
        _add(digest.update, folder, "*")
    return digest.hexdigest()


def composing_digest(files: Files) -> str:
    """Changes with all that contributions are composed by: register, schemes, ontology, rules of derivation, code."""
    digest = sha256(f"{rules_digest(files)}\n{_code(_COMPOSING)}".encode())
    for folder in (files.ontology, files.queries / "derive"):
        _add(digest.update, folder, "*")
    return digest.hexdigest()


def code_digest() -> str:
    """Changes with the code that reads and maps, and with the versions of the packages that it uses."""
    return _code(_CODE)


@lru_cache
def _code(names: Iterable[str]) -> str:
    digest = sha256(sys.version.encode())
    for name in names:
        _add(digest.update, _PACKAGE / name, "*.py")
    for required in packages.requires("cdsgraph") or ():
        found = _REQUIRED.match(required)
        if found and "extra ==" not in required:
            digest.update(f"{found[0]} {packages.version(found[0])}\n".encode())
    return digest.hexdigest()


def _add(update: Callable[[bytes], object], place: Path, names: str) -> None:
    paths = [place] if place.is_file() else sorted(each for each in place.rglob(names) if each.is_file())
    for path in paths:
        content = path.read_bytes()
        update(f"{path.relative_to(place.parent)}\n{len(content)}\n".encode() + content)
