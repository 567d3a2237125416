"""What the documents say is so: queries give the answers printed, commands and paths exist."""

import json
import re
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import typer

from cdsgraph.cli import app
from cdsgraph.graph.dataset import load_store
from tests.service import ROOT

READMES = ("README.md", "README.vi.md")
BLOCK = re.compile(r"```sparql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", re.DOTALL)


def printed_rows(table: str) -> list[list[str]]:
    lines = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in table.splitlines()]
    return [lines[0], *lines[2:]]


def shown(term: object) -> str:
    if term is None:
        return ""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    value = term.value.rsplit("/", 1)[1] if isinstance(term, ox.NamedNode) else term.value
    return re.sub(r"\s+", " ", value).strip()


@pytest.mark.parametrize("name", READMES)
def test_the_queries_give_the_answers_printed(name: str, built: Path) -> None:
    blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    assert len(blocks) == 3
    store = load_store(built / "dataset.nq")
    for query, table in blocks:
        solutions = store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        assert [names, *([shown(term) for term in row] for row in solutions)] == printed_rows(table)


INSTEAD = re.compile(
    r"Instead of\n\n```sparql\n(.*?)```\n\nwrite\n\n```sparql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", re.DOTALL
)
DEVIATIONS = INSTEAD.findall((ROOT / "docs" / "sparql.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("deviating", "rewritten", "table"), DEVIATIONS)
def test_what_the_engine_does_otherwise_can_be_asked_so(
    service: str, deviating: str, rewritten: str, table: str
) -> None:
    """The rewriting answers as printed; where the other query does too, the page tells of a difference of the past."""
    assert len(DEVIATIONS) == 8
    rows = [line.strip("| ") for line in table.splitlines()]
    answers = [
        httpx.post(f"{service}/sparql", data={"query": query}, headers={"Accept": "text/csv"}).text.splitlines()
        for query in (rewritten, deviating)
    ]
    assert answers[0] == [rows[0], *rows[2:]]
    assert answers[1] != answers[0]


def test_an_error_is_told_as_the_page_shows(service: str) -> None:
    text = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8").split("## Errors")[1]
    query, told = re.findall(r"```(?:sparql|json)\n(.*?)```", text, re.DOTALL)[:2]
    assert httpx.post(f"{service}/sparql", data={"query": query}).json() == json.loads(told)


@pytest.mark.parametrize("name", READMES)
def test_the_first_query_fits_in_ten_lines(name: str) -> None:
    query = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))[0][0]
    assert len(query.strip().splitlines()) <= 10


def test_the_twins_show_the_same_code() -> None:
    one, other = (re.findall(r"```.*?```", (ROOT / n).read_text(encoding="utf-8"), re.DOTALL) for n in READMES)
    without_comments = [[re.sub(r"\s*#.*", "", block) for block in blocks] for blocks in (one, other)]
    assert without_comments[0] == without_comments[1]


PAGES = (
    "docs/linked-data.md",
    "docs/validation.md",
    "docs/validation.vi.md",
    "docs/reading.md",
    "docs/extraction.md",
    "docs/checks.md",
    "docs/operations.md",
    "docs/remote-stores.md",
    "docs/remote-stores.vi.md",
    "docs/scaling.md",
    "docs/scaling.vi.md",
    "docs/sparql.md",
    "docs/report-formats.md",
    "benchmarks/README.md",
    "SECURITY.md",
)


@pytest.mark.parametrize("name", [*READMES, *PAGES])
def test_links_and_folders_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert ((ROOT / name).parent / target).exists(), target
    for folder in re.findall(r"^\| `([a-z/]+)/`", text, re.MULTILINE):
        assert folder == "build" or (ROOT / folder).is_dir(), folder


def test_the_scores_are_those_of_the_report() -> None:
    report = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| ([a-z ]+) \|(?: [\d.–]+ \(\d+\) \|){2} ([\d.]+) \(\d+\) \|$", re.MULTILINE)
    scores = {kind: f"{float(f1):.2f}" for kind, f1 in row.findall(report)}
    english, vietnamese = (
        (ROOT / name).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
        for name, heading in zip(READMES, ("## How well it reads", "## Đọc đúng đến đâu"), strict=True)
    )
    told = sorted((kind for kind in scores if kind in english), key=english.index)
    assert {"legal references", "quantities", "roles", "entities"} <= set(told)
    assert re.findall(r"\d\.\d\d", english) == [scores[kind] for kind in told]
    assert [f1.replace(",", ".") for f1 in re.findall(r"\d,\d\d", vietnamese)] == [scores[kind] for kind in told]


def test_every_command_shown_exists() -> None:
    group = typer.main.get_command(app)
    known = set(getattr(group, "commands", {}))
    for name in READMES:
        used = set(re.findall(r"^\$ cdsgraph (\w+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        assert used <= known
        assert {"extract", "build", "validate", "query", "serve"} <= used


@pytest.mark.parametrize("target", ["serve", "test"])
def test_the_two_commands_stand_at_the_top(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in READMES:
        head = "\n".join((ROOT / name).read_text(encoding="utf-8").splitlines()[:12])
        assert f"make {target}" in head
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
