"""What all tests share: the project's files, and the folder of reference material that lies outside the project."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdsgraph.build import build
from cdsgraph.files import Files, locate
from tests.service import ROOT, serving

# The tests make many objects and next to no cycles, as the commands do: seeking cycles often is time spent on nothing.
gc.set_threshold(50_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the tests by files, those of longest.txt begin first: none is left to one process alone."""
    if hasattr(config, "workerinput"):
        longest = (ROOT / "tests" / "longest.txt").read_text(encoding="utf-8").splitlines()
        places = {name: place for place, name in enumerate(longest)}
        items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.fixture(scope="session")
def files() -> Files:
    """The checkout's own files."""
    return locate(ROOT)


def reference_folder() -> Path:
    """Where the reference material would be: CDSGRAPH_REFERENCE, else ../shared."""
    return Path(os.environ.get("CDSGRAPH_REFERENCE") or ROOT.parent / "shared")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Annotated documents and suites that are no part of the project.

    Tests that measure with them are skipped where they are absent, except where CI says that they must be there.
    """
    folder = reference_folder()
    if not folder.is_dir():
        missing = f"the reference material is not at {folder}; set CDSGRAPH_REFERENCE to measure with it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return folder


@pytest.fixture(scope="session")
def built(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own documents, built once for all tests that only read the version."""
    return build(files, tmp_path_factory.mktemp("built")).version


@pytest.fixture(scope="session")
def service(built: Path) -> Iterator[str]:
    """The address of a real service over the project's own documents."""
    with serving(built, "--workers", "1") as address:
        yield address
