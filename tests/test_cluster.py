"""Corpora in archives, tables and on a cluster of two real workers: the same facts as from a folder on one process."""

import csv
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import dask
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster, WorkerPlugin

from cdsgraph.build import build
from cdsgraph.children import environment
from cdsgraph.files import Files
from cdsgraph.reading.given import Given

DEADLY = "ends-its-reader.txt"
ENDLESS = "never-ends.txt"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers, in processes of their own, that one document ends and one holds."""

    class Deadly(WorkerPlugin):
        def setup(self, worker: object) -> None:
            import os

            from cdsgraph.contributions import cluster, making

            make = making.outcome_of

            def outcome_of(maker: object, document: Given) -> object:
                if document.name == "ends-its-reader.txt":
                    os._exit(9)
                while document.name == "never-ends.txt":
                    pass
                return make(maker, document)  # type: ignore[arg-type]

            cluster.outcome_of = outcome_of  # type: ignore[attr-defined, assignment]

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        client.register_plugin(Deadly())
        yield cluster.scheduler_address


def cdsgraph(
    *arguments: object, folder: Path | None = None, terminal: bool = False
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cdsgraph", *map(str, arguments)]
    env = environment() | ({"TTY_COMPATIBLE": "1", "COLUMNS": "200"} if terminal else {})
    return subprocess.run(command, capture_output=True, check=False, timeout=120, cwd=folder, env=env)


@pytest.fixture(scope="module")
def table(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's documents as a Parquet table, with what their records say."""
    with (files.documents / "sources.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    told = {name: [row[name] or None for row in rows] for name in rows[0] if name not in ("file", "sha256", "checked")}
    names = [row["file"] for row in rows]
    texts = [(files.documents / name).read_text(encoding="utf-8") for name in names]
    columns: dict[str, list[str | None]] = {"name": [*names], "text": [*texts], **told}
    path = tmp_path_factory.mktemp("tables") / "corpus.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def packed(kind: str, files: Files, folder: Path) -> Path:
    """The project's documents in an archive, with a name that leads out of it."""
    inside = [path for path in sorted(files.documents.iterdir()) if path.suffix in (".txt", ".csv")]
    archive = folder / f"corpus{kind}"
    if kind == ".zip":
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("../../outside.txt", "Bộ Công an có 12 đơn vị.")
            for path in inside:
                made.write(path, f"texts/{path.name}")
    else:
        with tarfile.open(archive, "w:gz") as tar:
            outside = tarfile.TarInfo("../../outside.txt")
            tar.addfile(outside, io.BytesIO())
            link = tarfile.TarInfo("texts/link.txt")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
            for path in inside:
                tar.add(path, f"texts/{path.name}")
    return archive


@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
def test_an_archive_gives_the_version_that_its_folder_gives(
    kind: str, files: Files, built: Path, tmp_path: Path
) -> None:
    made = build(files, tmp_path / "out", documents=packed(kind, files, tmp_path))
    assert made.failed == ()
    for name in ("dataset.nq", "facts.jsonl", "numbers.jsonl", "review.csv"):
        assert (made.version / name).read_bytes() == (built / name).read_bytes()
    assert not list(tmp_path.parent.glob("outside.txt"))


def test_a_table_gives_the_version_that_its_folder_gives(
    files: Files, table: Path, built: Path, tmp_path: Path
) -> None:
    made = build(files, tmp_path, documents=table)
    assert (made.version / "dataset.nq").read_bytes() == (built / "dataset.nq").read_bytes()
    assert (made.version / "facts.jsonl").read_bytes() == (built / "facts.jsonl").read_bytes()


def test_a_row_of_a_table_that_cannot_be_is_told_with_its_place(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "corpus.parquet"
    texts = ["Bộ Công an có 12 đơn vị.", None, "Bộ Tài chính có 9 đơn vị.", "Bộ Y tế có 3 cục."]
    columns = {"name": ["a", "b", "c.txt", "d"], "text": texts, "published": ["2025-01", None, "soon", None]}
    pq.write_table(pa.table(columns), path)
    made = build(files, tmp_path / "out", documents=path, force=True)
    assert made.documents == 2
    assert [(error.line, error.message.split(" ")[0]) for error in made.failed] == [(2, "no"), (3, "published")]


def test_a_damaged_archive_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "corpus.zip").write_bytes(b"PK\3\4 no archive")
    answer = cdsgraph("extract", tmp_path / "corpus.zip")
    assert answer.returncode == 2
    assert b"cannot be unpacked" in answer.stderr


def test_extract_reads_collections_as_folders(files: Files, table: Path, tmp_path: Path) -> None:
    of_folder = cdsgraph("extract", files.documents)
    of_table = cdsgraph("extract", table, "--out", tmp_path)
    assert of_table.returncode == 0, of_table.stderr
    assert of_table.stdout == of_folder.stdout


def test_a_cluster_builds_the_same_version(scheduler: str, files: Files, built: Path, tmp_path: Path) -> None:
    answer = cdsgraph("build", "--scheduler", scheduler, "--out", tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "current" / "dataset.nq").read_bytes() == (built / "dataset.nq").read_bytes()
    assert (tmp_path / "current" / "facts.jsonl").read_bytes() == (built / "facts.jsonl").read_bytes()


def test_a_document_that_ends_or_holds_its_workers_is_told_and_what_was_read_is_kept(
    scheduler: str, files: Files, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(8):
        (folder / f"d{number}.txt").write_text(f"Bộ Công an có {12 + number} đơn vị.\n", encoding="utf-8")
    (folder / DEADLY).write_text("Bộ Công an có 12 đơn vị.\n", encoding="utf-8")
    (folder / ENDLESS).write_text("Bộ Công an có 12 đơn vị.\n", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    limited = ("--document-timeout", 3, "--scheduler", scheduler)
    answer = cdsgraph("extract", *limited, folder, "--out", tmp_path / "out", terminal=True)
    assert answer.returncode == 1, answer.stderr
    assert {line.split(b'"')[3] for line in answer.stdout.splitlines()} == {f"d{n}.txt".encode() for n in range(8)}
    assert b"ended or exhausted the workers" in answer.stderr
    assert b"empty.txt" in answer.stderr
    assert re.search(rb"never-ends.txt: it took longer than 3 seconds", answer.stderr)
    assert b"11 of 11" in answer.stderr  # of the bar
    (folder / DEADLY).unlink()
    (folder / ENDLESS).unlink()
    again = cdsgraph("extract", folder, "--out", tmp_path / "out")
    assert again.stdout == answer.stdout


def test_the_examples_of_the_docs_run(scheduler: str, files: Files, table: Path, built: Path, tmp_path: Path) -> None:
    packed(".zip", files, tmp_path)
    (tmp_path / "corpus.parquet").write_bytes(table.read_bytes())
    pages = [(files.root / "docs" / page).read_text(encoding="utf-8") for page in ("corpus.md", "corpus.vi.md")]
    blocks, same = (re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for page in pages)
    assert blocks == same
    facts = []
    for line in "".join(blocks).splitlines():
        command, *arguments = line.replace("tcp://127.0.0.1:8786", scheduler).split(" ")
        assert command == "cdsgraph"
        answer = cdsgraph(*arguments, folder=tmp_path)
        assert answer.returncode == 0, answer.stderr
        facts.append((tmp_path / "facts.jsonl").read_bytes())
    assert len(facts) == 4
    assert facts[0] == facts[-1]
    assert facts[0].count(b"\n") > 400
    assert (tmp_path / "built" / "current" / "dataset.nq").read_bytes() == (built / "dataset.nq").read_bytes()


def test_where_no_scheduler_answers_that_is_said(files: Files, tmp_path: Path) -> None:
    answer = cdsgraph("extract", "--scheduler", "tcp://127.0.0.1:9", files.documents, "--out", tmp_path)
    assert answer.returncode == 3
    assert b"no Dask scheduler answers" in answer.stderr
