"""Writes the tables of docs/scaling.md and scaling.vi.md from the figures kept: `python -m benchmarks.scaling_page`.

What stands outside the markers `<!-- NAME -->` … `<!-- end -->` is written by hand and kept.
"""

import csv
import re
from pathlib import Path

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
WORDS = HERE / "scaling_words.csv"
ESTIMATED = (10_000, 100_000, 1_000_000, 10_000_000)
CORES = 64
HOUR = 3600
# Columns of scaling.csv that are shown, with their decimal places; those an estimate is made of; those it tells.
MEASURED = {
    "documents": 0, "mb": 2, "extract_cpu": 1, "extract_s": 1, "extract_mb": 0, "build_cpu": 1, "build_s": 1,
    "build_mb": 0, "quads": 0, "load_s": 1, "load_mb": 0,
}  # fmt: skip
COSTS = ("documents", "extract_cpu", "build_cpu", "build_mb", "quads", "nq_mb", "load_s", "load_mb")
ESTIMATE = (
    "documents",
    "extract_hours",
    "extract_cores",
    "build_hours",
    "build_gb",
    "mquads",
    "nq_gb",
    "load_hours",
    "load_gb",
)


def write() -> None:
    """Put the tables into both pages."""
    for language, name in (("en", "scaling.md"), ("vi", "scaling.vi.md")):
        path = DOCS / name
        text = path.read_text(encoding="utf-8")
        for mark, table in tables(language, words(language)).items():
            text = re.sub(
                rf"(?<=<!-- {mark} -->\n).*?(?=<!-- end -->)", f"{table}\n".replace("\\", r"\\"), text, flags=re.DOTALL
            )
        path.write_text(text, encoding="utf-8", newline="\n")


def words(language: str) -> dict[str, str]:
    """The heads of columns in a language, by their keys."""
    return {row["key"]: row[language] for row in read(WORDS.name)}


def tables(language: str, heads: dict[str, str]) -> dict[str, str]:
    """The tables by the names of their markers, under the heads and with the number signs of a language."""
    rows = [row for row in read("scaling.csv") if row["jobs"] == "1"]
    asked = read("scaling_queries.csv")
    sizes = sorted({(int(row["documents"]), int(row["quads"])) for row in asked})
    ms = {(row["query"], int(row["documents"])): float(row["ms"]) for row in asked}
    measured = [[shown(float(row[name]), places, language) for name, places in MEASURED.items()] for row in rows]
    queries = [
        [f"`{query}`", *(shown(ms[query, count], 1, language) for count, _ in sizes)]
        for query in dict.fromkeys(row["query"] for row in asked)
    ]
    quads = [f"{shown(each, 0, language)} {heads['quads']}" for _, each in sizes]
    return {
        "measured": table([heads[each] for each in MEASURED], measured),
        "queries": table([heads["query"], *quads], queries),
        "estimate": table([heads[each] for each in ESTIMATE], estimate(rows, language)),
    }


def estimate(rows: list[dict[str, str]], language: str) -> list[list[str]]:
    """What more documents would cost if each cost what one more costs between the two largest sizes measured."""
    last, before = ({name: float(row[name]) for name in COSTS} for row in (rows[-1], rows[-2]))
    found = []
    for count in ESTIMATED:
        more = (count - last["documents"]) / (last["documents"] - before["documents"])
        of = {name: last[name] + more * (last[name] - before[name]) for name in COSTS}
        found.append(
            [
                shown(count, 0, language),
                shown(of["extract_cpu"] / HOUR, 1, language),
                shown(of["extract_cpu"] / HOUR / CORES, 1, language),
                shown(of["build_cpu"] / HOUR, 1, language),
                shown(of["build_mb"] / 1e3, 1, language),
                shown(of["quads"] / 1e6, 1, language),
                shown(of["nq_mb"] / 1e3, 1, language),
                shown(of["load_s"] / HOUR, 1, language),
                shown(of["load_mb"] / 1e3, 1, language),
            ]
        )
    return found


def shown(value: float, places: int, language: str) -> str:
    """A number with the signs of a language."""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, all but its first column to the right."""
    lines = [heads, ["---:" if number or rows[0][0][0].isdigit() else "---" for number in range(len(heads))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table of figures."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    write()
