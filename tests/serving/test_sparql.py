"""The SPARQL 1.1 Protocol over HTTP; tests of W3C's protocol manifest carry its names."""

import csv
import io
import json
import socket
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
import rdflib

from tests.serving.conftest import ALL_TRIPLES, BASE, REGISTER, REGISTER_TRIPLES, SHORT_LIMIT, SOURCE, SOURCE_TRIPLES

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
GRAPH_FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}
DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
COUNT_BOTH = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
UPDATE = "INSERT DATA { <urn:mark> <urn:p> 1 }"
TEXTS = [
    "Thành phố Hồ Chí Minh",
    "Nguye\u0302\u0303n",
    "\U000215d7",
    'dấu "nháy", phẩy; <&> \\',
    "hai\ndòng\tcột",
    "100%25 a+b",
]
VALUES = "VALUES ?x { " + " ".join(json.dumps(text, ensure_ascii=False) for text in TEXTS) + " }"


def media_type(answer: httpx.Response) -> str:
    return answer.headers["content-type"].partition(";")[0]


def number(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def ask(client: httpx.Client, query: str, accept: str | None = JSON, **parameters: Any) -> httpx.Response:
    headers = {} if accept is None else {"Accept": accept}
    return client.post("/sparql", data={"query": query, **parameters}, headers=headers)


@pytest.mark.parametrize(
    ("path", "method", "headers", "body"),
    [
        pytest.param("?query=ASK%20%7B%7D", "GET", {}, None, id="query_get"),
        pytest.param("", "POST", FORM, "query=ASK%20%7B%7D", id="query_post_form"),
        pytest.param(
            "",
            "POST",
            FORM | {"Content-Type": f"{FORM['Content-Type']}; charset=UTF-8"},
            "query=ASK+%7B%7D",
            id="form_charset",
        ),
        pytest.param("", "POST", DIRECT, "ASK {}", id="query_post_direct"),
        pytest.param(
            "", "POST", {"Content-Type": "application/sparql-query; charset=utf-8"}, "ASK {}", id="direct_charset"
        ),
        pytest.param("?query=ASK%7B%7D&foo=bar&format=", "GET", {}, None, id="unknown_parameters"),
    ],
)
def test_a_query_is_answered(
    client: httpx.Client, path: str, method: str, headers: dict[str, str], body: str | None
) -> None:
    answer = client.request(method, "/sparql" + path, headers={"Accept": JSON} | headers, content=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["boolean"] is True


@pytest.mark.parametrize(
    ("path", "method", "headers", "body", "status"),
    [
        pytest.param("?query=ASK%20%7B%7D", "PUT", {}, None, 405, id="bad_query_method"),
        pytest.param("?query=ASK%7B%7D&query=SELECT%20%2A%20%7B%7D", "GET", {}, None, 400, id="bad_multiple_queries"),
        pytest.param("", "POST", FORM, "query=ASK%7B%7D&query=ASK%7B%7D", 400, id="bad_multiple_queries_form"),
        pytest.param("?query=ASK%7B%7D", "POST", DIRECT, "ASK {}", 400, id="bad_multiple_queries_direct"),
        pytest.param("", "POST", {"Content-Type": "text/plain"}, "ASK {}", 415, id="bad_query_wrong_media_type"),
        pytest.param("", "POST", {}, "query=ASK%20%7B%7D", 415, id="bad_query_missing_form_type"),
        pytest.param("", "POST", {}, "ASK {}", 415, id="bad_query_missing_direct_type"),
        pytest.param(
            "",
            "POST",
            {"Content-Type": "application/sparql-query; charset=UTF-16"},
            "ASK {}".encode("utf-16"),
            400,
            id="bad_query_non_utf8",
        ),
        pytest.param("", "POST", DIRECT, b"ASK { FILTER('\xff') }", 400, id="bytes_not_utf8"),
        pytest.param("", "POST", FORM, b"query=%FF", 400, id="form_not_utf8"),
        pytest.param("?query=%FF", "GET", {}, None, 400, id="address_not_utf8"),
        pytest.param("?query=ASK%20%7B%7B", "GET", {}, None, 400, id="bad_query_syntax"),
        pytest.param("", "POST", DIRECT, "", 400, id="empty_query"),
        pytest.param("", "POST", FORM, "format=json", 400, id="no_query"),
        pytest.param("?default-graph-uri=urn:g", "GET", {}, None, 400, id="dataset_without_query"),
        pytest.param("", "POST", DIRECT | {"Content-Encoding": "gzip"}, "ASK {}", 415, id="compressed"),
        pytest.param("", "POST", DIRECT, "ASK {} #" + "x" * 100_000, 413, id="too_large"),
        pytest.param("?query=" + "x" * 61_000, "GET", {}, None, 414, id="address_too_long"),
        pytest.param("?query=ASK%7B%7D&timeout=soon", "GET", {}, None, 400, id="timeout_no_number"),
        pytest.param("?query=ASK%7B%7D&timeout=-1", "GET", {}, None, 400, id="timeout_negative"),
        pytest.param(
            "?query=ASK%7B%7D&default-graph-uri=not%20an%20%3Ciri%3E", "GET", {}, None, 400, id="dataset_bad_iri"
        ),
        pytest.param(
            "?query=ASK%7B%7D", "GET", {"Accept": "application/x-nothing"}, None, 406, id="accept_unsupported"
        ),
        pytest.param("?query=ASK%7B%7D", "GET", {"Accept": "text/turtle"}, None, 406, id="graph_type_for_ask"),
        pytest.param("", "POST", FORM, f"update={UPDATE}", 403, id="update_post_form"),
        pytest.param("", "POST", FORM, f"query=ASK%7B%7D&update={UPDATE}", 403, id="update_beside_query"),
        pytest.param("", "POST", {"Content-Type": "application/sparql-update"}, UPDATE, 403, id="update_post_direct"),
        pytest.param("?update=CLEAR%20ALL", "GET", {}, None, 403, id="update_get"),
        pytest.param("", "POST", DIRECT, UPDATE, 400, id="update_as_query"),
    ],
)
def test_a_bad_request_is_a_problem(
    client: httpx.Client, path: str, method: str, headers: dict[str, str], body: str | bytes | None, status: int
) -> None:
    answer = client.request(method, "/sparql" + path, headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert media_type(answer) == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert told["status"] == status
    assert told["detail"]
    assert "Traceback" not in answer.text
    assert number(ask(client, COUNT)) == ALL_TRIPLES


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\nWHERE { ?s ?p }", 2, 16),
        ("SELECT *\nWHERE { ?s ?p }\n\n  ", 2, 16),
        ("SELECT *\n{ ?s ?p 'ếếếế' }}", 2, 18),
        ("# Huế\n\nASK { ?s foaf:name ?o }", 3, 19),
        ("", 1, 1),
    ],
)
def test_a_syntax_error_tells_line_and_column(client: httpx.Client, query: str, line: int, column: int) -> None:
    told = ask(client, query).json()
    assert (told["status"], told["line"], told["column"]) == (400, line, column)


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        pytest.param(COUNT, {}, ALL_TRIPLES, id="default_graph_is_the_union"),
        pytest.param(COUNT, {"default-graph-uri": SOURCE}, SOURCE_TRIPLES, id="query_dataset_default_graph"),
        pytest.param(COUNT, {"default-graph-uri": [REGISTER, SOURCE]}, ALL_TRIPLES, id="query_dataset_default_graphs"),
        pytest.param(COUNT, {"default-graph-uri": [SOURCE, SOURCE]}, SOURCE_TRIPLES, id="one_graph_named_twice"),
        pytest.param(COUNT, {"default-graph-uri": ["urn:none", SOURCE]}, SOURCE_TRIPLES, id="one_graph_and_none"),
        pytest.param(
            COUNT_NAMED,
            {"named-graph-uri": [REGISTER, SOURCE, SOURCE, "urn:none"]},
            REGISTER_TRIPLES + SOURCE_TRIPLES,
            id="named_graphs_keep_what_each_says",
        ),
        pytest.param(
            COUNT_BOTH,
            {"default-graph-uri": [REGISTER, SOURCE], "named-graph-uri": SOURCE},
            ALL_TRIPLES + SOURCE_TRIPLES,
            id="two_default_graphs_and_a_named_one",
        ),
        pytest.param(
            COUNT_BOTH.replace("WHERE", f"FROM <{REGISTER}> FROM <{SOURCE}> FROM NAMED <{REGISTER}> WHERE"),
            {},
            ALL_TRIPLES + REGISTER_TRIPLES,
            id="from_two_and_from_named",
        ),
        pytest.param(
            f"PREFIX g: <{BASE}graph/> BASE <{BASE}graph/source/>\n"
            "SELECT(COUNT(*)AS?n)#FROM <urn:none>\nFROM<bai-mot>from g:register{?s?p?o}",
            {},
            ALL_TRIPLES,
            id="from_as_it_may_be_written",
        ),
        pytest.param(
            COUNT.replace("*) AS", "*) + IF(EXISTS { ?a ?b 'FROM <urn:x>' }, 1, 0) AS").replace(
                "WHERE", f"FROM <{REGISTER}> FROM <graph/source/bai-mot>"
            ),
            {},
            ALL_TRIPLES,
            id="from_after_braces_and_relative",
        ),
        pytest.param(
            COUNT.replace("WHERE", f"FROM <{REGISTER}> FROM <{SOURCE}> WHERE"),
            {"default-graph-uri": REGISTER},
            REGISTER_TRIPLES,
            id="the_request_stands_above_from",
        ),
        pytest.param(COUNT_NAMED.replace("WHERE", f"FROM <{REGISTER}> WHERE"), {}, 0, id="from_leaves_named_empty"),
        pytest.param(COUNT.replace("WHERE", f"FROM NAMED <{REGISTER}> WHERE"), {}, 0, id="from_named_leaves_default"),
        pytest.param(COUNT.replace("WHERE", "FROM <urn:none> FROM <urn:nil> WHERE"), {}, 0, id="from_unknown_graphs"),
        pytest.param(COUNT_NAMED, {"named-graph-uri": SOURCE}, SOURCE_TRIPLES, id="query_dataset_named_graphs"),
        pytest.param(COUNT, {"named-graph-uri": SOURCE}, 0, id="named_only_leaves_default_empty"),
        pytest.param(COUNT_NAMED, {"default-graph-uri": SOURCE}, 0, id="default_only_leaves_named_empty"),
        pytest.param(
            COUNT_BOTH,
            {"default-graph-uri": REGISTER, "named-graph-uri": SOURCE},
            REGISTER_TRIPLES + SOURCE_TRIPLES,
            id="query_dataset_full",
        ),
        pytest.param(
            COUNT.replace("WHERE", "FROM <urn:none> WHERE"),
            {"default-graph-uri": SOURCE},
            SOURCE_TRIPLES,
            id="query_multiple_dataset",
        ),
        pytest.param(COUNT.replace("WHERE", f"FROM <{REGISTER}> WHERE"), {}, REGISTER_TRIPLES, id="from"),
        pytest.param(
            COUNT_NAMED.replace("WHERE", f"FROM NAMED <{REGISTER}> WHERE"), {}, REGISTER_TRIPLES, id="from_named"
        ),
        pytest.param(COUNT, {"default-graph-uri": "urn:none"}, 0, id="unknown_default_graph"),
        pytest.param(COUNT_NAMED, {"named-graph-uri": "urn:none"}, 0, id="unknown_named_graph"),
    ],
)
def test_dataset(client: httpx.Client, query: str, parameters: dict[str, Any], expected: int) -> None:
    assert number(ask(client, query, **parameters)) == expected
    assert number(client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": JSON})) == expected
    direct = client.post("/sparql", params=parameters, content=query, headers=DIRECT | {"Accept": JSON})
    assert number(direct) == expected


@pytest.mark.parametrize(
    "clauses", [f"FROM <{REGISTER}> FROM <{SOURCE}>", f"FROM <{SOURCE}> FROM <{REGISTER}> FROM <urn:none>"]
)
@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT {{ [] <urn:x> (?s ?o) }} {} WHERE {{ ?s ?p ?o }}",
        "CONSTRUCT {} WHERE {{ ?s ?p ?o }}",
        f"DESCRIBE <{BASE}id/org/bo-cong-an> {{}}",
    ],
)
def test_graphs_are_merged_for_other_forms(client: httpx.Client, query: str, clauses: str) -> None:
    answer = ask(client, query.format(clauses), accept="application/n-triples")
    assert answer.status_code == 200, answer.text
    lists = 5 * ALL_TRIPLES  # a triple that names a list, and four for its two places
    expected = {"CONSTRUCT {{": lists, "CONSTRUCT {}": ALL_TRIPLES}.get(query[:12], REGISTER_TRIPLES)
    assert len(answer.text.splitlines()) == expected


def test_relative_iris_stand_below_the_base(client: httpx.Client) -> None:
    rows = ask(client, "SELECT (<id/org/x> AS ?x) {}").json()["results"]["bindings"]
    assert rows[0]["x"]["value"] == f"{BASE}id/org/x"


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <http://127.0.0.1:9/> {}",
        "service silent <http://127.0.0.1:9/> {}",
        "VALUES ?s { <http://127.0.0.1:9/> } SERVICE ?s {}",
        "FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "?s ?p ?o MINUS{ SERVICE\n<http://127.0.0.1:9/>{} }",
        "BIND(1 AS ?x)FILTER(?x<2)SERVICE<http://127.0.0.1:9/>{}",
        "{ SELECT * { OPTIONAL { SERVICE SILENT <http://127.0.0.1:9/> {} } } }",
    ],
)
def test_another_service_is_not_asked(client: httpx.Client, pattern: str) -> None:
    answer = ask(client, f"ASK {{ {pattern} }}")
    assert (answer.status_code, answer.json().get("remedy")) == (400, "remove SERVICE")


@pytest.mark.parametrize(
    "query",
    [
        "ASK { BIND('SERVICE <urn:x> {}' AS ?service) } # SERVICE",
        "PREFIX service: <urn:SERVICE> ASK { BIND(service:service AS ?x) }",
        "ASK { FILTER(<urn:SERVICE> = <urn:SERVICE>) FILTER(LANG('a'@service) != '') }",
    ],
)
def test_the_word_service_may_stand_where_it_asks_nothing(client: httpx.Client, query: str) -> None:
    assert ask(client, query).json()["boolean"] is True


def test_many_graphs_can_be_named(client: httpx.Client) -> None:
    graphs = " ".join(f"FROM <urn:{number}>" for number in range(4_000))
    query = COUNT.replace("WHERE", f"{graphs} FROM <{REGISTER}> FROM <{SOURCE}> WHERE")
    assert number(ask(client, query)) == ALL_TRIPLES


def test_results_as_json(client: httpx.Client) -> None:
    answer = ask(client, f"SELECT ?x {{ {VALUES} }}")
    assert media_type(answer) == JSON
    assert [row["x"]["value"] for row in answer.json()["results"]["bindings"]] == TEXTS


def test_results_as_xml(client: httpx.Client) -> None:
    answer = ask(client, f"SELECT ?x {{ {VALUES} }}", accept=XML)
    assert media_type(answer) == XML
    literals = ET.fromstring(answer.content).iter("{http://www.w3.org/2005/sparql-results#}literal")  # noqa: S314
    assert [literal.text for literal in literals] == TEXTS


def test_results_as_csv(client: httpx.Client) -> None:
    answer = ask(client, f"SELECT ?x {{ {VALUES} }}", accept=CSV)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row[0] for row in csv.reader(io.StringIO(answer.content.decode(), newline=""))] == ["x", *TEXTS]


def test_results_as_tsv(client: httpx.Client) -> None:
    answer = ask(client, 'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (<urn:x> "Huế"@vi UNDEF) } }', accept=TSV)
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert answer.content.decode().splitlines() == ["?a\t?b\t?c", '<urn:x>\t"Huế"@vi\t']


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its JSON-LD reader warns of itself
@pytest.mark.parametrize("accept", GRAPH_FORMATS)
def test_graphs(client: httpx.Client, accept: str) -> None:
    objects = " , ".join(json.dumps(text, ensure_ascii=False) for text in TEXTS)
    answer = ask(
        client, f'CONSTRUCT {{ <urn:s> <http://example.org/tên> {objects} , "Huế"@vi }} WHERE {{}}', accept=accept
    )
    assert media_type(answer) == accept
    graph = rdflib.Graph().parse(data=answer.content, format=GRAPH_FORMATS[accept])
    assert {str(o) for o in graph.objects()} == {*TEXTS, "Huế"}


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        pytest.param("SELECT * {}", None, JSON, id="query_content_type_select"),
        pytest.param("ASK {}", None, JSON, id="query_content_type_ask"),
        pytest.param("DESCRIBE <urn:x>", None, "text/turtle", id="query_content_type_describe"),
        pytest.param("CONSTRUCT {} {}", None, "text/turtle", id="query_content_type_construct"),
        pytest.param("SELECT * {}", "application/json", "application/json", id="plain_json"),
        pytest.param("CONSTRUCT {} {}", "application/json", "application/json", id="plain_json_graph"),
        pytest.param("SELECT * {}", "text/turtle, text/csv;q=0.1", CSV, id="the_kind_decides_select"),
        pytest.param("CONSTRUCT {} {}", "text/csv, text/turtle;q=0.1", "text/turtle", id="the_kind_decides_construct"),
        pytest.param("SELECT * {}", "text/csv, text/html;q=0.5", CSV, id="page_less_wanted"),
        pytest.param("SELECT * {}", BROWSER, "text/html", id="browser_results"),
        pytest.param("CONSTRUCT {} {}", BROWSER, "text/html", id="browser_graph"),
    ],
)
def test_media_type_of_the_answer(client: httpx.Client, query: str, accept: str | None, given: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept} if accept else {"Accept": ""})
    assert answer.status_code == 200, answer.text
    assert media_type(answer) == given
    assert "accept" in answer.headers["vary"].lower()


def test_percent_signs_are_decoded_once(client: httpx.Client) -> None:
    query = 'SELECT ("100%25 %C3%A0 a+b" AS ?x) (1+2 AS ?y) {}'
    for answer in (ask(client, query), client.get("/sparql", params={"query": query}, headers={"Accept": JSON})):
        row = answer.json()["results"]["bindings"][0]
        assert (row["x"]["value"], row["y"]["value"]) == ("100%25 %C3%A0 a+b", "3")


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as connection:
        connection.sendall(
            b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"text/csv" in head
    assert body == b""


def test_preflight(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options("/sparql", headers=asked)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_query_over_the_time_limit_is_told_and_the_next_one_answers(client: httpx.Client) -> None:
    cross = " ".join(f"VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }}" for i in range(12))
    answer = ask(client, f"SELECT (COUNT(*) AS ?n) {{ {cross} }}")
    assert answer.status_code == 503
    assert f"{SHORT_LIMIT:g} s" in answer.json()["detail"]
    assert answer.elapsed.total_seconds() < SHORT_LIMIT + 1
    assert number(ask(client, COUNT)) == ALL_TRIPLES
    assert "0.5 s" in ask(client, f"SELECT (COUNT(*) AS ?n) {{ {cross} }}", timeout="0.5").json()["detail"]


def test_an_answer_past_the_size_limit_is_refused(client: httpx.Client) -> None:
    cross = " ".join(f"VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }}" for i in range(6))
    assert ask(client, f"SELECT * {{ {cross} }}").status_code == 422


def test_describe_uses_the_prefixes(client: httpx.Client) -> None:
    answer = ask(client, f"DESCRIBE <{BASE}id/org/bo-cong-an>", accept="text/turtle")
    assert "skos:prefLabel" in answer.text
    assert answer.text.count("@prefix") <= 4


def test_a_list_in_several_lines_is_one_list(client: httpx.Client) -> None:
    lines = [("Accept", "text/html;q=0"), ("Accept", "text/csv"), ("If-None-Match", '"x"')]
    answer = client.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers=lines)
    assert (answer.status_code, answer.text) == (200, "n\r\n1\r\n")
    again = client.get(
        "/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers=[*lines, ("If-None-Match", answer.headers["etag"])]
    )
    assert again.status_code == 304


def test_an_answer_is_given_in_the_state_that_is_wanted_or_not_at_all(client: httpx.Client) -> None:
    known = ask(client, "SELECT (1 AS ?n) {}", accept="text/csv")
    for wanted, status in (
        (known.headers["etag"], 200),
        ("*", 200),
        (f'"x", {known.headers["etag"]}', 200),
        ('"x"', 412),
    ):
        headers = {"Accept": "text/csv", "If-Match": wanted}
        answer = client.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers=headers)
        assert answer.status_code == status, wanted
    assert (answer.headers["content-type"], answer.headers["etag"]) == (
        "application/problem+json",
        known.headers["etag"],
    )
    unsteady = client.get("/sparql", params={"query": "SELECT (RAND() AS ?n) {}"}, headers=headers)
    assert unsteady.status_code == 412, "an answer that changes has no state that could be wanted"
    wrong = client.get("/sparql", params={"query": "SELECT * {"}, headers=headers)
    assert wrong.status_code == 400, "where there is no answer, nothing is wanted of it"
