"""The quality pages: what was found, with its sentence, its rule and what is accepted."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cdsgraph import queries
from cdsgraph.files import Files
from cdsgraph.serving.pages.quality.page import sections
from cdsgraph.serving.pages.words import has_word
from cdsgraph.serving.settings import Settings
from tests.service import ROOT
from tests.serving.conftest import serving

HTML = {"Accept": "text/html", "Accept-Language": "vi"}
NAMES = [each.name for each in sections()]


@pytest.fixture(scope="module")
def small(dataset: Path) -> Iterator[httpx.Client]:
    """A lone file without findings of any kind."""
    with serving(Settings(dataset=dataset, workers=1)) as client:
        yield client


def findings(site: httpx.Client, section: str, **params: str) -> list[dict[str, Any]]:
    answer = site.get(f"/quality/{section}", params={**params, "format": "json", "lang": "vi"})
    assert answer.status_code == 200
    told: list[dict[str, Any]] = answer.json()["findings"]
    return told


def test_the_overview_counts_what_the_sections_list(site: httpx.Client) -> None:
    told = site.get("/quality?format=json&lang=vi").json()
    assert [each["section"] for each in told["sections"]] == NAMES
    counts = {each["section"]: each["count"] for each in told["sections"]}
    for name in ("conflicts", "ambiguities", "citations", "targets", "gaps"):
        assert counts[name] == site.get(f"/quality/{name}?format=json").json()["total"] > 0
    page = site.get("/quality", headers=HTML).text
    for each in told["sections"]:
        assert f'href="/quality/{each["section"]}"' in page
        assert each["title"] in page


def test_a_slip_stands_first_with_its_sentence_its_rule_and_why_it_is_accepted(site: httpx.Client) -> None:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for each in findings(site, "slips"):
        by_kind.setdefault(each["outcome"], []).append(each)
    assert by_kind["fails"][0]["statements"][0]["sentence"]
    wrong = next(each for each in by_kind["fails"] if "27,5%" in str(each["name"]))
    assert wrong["waived"]["until"] == "2027-12-31"
    assert wrong["rules"] == [
        {"name": "Tỷ lệ phải khớp với phép chia", "href": "/shapes?lang=vi#StatedShare-arithmetic"}
    ]
    assert len(by_kind["holds"]) > 5
    page = site.get("/quality/slips", headers=HTML).text
    assert page.index("Không khớp") < page.index("Khớp</strong>")
    assert "884/QĐ-TTg" in page
    assert "844/QĐ-TTg" in page
    assert "31/12/2027" in page
    assert "17 / 62 = 27,42%; văn bản in 27,5%" in page
    english = site.get("/quality/slips", headers=HTML | {"Accept-Language": "en"}).text
    assert "17 / 62 = 27.42%; the text prints 27,5%" in english


def test_every_rule_that_a_version_may_break_has_a_plain_name() -> None:
    shapes = [re.split(r"\n(?=shape:)", path.read_text(encoding="utf-8")) for path in Files(ROOT).shapes.glob("*.ttl")]
    odd = [part for parts in shapes for part in parts if re.search(r"sh:severity +sh:(?:Warning|Info)", part)]
    named = {match[1] for part in odd if (match := re.match(r"shape:(\S+)", part))}
    assert len(named) > 20
    assert [name for name in sorted(named) if not has_word(f"check.{name}")] == []


def test_the_rule_of_a_slip_stands_among_the_shapes(site: httpx.Client) -> None:
    rules = {rule["href"] for each in findings(site, "slips") for rule in each["rules"] if "/shapes" in rule["href"]}
    shapes = site.get("/shapes", headers=HTML).text
    assert rules
    for href in rules:
        assert f'id="{href.partition("#")[2]}"' in shapes


def test_a_conflict_shows_both_sentences(site: httpx.Client) -> None:
    told = next(each for each in findings(site, "conflicts") if each["kind"] == "period")
    sentences = [each["sentence"] for each in told["statements"]]
    assert ["15%" in sentences[0], "16,5%" in sentences[1]] == [True, True]
    page = site.get("/quality/conflicts?kind=period", headers=HTML).text
    for fact in told["statements"]:
        anchor = "-".join(fact["fact"].rsplit("/", 2)[-2:])
        assert f"#{anchor}" in page


def test_every_finding_leads_to_its_place_in_the_document_or_to_its_own_page(site: httpx.Client) -> None:
    documents: dict[str, str] = {}
    for name in ("slips", "conflicts", "ambiguities", "citations", "targets", "gaps", "checks"):
        page = site.get(f"/quality/{name}", headers=HTML).text
        for item in page.split('<li class="finding">')[1:]:
            links = re.findall(r'href="(/(?:documents|doc)/[^"#?]+)(?:#([^"]*))?', item)
            assert links, item
            path, anchor = links[0]
            if path not in documents:
                answer = site.get(path, headers=HTML)
                assert answer.status_code == 200
                documents[path] = answer.text
            for path, anchor in links:
                if path.startswith("/documents/"):
                    documents.setdefault(path, site.get(path, headers=HTML).text)
                    assert f'id="{anchor}"' in documents[path]


def test_filters_narrow_and_pages_part(site: httpx.Client) -> None:
    whole = site.get("/quality/ambiguities?format=json").json()
    kinds = {each["kind"] for each in whole["findings"]}
    assert len(kinds) > 2
    narrowed = site.get("/quality/ambiguities?format=json&kind=hedged&source=000").json()
    assert 0 < narrowed["total"] < whole["total"]
    assert {each["kind"] for each in narrowed["findings"]} == {"hedged"}
    assert all(each["statements"][0]["source"].endswith("/000") for each in narrowed["findings"])
    first = site.get("/quality/ambiguities", headers=HTML).text
    second = site.get("/quality/ambiguities?page=2", headers=HTML).text
    assert 'rel="next"' in first
    assert set(re.findall(r'<h2><a href="([^"]+)"', first)).isdisjoint(re.findall(r'<h2><a href="([^"]+)"', second))


@pytest.mark.parametrize("name", NAMES)
def test_every_section_answers_in_every_form_and_language(site: httpx.Client, name: str) -> None:
    for lang in ("vi", "en"):
        page = site.get(f"/quality/{name}?lang={lang}", headers=HTML)
        assert page.status_code == 200
        assert page.text.count("<h1>") == 1
    told = site.get(f"/quality/{name}", headers={"Accept": "application/json"}).json()
    assert told["section"] == name
    rows = list(csv.reader(io.StringIO(site.get(f"/quality/{name}?format=csv").text)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_checks_are_those_of_the_version(site: httpx.Client) -> None:
    counts = site.get("/quality?format=json").json()["validation"]
    assert counts["violation"] == 0
    rules = {each["kind"] for each in findings(site, "checks")}
    assert "AmbiguityFlag-open" in rules
    assert len(findings(site, "waived")) == counts["waived"]
    assert "không có lỗi nào" in site.get("/quality", headers=HTML).text


def test_coverage_and_numbers_add_up(site: httpx.Client) -> None:
    tables = {each["table"]: each["lines"] for each in site.get("/quality/numbers?format=json").json()["tables"]}
    sums = [list(line["values"].values()) for line in tables["understood"]]
    for values in sums:
        assert sum(map(int, values[:-1])) == int(values[-1])
    assert sum(int(list(line["values"].values())[-1]) for line in tables["reasons"]) == int(sums[1][-1])
    page = site.get("/quality/coverage", headers=HTML).text
    assert "Quyết tâm chuyển đổi số cơ quan nhà nước" in page


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/quality/nothing", 404, "slips"),
        ("/quality/ambiguities?kind=nothing", 400, "hedged"),
        ("/quality/ambiguities?source=999", 400, "004"),
        ("/quality/ambiguities?page=1000", 404, "1000"),
        ("/quality/ambiguities?page=0", 400, "page"),
        ("/quality?format=xlsx", 406, "csv"),
    ],
)
def test_wrong_use_is_told(site: httpx.Client, path: str, status: int, told: str) -> None:
    answer = site.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert told in answer.text


def test_each_section_shows_the_query_it_comes_from(site: httpx.Client, files: Files) -> None:
    for each in sections():
        if each.query:
            queries.find(files.queries, each.query)
            assert f"/sparql?example={each.query}" in site.get(f"/quality/{each.name}", headers=HTML).text


def test_without_findings_the_pages_say_so(small: httpx.Client) -> None:
    for name in NAMES:
        page = small.get(f"/quality/{name}", headers=HTML)
        assert page.status_code == 200
    assert "Không có mục nào" in small.get("/quality/conflicts", headers=HTML).text


def test_a_page_that_the_client_has_is_not_sent_again(site: httpx.Client) -> None:
    first = site.get("/quality/slips", headers=HTML)
    again = site.get("/quality/slips", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert site.get("/quality/slips?lang=en", headers=HTML).headers["etag"] != first.headers["etag"]


def test_a_check_that_cannot_be_made_is_told_with_what_it_may_take(tmp_path: Path) -> None:
    (tmp_path / "nothing.ttl").write_text("", encoding="utf-8")
    with serving(Settings(dataset=tmp_path / "nothing.ttl", workers=1)) as client:
        english = {"Accept": "text/html", "Accept-Language": "en"}
        while "still being held against the rules" in client.get("/quality", headers=english).text:
            continue  # each waits for the check
        for path in ("/quality", "/quality/checks"):
            page = client.get(path, headers=english)
            assert page.status_code == 200
            assert "cannot be held against the rules on this server" in page.text
            assert "no triples to check" in page.text
            assert "the rules found nothing" not in page.text
            assert "4,000 MiB of memory and 10 minutes" in page.text
            assert "cdsgraph validate" in page.text


@pytest.mark.parametrize("content", ["", "<urn:a> <urn:b> <urn:c> .", "_:a <http://xmlns.com/foaf/0.1/name> 'Ann' ."])
def test_pages_of_data_without_our_classes_say_so(content: str, tmp_path: Path) -> None:
    (tmp_path / "foreign.ttl").write_text(content, encoding="utf-8")
    with serving(Settings(dataset=tmp_path / "foreign.ttl", workers=1, url="https://example.org/data/")) as client:
        pages = ("", "search?q=a", "documents", "queries", "targets", "quality", "catalog", "dumps/", "id/", "sparql")
        for path in pages:
            page = client.get(f"/data/{path}", headers={"Accept": "text/html"})
            assert page.status_code == 200, path
            local = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
            assert local
            assert all(each.startswith("/data/") for each in local), path
