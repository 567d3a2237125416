"""What the documents name exists: commands, options, variables, paths of the service, terms, queries, files, links."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from documenting.made import described
from rdflib import Graph

from cdsgraph.cli import app
from tests.service import ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("", "docs", "docs/how-to", "docs/reference", "benchmarks")
    for path in (ROOT / folder).glob("*.md")
)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
# Options of others' programs that our pages show.
OTHERS = {
    "--data-binary", "--data-urlencode", "--fail-with-body", "--help", "--no-deps", "--numprocesses", "--dist",
    "--strict", "--root-path", "--again", "--errors", "--seed",
}  # fmt: skip
WRONG_ON_PURPOSE = {"--colour"}
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = GROUP.commands
EVERY_OPTION = {
    option for command in (GROUP, *COMMANDS.values()) for each in command.params for option in each.opts
} | {"--help"}


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code_of(page: str) -> Iterator[str]:
    """Each line of code blocks that hold commands, each indented line, and each span of code."""
    text = text_of(page)
    for kind, block in FENCE.findall(text):
        if kind in ("", "console", "sh", "bash", "yaml"):
            yield from (line.strip() for line in block.splitlines())
    plain = FENCE.sub("", text)
    yield from (line.strip() for line in re.findall(r"^    \S.*$", plain, re.MULTILINE))
    yield from SPAN.findall(plain)


def calls(line: str) -> Iterator[list[str]]:
    """The words of each call of our command in a line of code; placeholders in capitals stay as they are."""
    for part in re.split(r"\s*(?:\||;|&&)\s+|\s{2,}#", line.removeprefix("$ ")):
        if part.startswith(("cdsgraph ", "python -m cdsgraph ")):
            try:
                yield shlex.split(part, comments=True)[1 if part.startswith("cdsgraph") else 3 :]
            except ValueError:
                yield part.split()[1:]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_exists(page: str) -> None:
    for line in code_of(page):
        for words in calls(line):
            while words and words[0].startswith("-"):
                assert words[0] in {option for each in GROUP.params for option in each.opts} | {"--help"}, line
                words = words[2:] if words[0] == "--root" else words[1:]
            if not words or not words[0].isalpha() or words[0].isupper():
                continue
            assert words[0] in COMMANDS, line
            known = {option for each in COMMANDS[words[0]].params for option in each.opts} | {"--help"}
            used = {word.partition("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)}
            assert used - WRONG_ON_PURPOSE <= known, line
    for option in re.findall(r"`(--[a-z][a-z-]+)[ =`]", text_of(page)):
        assert option in EVERY_OPTION | OTHERS, option


@pytest.mark.parametrize("page", PAGES)
def test_every_saved_query_exists(page: str) -> None:
    named = set(re.findall(r"/queries/([a-z]\w+)", text_of(page)))
    for line in code_of(page):
        for words in calls(line):
            if words[:1] == ["query"] and len(words) > 1 and re.fullmatch(r"[a-z]\w*", words[1]):
                named.add(words[1])
        named |= set(re.findall(r"\bquery\(\"(\w+)\"", line))
    assert [name for name in sorted(named) if not (ROOT / "queries" / f"{name}.rq").is_file()] == []


@pytest.fixture(scope="module")
def variables() -> set[str]:
    """Every variable that the code reads."""
    found: set[str] = set()
    for folder in ("src", "tests", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(r"CDSGRAPH_[A-Z_]+", path.read_text(encoding="utf-8")))
    settings = (ROOT / "src/cdsgraph/serving/settings.py").read_text(encoding="utf-8")
    return found | {f"CDSGRAPH_{name.upper()}" for name in re.findall(r"^    ([a-z_]+): ", settings, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_is_read(page: str, variables: set[str]) -> None:
    assert set(re.findall(r"CDSGRAPH_[A-Z_]*[A-Z]", text_of(page))) <= variables


@pytest.fixture(scope="module")
def paths() -> list[re.Pattern[str]]:
    """Every path of the service."""
    document: Any = described(ROOT)["paths"]
    known = [*document, "/docs", "/openapi.json", "/static/{path}"]
    return [re.compile(re.sub(r"\\\{[^}]+\\\}", "[^ ]+", re.escape(path)) + "/?$") for path in known]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_is_served(page: str, paths: list[re.Pattern[str]]) -> None:
    text = text_of(page)
    asked = [span for span in SPAN.findall(FENCE.sub("", text)) if re.fullmatch(r"/[a-z.][^\s<>|]*", span)]
    asked += re.findall(r"http://127\.0\.0\.1:8000(/[^\s'\")`;]*)", text)
    for address in asked:
        path = address.partition("?")[0].partition("#")[0].replace("…", "x").replace("*", "x")
        served = path == "/" or any(each.match(path) or each.match(f"{path}/x") for each in paths)
        assert served or re.match(r"/(usr|etc|var|dev|tmp|srv|run|proc|cdsgraph|data)\b", path), address


@pytest.fixture(scope="module")
def terms() -> set[str]:
    """Every subject of ontology and shapes, as prefix and name."""
    graph = Graph()
    for folder in ("ontology", "shapes"):
        for path in (ROOT / folder).glob("*.ttl"):
            graph.parse(path)
    return {graph.namespace_manager.normalizeUri(str(subject)) for subject in graph.subjects()}


@pytest.mark.parametrize("page", PAGES)
def test_every_class_property_and_shape_exists(page: str, terms: set[str]) -> None:
    named = set(re.findall(r"\b(?:cds:[A-Za-z]|shape:[A-Z])[\w-]*", text_of(page)))
    assert sorted(named - terms) == []


TOP = ("ontology", "shapes", "queries", "data", "src", "tests", "docs", "benchmarks", "deploy", "assets", "documenting")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_exists(page: str) -> None:
    for span in SPAN.findall(FENCE.sub("", text_of(page))):
        if re.fullmatch(rf"(?:{'|'.join(TOP)})/[\w./-]*", span):
            assert (ROOT / span).exists() or Path(span).parts[:2] == ("ontology", "context"), span


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = FENCE.sub("", text_of(page))
    for target in re.findall(r"\]\((?!http)([^)#\s]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


TWINS = [page for page in PAGES if page.endswith(".vi.md")]


@pytest.mark.parametrize("page", TWINS)
def test_twins_have_the_same_parts_and_the_same_code(page: str) -> None:
    """Headings and tables in the same order, lists of the same length, code without its comments, the other linked."""
    other = page.replace(".vi.md", ".md")
    shapes = []
    for name in (page, other):
        text = text_of(name)
        blocks = [re.sub(r"\s+# .*", "", block) for _, block in FENCE.findall(text)]
        plain = FENCE.sub("", text)
        parts = re.findall(r"^(#+ |\||- |\d+\. )", plain, re.MULTILINE)
        shapes.append((parts, blocks))
    assert shapes[0] == shapes[1]
    if not page.endswith("model.vi.md"):
        assert f"]({Path(other).name})" in text_of(page).split("\n## ")[0]
        assert f"]({Path(page).name})" in text_of(other).split("\n## ")[0]
