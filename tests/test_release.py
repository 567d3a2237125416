"""The wheel and the sdist: the same bytes each time, everything in them, and a service out of the wheel alone."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cdsgraph import queries as saved_queries
from tests.service import ROOT, serving

pytestmark = pytest.mark.release

NOT_SHIPPED = re.compile(r"\.ci/|\.gitignore$")
FOLDERS = ("ontology", "shapes", "queries", "data")
# What a reader may meet in another wheel's place: none of it belongs in ours.
STRAY = re.compile(r"__pycache__|\.pyc$|\.tmp$|(^|/)(build|node_modules|\.venv)/")


def tracked() -> list[str]:
    """The files of the checkout that belong to the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name]


def copied(folder: Path) -> Path:
    """A copy of the checkout, its files made now."""
    for name in tracked():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def build(checkout: Path, out: Path, *, epoch: str) -> dict[str, Path]:
    """Wheel and sdist of a checkout, by ending."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        cwd=checkout, env=os.environ | {"SOURCE_DATE_EPOCH": epoch}, capture_output=True, check=True,
    )  # fmt: skip
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist of the checkout."""
    return build(copied(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("dist"), epoch="1767225600")


def test_two_builds_give_the_same_bytes(made: dict[str, Path], tmp_path: Path) -> None:
    """Another folder, other times of files, and the wheel once more from what the sdist holds."""
    elsewhere = copied(tmp_path / "elsewhere")
    for path in elsewhere.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = build(elsewhere, tmp_path / "again", epoch="1767225600")
    with tarfile.open(made[".gz"]) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = next(tmp_path.glob("cdsgraph-*"))
    from_sdist = build(unpacked, tmp_path / "from-sdist", epoch="1767225600")
    assert {suffix: path.read_bytes() == made[suffix].read_bytes() for suffix, path in again.items()} == {
        ".whl": True,
        ".gz": True,
    }
    assert from_sdist[".whl"].read_bytes() == made[".whl"].read_bytes()


def test_the_sdist_holds_what_the_checkout_holds(made: dict[str, Path]) -> None:
    with tarfile.open(made[".gz"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {name for name in tracked() if (ROOT / name).is_file() and not NOT_SHIPPED.match(name)}
    assert wanted - names == set()


def test_the_wheel_holds_all_that_the_package_reads_and_nothing_else(made: dict[str, Path]) -> None:
    with zipfile.ZipFile(made[".whl"]) as archive:
        names = set(archive.namelist())
        metadata = archive.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    wanted = {
        f"cdsgraph/_files/{name}" if name.split("/")[0] in FOLDERS else name.removeprefix("src/")
        for name in tracked()
        if name.startswith(("src/cdsgraph/", *(f"{folder}/" for folder in FOLDERS)))
    }
    assert wanted - names == set()
    assert {name for name in names - wanted if ".dist-info/" not in name} == set()
    assert [name for name in names if STRAY.search(name)] == []
    for licence in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license-files"]:
        assert any(name.endswith(f".dist-info/licenses/{licence}") for name in names), licence
        assert f"License-File: {licence}" in metadata


@pytest.fixture(scope="module")
def installed(made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that holds the wheel, and what it needs from the environment of the tests."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin" / "python"
    arguments = ["install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", str(made[".whl"])]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *arguments], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    # A path file that is found in a folder which another path file named is not read: no editable install comes along.
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def outside(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, run in a folder, with nothing in the environment that leads to the checkout."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CDSGRAPH_"))}
    return subprocess.run(
        [str(python.parent / "cdsgraph"), *arguments], cwd=folder, env=plain, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def started(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """`cdsgraph serve` in an empty folder, which builds first: the folder and the address."""
    folder = tmp_path_factory.mktemp("empty")
    with serving(None, "--workers", "1", python=installed, folder=folder) as address:
        yield folder, address


def test_the_installed_package_is_the_wheels_own(installed: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [str(installed), "-I", "-c", "import cdsgraph.files as f; print(f.__file__, f.locate().root)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert all(Path(each).is_relative_to(installed.parent.parent) for each in told)


def test_the_commands_work_outside_a_checkout(installed: Path, started: tuple[Path, str]) -> None:
    folder, _ = started
    assert (folder / "build" / "current" / "manifest.json").is_file(), "what is built lies in the folder it runs in"
    listed = outside(installed, folder, "versions")
    assert listed.returncode == 0
    assert listed.stdout.startswith("* ")
    answered = outside(installed, folder, "query", "digital_economy_share", "--format", "csv")
    assert answered.returncode == 0
    assert len(answered.stdout.splitlines()) > 3
    checked = outside(installed, folder, "validate", "--format", "json")
    assert checked.returncode == 0, checked.stderr
    assert {each["severity"] for each in json.loads(checked.stdout)["results"]} <= {"info", "warning"}
    shown = outside(installed, folder, "--version").stdout
    assert re.fullmatch(r"cdsgraph \d+\.\d+\.\d+, ontology \d+\.\d+\.\d+\n", shown)


def pages(client: httpx.Client) -> list[str]:
    """An address of every kind of page: each path of the service without places, and what its lists lead to."""
    described = client.get("/openapi.json").json()["paths"]
    since = {"/changes": f"/changes?since={client.get('/health').json()['version']}"}
    needing = ("/sparql", "/cite", "/relations")  # nothing without what is asked
    plain = [since.get(path, path) for path, told in described.items() if "get" in told and "{" not in path]
    answer = client.get("/queries", headers={"Accept": "text/html"}).text
    found = dict.fromkeys([path for path in plain if path not in needing])
    for start in ("/", "/documents", "/queries", "/dumps"):
        text = answer if start == "/queries" else client.get(start, headers={"Accept": "text/html"}).text
        kinds: dict[str, str] = {}
        for address in re.findall(r'href="(/[^"#]*)"', text):
            kinds.setdefault("/".join(address.split("?")[0].split("/")[:2]) + str(address.count("/")), address)
        found |= dict.fromkeys(kinds.values())
    return [address.replace("&amp;", "&") for address in found]


def test_every_page_and_static_file_is_served_from_the_wheel(started: tuple[Path, str]) -> None:
    with httpx.Client(base_url=started[1], timeout=60, follow_redirects=True) as client:
        told = client.get("/health").json()
        assert told["status"] == "ok"
        thing = "id/org/bo-thong-tin-va-truyen-thong"
        kinds = [
            *pages(client),
            "/sparql",
            f"/relations?thing=https://w3id.org/cdsgraph/{thing}",
            f"/{thing}",
            "/search?q=kinh+tế+số",
        ]
        assert {"/", "/documents", "/queries", "/ns", "/shapes", "/catalog"} <= set(kinds)
        linked: set[str] = set()
        for page in kinds:
            answer = client.get(page, headers={"Accept": "text/html, */*;q=0.1"})
            assert answer.status_code == 200, f"{page}: {answer.status_code}"
            if answer.headers["content-type"].startswith("text/html"):
                linked |= set(re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text))
        assert len(linked) > 3
        for file in sorted(linked):
            assert client.get(file).status_code == 200, file


def test_every_saved_query_is_answered_from_the_wheel(started: tuple[Path, str]) -> None:
    with httpx.Client(base_url=started[1], timeout=60) as client:
        for query in saved_queries.load_all(ROOT / "queries"):
            needed = {each.name: "x" for each in query.params if each.default is None}
            answer = client.get(f"/queries/{query.name}", params=needed, headers={"Accept": "application/json"})
            assert answer.status_code == 200, f"{query.name}: {answer.text[:200]}"


def test_a_version_is_told_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (?:\[?)(\d+\.\d+\.\d+)\]? – (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)
    assert project["version"] in {version for version, _ in released} or "## Unreleased" in text
    assert [version for version, _ in released] == sorted((v for v, _ in released), reverse=True)
    for _, day in released:
        time.strptime(day, "%Y-%m-%d")
