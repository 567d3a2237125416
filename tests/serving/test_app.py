import re
import socket
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from cdsgraph.errors import DatasetError
from cdsgraph.serving.app import create_app
from cdsgraph.serving.http.protocol import HEAD_LIMIT
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving


def test_health_names_the_version(client: httpx.Client) -> None:
    told = client.get("/health").json()
    assert told["status"] == "ok"
    assert re.fullmatch(r"[0-9a-f]{16}", told["version"])
    assert client.get("/ready").status_code == 200
    assert set(told["release"]) == {"package", "ontology"}
    assert told["release"]["package"] == client.get("/openapi.json").json()["info"]["version"]
    assert told["release"]["ontology"] in client.get("/ns", headers={"Accept": "text/html"}).text


def test_robots_leave_queries_alone(client: httpx.Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Disallow: /sparql" in answer.text


def test_operations_are_documented_without_another_host(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert {"get", "post"} <= document["paths"]["/sparql"].keys()
    page = client.get("/docs").text
    assert all(path in page for path in document["paths"])
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert client.get("/redoc").status_code == 404


@pytest.mark.parametrize("path", ["/health", "/sparql?query=ASK%7B%7D", "/khong-co", "/docs"])
def test_headers_of_every_answer(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"]


def test_an_unknown_path_is_a_problem(client: httpx.Client) -> None:
    answer = client.get("/khong-co-gi-o-day/ca")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_wrong_method_names_the_right_ones(client: httpx.Client) -> None:
    answer = client.delete("/sparql")
    assert answer.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", "/docs", "/.well-known/void", "/openapi.json"])
def test_head_and_options_work_everywhere(client: httpx.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert client.options(path).status_code == 204


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n"
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"x" * 1000 * 70 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X: x\r\n" * 20_000,
        b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 400_000,
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["two lengths", "no host", "a large header", "headers without end", "a header without end", "a long address"],
)
def test_a_request_that_http_forbids_is_refused(client: httpx.Client, request_bytes: bytes) -> None:
    answer = b""
    with (
        socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as connection,
        suppress(ConnectionResetError),  # closed while we were still sending
    ):
        connection.sendall(request_bytes)
        while received := connection.recv(65536):
            answer += received
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"HTTP/1.1 400") <= 1
    assert answer or len(request_bytes) > HEAD_LIMIT


def test_the_host_header_is_not_repeated(client: httpx.Client) -> None:
    for path in ("/sparql", "/sparql/", "/health/", "/.well-known/void"):
        answer = client.get(path, headers={"Host": "evil.example", "Accept": "text/turtle"})
        assert "evil.example" not in answer.text + str(answer.headers)


def test_a_missing_dataset_keeps_the_application_from_starting(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        create_app(Settings(dataset=tmp_path / "none.nq"))


def test_search_refuses_what_it_cannot_write(client: httpx.Client) -> None:
    assert client.get("/search?q=a", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/search?q=a", headers={"Accept": "application/json"}).json()["query"] == "a"


def test_the_version_of_the_ontology_answers_at_its_iri(client: httpx.Client) -> None:
    turtle = {"Accept": "text/turtle"}
    text = client.get("/ns", headers=turtle).text
    version = re.search(r"owl:versionIRI <https://w3id\.org(/cdsgraph(/ns/[^>]+))>", text)
    assert version is not None
    for path in version.groups():
        assert client.get(path, headers=turtle).text == text
    assert client.get("/ns/0.0.0", headers=turtle).status_code == 404


def test_health_says_which_damaged_version_is_stood_in_for(dataset: Path) -> None:
    with serving(Settings(dataset=dataset, workers=1, instead_of="0123456789abcdef")) as client:
        told = client.get("/health").json()
    assert (told["status"], told["instead_of"]) == ("degraded", "0123456789abcdef")
