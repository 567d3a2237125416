"""The project's own dataset, served."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[httpx.Client]:
    with serving(Settings(dataset=built, workers=2)) as client:
        yield client
