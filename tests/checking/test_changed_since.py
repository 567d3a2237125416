"""`cdsgraph validate --changed-since`: in a repository with two documents, and between two versions."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.vocab import DEFAULT_BASE
from tests.commands import run

FIGURE = Path(__file__).parent / "figure.ttl"
FINE = "Năm 2024, kinh tế số đạt 18,3% GDP của cả nước.\n"
ODD = "Năm 2023, tỷ lệ hộ gia đình có cáp quang đạt 182,4% tổng số hộ.\n"


def git(folder: Path, *arguments: str) -> str:
    names = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *names, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def validate(root: Path, since: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`cdsgraph validate --changed-since` on the files below a root."""
    options = ("--changed-since", since, "--lang", "en", "--fail-on", "warning", "--out", str(root / "build"), *more)
    return run("--root", root, "validate", *options, cwd=root, environment=environment)


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout with a project in its folder `project`; `empty` is the commit before there was one."""

    root: Path
    empty: str

    def write(self, name: str, text: str) -> None:
        (self.root / "data" / "documents" / name).write_text(text, encoding="utf-8")

    def commit(self) -> str:
        git(self.root, "add", "--all", ".")
        git(self.root, "commit", "--quiet", "--message", "A state")
        return git(self.root, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def repository(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One document whose figure is fine, one whose figure is odd, both committed."""
    top = tmp_path_factory.mktemp("checkout")
    git(top, "init", "--quiet")
    git(top, "commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    made = Repository(top / "project", git(top, "rev-parse", "HEAD"))
    for folder in ("ontology", "shapes", "queries", "data"):
        ignored = shutil.ignore_patterns("*.txt", "sources.csv", "figures.csv")
        shutil.copytree(files.root / folder, made.root / folder, ignore=ignored)
    made.write("fine.txt", FINE)
    made.write("odd.txt", ODD)
    made.commit()
    return made


def test_a_changed_figure_is_found_and_an_old_finding_is_not_told_again(repository: Repository) -> None:
    repository.write("fine.txt", FINE.replace("18,3%", "118,3%"))
    answer = validate(repository.root, "HEAD")
    assert answer.returncode == 1, answer.stderr
    assert "118.3" in answer.stdout
    assert "182.4" not in answer.stdout
    assert " focus nodes: " in answer.stderr
    assert " 0 shapes differ" in answer.stderr
    assert git(repository.root, "status", "--short") == "M data/documents/fine.txt"


def test_of_a_deleted_document_nothing_is_told_and_a_changed_shape_looks_everywhere(repository: Repository) -> None:
    before = repository.commit()
    (repository.root / "data" / "documents" / "odd.txt").unlink()
    shape = repository.root / "shapes" / "figures.ttl"
    written = shape.read_text(encoding="utf-8")
    shape.write_text(written.replace("?value > 100", "?value > 10"), encoding="utf-8")
    answer = validate(repository.root, before[:10], GIT_DIR="elsewhere", GIT_INDEX_FILE="index")
    assert answer.returncode == 1, answer.stderr
    assert " 1 shapes differ" in answer.stderr
    assert "118.3" in answer.stdout  # not changed since, but the shape is
    assert "182.4" not in answer.stdout


def test_before_there_was_anything_all_has_changed(repository: Repository) -> None:
    answer = validate(repository.root, repository.empty)
    assert answer.returncode == 1, answer.stderr
    assert "cannot be built, so everything is checked" in answer.stderr
    assert "118.3" in answer.stdout


def test_what_git_lacks_is_said_with_what_to_do(repository: Repository, tmp_path: Path) -> None:
    unknown = validate(repository.root, "no-such-branch")
    assert unknown.returncode == 2
    assert "neither a built version nor a commit" in unknown.stderr
    assert "git fetch origin" in unknown.stderr

    first = git(repository.root, "rev-parse", "HEAD~1")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository.root.parent}", "shallow")
    shallow = validate(tmp_path / "shallow" / "project", first)
    assert shallow.returncode == 2
    assert "fetch-depth: 0" in shallow.stderr

    for folder in ("ontology", "shapes", "queries", "data"):
        (tmp_path / "plain" / folder).mkdir(parents=True)
    plain = validate(tmp_path / "plain", "main", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert plain.returncode == 2
    assert "no git checkout" in plain.stderr
    assert "remedy" in plain.stderr


def test_a_version_is_looked_up_before_git(files: Files, tmp_path: Path) -> None:
    def built(value: str) -> str:
        quads = ox.parse(
            FIGURE.read_text(encoding="utf-8").replace("cds:value 16.5", f"cds:value {value}"), ox.RdfFormat.TURTLE
        )
        text = "Năm 2023, kinh tế số đạt khoảng 16,5% GDP.\n"
        contents = {"dataset.nq": canonical_nquads(quads), "documents/tin.txt": text.encode()}
        return versions.write(tmp_path / "build", contents, {"base": DEFAULT_BASE}).name

    old, new = built("16.5"), built("116.5")
    versions.switch(tmp_path / "build", new)
    for folder in ("ontology", "queries"):
        (tmp_path / folder).mkdir()
    shutil.copytree(files.words, tmp_path / "data" / "words")
    shutil.copytree(files.shapes, tmp_path / "shapes")
    changed = validate(tmp_path, old)
    assert changed.returncode == 1, changed.stderr
    assert "116.5" in changed.stdout
    assert "2 triples and 0 shapes differ" in changed.stderr
    same = validate(tmp_path, new, "--format", "json")
    assert same.returncode == 0, same.stderr
    assert "checked 0 focus nodes" in same.stderr
