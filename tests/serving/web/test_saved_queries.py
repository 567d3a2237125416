"""The pages of saved queries: by theme, answered in words, with forms that offer what there is."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import orjson
import pytest

from cdsgraph import queries
from cdsgraph.files import Files
from cdsgraph.serving.pages import words
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

HTML = {"Accept": "text/html", "Accept-Language": "vi"}
ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"


def cells(page: str) -> list[list[str]]:
    """The cells of the answer, as text."""
    body = page.partition('<table class="told stack">')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows]


def test_every_query_stands_under_one_theme(site: httpx.Client, files: Files) -> None:
    page = site.get("/queries", headers=HTML).text
    for query in queries.load_all(files.queries):
        assert page.count(f'href="/queries/{query.name}"') == 1
    assert "Khác</h2>" not in page
    for anchor in re.findall(r'<a href="#([^"]+)">', page.partition("<h1>")[2]):
        assert f'<h2 id="{anchor}">' in page


def test_every_column_has_a_name_in_words(site: httpx.Client, files: Files) -> None:
    for query in queries.load_all(files.queries):
        told = orjson.loads(site.get(f"/queries/{query.name}?format=json").content)
        unnamed = [name for name in told["head"]["vars"] if not words.has_word(f"result.{name}")]
        assert not unnamed, query.name


@pytest.mark.parametrize("headers", [HTML, ENGLISH], ids=["vi", "en"])
def test_every_query_answers_on_its_page(site: httpx.Client, files: Files, headers: dict[str, str]) -> None:
    for query in queries.load_all(files.queries):
        page = site.get(f"/queries/{query.name}", headers=headers)
        assert page.status_code == 200
        assert cells(page.text), query.name
        assert not re.search(r"<td[^>]*>(?:<a[^>]*>)?https://w3id.org", page.text), query.name


def test_things_are_named_and_numbers_written_the_local_way(site: httpx.Client) -> None:
    path = "/queries/figures_of_indicator?indicator=def/indicator/ty-trong-kinh-te-so-tren-gdp"
    vi, en = site.get(path, headers=HTML).text, site.get(path, headers=ENGLISH).text
    row, told = cells(vi)[1], cells(en)[1]
    assert row[:4] == ["31/12/2023", "năm 2023", "16,5", "khoảng 16,5%"]
    assert told[:4] == ["31 December 2023", "2023", "16.5", "khoảng 16,5%"]
    assert "tỷ trọng kinh tế số trên GDP: khoảng 16,5% (năm 2023)" in row
    assert 'lang="vi"' in en.partition('<table class="told stack">')[2]
    assert 'href="/doc/id/figure/002-7345da42-1"' in vi


@pytest.mark.parametrize("name", ["digital_economy_share", "stated_relations", "tasks_of_body", "stated_aims"])
def test_a_sentence_leads_to_its_place_in_the_document(site: httpx.Client, name: str) -> None:
    page = site.get(f"/queries/{name}", headers=HTML).text
    places = re.findall(r'<span class="words" lang="vi"><a href="(/documents/[^"#]+)#([^"]+)">', page)
    assert len(places) == page.count('<span class="words" lang="vi">')
    for path, anchor in set(places):
        assert f'id="{anchor}"' in site.get(path, headers=HTML).text


def test_a_form_offers_the_things_that_there_are(site: httpx.Client) -> None:
    page = site.get("/queries/office_holders_of_body", headers=HTML).text
    offered = re.findall(r'<option value="(id/org/[^"]+)"( selected)?>([^<]+)</option>', page)
    assert ("id/org/uy-ban-quoc-gia-ve-chuyen-doi-so", " selected", "Ủy ban Quốc gia về chuyển đổi số") in offered
    names = [name for _, _, name in offered]
    assert len(names) == len(set(names)) > 20
    about = site.get("/queries/figures_about", headers=HTML).text
    assert 'value="id/system/vneid"' in about
    assert 'value="id/database/' in about


def test_a_value_that_is_not_offered_stays_in_the_form(site: httpx.Client) -> None:
    page = site.get("/queries/tasks_of_body?body=id/org/khong-co", headers=HTML).text
    assert '<option value="id/org/khong-co" selected>' in page
    whole = site.get(f"/queries/tasks_of_body?body={BASE}id/org/bo-cong-an", headers=HTML).text
    assert re.search(r'<option value="id/org/bo-cong-an" selected>', whole)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/queries/tasks_of_body?body=id/org/khong-co", "Không nguồn nào đã đọc giao nhiệm vụ như vậy"),
        ("/queries/figures_about?thing=id/org/khong-co", "Không nguồn nào đã đọc nêu con số như vậy"),
        ("/queries/units_of?whole=id/org/khong-co", "kể cả cơ quan trước hoặc sau hợp nhất"),
    ],
)
def test_an_empty_answer_says_what_that_means(site: httpx.Client, path: str, told: str) -> None:
    page = site.get(path, headers=HTML).text
    assert told in page
    assert "<table" not in page


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, files: Files) -> Iterator[httpx.Client]:
    """A hundred and fifty ambiguities, more than a page shows."""
    path: Path = tmp_path_factory.mktemp("many") / "flags.nt"
    rdf_type, cds = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"{BASE}ns#"
    lines = []
    for number in range(150):
        flag, figure = f"<{BASE}id/flag/f-{number:03}>", f"<{BASE}id/figure/a-{number:03}>"
        lines += [
            f"{flag} {rdf_type} <{cds}AmbiguityFlag> .",
            f"{flag} <{cds}ambiguity> <{BASE}def/ambiguity/hedged> .",
            f"{flag} <{cds}flags> {figure} .",
            f'{figure} <{LABEL}> "con số {number:03}"@vi .',
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with serving(Settings(dataset=path, root=files.root, workers=1)) as client:
        yield client


def test_a_long_answer_comes_in_pages(many: httpx.Client) -> None:
    first = many.get("/queries/quality_ambiguities", headers=HTML).text
    second = many.get("/queries/quality_ambiguities?page=2", headers=HTML).text
    assert "Dòng 1–100 trong 150" in first
    assert "Dòng 101–150 trong 150" in second
    assert (len(cells(first)), len(cells(second))) == (100, 50)
    assert "con số 000" in first
    assert "con số 149" in second
    assert 'rel="next" href="/queries/quality_ambiguities?page=2"' in first
    assert many.get("/queries/quality_ambiguities?page=3", headers=HTML).status_code == 404
    assert many.get("/queries/quality_ambiguities?page=x", headers=HTML).status_code == 400
    assert len(many.get("/queries/quality_ambiguities?format=json").json()["results"]["bindings"]) == 150


def test_the_query_is_one_click_away_with_its_values(site: httpx.Client) -> None:
    page = site.get("/queries/tasks_of_body?body=id/org/bo-cong-an", headers=HTML).text
    link = re.search(r'class="button" href="(/sparql\?query=[^"]+)"', page)
    assert link
    opened = site.get(unescape(link[1]), headers=HTML)
    assert opened.status_code == 200
    assert "id/org/bo-cong-an" in opened.text
