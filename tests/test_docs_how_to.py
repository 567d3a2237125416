"""The commands and requests of docs/how-to/ answer; those that build or check the whole are run by other tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import ROOT

# Run elsewhere, on folders of their own: tests/test_release.py, tests/test_cli.py, tests/test_docs_validation.py.
ELSEWHERE = ("cdsgraph build", "cdsgraph validate", "cdsgraph rollback", "cdsgraph serve")
LINES = sorted(
    {
        line.removeprefix("$ ")
        for page in (ROOT / "docs" / "how-to").glob("*.md")
        for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for line in map(str.strip, block.splitlines())
        if line and not line.removeprefix("$ ").startswith(ELSEWHERE)
    }
)


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout in which a version is built, with the command."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("ontology", "shapes", "queries", "data"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "build").symlink_to(built.parent.parent)
    (folder / "bin").mkdir()
    command = folder / "bin" / "cdsgraph"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m cdsgraph "$@"\n')
    command.chmod(0o755)
    return folder


def test_there_is_something_to_run() -> None:
    assert {line.split()[0] for line in LINES} == {"cdsgraph", "curl"}


@pytest.mark.parametrize("line", LINES)
def test_a_line_answers(line: str, folder: Path, service: str) -> None:
    line = line.replace("http://127.0.0.1:8000", service).replace("curl ", "curl --silent --show-error --fail ")
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    written = folder / "facts.jsonl" if "-o facts.jsonl" in line else None
    assert written.stat().st_size if written else ended.stdout.strip()
