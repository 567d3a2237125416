"""Downloads: every version on disk, whole or in part, with checksums that hold."""

import gzip
import hashlib
import shutil
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving

FILES = ("dataset.nq", "dataset.nq.gz", "dataset.trig.gz")


def listed(client: httpx.Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/dumps/", headers={"Accept": "application/json"}).json()["versions"]
    return found


def test_every_version_is_there_and_its_files_are_what_their_checksums_say(
    grown: httpx.Client, two_versions: Path
) -> None:
    found = listed(grown)
    names = [str(version["version"]) for version in found]
    assert names[0] == versions.current(two_versions).name
    assert sorted(names) == versions.names(two_versions)
    for name in names:
        for file in FILES:
            content = grown.get(f"/dumps/{name}/{file}").content
            told = grown.get(f"/dumps/{name}/{file}.sha256").text
            assert told == f"{hashlib.sha256(content).hexdigest()}  {file}\n"
        quads = (two_versions / "versions" / name / "dataset.nq").read_bytes()
        assert gzip.decompress(grown.get(f"/dumps/{name}/dataset.nq.gz").content) == quads
        trig = gzip.decompress(grown.get(f"/dumps/{name}/dataset.trig.gz").content)
        assert set(ox.parse(trig, format=ox.RdfFormat.TRIG)) == set(ox.parse(quads, format=ox.RdfFormat.N_QUADS))


def test_the_list_tells_size_and_checksum_of_each_file(grown: httpx.Client) -> None:
    for version in listed(grown):
        files = version["files"]
        assert isinstance(files, list)
        assert [file["name"] for file in files] == list(FILES)
        for file in files:
            content = grown.get(file["href"]).content
            assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_packed_files_have_the_same_bytes_wherever_they_are_made(two_versions: Path, tmp_path: Path) -> None:
    out = shutil.copytree(two_versions, tmp_path / "out", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    settings = [Settings(dataset=versions.current(folder), workers=1) for folder in (two_versions, out)]
    sums = []
    for each in settings:
        with serving(each) as client:
            sums.append([client.get(f"/dumps/{file}.sha256").text for file in FILES])
    assert sums[0] == sums[1]
    assert not (versions.current(out) / "dumps").exists(), "a version is never written to"
    assert versions.damaged(versions.current(out)) == []


@pytest.mark.parametrize("file", FILES)
def test_a_part_can_be_asked_for(grown: httpx.Client, file: str) -> None:
    whole = grown.get(f"/dumps/{file}")
    size, tag = len(whole.content), whole.headers["etag"]
    part = grown.get(f"/dumps/{file}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    rest = grown.get(f"/dumps/{file}", headers={"Range": f"bytes={size - 5}-", "If-Range": tag})
    assert rest.content == whole.content[-5:]
    other = grown.get(f"/dumps/{file}", headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (other.status_code, len(other.content)) == (200, size)
    beyond = grown.get(f"/dumps/{file}", headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert beyond.headers["content-type"] == "application/problem+json"
    for malformed in ("bytes=9-1", "lines=1-2", "bytes=a-b", "bytes=" + ",".join(["1-2"] * 50)):
        assert grown.get(f"/dumps/{file}", headers={"Range": malformed}).status_code == 200
    again = grown.get(f"/dumps/{file}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = grown.head(f"/dumps/{file}")
    assert (head.headers["content-length"], head.headers["etag"], head.content) == (str(size), tag, b"")


@pytest.mark.parametrize(
    "path", ["/dumps/none", "/dumps/none/dataset.nq", "/dumps/..%2F..%2Fpublished.jsonl", "/dumps/{v}/manifest.json",
             "/dumps/{v}/documents/x.txt", "/dumps/dataset.ttl", "/dumps/%2E%2E/dataset.nq"],
)  # fmt: skip
def test_nothing_else_is_given_away(grown: httpx.Client, two_versions: Path, path: str) -> None:
    answer = grown.get(path.replace("{v}", versions.current(two_versions).name))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_version_that_never_became_current_is_not_given_away(two_versions: Path, tmp_path: Path) -> None:
    out = shutil.copytree(two_versions, tmp_path / "out", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    now = versions.current(out)
    told = {key: versions.manifest(now)[key] for key in ("base", "counts")}
    quads = (now / versions.DATASET).read_bytes().splitlines(keepends=True)[:-1]
    refused = versions.write(out, {versions.DATASET: b"".join(quads)}, told).name
    with serving(Settings(dataset=now, workers=1)) as client:
        assert [each["version"] for each in listed(client)] == [now.name, versions.previous(out)]
        assert refused not in client.get("/catalog", headers={"Accept": "text/turtle"}).text
        assert client.get(f"/dumps/{refused}/dataset.nq").status_code == 404
        assert client.get(f"/changes?since={refused}").status_code == 404
    with serving(Settings(dataset=out / "versions" / refused, workers=1)) as client:
        assert refused in [each["version"] for each in listed(client)]
        assert client.get("/dumps/dataset.nq").status_code == 200


def test_a_damaged_version_is_not_passed_on(two_versions: Path, tmp_path: Path) -> None:
    out = shutil.copytree(two_versions, tmp_path / "out", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    old = versions.previous(out)
    path = out / "versions" / old / "dataset.nq"
    path.write_bytes(path.read_bytes().replace(b"38,51%", b"37,51%"))
    with serving(Settings(dataset=versions.current(out), workers=1)) as client:
        for file in ("dataset.nq", "dataset.nq.gz", "dataset.nq.sha256"):
            answer = client.get(f"/dumps/{old}/{file}")
            assert (answer.status_code, str(path) in answer.text) == (503, False)
        assert client.get("/changes").status_code == 503
        files = next(version["files"] for version in listed(client) if version["version"] == old)
        assert isinstance(files, list)
        assert files[1]["sha256"] is None
        assert client.get("/catalog").status_code == 200
        assert client.get("/dumps/dataset.nq.gz").status_code == 200


def test_without_room_for_packed_files_the_rest_is_served(two_versions: Path, tmp_path: Path) -> None:
    out = shutil.copytree(two_versions, tmp_path / "out", symlinks=True, ignore=shutil.ignore_patterns("dumps"))
    (out / "dumps").write_text("no folder", encoding="utf-8")
    with serving(Settings(dataset=versions.current(out), workers=1)) as client:
        for path in ("/dumps/dataset.nq.gz", "/changes"):
            answer = client.get(path)
            assert (answer.status_code, str(tmp_path) in answer.text) == (503, False)
        for path in ("/dumps/dataset.nq", "/dumps/", "/catalog", "/.well-known/void"):
            assert client.get(path).status_code == 200


def test_a_lone_file_has_itself_to_give(client: httpx.Client) -> None:
    [version] = listed(client)
    assert isinstance(version["files"], list)
    assert [file["name"] for file in version["files"]] == ["dataset.nq"]
    assert client.get(version["files"][0]["href"]).status_code == 404
    assert client.get("/dumps/dataset.nq").status_code == 200
    assert client.get("/dumps/dataset.nq.gz").status_code == 404
    assert client.get("/changes").status_code == 404
