"""What more documents cost: seconds and memory to read and to build them, to load the graph, and to ask it.

    python -m benchmarks.scaling [COUNT…] [--again] [--jobs N]

Makes COUNT documents (benchmarks.generating, 100 and 300 if none is named), reads them with `cdsgraph extract`, builds
them with `cdsgraph build`, each with nothing kept from before, loads the graph into memory, and asks the saved queries
of scaled_queries.csv. The figures of each size go to scaling.csv and scaling_queries.csv as soon as they are there; a
size that has its row is left out, so that the large ones can be measured another day. The tables of docs/scaling.md
follow; `python -m benchmarks.plots` draws the plots.
"""

import argparse
import csv
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean

from benchmarks import scaling_page
from benchmarks.generating.__main__ import write
from cdsgraph.graph.dataset import load_store
from cdsgraph.queries import find

HERE = Path(__file__).parent
ROOT = HERE.parent
FIGURES, LATENCIES = HERE / "scaling.csv", HERE / "scaling_queries.csv"
ASKED = HERE / "scaled_queries.csv"
RUNS = 5
PATIENCE = 20  # seconds in which to ask a query again


def main() -> None:
    """Measure the sizes that have no row yet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__.split("\n")[0])
    parser.add_argument("counts", type=int, nargs="*", metavar="COUNT", help="how many documents (100 300)")
    parser.add_argument("--again", action="store_true", help="measure sizes anew that have a row")
    parser.add_argument("--jobs", type=int, default=1, help="processes that read documents (1)")
    parser.add_argument("--load", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        print(json.dumps(loaded(options.load)))
        return
    for count in options.counts or [100, 300]:
        rows = [row for row in _rows(FIGURES) if row["documents"] == str(count) and row["jobs"] == str(options.jobs)]
        if rows and not options.again:
            print(f"{count:,} documents are measured: {FIGURES.name}")
            continue
        measure(count, options.jobs)
        if len(_rows(FIGURES)) > 1:
            scaling_page.write()


def measure(count: int, jobs: int) -> None:
    """One size, from the making of its documents to the answers; its rows are kept."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        truth = write(count, folder)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        same = ["--jobs", str(jobs)]
        row: dict[str, Any] = {
            "documents": count,
            "jobs": jobs,
            "mb": round(size, 2),
            "stated": sum(1 for line in truth.read_text(encoding="utf-8").splitlines() if '"optional"' not in line),
        }
        facts = Path(place) / "facts.jsonl"
        row |= _of("extract", run("extract", str(folder), "-o", str(facts), "--out", str(Path(place) / "read"), *same))
        row["facts"] = facts.read_bytes().count(b"\n")
        facts.unlink()
        row |= _of("build", run("build", "--documents", str(folder), "--out", str(Path(place) / "built"), *same))
        version = (Path(place) / "built" / "current").resolve()
        row["quads"] = json.loads((version / "manifest.json").read_text(encoding="utf-8"))["counts"]["quads"]
        row["nq_mb"] = round((version / "dataset.nq").stat().st_size / 1e6, 1)
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.scaling", "--load", version / "dataset.nq"],
            env=_environment(),
            check=True,
            capture_output=True,
        )
    found = json.loads(told.stdout)
    row |= {"load_s": found["seconds"], "load_mb": found["memory"]}
    row |= {"load": round(os.getloadavg()[1], 1), "cores": os.cpu_count(), "python": platform.python_version()}
    row["measured"] = date.today().isoformat()
    keep(FIGURES, [row], ("documents", "jobs"))
    asked = [
        {"documents": count, "quads": row["quads"], "query": name, "rows": rows, "ms": ms}
        for name, rows, ms in found["queries"]
    ]
    keep(LATENCIES, asked, ("documents", "query"))
    print(json.dumps(row))


def run(command: str, *arguments: str) -> tuple[float, float, float]:
    """A command of cdsgraph: seconds on the clock, of the processor, and its greatest memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cdsgraph", "--quiet", command, *arguments], env=_environment(), cwd=ROOT
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def loaded(path: Path) -> dict[str, Any]:
    """What a process needs to load a graph and to answer: seconds of processor, MB, and each query's rows and ms."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    store = load_store(path)
    seconds = time.process_time() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    answers = []
    for row in _rows(ASKED):
        query = find(ROOT / "queries", row["query"]).render(json.loads(row["values"] or "{}"))
        spent: list[float] = []
        rows = 0
        while not spent or (len(spent) < RUNS and sum(spent) < PATIENCE):
            start = time.process_time()
            found = store.query(query)
            rows = 0 if isinstance(found, QueryBoolean) else sum(1 for _ in found)
            spent.append(time.process_time() - start)
        answers.append((row["query"], rows, round(statistics.median(spent) * 1000, 2)))
    return {"seconds": round(seconds, 2), "memory": round(memory), "queries": answers}


def keep(path: Path, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    """Put rows into a table in the place of those with the same keys; sizes in order."""
    new = {tuple(str(row[key]) for key in keys) for row in rows}
    kept = [row for row in _rows(path) if tuple(row[key] for key in keys) not in new]
    table: list[dict[str, Any]] = sorted([*kept, *rows], key=lambda row: int(str(row["documents"])))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def _of(what: str, cost: tuple[float, float, float]) -> dict[str, Any]:
    clock, processor, memory = cost
    return {f"{what}_s": round(clock, 1), f"{what}_cpu": round(processor, 1), f"{what}_mb": round(memory)}


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


if __name__ == "__main__":
    main()
