"""`cdsgraph diff` as a user runs it: real edits of real documents, each kind of fact, and what cannot be compared."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cdsgraph.build import build
from cdsgraph.files import Files
from tests.commands import run

CASES = Path(__file__).parent / "cases" / "diff"
FIGURE = "https://w3id.org/cdsgraph/id/figure/000-3fc9f001-1"


def difference(*arguments: str | Path) -> dict[str, Any]:
    """What `diff --format json` tells of two sides that differ."""
    answer = run("diff", *arguments, "--format", "json")
    assert answer.returncode == 1, answer.stderr
    told = json.loads(answer.stdout)
    assert isinstance(told, dict)
    return told


def edited(files: Files, folder: Path, old: str, new: str) -> Path:
    """A build of the project's documents with words of the first one replaced; the folder of versions."""
    shutil.copytree(files.documents, folder / "documents")
    path = folder / "documents" / "000_f71912697a64e5b9.txt"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    build(files, folder / "out", documents=folder / "documents")
    return folder / "out"


def test_a_corrected_figure_changes_what_rests_on_it_and_renames_nothing(
    files: Files, built: Path, tmp_path: Path
) -> None:
    out = edited(files, tmp_path, "39,51%", "95,51%")
    told = difference(built, out)
    assert (told["added"], told["gone"]) == ([], [])
    rests_on_it = [item for item in told["changed"] if item["iri"] != FIGURE]
    assert all(item["kind"] == "derived" for item in rests_on_it)
    [figure] = [item for item in told["changed"] if item["iri"] == FIGURE]
    changes = {change["property"].rsplit("#", 1)[1]: (change["old"], change["new"]) for change in figure["changes"]}
    assert changes == {
        "value": (["39.51"], ["95.51"]),
        "printed": (["39,51%"], ["95,51%"]),
        "lowest": (["39.505"], ["95.505"]),
        "highest": (["39.52"], ["95.52"]),
    }
    answer = run("diff", built, out)
    assert answer.returncode == 1
    line = "tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình, tháng 6/2025: 39,51% → 95,51% (000 dòng 18)"
    assert f"\nSố liệu\n  ~ {line}\n" in answer.stdout


def test_a_longer_number_and_a_new_paragraph_rename_nothing_that_follows(
    files: Files, built: Path, tmp_path: Path
) -> None:
    new = "Hơn 1.190 bộ, ngành"
    told = difference(built, edited(files, tmp_path, "Hơn 90 bộ, ngành", new))
    assert [item for item in told["added"] + told["gone"] if item["kind"] != "derived"] == []
    printed = [
        (change["old"], change["new"])
        for item in told["changed"]
        for change in item["changes"]
        if change["property"].endswith("#printed")
    ]
    assert len(printed) == 1


def test_a_document_left_out_takes_its_facts_and_no_others(files: Files, built: Path, tmp_path: Path) -> None:
    shutil.copytree(files.documents, tmp_path / "documents")
    next((tmp_path / "documents").glob("003_*.txt")).unlink()
    table = tmp_path / "documents" / "sources.csv"
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if "003_" not in row), encoding="utf-8")
    build(files, tmp_path / "out", documents=tmp_path / "documents")
    told = difference(built, tmp_path / "out")
    assert {item["kind"] for item in told["gone"]} >= {"figure", "task", "office", "event", "relation"}
    assert all("/003-" in item["iri"] for item in told["gone"] if item["kind"] != "derived")
    assert [item for item in told["added"] if item["kind"] != "derived"] == []
    assert difference(tmp_path / "out", built)["counts"]["added"] == told["counts"]["gone"]


@pytest.mark.parametrize(("form", "name"), [("text", "txt"), ("md", "md")])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kind_of_difference_is_told_in_words(form: str, name: str, language: str) -> None:
    expected = (CASES / f"expected.{language}.{name}").read_text(encoding="utf-8")
    answer = run("diff", CASES / "old.ttl", CASES / "new.ttl", "--format", form, "--lang", language)
    assert (answer.returncode, answer.stdout) == (1, expected)


def test_a_version_goes_by_name_folder_and_file(built: Path) -> None:
    out = built.parent.parent
    for side in (built.name, built, out, built / "dataset.nq"):
        answer = run("diff", built, side, "--out", out)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert "Mọi điều được nêu đều như nhau." in answer.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing-here", None, "is no version"),
        ("broken.nq", "<http://a> <http://b> .\n", "broken.nq:1"),
        ("notes.txt", "words", "the suffix tells no RDF format"),
        ("empty-folder/", None, "is no version"),
    ],
)
def test_what_cannot_be_compared_is_told(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    elif name.endswith("/"):
        (tmp_path / name).mkdir()
    answer = run("diff", tmp_path / name if content or name.endswith("/") else name, CASES / "old.ttl", cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert "remedy" in answer.stderr or "broken" in said
    assert "Traceback" not in answer.stderr


def test_a_damaged_version_is_not_compared(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / built.name)
    with (tmp_path / built.name / "dataset.nq").open("ab") as file:
        file.write(b"\n")
    answer = run("diff", built, tmp_path / built.name)
    assert answer.returncode == 2
    assert "dataset.nq is damaged" in answer.stderr
