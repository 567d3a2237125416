"""A build or a publication that is killed at any step: what is served stays, and the next one is as if it never was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cdsgraph.graph import versions
from tests.faults.conftest import Commands, Place, Prober, probed, serving

BUILD_STEPS: dict[str, dict[str, Any]] = {
    "load": {"function": "cdsgraph.reading.given.load"},
    "checks of the evidence": {"function": "cdsgraph.checking.evidence.check"},
    "first file": {"function": "os.fsync", "argument": "dataset.nq"},
    "manifest": {"function": "os.fsync", "argument": ".tmp/manifest.json"},
    "before the version has its name": {"function": "os.fsync", "argument": ".tmp"},
    "after the version has its name": {"function": "os.fsync", "argument": "/versions"},
    "canary queries": {"function": "cdsgraph.checking.publication.objections"},
    "log": {"function": "os.fsync", "argument": "published.jsonl"},
}
SWITCH_STEPS: dict[str, dict[str, Any]] = {
    "before the link": {"function": "os.symlink"},
    "after the link": {"function": "os.symlink", "after": True},
    "after the switch": {"function": "os.rename", "argument": "/current", "after": True},
}
COMPOSING_STEPS: dict[str, dict[str, Any]] = {
    "half changed": {"function": "cdsgraph.composition.changing.derived", "after": True},
    "its version written": {"function": "cdsgraph.composition.kept.finish"},
}


@pytest.fixture(scope="module")
def asked(first: Place, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Prober]]:
    """A folder of versions that is served and asked all the while builds die."""
    place = Place(tmp_path_factory.mktemp("asked"), commands)
    place.new_words()
    assert place.build().status == 0
    with serving("--out", place.out) as service, probed(service) as prober:
        yield place, prober


@pytest.mark.parametrize("step", [*BUILD_STEPS, *SWITCH_STEPS])
def test_a_build_killed_at(step: str, asked: tuple[Place, Prober]) -> None:
    place, prober = asked
    place.new_words()
    before = place.current
    assert place.build(fault=(BUILD_STEPS | SWITCH_STEPS)[step]).status == -9
    assert (place.current == before) is (step != "after the switch")
    assert versions.damaged(versions.current(place.out)) == []
    done = place.build()
    assert done.status == 0, done.said
    assert place.left_over() == []
    assert prober.failed == []
    assert prober.answered


@pytest.mark.parametrize("step", SWITCH_STEPS)
def test_a_publication_killed_at(step: str, asked: tuple[Place, Prober]) -> None:
    place, prober = asked
    now = place.current
    other = next(name for name in versions.names(place.out) if name != now)
    assert place.commands.run("publish", other, "--out", place.out, fault=SWITCH_STEPS[step]).status == -9
    assert place.current == (other if step == "after the switch" else now)
    assert place.commands.run("publish", other, "--out", place.out).status == 0
    assert prober.service.until(version=other)["status"] == "ok"
    assert place.commands.run("rollback", "--out", place.out).status == 0
    assert prober.service.until(version=now)["status"] == "ok"
    assert prober.failed == []


def test_a_composition_killed_at_any_step_is_none(place: Place, tmp_path: Path) -> None:
    settings = {"cdsgraph.composition.keeping.LEAST_QUADS": 0}
    assert place.build(settings=settings).status == 0
    for step in COMPOSING_STEPS.values():
        place.new_words()
        assert place.build(settings=settings, fault=step).status == -9
        place.new_words()
        assert place.build(settings=settings).status == 0
        assert place.left_over() == []
    anew = ("build", "--out", tmp_path / "anew", "--documents", place.documents)
    assert place.commands.run(*anew).status == 0
    assert versions.current(tmp_path / "anew").name == place.current


def test_a_build_without_room_gives_it_back(asked: tuple[Place, Prober]) -> None:
    place, prober = asked
    place.new_words()
    before, held = place.current, size_of(place.out)
    failed = place.build(largest_file=200_000)
    assert failed.status == 2
    assert "the version could not be written: File too large" in failed.said
    assert "remedy: make room or name another --out" in failed.said
    assert (place.current, size_of(place.out), place.left_over()) == (before, held, [])
    assert prober.failed == []


def size_of(folder: Path) -> int:
    """Bytes of the versions; what was read is kept in the cache for the next build."""
    return sum(path.stat().st_size for path in (folder / "versions").rglob("*") if path.is_file())


@pytest.mark.parametrize("others", [1, 4])
def test_of_builds_at_once_one_runs_and_the_others_leave_at_once(place: Place, others: int) -> None:
    stop = {"function": "cdsgraph.register.load", "send": "SIGSTOP"}
    arguments = ("build", "--out", place.out, "--documents", place.documents)
    running = place.commands.start(*arguments, fault=stop)
    place.commands.wait_until_stopped(running)
    try:
        for ended in [place.commands.wait(each) for each in [place.commands.start(*arguments) for _ in range(others)]]:
            assert ended.status == 3
            assert "another build is running" in ended.said
    finally:
        place.commands.go_on(running)
    assert place.commands.wait(running).status == 0
