"""The project's own dataset, served; and one with an earlier version beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

FIGURE = f"{BASE}id/figure/000-3fc9f001-1"
ONLY_BEFORE = f"{BASE}id/citation/000-gone-1"


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[httpx.Client]:
    with serving(Settings(dataset=built, workers=2)) as client:
        yield client


@pytest.fixture(scope="session")
def two_versions(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built version, and before it one with another figure, a citation more and a task less."""
    out = tmp_path_factory.mktemp("two") / "out"
    now = (built / versions.DATASET).read_text(encoding="utf-8")
    before = re.sub(rf'(<{FIGURE}> <[^>]+#(?:printed|value)> ")39([,.])51', r"\g<1>38\g<2>51", now)
    assert before != now
    citation = re.search(rf"<({BASE}id/citation/[^>]+)> <[^>]+#type> <{BASE}ns#Citation>", now)
    task = re.search(rf"<({BASE}id/task/[^>]+)> <[^>]+#type> <{BASE}ns#Task>", now)
    assert citation
    assert task
    lines = [line for line in before.splitlines(keepends=True) if not line.startswith(f"<{task[1]}>")]
    lines += [line.replace(citation[1], ONLY_BEFORE, 1) for line in lines if line.startswith(f"<{citation[1]}>")]
    told = {key: versions.manifest(built)[key] for key in ("base", "counts")}
    texts = {f"documents/{path.name}": path.read_bytes() for path in (built / "documents").iterdir()}
    for content in ("".join(sorted(lines)), now):
        name = versions.write(out, {versions.DATASET: content.encode(), **texts}, told).name
        versions.switch(out, name)
    return out


@pytest.fixture(scope="session")
def grown(two_versions: Path) -> Iterator[httpx.Client]:
    """The later of two versions, served."""
    with serving(Settings(dataset=versions.current(two_versions), workers=1, url="https://example.vn")) as client:
        yield client
