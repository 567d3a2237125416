"""What a build costs after one document among many has changed, set against the build of all of them from nothing.

    python -m benchmarks.rebuilding [COUNT…]

Makes COUNT documents (benchmarks.generating, 300 if none is named), builds them with `cdsgraph build`, adds a sentence
to one of them and builds again, twice, each time in another document. Prints a Markdown table: seconds of a processor
of the whole command, its start included, the less of the two rebuilds.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.generating.__main__ import write
from benchmarks.scaling import run
from cdsgraph.graph import versions

SENTENCE = "Năm 2024, kinh tế số của tỉnh đạt {}% GRDP.\n"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rebuilding", description=__doc__.split("\n")[0])
    parser.add_argument("counts", type=int, nargs="*", metavar="COUNT", help="how many documents (300)")
    print("| documents | quads | from nothing (s) | after one change (s) | share |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for count in parser.parse_args().counts or [300]:
        with tempfile.TemporaryDirectory() as place:
            print(measured(count, Path(place)), flush=True)


def measured(count: int, place: Path) -> str:
    """The row of a number of documents."""
    folder, out = place / "documents", place / "built"
    write(count, folder)
    command = ("build", "--documents", str(folder), "--out", str(out))
    _, whole, _ = run(*command)
    again = []
    for number, path in enumerate(sorted(folder.glob("*.txt"))[:2], 1):
        path.write_text(path.read_text(encoding="utf-8") + SENTENCE.format(10 + number), encoding="utf-8")
        again.append(run(*command)[1])
    quads = versions.manifest(versions.current(out))["counts"]["quads"]
    least = min(again)
    return f"| {count:,} | {quads:,} | {whole:.1f} | {least:.1f} | {least / whole:.1%} |"


if __name__ == "__main__":
    main()
