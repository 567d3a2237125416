"""Waived findings: listed and not counted, until the day after; what a waiver file may not say; unused waivers."""

import json
import re
import runpy
import subprocess
from datetime import date
from pathlib import Path

import pytest

from cdsgraph.checking import Report, rules, shapesfiles, validate_files, waivers
from cdsgraph.checking.report import Waived
from cdsgraph.errors import WaiverError
from cdsgraph.files import Files
from cdsgraph.vocab import DEFAULT_BASE, SHAPE
from tests import commands
from tests.service import ROOT

SHAPES = """@prefix cds: <https://w3id.org/cdsgraph/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/cdsgraph/shape/> .
shape:Thing a sh:NodeShape ; sh:targetClass <urn:Thing> ;
    sh:property shape:Thing-name , [ sh:path <urn:x#size> ; sh:minCount 1 ] .
shape:Thing-name a sh:PropertyShape ; sh:path <urn:name> ; sh:minCount 1 ; cds:remedy "Đặt tên."@vi , "Name it."@en .
"""
DATA = """@prefix thing: <https://w3id.org/cdsgraph/id/thing/> .
thing:a a <urn:Thing> ; <urn:x#size> 1 .
thing:b a <urn:Thing> ; <urn:name> "b" .
"""
HEADER = "# accepted findings\nrule,focus,reason,until\n"
NAME = "Thing-name,id:thing/a,the source has none,2026-06-30"
LAST, AFTER = date(2026, 6, 30), date(2026, 7, 1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with shapes and data of which two findings are known."""
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    return tmp_path


def waived(project: Path, *rows: str, on: date = LAST, whole: bool = True) -> Report:
    """The report on the project's data with waivers applied on a day."""
    file = project / "waivers.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    report = validate_files([project / "data.ttl"], project / "shapes.ttl")
    return waivers.apply(report, waivers.load(file, shown_as="waivers.csv"), on=on, whole=whole)


def names(report: Report) -> list[str]:
    return [f"{report.rule(each).name}{'*' if each.waived else ''}" for each in report.results]


# What a waiver does -----------------------------------------------------------


def test_a_waived_finding_is_listed_and_does_not_count(project: Path) -> None:
    report = waived(project, NAME)
    assert names(report) == ["Thing-name*", "Thing-size"]
    assert report.counts["violation"] == 1
    assert report.waived[0].waived == Waived("the source has none", LAST)


def test_it_counts_again_on_the_day_after(project: Path) -> None:
    size = "Thing-size,id:thing/b,unknown,2026-06-30"
    assert waived(project, NAME, size, on=LAST).conforms("info")
    after = waived(project, NAME, size, on=AFTER)
    assert not after.conforms()
    assert names(after) == ["Thing-name", "Thing-size", "Waiver-lapsed", "Waiver-lapsed"]
    assert [str(each.places[0]) for each in after.results[2:]] == ["waivers.csv:3:1", "waivers.csv:4:1"]


@pytest.mark.parametrize("rule", ["Thing-name", SHAPE + "Thing-name"])
@pytest.mark.parametrize("focus", ["id:thing/a", DEFAULT_BASE + "id/thing/a"])
def test_rule_and_focus_may_be_short_or_whole(rule: str, focus: str, project: Path) -> None:
    assert names(waived(project, f"{rule},{focus},reason,2026-06-30"))[0] == "Thing-name*"


def test_a_short_form_holds_for_another_base(project: Path) -> None:
    (project / "data.ttl").write_text(DATA.replace(DEFAULT_BASE, "https://data.example.vn/"), encoding="utf-8")
    assert names(waived(project, NAME))[0] == "Thing-name*"


@pytest.mark.parametrize("focus", ["id:thing/b", "id:thing/aa", "id:g/a"])
def test_another_focus_is_not_waived(focus: str, project: Path) -> None:
    report = waived(project, f"Thing-name,{focus},reason,2026-06-30")
    assert names(report) == ["Thing-name", "Thing-size", "Waiver-unused"]


def test_an_unused_waiver_is_told_at_its_line_and_fails_nothing(project: Path) -> None:
    (project / "data.ttl").write_text('<urn:a> a <urn:Thing> ; <urn:name> "a" ; <urn:x#size> 1 .', encoding="utf-8")
    report = waived(project, NAME)
    (hint,) = report.results
    assert names(report) == ["Waiver-unused"]
    assert (hint.severity, str(hint.places[0])) == ("info", "waivers.csv:3:1")
    assert dict(hint.messages).keys() == {"vi", "en"}
    assert report.conforms("info")
    assert waived(project, NAME, whole=False).results == ()


# What a waiver file may not say -------------------------------------------------


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Thing-name,id:thing/a,,2026-06-30", "no reason"),
        ("Thing-name,id:thing/a,reason,", "no date"),
        ("Thing-name,id:thing/a,reason,30/6/2026", "no date"),
        ("Thing-nmae,id:thing/a,reason,2026-06-30", "no rule 'Thing-nmae'"),
        (",id:thing/a,reason,2026-06-30", "no rule is named"),
        ("Thing-name,thing a,reason,2026-06-30", "names no node"),
        ("Thing-name,id:thing/a,one, two,2026-06-30", "5 cells"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(row: str, message: str, project: Path) -> None:
    with pytest.raises(WaiverError, match=message) as caught:
        waived(project, "Thing-size,id:thing/b,reason,2026-06-30", row)
    assert (caught.value.path, caught.value.line) == ("waivers.csv", 4)
    assert caught.value.remedy


@pytest.mark.parametrize("again", [NAME, f"{SHAPE}Thing-name,id:thing/a,another,2027-01-01"])
def test_a_finding_is_waived_once(again: str, project: Path) -> None:
    with pytest.raises(WaiverError, match=r"waived twice for id:thing/a, first in line 3") as caught:
        waived(project, NAME, again)
    assert caught.value.line == 4


def test_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("rule,focus,until\n", encoding="utf-8")
    with pytest.raises(WaiverError, match="columns are rule, focus, until"):
        waivers.load(tmp_path / "w.csv")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match="cannot be read"):
        waivers.load(tmp_path / "none.csv")


# The project's own ------------------------------------------------------------


def test_the_projects_waivers_name_rules_that_exist(files: Files) -> None:
    known = {rule.name for rule in rules.of_shapes(shapesfiles.load(files.shapes).written)} | set(rules.beyond_shapes())
    assert {each.rule for each in waivers.load(files.waivers)} <= known


def test_every_rule_has_a_remedy_in_both_languages(files: Files) -> None:
    listed = (*rules.of_shapes(shapesfiles.load(files.shapes).written), *rules.beyond_shapes().values())
    own = [rule for rule in listed if rule.remedies]
    assert len(own) > 40
    assert {tuple(language for language, _ in rule.remedies) for rule in own} == {("en", "vi")}
    told = rules.with_remedies(Report((), rules=tuple(rules.beyond_shapes().values())))
    assert [rule.name for rule in told.rules if not rule.remedies] == []


def test_a_finding_has_the_remedy_of_its_shape_else_of_what_is_broken(project: Path) -> None:
    name, size = validate_files([project / "data.ttl"], project / "shapes.ttl").results
    assert (name.remedy("vi"), name.remedy("en")) == ("Đặt tên.", "Name it.")
    assert size.remedy("en") == "Add the value that is missing."


def test_a_rule_has_the_remedies_of_all_it_asks_for(project: Path) -> None:
    (project / "shapes.ttl").write_text(
        SHAPES.replace("sh:minCount 1 ]", "sh:minCount 1 ; sh:maxCount 1 ]"), encoding="utf-8"
    )
    told = {
        rule.name: dict(rule.remedies) for rule in validate_files([project / "data.ttl"], project / "shapes.ttl").rules
    }
    assert told["Thing-size"]["en"] == "Keep one value and remove the others. Add the value that is missing."
    assert told["Thing-name"]["en"] == "Name it."


def test_the_example_of_the_documentation_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "report-formats.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (project / "example.py").write_text(example, encoding="utf-8")
    (project / "shapes.ttl").rename(project / "my-shapes.ttl")
    (project / "my-waivers.csv").write_text(f"{HEADER}{NAME.replace('2026', '9999')}\n", encoding="utf-8")
    monkeypatch.chdir(project)
    runpy.run_path("example.py")
    assert capsys.readouterr().out.endswith("False {'violation': 1, 'warning': 0, 'info': 0} 1\n")


# Through the command ------------------------------------------------------------


def run(project: Path, *arguments: str, today: str = "2026-06-30") -> subprocess.CompletedProcess[str]:
    command = ("validate", "data.ttl", "--shapes", "shapes.ttl", *arguments)
    return commands.run(*command, cwd=project, environment={"CDSGRAPH_TODAY": today})


def test_the_command_passes_until_the_day_after_a_waiver_lapses(project: Path) -> None:
    rows = f"{NAME}\nThing-size,id:thing/b,unknown,2026-12-31\n"
    (project / "waivers.csv").write_text(HEADER + rows, encoding="utf-8")
    options = ("--waivers", "waivers.csv", "--format", "json", "--lang", "en")
    last, after = run(project, *options), run(project, *options, today="2026-07-01")
    assert (last.returncode, after.returncode) == (0, 1), last.stderr + after.stderr
    assert [bool(each["waived"]) for each in json.loads(last.stdout)["results"]] == [True, True]
    found = [(each["rule"], bool(each["waived"])) for each in json.loads(after.stdout)["results"]]
    assert found == [("Thing-name", False), ("Thing-size", True), ("Waiver-lapsed", False)]


def test_the_command_refuses_a_bad_waiver_by_file_and_line(project: Path) -> None:
    (project / "waivers.csv").write_text(HEADER + "Thing-name,id:thing/a,,2026-12-31\n", encoding="utf-8")
    answer = run(project, "--waivers", "waivers.csv")
    assert answer.returncode == 2
    assert answer.stderr.startswith("cdsgraph: waivers.csv:3: no reason is given\n  remedy: ")


def test_the_command_refuses_an_unknown_format(project: Path) -> None:
    answer = run(project, "--format", "xml")
    assert answer.returncode == 2
    assert "text, json, sarif, junit, github, turtle" in answer.stderr
