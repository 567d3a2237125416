"""Versions, stores and sources that are damaged, lost, copied, or made from far less than before."""

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from cdsgraph.graph import versions
from tests.faults.conftest import EVERYTHING, TEXT, Place, serving
from tests.service import ROOT


def flip(path: Path, at: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * len(content))] ^= 1
    path.write_bytes(content)


def cut(path: Path, at: float = 0.5) -> None:
    path.write_bytes(path.read_bytes()[: int(at * path.stat().st_size)])


def lose_manifest(version: Path) -> None:
    (version / "manifest.json").unlink()


def flip_dataset(version: Path) -> None:
    flip(version / "dataset.nq")


@pytest.mark.parametrize("damage", [flip_dataset, lose_manifest])
def test_the_version_before_a_damaged_one_is_served_and_a_build_mends_it(
    place: Place, damage: Callable[[Path], None]
) -> None:
    damaged = place.current
    before = versions.previous(place.out)
    damage(place.out / "versions" / damaged)
    refused = place.commands.run("publish", damaged, "--out", place.out)
    assert refused.status == 2
    assert "remedy: " in refused.said
    with serving("--out", place.out, "--workers", "1") as service:
        told = service.health()
        assert (told["status"], told["version"], told["instead_of"]) == ("degraded", before, damaged)
        assert place.build().status == 0
        service.until(version=place.current, status="ok")


def test_a_store_with_a_flipped_byte_is_made_again(place: Place, tmp_path: Path) -> None:
    stores = {"CDSGRAPH_DATA_MEMORY": "1", "CDSGRAPH_STORES": str(tmp_path / "stores")}
    with serving("--out", place.out, "--workers", "1", environment=stores) as service:
        counted = service.get(EVERYTHING)
    store = tmp_path / "stores" / place.current
    largest = max(store.glob("*.sst"), key=lambda path: path.stat().st_size)
    flip(largest)
    half_made = tmp_path / "stores" / f"{place.current}.999999999.tmp"
    half_made.mkdir()
    flipped = largest.read_bytes()
    with serving("--out", place.out, "--workers", "1", environment=stores) as service:
        assert service.get(EVERYTHING) == counted
        assert service.health()["status"] == "ok"
    assert not largest.exists() or largest.read_bytes() != flipped
    assert not half_made.exists(), "what a process that died was making"


def test_a_copy_of_a_version_can_be_restored(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "restored"
    shutil.copytree(place.out / "versions" / place.current, copy / "versions" / place.current)
    assert place.commands.run("publish", place.current, "--out", copy).status == 0
    listed = [place.commands.run("versions", "--out", out).said for out in (copy, place.out)]
    assert listed[0].strip() in listed[1]
    assert versions.version_name((copy / "current" / "dataset.nq").read_bytes()) == place.current


def test_a_rollback_goes_back_whatever_the_version_before_lacks(place: Place) -> None:
    now, before = place.current, versions.previous(place.out)
    manifest = place.out / "versions" / before / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["counts"]["quads"] //= 2
    manifest.write_text(json.dumps(told), encoding="utf-8")
    assert place.commands.run("rollback", "--out", place.out).status == 0
    assert place.current == before
    assert place.commands.run("publish", now, "--out", place.out).status == 0
    refused = place.commands.run("publish", before, "--out", place.out)
    assert refused.status == 1
    assert "50 % fewer than the current version" in refused.said
    assert f"cdsgraph publish {before} --force" in refused.said
    assert place.current == now
    assert place.commands.run("publish", before, "--out", place.out, "--force").status == 0
    assert place.current == before


def test_a_build_of_far_less_is_kept_and_not_made_current(place: Place, root: Path) -> None:
    table = root / "data" / "register" / "transfers.csv"
    *kept, _ = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(kept[:3]), encoding="utf-8")
    now = place.current
    arguments = ("--root", root, "build", "--out", place.out, "--documents", place.documents)
    refused = place.commands.run(*arguments)
    assert refused.status == 1, refused.said
    assert "the query " in refused.said
    assert "rows in place of at least" in refused.said
    assert place.current == now
    assert place.commands.run(*arguments, "--force").status == 0
    assert place.current != now


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may spoil."""
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / "root" / folder)
    return tmp_path / "root"


def not_utf8(path: Path) -> None:
    content = path.read_bytes()
    first = next(at for at, byte in enumerate(content) if byte > 127)
    path.write_bytes(content[:first] + b"\xff" + content[first + 1 :])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("source", "damage"),
    [
        ("ontology/cds.ttl", cut),
        ("ontology/cds.ttl", not_utf8),
        ("data/register/bodies.csv", not_utf8),
        ("data/register/bodies.csv", empty),
        ("data/rules/measures.csv", not_utf8),
        ("data/canaries.csv", cut),
    ],
)
def test_a_damaged_source_is_named_and_nothing_is_published(
    place: Place, root: Path, source: str, damage: Callable[[Path], None]
) -> None:
    damage(root / source)
    now = place.current
    failed = place.commands.run("--root", root, "build", "--out", place.out, "--documents", place.documents)
    assert failed.status == 2, failed.said
    assert Path(source).name in failed.said
    assert "remedy: " in failed.said
    assert "Traceback" not in failed.said
    assert place.current == now
    assert place.left_over() == []


BREAKS = """import os, signal, sys
if "cdsgraph.reading.loaders.contained" in sys.orig_argv:
    import docx
    whole = docx.Document
    def document(path):
        if "pha" in str(path):
            os.kill(os.getpid(), signal.SIGSEGV)
        return whole(path)
    docx.Document = document
"""


def test_a_document_that_breaks_its_parser_is_left_out_and_named(place: Place, tmp_path: Path) -> None:
    for number, name in enumerate(("a-lanh", "b-pha", "c-lanh")):
        document = Document()
        document.add_paragraph(TEXT.format(share=f"{20 + number},5"))
        document.save(str(place.documents / f"{name}.docx"))
    (tmp_path / "sitecustomize.py").write_text(BREAKS, encoding="utf-8")
    path = f"{tmp_path}:{ROOT / 'src'}"
    ended = place.build(environment={"PYTHONPATH": path})
    assert ended.status == 1
    assert "b-pha.docx: damaged: it ended the process that read it" in ended.said
    assert "4 documents" in ended.said
    assert {path.name for path in (place.out / "current" / "documents").iterdir()} >= {
        "a-lanh.docx.txt",
        "c-lanh.docx.txt",
    }


def test_words_set_apart_from_their_marks_say_the_same(place: Place) -> None:
    document = place.documents / "bai-mot.txt"
    assert place.build().status == 0
    composed = place.current
    document.write_text(unicodedata.normalize("NFD", document.read_text(encoding="utf-8")), encoding="utf-8")
    assert place.build().status == 0
    facts = [json.loads(line) for line in (place.out / "current" / "facts.jsonl").read_bytes().splitlines()]
    before = [
        json.loads(line) for line in (place.out / "versions" / composed / "facts.jsonl").read_bytes().splitlines()
    ]
    assert facts == before
