"""Queries of the service beside those of the engine's own server, on the same data, with equal answers.

    CDSGRAPH_REFERENCE=FOLDER python -m benchmarks.service [SCALE…] [--seconds N] [--rounds N] [--mix light]

Data, queries and driver are those of the reference material, which is no part of the project (bench/sparql). For each
scale (S about 100,000 quads, M a million, L five million; M if none is named) `oxigraph serve-read-only` on disk and
`cdsgraph serve` in memory, on disk, both without its cache, and with it, are driven one after the other. Prints
Markdown tables: seconds to the first answer and memory, then requests a second and 95th percentile by mix and clients,
and as ratios to the engine's server. Exits with 1 if an answer differs. `--figures FILE` keeps the figures as CSV, each
scale in place of its older ones, for `python -m benchmarks.plots`. On a machine whose speed changes, drive all servers
in several rounds: of each server's runs the median is told. `--mix light` leaves the heavy queries out, answers to be
compared included: at five million quads some take minutes.
"""

import argparse
import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psutil

MIXES = {"light": "q01,q02,q03,q04,q05,q06", "full": ""}
CLIENTS = (1, 8)
NATIVE = "oxigraph, on disk"
# Seconds a query may take, for both: the heaviest ones outlast a public service's limit at five million quads.
PATIENCE = "600"
COLUMNS = ("quads", "server", "start", "memory", "mix", "clients", "rate", "p95")


@dataclass(frozen=True)
class Server:
    """A server to measure: its command, its variables and where it takes queries."""

    name: str
    command: tuple[str, ...]
    variables: dict[str, str]
    path: str


def main() -> int:
    """Measure every scale; 1 if an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scales", nargs="*", default=["M"])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--mix", choices=MIXES, action="append", dest="mixes")
    parser.add_argument("--figures", type=Path)
    given = parser.parse_args()
    tools = Path(os.environ.get("CDSGRAPH_REFERENCE", "")) / "bench" / "sparql"
    if not (tools / "bench.py").is_file():
        print("the reference material is not there: set CDSGRAPH_REFERENCE to its folder", file=sys.stderr)
        return 2
    differ = False
    with tempfile.TemporaryDirectory() as place:
        for scale in given.scales:
            rows, wrong = measured(scale, tools, Path(place), given.seconds, given.rounds, given.mixes or list(MIXES))
            differ |= wrong
            if given.figures:
                keep(given.figures, rows)
    return int(differ)


def keep(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the rows of one size into the table, in place of those it has of that size."""
    kept: list[dict[str, str]] = []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            kept = [row for row in csv.DictReader(file) if row["quads"] != rows[0]["quads"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(sorted([*kept, *rows], key=lambda row: int(row["quads"])))


def measured(
    scale: str, tools: Path, place: Path, seconds: float, rounds: int, mixes: list[str]
) -> tuple[list[dict[str, str]], bool]:
    """Print the tables of one scale; its figures as rows, and whether an answer differed."""
    data = place / f"{scale}.nq"
    run([sys.executable, str(tools / "gen.py"), "--scale", scale, "--out", str(data)])
    quads = sum(1 for _ in data.open("rb"))
    oxigraph = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if oxigraph is None:
        raise SystemExit("oxigraph is not installed: pip install oxigraph")
    began = time.perf_counter()
    run([oxigraph, "load", "-l", str(place / scale), "-f", str(data)])
    native_load = time.perf_counter() - began
    native = Server(
        NATIVE,
        (oxigraph, "serve-read-only", "-l", str(place / scale), "--union-default-graph", "-b", "127.0.0.1:{port}"),
        {},
        "/query",
    )
    command = (
        sys.executable,
        "-m",
        "cdsgraph",
        "serve",
        "--dataset",
        str(data),
        "--port",
        "{port}",
        "--timeout",
        PATIENCE,
    )
    memory, disk = {"CDSGRAPH_DATA_MEMORY": "100000"}, {"CDSGRAPH_DATA_MEMORY": "0"}
    own = [
        Server("cdsgraph, in memory", command, memory | {"CDSGRAPH_CACHE": "0"}, "/sparql"),
        Server("cdsgraph, on disk", command, disk | {"CDSGRAPH_CACHE": "0"}, "/sparql"),
        Server("cdsgraph, in memory, cached", command, memory, "/sparql"),
    ]
    print(f"\n{quads:,} quads ({data.stat().st_size / 1e6:,.0f} MB)\n")
    print(f"Loading on disk by the engine's own command: {native_load:.1f} s.\n")
    print("| server | s to the first answer | memory after (MB) |\n| --- | ---: | ---: |")
    checks, differs = [], False
    starts: dict[str, tuple[float, float]] = {}
    runs: dict[tuple[str, str, int], list[dict[str, Any]]] = defaultdict(list)
    for turn in range(rounds):
        for server in [native, *own]:
            with serving(server, place) as (address, process, waited):
                for mix in mixes:
                    for clients in CLIENTS:
                        driven = [*("--phase", "mixed"), *("--clients", str(clients)), *("--seconds", str(seconds))]
                        told = driver(tools, place, address, MIXES[mix], driven)["mixed"]
                        if told["errors"]:
                            raise SystemExit(f"{server.name}: {told['errors']}")
                        runs[server.name, mix, clients].append(told)
                if turn:
                    continue
                if server is own[0]:
                    with serving(native, place) as (other, _, _):
                        checked = driver(tools, place, address, MIXES[mixes[-1]], ["--check-against", other])["check"]
                    differs = bool(checked["disagreements"])
                    checks.append(f"{checked['compared']} answers compared, {len(checked['disagreements'])} differ.")
                starts[server.name] = waited, memory_of(process)
                print(f"| {server.name} | {waited:.1f} | {starts[server.name][1]:,.0f} |", flush=True)
    figures = {each: sorted(told, key=lambda run: run["per_second"])[len(told) // 2] for each, told in runs.items()}
    print(
        "\n| server | mix | clients | requests/s | × | p95 (ms) | × |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for (name, mix, clients), told in figures.items():
        base = figures[NATIVE, mix, clients]
        rate, p95 = told["per_second"], told["all"]["p95_ms"]
        print(
            f"| {name} | {mix} | {clients} | {rate:,.0f} | {rate / base['per_second']:.2f} "
            f"| {p95:,.1f} | {p95 / base['all']['p95_ms']:.2f} |"
        )
    print("\n" + "\n".join(checks))
    rows = [
        {
            "quads": str(quads),
            "server": name,
            "start": f"{starts[name][0]:.1f}",
            "memory": f"{starts[name][1]:.0f}",
            "mix": mix,
            "clients": str(clients),
            "rate": str(told["per_second"]),
            "p95": str(told["all"]["p95_ms"]),
        }
        for (name, mix, clients), told in figures.items()
    ]
    return rows, differs


def driver(tools: Path, place: Path, address: str, only: str, options: list[str]) -> dict[str, Any]:
    """What the reference driver tells of one run."""
    out = place / "told.json"
    command = [sys.executable, str(tools / "bench.py"), "--endpoint", address, "--only", only, "--json", str(out)]
    command += ["--timeout", PATIENCE]
    subprocess.run([*command, *options], check=False, stderr=subprocess.DEVNULL)
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


@contextmanager
def serving(server: Server, place: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    """The server's address, its process and the seconds until it answered, for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = os.environ | {"XDG_CACHE_HOME": str(place / "cache")} | server.variables
    command = [part.format(port=port) for part in server.command]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}{server.path}"
    try:
        while not answers(address):
            if process.poll() is not None:
                raise SystemExit(f"{server.name} ended")
            time.sleep(0.05)
        yield address, psutil.Process(process.pid), time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    """Whether a query is answered."""
    try:
        with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5):  # noqa: S310  # our own address
            return True
    except (URLError, OSError):
        return False


def memory_of(process: psutil.Process) -> float:
    """Proportional memory of a process and its children, in MB: what several share counts once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # a worker whose query was stopped, or one that has done its work
            total += each.memory_full_info().pss
    return total / 1e6


def run(command: list[str]) -> None:
    """Run a command that must succeed, quietly."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
