"""Plots of what the benchmarks kept: `python -m benchmarks.plots`, into docs/images/.

Needs the extra `bench`. Each plot has its figures beside it as CSV (benchmarks/*.csv), from which it is drawn.
"""

import csv
from collections import defaultdict
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

HERE = Path(__file__).parent
IMAGES = HERE.parent / "docs" / "images"
# Texts stay texts, so that a reader can find and enlarge them; the same input gives the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "cdsgraph", "font.size": 10, "axes.grid": True})
MARKS = "os^Dv"


def main() -> None:
    """Draw every plot whose figures are kept."""
    IMAGES.mkdir(exist_ok=True)
    rows = read("service.csv")
    for clients in ("1", "8"):
        of = [row for row in rows if row["clients"] == clients]
        for column, label in (("rate", "requests a second"), ("p95", "95th percentile, ms")):
            draw(of, column, label, IMAGES / f"service-{column}-{clients}.svg")


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table of figures."""
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


if __name__ == "__main__":
    main()
