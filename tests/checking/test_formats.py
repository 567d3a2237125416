"""Reports: their order, what they let through, and how they read as text, JSON and Turtle."""

import json
from itertools import permutations

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.paths import AlternativePath

from cdsgraph.checking import Report, Result, Severity, formats
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE


def result(severity: Severity, focus: str, rule: str, value: Literal | None = None) -> Result:
    return Result(
        severity=severity,
        focus=URIRef(DEFAULT_BASE + focus),
        path=URIRef(CDS + "value"),
        shape=URIRef(SHAPE + rule),
        component=SH.DatatypeConstraintComponent,
        value=value,
        messages=(("en", "A number is needed."), ("vi", "Cần một số.")),
    )


RESULTS = (
    result("warning", "id/figure/b", "Figure-percentage", Literal("165.0", datatype=None)),
    result("violation", "id/figure/c", "Figure-value", Literal("16,5")),
    result("violation", "id/figure/a", "Figure-value", Literal("x" * 200)),
)
REPORT = Report(RESULTS, triples=12345, shapes=190)


def test_order_and_repetition_do_not_matter() -> None:
    reports = {Report((*order, order[0]), triples=12345, shapes=190).results for order in permutations(RESULTS)}
    assert reports == {REPORT.results}


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
    assert formats.text(REPORT, "vi") == (
        "Lỗi (2)\n\n"
        "  Cần một số.  [Figure-value]\n"
        f'    id:figure/a  cds:value  giá trị: "{"x" * 118}…\n'
        '    id:figure/c  cds:value  giá trị: "16,5"\n\n'
        "Cảnh báo (1)\n\n"
        "  Cần một số.  [Figure-percentage]\n"
        '    id:figure/b  cds:value  giá trị: "165.0"\n\n'
        "Đã kiểm tra 12.345 bộ ba theo 190 quy tắc: 2 lỗi, 1 cảnh báo, 0 lưu ý.\n"
    )


def test_text_reads_in_english() -> None:
    text = formats.text(REPORT, "en")
    assert text.startswith("Violations (2)\n\n  A number is needed.  [Figure-value]\n")
    assert text.endswith("Checked 12,345 triples against 190 rules: 2 violations, 1 warning, 0 infos.\n")


def test_a_report_without_results_is_one_line() -> None:
    assert formats.text(Report((), triples=1, shapes=1), "vi").count("\n") == 1


def test_json_holds_every_result_in_full() -> None:
    body = json.loads(formats.json(REPORT, "en"))
    assert body["conforms"] is False
    assert body["counts"] == {"violation": 2, "warning": 1, "info": 0}
    assert body["results"][1] == {
        "severity": "violation",
        "focus": DEFAULT_BASE + "id/figure/c",
        "path": CDS + "value",
        "value": '"16,5"',
        "shape": SHAPE + "Figure-value",
        "component": str(SH.DatatypeConstraintComponent),
        "message": "A number is needed.",
    }


def test_turtle_is_a_validation_report_and_always_the_same() -> None:
    turtle = formats.turtle(REPORT)
    assert turtle == formats.turtle(Report(RESULTS[::-1], triples=12345, shapes=190))
    graph = Graph().parse(data=turtle, format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)
    results = list(graph.objects(node, SH.result))
    assert len(results) == 3
    assert {str(graph.value(each, SH.focusNode)) for each in results} == {
        DEFAULT_BASE + f"id/figure/{name}" for name in "abc"
    }
    languages = {text.language for text in graph.objects(results[0], SH.resultMessage) if isinstance(text, Literal)}
    assert languages == {"vi", "en"}


def test_turtle_writes_a_path_of_several_properties() -> None:
    path = AlternativePath(URIRef(CDS + "attestedOn"), URIRef(CDS + "firstDay"))
    report = Report((Result("warning", URIRef("urn:a"), path, URIRef("urn:s"), SH.MinCountConstraintComponent),))
    graph = Graph().parse(data=formats.turtle(report), format="turtle")
    (head,) = graph.objects(graph.value(None, SH.resultPath), SH.alternativePath)
    assert list(graph.items(head)) == [URIRef(CDS + "attestedOn"), URIRef(CDS + "firstDay")]
    assert "cds:attestedOn|cds:firstDay" in formats.text(report, "vi").replace(" ", "")


def test_a_result_without_a_message_names_its_constraint() -> None:
    bare = Result("violation", URIRef("urn:a"), SKOS.prefLabel, URIRef("urn:s"), SH.MinCountConstraintComponent)
    assert bare.message("vi") == "MinCountConstraintComponent"
