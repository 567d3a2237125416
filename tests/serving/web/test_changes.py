"""What differs from an earlier version, in every form."""

import csv
import io
from pathlib import Path

import httpx
import pytest
from pyld import jsonld

from cdsgraph.graph import versions
from tests.serving.web.conftest import FIGURE, ONLY_BEFORE

PROV = "http://www.w3.org/ns/prov#"
CS = "http://purl.org/vocab/changeset/schema#"


def test_json_is_what_diff_prints(grown: httpx.Client, two_versions: Path) -> None:
    told = grown.get("/changes", headers={"Accept": "application/json", "Accept-Language": "en"}).json()
    assert (told["old"], told["new"]) == (versions.previous(two_versions), versions.current(two_versions).name)
    assert [item["iri"] for item in told["gone"]] == [ONLY_BEFORE]
    assert [item["kind"] for item in told["added"]] == ["task"]
    changes = {
        change["property"].rsplit("#", 1)[1]: (change["old"], change["new"])
        for item in told["changed"]
        if item["iri"] == FIGURE
        for change in item["changes"]
    }
    assert changes == {"value": (["38.51"], ["39.51"]), "printed": (["38,51%"], ["39,51%"])}


def test_csv_has_a_row_for_each_change(grown: httpx.Client) -> None:
    answer = grown.get("/changes", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(row["old"], row["new"]) for row in rows if row["iri"] == FIGURE} == {
        ("38.51", "39.51"),
        ("38,51%", "39,51%"),
    }
    assert [row["iri"] for row in rows if row["change"] == "gone"] == [ONLY_BEFORE]


def test_json_ld_says_it_in_prov_and_change_sets(grown: httpx.Client) -> None:
    def refuse(url: str, options: object) -> None:
        raise AssertionError(f"fetches {url}")

    document = grown.get("/changes", headers={"Accept": "application/ld+json"}).json()
    [activity] = jsonld.expand(document, {"documentLoader": refuse})
    assert [each["@id"] for each in activity[PROV + "invalidated"]] == [ONLY_BEFORE]
    assert len(activity[PROV + "generated"]) == 1
    assert len(activity[PROV + "used"]) == 2
    sets = activity["http://purl.org/dc/terms/hasPart"]
    figure = next(each for each in sets if each[CS + "subjectOfChange"][0]["@id"] == FIGURE)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    added = {each[rdf + "object"][0]["@value"] for each in figure[CS + "addition"]}
    removed = {each[rdf + "object"][0]["@value"] for each in figure[CS + "removal"]}
    assert (added, removed) == ({"39.51", "39,51%"}, {"38.51", "38,51%"})


def test_the_page_tells_it_in_words(grown: httpx.Client) -> None:
    answer = grown.get("/changes?lang=vi", headers={"Accept": "text/html"})
    assert "38,51% → 39,51%" in answer.text
    assert answer.text.count("<h1") == 1
    assert f'href="{ONLY_BEFORE}' not in answer.text
    assert grown.get("/changes?page=2", headers={"Accept": "text/html"}).status_code == 404


def test_a_version_compared_with_itself_is_equal(grown: httpx.Client, two_versions: Path) -> None:
    now = versions.current(two_versions).name
    told = grown.get(f"/changes?since={now}", headers={"Accept": "application/json"}).json()
    assert told["counts"] == {"changed": 0, "added": 0, "gone": 0}


def test_answers_are_known_again(grown: httpx.Client) -> None:
    tags = set()
    for accept in ("text/html", "text/csv", "application/json", "application/ld+json"):
        for lang in ("vi", "en"):
            headers = {"Accept": accept, "Accept-Language": lang}
            first = grown.get("/changes", headers=headers)
            tags.add(first.headers["etag"])
            assert grown.get("/changes", headers=headers | {"If-None-Match": first.headers["etag"]}).status_code == 304
            head = grown.head("/changes", headers=headers)
            assert (head.headers["etag"], head.content) == (first.headers["etag"], b"")
    assert len(tags) == 8


@pytest.mark.parametrize("since", ["none", "../versions", "0" * 16, "%00"])
def test_an_unknown_version_is_told_with_those_there_are(grown: httpx.Client, two_versions: Path, since: str) -> None:
    answer = grown.get(f"/changes?since={since}")
    assert answer.status_code == 404
    assert all(name in answer.json()["detail"] for name in versions.names(two_versions))


def test_the_first_version_has_none_before_it(site: httpx.Client) -> None:
    assert site.get("/changes").status_code == 404
    assert site.get("/changes?format=exe").status_code == 406
