"""The doors that pipelines come in by: the pre-commit hook and the GitHub Action, run as their hosts run them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.service import ROOT

FIGURE = ROOT / "tests" / "checking" / "figure.ttl"
BROKEN = FIGURE.read_text(encoding="utf-8").replace("cds:value 16.5", 'cds:value "16,5"')
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a pipeline's step sees: `cdsgraph` on the path, nobody's own settings."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "cdsgraph"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m cdsgraph "$@"\n')
    command.chmod(0o755)
    name = {"NAME": "x", "EMAIL": "x@example.org"}
    author = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in name.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CDSGRAPH_"))}
    return kept | author | {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(folder / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }  # fmt: skip


def call(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)


# The pre-commit hook ------------------------------------------------------------


def committed(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    """A repository of what is in the folder, with the hook as the project offers it but for where it comes from."""
    hook = HOOK | {"language": "system", "args": list(arguments)}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        assert call(["git", *command], folder, environment).returncode == 0


def commit_run(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`pre-commit run` on what is staged, as a commit does it."""
    call(["git", "add", "--all"], folder, environment)
    return call([sys.executable, "-m", "pre_commit", "run", "--color", "never"], folder, environment)


def test_the_hook_stops_a_commit_that_breaks_the_data(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(FIGURE, tmp_path / "data" / "figure.ttl")
    shutil.copytree(ROOT / "shapes", tmp_path / "shapes")
    committed(tmp_path, environment, "data", "--shapes", "shapes", "--lang", "en")

    (tmp_path / "README.md").write_text("no data")
    assert "Skipped" in commit_run(tmp_path, environment).stdout

    (tmp_path / "data" / "figure.ttl").write_text(BROKEN)
    stopped = commit_run(tmp_path, environment)
    assert stopped.returncode == 1
    assert "exit code: 1" in stopped.stdout
    assert "Figure-value" in stopped.stdout

    (tmp_path / "data" / "figure.ttl").write_text(FIGURE.read_text(encoding="utf-8") + "# checked\n")
    passed = commit_run(tmp_path, environment)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout


def test_in_a_checkout_its_own_files_are_checked(tmp_path: Path, environment: dict[str, str]) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shape = tmp_path / "shapes" / "figures.ttl"
    shape.write_text(shape.read_text(encoding="utf-8").replace("sh:datatype", "sh:dataType", 1), encoding="utf-8")
    answer = call(["cdsgraph", "validate", str(FIGURE)], tmp_path, environment)
    assert "sh:dataType" in answer.stdout + answer.stderr
    assert answer.returncode in (1, 2)


def test_the_hook_runs_for_what_validation_reads() -> None:
    names = ["a.ttl", "deep/b.jsonld", "queries/x.rq", "data/register/targets.csv", "data/documents/005.txt"]
    assert all(re.search(HOOK["files"], name) for name in names)
    assert not any(re.search(HOOK["files"], name) for name in ("README.md", "src/a.py", "docs/data/x.txt"))
    assert HOOK["pass_filenames"] is False, "one changed file alone lacks what it points to"


# The action ---------------------------------------------------------------------


def step(name: str) -> dict[str, Any]:
    (found,) = [each for each in ACTION["runs"]["steps"] if each.get("name") == name]
    return dict(found)


def run_action(folder: Path, environment: dict[str, str], **inputs: str) -> tuple[int, str, dict[str, str]]:
    """The action's step as a runner executes it: exit code, log, outputs."""
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    validate, outputs = step("Validate"), folder / "outputs"
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in validate["env"].items()
    }
    script = folder / "step.sh"
    script.write_text(validate["run"])
    ended = call(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        folder, environment | variables | {"GITHUB_OUTPUT": str(outputs)},
    )  # fmt: skip
    told = dict(line.split("=", 1) for line in outputs.read_text().splitlines()) if outputs.exists() else {}
    return ended.returncode, ended.stdout + ended.stderr, told


def test_the_action_passes_on_what_validation_says(tmp_path: Path, environment: dict[str, str]) -> None:
    shutil.copy(FIGURE, tmp_path / "một hình.ttl")
    (tmp_path / "broken.ttl").write_text(BROKEN)
    code, _, outputs = run_action(tmp_path, environment, paths="một hình.ttl\n", format="text")
    assert (code, outputs) == (0, {"exit-code": "0"})
    both = "\nmột hình.ttl\n\nbroken.ttl\n"
    report = {"format": "json", "output": "report.json", "shapes": str(ROOT / "shapes"), "lang": "en"}
    code, log, outputs = run_action(tmp_path, environment, paths=both, **report)
    assert (code, outputs) == (1, {"exit-code": "1"})
    assert "Figure-value" in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert "Figure-value" not in log


def test_an_input_of_the_action_is_never_a_command(tmp_path: Path, environment: dict[str, str]) -> None:
    hostile = '$(touch stolen)"; touch stolen; `touch stolen`.ttl'
    code, log, _ = run_action(tmp_path, environment, paths=f"{hostile}\n--help", format="text")
    assert code == 2
    assert "cannot be read" in log
    assert not (tmp_path / "stolen").exists()
    assert "${{" not in step("Validate")["run"]


def test_the_action_installs_itself_and_asks_nothing_else() -> None:
    assert ACTION["runs"]["using"] == "composite"
    python, install, _ = ACTION["runs"]["steps"]
    assert python["uses"].startswith("actions/setup-python@")
    assert install["run"].split()[-1] == '"$GITHUB_ACTION_PATH"'
    assert all(each.get("shell") == "bash" for each in ACTION["runs"]["steps"] if "run" in each)
    used = set(re.findall(r"inputs\.([a-z-]+)", str(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    assert all(each["description"] for each in ACTION["inputs"].values())


def replaced(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence in a file; the line it stands on, from 1."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def test_one_figure_one_label_one_shape_and_one_query_are_told_at_four_places(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    # The cases that prove each shape belong to the project, where its checks look for them.
    shutil.copytree(ROOT / "tests" / "shapes", tmp_path / "tests" / "shapes")
    committed(tmp_path, environment, "--format", "github", "--lang", "en")

    broken = {
        # a share of 1.266 %: the row of the register
        ("data/register/measurements.csv", replaced(tmp_path / "data/register/measurements.csv", ",12.66,", ",1266,")),
        # a term without its English name: the block of the term begins where its IRI stands
        ("ontology/cds.ttl", replaced(tmp_path / "ontology/cds.ttl", '"evidence span"@en', '"evidence span"@fr')),
        # a term that SHACL does not have
        ("shapes/figures.ttl", replaced(tmp_path / "shapes/figures.ttl", "sh:datatype", "sh:dataType")),
        # a property that the ontology does not have
        ("queries/coverage.rq", replaced(tmp_path / "queries/coverage.rq", "cds:sentenceShare ", "cds:sentenceShara ")),
    }
    stopped = commit_run(tmp_path, environment)
    assert stopped.returncode == 1
    assert "exit code: 1" in stopped.stdout
    told = {(file, int(line)) for file, line in re.findall(r"^::\w+ file=([^,]+),line=(\d+)", stopped.stdout, re.M)}
    assert broken <= told, stopped.stdout


# The project's own ---------------------------------------------------------------


def test_the_files_of_tests_that_begin_first_are_there() -> None:
    longest = (ROOT / "tests" / "longest.txt").read_text(encoding="utf-8").splitlines()
    assert [name for name in longest if not (ROOT / name).is_file()] == []
