"""The service under load, as a Markdown table.

    python -m benchmarks.load [--seconds N] DATASET

DATASET is a version's folder or an RDF file. Measured: 200 connections that ask at once; 20 clients for N seconds, with
queries that nobody asked before and with kept answers; a cheap query beside eight that never end; and the memory of all
processes. Exits with 1 if a request fails that should not.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from urllib.parse import quote

from benchmarks.service import Server, memory_of, serving

AT_ONCE = 200
CLIENTS = 20
HEAVY = 8
CHEAP_ASKED = 20
CHEAP = "SELECT ?s WHERE {{ ?s a ?type }} LIMIT 5 # {}"
ENDLESS = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} # {}"
FRESH = count()


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._talk: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str) -> tuple[int, float]:
        """Status and seconds until the last byte."""
        began = time.perf_counter()
        if self._talk is None:
            self._talk = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._talk
        writer.write(f"GET /sparql?query={quote(query, safe='')} HTTP/1.1\r\nHost: load\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(line for line in head.splitlines() if line.startswith("content-length:"))
        await reader.readexactly(int(length.split(":")[1]))
        return int(head.split(" ", 2)[1]), time.perf_counter() - began

    def close(self) -> None:
        """Hang up."""
        if self._talk is not None:
            self._talk[1].close()


async def asked(port: int, clients: int, work: Callable[[Client], Awaitable[list[tuple[int, float]]]]) -> list[float]:
    """The seconds of each request of so many clients. Raises SystemExit where one was not answered with 200."""
    open_ones = [Client(port) for _ in range(clients)]
    found = [each for told in await asyncio.gather(*map(work, open_ones)) for each in told]
    for client in open_ones:
        client.close()
    failed = [status for status, _ in found if status != 200]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(found)} requests failed: {sorted(set(failed))}")
    return sorted(seconds for _, seconds in found)


async def measured(port: int, seconds: float) -> list[tuple[str, str, str, str]]:
    """What was measured, requests a second, and 95th and 99th percentile in milliseconds."""
    rows = []

    async def once(client: Client) -> list[tuple[int, float]]:
        return [await client.ask(CHEAP.format(next(FRESH)))]

    def busy(text: Callable[[], str]) -> Callable[[Client], Awaitable[list[tuple[int, float]]]]:
        async def work(client: Client) -> list[tuple[int, float]]:
            end, found = time.perf_counter() + seconds, []
            while time.perf_counter() < end:
                found.append(await client.ask(text()))
            return found

        return work

    async def some(client: Client) -> list[tuple[int, float]]:
        return [await client.ask(CHEAP.format(next(FRESH))) for _ in range(CHEAP_ASKED)]

    rows.append(row(f"{AT_ONCE} connections at once", await asked(port, AT_ONCE, once), None))
    fresh = await asked(port, CLIENTS, busy(lambda: CHEAP.format(next(FRESH))))
    rows.append(row(f"{CLIENTS} clients, each query new", fresh, seconds))
    kept = await asked(port, CLIENTS, busy(lambda: CHEAP.format("kept")))
    rows.append(row(f"{CLIENTS} clients, answers kept", kept, seconds))
    heavy = [Client(port) for _ in range(HEAVY)]
    running = [asyncio.create_task(client.ask(ENDLESS.format(next(FRESH)))) for client in heavy]
    await asyncio.sleep(1)
    rows.append(row(f"a cheap query beside {HEAVY} that never end", await asked(port, 1, some), None))
    for task, client in zip(running, heavy, strict=True):
        task.cancel()
        client.close()
    await asyncio.gather(*running, return_exceptions=True)
    return rows


def row(name: str, times: list[float], seconds: float | None) -> tuple[str, str, str, str]:
    """One line of the table."""
    rate = f"{len(times) / seconds:,.0f}" if seconds else ""
    p95, p99 = (f"{1000 * times[min(len(times) - 1, int(q * len(times)))]:,.0f}" for q in (0.95, 0.99))
    return name, rate, p95, p99


def main() -> int:
    """Measure one dataset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    command = (sys.executable, "-m", "cdsgraph", "serve", "--dataset", str(given.dataset), "--port", "{port}")
    with (
        tempfile.TemporaryDirectory() as place,
        serving(Server("cdsgraph", command, dict(os.environ), "/sparql"), Path(place)) as (address, process, _),
    ):
        before = memory_of(process)
        rows = asyncio.run(measured(int(address.split(":")[2].split("/")[0]), given.seconds))
        after = memory_of(process)
    print("| load | requests/s | p95 (ms) | p99 (ms) |\n| --- | ---: | ---: | ---: |")
    for told in rows:
        print("| " + " | ".join(told) + " |")
    print(f"\nMemory of all processes: {before:,.0f} MB before, {after:,.0f} MB after.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
