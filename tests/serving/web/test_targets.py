"""The scorecard's page: what it shows agrees with the saved query, in every form; each side leads to its evidence."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import openpyxl
import pytest
from pyoxigraph import RdfFormat, parse

from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

HTML = {"Accept": "text/html"}
RANKED = f"{BASE}id/figure/749-qd-ttg-2020-thu-hang-phat-trien-chinh-phu-dien-tu-egdi-2025"
FILTERS = [
    {},
    {"act": "749-qd-ttg-2020"},
    {"pillar": "kinh-te-so"},
    {"pillar": "none"},
    {"body": "thu-tuong-chinh-phu"},
    {"body": "lien-hop-quoc"},
    {"status": "gap-only"},
    {"year": "2030"},
    {"act": "411-qd-ttg-2022", "status": "not-measured", "year": "2025"},
]


def answered(site: httpx.Client, asked: dict[str, str]) -> list[dict[str, str]]:
    """The rows of the saved query."""
    found = site.get("/queries/scorecard", params={**asked, "format": "csv"})
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.text, newline="")))


def rows_of(page: str) -> dict[str, str]:
    """The rows of the page's table: the fragment of each target and its markup."""
    return dict(re.findall(r'<tbody id="([^"]+)">(.*?)</tbody>', page, re.DOTALL))


def text_of(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def all_pages(site: httpx.Client, asked: dict[str, str]) -> dict[str, str]:
    """The rows of every page."""
    found: dict[str, str] = {}
    page = site.get("/targets", params=asked, headers=HTML)
    while True:
        assert page.status_code == 200
        found |= rows_of(page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not following:
            return found
        page = site.get(unescape(following[1]), headers=HTML)


@pytest.mark.parametrize("asked", FILTERS, ids=[" ".join(each.values()) or "all" for each in FILTERS])
def test_the_page_lists_the_targets_of_the_saved_query(site: httpx.Client, asked: dict[str, str]) -> None:
    expected = answered(site, asked)
    shown = all_pages(site, asked)
    assert expected
    assert set(shown) == {row["target"].rsplit("/", 1)[1] for row in expected}
    for row in expected:
        markup = shown[row["target"].rsplit("/", 1)[1]]
        assert row["indicator"] in text_of(markup)
        assert row["status"] in text_of(markup)
        assert row["rule"] in text_of(markup)


def test_a_row_tells_goal_figure_gap_and_status(site: httpx.Client) -> None:
    row = text_of(all_pages(site, {})[RANKED.rsplit("/", 1)[1]])
    assert "hạng 70 hoặc tốt hơn đến hết năm 2025 749/QĐ-TTg hạng 71 năm 2024" in row
    assert "còn 1 bậc chỉ nêu khoảng cách" in row
    assert "Thủ tướng Chính phủ" in row


def test_every_row_leads_to_the_evidence_of_both_sides(site: httpx.Client) -> None:
    shown = all_pages(site, {})
    measured = {row["target"].rsplit("/", 1)[1] for row in answered(site, {}) if row["figure"]}
    assert 0 < len(measured) < len(shown)
    documents: dict[str, str] = {}
    entries: set[str] = set()
    for name, markup in shown.items():
        sides = re.findall(r"<section>(.*?)</section>", markup, re.DOTALL)
        assert len(sides) == 2
        for side, needed in zip(sides, (True, name in measured), strict=True):
            proofs = re.findall(r'href="(/documents/[^"#]+)#([^"]+)"|href="(/doc/id/register/[^"]+)"', side)
            assert bool(proofs) == needed, name
            for document, place, entry in proofs:
                if entry:
                    entries.add(entry)
                    continue
                documents.setdefault(document, site.get(document, headers=HTML).text)
                assert f'id="{place}"' in documents[document]
    assert documents
    for entry in sorted(entries)[:5]:
        assert site.get(unescape(entry), headers=HTML).status_code == 200


def test_a_target_without_figure_says_so_and_why(site: httpx.Client) -> None:
    for markup in rows_of(site.get("/targets?status=not-measured&lang=en", headers=HTML).text).values():
        row = text_of(markup)
        assert "No figure" in row
        assert "No source gives a figure" in row or "no figure" in row
        assert "There is no figure to set beside it." in row


def test_counts_by_status_are_those_of_the_lists_behind_them(site: httpx.Client) -> None:
    page = site.get("/targets", headers=HTML).text
    legend = re.findall(r'<a href="(/targets\?status=[^"]+)">([^<]+)</a> <strong>(\d+)</strong>', page)
    assert len(legend) > 2
    for href, name, count in legend:
        shown = all_pages(site, {key: value[0] for key, value in parse_qs(urlsplit(unescape(href)).query).items()})
        assert len(shown) == int(count)
        assert all(unescape(name) in text_of(markup) for markup in shown.values())


def test_the_chart_has_the_target_and_each_figure(site: httpx.Client) -> None:
    markup = all_pages(site, {})[RANKED.rsplit("/", 1)[1]]
    assert '<figure class="chart">' in markup
    assert re.search(r"<title>Mục tiêu · năm 2025 · hạng 70 hoặc tốt hơn</title>", markup)
    assert len(re.findall(r"<title>Liên Hợp Quốc[^<]*</title>", markup)) == 3


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("asked", [{}, {"act": "749-qd-ttg-2020", "status": "gap-only"}], ids=["all", "some"])
def test_csv_and_workbook_are_the_saved_query(site: httpx.Client, asked: dict[str, str], lang: str) -> None:
    expected = answered(site, {**asked, "language": lang})
    params = {**asked, "lang": lang, "sort": "indicator"}
    table = site.get("/targets", params={**params, "format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(table.text, newline="")))
    names = list(lines[0])
    by_name = {row["assessment"]: row for row in expected}
    assert len(lines) == len(by_name)
    assert all({name: by_name[line["assessment"]][name] for name in names} == line for line in lines)

    file = site.get("/targets", params={**params, "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    targets, sources, about = book.worksheets
    rows = [dict(zip(names, row, strict=True)) for row in targets.iter_rows(min_row=2, values_only=True)]
    for line, row in zip(lines, rows, strict=True):
        assert row["indicator"] == line["indicator"]
        assert row["goal"] == float(line["goal"])
        assert row["gap"] == (float(line["gap"]) if line["gap"] else None)
        assert isinstance(row["deadline"], datetime)
        assert row["deadline"].date().isoformat() == line["deadline"]
    facts = {row[0] for row in sources.iter_rows(min_row=2, values_only=True)}
    assert facts == {line[name] for line in lines for name in ("target", "figure") if line[name]}
    told = {str(cell) for row in about.iter_rows(values_only=True) for cell in row}
    assert site.get("/health").json()["version"] in told


def test_json_ld_says_what_the_graph_says(site: httpx.Client) -> None:
    asked = {"act": "749-qd-ttg-2020", "status": "gap-only"}
    found = site.get("/targets", params=asked, headers={"Accept": "application/ld+json"})
    assert found.headers["content-type"] == "application/ld+json"
    triples = {str(quad.triple) for quad in parse(found.content, format=RdfFormat.JSON_LD)}
    subjects = {quad.triple.subject for quad in parse(found.content, format=RdfFormat.JSON_LD)}
    values = " ".join(str(subject) for subject in subjects)
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
    graph = site.post("/sparql", data={"query": query}, headers={"Accept": "application/n-triples"})
    assert triples == {str(quad.triple) for quad in parse(graph.content, format=RdfFormat.N_TRIPLES)}
    for row in answered(site, asked):
        evidence = [row[name] for name in ("target", "figure", "assessment", "targetEvidence", "figureEvidence")]
        assert {f"<{iri}>" for iri in evidence if iri} <= {str(subject) for subject in subjects}


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"act": "1-qd-ttg-1900"}, "749-qd-ttg-2020"),
        ({"pillar": "x"}, "kinh-te-so"),
        ({"body": "x"}, "lien-hop-quoc"),
        ({"status": "đạt"}, "gap-only"),
        ({"year": "1999"}, "2030"),
        ({"sort": "x"}, "deadline"),
        ({"page": "0"}, "1"),
        ({"page": "99"}, "1"),
        ({"format": "pdf"}, "xlsx"),
        ({"version": "a b"}, ""),
        ({"stauts": "gap-only"}, "status"),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(site: httpx.Client, params: dict[str, str], allowed: str) -> None:
    for lang in ("vi", "en"):
        page = site.get("/targets", params={**params, "lang": lang}, headers=HTML)
        assert page.status_code == 400
        assert allowed in page.text
    problem = site.get("/targets", params=params, headers={"Accept": "text/csv"})
    assert problem.status_code == 400
    assert allowed in problem.json()["detail"]


def test_nothing_found_says_what_to_try(site: httpx.Client) -> None:
    page = site.get("/targets?act=52-nq-tw-2019&status=discontinued", headers=HTML)
    assert page.status_code == 200
    assert "Hãy bỏ bớt một điều kiện" in page.text
    for form in ("csv", "xlsx", "jsonld"):
        assert site.get(f"/targets?act=52-nq-tw-2019&status=discontinued&format={form}").status_code == 200


def test_a_link_keeps_filter_and_version(grown: httpx.Client, two_versions: Path) -> None:
    page = grown.get("/targets?act=749-qd-ttg-2020&sort=-deadline", headers=HTML).text
    link = re.search(r'href="(/targets\?[^"]*version=[^"]*)"', page)
    assert link
    kept = parse_qs(urlsplit(unescape(link[1])).query)
    assert kept["act"] == ["749-qd-ttg-2020"]
    assert kept["sort"] == ["-deadline"]
    served = grown.get("/health").json()["version"]
    assert kept["version"] == [served]
    assert 'role="status"' not in grown.get(unescape(link[1]), headers=HTML).text
    older = next(name for name in versions.names(two_versions) if name != served)
    other = grown.get("/targets", params={"version": older}, headers=HTML).text
    assert older in text_of(other)
    assert f'href="/changes?since={older}"' in other
    assert 'href="/changes' not in grown.get("/targets?version=0123456789abcdef", headers=HTML).text


@pytest.mark.parametrize("form", ["html", "csv", "xlsx", "jsonld"])
def test_what_a_client_has_is_not_sent_again(site: httpx.Client, form: str) -> None:
    address = f"/targets?year=2025&format={form}"
    first = site.get(address)
    again = site.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert site.get(f"/targets?year=2030&format={form}").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("sort", ["deadline", "-deadline", "gap", "-latest", "act", "indicator"])
def test_the_order_is_the_one_asked_for(site: httpx.Client, sort: str) -> None:
    lines = list(csv.DictReader(io.StringIO(site.get(f"/targets?sort={sort}&format=csv").text)))
    key = {"deadline": "deadline", "latest": "asOf", "act": "act"}.get(sort.removeprefix("-"))
    if key:
        by_target: dict[str, str] = {}
        for line in lines:
            by_target[line["target"]] = max(by_target.get(line["target"], ""), line[key])
        told = [value for value in by_target.values() if value]
        assert told == sorted(told, reverse=sort[0] == "-")
    page = site.get(f"/targets?sort={sort}", headers=HTML).text
    assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in page
    assert len(lines) == len(list(csv.DictReader(io.StringIO(site.get("/targets?format=csv").text))))


def test_the_page_shows_its_query(site: httpx.Client) -> None:
    page = site.get("/targets?act=749-qd-ttg-2020&status=gap-only", headers=HTML).text
    link = re.search(r'href="/sparql\?query=([^"]+)"', page)
    assert link
    query = parse_qs(f"query={unescape(link[1])}")["query"][0]
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()
    found = {row["target"]["value"].rsplit("/", 1)[1] for row in rows["results"]["bindings"]}
    assert found == set(rows_of(page))


@pytest.fixture(scope="module")
def many(built: Path, files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One target and its assessment as often as 120 times, and none of the other targets."""
    lines = (built / versions.DATASET).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.match(rf"<{BASE}id/(?:assessment|target-relation)/", line)]
    own = [line for line in lines if re.match(rf"<{RANKED}>|<{BASE}id/assessment/{RANKED.rsplit('/', 1)[1]}--", line)]
    assert len(own) > 20
    for number in range(120):
        kept += [line.replace("egdi-2025", f"egdi-2025-copy-{number}") for line in own]
    path = tmp_path_factory.mktemp("many") / "many.nq"
    path.write_text("".join(kept), encoding="utf-8")
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


def test_many_targets_come_page_by_page(many: httpx.Client) -> None:
    first = many.get("/targets", headers=HTML)
    assert len(rows_of(first.text)) == 50
    assert "Trang 1 / 3" in first.text
    assert 'rel="next"' in first.headers["link"]
    assert len(all_pages(many, {})) == 120
    assert len(many.get("/targets?format=csv").text.splitlines()) == 121


def test_a_dataset_without_targets_says_so(client: httpx.Client) -> None:
    for lang, told in (("vi", "không có mục tiêu"), ("en", "no target")):
        page = client.get(f"/targets?lang={lang}", headers=HTML)
        assert page.status_code == 200
        assert told in page.text
