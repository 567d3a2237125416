"""Building again: what was read is kept, and a version never shows whether it came from there."""

import os
import random
import re
import shutil
from pathlib import Path

import pytest

from cdsgraph.build import Built, build
from cdsgraph.contributions.maker import Maker
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading.given import Given


@pytest.fixture
def project(files: Files, tmp_path: Path) -> Files:
    """A project of its own, to be changed."""
    root = tmp_path / "project"
    for name in ("ontology", "queries", "data", "shapes"):
        shutil.copytree(files.root / name, root / name)
    return Files(root)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are read from now on."""
    names: list[str] = []
    make = Maker.make

    def noted(self: Maker, document: Given) -> object:
        names.append(document.name)
        return make(self, document)

    monkeypatch.setattr(Maker, "make", noted)
    return names


def same(one: Built, other: Built) -> bool:
    files = [
        {path.relative_to(each.version): path.read_bytes() for path in each.version.rglob("*") if path.is_file()}
        for each in (one, other)
    ]
    return files[0] == files[1]


def altered(text: str, chance: random.Random) -> str:
    """The text with some digits changed."""
    return re.sub(r"\d", lambda digit: digit[0] if chance.random() > 0.2 else str(chance.randint(1, 9)), text)


def test_only_what_changed_is_read_again(project: Files, tmp_path: Path, made: list[str]) -> None:
    build(project, tmp_path / "out")
    assert len(made) == 5
    made.clear()
    first = sorted(project.documents.glob("*.txt"))[0]
    first.write_text(first.read_text(encoding="utf-8") + "\nBộ Công an có 12 đơn vị.\n", encoding="utf-8")
    again = build(project, tmp_path / "out")
    assert made == [first.name]
    assert same(again, build(project, tmp_path / "other"))
    assert not (tmp_path / "out" / "cache" / "composition").exists()  # not worth it for so few


def test_a_record_that_changes_has_its_document_read_again(project: Files, tmp_path: Path, made: list[str]) -> None:
    build(project, tmp_path / "out")
    made.clear()
    table = project.documents / "sources.csv"
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([*rows[:-1], rows[-1].replace(",vi,", ",en,")]), encoding="utf-8")
    build(project, tmp_path / "out")
    assert len(made) == 1


def test_a_decision_has_only_its_document_read_again(project: Files, tmp_path: Path, made: list[str]) -> None:
    version = build(project, tmp_path / "out").version
    made.clear()
    key = re.search(rb"/id/(task/001-[0-9a-f]+-1)>", (version / "dataset.nq").read_bytes())
    assert key
    project.corrections.mkdir(exist_ok=True)
    (project.corrections / "reviewed.csv").write_text(
        f"fact,decision,field,value,reason,reviewer,date\n{key[1].decode()},accept,,,read twice,ai,2025-01-01\n",
        encoding="utf-8",
    )
    again = build(project, tmp_path / "out")
    assert [name[:3] for name in made] == ["001"]
    assert b"read twice" in (again.version / "dataset.nq").read_bytes()


def test_a_rule_that_changes_has_everything_read_again(project: Files, tmp_path: Path, made: list[str]) -> None:
    build(project, tmp_path / "out")
    made.clear()
    table = next(project.rules.glob("*.csv"))
    table.write_text(table.read_text(encoding="utf-8") + "# another note\n", encoding="utf-8")
    build(project, tmp_path / "out")
    assert len(made) == 5


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty"])
def test_a_damaged_entry_is_made_anew(harm: str, files: Files, built: Path, tmp_path: Path, made: list[str]) -> None:
    build(files, tmp_path)
    made.clear()
    entry = next(path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.stat().st_size > 1000)
    content = bytearray(entry.read_bytes())
    content[500] ^= 1
    entry.write_bytes({"flipped": bytes(content), "cut": bytes(content[:700]), "empty": b""}[harm])
    again = build(files, tmp_path)
    assert len(made) == 1
    assert (again.version / "dataset.nq").read_bytes() == (built / "dataset.nq").read_bytes()


def test_fresh_reads_everything(files: Files, tmp_path: Path, made: list[str]) -> None:
    build(files, tmp_path)
    build(files, tmp_path, fresh=True)
    assert len(made) == 10


def test_what_was_not_used_for_long_goes(files: Files, tmp_path: Path) -> None:
    build(files, tmp_path)
    old = next(path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    forgotten = old.with_name("0" * 64)
    shutil.copyfile(old, forgotten)
    os.utime(forgotten, (0, 0))
    build(files, tmp_path)
    assert old.exists()
    assert not forgotten.exists()


def test_any_change_gives_what_a_build_from_nothing_gives(project: Files, tmp_path: Path) -> None:
    chance = random.Random(20250711)  # noqa: S311
    texts = [path.read_text(encoding="utf-8") for path in sorted(project.documents.glob("*.txt"))]
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(3):
        (folder / f"d{number}.txt").write_text(altered(texts[number], chance), encoding="utf-8")
    for step in range(4):
        here = sorted(folder.glob("*.txt"))
        if step % 2 and len(here) > 2:
            chance.choice(here).unlink()
        (folder / f"d{chance.randint(0, 5)}.txt").write_text(altered(chance.choice(texts), chance), encoding="utf-8")
        if step == 2:
            table = project.register / "bodies.csv"
            table.write_text(table.read_text(encoding="utf-8").replace("Bộ Công an", "Bộ An ninh", 1), encoding="utf-8")
        kept = build(project, tmp_path / "out", documents=folder)
        assert same(kept, build(project, tmp_path / f"anew{step}", documents=folder, jobs=1 + step % 2))


@pytest.mark.parametrize("told", ["ended the process", "fail inside: no such day"])
def test_a_document_that_ends_its_process_or_meets_a_fault_of_ours_is_told_and_the_others_are_read(
    told: str, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Maker.make

    def deadly(self: Maker, document: Given) -> object:
        if document.name == "b.txt" and told.startswith("ended"):
            os._exit(9)
        if document.name == "b.txt":
            raise ValueError("no such day")
        return make(self, document)

    monkeypatch.setattr(Maker, "make", deadly)
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Bộ Công an có 12 đơn vị {name}.\n", encoding="utf-8")
    made = build(files, tmp_path / "out", documents=folder, jobs=2, force=True)
    assert made.documents == 2
    (failed,) = made.failed
    assert isinstance(failed, DocumentError)
    assert "b.txt" in str(failed.path)
    assert told in failed.message
