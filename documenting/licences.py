"""`docs/licences.md`: what is shipped or needed that others wrote, and under which licence."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_VENDOR: Final = Path("src/cdsgraph/serving/pages/static/vendor")
_CLASSIFIER: Final = re.compile(r"License :: (?:OSI Approved :: )?(.+)$", re.MULTILINE)
# How packages that state no SPDX expression write theirs.
_SPDX: Final = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "the bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "w3c license": "W3C-20150513",
    "w3c software notice and license": "W3C-20150513",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
}
_HEAD: Final = """# Licences of others' work

<!-- Made by `python -m documenting`; do not edit. -->

The wheel holds our own files ([LICENSE](../LICENSE), [LICENSE-DATA](../LICENSE-DATA)), the source texts
([NOTICE](../data/documents/NOTICE.md)) and the packages of the first table, whose licence texts lie beside them. The
packages of the second table are not in the wheel; `pip` fetches them.
"""


def page(root: Path) -> str:
    """The page for the checkout at `root`, from its lock files and the packages that are installed.

    Raises PackageNotFoundError where one that cdsgraph needs is not installed.
    """
    shipped = [f"| {name} | {version} | {licence} | {use} |" for name, version, licence, use in vendored(root)]
    needed = [
        f"| {name} | {licence} | {'by cdsgraph' if direct else 'by one of them'} |"
        for name, licence, direct in required(root)
    ]
    return "\n".join(
        [
            _HEAD,
            "## In the wheel",
            "",
            f"Bundled by `assets/build.js` into `{_VENDOR}`.",
            "",
            "| package | version | licence | what of it |",
            "| --- | --- | --- | --- |",
            *shipped,
            "",
            "## Needed",
            "",
            "| package | licence | needed |",
            "| --- | --- | --- |",
            *needed,
            "",
        ]
    )


def vendored(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Name, version, licence and use of each npm package whose licence lies beside the bundles, by name."""
    lock = json.loads((root / "assets" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    texts = {path.stem for path in (root / _VENDOR / "licences").glob("*.txt")}
    for place, package in sorted(lock.items()):
        name = place.rpartition("node_modules/")[2]
        if name.replace("@", "").replace("/", "-") in texts:
            yield name, package["version"], package["license"], "fonts" if name.startswith("@fontsource") else "script"


def required(root: Path) -> list[tuple[str, str, bool]]:
    """Name, licence and whether cdsgraph itself names it, of each package that an installation needs here, by name."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = list(_applying(project["dependencies"], frozenset()))
    direct = {canonicalize_name(name) for name, _ in waiting}
    found: dict[str, Distribution] = {}
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        package = found[canonicalize_name(name)] = distribution(name)
        for each in _applying(package.requires or [], extras):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return [(name, licence(found[name]), name in direct) for name in sorted(found)]


def _applying(requirements: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in requirements:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield requirement.name, frozenset(requirement.extras)


def licence(package: Distribution) -> str:
    """The SPDX expression of a package, from what its metadata tell; as they tell it where that is no known name.

    Raises PackageNotFoundError, naming the package, where they tell of no licence.
    """
    told = package.metadata.json
    stated = str(told.get("license_expression", ""))
    if not stated:
        classified = [m[1] for text in told.get("classifier", []) if (m := _CLASSIFIER.match(text))]
        named = str(told.get("license", "")).strip()
        # A licence given whole, as some do, is told by the classifier.
        stated = named if named and len(named) < 60 and "\n" not in named else " OR ".join(classified)
    if not stated:
        raise PackageNotFoundError(f"{package.name} states no licence")
    return _SPDX.get(stated.casefold(), stated)
