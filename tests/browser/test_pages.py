"""What a reader meets on any page: their language, a way past the head, no need of scripts, help after errors."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from cdsgraph.serving.pages.words import LANGUAGES, word
from tests.browser.conftest import PHONE, Desk
from tests.service import serving

PATHS = [
    "/",
    "/documents",
    "/documents/002",
    "/queries",
    "/queries/digital_economy_share",
    "/sparql",
    "/search?q=bo cong an",
    "/id/org/bo-thong-tin-va-truyen-thong",
    "/docs",
]
FAULTS = [
    ("/id/org/khong-co", 404),
    ("/queries/khong-co", 404),
    ("/documents/khong-co", 404),
    ("/dumps/khong-co/", 404),
    ("/queries/digital_economy_share?khong=co", 400),
    ("/queries/digital_economy_share?format=khong", 406),
]
SLOW = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(12)) + " }"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_in_the_browsers_language(desk: Desk, path: str, lang: str) -> None:
    page = desk.reader(lang)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.get_by_role("navigation", name=str(word("nav.label", lang)))).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize(
    "path", ["/search?q=bo+cong+an", "/queries/figures_mentioning?phrase=kinh+t%E1%BA%BF+s%E1%BB%91"]
)
def test_the_switch_keeps_page_and_parameters(page: Page, path: str) -> None:
    page.goto(path)
    heading = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.split("?")[0].endswith(path.split("?")[0])
    assert path.split("?")[1] in page.url
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_chosen_language_stays_while_one_goes_on(desk: Desk) -> None:
    page = desk.reader("vi")
    page.goto("/?lang=en")
    page.get_by_role("link", name=str(word("nav.documents", "en")), exact=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("bo cong an")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_key_leads_past_the_head_and_focus_is_seen(desk: Desk, lang: str) -> None:
    page = desk.reader(lang)
    page.goto("/documents")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=str(word("site.skip", lang)))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_reads_without_scripts(desk: Desk, path: str) -> None:
    page = desk.reader(script=False)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.get_by_role("main").get_by_role("link").or_(page.get_by_role("table")).count() > 0


@pytest.mark.parametrize("path", PATHS)
def test_on_paper_only_the_content_is_left(page: Page, path: str) -> None:
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name=str(word("nav.label", "vi")))).to_be_hidden()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("path", PATHS)
def test_letters_can_be_twice_as_large_on_a_phone(desk: Desk, path: str) -> None:
    page = desk.reader(phone=True)
    page.goto(path)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(("path", "status"), FAULTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_error_says_what_to_do_in_the_readers_language(desk: Desk, path: str, status: int, lang: str) -> None:
    page = desk.reader(lang)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    expect(page.locator("html")).to_have_attribute("lang", lang)
    main = page.get_by_role("main")
    expect(main.get_by_role("paragraph").filter(has_text=str(word(f"error.help.{status}", lang)))).to_be_visible()
    expect(main.get_by_role("link", name=str(word("error.home", lang)))).to_be_visible()


@pytest.fixture(scope="module")
def impatient(built: Path) -> Iterator[str]:
    """The address of a service that gives a query no time."""
    with serving(built, "--workers", "1", "--timeout", "1") as address:
        yield address


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_query_that_takes_too_long_is_told_beside_it(desk: Desk, impatient: str, lang: str) -> None:
    desk.service = impatient
    page = desk.reader(lang, script=False)
    answer = page.goto(f"/sparql?query={quote(SLOW)}")
    assert answer is not None
    assert answer.status == 503
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", name=str(word("error.QueryTimeoutError", lang)))).to_be_visible()
    expect(main.get_by_role("textbox").first).to_have_value(SLOW)


def test_counts_and_days_are_written_as_the_reader_writes_them(desk: Desk) -> None:
    for lang, number, day in (
        ("vi", r"\d{1,3}(\.\d{3})+\b(?!,\d{3})", r"\b\d{1,2}/\d{1,2}/20\d\d\b"),
        ("en", r"\d{1,3}(,\d{3})+\b(?!\.\d{3})", r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b"),
    ):
        page = desk.reader(lang)
        page.goto("/dumps/")
        told = page.get_by_role("main").inner_text()
        assert re.search(number, told), told
        assert re.search(day, told), told
