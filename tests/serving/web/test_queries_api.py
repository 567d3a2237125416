"""Saved queries over HTTP."""

import httpx
import pytest

from cdsgraph import queries
from cdsgraph.files import Files

HTML = {"Accept": "text/html"}


def test_the_catalogue_lists_every_query(site: httpx.Client, files: Files) -> None:
    listed = site.get("/queries", headers={"Accept": "application/json"}).json()["queries"]
    assert [each["name"] for each in listed] == [each.name for each in queries.load_all(files.queries)]
    for each in listed:
        assert site.get(each["href"], headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("xml", "application/sparql-results+xml"),
        ("html", "text/html"),
    ],
)
def test_an_answer_comes_in_every_form(site: httpx.Client, form: str, media_type: str) -> None:
    by_name = site.get(f"/queries/digital_economy_share?format={form}")
    by_accept = site.get("/queries/digital_economy_share", headers={"Accept": media_type})
    for answer in (by_name, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "18,72%" in answer.text


def test_a_parameter_changes_the_answer(site: httpx.Client) -> None:
    path, accept = "/queries/functions_moved", {"Accept": "application/json"}
    given = site.get(
        path, params={"body": "https://w3id.org/cdsgraph/id/org/bo-thong-tin-va-truyen-thong"}, headers=accept
    )
    relative = site.get(path, params={"body": "id/org/bo-thong-tin-va-truyen-thong"}, headers=accept)
    other = site.get(path, params={"body": "id/org/khong-co"}, headers=accept)
    assert given.json() == relative.json()
    assert given.json()["results"]["bindings"]
    assert other.json()["results"]["bindings"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queries/khong_co", 404),
        ("/queries/" + 5000 * "a", 404),
        ("/queries/digital_economy_share.rq", 404),
        ("/queries/functions_moved?bdy=x", 400),
        ("/queries/functions_moved?body=a%20b%3E", 400),
        ("/queries/office_holders_of_body?first_day=2023-13-01", 400),
        ("/queries/digital_economy_share?format=pdf", 406),
    ],
)
def test_wrong_use_is_told(site: httpx.Client, path: str, status: int) -> None:
    answer = site.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_an_empty_field_of_the_form_means_the_default(site: httpx.Client) -> None:
    text = site.get("/queries/functions_moved?body=", headers=HTML).text
    assert "<tbody>" in text
