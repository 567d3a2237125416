"""A new version takes over while the server runs: no pause, nothing half, and back again."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.served import Publication
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

NAMES = "SELECT ?name WHERE { ?s ?p ?name }"


def version_saying(out: Path, name: str) -> str:
    """Write a version of one triple; its name."""
    quad = f'<{BASE}id/org/a> <{BASE}ns#name> "{name}" <{BASE}graph/register> .\n'
    facts = {"base": BASE, "counts": {"quads": 1, "documents": 0}}
    return versions.write(out, {"dataset.nq": quad.encode()}, facts).name


@pytest.fixture
def out(tmp_path: Path) -> Path:
    versions.switch(tmp_path, version_saying(tmp_path, "old"))
    return tmp_path


def following(out: Path) -> Settings:
    return Settings(dataset=versions.current(out), follow=out, workers=1)


def name_served(client: httpx.Client) -> str:
    found = client.get("/sparql", params={"query": NAMES}, headers={"Accept": "text/csv"})
    assert found.status_code == httpx.codes.OK
    return found.text.split()[1]


def until(client: httpx.Client, condition: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """What /health tells once the condition holds; every answer on the way is whole."""
    for _ in range(3000):
        assert name_served(client) in ("old", "new")
        health: dict[str, object] = client.get("/health").json()
        if condition(health):
            return health
    raise AssertionError(f"it never came true: {health}")


def test_a_published_version_takes_over_and_a_rollback_too(out: Path) -> None:
    old, new = versions.current(out).name, version_saying(out, "new")
    with serving(following(out)) as client:
        tag = client.get("/sparql", params={"query": NAMES}).headers["ETag"]
        assert name_served(client) == "old"
        versions.switch(out, new)
        until(client, lambda health: health["version"] == new)
        assert name_served(client) == "new"
        fresh = client.get("/sparql", params={"query": NAMES}, headers={"If-None-Match": tag})
        assert fresh.status_code == httpx.codes.OK, "the answer of another version is another answer"
        versions.switch(out, versions.previous(out))
        assert until(client, lambda health: health["version"] == old)["status"] == "ok"


def test_a_request_keeps_the_version_it_began_with(out: Path) -> None:
    new = version_saying(out, "new")

    async def scenario() -> None:
        publication = Publication(following(out))
        await publication.start()
        try:
            with publication.now.in_use() as began_with:
                versions.switch(out, new)
                async with asyncio.timeout(20):
                    while publication.now is began_with:
                        await asyncio.sleep(0.01)
                assert (await began_with.engine.select(NAMES))[0]["name"]["value"] == "old"
                assert (await publication.now.engine.select(NAMES))[0]["name"]["value"] == "new"
            async with asyncio.timeout(20):
                while any(str(began_with.settings.rdf_file) in " ".join(p.cmdline()) for p in workers()):
                    await asyncio.sleep(0.01)
        finally:
            await publication.stop()

    asyncio.run(scenario())


def workers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("damage", ["flipped", "unreadable"])
def test_a_damaged_version_is_passed_over_and_said(out: Path, damage: str) -> None:
    new = version_saying(out, "new")
    with serving(following(out)) as client:
        file = out / "versions" / new / "dataset.nq"
        if damage == "flipped":
            file.write_bytes(file.read_bytes().replace(b"new", b"nex"))
        else:
            file.unlink()
        # As a copy of the folder by other means would do it: no check stands in between.
        (out / "fresh").symlink_to(Path("versions") / new)
        (out / "fresh").rename(out / "current")
        health = until(client, lambda health: health["status"] == "degraded")
        assert health["refused"] == {"version": new, "why": "dataset.nq differs from the manifest"}
        assert name_served(client) == "old"
        (out / "fresh").symlink_to(Path("versions") / str(health["version"]))
        (out / "fresh").rename(out / "current")
        until(client, lambda health: health["status"] == "ok")
