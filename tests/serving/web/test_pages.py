"""The pages: what they show, in which language, and that nothing in the data becomes markup."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.build import build
from cdsgraph.files import Files
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving

MINISTRY = "/doc/id/org/bo-thong-tin-va-truyen-thong"
HTML = {"Accept": "text/html"}
PATHS = ["/", "/documents", "/documents/000", "/queries", "/queries/digital_economy_share", "/sparql", "/search?q=bo",
         MINISTRY, "/id/org", "/ns", "/shapes", "/doc/graph/register", "/doc/def/certainty"]  # fmt: skip
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
    assert "Từ 01/03/2025, “an toàn thông tin mạng” chuyển từ Bộ Thông tin và Truyền thông sang Bộ Công an." in text


def test_a_highlight_is_the_evidence_of_a_fact(site: httpx.Client) -> None:
    text = site.get("/documents/000", headers=HTML).text
    match = re.search(r'<a class="k k-figure[^"]*" href="(/doc/id/figure/[^"]+)"[^>]*>39,51%</a>', text)
    assert match
    page = site.get(match[1], headers=HTML).text
    assert "<mark>39,51%</mark>" in page
    back = re.search(r'href="/documents/000#([^"]+)"', page)
    assert back
    assert f'id="{back[1]}"' in text


def test_a_document_keeps_every_word(site: httpx.Client, built: Path) -> None:
    path = next((built / "documents").glob("000*"))
    page = site.get(f"/documents/{path.name}", headers=HTML).text
    body = page.partition('<div class="text"')[2].partition("<aside")[0].partition(">")[2]
    shown = unescape(re.sub(r"<[^>]+>", "", body))
    assert shown.split() == path.read_text(encoding="utf-8").split()


@pytest.fixture(scope="module")
def unsure(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of one text with a number that reading does not understand."""
    folder = tmp_path_factory.mktemp("unsure")
    (folder / "bai.txt").write_text("Bộ Công an có 12 đơn vị.\n\nMã .45 là gì?\n", encoding="utf-8")
    return build(files, folder / "out", documents=folder).version


def test_a_number_not_understood_is_marked(unsure: Path) -> None:
    with serving(Settings(dataset=unsure, workers=1)) as client:
        vi, en = (client.get(f"/documents/bai.txt?lang={lang}", headers=HTML).text for lang in ("vi", "en"))
    for page, told, legend in ((vi, "chưa hiểu", "Số chưa hiểu"), (en, "not understood", "Numbers not understood")):
        marked = re.search(
            r'<span id="([^"]+)" class="at"></span><span class="k k-not-understood" title="([^"]+)">45<', page
        )
        assert marked
        assert told in marked[2]
        assert f'<span class="k k-not-understood">{legend}</span>' in page
        assert f'<a href="#{marked[1]}">45</a>' in page
        assert page.count("k-not-understood") == 2


@pytest.mark.parametrize(
    "ledger",
    [None, b"no JSON", b'{"doc":"bai.txt","line":3,"column":5,"words":"45"}\n[1]\n',
     b'{"doc":"bai.txt","start":30,"end":9999,"reason":null}', b'{"doc":"bai.txt","start":-9,"end":3,"reason":null}'],
)  # fmt: skip
def test_a_version_without_a_sound_ledger_shows_nothing_of_it(
    unsure: Path, tmp_path: Path, ledger: bytes | None
) -> None:
    shutil.copytree(unsure, tmp_path / "version")
    file = tmp_path / "version" / "numbers.jsonl"
    file.unlink() if ledger is None else file.write_bytes(ledger)
    with serving(Settings(dataset=tmp_path / "version", workers=1)) as client:
        answer = client.get("/documents/bai.txt", headers=HTML)
    assert answer.status_code == 200
    assert "Mã .45 là gì?" in answer.text
    assert "k-not-understood" not in answer.text


def test_what_is_understood_has_no_such_mark(site: httpx.Client) -> None:
    assert "k-not-understood" not in site.get("/documents/000", headers=HTML).text


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
     f"/search?q={EVIL}", f"/sparql?query=SELECT*{{?s+?p+?o}}%23{EVIL}", f"/queries/{EVIL}"],
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
