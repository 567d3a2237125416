import json
import re
from pathlib import Path

import httpx
import pytest
from markupsafe import escape
from starlette.requests import Request

from cdsgraph import errors
from cdsgraph.serving.http.documented import PROBLEM_JSON
from cdsgraph.serving.operations import problems
from cdsgraph.serving.operations.problems import problem, problem_of, status_of
from cdsgraph.serving.pages import words


def request(accept: str | None = None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


def error_classes(root: type[errors.CdsgraphError] = errors.CdsgraphError) -> list[type[errors.CdsgraphError]]:
    return [root, *(found for child in root.__subclasses__() for found in error_classes(child))]


@pytest.mark.parametrize("error_class", error_classes(), ids=lambda c: str(c.__name__))
def test_every_error_is_told_with_a_status(error_class: type[errors.CdsgraphError]) -> None:
    answer = problem_of(request(), error_class("what happened", line=3, column=4, remedy="what to do"))
    told = json.loads(bytes(answer.body))
    assert answer.status_code == told["status"] == status_of(error_class("what happened"))
    assert answer.status_code >= 400
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert (told["detail"], told["line"], told["column"], told["remedy"]) == ("what happened", 3, 4, "what to do")
    assert told["title"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.QueryError("x"), 400),
        (errors.TooComplexError("x"), 400),
        (errors.FormatError("x"), 406),
        (errors.TooLargeError("x"), 422),
        (errors.QueryTimeoutError("x"), 503),
        (errors.BusyError("x"), 503),
        (errors.EndpointError("x"), 502),
        (errors.RegisterError("x"), 500),
    ],
)
def test_status(error: errors.CdsgraphError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(
    "path",
    [
        "/documents/none",
        "/documents?kind=none",
        "/quality/none",
        "/quality/slips?page=999",
        "/relations?thing=none",
        "/search?q=a&kind=none",
        "/search?q=a&page=0",
        "/targets?sort=none",
        "/changes?since=none",
        "/queries/none",
        "/id/?class=cds:Figure&page=none",
        "/cite?iri=none",
        "/nowhere",
    ],
)
def test_a_page_tells_a_refusal_in_the_readers_language(client: httpx.Client, path: str) -> None:
    told = client.get(path, headers={"Accept": "*/*", "Accept-Language": "vi"})
    assert told.headers["content-type"] == PROBLEM_JSON
    pages = {lang: client.get(path, headers={"Accept": "text/html", "Accept-Language": lang}) for lang in ("vi", "en")}
    assert {page.status_code for page in pages.values()} == {told.status_code}
    detail = str(escape(told.json()["detail"]))
    assert detail in pages["en"].text
    assert detail not in pages["vi"].text
    assert '<span lang="en">' not in pages["vi"].text


def test_every_refusal_has_its_words() -> None:
    package = Path(problems.__file__).parents[1]
    keys = {
        key
        for path in package.rglob("*.py")
        for key in re.findall(r'Refusal\(\s*\d+,\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(keys) > 20
    assert {key for key in keys if not words.has_word(key)} == set()


def test_a_busy_server_says_when_to_ask_again() -> None:
    assert int(problem_of(request(), errors.BusyError("x")).headers["retry-after"]) > 0


def test_a_path_of_this_machine_is_not_told() -> None:
    answer = problem_of(request(), errors.DatasetError("damaged", path="/srv/secret/dataset.nq"))
    assert b"secret" not in answer.body


def test_a_browser_gets_a_page_that_escapes_what_it_shows(client: httpx.Client) -> None:
    for lang, place in (("vi", "Dòng 2, cột"), ("en", "Line 2, column")):
        answer = client.get(
            "/sparql",
            params={"query": "ASK {\n<b>alert(1)</b>"},
            headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": lang},
        )
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"
        assert f'<html lang="{lang}">' in answer.text
        assert place in answer.text
        assert "<b>" not in answer.text


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/turtle", "text/csv"])
def test_other_clients_get_problem_json(accept: str | None) -> None:
    assert problem(request(accept), 404, "nothing here").headers["content-type"] == PROBLEM_JSON
