"""How fast documents are read, and in how much memory: the project's own texts, repeated, through the command line.

    python benchmarks/reading.py [COUNT...]

Prints a Markdown table, a row for each count of documents (5, 100 and 1,000 if none is named): seconds on the clock and
of the processor, megabytes of UTF-8 and characters a second of the processor without the start, peak memory, and how
many times longer reading takes than a pass that only splits the same files into words with a regular expression.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXTS = sorted((ROOT / "data" / "documents").glob("*.txt"))
WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Run:
    """What a process cost: seconds on the clock, seconds of the processor, peak memory in MB."""

    clock: float
    processor: float
    memory: float


def main() -> None:
    """Measure each count and print the table."""
    counts = [int(count) for count in sys.argv[1:]] or [5, 100, 1000]
    start = extracted(1)
    print("| documents | MB | s | s of processor | MB/s | characters/s | peak memory (MB) | × splitting into words |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for count in counts:
        run = extracted(count)
        texts = [TEXTS[number % len(TEXTS)].read_text(encoding="utf-8") for number in range(count)]
        size = sum(len(text.encode()) for text in texts) / 1e6
        spent = run.processor - start.processor
        print(
            f"| {count:,} | {size:.2f} | {run.clock:.1f} | {run.processor:.1f} | {size / spent:.2f} "
            f"| {sum(map(len, texts)) / spent:,.0f} | {run.memory:.0f} | {spent / split(texts):.0f} |"
        )
    print(f"\nThe start (register, word lists, one document): {start.processor:.1f} s, {start.memory:.0f} MB.")


def extracted(count: int) -> Run:
    """The cost of `cdsgraph extract` for a folder of `count` documents."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        folder.mkdir()
        for number in range(count):
            text = TEXTS[number % len(TEXTS)]
            (folder / f"{number:05}-{text.name}").write_bytes(text.read_bytes())
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "cdsgraph", "--quiet", "extract", folder, "-o", os.devnull],
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"extract ended with {process.returncode}")
        clock = time.perf_counter() - began
    return Run(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def split(texts: list[str]) -> float:
    """Seconds of the processor to find every word and sign of the texts."""
    began = time.process_time()
    for text in texts:
        WORDS.findall(text)
    return time.process_time() - began


if __name__ == "__main__":
    main()
