"""Pages of things of every class: named, with evidence that stands where it is said to, in order, and bounded."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

HTML = {"Accept": "text/html"}
LANGUAGES = ("vi", "en")
MINISTRY = "id/org/bo-thong-tin-va-truyen-thong"
LARGEST_PAGE = 400_000  # bytes
MOST_NODES = 24
MANY = 10_000
# What a reader must not meet where a name belongs: an address, or a prefix and a term.
NO_NAME = re.compile(r"https?://|\bid/|\bdef/|^(?:cds|id|def|[a-z]{2,8}):[A-Za-z]")


def rows(site: httpx.Client, query: str) -> list[list[str]]:
    answer = site.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    return [line.split(",") for line in answer.text.split("\r\n")[1:] if line]


def page(site: httpx.Client, path: str, lang: str = "vi") -> html.HtmlElement:
    answer = site.get(f"/doc/{path}", params={"lang": lang}, headers=HTML)
    assert answer.status_code == 200, path
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def of_every_class(site: httpx.Client) -> list[str]:
    """A thing of each class of the built graph."""
    found = rows(
        site,
        "SELECT (MIN(?s) AS ?thing) ?c WHERE { ?s a ?c FILTER(!CONTAINS(STR(?s), '#') && "
        f"(STRSTARTS(STR(?s), '{BASE}id/') || STRSTARTS(STR(?s), '{BASE}def/'))) }} GROUP BY ?c",
    )
    assert len(found) > 50
    return sorted({thing.removeprefix(BASE) for thing, _ in found})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_thing_of_every_class_has_a_page_that_names_it_and_all_it_points_to(
    site: httpx.Client, of_every_class: list[str], lang: str
) -> None:
    for path in of_every_class:
        answer = site.get(f"/doc/{path}", params={"lang": lang}, headers=HTML)
        assert answer.status_code == 200, path
        assert len(answer.content) < LARGEST_PAGE, path
        told = html.document_fromstring(answer.text)
        [heading] = told.xpath("//h1")
        named = [heading, *told.xpath("//h2 | //h3 | //dt | //dd//a | //td/a | //p[@class='kind']//a")]
        assert [words(each) for each in named if not words(each) or NO_NAME.search(words(each))] == [], path
        levels = [int(each.tag[1]) for each in told.xpath("//h1 | //h2 | //h3 | //h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_evidence_stands_where_the_pages_say(site: httpx.Client, of_every_class: list[str]) -> None:
    seen: dict[str, set[str]] = {}
    looked_at = 0
    for path in [*of_every_class, MINISTRY, "id/place/viet-nam"]:
        for href in page(site, path).xpath("//*[contains(@class, 'words') or @class='quiet']//a/@href"):
            document, sign, fragment = str(href).partition("#")
            if not document.startswith("/documents/"):
                continue
            if document not in seen:
                text = html.document_fromstring(site.get(document, headers=HTML).text)
                seen[document] = set(text.xpath("//@id"))
            assert not sign or fragment in seen[document], (path, href)
            looked_at += bool(sign)
    assert looked_at > 50


@pytest.mark.parametrize(
    "path", [MINISTRY, "id/person/nguyen-manh-hung", "id/act/69-nd-cp-2024", "def/function/an-toan-thong-tin-mang"]
)
def test_a_time_line_runs_from_the_earliest_day_to_the_latest(site: httpx.Client, path: str) -> None:
    [line] = page(site, path).xpath("//section[@aria-labelledby='timeline']/ol")
    days = [str(day) for day in line.xpath(".//time/@datetime")]
    assert days == sorted(days)
    years = [words(year) for year in line.xpath("./li/h3")]
    assert years == sorted(set(years)) == sorted({day[:4] for day in days})


def test_the_time_line_of_a_ministry_tells_its_end_and_where_its_functions_went(site: httpx.Client) -> None:
    [line] = page(site, MINISTRY).xpath("//section[@aria-labelledby='timeline']/ol")
    moments = [words(moment) for moment in line.xpath(".//ol/li")]
    assert "28/02/2025 Ngày cuối tồn tại" in moments
    assert "01/03/2025 Bộ Thông tin và Truyền thông → Bộ Công an: an toàn thông tin mạng" in moments
    after = page(site, "id/org/bo-khoa-hoc-va-cong-nghe-2025")
    [before] = after.xpath("//h3[starts-with(normalize-space(), 'Cơ quan trước đó')]/following-sibling::ul[1]")
    assert "Bộ Thông tin và Truyền thông" in words(before)


@pytest.mark.parametrize("path", [MINISTRY, "def/indicator/ty-trong-kinh-te-so-tren-gdp", "id/act/749-qd-ttg-2020"])
def test_each_node_of_the_relations_is_a_link_and_stands_in_the_list(site: httpx.Client, path: str) -> None:
    told = page(site, path)
    nodes = told.xpath("//div[@class='neighbourhood']//a[@class='node']")
    assert 1 < len(nodes) <= MOST_NODES
    listed = set(told.xpath("//dl[@class='related']//a/@href"))
    for node in nodes:
        assert node.get("href") in listed
        assert words(node.find("title"))
        assert site.get(node.get("href"), headers=HTML).status_code == 200
    places = {(rect.get("x"), rect.get("y")) for node in nodes for rect in node.xpath("./rect")}
    assert len(places) == len(nodes)
    again = page(site, path)
    drawing = "//div[@class='neighbourhood']"
    assert html.tostring(again.xpath(drawing)[0]) == html.tostring(told.xpath(drawing)[0])


def test_relations_go_on_from_a_neighbour(site: httpx.Client) -> None:
    node = page(site, MINISTRY).xpath("//a[@class='node'][starts-with(@aria-label, 'cơ quan kế tục')]")[0]
    answer = site.get(node.get("data-relations"), headers=HTML)
    assert answer.status_code == 200
    told = html.document_fromstring(answer.text)
    assert words(told.xpath("//h1")[0]) == "Quan hệ của Bộ Khoa học và Công nghệ"
    assert f"/doc/{MINISTRY}?lang=vi" in told.xpath("//dl[@class='related']//a/@href")


@pytest.mark.parametrize("thing", [f"{BASE}id/org/khong-co", "https://example.vn/x", f"{BASE}id/org/>", ""])
def test_what_is_unknown_has_no_relations(site: httpx.Client, thing: str) -> None:
    assert site.get("/relations", params={"thing": thing}).status_code == 404


def test_a_query_gives_the_statements_of_a_page(site: httpx.Client) -> None:
    [href] = page(site, MINISTRY).xpath("//section[@aria-labelledby='formats']//p[@class='asked']/a/@href")
    table = site.get(str(href), headers={"Accept": "text/csv"}).text
    assert f"{BASE}{MINISTRY},http://www.w3.org/2004/02/skos/core#prefLabel,Bộ Thông tin và Truyền thông" in table


def test_an_indicator_shows_its_figures_by_basis_and_its_targets(site: httpx.Client) -> None:
    told = page(site, "def/indicator/ty-trong-kinh-te-so-tren-gdp")
    legends = [words(each) for each in told.xpath("//figure[@class='chart']//ul[@class='legend']/li")]
    assert {"số liệu của Bộ Thông tin và Truyền thông", "mục tiêu"} <= set(legends)
    points = told.xpath("//figure[@class='chart']//a[contains(@aria-label, '18,72%')]/@href")
    assert len(points) == 1
    assert "18,72%" in words(page(site, str(points[0]).removeprefix("/doc/").partition("?")[0]).xpath("//h1")[0])
    findings = words(told.xpath("//section[@aria-labelledby='findings']")[0])
    for kind in ("quan hệ giữa hai mục tiêu", "hai chỉ tiêu đặt cạnh nhau", "so sánh hai số liệu"):
        assert kind in findings


def test_a_target_tells_how_it_stands_and_its_entry_in_the_register(site: httpx.Client) -> None:
    query = f"SELECT (MIN(?t) AS ?x) WHERE {{ ?a <{BASE}ns#target> ?t ; <{BASE}ns#targetStatus> ?status }}"
    [[target]] = rows(site, query)
    told = page(site, target.removeprefix(BASE))
    assert "tình trạng mục tiêu" in words(told.xpath("//section[@aria-labelledby='findings']")[0])
    assert told.xpath("//dl[@class='facts']//a[contains(@href, '/id/register/')]")


def test_an_act_tells_what_replaced_it_and_what_it_asks_for(site: httpx.Client) -> None:
    replaced = page(site, "id/act/59-nd-cp-2022")
    assert "Được thay bằng" in words(replaced.xpath("//section[@aria-labelledby='timeline']")[0])
    targets = page(site, "id/act/749-qd-ttg-2020").xpath("//section[@aria-labelledby='figures']")[0]
    assert "mục tiêu" in words(targets)
    assert targets.xpath(".//a[contains(@href, '/queries/targets_of_act')]")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A body that ten thousand figures and tasks are about."""
    cds, label = f"{BASE}ns#", "http://www.w3.org/2004/02/skos/core#prefLabel"
    kind, body = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{BASE}id/org/x>"
    lines = [f'{body} <{label}> "Bộ X"@vi .', f"{body} <{kind}> <http://www.w3.org/ns/org#Organization> ."]
    for n in range(MANY):
        figure, task = f"<{BASE}id/figure/a-{n}>", f"<{BASE}id/task/a-{n}>"
        lines += [
            f"{figure} <{kind}> <{cds}Figure> .",
            f"{figure} <{cds}about> {body} .",
            f'{figure} <{label}> "số {n}" .',
            f'{figure} <{cds}value> "{n}"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
            f'{figure} <{cds}periodLabel> "{1900 + n % 120}" .',
            f"{task} <{kind}> <{cds}Task> .",
            f"{task} <{cds}assignee> {body} .",
            f'{task} <{label}> "việc {n}" .',
        ]
    path: Path = tmp_path_factory.mktemp("crowded") / "data.nt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


def test_a_thing_with_ten_thousand_records_has_a_bounded_page_that_tells_how_many(crowded: httpx.Client) -> None:
    answer = crowded.get("/doc/id/org/x?lang=vi", headers=HTML)
    assert len(answer.content) < LARGEST_PAGE
    told = html.document_fromstring(answer.text)
    assert len(told.xpath("//a[@class='node']")) == MOST_NODES
    assert "10.000" in words(told.xpath("//dl[@class='related']")[0])
    [rest, *_] = told.xpath("//dl[@class='related']//a[contains(text(), '10.000')]/@href")
    table = crowded.get(str(rest), headers={"Accept": "text/csv"})
    assert len(table.text.split("\r\n")) > MANY
    assert told.xpath("//section[@aria-labelledby='tasks']//p[@class='asked']/a")


def test_lists_look_alike_with_one_and_with_ten_thousand_things(crowded: httpx.Client, site: httpx.Client) -> None:
    for client, path, total, shown in ((crowded, "/id/figure/", MANY, 100), (site, "/id/data-centre/", 1, 1)):
        told = html.document_fromstring(client.get(path, params={"lang": "vi"}, headers=HTML).text)
        assert words(told.xpath("//h1/span[@class='n']")[0]) == f"{total:,}".replace(",", ".")
        assert len(told.xpath("//tbody/tr | //ul[@class='links']/li")) == shown
        assert bool(told.xpath("//nav[@class='paging']")) == (total > shown)
    last = crowded.get("/id/figure/?page=100&lang=vi", headers=HTML).text
    assert "9.901–10.000 trong 10.000" in last
    assert crowded.get("/id/place/", headers=HTML).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_leads_to_every_list_by_a_name(site: httpx.Client, lang: str) -> None:
    told = html.document_fromstring(site.get("/id/", params={"lang": lang}, headers=HTML).text)
    links = told.xpath("//ul[@class='kinds']/li/a")
    assert [words(link) for link in links if NO_NAME.search(words(link))] == []
    hrefs = {str(link.get("href")) for link in links}
    assert f"/id/org/?lang={lang}" in hrefs
    assert any(quote("cds:Target", safe=":") in href for href in hrefs)
