"""Imports run one way, and every module has one reason."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from cdsgraph.files import Files

PACKAGE = Path(__file__).parent.parent / "src" / "cdsgraph"

# From the bottom up: a module may import its own level's wing and every level below.
LEVELS = [
    {"choices", "errors", "text", "periods", "files", "isolation", "children", "deadlines", "history", "progress"},
    {"vocab", "release"},
    {"reading.document", "reading.facts", "reading.wordlists"},
    {"register"},
    {"reading"},
    {"queries"},
    {"graph"},
    {"checking", "asking", "explaining", "reviewing", "differing"},
    {"contributions"},
    {"composing", "composition", "extracting"},
    {"build"},
    {"since"},
    {"serving.settings"},
    {"serving.engine"},
    {"serving.making"},
    {"serving.served"},
    {"serving.http"},
    {"serving.rdf"},
    {"serving.pages.words"},
    {"serving.pages.assets", "serving.pages.charts"},
    {"serving.pages.rendering"},
    {"serving.pages.problem", "serving.pages.saved_rows"},
    {"serving.pages.prepared"},
    {"serving.pages.relations"},
    {"serving.pages.things"},
    {"serving.pages.targets"},
    {"serving.pages.documents"},
    {"serving.pages.cite"},
    {"serving.pages.quality"},
    {"serving.pages.home", "serving.pages.search"},
    {"serving.pages"},
    {"serving.operations"},
    {"serving.linkeddata"},
    {"serving.sparql"},
    {"serving"},
    {"api"},
    {"cli", "__main__", "__init__"},
]
MODULES = sorted(PACKAGE.rglob("*.py"))


def level_of(module: str) -> int:
    """The level of a module named relative to the package, by its longest listed prefix."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        for number, names in enumerate(LEVELS):
            if prefix in names:
                return number
    raise AssertionError(f"{module} stands on no level")


def name_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE).with_suffix("")
    parts = [part for part in relative.parts if part != "__init__"] or ["__init__"]
    return ".".join(parts)


def imports_of(path: Path) -> set[str]:
    """The package's own modules that a module imports, relative to the package."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("cdsgraph.")}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "cdsgraph":
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                inside = PACKAGE / Path(*dotted.split(".")[1:])
                is_module = inside.with_suffix(".py").exists() or inside.is_dir()
                found.add(dotted if is_module else node.module)
    return {name.removeprefix("cdsgraph.") for name in found if name != "cdsgraph"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_down(path: Path) -> None:
    own = level_of(name_of(path))
    upward = {other for other in imports_of(path) if level_of(other) > own}
    assert not upward, f"{name_of(path)} imports upward: {sorted(upward)}"


def test_no_module_needs_itself() -> None:
    TopologicalSorter({name_of(path): imports_of(path) for path in MODULES}).prepare()  # raises CycleError


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_has_one_reason(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "past 400 lines another noun is hiding in it"
    assert not any(word in path.stem for word in ("util", "helper", "manager", "misc", "common"))


def test_only_the_commands_write_to_the_terminal() -> None:
    writers = [
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert set(writers) <= {"cli"}


def test_the_top_folders_are_found(files: Files) -> None:
    for folder in (files.ontology, files.shapes, files.queries, files.documents, files.register, files.schemes):
        assert folder.is_dir()
