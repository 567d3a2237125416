"""What the pages load: the vendored files are those of the lock, no page asks for more than its budget of script."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hatch_build import differences

from tests.service import ROOT

STATIC = ROOT / "src/cdsgraph/serving/pages/static"
VENDOR = STATIC / "vendor"
WORKBENCH_BUDGET = 400_000  # bytes of script, gzipped


def build_wheel(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(checkout / "wheels")]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is built from."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("src", "ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, copy)
    return copy


def test_the_vendored_files_are_those_of_the_lock() -> None:
    assert differences(VENDOR) == []


@pytest.mark.parametrize("change", ["changed", "missing", "not in"])
def test_no_wheel_is_built_from_other_files(checkout: Path, change: str) -> None:
    path = checkout / VENDOR.relative_to(ROOT) / "codemirror.js"
    other = path.with_name("other.js")
    before = path.read_bytes()
    try:
        match change:
            case "changed":
                path.write_bytes(before[:1000] + bytes([before[1000] ^ 1]) + before[1001:])
            case "missing":
                path.unlink()
            case _:
                other.write_text("alert(1)", encoding="utf-8")
        built = build_wheel(checkout)
        assert built.returncode != 0
        assert change in built.stderr
        assert (other.name if other.exists() else path.name) in built.stderr
    finally:
        other.unlink(missing_ok=True)
        path.write_bytes(before)


def test_every_package_has_its_licence_beside_it() -> None:
    for name in json.loads((ROOT / "assets/package.json").read_text(encoding="utf-8"))["dependencies"]:
        licence = VENDOR / "licences" / f"{name.replace('@', '').replace('/', '-')}.txt"
        assert "opyright" in licence.read_text(encoding="utf-8"), name


def test_the_lock_of_the_packages_names_no_host() -> None:
    lock = json.loads((ROOT / "assets/package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_workbench_stays_within_its_budget_of_script() -> None:
    scripts = [*(STATIC / "workbench").glob("*.js"), *VENDOR.glob("*.js")]
    assert len(scripts) > 2
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= WORKBENCH_BUDGET


def test_styles_load_nothing_but_our_files_and_use_only_what_they_define() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in STATIC.rglob("*.css")}
    defined = set(re.findall(r"(--[\w-]+):", "".join(texts.values())))
    for path, text in texts.items():
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined, path
        for address in re.findall(r"url\(\"?([^)\"]+)", text):
            assert (path.parent / address.partition("?")[0]).is_file(), address
