"""The SPARQL page over HTTP, as it is without scripts, and what its editor is told to offer."""

import json
import re
from html import unescape

import httpx
import pytest

from cdsgraph import queries
from cdsgraph.files import Files
from cdsgraph.serving.pages.words import word
from cdsgraph.vocab import CDS

HTML = {"Accept": "text/html"}
COMPLETION = "/sparql/completion.json"


def words_of(page: str) -> dict[str, str]:
    found = re.search(r'data-words="([^"]*)"', page)
    assert found
    told: dict[str, str] = json.loads(unescape(found[1]))
    return told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_saved_question_stands_on_the_page_under_a_theme_with_a_name(
    site: httpx.Client, files: Files, lang: str
) -> None:
    page = unescape(site.get(f"/sparql?lang={lang}", headers=HTML).text)
    saved = queries.load_all(files.queries)
    for query in saved:
        question = query.question_vi if lang == "vi" else query.question_en
        assert f'href="/sparql?example={query.name}&lang={lang}"' in page
        assert question in page
    themes = re.findall(r"<summary>(.+?) <span", page)
    tags = {tag for query in saved for tag in query.tags}
    assert len(themes) == len(tags)
    assert {str(word(f"theme.{tag}", lang)) for tag in tags} == set(themes), "a theme without a name"


def test_three_questions_are_offered_to_begin_with(site: httpx.Client) -> None:
    page = site.get("/sparql", headers=HTML).text
    starters = page.partition('id="starters"')[2].partition("</section>")[0]
    offered = re.findall(r'data-saved="([^"]+)"', starters)
    assert len(offered) == 3
    for name in offered:
        text = unescape(site.get(f"/sparql?example={name}", headers=HTML).text)
        query = text.partition('autocomplete="off">')[2].partition("</textarea>")[0]
        assert site.get("/sparql", params={"query": query}).json()["results"]["bindings"]


def test_the_form_answers_without_a_script(site: httpx.Client) -> None:
    page = site.get("/sparql", params={"query": "SELECT (18 + 0.72 AS ?x) {}"}, headers=HTML).text
    assert "<td>18.72</td>" in page
    assert "SELECT (18 + 0.72 AS ?x) {}" in page


def test_a_query_with_an_error_comes_back_with_its_line_and_column(site: httpx.Client) -> None:
    answer = site.get("/sparql", params={"query": "SELECT * {\n  ?s ?p . }", "lang": "en"}, headers=HTML)
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    page = unescape(answer.text)
    assert "Line 2, column 11" in page
    assert "SELECT * {\n  ?s ?p . }</textarea>" in page


def test_markup_in_a_query_stays_text(site: httpx.Client) -> None:
    query = "SELECT * { ?s ?p '</textarea><script>alert(1)</script>' \" }"
    for given in (query, query.replace('"', "")):
        assert "<script>" not in site.get("/sparql", params={"query": given}, headers=HTML).text


def test_the_editor_is_told_which_properties_things_of_a_class_have(site: httpx.Client) -> None:
    told = site.get(COMPLETION).json()
    assert told["prefixes"]["cds"] == CDS
    classes = {each["name"]: each for each in told["classes"]}
    rows = site.get("/sparql", params={"query": f"SELECT (COUNT(*) AS ?n) {{ ?t a <{CDS}Target> }}"}).json()["results"][
        "bindings"
    ]
    assert classes["cds:Target"]["things"] == int(rows[0]["n"]["value"])
    assert "cds:indicator" in classes["cds:Target"]["properties"]
    assert "org:classification" not in classes["cds:Target"]["properties"]
    used = {name for each in told["classes"] for name in each["properties"]}
    assert used <= {each["name"] for each in told["properties"]}
    for name in classes["cds:Target"]["properties"]:
        prefix, _, local = name.partition(":")
        asked = f"ASK {{ ?t a <{CDS}Target> ; <{told['prefixes'][prefix]}{local}> ?value }}"
        assert site.get("/sparql", params={"query": asked}).json()["boolean"], name


def test_terms_are_named_in_the_readers_language(site: httpx.Client) -> None:
    names = {}
    for lang in ("vi", "en"):
        answer = site.get(COMPLETION, headers={"Accept-Language": lang})
        assert answer.headers["content-language"] == lang
        assert "accept-language" in answer.headers["vary"].lower()
        names[lang] = next(each["label"] for each in answer.json()["classes"] if each["name"] == "cds:Figure")
    assert names["vi"] != names["en"]


def test_what_the_editor_is_told_is_not_sent_twice(site: httpx.Client) -> None:
    first = site.get(COMPLETION, headers={"Accept-Language": "vi"})
    again = {"If-None-Match": first.headers["etag"], "Accept-Language": "vi"}
    assert site.get(COMPLETION, headers=again).status_code == 304
    assert site.get(COMPLETION, headers={**again, "Accept-Language": "en"}).status_code == 200


def test_an_address_with_the_mark_of_its_content_is_kept_and_others_are_asked_after(site: httpx.Client) -> None:
    page = site.get("/sparql", headers=HTML).text
    marked = re.findall(r'="(/static/[^"]+\?v=[^"]+)"', page)
    assert any("codemirror" in address for address in marked)
    for address in marked:
        assert "immutable" in site.get(address).headers["cache-control"]
    for other in (marked[0].partition("?")[0], marked[0] + "0", "/static/workbench/editor.js"):
        assert site.get(other).headers["cache-control"] == "no-cache"
    assert site.get("/static/none.js?v=1").status_code == 404


def test_the_scripts_have_every_word_they_use(site: httpx.Client) -> None:
    page = site.get("/sparql", headers=HTML).text
    words = words_of(page)
    modules = set(re.findall(r'src="(/static/workbench/[^"?]+)', page))
    seen: set[str] = set()
    used: set[str] = set()
    while modules - seen:
        path = (modules - seen).pop()
        seen.add(path)
        text = site.get(path).text
        modules |= {f"/static/workbench/{name}" for name in re.findall(r'from "\./([\w.]+)"', text)}
        used |= set(re.findall(r'\bword\("([\w.]+)"', text))
    assert len(seen) > 5
    assert used
    assert used <= words.keys()
