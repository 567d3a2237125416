"""Questions of an analyst, each from the home page to the evidence, in both languages, three of them by keys alone.

Names are those that the pages show (the tables of `texts/`), so a page whose words change is still found by them.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.queries import load_all
from cdsgraph.serving.pages.words import LANGUAGES, word
from tests.browser.conftest import Desk
from tests.service import serving
from tests.serving.web.conftest import two_versions  # noqa: F401  # a fixture

MINISTRY = "Bộ Thông tin và Truyền thông"
POLICE = {"vi": "Bộ Công an", "en": "Ministry of Public Security"}


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(desk: Desk, lang: str) -> Page:
    """A reader of the language, on the home page."""
    page = desk.reader(lang)
    page.goto("/")
    return page


@pytest.fixture
def question(files: Files, lang: str) -> Callable[[str], str]:
    """What a saved query asks, in words."""
    known = {query.name: query for query in load_all(files.queries)}

    def asked(name: str) -> str:
        return str(known[name].question_vi if lang == "vi" else known[name].question_en)

    return asked


def go(page: Page, key: str, lang: str) -> None:
    """Follow a link of the main navigation."""
    navigation = page.get_by_role("navigation", name=str(word("nav.label", lang)))
    navigation.get_by_role("link", name=str(word(key, lang)), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def finder(page: Page, lang: str) -> Locator:
    """The field in the head of every page that searches."""
    name = str(word("nav.search", lang))
    return (
        page.get_by_role("banner")
        .get_by_role("searchbox", name=name)
        .or_(page.get_by_role("banner").get_by_role("combobox", name=name))
    )


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Press the tabulator until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("found => found.includes(document.activeElement)"):
            return
    raise AssertionError(f"the keys do not lead to {wanted}")


def main(page: Page) -> Locator:
    """The content of the page."""
    return page.get_by_role("main")


def test_the_share_of_the_digital_economy_over_the_years(
    reader: Page, lang: str, question: Callable[[str], str]
) -> None:
    go(reader, "nav.queries", lang)
    main(reader).get_by_role("link", name=question("digital_economy_share")).click()
    rows = main(reader).get_by_role("table").get_by_role("row")
    row = rows.filter(has_text="18,72%").first
    expect(row).to_contain_text("kinh tế số")
    assert rows.count() > 3
    row.locator(".words").get_by_role("link").click()
    reader.wait_for_url(re.compile("/documents/.*#"))
    expect(main(reader)).to_contain_text("18,72%")


def test_who_took_over_from_a_ministry_by_keys_alone(reader: Page, lang: str) -> None:
    tab_to(reader, finder(reader, lang))
    reader.keyboard.type("Bộ TT&TT")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search**")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Bộ TT&TT")
    tab_to(reader, main(reader).get_by_role("link", name=re.compile("Thông tin và Truyền thông|Information")).first)
    reader.keyboard.press("Enter")
    expect(main(reader)).to_contain_text("2025")
    successor = main(reader).get_by_role("link", name=re.compile(POLICE[lang])).first
    tab_to(reader, successor, 300)
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(POLICE[lang])


def test_what_a_ministry_is_told_to_do_and_by_when(reader: Page, lang: str) -> None:
    finder(reader, lang).fill(POLICE[lang])
    finder(reader, lang).press("Enter")
    main(reader).get_by_role("link", name=POLICE[lang], exact=True).first.click()
    heading = main(reader).get_by_role("heading", name=re.compile(re.escape(str(word("thing.tasks", lang)))))
    expect(heading).to_be_visible()
    tasks = main(reader).get_by_role("table").filter(has_text=str(word("column.task", lang)))
    due = tasks.get_by_role("row").filter(has_text=re.compile(r"20\d\d")).first
    due.get_by_role("link").last.click()
    reader.wait_for_url(re.compile("/documents/.*#"))
    place = reader.url.partition("#")[2]
    expect(reader.locator(f"[id='{place}']").first).to_be_attached()


def test_which_figures_do_not_agree_by_keys_alone(reader: Page, lang: str) -> None:
    navigation = reader.get_by_role("navigation", name=str(word("nav.label", lang)))
    tab_to(reader, navigation.get_by_role("link", name=str(word("nav.quality", lang)), exact=True))
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text(str(word("quality.title", lang)))
    tab_to(reader, main(reader).get_by_role("link", name=str(word("quality.conflicts", lang)), exact=True))
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(str(word("quality.conflicts", lang)))
    expect(main(reader)).to_contain_text(re.compile("12[.,]33%"))
    tab_to(reader, main(reader).locator("a[href*='/documents/']").first)
    reader.keyboard.press("Enter")
    reader.wait_for_url(re.compile("/documents/.*#"))


def test_which_targets_of_an_act_are_met(reader: Page, lang: str) -> None:
    go(reader, "nav.targets", lang)
    act = main(reader).get_by_role("combobox", name=re.compile(f"^{word('targets.act', lang)}"))
    act.select_option(act.locator("option", has_text="749/").first.get_attribute("value"))
    main(reader).get_by_role("button", name=str(word("targets.filter", lang)), exact=True).click()
    reader.wait_for_url(re.compile("act="))
    table = main(reader).get_by_role("region", name=str(word("targets.table", lang)))
    expect(table.get_by_role("link", name=re.compile("749.QĐ")).first).to_be_visible()
    expect(table.locator("tbody").filter(has_not_text="749/")).to_have_count(0)
    measured = table.locator("tbody").filter(has_text="%").first
    measured.get_by_text(str(word("targets.open", lang))).first.click()
    expect(measured.get_by_role("heading", name=str(word("targets.evidence.target", lang)))).to_be_visible()
    measured.locator("section").get_by_role("link").first.click()
    expect(main(reader)).not_to_be_empty()


def test_the_table_of_targets_opens_in_excel(reader: Page, lang: str, tmp_path: Path) -> None:
    go(reader, "nav.targets", lang)
    with reader.expect_download() as downloading:
        main(reader).get_by_role("link", name=re.compile("XLSX|Excel")).click()
    file = tmp_path / "targets.xlsx"
    downloading.value.save_as(file)
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert len(rows) > 50
    assert any("749/QĐ-TTg" in str(cell) for row in rows for cell in row)


def test_a_query_is_written_and_passed_on(reader: Page, desk: Desk, lang: str) -> None:
    go(reader, "nav.sparql", lang)
    expect(reader.locator("#workbench[data-ready]")).to_be_attached()
    editor = main(reader).get_by_role("textbox", name=re.compile(str(word("sparql.query", lang)))).first
    editor.click()
    reader.keyboard.press("ControlOrMeta+A")
    reader.keyboard.insert_text("SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/cdsgraph/ns#Figure> }")
    main(reader).get_by_role("button", name=str(word("sparql.run", lang)), exact=True).click()
    count = main(reader).get_by_role("table").get_by_role("cell").last
    expect(count).to_have_text(re.compile(r"^[\d.,]+$"))
    told = count.inner_text()
    reader.wait_for_url(re.compile("query="))
    other = desk.reader(lang)
    other.goto(reader.url)
    expect(main(other).get_by_role("table").get_by_role("cell").last).to_have_text(told)


def test_a_figure_is_cited(reader: Page, lang: str) -> None:
    go(reader, "nav.documents", lang)
    main(reader).locator("a[href*='/documents/000']").first.click()
    main(reader).get_by_role("link", name="39,51%").first.click()
    expect(main(reader)).to_contain_text("tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình")
    reference = main(reader).get_by_role("heading", name=str(word("figure.reference", lang)))
    expect(reference).to_be_visible()
    expect(main(reader)).to_contain_text("https://w3id.org/cdsgraph/id/figure/")


@pytest.mark.parametrize("asked", ["kinh te so", "KINH TE SO", "kinh tế số"])
def test_words_are_found_without_their_marks_by_keys_alone(reader: Page, lang: str, asked: str) -> None:
    tab_to(reader, finder(reader, lang))
    reader.keyboard.type(asked)
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search**")
    found = main(reader).locator(".results").get_by_role("link")
    tab_to(reader, found.first)
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(
        re.compile("kinh tế số|digital economy", re.IGNORECASE)
    )


@pytest.fixture(scope="module")
def two_versions_served(two_versions: Path) -> Iterator[str]:  # noqa: F811
    with serving(versions.current(two_versions), "--workers", "1") as address:
        yield address


def test_what_is_new_in_the_version(desk: Desk, lang: str, two_versions_served: str) -> None:
    desk.service = two_versions_served
    reader = desk.reader(lang)
    reader.set_default_navigation_timeout(60_000)  # the comparison is made when first asked for
    reader.goto("/")
    reader.get_by_role("contentinfo").get_by_role("link", name=str(word("footer.dump", lang))).click()
    main(reader).get_by_role("link", name=str(word("dumps.changes", lang))).first.click(timeout=60_000)
    expect(reader.get_by_role("heading", level=1)).to_have_text(str(word("changes.title", lang)))
    changed = main(reader).get_by_role("listitem").filter(has_text="39,51").first
    changed.get_by_role("link").first.click()
    expect(main(reader)).to_contain_text("39,51%")


def test_who_answers_now_for_what_a_dissolved_ministry_was_told(
    reader: Page, lang: str, question: Callable[[str], str]
) -> None:
    go(reader, "nav.queries", lang)
    main(reader).get_by_role("link", name=question("task_responsibility")).click()
    rows = main(reader).get_by_role("table").get_by_role("row")
    row = rows.filter(has_text="2023").filter(has_text=re.compile("|".join(POLICE.values()))).first
    expect(row).to_be_visible()
    row.get_by_role("link").last.click()
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    sentence = main(reader).locator("blockquote, .words").first
    expect(sentence).to_contain_text("Bộ TT&TT")
    expect(main(reader).locator("a[href*='/documents/']").first).to_be_visible()


def test_whether_seventeen_of_sixty_two_is_the_share_that_is_printed(reader: Page, lang: str) -> None:
    go(reader, "nav.quality", lang)
    main(reader).get_by_role("link", name=str(word("quality.slips", lang)), exact=True).click()
    found = main(reader).locator("li.finding").filter(has=reader.get_by_role("heading", name=re.compile("17 .*62 ")))
    expect(found).to_contain_text(re.compile(r"27[.,]42"))
    expect(found).to_contain_text("27,5%")
    found.locator("a[href*='/documents/']").first.click()
    reader.wait_for_url(re.compile("/documents/002.*#"))
    place = reader.url.partition("#")[2]
    expect(reader.locator(f"[id='{place}']").first).to_be_attached()
    expect(main(reader)).to_contain_text("27,5%")


def test_a_reference_is_taken_with_the_figures_beside_it(reader: Page, lang: str) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(reader, "nav.documents", lang)
    main(reader).locator("a[href*='/documents/000']").first.click()
    main(reader).get_by_role("link", name="39,51%").first.click()
    expect(reader).to_have_url(re.compile("/cite/figure/"))
    expect(main(reader)).to_contain_text(str(word("cite.verified.verified", lang)))
    reference = main(reader).locator(f"#reference-{lang}")
    main(reader).get_by_role("button", name=str(word("cite.copy", lang))).nth(LANGUAGES.index(lang)).click()
    expect(main(reader).get_by_role("button", name=str(word("cite.copied", lang)))).to_be_visible()
    assert reader.evaluate("navigator.clipboard.readText()") == reference.inner_text()
    cited = reader.url
    main(reader).get_by_role("region").get_by_role("rowheader").get_by_role("link").first.click()
    expect(reader).not_to_have_url(cited)
    expect(reader).to_have_url(re.compile("/cite/figure/"))
    expect(main(reader).locator("blockquote").or_(main(reader).locator("a[href*='/register/']")).first).to_be_visible()


def test_a_name_is_picked_from_what_is_suggested_by_keys_alone(reader: Page, lang: str) -> None:
    box = finder(reader, lang)
    tab_to(reader, box)
    reader.keyboard.type("bo cong an")
    offered = reader.get_by_role("listbox", name=str(word("search.suggestions", lang)))
    expect(offered.get_by_role("option").first).to_be_visible()
    reader.keyboard.press("ArrowDown")
    first = offered.get_by_role("option", selected=True)
    expect(first).to_have_count(1)
    expect(box).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    reader.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    expect(box).to_have_value("bo cong an")
    expect(box).to_have_attribute("aria-expanded", "false")
    reader.keyboard.press("ArrowDown")
    expect(offered.get_by_role("option").first).to_be_visible()
    reader.keyboard.press("ArrowDown")
    expect(offered.get_by_role("option", selected=True)).to_contain_text(POLICE[lang])
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(POLICE[lang])
