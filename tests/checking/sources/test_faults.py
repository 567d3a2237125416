"""The checks over the project's own files: silent on a sound project, and of each fault its rule, file and line."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cdsgraph.checking import Report, rdffiles, sources
from cdsgraph.checking.sources import built as built_version
from cdsgraph.checking.sources.rules import all_rules
from cdsgraph.files import Files, locate
from cdsgraph.vocab import DEFAULT_BASE, SHAPE
from tests.service import ROOT

FAULTS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))[
    "fault"
]
SOWINGS = sorted({fault["sowing"] for fault in FAULTS})
# Told of a built version only; see test_project.py.
OF_VERSIONS = {"Shape-focus", "Query-unique", "Context-data", "Project-built", "Project-validated", "Project-current"}


def copied(target: Path) -> Path:
    """A copy of the project that a test may spoil."""
    for folder in ("ontology", "shapes", "queries", "data", "tests/shapes"):
        shutil.copytree(ROOT / folder, target / folder)
    return target


def sow(root: Path, fault: dict[str, Any]) -> None:
    path = root / fault["file"]
    if "bytes" in fault:
        path.write_bytes(path.read_bytes() + bytes.fromhex(fault["bytes"]))
    elif "replace" not in fault:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert fault.get("find", "") in text, fault
        text = text.replace(fault["find"], fault["replace"], 1) if "find" in fault else text + fault["replace"]
        path.write_text(text, encoding="utf-8")


def told(report: Report, root: Path) -> list[tuple[str, str, str]]:
    """Rule, file and the words of the line of each finding, and of each of its places."""
    found = []
    for result in report.results:
        for place in result.places:
            lines = (root / place.path).read_text(encoding="utf-8", errors="replace").splitlines()
            line = lines[place.line - 1] if place.line else ""
            found.append((str(result.shape).removeprefix(SHAPE), place.path, line))
    return found


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str, str]]]:
    found = {}
    for sowing in SOWINGS:
        root = copied(tmp_path_factory.mktemp(sowing))
        for fault in FAULTS:
            if fault["sowing"] == sowing:
                sow(root, fault)
        found[sowing] = told(sources.check(locate(root)).report, root)
    return found


def test_the_project_itself_is_sound(files: Files, built: Path) -> None:
    checked = sources.check(files)
    assert checked.report.results == ()
    dump = built / "dataset.nq"
    found = built_version.check(checked.sources, rdffiles.read([dump]), dump, DEFAULT_BASE, checked.exceptions)
    assert list(found) == []


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault['rule']}-{fault['file']}" for fault in FAULTS])
def test_a_fault_is_told_at_its_line(fault: dict[str, Any], findings: dict[str, list[tuple[str, str, str]]]) -> None:
    place = fault.get("at", fault["file"])
    here = [line for rule, path, line in findings[fault["sowing"]] if (rule, path) == (fault["rule"], place)]
    assert any(fault["line"] in line for line in here), here or findings[fault["sowing"]]


@pytest.mark.parametrize("sowing", SOWINGS)
def test_nothing_else_is_told(sowing: str, findings: dict[str, list[tuple[str, str, str]]]) -> None:
    sown = [fault for fault in FAULTS if fault["sowing"] == sowing]
    expected = {fault["rule"] for fault in sown} | {rule for fault in sown for rule in fault.get("also", [])}
    assert {rule for rule, _, _ in findings[sowing]} - expected == set()


def test_every_rule_has_a_fault() -> None:
    assert all_rules().keys() - {fault["rule"] for fault in FAULTS} == OF_VERSIONS


@pytest.mark.parametrize("name", sorted(all_rules()))
def test_every_rule_speaks_both_languages(name: str) -> None:
    rule = all_rules()[name]
    assert [language for language, text in rule.messages if text] == ["en", "vi"]
    assert [language for language, text in rule.remedies if text] == ["en", "vi"]
