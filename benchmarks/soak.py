"""Whether the service stays as it is under hours of mixed use: memory that grows, requests that fail.

    python -m benchmarks.soak [MINUTES] [--clients 4] [--rate 20] [--publish-every 240]

Builds two versions of the project's own documents (the second without one of them), serves them, and asks for saved
queries, pages, things, documents, listings and dumps with several clients, each request in a hundred one that is meant
to hurt: endless, nested too deep, an update, an answer that nobody waits for. Every few minutes the other version is
published. Prints a Markdown table; exit code 1 if a request failed that was not meant to hurt, or memory grew by more
than 50 MB. A line of JSON a minute goes to stderr.
"""

import argparse
import http.client
import json
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import psutil

from cdsgraph import queries
from cdsgraph.files import locate

ROOT: Final = Path(__file__).parent.parent
FORM: Final = "application/x-www-form-urlencoded"
LIMIT: Final = 5  # seconds that a query may take here
SAMPLE: Final = 5.0  # seconds between looks at memory
ABUSE: Final = 0.01
GROWTH: Final = 50  # MB
WARM: Final = 0.1  # of the time, which fills what is kept of answers
MIB: Final = 2**20
SUBJECT: Final = re.compile(r"^<https://w3id\.org/cdsgraph/((?:id|def)/[^>#?]+)> ", re.MULTILINE)
ABUSIVE: Final = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(CONTAINS(STR(?c), STR(?f))) } ORDER BY ?c ?f",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a (!<urn:x>|!<urn:y>)* ?b . ?b (!<urn:x>)* ?c . ?c (!<urn:z>)* ?d }",
    "SELECT * " + "{" * 4000 + "}" * 4000,
    "SELECT (" + "STR(" * 2000 + "1" + ")" * 2000 + " AS ?x) {}",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * {",
)
MEANT: Final = frozenset({200, 400, 403, 413, 422, 503})  # what an abusive request may be answered


@dataclass(slots=True)
class Tally:
    """What the clients saw, in milliseconds by kind, and what went wrong, in words."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, status: int, ms: float, wrong: str) -> None:
        """Count one request."""
        with self.lock:
            self.ms.setdefault(kind, []).append(ms)
            self.statuses[kind, status] += 1
            if wrong:
                self.failed[f"{kind}: {wrong}"] += 1


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at one moment, in MB: of the front alone, and of all processes with what they share counted once."""

    at: float
    front: float
    all: float
    processes: int


def cdsgraph(*words: str) -> list[str]:
    """The command line of a cdsgraph command."""
    return [sys.executable, "-m", "cdsgraph", *words]


def built(out: Path) -> list[str]:
    """Two versions: all documents, and all but one. Their names."""
    files = locate(ROOT)
    fewer = out / "fewer"
    shutil.copytree(files.documents, fewer)
    left_out = min(fewer.glob("*.txt"))
    left_out.unlink()
    rows = (fewer / "sources.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (fewer / "sources.csv").write_text("".join(row for row in rows if left_out.name not in row), encoding="utf-8")
    for documents in (fewer, files.documents):
        command = cdsgraph("build", "--out", str(out), "--documents", str(documents))
        subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return sorted(path.name for path in (out / "versions").iterdir())


@contextmanager
def serving(out: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service over a folder of versions, until the block ends."""
    with (out / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            cdsgraph("serve", "--out", str(out), "--port", str(port), "--timeout", str(LIMIT)), cwd=ROOT, stderr=log
        )
    try:
        for _ in range(600):
            time.sleep(0.1)
            if process.poll() is not None:
                raise SystemExit(f"the service ended: {(out / 'serve.log').read_text(encoding='utf-8')}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield process
    finally:
        process.terminate()
        process.wait(30)


def addresses(out: Path) -> dict[str, list[tuple[str, str]]]:
    """What is asked, by kind: paths with the Accept header; each is asked again and again."""
    files = locate(ROOT)
    said = [path.read_text(encoding="utf-8") for path in (out / "versions").glob("*/dataset.nq")]
    things = sorted(set.intersection(*(set(re.findall(SUBJECT, each)) for each in said)))
    texts = {path.name for path in (out / "fewer").glob("*.txt")}
    saved = [each for each in queries.load_all(files.queries) if all(p.default is not None for p in each.params)]
    return {
        "saved query": [(f"/queries/{each.name}", "application/sparql-results+json, text/turtle") for each in saved],
        "sparql": [(f"/sparql?query={quote(each.render())}", "*/*") for each in saved],
        "thing": [(f"/doc/{quote(thing)}.{suffix}", "*/*") for thing in things for suffix in ("ttl", "jsonld", "html")],
        "page": [(path, "text/html") for path in ("/", "/queries", "/sparql", "/documents", "/search?q=chuyển+đổi+số")],
        "document": [(f"/documents/{name}", "text/html") for name in sorted(texts)],
        "file": [(path, "*/*") for path in ("/dumps/dataset.nq", "/ns", "/shapes", "/context.jsonld")],
        "metadata": [(path, "*/*") for path in ("/health", "/ready", "/metrics", "/openapi.json", "/robots.txt")],
    }


def fresh_query(chance: random.Random) -> str:
    """A query that nobody asked before."""
    number = chance.randrange(10**9)
    return f"SELECT ?s ?o {{ ?s ?p ?o FILTER(?o != {number}) }} OFFSET {chance.randrange(500)} LIMIT 200"


def client(port: int, asked: dict[str, list[tuple[str, str]]], tally: Tally, pause: float, end: float) -> None:
    """Ask until the end, at most once in `pause` seconds."""
    chance = random.Random()  # noqa: S311  # no secret
    kinds, talk = list(asked), http.client.HTTPConnection("127.0.0.1", port, timeout=6 * LIMIT)
    while (began := time.monotonic()) < end:
        if chance.random() < ABUSE:
            talk.close()  # an idle connection would be closed meanwhile
            abuse(port, chance, tally)
        else:
            kind = chance.choice([*kinds, "fresh query"])
            path, accept = (
                chance.choice(asked[kind])
                if kind in asked
                else (f"/sparql?{urlencode({'query': fresh_query(chance)})}", "*/*")
            )
            status, wrong = 0, ""
            try:
                talk.request("GET", quote(path, safe="/?=&%+;,:"), headers={"Accept": accept})
                answer = talk.getresponse()
                body = answer.read()
                status = answer.status
                wrong = "" if status == http.client.OK else f"{status} {path[:80]} {body[:120]!r}"
            except (OSError, http.client.HTTPException) as error:
                wrong = f"{type(error).__name__} {path[:80]}"
                talk.close()
            tally.add(kind, status, 1000 * (time.monotonic() - began), wrong)
        time.sleep(max(0.0, pause - (time.monotonic() - began)))


def abuse(port: int, chance: random.Random, tally: Tally) -> None:
    """One request that is meant to hurt; it may be refused, but in words."""
    began, status, wrong = time.monotonic(), 0, ""
    leave = chance.random() < 0.3
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=1 if leave else 6 * LIMIT)
    try:
        body = urlencode({"query": chance.choice(ABUSIVE)})
        talk.request("POST", "/sparql", body, {"Content-Type": FORM})
        answer = talk.getresponse()
        answer.read()
        status = answer.status
        wrong = "" if status in MEANT else str(status)
    except (OSError, http.client.HTTPException) as error:
        wrong = "" if leave and isinstance(error, TimeoutError) else type(error).__name__
    finally:
        talk.close()
    tally.add("abusive", status, 1000 * (time.monotonic() - began), wrong)


def measured(front: psutil.Process, began: float) -> Sample:
    """Memory now."""
    everyone = [front, *front.children(recursive=True)]
    shared = 0
    for process in everyone:
        try:
            shared += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return Sample(time.monotonic() - began, front.memory_info().rss / MIB, shared / MIB, len(everyone))


def watched(
    front: psutil.Process, out: Path, names: list[str], every: float, seconds: float, tally: Tally
) -> tuple[list[Sample], int]:
    """Measure until the time is over, publishing in between; the samples and how often was published."""
    began, samples, published = time.monotonic(), [], 0
    told = 0.0
    while (now := time.monotonic() - began) < seconds:
        samples.append(measured(front, began))
        if now >= (published + 1) * every:
            published += 1
            publish = cdsgraph("publish", names[published % len(names)], "--out", str(out))
            if subprocess.run(publish, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode:
                tally.add("publish", 0, 0.0, "refused")
        if now >= told:
            told += 60
            line = {"s": round(now), "front": round(samples[-1].front), "all": round(samples[-1].all)}
            print(json.dumps(line | {"failed": dict(tally.failed)}), file=sys.stderr, flush=True)
        time.sleep(SAMPLE)
    return samples, published


def report(samples: list[Sample], published: int, tally: Tally) -> bool:
    """Print what was measured; whether it is as it should be."""
    warm = [sample for sample in samples if sample.at >= WARM * samples[-1].at]
    part = max(1, len(warm) // 5)
    print(f"{sum(tally.statuses.values()):,} requests in {samples[-1].at / 60:.0f} minutes, {published} publications\n")
    print("| kind | requests | failed | median ms | 99 in 100 below, ms |\n| --- | ---: | ---: | ---: | ---: |")
    for kind, ms in sorted(tally.ms.items()):
        wrong = sum(count for what, count in tally.failed.items() if what.startswith(f"{kind}: "))
        print(
            f"| {kind} | {len(ms):,} | {wrong} | {statistics.median(ms):.0f} | {sorted(ms)[int(0.99 * len(ms))]:.0f} |"
        )
    print("\n| memory, MB | at first | at last | grown by | most |\n| --- | ---: | ---: | ---: | ---: |")
    grown = {}
    for what in ("front", "all"):
        values = [getattr(sample, what) for sample in warm]
        first, last = statistics.median(values[:part]), statistics.median(values[-part:])
        grown[what] = last - first
        print(f"| {what} | {first:.0f} | {last:.0f} | {last - first:.0f} | {max(values):.0f} |")
    for what, count in tally.failed.most_common(20):
        print(f"\n{count} × {what}")
    statuses = {status: count for (kind, status), count in sorted(tally.statuses.items()) if kind == "abusive"}
    print(f"\nabusive requests by status (0: left before the answer): {statuses}")
    return not tally.failed and max(grown.values()) <= GROWTH


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", nargs="?", type=float, default=30)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--rate", type=float, default=20, help="requests a second, at most")
    parser.add_argument("--publish-every", type=float, default=240, help="seconds")
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        names = built(out)
        tally = Tally()
        with serving(out, port) as process:
            seconds, pause = 60 * given.minutes, given.clients / given.rate
            asked, end = addresses(out), time.monotonic() + seconds
            clients = [
                threading.Thread(target=client, args=(port, asked, tally, pause, end)) for _ in range(given.clients)
            ]
            for each in clients:
                each.start()
            front = psutil.Process(process.pid)
            samples, published = watched(front, out, names, given.publish_every, seconds, tally)
            for each in clients:
                each.join()
        fine = report(samples, published, tally)
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
