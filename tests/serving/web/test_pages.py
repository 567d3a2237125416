"""The pages: what they show, in which language, and that nothing in the data becomes markup."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving

MINISTRY = "/doc/id/org/bo-thong-tin-va-truyen-thong"
HTML = {"Accept": "text/html"}
PATHS = ["/", "/documents", "/documents/000", "/queries", "/queries/digital_economy_share", "/sparql", "/search?q=bo",
         MINISTRY, "/id/org", "/ns", "/shapes", "/doc/graph/register", "/doc/def/certainty"]  # fmt: skip
# A script that is no file of ours.
OTHER_SCRIPT = re.compile(r'<script(?! type="module" src="/static/[a-z-]+\.js\?v=[0-9a-f]+"></script>)')
EVIL = "<script>alert('1')</script>"

_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A dataset whose names are markup, without texts."""
    base, cds = "https://w3id.org/cdsgraph/", "https://w3id.org/cdsgraph/ns#"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    text = f"""\
<{base}id/topic/x> {_LABEL} "{EVIL}" .
<{base}id/topic/x> <{cds}sortKey> "{EVIL}" .
<{base}id/topic/x> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> .
<{base}id/source/a> {rdf_type} <{cds}SourceText> .
<{base}id/source/a> {_LABEL} "{EVIL}" .
<{base}id/source/a> <{cds}fileName> "../../secret" .
<{base}id/figure/a-1-1> {rdf_type} <{cds}Figure> .
<{base}id/figure/a-1-1> {rdf_type} <{cds}Observation> .
<{base}id/figure/a-1-1> <{cds}printed> "{EVIL}" .
<{base}id/figure/a-1-1> <{cds}asOf> "2025-01-01" .
<{base}id/figure/a-1-1> <{cds}periodLabel> "{EVIL}" .
<{base}id/figure/a-1-1> <{cds}sentence> "a {EVIL} b" .
<{base}id/figure/a-1-1> <{cds}source> <{base}id/source/a> .
"""
    path: Path = tmp_path_factory.mktemp("hostile") / "data.nt"
    path.write_text(text, encoding="utf-8")
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_a_whole_page(site: httpx.Client, path: str) -> None:
    answer = site.get(path, headers=HTML)
    assert answer.status_code == 200
    assert '<html lang="vi">' in answer.text
    assert answer.text.count("<h1") == 1
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", answer.text)
    assert len(scripts) == answer.text.count("<script")
    assert all('src="/static/' in attributes and not text for attributes, text in scripts)
    loaded = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|img)[^>]*(?:href|src)="([^"]*)"', answer.text)
    assert loaded
    for address in loaded:
        assert address.startswith("/static/")
        assert site.get(address).status_code == 200


@pytest.mark.parametrize(
    ("path", "accepted", "lang"),
    [("/", "en-GB, vi;q=0.5", "en"), ("/", "fr", "vi"), ("/?lang=en", "vi", "en"), ("/?lang=xx", "en", "en")],
)
def test_the_language_is_the_readers(site: httpx.Client, path: str, accepted: str, lang: str) -> None:
    answer = site.get(path, headers={"Accept-Language": accepted, **HTML})
    assert f'<html lang="{lang}">' in answer.text
    assert answer.headers["content-language"] == lang


def test_a_chosen_language_stays_in_the_links(site: httpx.Client) -> None:
    text = site.get("/?lang=en", headers=HTML).text
    assert 'href="/documents?lang=en"' in text
    assert 'href="/documents"' in site.get("/", headers=HTML).text


def test_the_ministry_tells_where_its_functions_went(site: httpx.Client) -> None:
    text = re.sub(r"<[^>]+>", "", unescape(site.get(MINISTRY, headers=HTML).text))
    assert "đến hết 28/02/2025" in text
    assert "Bộ Thông tin và Truyền thông → Bộ Công an: an toàn thông tin mạng" in text


@pytest.mark.parametrize("asked", ["bo thong tin va truyen thong", "Bộ Thông tin và Truyền thông", "bộ tt&tt"])
def test_search_finds_without_diacritics_and_by_alias(site: httpx.Client, asked: str) -> None:
    found = site.get("/search", params={"q": asked}, headers={"Accept": "application/json"}).json()["results"]
    assert found[0]["href"] == MINISTRY


@pytest.mark.parametrize("asked", ["", "   ", '" } #', "\\", "a" * 5000, "<b>", "\x00"])
def test_search_takes_anything(site: httpx.Client, asked: str) -> None:
    answer = site.get("/search", params={"q": asked}, headers=HTML)
    assert answer.status_code == 200
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/", "/doc/id/topic/x", "/doc/id/figure/a-1-1", "/doc/id/source/a", "/documents", "/documents/a", "/id/topic",
     "/cite/figure/a-1-1", f"/cite/{EVIL}", f"/search?q={EVIL}",
     f"/sparql?query=SELECT*{{?s+?p+?o}}%23{EVIL}", f"/queries/{EVIL}"],
)  # fmt: skip
def test_nothing_in_the_data_becomes_markup(hostile: httpx.Client, path: str) -> None:
    answer = hostile.get(path, headers=HTML)
    assert answer.status_code in (200, 404)
    assert "<script>" not in answer.text
    assert 'href="javascript:' not in answer.text


def test_a_dataset_without_texts_says_so(hostile: httpx.Client) -> None:
    assert "không kèm toàn văn" in hostile.get("/documents/a", headers=HTML).text


def test_results_are_a_table_on_a_page(site: httpx.Client) -> None:
    query = "SELECT ?s ?n WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?s LIMIT 3"
    text = site.get("/sparql", params={"query": query}, headers=HTML).text
    assert text.count("<tr>") == 4
    assert unescape(text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]).strip() == query


def test_an_example_is_ready_to_run(site: httpx.Client) -> None:
    page = site.get("/sparql?example=functions_moved", headers=HTML).text
    query = unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()
    assert rows["results"]["bindings"]


@pytest.mark.parametrize("path", ["/", "/documents/000", "/targets", "/id/org/", "/sitemap.xml"])
def test_a_client_that_wants_another_state_is_told_so(site: httpx.Client, path: str) -> None:
    for coding in ("identity", "gzip"):
        known = site.get(path, headers={"Accept-Encoding": coding})
        asked = {"Accept-Encoding": coding}
        assert known.status_code == 200
        assert site.get(path, headers=asked | {"If-Match": known.headers["etag"]}).status_code == 200
        assert site.get(path, headers=asked | {"If-Match": "*"}).status_code == 200
        other = site.get(path, headers=asked | {"If-Match": '"other"'})
        assert (other.status_code, other.headers["content-type"]) == (412, "application/problem+json")
