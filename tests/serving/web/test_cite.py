"""Citing facts: every figure down to its words or its row of the register, references in both languages, all forms."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.pages.words import keys_of
from cdsgraph.serving.settings import Settings
from cdsgraph.text import nfc
from tests.serving.conftest import BASE, serving
from tests.serving.web.conftest import FIGURE, ONLY_BEFORE
from tests.serving.web.test_documents import plain, selected

HTML = {"Accept": "text/html"}
SHARE = "figure/002-3f7667f2-6"  # 17 of 62, printed as 27,5%
CHANGE = "figure/000-3fc9f001-2"  # "tăng 5,06%": percent or points
COMPARED = "figure/001-be5a090f-1"
JUDGED = "figure/000-55f47d17-1"
CURATED = "figure/tong-cuc-thong-ke-ty-trong-gia-tri-tang-them-cua-kinh-te-so-trong-gdp-2023-revision"
MISPRINT = "citation/004-078155fb-1"


@pytest.fixture(scope="module")
def texts(built: Path) -> dict[str, str]:
    return {path.name: nfc(path.read_text(encoding="utf-8")) for path in (built / "documents").iterdir()}


def subjects(client: httpx.Client, kind: str) -> list[str]:
    rows = selected(client, f"SELECT DISTINCT ?fact {{ ?fact a <{kind}> }} ORDER BY ?fact")
    return [row["fact"].removeprefix(f"{BASE}id/") for row in rows]


def page(client: httpx.Client, fact: str, lang: str) -> str:
    answer = client.get(f"/cite/{fact}?lang={lang}", headers=HTML)
    assert answer.status_code == 200, fact
    return answer.text


def test_every_figure_is_cited_down_to_its_words_or_its_row(site: httpx.Client, texts: dict[str, str]) -> None:
    files = {
        row["source"]: row["file"]
        for row in selected(site, f"SELECT ?source ?file {{ ?source <{BASE}ns#fileName> ?file }}")
    }
    figures = subjects(site, f"{BASE}ns#Figure")
    assert len(figures) > 200
    from_texts = 0
    for fact in figures:
        told = site.get(f"/cite/{fact}", headers={"Accept": "application/json"}).json()
        assert told["iri"] == f"{BASE}id/{fact}"
        if told["source"] is None:
            assert told["verified"] in ("register", "register-unchecked")
            assert told["register"]["file"].endswith(".csv")
            assert told["register"]["row"] > 1
            continue
        from_texts += 1
        text, place = texts[files[told["source"]["iri"]]], told["places"][0]
        assert told["verified"] == "verified", fact
        assert text[place["start"] : place["end"]] == place["words"] == told["printed"]
        sentence = told["sentencePlace"]
        assert text[sentence["start"] : sentence["end"]] == told["sentence"]
        assert sentence["start"] <= place["start"] < place["end"] <= sentence["end"]
    assert from_texts > 100


@pytest.mark.parametrize("kind", ["Task", "Citation", "Statement", "OfficeHolding", "Theme", "Mention", "StatedShare"])
def test_a_fact_of_any_kind_is_cited(site: httpx.Client, kind: str) -> None:
    facts = subjects(site, f"{BASE}ns#{kind}")
    assert facts
    for fact in facts[:: max(1, len(facts) // 3)]:
        for lang in ("vi", "en"):
            told = page(site, fact, lang)
            assert "<mark>" in told
            assert told.count("<h1") == 1
            assert 'class="verified verified"' in told


def test_a_reference_names_everything_in_both_languages(site: httpx.Client) -> None:
    version = site.get("/health").json()["version"]
    for fact in (
        COMPARED,
        JUDGED,
        MISPRINT,
        SHARE,
        "figure/tong-cuc-thong-ke-ty-trong-gia-tri-tang-them-cua-kinh-te-so-trong-gdp-2023-revision",
    ):
        told = site.get(f"/cite/{fact}.json").json()
        for lang, no_publisher, said in (
            ("vi", "Không rõ nơi đăng", "phiên bản"),
            ("en", "Publisher not known", "version"),
        ):
            reference = told["reference"][lang]
            source = told["source"] or {}
            assert told["label"][lang] in reference
            assert source.get("title") or "Tổng cục Thống kê" in reference or "General Statistics" in reference
            if source:
                assert source["title"] in reference
                assert (source["publisher"] or no_publisher) in reference
            assert f"{said} {version}" in reference
            assert reference.endswith(f"{BASE}id/{fact}")
            assert not re.search(r"[.,]{2}|None", reference)
    told = site.get(f"/cite/{JUDGED}.json").json()["reference"]
    assert "11/07/2025" in told["vi"]
    assert "11 July 2025" in told["en"]
    between = site.get(f"/cite/{MISPRINT}.json").json()["reference"]
    assert "từ 27/10/2023 đến 30/06/2024" in between["vi"]
    assert "between 27 October 2023 and 30 June 2024" in between["en"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_shows_both_references_to_be_selected(site: httpx.Client, lang: str) -> None:
    told = page(site, JUDGED, lang)
    references = site.get(f"/cite/{JUDGED}.json").json()["reference"]
    for language in ("vi", "en"):
        shown = re.search(rf'<p class="copy" id="reference-{language}" lang="{language}"[^>]*>(.*?)</p>', told)
        assert shown
        assert unescape(shown[1]) == references[language]
    assert 'type="button" class="copier"' in told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_of_a_figure_gives_the_same_reference(site: httpx.Client, lang: str) -> None:
    for fact in (JUDGED, MISPRINT):
        answer = site.get(f"/doc/id/{fact}?lang={lang}", headers=HTML)
        shown = re.search(r'<p class="copy" tabindex="0">(.*?)</p>', answer.text)
        if fact.startswith("figure/"):
            assert shown
            assert unescape(shown[1]) == site.get(f"/cite/{fact}.json").json()["reference"][lang]
        else:
            assert shown is None


def test_figures_that_no_text_prints_are_told_apart_by_their_acts(site: httpx.Client) -> None:
    told = plain(page(site, JUDGED, "vi"))
    assert "tỷ trọng kinh tế số trên GDP: 20% (411/QĐ-TTg, năm 2025)" in told
    assert "20 phần trăm" not in told


def test_the_arithmetic_is_done_again(site: httpx.Client) -> None:
    vi, en = (plain(page(site, SHARE, lang)) for lang in ("vi", "en"))
    assert "Tính lại được 27,42: không khớp" in vi
    assert "Tính lại được 62: khớp" in vi
    assert "27.42, which does not fit" in en
    assert "nguồn giữ nguyên" in vi  # the waiver's reason
    assert "khớp với số đã in" in plain(page(site, "figure/002-636fa883-3", "vi"))


def test_flags_are_told_in_plain_words(site: httpx.Client) -> None:
    vi, en = (plain(page(site, CHANGE, lang)) for lang in ("vi", "en"))
    assert "cả hai cách hiểu đều có thể" in vi
    assert "both readings are possible" in en
    assert "Hiểu là phần trăm thì mức gốc là 37,61" in vi
    assert "Read as percentage points, the base was 34.45" in en
    misprint = plain(page(site, MISPRINT, "vi"))
    assert "số hiệu có lẽ in nhầm" in misprint
    assert "844/QĐ-TTg" in misprint


def test_other_figures_stand_beside_with_the_reason(site: httpx.Client) -> None:
    vi, en = (page(site, COMPARED, lang) for lang in ("vi", "en"))
    assert "khác thời kỳ" in vi
    assert "Chênh lệch: 1,5" in vi
    assert "Difference: 1.5" in en
    assert "/cite/figure/002-7345da42-1?" in vi
    near = vi.partition("Chỉ tiêu gần giống")[2]
    assert "khác phạm vi" in near
    assert "Chênh lệch" not in near  # near indicators are never subtracted


def test_targets_judged_with_a_figure_are_told(site: httpx.Client) -> None:
    told = page(site, JUDGED, "vi").partition('id="assessments"')[2].partition("</section>")[0]
    assert len(re.findall(r'href="/cite/figure/[^"?]*-2025\?', told)) >= 3
    assert "phần trăm" in plain(told)


def test_a_review_is_told(site: httpx.Client) -> None:
    assert "đã so giá trị, quý và chỉ tiêu với câu văn" in page(site, JUDGED, "vi")


def test_each_query_of_the_page_runs(site: httpx.Client) -> None:
    told = page(site, COMPARED, "vi").partition('id="queries"')[2]
    for href in re.findall(r'href="(/(?:queries|sparql)[^"]+)"', told):
        answer = site.get(unescape(href), headers={"Accept": "text/csv"})
        assert answer.status_code == 200
        assert answer.text.count("\r\n") > 1


def test_every_link_of_a_citation_leads_somewhere(site: httpx.Client) -> None:
    told = page(site, JUDGED, "vi").partition("<main")[2].partition("</main>")[0]
    for href in sorted(set(re.findall(r'href="(/[^"#]*)', told))):
        assert site.get(unescape(href), headers={"Accept": "*/*"}).status_code in (200, 303), href


@pytest.mark.parametrize(
    ("suffix", "accepted", "holds"),
    [
        ("json", "application/json", '"verified": "verified"'),
        ("jsonld", "application/ld+json", "18,72%"),
        ("bib", "application/x-bibtex", "howpublished = {VnExpress}"),
        ("ris", "application/x-research-info-systems", "PB  - VnExpress"),
        ("csl", "application/vnd.citationstyles.csl+json", '"publisher": "VnExpress"'),
        ("html", "text/html", "<mark>18,72%</mark>"),
    ],
)
def test_every_form_by_suffix_accept_and_format(site: httpx.Client, suffix: str, accepted: str, holds: str) -> None:
    answers = (
        site.get(f"/cite/{JUDGED}.{suffix}"),
        site.get(f"/cite/{JUDGED}", headers={"Accept": accepted}),
        site.get(f"/cite/{JUDGED}?format={suffix}"),
    )
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(accepted)
        assert holds in answer.text
    assert len({answer.content for answer in answers[:2]}) == 1 or suffix == "html"


def test_the_json_ld_holds_the_fact_with_its_evidence(site: httpx.Client) -> None:
    told = site.get(f"/cite/{JUDGED}.jsonld").text
    span = selected(site, f"SELECT ?span {{ <{BASE}id/{JUDGED}> <http://www.w3.org/ns/prov#wasDerivedFrom> ?span }}")
    for iri in (f"{BASE}id/{JUDGED}", span[0]["span"], f"{BASE}id/source/000"):
        assert iri.removeprefix(f"{BASE}id/") in told


def test_a_whole_iri_leads_to_the_citation(site: httpx.Client) -> None:
    answer = site.get("/cite", params={"iri": FIGURE, "lang": "en"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/cite/{FIGURE.removeprefix(f'{BASE}id/')}?lang=en"
    for wrong in ("", "x", "https://example.org/1", f"{BASE}id/", f"{BASE}id/a b"):
        refused = site.get("/cite", params={"iri": wrong})
        assert refused.status_code == 400
        assert "iri" in refused.json()["detail"]


@pytest.mark.parametrize("fact", ["figure/000-00000000-9", "nothing", "figure/", "a/b/c", "%20", "%3Cb%3E"])
def test_what_is_not_there_is_told_usefully(site: httpx.Client, fact: str) -> None:
    told = site.get(f"/cite/{fact}", headers=HTML)
    assert told.status_code == 404
    assert 'href="/documents"' in told.text
    assert site.get(f"/cite/{fact}.json").headers["content-type"] == "application/problem+json"
    if fact.startswith("figure/000-"):
        assert 'href="/documents/000"' in told.text


def test_what_was_derived_is_no_fact_and_leads_to_its_page(site: httpx.Client) -> None:
    comparison = selected(site, f"SELECT ?c {{ ?c a <{BASE}ns#FigureComparison> }} LIMIT 1")[0]["c"]
    answer = site.get(f"/cite/{comparison.removeprefix(f'{BASE}id/')}", headers=HTML)
    assert answer.status_code == 404
    link = re.search(r'href="(/doc/id/comparison/[^"]+)"', answer.text)
    assert link
    assert site.get(link[1], headers=HTML).status_code == 200


def test_a_fact_of_an_earlier_version_is_gone_with_a_way_to_it(grown: httpx.Client) -> None:
    fact = ONLY_BEFORE.removeprefix(f"{BASE}id/")
    answer = grown.get(f"/cite/{fact}", headers=HTML)
    assert answer.status_code == 410
    since = re.search(r'href="/changes\?since=([0-9a-f]{16})"', answer.text)
    assert since
    told = grown.get(f"/cite/{fact}", headers={"Accept": "application/json"})
    assert told.status_code == 410
    assert since[1] in told.json()["detail"]
    assert grown.get(f"/dumps/{since[1]}/dataset.nq").text.count(f"<{ONLY_BEFORE}> ") > 1


@pytest.fixture
def tampered(built: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """The version served with one digit of a text exchanged."""
    version = shutil.copytree(built, tmp_path / "version")
    path = next((version / "documents").glob("000*"))
    path.write_text(path.read_text(encoding="utf-8").replace("18,72%", "18,73%"), encoding="utf-8")
    assert versions.damaged(version)
    with serving(Settings(dataset=version, workers=1)) as client:
        yield client


def test_a_changed_text_is_told(tampered: httpx.Client) -> None:
    assert tampered.get(f"/cite/{JUDGED}.json").json()["verified"] == "changed"
    assert "không còn khớp" in page(tampered, JUDGED, "vi")
    assert tampered.get(f"/cite/{COMPARED}.json").json()["verified"] == "verified"


def test_an_unknown_format_is_refused(site: httpx.Client) -> None:
    assert site.get(f"/cite/{JUDGED}", headers={"Accept": "image/png"}).status_code == 406
    refused = site.get(f"/cite/{JUDGED}?format=doc", headers={"Accept": "application/json"})
    assert refused.status_code == 406
    assert "bib" in refused.json()["remedy"]


def test_every_rule_by_which_a_fact_was_read_is_told_in_words(site: httpx.Client) -> None:
    rows = selected(site, f"SELECT ?rule (SAMPLE(?s) AS ?fact) {{ ?s <{BASE}ns#rule> ?rule }} GROUP BY ?rule")
    families = set(keys_of("rule."))
    assert len(rows) > 40
    unnamed = [
        r["rule"] for r in rows if not {f"rule.{r['rule']}", f"rule.{re.split('[:/]', r['rule'])[0]}"} & families
    ]
    assert unnamed == []
    for lang, told in (("vi", "số đứng sau động từ"), ("en", "number after a verb")):
        [fact] = [row["fact"] for row in rows if row["rule"] == "quantity: object of a verb"]
        assert told in page(site, fact.removeprefix(f"{BASE}id/"), lang)
