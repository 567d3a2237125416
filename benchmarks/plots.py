"""Plots of what the benchmarks kept: `python -m benchmarks.plots`, into docs/images/.

Needs the extra `bench`. Each plot has its figures beside it as CSV (benchmarks/*.csv), from which it is drawn.
"""

import csv
from collections import defaultdict
from itertools import cycle
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot
from matplotlib.ticker import NullFormatter

HERE = Path(__file__).parent
IMAGES = HERE.parent / "docs" / "images"
# Texts stay texts, so that a reader can find and enlarge them; the same input gives the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "cdsgraph", "font.size": 10, "axes.grid": True})
MARKS = "os^Dv"


def main() -> None:
    """Draw every plot whose figures are kept."""
    IMAGES.mkdir(exist_ok=True)
    if rows := read("service.csv"):
        for clients in ("1", "8"):
            of = [row for row in rows if row["clients"] == clients]
            for column, label in (("rate", "requests a second"), ("p95", "95th percentile, ms")):
                draw(of, column, label, IMAGES / f"service-{column}-{clients}.svg")
    if rows := read("scaling.csv"):
        scaled(rows, read("scaling_queries.csv"))


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table of figures; none where it was never measured."""
    if not (HERE / name).is_file():
        return []
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draw(rows: list[dict[str, str]], column: str, label: str, path: Path) -> None:
    """One figure against the number of quads, a panel for each mix, a line for each server."""
    mixes = list(dict.fromkeys(row["mix"] for row in rows))
    figure, panels = pyplot.subplots(1, len(mixes), figsize=(4.6 * len(mixes), 3.6), squeeze=False)
    for panel, mix in zip(panels[0], mixes, strict=True):
        lines: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row in rows:
            if row["mix"] == mix:
                lines[row["server"]].append((int(row["quads"]), float(row[column])))
        for (server, points), mark in zip(lines.items(), MARKS, strict=False):
            panel.loglog(*zip(*sorted(points), strict=True), marker=mark, label=server)
        panel.set(title=f"{mix} mix", xlabel="quads", ylabel=label)
    panels[0][0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def scaled(rows: list[dict[str, str]], asked: list[dict[str, str]]) -> None:
    """What documents and quads cost, from scaling.csv and scaling_queries.csv."""
    one = [row for row in rows if row["jobs"] == "1"]
    panels = (
        ("documents", "seconds of processor", {"extract": "extract_cpu", "build": "build_cpu"}),
        ("documents", "peak memory, MB", {"extract": "extract_mb", "build": "build_mb"}),
    )
    lines_of_documents = [
        (x, label, {name: [(int(row[x]), float(row[column])) for row in one] for name, column in columns.items()})
        for x, label, columns in panels
    ]
    curves(lines_of_documents, IMAGES / "scaling-documents.svg")
    latencies: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in asked:
        latencies[row["query"]].append((int(row["quads"]), float(row["ms"])))
    loading = {"seconds of processor": "load_s", "memory, GB": "load_mb"}
    scale = {"load_s": 1.0, "load_mb": 0.001}
    lines_of_quads = [
        ("quads", "loading", {n: [(int(r["quads"]), float(r[c]) * scale[c]) for r in one] for n, c in loading.items()}),
        ("quads", "median of a saved query, ms of processor", dict(latencies)),
    ]
    curves(lines_of_quads, IMAGES / "scaling-quads.svg")


def curves(panels: list[tuple[str, str, dict[str, list[tuple[int, float]]]]], path: Path) -> None:
    """Panels side by side, each with its axes' names and a line for each series of points, on logarithmic axes."""
    figure, axes = pyplot.subplots(1, len(panels), figsize=(4.6 * len(panels), 4.2), squeeze=False)
    for panel, (x, y, lines) in zip(axes[0], panels, strict=True):
        for (name, points), mark in zip(lines.items(), cycle(MARKS)):
            panel.loglog(*zip(*sorted(points), strict=True), marker=mark, label=name)
        sizes = sorted({size for points in lines.values() for size, _ in points})
        panel.set(xlabel=x, ylabel=y)
        panel.set_xticks(sizes, labels=[f"{size:,}" for size in sizes])
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
