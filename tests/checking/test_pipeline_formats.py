"""What pipelines read: SARIF, JUnit XML and GitHub annotations, each through a reader that is not ours."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import pytest
from lxml import etree
from rdflib import Literal
from sarif_pydantic import Sarif

from cdsgraph.checking import Report, formats
from cdsgraph.checking.report import Place, Severity
from cdsgraph.text import Language
from cdsgraph.vocab import DEFAULT_BASE, SHAPE
from tests.checking.reports import HOSTILE, REPORT, RESULTS, result

SCHEMAS = Path(__file__).parent / "schemas"
REPORTS = pytest.mark.parametrize("report", [REPORT, Report(())], ids=["full", "empty"])
LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])


def run_of(report: Report, lang: Language = "vi") -> dict[str, Any]:
    (run,) = json.loads(formats.render(report, "sarif", lang))["runs"]
    assert isinstance(run, dict)
    return run


def by_focus(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The results of a run by the last letter of their focus node."""
    return {each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"][-1]: each for each in run["results"]}


# SARIF ------------------------------------------------------------------------


@LANGUAGES
@REPORTS
def test_sarif_is_what_the_standard_says(report: Report, lang: Language) -> None:
    log = json.loads(formats.render(report, "sarif", lang))
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(log)
    assert len(Sarif.model_validate(log).runs[0].results or []) == len(report.results)


def test_sarif_describes_every_rule_passed_ones_too() -> None:
    driver = run_of(REPORT, "en")["tool"]["driver"]
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert driver["name"] == "cdsgraph"
    assert "Figure-passed" in rules
    assert rules["Figure-percentage"] == {
        "id": "Figure-percentage",
        "shortDescription": {"text": "A number is needed."},
        "fullDescription": {"text": "A number is needed."},
        "help": {"text": "Write 16.5, not 16,5."},
        "defaultConfiguration": {"level": "warning"},
        "helpUri": SHAPE + "Figure-percentage",
    }
    assert all(driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in run_of(REPORT)["results"])


def test_sarif_gives_levels_and_places() -> None:
    results = by_focus(run_of(REPORT, "en"))
    assert {key: each["level"] for key, each in results.items()} == {
        "a": "error", "b": "warning", "c": "error", "d": "note", "w": "error", "x": "warning",
    }  # fmt: skip
    assert results["b"]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/documents/b%C3%A0i%20vi%E1%BA%BFt.txt", "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 17, "charOffset": 120, "charLength": 12,
        },
    }  # fmt: skip
    assert results["b"]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == DEFAULT_BASE + "id/figure/b"
    (further,) = results["b"]["relatedLocations"]
    assert further["physicalLocation"]["artifactLocation"]["uri"] == "data/register/acts.csv"
    assert further["physicalLocation"]["region"]["startLine"] == 7


def test_sarif_gives_the_file_looked_at_where_no_place_is_known() -> None:
    place = by_focus(run_of(REPORT))["d"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "data.ttl", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}


def test_sarif_names_files_from_the_root_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "data.ttl").touch()
    monkeypatch.chdir(tmp_path / "inner")
    places = (Place("data.ttl", 1), Place(str(tmp_path / "other.ttl"), 2), Place("/elsewhere/x y.ttl", 3))
    run = run_of(Report((result("violation", "id/figure/a", "Figure-value", places=places),)))
    (found,) = run["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "inner/data.ttl"
    inside, outside = (each["physicalLocation"]["artifactLocation"] for each in found["relatedLocations"])
    assert inside == {"uri": "other.ttl", "uriBaseId": "%SRCROOT%"}
    assert outside == {"uri": "file:///elsewhere/x%20y.ttl"}
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": tmp_path.as_uri() + "/"}}


def test_sarif_fingerprints_stay_when_lines_move_and_differ_between_findings() -> None:
    moved = tuple(
        replace(each, places=tuple(replace(place, line=(place.line or 0) + 9) for place in each.places))
        for each in RESULTS
    )
    before = [each["partialFingerprints"] for each in run_of(Report(RESULTS))["results"]]
    assert [each["partialFingerprints"] for each in run_of(Report(moved))["results"]] == before
    assert len({json.dumps(each) for each in before}) == len(RESULTS)


def test_sarif_suppresses_what_is_waived_and_says_why() -> None:
    results = by_focus(run_of(REPORT, "en"))
    (suppression,) = results["w"]["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["justification"] == "waived up to 2027-12-31: Nguồn in như vậy, xem bản gốc."
    assert results["a"]["suppressions"] == []
    assert all("suppressions" not in each for each in run_of(Report(RESULTS[:2]))["results"])


def test_sarif_messages_hold_no_placeholder_and_no_link() -> None:
    text = by_focus(run_of(REPORT))["a"]["message"]["text"]
    assert not re.search(r"(?<!\{)\{\d+\}(?!\})", text)
    assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", text)


# JUnit ------------------------------------------------------------------------


def cases(report: Report, fail_on: Severity = "violation", lang: Language = "vi") -> dict[str, junitparser.TestCase]:
    xml = junitparser.JUnitXml.fromstring(formats.render(report, "junit", lang, fail_on=fail_on).encode())
    return {case.name: case for suite in xml for case in suite}


@LANGUAGES
@REPORTS
def test_junit_is_read_and_counted_by_others(report: Report, lang: Language) -> None:
    source = formats.render(report, "junit", lang).encode()
    root = etree.fromstring(source)
    assert root.tag == "testsuites"
    read = junitparser.JUnitXml.fromstring(source)
    told = (read.tests, read.failures, read.errors, read.skipped)
    read.update_statistics()  # type: ignore[no-untyped-call]
    assert told == (read.tests, read.failures, read.errors, read.skipped)
    assert read.tests == len(report.all_rules)


def test_junit_has_a_case_for_every_rule() -> None:
    found = cases(REPORT)
    assert {name for name, case in found.items() if case.is_failure} == {"Figure-value"}
    assert {name for name, case in found.items() if case.is_skipped} == {"Figure-unit"}
    assert {name for name, case in found.items() if case.is_passed and not case.system_out} == {"Figure-passed"}


def test_junit_failures_hold_message_places_and_remedy() -> None:
    (failure,) = cases(REPORT, lang="en")["Figure-value"].result
    assert failure.message == "A number is needed."
    assert "data/register/acts.csv:7:1  id:figure/c  cds:value" in failure.text
    assert "what to do: Write 16.5, not 16,5." in failure.text


def test_junit_fails_what_the_exit_code_fails() -> None:
    failed = {name for name, case in cases(REPORT, "warning").items() if case.is_failure}
    assert failed == {"Figure-value", "Figure-percentage", "Own"}
    assert "165.0" in (cases(REPORT)["Figure-percentage"].system_out or "")


def test_junit_skips_what_is_waived_with_its_reason() -> None:
    (skipped,) = cases(REPORT, lang="en")["Figure-unit"].result
    assert skipped.message == "waived up to 2027-12-31: Nguồn in như vậy, xem bản gốc."


# GitHub annotations -----------------------------------------------------------

COMMAND = re.compile(r"::(?P<name>[a-z]+)(?: (?P<properties>[^\r\n]*?))?::(?P<text>[^\r\n]*)")


def unescaped(text: str, codes: str) -> str:
    """As the runner does it: the percent sign last, or %250A would become a line feed."""
    known = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for code in re.findall("%..", codes):
        text = text.replace(code, known[code])
    return text


def annotations(output: str) -> list[dict[str, str]]:
    """The commands of a log, as GitHub's documentation describes them, but for those that fold lines."""
    found = []
    for line in output.split("\n"):
        command = COMMAND.fullmatch(line)
        if command is None or command["name"] not in ("error", "warning", "notice"):
            assert not line.lstrip().startswith("::") or re.match("::(group|endgroup)::", line), line
            assert "##[" not in line, line
            continue
        properties = dict(pair.split("=", 1) for pair in command["properties"].split(","))
        assert set(properties) <= {"file", "line", "col", "endLine", "endColumn", "title"}
        told = {key: unescaped(value, "%0D%0A%3A%2C%25") for key, value in properties.items()}
        found.append(told | {"": command["name"], "text": unescaped(command["text"], "%0D%0A%25")})
    return found


def test_github_shows_the_gravest_first() -> None:
    found = annotations(formats.render(REPORT, "github"))
    assert [each[""] for each in found] == ["error", "error", "warning", "warning", "notice"]
    assert {each["title"] for each in found} == {"Figure-value", "Figure-percentage", "Own", "Figure-open"}


def test_github_escapes_what_would_break_a_command() -> None:
    first = annotations(formats.render(REPORT, "github", "en"))[0]
    assert first["file"] == "a,b:c%.ttl"
    assert (first["line"], first["col"]) == ("2", "3")
    assert first["text"].startswith("A number is needed.\nid:figure/a  cds:value  value: ")
    assert first["text"].endswith("\nwhat to do: Write 16.5, not 16,5.")
    assert "50% a:b, c" in first["text"]


def test_github_gets_columns_only_within_a_line() -> None:
    found = {each["title"] + each[""]: each for each in annotations(formats.render(REPORT, "github"))}
    in_line = found["Figure-percentagewarning"]
    assert (in_line["line"], in_line["endLine"], in_line["col"], in_line["endColumn"]) == ("3", "3", "5", "17")
    over_lines = annotations(formats.render(Report(RESULTS[1:2]), "github"))[0]
    assert (over_lines["line"], over_lines["endLine"]) == ("7", "9")
    assert not {"col", "endColumn"} & over_lines.keys()


def test_github_names_the_file_looked_at_where_no_place_is_known() -> None:
    assert annotations(formats.render(REPORT, "github"))[-1]["file"] == "data.ttl"


def test_github_lists_what_is_waived_without_annotations() -> None:
    output = formats.render(REPORT, "github", "en")
    _, group, _ = re.split("::group::|::endgroup::", output)
    assert group.startswith("Waived (1)\n- [Figure-unit] data.ttl:1 id:figure/w")


def test_github_reads_no_command_from_what_is_waived() -> None:
    waived = replace(RESULTS[4], value=Literal(HOSTILE))
    assert annotations(formats.render(Report((waived,)), "github")) == []
