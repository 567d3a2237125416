"""What pages need of a version is made before a visitor comes, and nothing of it outlives the service."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving
from tests.serving.web.conftest import FIGURE

MADE = ("survey", "changes", "report")


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    """Two versions, of which nothing has been made yet: a part of the built one and a larger part."""
    folder = tmp_path / "out"
    lines = (built / versions.DATASET).read_bytes().splitlines(keepends=True)
    told = {key: versions.manifest(built)[key] for key in ("base", "counts")}
    for size in (1_000, 1_100):
        name = versions.write(folder, {versions.DATASET: b"".join(lines[:size])}, told).name
        versions.switch(folder, name)
    return folder


def until(true: Callable[[], bool], why: str) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def prepared(client: httpx.Client, version: str) -> bool:
    told = client.get("/health").json()
    return bool(told["version"] == version and told["prepared"])


def made(out: Path) -> dict[str, int]:
    names = [path.name.partition("-")[0] for path in (out / "dumps").iterdir() if not path.name.startswith(".")]
    return {name: names.count(name) for name in set(names)}


def test_each_version_is_prepared_without_a_visitor(out: Path) -> None:
    now, before = versions.current(out).name, str(versions.previous(out))
    with serving(Settings(dataset=versions.current(out), follow=out, workers=1, url="https://e.vn"), warm=True) as site:
        assert site.get("/ready").status_code == 200
        until(lambda: prepared(site, now), "never prepared")
        assert "cdsgraph_prepared 1.0" in site.get("/metrics").text
        first = made(out)
        assert first == dict.fromkeys(MADE, 1)
        quality = site.get("/quality", headers={"Accept": "application/json"}).json()
        assert quality["validation"] is not None
        assert site.get("/search", params={"q": "39,51"}).status_code == 200
        assert made(out) == first, "a page found something that was not prepared"
        versions.switch(out, before)
        until(lambda: prepared(site, before), "the version before was not prepared")
        assert made(out)["survey"] == made(out)["report"] == 2


def test_nothing_is_made_ahead_where_that_is_not_wanted(out: Path) -> None:
    with serving(Settings(dataset=versions.current(out), workers=1)) as site:
        assert site.get("/").status_code == 200
        assert site.get("/health").json()["prepared"] is False
        assert made(out).keys() <= {"changes"}


def test_what_would_take_queries_their_memory_is_not_made_ahead_of_large_data(out: Path) -> None:
    now = versions.current(out)
    padded = (now / versions.DATASET).read_bytes() + 40_000 * (b"# " + 1_000 * b"-" + b"\n")
    told = {key: versions.manifest(now)[key] for key in ("base", "counts")}
    large = versions.write(out, {versions.DATASET: padded}, told)
    with serving(Settings(dataset=large, workers=1), warm=True) as site:
        until(lambda: bool(site.get("/health").json()["prepared"]), "never prepared")
        assert made(out) == {"survey": 1}


def test_a_service_that_stops_leaves_no_process_and_no_half_made_file(out: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    with serving(Settings(dataset=versions.current(out), workers=1), warm=True) as site:
        assert site.get("/ready").status_code == 200
        until(lambda: (out / "dumps").is_dir() and any((out / "dumps").iterdir()), "nothing was begun")
    assert not [path for path in (out / "dumps").iterdir() if path.name.startswith(".")]
    assert set(psutil.Process().children(recursive=True)) <= before


def test_what_a_server_is_making_stays_and_what_a_dead_one_left_goes(out: Path) -> None:
    made_now, left = (out / "dumps" / f".report-1.{process}.tmp" for process in (os.getppid(), 999999999))
    made_now.mkdir(parents=True)
    left.mkdir()
    with serving(Settings(dataset=versions.current(out), workers=1)) as site:
        assert site.get("/.well-known/void").status_code == 200
    assert made_now.is_dir()
    assert not left.exists()


def test_counts_are_those_that_a_query_finds(grown: httpx.Client) -> None:
    def asked(query: str) -> list[list[str]]:
        text = grown.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
        return [line.split(",") for line in text.splitlines()[1:]]

    void = "http://rdfs.org/ns/void#"
    told = {
        tuple(line.split(" ", 2)[1:])
        for line in grown.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text.splitlines()
    }
    [[triples, subjects, objects]] = asked(
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) { ?s ?p ?o }"
    )
    numbers = {"triples": triples, "distinctSubjects": subjects, "distinctObjects": objects}
    for name, number in numbers.items():
        assert any(p == f"<{void}{name}>" and o.startswith(f'"{number}"') for p, o in told), name
    described = grown.get("/.well-known/void", headers={"Accept": "text/turtle"}).text
    for name, number in asked("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"):
        assert number in described, name
    service = grown.get("/sparql", headers={"Accept": "application/n-triples"}).text
    for name, number in asked("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"):
        assert f"<{name}>" in service
        assert f'"{number}"' in service
    lists = grown.get("/id/", headers={"Accept": "text/csv;q=0, application/n-triples"}).text
    kind = f"{FIGURE.rsplit('/', 1)[0]}/"
    below = f"STRSTARTS(STR(?s), '{kind}') && !CONTAINS(STR(?s), '#')"
    [[figures]] = asked(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a ?c FILTER({below}) }}")
    assert f'<{kind}> <{void}entities> "{figures}"' in lists


def test_where_nothing_can_be_kept_the_counts_are_asked_for(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(Settings(dataset=dataset, workers=1)) as site:
        described = site.get("/.well-known/void", headers={"Accept": "text/turtle"})
        assert described.status_code == 200
        assert "void:triples 5" in described.text
        assert "/doc/id/org/bo-cong-an" in site.get("/sitemap/1.xml").text
