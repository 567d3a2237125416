"""The worked examples of docs/validation.md: files, commands, requests, Python and pipelines do what the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import yaml

from cdsgraph.checking import formats
from cdsgraph.checking.report import SEVERITIES
from cdsgraph.cli import app
from cdsgraph.serving.operations.checks import ENDINGS, FORMS
from tests.service import ROOT

PAGES = ("docs/validation.md", "docs/validation.vi.md")
PAGE = (ROOT / PAGES[0]).read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two files of the example."""
    folder = tmp_path_factory.mktemp("example")
    for block in blocks("turtle"):
        (folder / block.splitlines()[0].removeprefix("# ")).write_text(block, encoding="utf-8")
    assert {each.name for each in folder.iterdir()} == {"shapes.ttl", "stock.ttl"}
    return folder


def test_the_twins_show_the_same_code() -> None:
    one, other = (re.findall(r"```.*?```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL) for page in PAGES)
    assert one == other


def test_the_twins_have_the_same_parts() -> None:
    one, other = (re.findall(r"^(#+|\|)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE) for page in PAGES)
    assert one == other


def test_the_commands_end_as_printed(folder: Path) -> None:
    command = folder / "cdsgraph"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m cdsgraph "$@"\n')
    command.chmod(0o755)
    (shown,) = (block for block in blocks("console") if "cdsgraph validate" in block)
    lines = shown.splitlines()
    script = "\n".join(line[2:] for line in lines if line.startswith("$ "))
    ended = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.stdout.splitlines() == [line for line in lines if not line.startswith("$ ")]
    assert "A book has a price." in (folder / "report.json").read_text(encoding="utf-8")


def test_the_python_example_prints_what_is_shown(folder: Path) -> None:
    (code,), (shown,) = blocks("python"), blocks("text")
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert ended.stdout == shown, ended.stderr


def test_the_requests_are_answered(folder: Path, service: str) -> None:
    requests = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ curl")]
    assert len(requests) == 2
    for request in requests:
        answer = sent(shlex.split(request), folder, service)
        assert (answer.status_code, answer.json()["conforms"]) == (200, True), "the project's shapes know no books"


def sent(curl: list[str], folder: Path, service: str) -> httpx.Response:
    """What a curl command asks, asked: curl itself is not on every machine that runs tests."""
    headers, content, url = {}, b"", curl[-1].replace("http://127.0.0.1:8000", service)
    options = iter(curl[1:-1])
    for option in options:
        if option == "-H":
            name, _, value = next(options).partition(": ")
            headers[name] = value
        elif option == "--data-binary":
            content = (folder / next(options).removeprefix("@")).read_bytes()
        else:
            assert option in ("-s", "--fail-with-body")
    return httpx.post(url, content=content, headers=headers, timeout=60)


def test_the_pipelines_name_what_exists() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    pipelines: list[dict[Any, Any]] = [yaml.safe_load(block) for block in blocks("yaml")]
    used = [each for each in steps(pipelines) if str(each.get("uses")).startswith("OWNER/cdsgraph@")]
    assert len(used) == 2
    for each in used:
        assert set(each["with"]) <= set(action["inputs"])
        assert each["with"].get("format", "github") in FORMS
    hooks = [each for pipeline in pipelines for repo in pipeline.get("repos", ()) for each in repo["hooks"]]
    assert [each["id"] for each in hooks] == [hook["id"]]
    inputs = PAGE.split("The inputs are ")[1].split("the output")[0]
    assert set(re.findall(r"`([a-z-]+)`", inputs)) == set(action["inputs"])


def steps(pipelines: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    jobs = [job for pipeline in pipelines for job in pipeline.get("jobs", {}).values()]
    return [step for job in jobs for step in job["steps"]]


def test_the_page_names_what_is_read_and_written() -> None:
    assert all(f"`{form}`" in PAGE for form in FORMS)
    assert all(f"`{media_type}`" in PAGE for media_type in ENDINGS)
    assert all(f"--fail-on {severity}" in PAGE for severity in SEVERITIES)


def test_the_page_and_the_action_name_only_options_that_exist() -> None:
    command = typer.main.get_command(app).commands["validate"]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", action)) - {"--quiet", "--disable-pip-version-check"} <= known
    told = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert told <= known
    assert set(formats.FORMATS) == set(FORMS)
