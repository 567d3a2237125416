"""Reports: their order, what they let through, and how they read as text, JSON and Turtle."""

import json
from itertools import permutations
from pathlib import Path

import jsonschema
import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.paths import AlternativePath

from cdsgraph.checking import Report, Result, Severity, formats
from cdsgraph.text import Language
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE
from tests.checking.reports import REPORT, RESULTS, result
from tests.service import ROOT

SCHEMAS = Path(__file__).parent / "schemas"
SMALL = Report(
    (
        result("warning", "id/figure/b", "Figure-percentage", Literal("165.0")),
        result("violation", "id/figure/c", "Figure-value", Literal("16,5")),
        result("violation", "id/figure/a", "Figure-value", Literal("x" * 200)),
    ),
    triples=12345,
    shapes=190,
)


def test_order_and_repetition_do_not_matter() -> None:
    reports = {Report((*order, order[0]), triples=12345, shapes=190).results for order in permutations(RESULTS)}
    assert reports == {REPORT.results}


@pytest.mark.parametrize("form", formats.FORMATS)
def test_a_format_is_the_same_for_the_same_results(form: str) -> None:
    again = Report(RESULTS[::-1], triples=12345, shapes=190, rules=REPORT.rules, checked=REPORT.checked)
    assert formats.render(REPORT, form) == formats.render(again, form)


@pytest.mark.parametrize(
    ("found", "fail_on", "conforms"),
    [
        ((), "info", True),
        (("info",), "info", False),
        (("info",), "warning", True),
        (("warning",), "warning", False),
        (("warning", "info"), "violation", True),
        (("violation",), "violation", False),
        (("violation",), "info", False),
    ],
)
def test_conforms_weighs_severity(found: tuple[Severity, ...], fail_on: Severity, conforms: bool) -> None:
    report = Report(tuple(result(each, "id/figure/a", "Figure-value") for each in found))
    assert report.conforms(fail_on) is conforms


def test_text_reads_in_vietnamese() -> None:
    assert formats.render(SMALL, "text", "vi") == (
        "Lỗi (2)\n\n"
        "  Cần một số.  [Figure-value]\n"
        "  cách xử lý: Viết 16.5, không viết 16,5.\n"
        f'    id:figure/a  cds:value  giá trị: "{"x" * 118}…\n'
        '    id:figure/c  cds:value  giá trị: "16,5"\n\n'
        "Cảnh báo (1)\n\n"
        "  Cần một số.  [Figure-percentage]\n"
        "  cách xử lý: Viết 16.5, không viết 16,5.\n"
        '    id:figure/b  cds:value  giá trị: "165.0"\n\n'
        "Đã kiểm tra 12.345 bộ ba theo 190 quy tắc: 2 lỗi, 1 cảnh báo, 0 lưu ý.\n"
    )


def test_text_reads_in_english() -> None:
    text = formats.render(SMALL, "text", "en")
    assert text.startswith(
        "Violations (2)\n\n  A number is needed.  [Figure-value]\n  what to do: Write 16.5, not 16,5.\n"
    )
    assert text.endswith("Checked 12,345 triples against 190 rules: 2 violations, 1 warning, 0 infos.\n")


def test_text_gives_places_and_what_is_waived_in_a_part_of_its_own() -> None:
    text = formats.render(REPORT, "text", "en")
    assert "    data/documents/bài viết.txt:3:5 (also at data/register/acts.csv:7:1)  id:figure/b  cds:value" in text
    failing, _, waived = text.partition("Waived (1)\n")
    assert "id:figure/w" not in failing
    assert "    data.ttl:1  id:figure/w  cds:value\n      waived up to 2027-12-31: Nguồn in như vậy" in waived
    assert text.endswith("2 violations, 2 warnings, 1 info, 1 waived.\n")


def test_text_names_a_shape_of_somebody_else_by_its_iri() -> None:
    assert "[urn:shape:Own]" in formats.render(REPORT, "text", "en")


def test_text_holds_no_character_that_steers_a_terminal() -> None:
    assert [char for char in formats.render(REPORT, "text") if char != "\n" and not char.isprintable()] == []


def test_a_report_without_results_is_one_line() -> None:
    assert formats.render(Report((), triples=1, shapes=1), "text").count("\n") == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("report", [REPORT, SMALL, Report(())], ids=["full", "small", "empty"])
def test_json_is_what_its_schema_says(report: Report, lang: Language) -> None:
    schema = json.loads((ROOT / "docs" / "validation-report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    body = json.loads(formats.render(report, "json", lang))
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(body)


def test_json_holds_every_result_in_full() -> None:
    body = json.loads(formats.render(SMALL, "json", "en"))
    assert (body["conforms"], body["passed"]) == (False, False)
    assert body["counts"] == {"violation": 2, "warning": 1, "info": 0, "waived": 0}
    assert body["results"][1] == {
        "severity": "violation",
        "rule": "Figure-value",
        "focus": DEFAULT_BASE + "id/figure/c",
        "path": CDS + "value",
        "value": '"16,5"',
        "shape": SHAPE + "Figure-value",
        "component": str(SH.DatatypeConstraintComponent),
        "message": "A number is needed.",
        "remedy": "Write 16.5, not 16,5.",
        "places": [],
        "waived": None,
    }


def test_json_gives_places_and_waivers() -> None:
    results = {each["focus"][-1]: each for each in json.loads(formats.render(REPORT, "json"))["results"]}
    assert results["b"]["places"][0] == {
        "path": "data/documents/bài viết.txt", "line": 3, "column": 5, "endLine": 3, "endColumn": 17,
        "span": [120, 132],
    }  # fmt: skip
    assert results["w"]["waived"] == {"reason": "Nguồn in như vậy, xem bản gốc.", "until": "2027-12-31"}


@pytest.mark.parametrize("report", [REPORT, SMALL, Report(())], ids=["full", "small", "empty"])
def test_turtle_is_a_validation_report_as_shacl_describes_it(report: Report) -> None:
    graph = Graph().parse(data=formats.render(report, "turtle"), format="turtle")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SCHEMAS / "validation-report.ttl"))
    assert conforms, text
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == len(report.results)


def test_turtle_holds_both_languages_places_and_waivers() -> None:
    graph = Graph().parse(data=formats.render(REPORT, "turtle", "en"), format="turtle")
    rows = graph.query(
        """PREFIX cds: <https://w3id.org/cdsgraph/ns#> PREFIX earl: <http://www.w3.org/ns/earl#>
        PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX ptr: <http://www.w3.org/2009/pointers#>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?file ?line ?start WHERE {
            ?result sh:focusNode <https://w3id.org/cdsgraph/id/figure/b> ; earl:pointer ?place .
            ?place cds:filePath ?file ; ptr:startPointer/ptr:lineNumber ?line OPTIONAL { ?place oa:start ?start }
        } ORDER BY ?line"""
    )
    assert [tuple(None if each is None else str(each) for each in row) for row in rows] == [  # type: ignore[union-attr]
        ("data/documents/bài viết.txt", "3", "120"),
        ("data/register/acts.csv", "7", None),
    ]
    (waived,) = graph.subjects(URIRef(CDS + "waivedUntil"))
    assert str(graph.value(waived, URIRef(CDS + "waivedUntil"))) == "2027-12-31"
    for term in (SH.resultMessage, URIRef(CDS + "remedy")):
        assert {each.language for each in graph.objects(waived, term) if isinstance(each, Literal)} == {"vi", "en"}


def test_turtle_writes_a_path_of_several_properties() -> None:
    path = AlternativePath(URIRef(CDS + "attestedOn"), URIRef(CDS + "firstDay"))
    report = Report((Result("warning", URIRef("urn:a"), path, URIRef("urn:s"), SH.MinCountConstraintComponent),))
    graph = Graph().parse(data=formats.render(report, "turtle"), format="turtle")
    (head,) = graph.objects(graph.value(None, SH.resultPath), SH.alternativePath)
    assert list(graph.items(head)) == [URIRef(CDS + "attestedOn"), URIRef(CDS + "firstDay")]
    assert "cds:attestedOn|cds:firstDay" in formats.render(report, "text").replace(" ", "")


def test_a_result_without_a_message_names_its_constraint() -> None:
    bare = Result("violation", URIRef("urn:a"), SKOS.prefLabel, URIRef("urn:s"), SH.MinCountConstraintComponent)
    assert bare.message("vi") == "MinCountConstraintComponent"


def test_rules_of_one_local_name_are_told_apart() -> None:
    shapes = [URIRef(f"http://{host}.vn/s#P") for host in "ab"]
    found = [Result("violation", URIRef("urn:a"), None, shape, SH.InConstraintComponent) for shape in shapes]
    assert [rule.name for rule in Report(tuple(found)).all_rules] == ["http://a.vn/s#P", "http://b.vn/s#P"]
