"""A store on disk answers as one in memory does, and is never served damaged."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pyoxigraph import DefaultGraph

from cdsgraph.errors import DatasetError, RdfError
from cdsgraph.graph import diskstore
from cdsgraph.graph.dataset import load_store
from cdsgraph.serving.settings import Settings
from tests.service import ROOT
from tests.serving.conftest import serving

ALL = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o"


def test_it_holds_what_a_store_in_memory_holds(dataset: Path, tmp_path: Path) -> None:
    store, memory = diskstore.opened(diskstore.prepared(dataset, "v1", tmp_path)), load_store(dataset)
    assert set(store) == set(memory)
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 5


def test_it_is_made_once(dataset: Path, tmp_path: Path) -> None:
    place = diskstore.prepared(dataset, "v1", tmp_path)
    before = {path: path.stat().st_mtime_ns for path in place.iterdir()}
    assert diskstore.prepared(dataset, "v1", tmp_path) == place
    assert {path: path.stat().st_mtime_ns for path in place.iterdir()} == before


@pytest.mark.parametrize("damage", ["flipped", "gone", "no sums", "half a list of sums"])
def test_a_damaged_store_is_made_again(dataset: Path, tmp_path: Path, damage: str) -> None:
    place, sums = diskstore.prepared(dataset, "v1", tmp_path), tmp_path / "v1.json"
    largest = max(place.glob("*.sst"), key=lambda path: path.stat().st_size)
    if damage == "flipped":
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 1
        largest.write_bytes(content)
    elif damage == "gone":
        largest.unlink()
    elif damage == "no sums":
        sums.unlink()
    else:
        sums.write_bytes(sums.read_bytes()[:40])
    assert set(diskstore.opened(diskstore.prepared(dataset, "v1", tmp_path))) == set(load_store(dataset))


def test_the_last_three_are_kept(dataset: Path, tmp_path: Path) -> None:
    for number in range(5):
        diskstore.prepared(dataset, f"v{number}", tmp_path)
        os.utime(tmp_path / f"v{number}.json", (number, number))
    diskstore.prepared(dataset, "v4", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"v{n}{end}" for n in (2, 3, 4) for end in ("", ".json")
    ]


def test_a_file_that_is_not_rdf_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = tmp_path / "bad.nq"
    bad.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> nonsense\n", encoding="utf-8")
    with pytest.raises(RdfError) as told:
        diskstore.prepared(bad, "v1", tmp_path / "stores")
    assert told.value.line == 2
    assert list((tmp_path / "stores").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing_behind(dataset: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cdsgraph.graph import diskstore\n"
        "from cdsgraph.errors import DatasetError\n"
        "try: diskstore.prepared(Path(sys.argv[1]), 'v1', Path(sys.argv[2]))\n"
        "except DatasetError as error: print(error); sys.exit(7)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(dataset), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 7, ended.stderr
    assert "cannot be written" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_server_over_the_disk_gives_the_same_answers(dataset: Path, tmp_path: Path, client: httpx.Client) -> None:
    asked = {"params": {"query": ALL}, "headers": {"Accept": "text/csv"}}
    with serving(Settings(dataset=dataset, data_memory=0, stores=tmp_path / "stores")) as on_disk:
        assert on_disk.get("/sparql", **asked).text == client.get("/sparql", **asked).text  # type: ignore[arg-type]
    assert len(list((tmp_path / "stores").glob("*.json"))) == 1


def test_a_folder_that_cannot_be_written_is_told(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="cannot be written"):
        diskstore.prepared(dataset, "v1", tmp_path / "file")
