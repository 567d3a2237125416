"""The home page: its numbers are those of the saved queries, and each leads on to where they come from."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from cdsgraph.graph import versions

HTML = {"Accept": "text/html"}


def section(page: str, name: str) -> str:
    """The markup of the section whose heading has an id."""
    return page.partition(f'<section aria-labelledby="{name}"')[2].partition("<section aria-labelledby")[0]


def rows(site: httpx.Client, name: str) -> list[dict[str, str]]:
    found = site.get(f"/queries/{name}?format=json").json()["results"]["bindings"]
    return [{key: cell["value"] for key, cell in row.items()} for row in found]


def numbers(markup: str) -> dict[str, int]:
    """Name to number, from the items of bars and lists."""
    items = re.findall(r"(?:<li>|<dt>)(.*?)(?:</li>|</dt>)", markup, re.DOTALL)
    told: dict[str, int] = {}
    for item in items:
        plain = " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", item, flags=re.DOTALL)).split())
        if match := re.match(r"(.+?) (\d+)$", plain):
            told[match[1]] = int(match[2])
    return told


def test_targets_are_counted_by_status_pillar_and_act(site: httpx.Client) -> None:
    told = numbers(section(site.get("/", headers=HTML).text, "targets"))
    counted = rows(site, "targets_by")
    by_status = sorted(int(row["targets"]) for row in counted if row["by"] == "all" and "status" in row)
    assert told["chưa có số đo"] == max(by_status)
    assert told["kinh tế số"] == next(
        int(r["targets"]) for r in counted if r["value"].endswith("/kinh-te-so") and "status" not in r
    )
    assert told["Quyết định 749/QĐ-TTg"] == next(
        int(r["targets"]) for r in counted if r["value"].endswith("/749-qd-ttg-2020") and "status" not in r
    )


def test_each_count_of_targets_leads_to_as_many_rows(site: httpx.Client) -> None:
    links = re.findall(
        r'<a href="(/targets\?[^"]+)">[^<]+</a> <strong>(\d+)</strong>',
        section(site.get("/", headers=HTML).text, "targets"),
    )
    assert len(links) > 10
    for href, count in links:
        asked = {key: value[0] for key, value in parse_qs(urlsplit(unescape(href)).query).items()}
        table = site.get("/targets", params={**asked, "format": "csv"})
        assert table.status_code == 200
        targets = {
            row["target"]["value"]
            for row in site.get("/queries/scorecard", params={**asked, "format": "json"}).json()["results"]["bindings"]
        }
        assert len(targets) == int(count), href


def test_what_cannot_be_judged_is_told_with_the_reason(site: httpx.Client) -> None:
    for lang, told in (
        ("vi", "Trong các nguồn không có số đo nào của chỉ tiêu."),
        ("en", "The sources hold no measurement of the indicator."),
    ):
        assert told in unescape(section(site.get(f"/?lang={lang}", headers=HTML).text, "targets"))


def test_newest_figures_stand_with_their_sentences(site: httpx.Client) -> None:
    cards = section(site.get("/", headers=HTML).text, "newest").split('<li class="card"')[1:]
    assert cards
    for card in cards:
        assert "<mark>" in card
        link = re.search(r'href="(/documents/[^"#]+)#([^"]+)"', card)
        assert link
        assert f'id="{link[2]}"' in site.get(link[1], headers=HTML).text


def test_tasks_are_counted_by_evidence_and_shown_with_their_words(site: httpx.Client) -> None:
    markup = section(site.get("/", headers=HTML).text, "tasks")
    assert numbers(markup).items() >= {
        (row["completion"], int(row["tasks"])) for row in rows(site, "tasks_by_completion")
    }
    assert "/queries/task_ledger" in markup
    shown = re.findall(r'href="(/doc/id/task/[^"]+)"', markup)
    assert shown
    ledger = {row["task"]: row for row in rows(site, "task_ledger")}
    for path in shown:
        iri = next(iri for iri in ledger if iri.endswith(path.removeprefix("/doc/")))
        assert ledger[iri]["sentence"][:40] in unescape(re.sub(r"<[^>]+>", "", markup))


def test_every_query_of_the_page_gives_an_answer(site: httpx.Client) -> None:
    page = site.get("/", headers=HTML).text
    found = re.findall(r'href="/sparql\?query=([^"]+)"', page)
    assert len(found) == 3
    for each in found:
        query = parse_qs(f"query={unescape(each)}")["query"][0]
        answer = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
        assert answer.json()["results"]["bindings"]


def test_no_link_of_the_page_is_dead(site: httpx.Client) -> None:
    main = site.get("/?lang=en", headers=HTML).text.partition("<main")[2].partition("</main>")[0]
    for href in sorted(set(re.findall(r'href="(/[^"]*)"', main))):
        answer = site.get(unescape(href), headers=HTML, follow_redirects=True)
        assert answer.status_code == 200, href


def test_the_first_version_says_so(site: httpx.Client) -> None:
    page = section(site.get("/", headers=HTML).text, "changes")
    assert site.get("/health").json()["version"] in page
    assert "/changes" not in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_last_changes_are_told_once_they_are_known(grown: httpx.Client, two_versions: Path, lang: str) -> None:
    before = versions.previous(two_versions)
    page = section(grown.get(f"/?lang={lang}", headers=HTML).text, "changes")
    assert f"/changes?since={before}" in page
    counts = grown.get("/changes", headers={"Accept": "application/json"}).json()
    first = grown.get(f"/?lang={lang}", headers=HTML)
    page = unescape(re.sub(r"<[^>]+>", " ", section(first.text, "changes")))
    for how in ("changed", "added", "gone"):
        assert re.search(rf"\b{len(counts[how])} ", page)
    assert "39,51%" in page
    assert f'href="/changes?since={before}' in first.text
    again = grown.get(f"/?lang={lang}", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_dataset_with_little_in_it_has_a_home_too(client: httpx.Client) -> None:
    page = client.get("/", headers=HTML)
    assert page.status_code == 200
    assert section(page.text, "targets") == ""
    assert section(page.text, "tasks") == ""


def test_the_questions_to_begin_with_ask_of_nothing_that_is_only_pointed_at(site: httpx.Client) -> None:
    for lang, pointing in (("vi", r"\bnày\b"), ("en", r"\b[Tt]his (?:text|body|act|person|indicator|thing|day)\b")):
        offered = section(site.get(f"/?lang={lang}", headers=HTML).text, "questions")
        asked = re.findall(r'<a href="(/queries/[^"]+)">([^<]+)</a>', offered)
        assert len(asked) == 6
        assert [words for _, words in asked if re.search(pointing, unescape(words))] == []
        assert all(site.get(unescape(href), headers=HTML).status_code == 200 for href, _ in asked)
