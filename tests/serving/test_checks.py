"""`POST /validate`: RDF in, a report out, and nothing that is sent can hold the server up."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph, Literal

from cdsgraph.checking import formats
from cdsgraph.serving.operations.checks import ENDINGS, FORMS
from cdsgraph.serving.settings import Settings
from cdsgraph.vocab import DEFAULT_BASE, SHAPE
from tests.serving.conftest import serving

FIGURE = Path(__file__).parent.parent / "checking" / "figure.ttl"
GOOD = FIGURE.read_bytes()
BROKEN = GOOD.replace(b"cds:value 16.5", b'cds:value "16,5"')
TURTLE = {"Content-Type": "text/turtle"}
LIMIT = 200_000


@pytest.fixture(scope="module")
def client(dataset: Path) -> Iterator[httpx.Client]:
    with serving(Settings(dataset=dataset, timeout=15, checks=1, check_limit=LIMIT)) as client:
        yield client


def post(client: httpx.Client, content: bytes, media_type: str = "text/turtle", **others: str) -> httpx.Response:
    headers = {"Content-Type": media_type} | {name.replace("_", "-"): value for name, value in others.items()}
    return client.post("/validate", content=content, headers=headers)


def test_good_data_conform(client: httpx.Client) -> None:
    answer = post(client, GOOD)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["conforms"] is True
    assert answer.json()["results"] == []


def test_a_broken_figure_is_named_with_its_rule(client: httpx.Client) -> None:
    answer = post(client, BROKEN)
    (found,) = answer.json()["results"]
    assert (answer.status_code, found["severity"]) == (200, "violation")
    assert (found["focus"], found["shape"]) == (DEFAULT_BASE + "id/figure/tin-1", SHAPE + "Figure-value")


@pytest.mark.parametrize(("fail_on", "status"), [("violation", 422), ("info", 422), (None, 200)])
def test_a_pipeline_can_go_by_the_status(client: httpx.Client, fail_on: str | None, status: int) -> None:
    parameters = {"fail-on": fail_on} if fail_on else {}
    answers = [client.post("/validate", content=data, headers=TURTLE, params=parameters) for data in (BROKEN, GOOD)]
    assert [each.status_code for each in answers] == [status, 200]
    assert answers[0].json()["counts"]["violation"] == 1


@pytest.mark.parametrize("media_type", list(ENDINGS))
def test_every_rdf_format_is_read(client: httpx.Client, media_type: str) -> None:
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    content = ox.serialize(ox.parse(BROKEN, ox.RdfFormat.TURTLE), format=rdf_format) or b""
    answer = post(client, content, f"{media_type}; charset=utf-8")
    assert [each["shape"] for each in answer.json()["results"]] == [SHAPE + "Figure-value"]


@pytest.mark.parametrize("form", formats.FORMATS)
def test_the_report_comes_in_every_form(client: httpx.Client, form: str) -> None:
    by_name = client.post("/validate", content=BROKEN, headers=TURTLE, params={"format": form, "lang": "en"})
    assert by_name.headers["content-type"].split(";")[0] == FORMS[form]
    assert "Figure-value" in by_name.text
    if FORMS[form] != "text/plain" or form == "text":
        by_accept = post(client, BROKEN, Accept=FORMS[form], Accept_Language="en")
        assert by_accept.text == by_name.text


def test_a_report_in_turtle_is_a_validation_report(client: httpx.Client) -> None:
    graph = Graph().parse(data=post(client, BROKEN, Accept="text/turtle").text, format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(False)


def test_messages_come_in_the_language_asked_for(client: httpx.Client) -> None:
    english, vietnamese = (
        post(client, BROKEN, Accept_Language=each).json()["results"][0]["message"] for each in ("en", "vi")
    )
    assert english != vietnamese
    asked = client.post("/validate", content=BROKEN, headers=TURTLE | {"Accept-Language": "vi"}, params={"lang": "en"})
    assert asked.json()["results"][0]["message"] == english


# What is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "content", "line", "column"),
    [
        ("text/turtle", b"<urn:a> a\n  cds:Figure .", 2, 3),
        ("application/n-triples", b"<urn:a> <urn:b> <urn:c> .\nhello", 2, 1),
        ("application/ld+json", b'{"@id":\n "urn:x"', 2, 9),
    ],
)
def test_what_is_not_rdf_is_refused_with_its_place(
    client: httpx.Client, media_type: str, content: bytes, line: int, column: int
) -> None:
    answer = post(client, content, media_type)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (answer.json()["line"], answer.json()["column"]) == (line, column)
    assert answer.json()["remedy"]


def test_an_empty_graph_is_refused(client: httpx.Client) -> None:
    answer = post(client, b"# nothing yet\n")
    assert (answer.status_code, answer.json()["detail"]) == (400, "no triples to check")


@pytest.mark.parametrize(
    "media_type", ["", "text/csv", "application/octet-stream", "application/x-www-form-urlencoded"]
)
def test_another_media_type_is_refused(client: httpx.Client, media_type: str) -> None:
    answer = post(client, GOOD, media_type)
    assert answer.status_code == 415
    assert "text/turtle" in answer.headers["accept-post"]


def test_a_body_past_the_limit_is_refused(client: httpx.Client) -> None:
    assert post(client, GOOD + b"#" * LIMIT).status_code == 413


@pytest.mark.parametrize(("name", "value"), [("format", "pdf"), ("lang", "fr"), ("fail-on", "never")])
def test_a_parameter_without_sense_is_refused(client: httpx.Client, name: str, value: str) -> None:
    answer = client.post("/validate", content=GOOD, headers=TURTLE, params={name: value})
    assert answer.status_code == 400
    assert name in answer.json()["detail"]


def test_a_form_that_does_not_exist_is_refused(client: httpx.Client) -> None:
    assert post(client, GOOD, Accept="image/png").status_code == 406


def test_there_is_nothing_to_get(client: httpx.Client) -> None:
    for answer in (client.get("/validate"), client.delete("/validate")):
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_an_import_is_not_fetched_and_that_is_said(client: httpx.Client) -> None:
    content = GOOD + b"\n<urn:o> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/x> , <../etc/passwd> ."
    notes = post(client, content).headers.get_list("cdsgraph-note")
    assert len(notes) == 2
    assert any("http://127.0.0.1:9/x is imported and was not read" in note for note in notes)
    assert not any("file:" in note for note in notes)


# What is hostile ----------------------------------------------------------------

DEEP = b'{"@context": {"p": "urn:p"}, "p": ' + b'{"p": ' * 5_000 + b"1" + b"}" * 5_000 + b"}"
ENTITIES = b"".join(
    b'<!ENTITY e%d "%s">' % (number, b"&e%d;" % (number - 1) * 10 if number else b"x" * 10) for number in range(12)
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [' + ENTITIES + b']><rdf:RDF xmlns:e="urn:e:" '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a"><e:p>&e11;</e:p>'
    b"</rdf:Description></rdf:RDF>"
)
TERMS = b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:p> " * 8_000 + b"1" + b")>>" * 8_000 + b"."


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("application/ld+json", DEEP), ("application/rdf+xml", BOMB), ("text/turtle", TERMS)],
    ids=["deep", "bomb", "terms"],
)
def test_what_would_end_the_process_ends_one_request(client: httpx.Client, media_type: str, content: bytes) -> None:
    answer = post(client, content, media_type)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["remedy"]
    assert post(client, GOOD).json()["conforms"] is True
    assert client.get("/ready").status_code == 200


def test_a_check_past_its_time_is_stopped_and_others_are_told_to_wait(dataset: Path) -> None:
    slow = b"".join(b"<urn:%d> a <http://www.w3.org/2004/02/skos/core#Concept> .\n" % each for each in range(60_000))
    found: list[httpx.Response] = []
    with serving(Settings(dataset=dataset, timeout=4, checks=1)) as client:
        senders = [threading.Thread(target=lambda: found.append(post(client, slow))) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert [each.status_code for each in found] == [503, 503]
        stopped = next(each for each in found if "time limit of 4 s" in each.json()["detail"])
        busy = next(each for each in found if each is not stopped)
        assert "busy with other checks" in busy.json()["detail"]
        assert int(busy.headers["retry-after"]) > 0
        # On a busy machine the first check of a new process may be stopped too.
        answers = (post(client, GOOD) for _ in range(20))
        assert next(answer for answer in answers if answer.status_code != 503).json()["conforms"] is True


def test_the_operation_is_documented(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/validate"]["post"]
    assert set(operation["requestBody"]["content"]) == set(ENDINGS)
    assert {each["name"] for each in operation["parameters"]} == {"format", "lang", "fail-on"}
    assert {"200", "400", "406", "413", "415", "422", "503"} <= set(operation["responses"])
    assert set(formats.FORMATS) <= set(json.loads(json.dumps(operation["parameters"][0]["schema"]["enum"])))
