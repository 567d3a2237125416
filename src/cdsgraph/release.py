"""What this is a release of: the version of the package, and of the ontology that its files hold."""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from cdsgraph.files import Files

_VERSION_INFO: Final = re.compile(r'owl:versionInfo\s+"([^"]+)"')


def package() -> str:
    """The version of the installed package."""
    return version("cdsgraph")


def ontology(files: Files) -> str:
    """The version that the header of the ontology states, `0` where it states none or there is no ontology."""
    return _stated(files.ontology / "cds.ttl")


@cache
def _stated(path: Path) -> str:
    try:
        found = _VERSION_INFO.search(path.read_text(encoding="utf-8"))
    except OSError:
        return "0"
    return found[1] if found else "0"
