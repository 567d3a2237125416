"""The workbench in a real browser: write a query with its help, see the answer in each view, find it again."""

import subprocess
import sys
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

READY = "#workbench[data-ready]"
SHARES = """PREFIX cds: <https://w3id.org/cdsgraph/ns#>
SELECT ?act (COUNT(?target) AS ?targets) WHERE { ?target a cds:Target ; cds:act ?act }
GROUP BY ?act ORDER BY DESC(?targets) ?act"""


def write(page: Page, text: str) -> None:
    """Replace the text of the editor by hand."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def open_answer(page: Page, query: str, view: str) -> None:
    page.goto(f"/sparql?query={quote(query)}#view={view}")
    page.wait_for_selector(READY)


def test_a_query_is_written_with_the_editors_help_and_run_from_the_keyboard(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector(READY)
    write(page, "SELECT * WHERE { ?figure a cds:Figu")
    first = page.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("cds:Figure")
    first.click()
    page.keyboard.type(" ; cds:")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered.filter(has_text="cds:indicator")).to_have_count(1)
    expect(offered.filter(has_text="cds:holder")).to_have_count(0)
    page.keyboard.type("indica")
    expect(offered.first).to_contain_text("cds:indicator")
    offered.first.click()
    page.keyboard.type(" ?indicator .")
    page.keyboard.press("Control+End")
    page.keyboard.type(" LIMIT 7")
    text = page.locator("#query").input_value()
    assert text.startswith("PREFIX cds: <https://w3id.org/cdsgraph/ns#>\n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#view-table tbody tr")).to_have_count(7)
    expect(page.locator("#status")).to_contain_text("7 dòng")
    expect(page.locator("#status")).to_contain_text("LIMIT 7")
    link = page.locator("#view-table tbody a[data-iri*='/indicator/']").first
    expect(link).not_to_contain_text("indicator")
    assert page.request.get(link.get_attribute("href") or "").status == 200


def test_what_is_typed_or_composed_over_a_selection_takes_its_place(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector(READY)
    write(page, "ASK { ?s ?p ?o }")
    keyboard = page.context.new_cdp_session(page)
    page.keyboard.press("Control+a")
    keyboard.send("Input.imeSetComposition", {"text": "vie", "selectionStart": 3, "selectionEnd": 3})
    keyboard.send("Input.insertText", {"text": "việt"})
    expect(page.locator("#query")).to_have_value("việt")
    page.keyboard.press("Control+z")
    expect(page.locator("#query")).to_have_value("ASK { ?s ?p ?o }")
    page.keyboard.press("Control+a")
    page.keyboard.type("(")
    expect(page.locator("#query")).to_have_value("(ASK { ?s ?p ?o })")


def test_tab_leaves_the_editor(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector(READY)
    page.locator(".cm-content").click()
    page.keyboard.press("Tab")
    expect(page.locator("#run")).to_be_focused()


def test_an_error_is_shown_where_it_stands_and_goes_when_it_is_mended(page: Page) -> None:
    page.goto("/sparql?lang=en")
    page.wait_for_selector(READY)
    write(page, "SELECT *\nWHERE { ?s ?p }")
    page.keyboard.press("Control+Enter")
    told = page.request.post("/sparql", form={"query": page.locator("#query").input_value()}).json()
    assert told["line"] == 2
    expect(page.locator("#problem-place")).to_have_text(f"Line 2, column {told['column']}")
    expect(page.locator(".cm-line").nth(1).locator(".cm-lintRange-error")).to_have_count(1)
    page.locator("#to-problem").click()
    expect(page.locator(".cm-content")).to_be_focused()
    write(page, "SELECT * { ?s ?p ?o } LIMIT 1")
    expect(page.locator("#problem")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#view-table tbody tr").first).to_be_visible()


def test_a_shared_link_brings_back_query_view_and_chart(page: Page, browser: Browser, service: str) -> None:
    open_answer(page, SHARES, "table")
    page.locator("#tab-chart").click()
    page.locator("#chart-form select[name=mark]").select_option("bar")
    bars = page.locator("#chart svg rect")
    rows = page.locator("#view-table tbody tr").count()
    expect(bars).to_have_count(rows)
    shared = page.url
    other = browser.new_context()
    try:
        again = other.new_page()
        again.goto(shared)
        again.wait_for_selector(READY)
        assert again.locator("#query").input_value() == SHARES
        expect(again.locator("#chart svg rect")).to_have_count(rows)
        expect(again.locator("#chart-form select[name=mark]")).to_have_value("bar")
    finally:
        other.close()


def test_rows_are_sorted_by_a_column_as_numbers(page: Page) -> None:
    open_answer(page, "SELECT ?n { VALUES ?n { 9 100 25.5 } }", "table")
    page.locator("#view-table th button").click()
    cells = page.locator("#view-table tbody td")
    assert cells.all_inner_texts() == ["9", "25,5", "100"]
    page.locator("#view-table th button").click()
    assert cells.all_inner_texts() == ["100", "25,5", "9"]


def test_a_long_answer_comes_in_parts_and_a_graph_as_its_triples(page: Page) -> None:
    open_answer(page, "SELECT ?s { ?s ?p ?o } LIMIT 250", "table")
    rows = page.locator("#view-table tbody tr")
    expect(rows).to_have_count(100)
    page.locator("#view-table .told button").click()
    expect(rows).to_have_count(200)
    open_answer(page, 'CONSTRUCT { <urn:a> <urn:b> "Huế \\"cũ\\""@vi , 3 } {}', "table")
    expect(rows).to_have_count(2)
    expect(page.locator("#view-table")).to_contain_text('Huế "cũ"')
    open_answer(page, "ASK { ?s ?p ?o }", "table")
    expect(page.locator("#view-table")).to_have_text("đúng")


def test_the_text_of_the_answer_is_that_of_the_format(page: Page) -> None:
    open_answer(page, "SELECT ('Huế' AS ?x) {}", "raw")
    page.locator("#raw-form select").select_option("CSV")
    expect(page.locator("#raw")).to_have_text("x\nHuế\n")
    with page.expect_download() as download:
        page.locator("#download").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert download.value.path().read_text(encoding="utf-8").split() == ["x", "Huế"]


def test_the_code_asks_this_server_the_same(page: Page) -> None:
    open_answer(page, 'SELECT ("Bộ \\"A\\" \\\\ B" AS ?name) (18.72 AS ?share) {}', "code")
    curl = page.locator("#code").inner_text()
    told = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["name,share", '"Bộ ""A"" \\ B",18.72']
    page.locator("#code-form select").select_option("python")
    program = page.locator("#code").inner_text()
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert 'Bộ "A" \\ B' in shown
    assert "18.72" in shown


def test_a_saved_question_is_asked_with_other_values(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector(READY)
    page.locator("#find-text").fill("giu chuc vu tai mot ngay")
    page.locator("a[data-saved=office_on_date]:visible").first.click()
    field = page.locator("#params input[type=date]").first
    expect(page.locator("#views")).to_be_visible()
    field.fill("1990-01-01")
    assert '"1990-01-01"^^' in page.locator("#query").input_value()
    page.locator("#run").click()
    given = {each.get_attribute("name") or "": each.input_value() for each in page.locator("#params input").all()}
    expected = page.request.get("/queries/office_on_date", params={**given, "format": "json"}).json()
    expect(page.locator("#status")).to_contain_text(f"{len(expected['results']['bindings'])} dòng")


def test_queries_that_were_run_are_found_again_and_forgotten(page: Page) -> None:
    open_answer(page, SHARES, "table")
    page.goto("/sparql")
    page.wait_for_selector(READY)
    page.locator("#history-list button").first.click()
    expect(page.locator("#view-table tbody tr").first).to_be_visible()
    assert page.locator("#query").input_value() == SHARES
    page.locator("#history-clear").click()
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator("#history-list button")).to_have_count(1)  # the one that the address asks


def test_a_query_can_be_stopped(page: Page) -> None:
    page.goto("/sparql?lang=en")
    page.wait_for_selector(READY)
    digits = " ".join(f"VALUES ?v{place} {{ 0 1 2 3 4 5 6 7 8 9 }}" for place in range(12))
    write(page, "")
    page.keyboard.insert_text(f"SELECT (COUNT(*) AS ?n) {{ {digits} }}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#elapsed")).to_contain_text("Running")
    page.locator("#stop").click()
    expect(page.locator("#status")).to_have_text("Stopped.")
    expect(page.locator("#run")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_workbench_has_no_barrier(browser: Browser, service: str, scheme: str) -> None:
    context = browser.new_context(base_url=service, color_scheme="dark" if scheme == "dark" else "light")
    try:
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 800})
        for view in ("table", "chart", "raw", "code"):
            open_answer(page, SHARES, view)
            expect(page.locator(f"#view-{view}")).to_be_visible()
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], view
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        context.close()
