"""The pages of the source texts: every fact where it stands, no more of a text than its rights allow, the overview."""

import csv
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.build import build
from cdsgraph.files import Files
from cdsgraph.serving.settings import Settings
from cdsgraph.text import nfc
from tests.serving.conftest import BASE, serving

HTML = {"Accept": "text/html"}
SOURCES = ("000", "001", "002", "003", "004")
OPEN, QUOTED = "bai-mo", "bai-trich"


def plain(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def body_of(page: str) -> str:
    """The markup of the text itself."""
    return page.partition('<div class="text"')[2].partition(">")[2].partition("</section>")[0]


def selected(client: httpx.Client, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
    return [{name: term["value"] for name, term in row.items()} for row in answer.json()["results"]["bindings"]]


def sentences(client: httpx.Client, source: str) -> list[tuple[int, str]]:
    """Where each sentence that a fact of the source was read from begins, and the sentence."""
    rows = selected(
        client,
        f"""PREFIX cds: <{BASE}ns#> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT DISTINCT ?start ?words {{ ?fact cds:source <{BASE}id/source/{source}> ;
          (prov:wasDerivedFrom|oa:hasTarget)/cds:inSentence/oa:hasSelector ?place .
          ?place oa:start ?start ; oa:exact ?words }}""",
    )
    return sorted((int(row["start"]), row["words"]) for row in rows)


@pytest.fixture(scope="module")
def rights(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str]]:
    """The same text twice but for a word, once under an open licence and once without a statement, served."""
    folder = tmp_path_factory.mktemp("rights")
    text = nfc(next(files.documents.glob("000*")).read_text(encoding="utf-8")).replace("bộ tứ", "bộ tứ .45")
    header = (files.documents / "sources.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header, restval="")
        table.writeheader()
        for slug, statement, words in ((OPEN, "CC BY 4.0", text), (QUOTED, "", text + " ")):
            (folder / f"{slug}.txt").write_text(words, encoding="utf-8")
            sha = sha256(words.encode()).hexdigest()
            told = {"title": slug, "kind": "press-report", "published": "2025-07-11", "language": "vi"}
            table.writerow(
                {"slug": slug, "file": f"{slug}.txt", "sha256": sha, "rights": statement, "checked": "yes"} | told
            )
    version = build(files, folder / "out", documents=folder).version
    with serving(Settings(dataset=version, workers=1)) as client:
        yield client, text


def test_a_text_whose_rights_allow_it_keeps_every_word(rights: tuple[httpx.Client, str]) -> None:
    client, text = rights
    page = client.get(f"/documents/{OPEN}", headers=HTML).text
    assert plain(body_of(page)).split() == text.split()
    assert "CC BY 4.0" in plain(page.partition('class="reading"')[0])
    assert 'class="gap"' not in page


def test_a_text_without_a_statement_of_rights_is_only_quoted(rights: tuple[httpx.Client, str]) -> None:
    client, text = rights
    page = client.get(f"/documents/{QUOTED}", headers=HTML).text
    assert 'class="gap"' in page
    assert "chưa được ghi lại" in plain(page.partition('class="reading"')[0])
    assert "Sự đồng bộ về thể chế" in page
    assert len(plain(body_of(page))) < len(text)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_of_a_quoted_text_nothing_but_its_sentences_is_shown(
    site: httpx.Client, built: Path, source: str, lang: str
) -> None:
    text = nfc(next((built / "documents").glob(f"{source}*")).read_text(encoding="utf-8"))
    page = site.get(f"/documents/{source}?lang={lang}", headers=HTML).text
    allowed = bytearray(len(text))
    for start, words in sentences(site, source):
        assert text[start : start + len(words)] == words
        allowed[start : start + len(words)] = b"\1" * len(words)
    hidden = "".join(char if not allowed[at] else "\n" for at, char in enumerate(text))
    quoted = "".join(char if allowed[at] else " " for at, char in enumerate(text))
    left_out = [" ".join(words.split()) for words in hidden.split("\n") if len(words.strip()) > 25]
    left_out = [words for words in left_out if words not in " ".join(quoted.split())]  # some stand in both
    assert left_out
    everything = " ".join(unescape(page).split())
    heading = plain(page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]).rstrip("…")
    for words in left_out:
        if not words.startswith(heading[:25]):
            assert words not in everything
            assert words not in " ".join(plain(body_of(page)).split())
    shown = re.split(r"\[…\]", plain(body_of(page)))
    assert " ".join(" ".join(shown).split()) == " ".join(quoted.split())


@pytest.mark.parametrize("source", SOURCES)
def test_every_fact_is_marked_over_its_own_words(site: httpx.Client, source: str) -> None:
    page = site.get(f"/documents/{source}", headers=HTML).text
    over: dict[str, str] = {}
    for match in re.finditer(
        r'<a class="on" href="[^"]*" data-facts="([^"]*)"[^>]*>(.*?)</a>', body_of(page), re.DOTALL
    ):
        for anchor in match[1].split():
            over[anchor] = over.get(anchor, "") + plain(match[2])
    facts = selected(
        site,
        f"""PREFIX cds: <{BASE}ns#> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?fact (MIN(?exact) AS ?words) {{ ?fact cds:source <{BASE}id/source/{source}> ; cds:certainty ?sure ;
          (prov:wasDerivedFrom|oa:hasTarget)/oa:hasSelector/oa:exact ?exact
          FILTER(!REGEX(STR(?fact), "/(share|sum|change|remainder)/")) }} GROUP BY ?fact""",
    )
    assert len(facts) > 30
    for row in facts:
        anchor = "-".join(row["fact"].rsplit("/", 2)[-2:])
        assert page.count(f'id="{anchor}"') == 1, anchor
        assert f'id="card-{anchor}"' in page
        # Spaces between two marks bear none.
        told, words = "".join(over[anchor].split()), "".join(row["words"].split())
        assert words in told if anchor.startswith("mention") else words == told, anchor


@pytest.mark.parametrize("source", SOURCES)
def test_every_anchor_that_the_page_leads_to_is_there(site: httpx.Client, source: str) -> None:
    page = site.get(f"/documents/{source}", headers=HTML).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_mark_leads_to_the_citation_and_back(site: httpx.Client) -> None:
    page = site.get("/documents/000", headers=HTML).text
    match = re.search(
        r'<a class="on" href="(/cite/figure/[^"]+)"[^>]*><span class="k k-figure">39,51%</span></a>', page
    )
    assert match
    cited = site.get(match[1], headers=HTML).text
    assert "<mark>39,51%</mark>" in cited
    back = re.search(r'href="/documents/000#([^"]+)"', cited)
    assert back
    assert f'id="{back[1]}"' in page


def test_a_card_tells_what_was_understood_and_what_is_open(site: httpx.Client) -> None:
    vi, en = (site.get(f"/documents/000?lang={lang}", headers=HTML).text for lang in ("vi", "en"))
    for page, words in (
        (
            vi,
            (
                "thiếu kỳ số liệu",
                "phần trăm hay điểm phần trăm",
                "tháng 6/2025",
                "số đứng sau cụm từ chỉ đại lượng",
                "cao",
            ),
        ),
        (
            en,
            (
                "missing period",
                "percent or percentage points",
                "June 2025",
                "number after the words for what is measured",
                "high",
            ),
        ),
    ):
        cards = plain(page.partition("<aside")[2].partition("</aside>")[0])
        assert [each for each in words if each not in cards] == []
    misprint = site.get("/documents/004", headers=HTML).text.partition("<aside")[2]
    assert "số hiệu có lẽ in nhầm" in misprint


def test_headings_and_list_items_are_such(site: httpx.Client) -> None:
    page = site.get("/documents/003", headers=HTML).text
    assert re.search(r"<h3>.*nhiệm vụ trọng tâm trong chuyển đổi số", body_of(page))
    items = re.findall(r"<li>(.*?)</li>", body_of(page), re.DOTALL)
    assert any(plain(item).startswith("Hai là, ") for item in items)


def test_numbers_that_are_no_figures_are_marked_with_their_reason(rights: tuple[httpx.Client, str]) -> None:
    client, _ = rights
    vi, en = (client.get(f"/documents/{OPEN}?lang={lang}", headers=HTML).text for lang in ("vi", "en"))
    for page, unread, date in ((vi, "chưa hiểu", "ngày tháng"), (en, "not understood", "date")):
        assert re.search(rf'<span class="k k-not-understood" title="[^"]*{unread}[^"]*">45<', page)
        assert re.search(rf'<span class="k k-not-modelled" title="[^"]*: {date}\.">Ngày 11/7<', page)
        number = re.search(r'<a href="#(number-\d+)" lang="vi">45</a>', page)
        assert number
        assert f'id="{number[1]}"' in page


@pytest.mark.parametrize(
    "ledger",
    [None, b"no JSON", b'{"doc":"000_f71912697a64e5b9.txt","line":3,"column":5,"words":"45"}\n[1]\n',
     b'{"doc":"000_f71912697a64e5b9.txt","start":30,"end":99999,"reason":null}',
     b'{"doc":"000_f71912697a64e5b9.txt","start":-9,"end":3,"reason":null}'],
)  # fmt: skip
def test_a_version_without_a_sound_ledger_shows_nothing_of_it(
    built: Path, tmp_path: Path, ledger: bytes | None
) -> None:
    shutil.copytree(built, tmp_path / "version")
    file = tmp_path / "version" / "numbers.jsonl"
    file.unlink() if ledger is None else file.write_bytes(ledger)
    with serving(Settings(dataset=tmp_path / "version", workers=1)) as client:
        answer = client.get("/documents/000", headers=HTML)
    assert answer.status_code == 200
    assert "k-figure" in answer.text
    assert "k-not-" not in answer.text


def test_a_text_that_is_not_at_hand_is_quoted_from_the_graph(built: Path, tmp_path: Path) -> None:
    version = shutil.copytree(built, tmp_path / "version", ignore=shutil.ignore_patterns("*.txt"))
    with serving(Settings(dataset=version, workers=1)) as client:
        page = client.get("/documents/000", headers=HTML).text
        cited = client.get("/cite/figure/000-3fc9f001-1.json").json()
    assert "không kèm toàn văn" in page
    assert "tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình" in plain(body_of(page))
    assert cited["verified"] == "no-text"


def test_citations_and_neighbours_are_told(site: httpx.Client) -> None:
    page = site.get("/documents/004", headers=HTML).text
    cites = page.partition('id="citations"')[2].partition("</section>")[0]
    assert "27/CT-TTg" in cites
    assert "cũng được viện dẫn ở" in site.get("/documents/002", headers=HTML).text or "others" not in cites
    neighbours = re.findall(r'href="/documents/(\d+)"', site.get("/documents/003", headers=HTML).text)
    assert {"001", "002"} <= set(neighbours)


def test_the_overview_counts_what_was_read(site: httpx.Client) -> None:
    page = site.get("/documents", headers=HTML).text
    row = re.search(r'<tr>\n<th scope="row"><a href="/documents/000".*?</tr>', page, re.DOTALL)
    assert row
    told = [plain(cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.DOTALL)]
    assert told[:3] == ["11/07/2025", "VnExpress", "tin báo chí"]
    counted = selected(
        site, f"SELECT (COUNT(?f) AS ?n) {{ ?f a <{BASE}ns#Figure> ; <{BASE}ns#source> <{BASE}id/source/000> }}"
    )
    assert told[3] == counted[0]["n"]
    assert int(told[-2]) == sum(int(each) for each in told[3:-2])


@pytest.mark.parametrize(
    ("order", "first"), [("date", "000"), ("title", "002"), ("facts", "002"), ("open", "004"), ("publisher", "001")]
)
def test_the_overview_is_sorted_as_asked(site: httpx.Client, order: str, first: str) -> None:
    page = site.get(f"/documents?sort={order}", headers=HTML).text
    found = re.findall(r'<th scope="row"><a href="/documents/(\d+)\?', page) or re.findall(
        r'<th scope="row"><a href="/documents/(\d+)"', page
    )
    assert found[0] == first
    assert sorted(found) == list(SOURCES)
    assert page.count("aria-sort") == 1


def test_the_overview_is_filtered_as_asked(site: httpx.Client) -> None:
    page = site.get("/documents?kind=article&lang=en", headers=HTML).text
    assert re.findall(r'<th scope="row"><a href="/documents/(\d+)', page) == ["004"]
    assert "1 of 5 texts" in page
    unknown = site.get("/documents", params={"publisher": "none"}, headers=HTML).text
    assert sorted(re.findall(r'<th scope="row"><a href="/documents/(\d+)', unknown)) == ["002", "003", "004"]
    both = site.get("/documents", params={"publisher": "VnExpress", "kind": "article"}, headers=HTML).text
    assert "Không văn bản nào khớp" in both


@pytest.mark.parametrize("asked", ["kind=poem", "publisher=Nobody", "sort=colour"])
def test_a_wrong_filter_is_refused_by_name(site: httpx.Client, asked: str) -> None:
    answer = site.get(f"/documents?{asked}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    name = asked.partition("=")[0]
    assert name in answer.json()["detail"]
    assert {"kind": "press-report", "publisher": "VnExpress", "sort": "facts"}[name] in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/documents", "/documents/000", "/cite/figure/000-3fc9f001-1"])
def test_a_page_known_already_is_not_sent_again(site: httpx.Client, path: str) -> None:
    first = site.get(path, headers=HTML)
    again = site.get(path, headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    english = site.get(f"{path}?lang=en", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert english.status_code == 200
    assert "Accept-Language" in first.headers["vary"]


def test_an_unknown_text_is_told(site: httpx.Client) -> None:
    answer = site.get("/documents/999", headers=HTML)
    assert answer.status_code == 404
    assert "999" in answer.text


def test_the_downloads_hold_no_text_whole(site: httpx.Client, built: Path) -> None:
    """What is downloaded obeys the rights too: sentences that are evidence, and no run of words longer than one."""
    quads = (built / "dataset.nq").read_text(encoding="utf-8")
    for path in (built / "documents").iterdir():
        source = path.name[:3]
        longest = max(len(words) for _, words in sentences(site, source))
        text = nfc(path.read_text(encoding="utf-8"))
        for literal in set(
            re.findall(rf'^<{BASE}id/(?:source|span)/{source}[^>]*> <[^>]+> "([^"\\]*)"', quads, re.MULTILINE)
        ):
            assert len(literal) <= longest or literal not in text
