"""How long each kind of page takes, beside a plain file from the same server.

    python -m benchmarks.pages [VERSION] [--times N]

Serves a built version (`build/current` if none is named) and asks for every kind of page N times (20), one request
after the other. Prints a Markdown table: milliseconds of the first asking, on its own since the queries behind a page
are kept from then on, then median and 95th percentile, the packed size, and the median as a multiple of the file's.
"""

import argparse
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tests.browser.crawling import Site, crawled, kind_of
from tests.service import ROOT, serving

PLAIN = "/static/style.css"
_BROWSER = {"Accept": "text/html,*/*;q=0.1", "Accept-Encoding": "gzip"}


def main() -> int:
    """Measure and print; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", nargs="?", type=Path, default=ROOT / "build" / "current")
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    with serving(given.version) as address:
        paths = sorted(examples(crawled(address)))
    print("| page | first (ms) | p50 (ms) | p95 (ms) | bytes sent | × plain file |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with serving(given.version) as address, httpx.Client(base_url=address, headers=_BROWSER, trust_env=False) as client:
        plain = statistics.median(timed(client, PLAIN)[0] for _ in range(given.times))
        for path in paths:
            first, _ = timed(client, path)
            taken = [timed(client, path) for _ in range(given.times)]
            times = sorted(seconds for seconds, _ in taken)
            middle, late = statistics.median(times), times[int(len(times) * 0.95)]
            print(f"| `{path}` | {first * 1e3:.1f} | {middle * 1e3:.1f} | {late * 1e3:.1f} | {taken[0][1]:,} "
                  f"| {middle / plain:.1f} |")  # fmt: skip
        print(f"\nThe plain file, `{PLAIN}`: {plain * 1e3:.2f} ms.")
    return 0


def examples(site: Site) -> Iterable[str]:
    """For each kind of page the largest that was met."""
    largest: dict[str, tuple[int, str]] = {}
    for page in site.pages():
        kind = kind_of(page.path)
        if not urlsplit(page.path).query and not kind.startswith("/doc/def/"):
            largest[kind] = max(largest.get(kind, (0, "")), (page.size, page.path))
    return [path for _, path in largest.values()]


def timed(client: httpx.Client, path: str) -> tuple[float, int]:
    """Seconds until the last byte of an answer, and the bytes sent."""
    began = time.perf_counter()
    with client.stream("GET", path) as answer:
        size = sum(len(piece) for piece in answer.iter_raw())
    return time.perf_counter() - began, size


if __name__ == "__main__":
    raise SystemExit(main())
