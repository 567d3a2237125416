"""SHACL engines side by side: seconds, memory, and whether exactly the seeded errors are found.

`python -m benchmarks.shacl [TRIPLES…]` makes data with a known number of errors, checks them with plain pySHACL, with
the reference and with the faster engine, each run in a process of its own, and prints a Markdown table. Data, shapes
and known errors are `bench/shacl` of the reference material, which is no part of the project: CDSGRAPH_REFERENCE names
its folder.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ENGINES = ("plain", "reference", "fast")
PLAIN_AT_MOST = 20_000  # triples; plain pySHACL takes minutes above
RUNS = 3


def main() -> None:
    """Measure and print, or, as one of the processes that are measured, print one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("triples", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--one", nargs=3, metavar=("ENGINE", "DATA", "SHAPES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        engine, data, shapes = arguments.one
        print(json.dumps(measured(engine, Path(data), Path(shapes))))
        return
    bench = Path(os.environ.get("CDSGRAPH_REFERENCE") or ROOT.parent / "shared") / "bench" / "shacl"
    if not (bench / "gen.py").is_file():
        sys.exit(f"{bench} is not there: set CDSGRAPH_REFERENCE to the folder of the reference material")
    print("| triples | engine | s of processor | × plain | peak memory (MB) | seeded | missed | not seeded |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        per_triple = 0.0
        for wanted in arguments.triples:
            data = Path(folder) / f"{wanted}.ttl"
            subprocess.run([sys.executable, bench / "gen.py", str(wanted), data], check=True, stdout=subprocess.DEVNULL)
            known = json.loads(data.with_suffix(".expected.json").read_text(encoding="utf-8"))
            for engine in ENGINES:
                if engine == "plain" and wanted > PLAIN_AT_MOST:
                    continue
                runs = [run(engine, data, bench / "shapes.ttl") for _ in range(RUNS if wanted <= 100_000 else 1)]
                best = min(runs, key=lambda each: each["seconds"])
                if engine == "plain":
                    per_triple = best["seconds"] / known["triples"]
                print(line(engine, known, best, per_triple * known["triples"], wanted <= PLAIN_AT_MOST), flush=True)


def run(engine: str, data: Path, shapes: Path) -> dict[str, Any]:
    """One check in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.shacl", "--one", engine, str(data), str(shapes)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def line(engine: str, known: dict[str, Any], best: dict[str, Any], plain: float, exact: bool) -> str:
    """A row of the table; `plain` is what plain pySHACL takes, `exact` where that was measured on the same data."""
    seeded, found = Counter(map(tuple, known["results"])), Counter(map(tuple, best["results"]))
    times = f"{'' if exact else '~'}{plain / best['seconds']:.0f}" if plain else "–"
    return (
        f"| {known['triples']:,} | {engine} | {best['seconds']:.2f} | {times} | {best['memory']:,} |"
        f" {seeded.total():,} | {(seeded - found).total():,} | {(found - seeded).total():,} |"
    )


def measured(engine: str, data: Path, shapes: Path) -> dict[str, Any]:
    """Seconds of processor from the files to the report, without the imports, peak memory in MB, and the results."""
    import pyshacl
    from rdflib import SH, Graph

    if engine == "plain":
        start = time.process_time()
        _, report, _ = pyshacl.validate(str(data), shacl_graph=str(shapes), inference="none")
        seconds = time.process_time() - start
        if not isinstance(report, Graph):
            sys.exit("plain pySHACL made no report")
        parts = SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity
        nodes = report.objects(None, SH.result)
        results = [[str(report.value(node, part, any=False).n3()) for part in parts] for node in nodes]  # type: ignore[union-attr]
        return _told(seconds, results)
    from cdsgraph.checking import validate_files
    from cdsgraph.checking.report import notation

    if engine == "fast":
        import pyshacl_turbo  # noqa: F401  # as pySHACL above, before the clock runs
    start = time.process_time()
    checked = validate_files([data], shapes, engine="fast" if engine == "fast" else "reference")
    seconds = time.process_time() - start
    if checked.notes or checked.engine != engine:
        sys.exit(f"not measured: {checked.engine}, {checked.notes}")
    severities = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
    found = [
        [*map(notation, (each.focus, each.shape, each.component, severities[each.severity]))]
        for each in checked.results
    ]
    return _told(seconds, found)


def _told(seconds: float, results: list[list[str]]) -> dict[str, Any]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": seconds, "memory": memory, "results": results}


if __name__ == "__main__":
    main()
