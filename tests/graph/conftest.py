"""Versions that several tests of the graph read."""

from pathlib import Path

import pytest

from cdsgraph.build import build
from cdsgraph.files import Files


@pytest.fixture(scope="session")
def built_of_ledger(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts of which later ones tell what earlier ones asked for."""
    documents = Path(__file__).parent / "cases" / "ledger"
    return build(files, tmp_path_factory.mktemp("ledger"), documents=documents).version
