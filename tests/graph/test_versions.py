"""Versions on disk: whole or not there, named by their quads, switched by one rename."""

import fcntl
from pathlib import Path

import pytest

from cdsgraph.errors import BusyError, DatasetError
from cdsgraph.graph import versions

ONE = b"<urn:a> <urn:p> <urn:b> .\n"
TWO = b"<urn:a> <urn:p> <urn:c> .\n"


def written(out: Path, dataset: bytes) -> Path:
    return versions.write(out, {versions.DATASET: dataset, "facts.jsonl": b"{}\n"}, {"base": "https://example.org/"})


def test_a_version_is_named_by_the_hash_of_its_quads(tmp_path: Path) -> None:
    assert written(tmp_path, ONE) == written(tmp_path, ONE)
    assert written(tmp_path, ONE).name != written(tmp_path, TWO).name
    assert versions.names(tmp_path) == sorted(written(tmp_path, d).name for d in (ONE, TWO))


def test_switch_and_roll_back(tmp_path: Path) -> None:
    first, second = written(tmp_path, ONE), written(tmp_path, TWO)
    versions.switch(tmp_path, first.name)
    versions.switch(tmp_path, second.name)
    assert versions.current(tmp_path) == second.resolve()
    versions.switch(tmp_path, versions.previous(tmp_path))
    assert versions.current(tmp_path) == first.resolve()


def test_a_flipped_byte_keeps_a_version_from_being_published(tmp_path: Path) -> None:
    first, second = written(tmp_path, ONE), written(tmp_path, TWO)
    versions.switch(tmp_path, first.name)
    (second / "facts.jsonl").write_bytes(b"{]\n")
    with pytest.raises(DatasetError, match=r"facts\.jsonl differs from the manifest"):
        versions.switch(tmp_path, second.name)
    assert versions.current(tmp_path) == first.resolve()


def test_a_damaged_version_is_written_again(tmp_path: Path) -> None:
    version = written(tmp_path, ONE)
    (version / versions.DATASET).unlink()
    assert versions.damaged(written(tmp_path, ONE)) == []


@pytest.mark.parametrize("manifest", ["{", "[]", "{}"])
def test_a_version_with_a_broken_manifest_is_written_again(tmp_path: Path, manifest: str) -> None:
    version = written(tmp_path, ONE)
    (version / versions.MANIFEST).write_text(manifest)
    assert versions.damaged(version) == [versions.MANIFEST]
    assert versions.damaged(written(tmp_path, ONE)) == []


def test_the_version_before_a_damaged_one_is_served(tmp_path: Path) -> None:
    first, second = written(tmp_path, ONE), written(tmp_path, TWO)
    versions.switch(tmp_path, first.name)
    versions.switch(tmp_path, second.name)
    assert versions.servable(tmp_path) == second.resolve()
    (second / versions.DATASET).write_bytes(ONE)
    assert versions.servable(tmp_path) == first.resolve()
    (first / versions.DATASET).unlink()
    with pytest.raises(DatasetError, match="no version before it is whole"):
        versions.servable(tmp_path)


def test_a_torn_line_in_the_log_does_not_keep_one_from_rolling_back(tmp_path: Path) -> None:
    first, second = written(tmp_path, ONE), written(tmp_path, TWO)
    versions.switch(tmp_path, first.name)
    versions.switch(tmp_path, second.name)
    with (tmp_path / "published.jsonl").open("a") as log:
        log.write('{"version": "')
    assert versions.previous(tmp_path) == first.name


def test_nothing_half_written_is_left_when_the_disk_refuses(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("a file where the folder should be")
    with pytest.raises(DatasetError, match="could not be written"):
        written(tmp_path, ONE)
    assert [p.name for p in tmp_path.iterdir()] == ["versions"]


def test_what_a_killed_build_left_is_not_listed_and_is_overwritten(tmp_path: Path) -> None:
    leftover = (tmp_path / "versions" / versions.version_name(ONE)).with_suffix(".tmp")
    leftover.mkdir(parents=True)
    (leftover / versions.MANIFEST).write_text("{}")
    assert versions.names(tmp_path) == []
    assert written(tmp_path, ONE).is_dir()
    assert not leftover.exists()


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with (
        versions.only_builder(tmp_path),
        pytest.raises(BusyError, match="another build is running"),
        versions.only_builder(tmp_path),
    ):
        pass
    with versions.only_builder(tmp_path):
        pass


def test_a_lock_file_that_nobody_holds_is_free(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    with versions.only_builder(tmp_path):
        pass


def test_unknown_version_and_empty_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="run `cdsgraph build` first"):
        versions.current(tmp_path)
    with pytest.raises(DatasetError, match="name one of"):
        versions.switch(tmp_path, "0123456789abcdef")
    version = written(tmp_path, ONE)
    for name in ("", ".", f"../versions/{version.name}"):
        with pytest.raises(DatasetError, match="no version"):
            versions.switch(tmp_path, name)
