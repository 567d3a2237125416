"""The commands, as a user runs them: output, messages, exit codes."""

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cdsgraph.files import Files
from tests.commands import run
from tests.service import ROOT


@pytest.fixture(scope="module")
def own_files(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's data folders that a test may spoil."""
    root = tmp_path_factory.mktemp("root")
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(files.root / folder, root / folder)
    return root


@pytest.mark.parametrize(
    "command",
    ["", "extract", "build", "validate", "query", "serve", "versions", "review", "publish", "rollback", "diff"],
)
def test_help_shows_an_example(command: str) -> None:
    answer = run(*command.split(), "--help")
    assert answer.returncode == 0
    assert "Usage" in answer.stdout
    assert not command or "Example: cdsgraph" in answer.stdout


@pytest.mark.parametrize(
    "command", ["--help", "--version", "versions", "rollback", "publish none", "diff --help", "validate --help"]
)
def test_a_command_that_reads_nothing_loads_nothing_that_reads(built: Path, command: str) -> None:
    program = """
import sys
from cdsgraph.cli import main
try:
    main()
finally:
    heavy = {"rdflib", "pyshacl", "fastapi", "cdsgraph.reading", "cdsgraph.register", "cdsgraph.checking"}
    print(sorted(heavy & sys.modules.keys()), file=sys.stderr)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "CDSGRAPH_OUT": str(built)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr.splitlines()[-1] == "[]"


def test_the_server_loads_nothing_that_only_a_check_needs() -> None:
    program = """
import sys
import cdsgraph.serving.app
of_checks = {"pyshacl", "pyshacl_turbo", "cdsgraph.checking.validate", "cdsgraph.reading.extract"}
print(sorted(of_checks & sys.modules.keys()))
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_facts_go_to_stdout_and_words_to_stderr(files: Files) -> None:
    answer = run("extract", files.documents / "000_f71912697a64e5b9.txt")
    assert answer.returncode == 0, answer.stderr
    facts = [json.loads(line) for line in answer.stdout.splitlines()]
    text = (files.documents / "000_f71912697a64e5b9.txt").read_text(encoding="utf-8")
    assert facts
    assert all(text[f["start"] : f["end"]] == f["quote"] for f in facts)
    assert "facts from 1 documents" in answer.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("legacy.txt", "Chuyển đổi số quốc gia đến năm 2025".encode("cp1258", "replace"), "UTF-8"),
        ("empty.txt", b"", "empty"),
        ("wrong.xyz", b"text", "xyz"),
    ],
)
def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    answer = run("extract", tmp_path / name)
    assert answer.returncode == 2
    assert name in answer.stderr
    assert told in answer.stderr
    assert "remedy" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_folder_without_documents_builds_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    answer = run("build", "--documents", tmp_path / "documents", "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert "holds no documents" in answer.stderr
    assert not (tmp_path / "out" / "versions").exists()


def spoilt_folder(folder: Path) -> Path:
    """One document that can be read between two that cannot."""
    folder.mkdir()
    (folder / "a-spoilt.txt").write_bytes(b"\xff\xfe\xff")
    (folder / "good.txt").write_text("Bộ Công an có 12 đơn vị.\n", encoding="utf-8")
    (folder / "other.txt").write_text("The ministry has 12 units.\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_documents_that_can_be_read_are_read(jobs: str, tmp_path: Path) -> None:
    answer = run("--quiet", "extract", spoilt_folder(tmp_path / "documents"), "--jobs", jobs)
    assert answer.returncode == 1
    assert {json.loads(line)["doc"] for line in answer.stdout.splitlines()} == {"good.txt"}
    for name in ("a-spoilt.txt: damaged UTF-16", "other.txt: no Vietnamese", "remedy: give the Vietnamese text"):
        assert name in answer.stderr


def test_a_build_lists_what_it_could_not_read(tmp_path: Path) -> None:
    documents = spoilt_folder(tmp_path / "documents")
    answer = run("build", "--documents", documents, "--out", tmp_path / "out")
    assert answer.returncode == 1
    assert "1 documents, " in answer.stderr
    assert "documents that could not be read: 2" in answer.stderr
    manifest = tmp_path / "out" / "current" / "manifest.json"
    failed = json.loads(manifest.read_text(encoding="utf-8"))["failed"]
    assert [entry["file"] for entry in failed] == ["a-spoilt.txt", "other.txt"]
    assert all(entry["error"] and entry["remedy"] for entry in failed)
    for name in ("a-spoilt.txt", "other.txt"):
        (documents / name).unlink()
    assert run("build", "--documents", documents, "--out", tmp_path / "out").returncode == 0
    assert json.loads(manifest.read_text(encoding="utf-8"))["failed"] == []
    assert len(list((tmp_path / "out" / "versions").iterdir())) == 1


def test_where_no_document_can_be_read_nothing_is_written(tmp_path: Path) -> None:
    documents = spoilt_folder(tmp_path / "documents")
    (documents / "good.txt").unlink()
    answer = run("build", "--documents", documents, "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert "none of 2 documents can be read" in answer.stderr
    assert "a-spoilt.txt" in answer.stderr
    assert not (tmp_path / "out" / "versions").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_comes_in_on_stdin(encoding: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "cdsgraph", "extract", "-"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        input="Bộ Công an có 12 đơn vị.\n".encode(encoding),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    facts = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {(fact["doc"], fact["kind"]) for fact in facts} >= {("stdin.txt", "quantity")}


def test_a_register_with_an_error_names_file_and_line(own_files: Path, tmp_path: Path) -> None:
    table = own_files / "data" / "register" / "acts.csv"
    good = table.read_text(encoding="utf-8")
    lines = good.splitlines()
    table.write_text(
        "\n".join([lines[0], lines[1].replace("2020-06-03", "2020-13-03", 1), *lines[2:]]) + "\n", encoding="utf-8"
    )
    answer = run("--root", own_files, "build", "--out", tmp_path / "out")
    table.write_text(good, encoding="utf-8")
    assert answer.returncode == 2
    assert "acts.csv:2" in answer.stderr
    assert not (tmp_path / "out" / "versions").exists()


@pytest.mark.parametrize(
    ("name", "added", "told"),
    [
        ("ontology/cds.ttl", b"\nthis is no Turtle\n", "cds.ttl:"),
        ("data/schemes/certainty.ttl", b"\nthis is no Turtle\n", "certainty.ttl:"),
        ("data/schemes/certainty.ttl", b"\n# \xff\n", "certainty.ttl: "),
        ("shapes/acts.ttl", b"\n# \xff\n", "acts.ttl: not UTF-8"),
    ],
)
def test_a_spoilt_vocabulary_is_named(own_files: Path, tmp_path: Path, name: str, added: bytes, told: str) -> None:
    good = (own_files / name).read_bytes()
    (own_files / name).write_bytes(good + added)
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> <urn:b> .", encoding="utf-8")
    command = ("validate", tmp_path / "a.ttl") if name.startswith("shapes") else ("build", "--out", tmp_path / "out")
    answer = run("--root", own_files, *command)
    (own_files / name).write_bytes(good)
    assert answer.returncode == 2, answer.stderr
    assert told in answer.stderr


def test_a_port_in_use_is_told(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("serve", "--dataset", built, "--port", str(port))
    assert answer.returncode == 3
    assert f"cannot listen on 127.0.0.1:{port}" in answer.stderr
    assert "--port" in answer.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "no_such_query"),
        ("query", "digital_economy_share", "--format", "ttl"),
        ("query", "digital_economy_share", "--format", "yaml"),
        ("query", "digital_economy_share", "--param", "no-sign"),
        ("validate", "--fail-on", "sometimes"),
        ("build", "--base", "no-iri"),
        ("no-such-command",),
        ("publish", "0123456789abcdef"),
    ],
)
def test_wrong_use_is_2_with_a_remedy(built: Path, arguments: tuple[str, ...]) -> None:
    out = () if arguments[0] in ("no-such-command",) else ("--out", str(built.parent.parent))
    answer = run(*arguments, *out)
    assert answer.returncode == 2, answer.stderr
    assert answer.stderr.startswith("cdsgraph: ")
    assert "Traceback" not in answer.stderr


def test_a_query_with_a_syntax_error_gives_line_and_column(built: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.rq").write_text("SELECT *\nWHERE { ?s ?p }\n", encoding="utf-8")
    answer = run("query", tmp_path / "wrong.rq", "--dataset", built)
    assert answer.returncode == 2
    assert "cdsgraph: 2:16: the query is not SPARQL 1.1" in answer.stderr


def test_a_query_past_its_time_is_stopped(built: Path, tmp_path: Path) -> None:
    (tmp_path / "heavy.rq").write_text(
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", encoding="utf-8"
    )
    answer = run("query", tmp_path / "heavy.rq", "--dataset", built, "--timeout", "1")
    assert answer.returncode == 3
    assert "longer than 1 s" in answer.stderr


def test_validate_says_0_1_and_2(built: Path, tmp_path: Path) -> None:
    sound = run("validate", "--dataset", built, "--format", "json", environment={"CDSGRAPH_TODAY": "2026-12-01"})
    assert sound.returncode == 0
    # The slips of the sources are accepted in data/waivers.csv, and each row there accepts something.
    results = json.loads(sound.stdout)["results"]
    rows = (ROOT / "data" / "waivers.csv").read_text(encoding="utf-8").splitlines()
    accepted = [row for row in rows if not row.startswith(("#", "rule,"))]
    assert sum(each["waived"] is not None for each in results) == len(accepted)
    assert not [each for each in results if each["rule"].startswith("Waiver-")]
    spoilt = tmp_path / "spoilt.nq"
    lines = (built / "dataset.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    value = next(
        n for n, line in enumerate(lines) if "> <https://w3id.org/cdsgraph/ns#value> " in line and "/figure/" in line
    )
    spoilt.write_text("".join(lines[:value] + lines[value + 1 :]), encoding="utf-8")
    found = run("validate", spoilt)
    assert found.returncode == 1
    assert "Figure-value" in found.stdout
    (tmp_path / "no.ttl").write_text("this is no Turtle", encoding="utf-8")
    unreadable = run("validate", tmp_path / "no.ttl")
    assert unreadable.returncode == 2
    assert "no.ttl:1" in unreadable.stderr


def test_a_lone_command_shows_its_help() -> None:
    answer = run()
    assert answer.returncode == 2
    assert "Usage" in answer.stdout
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("build", "--out", "taken.txt"), "taken.txt: versions cannot be kept here"),
        (("build", "--base", "http://example.org/a b/"), "--base"),
        (("validate", "missing.ttl"), "missing.ttl: cannot be read: No such file"),
        (("query", "digital_economy_share", "--dataset", "missing.nq"), "missing.nq: no such file"),
        (("query", "missing.rq", "--dataset", "broken.ttl"), "missing.rq: cannot be read: No such file"),
        (("query", "digital_economy_share", "--endpoint", "no-address"), "'no-address' is no http(s) address"),
        (("query", "digital_economy_share", "--timeout", "-1"), "--timeout"),
        (("serve", "--port", "0", "--dataset", "missing.nq"), "missing.nq: it cannot be read"),
        (("serve", "--port", "0", "--dataset", "broken.ttl"), "broken.ttl:1:"),
        (("serve", "--port", "0", "--host", "no.such.host.invalid", "--dataset", "broken.ttl"), "no address of this"),
    ],
)
def test_input_that_cannot_be_used_is_2_and_named(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "taken.txt").write_text("a file where the folder should be", encoding="utf-8")
    (tmp_path / "broken.ttl").write_text("this is no Turtle", encoding="utf-8")
    answer = run(*arguments, cwd=tmp_path)
    assert answer.returncode == 2, answer.stderr
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "serving on" not in answer.stderr


def test_a_reader_who_leaves_early_does_not_change_the_exit_code(built: Path) -> None:
    for arguments, code in (("--help",), 0), (("versions", "--out", str(built.parent.parent)), 0):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as nobody_reads:
            left = subprocess.run(
                [sys.executable, "-m", "cdsgraph", *arguments], stdout=nobody_reads, stderr=subprocess.PIPE, check=False
            )
        assert (left.returncode, left.stderr) == (code, b"")


def test_validate_with_nothing_built_builds_elsewhere(tmp_path: Path) -> None:
    answer = run("validate", "--out", tmp_path / "nothing")
    assert answer.returncode == 0, answer.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_document_named_twice_is_read_once(files: Files) -> None:
    path = files.documents / "000_f71912697a64e5b9.txt"
    assert run("extract", path, path).stdout == run("extract", path).stdout


def test_a_damaged_version_is_listed_as_such_and_not_served(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built.parent.parent, tmp_path / "out", symlinks=True)
    (tmp_path / "out" / "versions" / built.name / "dataset.nq").write_bytes(b"")
    assert "damaged: dataset.nq" in run("versions", "--out", tmp_path / "out").stdout
    answer = run("serve", "--port", "0", "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert "dataset.nq is damaged" in answer.stderr


def test_names_the_register_lacks_are_listed_and_never_merged(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    text = "Viện Năng lượng Sông Hồng họp. Cục An toàn thông tín đã báo cáo Bộ Y tế. Ông Trần Văn Lộc dự họp.\n"
    (documents / "tin.txt").write_text(text, encoding="utf-8")
    built = run("build", "--documents", documents, "--out", tmp_path / "out")
    assert built.returncode == 0, built.stderr
    assert "2 names that the register does not know" in built.stderr
    as_csv = run("review", "--out", tmp_path / "out", "--format", "csv")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(as_csv.stdout))}
    assert set(rows) == {"Viện Năng lượng Sông Hồng", "Cục An toàn thông tín"}
    misprint = rows["Cục An toàn thông tín"]
    assert (misprint["document"], misprint["line"], misprint["column"]) == ("tin.txt", "1", "32")
    assert misprint["near"].split(" | ")[0] == "Cục An toàn thông tin"
    assert misprint["why"].split(" | ")[0] == "diacritics"
    told = run("review", "--out", tmp_path / "out", "--lang", "en")
    assert "like: Cục An toàn thông tin (100 %): differs in marks or capitals only" in told.stdout
    assert "nothing in the register is like it" in told.stdout


def test_review_of_a_version_without_the_list_names_the_remedy(tmp_path: Path) -> None:
    answer = run("review", "--dataset", tmp_path)
    assert answer.returncode == 2
    assert "review.csv" in answer.stderr
    assert "cdsgraph build" in answer.stderr
