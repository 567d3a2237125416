"""Search by name, alias and words, and the suggestions under the search box."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE, serving

HTML = {"Accept": "text/html", "Accept-Language": "vi"}
JSON = {"Accept": "application/json", "Accept-Language": "vi"}


def results(site: httpx.Client, asked: str, **more: str) -> dict[str, object]:
    told: dict[str, object] = site.get("/search", params={"q": asked, **more}, headers=JSON).json()
    return told


def first(site: httpx.Client, asked: str) -> str:
    found = site.get("/search", params={"q": asked}, headers=JSON).json()["results"]
    return str(found[0]["iri"]).removeprefix(f"{BASE}id/")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("BTTTT", "org/bo-thong-tin-va-truyen-thong"),
        ("b.t.t.t.t", "org/bo-thong-tin-va-truyen-thong"),
        ("bộ tt&tt", "org/bo-thong-tin-va-truyen-thong"),
        ("bo tt-tt", "org/bo-thong-tin-va-truyen-thong"),
        ("BO THONG TIN VA TRUYEN THONG", "org/bo-thong-tin-va-truyen-thong"),
        ("ministry of information", "org/bo-thong-tin-va-truyen-thong"),
        ("NDXP", "platform/nen-tang-tich-hop-chia-se-du-lieu-quoc-gia"),
        ("CSDLQG về dân cư", "database/co-so-du-lieu-quoc-gia-ve-dan-cu"),
        ("csdlqg dan cu", "database/co-so-du-lieu-quoc-gia-ve-dan-cu"),
        ("749/QĐ-TTg", "act/749-qd-ttg-2020"),
        ("749 qd ttg", "act/749-qd-ttg-2020"),
        ("749qdttg", "act/749-qd-ttg-2020"),
        ("nguyen manh hung", "person/nguyen-manh-hung"),
    ],
)
def test_the_thing_meant_comes_first(site: httpx.Client, asked: str, meant: str) -> None:
    assert first(site, asked) == meant
    suggested = site.get("/search/suggest", params={"q": asked}).json()["suggestions"]
    assert suggested[0]["iri"] == f"{BASE}id/{meant}"
    assert site.get(suggested[0]["href"], headers=HTML).status_code == 200


def test_abbreviations_in_general_use_are_written_out(site: httpx.Client) -> None:
    for asked, full in (
        ("ĐMST", "đổi mới sáng tạo"),
        ("UBND", "Ủy ban nhân dân"),
        ("CĐS quốc gia", "chuyển đổi số quốc gia"),
    ):
        found = {each["iri"] for each in site.get("/search", params={"q": full}, headers=JSON).json()["results"]}
        shorter = {each["iri"] for each in site.get("/search", params={"q": asked}, headers=JSON).json()["results"]}
        assert found & shorter


def test_an_equal_name_goes_before_a_longer_one(site: httpx.Client) -> None:
    found = site.get("/search", params={"q": "Bộ Công an", "kind": "org"}, headers=JSON).json()["results"]
    assert found[0]["label"] == "Bộ Công an"


def test_sentences_are_found_by_their_words_and_lead_to_their_place(site: httpx.Client) -> None:
    told = site.get("/search", params={"q": "diem lom song", "kind": "sentence"}, headers=JSON).json()
    assert told["total"] > 0
    assert all("điểm lõm sóng" in each["label"] for each in told["results"])
    href = told["results"][0]["href"]
    path, _, anchor = href.partition("#")
    assert f'id="{anchor}"' in site.get(path, headers=HTML).text
    page = site.get("/search", params={"q": "diem lom song"}, headers=HTML).text
    assert "<mark>điểm lõm sóng</mark>" in page


def test_kinds_are_counted_and_can_be_chosen(site: httpx.Client) -> None:
    told = site.get("/search", params={"q": "bo"}, headers=JSON).json()
    assert sum(told["kinds"].values()) == told["total"]
    assert next(iter(told["kinds"])) == "org"
    page = site.get("/search", params={"q": "bo"}, headers=HTML).text
    assert f"Cơ quan, tổ chức ({told['kinds']['org']})" in page
    only = site.get("/search", params={"q": "bo", "kind": "org"}, headers=JSON).json()
    assert only["total"] == told["kinds"]["org"]
    assert all("/id/org/" in each["iri"] for each in only["results"])


def test_pages_part_what_is_found(site: httpx.Client) -> None:
    told = site.get("/search", params={"q": "so"}, headers=JSON).json()
    seen: list[str] = []
    for page in range(1, -(-told["total"] // 30) + 1):
        part = site.get("/search", params={"q": "so", "page": str(page)}, headers=JSON).json()
        seen += [each["iri"] + each["label"] for each in part["results"]]
    assert len(seen) == told["total"] > 60
    assert site.get("/search", params={"q": "so", "page": "999"}, headers=JSON).status_code == 404
    html = site.get("/search", params={"q": "so", "kind": "indicator"}, headers=HTML).text
    assert 'rel="next"' in html


def test_what_was_probably_meant_is_offered(site: httpx.Client) -> None:
    page = site.get("/search", params={"q": "bộ thông tinn"}, headers=HTML).text
    match = re.search(r'Ý bạn là: <a href="([^"]+)"[^>]*>([^<]+)</a>', page)
    assert match
    assert match[2].lower() == "bộ thông tin"
    assert "Bộ Thông tin và Truyền thông" in site.get(match[1], headers=HTML).text


def test_nothing_found_says_where_to_look(site: httpx.Client) -> None:
    page = site.get("/search", params={"q": "qqqqzzzz"}, headers=HTML)
    assert page.status_code == 200
    assert "Không tìm thấy gì" in page.text
    assert 'href="/queries"' in page.text


@pytest.mark.parametrize("path", ["/search?q=bo&kind=nothing", "/search?q=bo&page=0", "/search?q=bo&page=x"])
def test_wrong_use_is_told(site: httpx.Client, path: str) -> None:
    answer = site.get(path, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize("asked", ["", " ", "((", "\\d+", "a" * 5000, "\x00", "…", "<b>"])
def test_suggestions_take_anything(site: httpx.Client, asked: str) -> None:
    answer = site.get("/search/suggest", params={"q": asked})
    assert answer.status_code == 200
    assert isinstance(answer.json()["suggestions"], list)


def test_suggestions_are_few_and_in_the_language(site: httpx.Client) -> None:
    told = site.get("/search/suggest", params={"q": "bo", "lang": "en"}).json()["suggestions"]
    assert len(told) == 8
    assert all(each["href"].endswith("?lang=en") for each in told)
    assert any(each["label"].startswith("Ministry of") for each in told)


def test_the_box_carries_what_its_script_needs(site: httpx.Client) -> None:
    page = site.get("/", headers=HTML).text
    assert 'data-suggest="/search/suggest"' in page
    script = re.search(r'<script type="module" src="(/static/search\.js[^"]*)"', page)
    assert script
    assert "aria-activedescendant" in site.get(script[1]).text


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Things that lie outside the base, one of them with markup in its name."""
    path: Path = tmp_path_factory.mktemp("foreign") / "things.nt"
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    path.write_text(
        f'<https://example.org/a> {label} "Alpha <b>one</b>"@en .\n<urn:x:b> {label} "Alpha two" .\n', encoding="utf-8"
    )
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


def test_any_dataset_can_be_searched(foreign: httpx.Client) -> None:
    told = foreign.get("/search?q=alpha", headers=JSON).json()
    assert {each["iri"] for each in told["results"]} == {"https://example.org/a", "urn:x:b"}
    page = foreign.get("/search?q=alpha", headers=HTML).text
    assert "<b>" not in page
    assert "Alpha two" in page
