"""The pages in a real browser: they load, ask no other host for anything, and lead from a figure to its words."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "no chromium on this machine; install Debian's package `chromium` to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, service: str) -> Iterator[Page]:
    """A page that fails the test when a script fails or another host is asked for something."""
    context = browser.new_context(locale="vi-VN")
    opened = context.new_page()
    elsewhere: list[str] = []
    troubles: list[str] = []
    opened.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(service) else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert elsewhere == []
    assert troubles == []


PATHS = [
    "/",
    "/targets",
    "/targets?act=749-qd-ttg-2020&sort=-deadline",
    "/documents",
    "/documents/002",
    "/cite/figure/002-3f7667f2-6",
    "/queries",
    "/queries/digital_economy_share",
    "/sparql",
    "/search?q=bo cong an",
    "/id/org/bo-thong-tin-va-truyen-thong",
    "/docs",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_loads_with_one_heading_in_its_language(page: Page, service: str, path: str, language: str) -> None:
    sign = "&" if "?" in path else "?"
    answer = page.goto(f"{service}{path}{sign}lang={language}")
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways(page: Page, service: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{service}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_highlight_leads_to_the_figure_and_back_to_its_sentence(page: Page, service: str) -> None:
    page.goto(f"{service}/documents/000")
    page.locator("a", has_text="39,51%").first.click()
    assert "/figure/" in page.url
    assert "39,51%" in page.locator("main").inner_text()
    assert "tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình" in page.locator("main").inner_text()


def test_a_query_written_by_hand_gives_a_table(page: Page, service: str) -> None:
    page.goto(f"{service}/sparql")
    page.locator("textarea").fill("SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/cdsgraph/ns#Figure> }")
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("table td").first.inner_text().strip().isdigit()


def test_an_unknown_thing_is_told_on_a_page(page: Page, service: str) -> None:
    answer = page.context.request.get(f"{service}/id/org/khong-co", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "text/html" in answer.headers["content-type"]


def test_a_mark_shows_its_card_and_the_list_follows(page: Page, service: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{service}/documents/000?lang=en")
    mark = page.locator(".text a.on", has_text="39,51%").first
    mark.focus()
    card = page.locator("#pop")
    card.wait_for(state="visible")
    assert "June 2025" in card.inner_text()
    assert mark.get_attribute("aria-describedby") == "pop"
    assert "39,51%" in page.locator("aside li.shown").first.inner_text()
    assert page.locator("aside li.shown").first.is_visible()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_a_kind_is_hidden_by_its_switch(page: Page, service: str) -> None:
    page.goto(f"{service}/documents/000")
    mark = page.locator(".text .k-figure").first
    colour = "element => getComputedStyle(element).backgroundColor"
    before = mark.evaluate(colour)
    page.locator("#show-figure").uncheck()
    assert mark.evaluate(colour) != before
    assert not page.locator("aside .of-figure").is_visible()
    assert page.locator("aside .of-task").is_visible()


def test_a_reference_is_copied(page: Page, service: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{service}/cite/figure/000-3fc9f001-1?lang=en")
    page.locator(".copier").last.click()
    page.locator(".copier", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#reference-en").inner_text()
    assert copied.endswith("/id/figure/000-3fc9f001-1")


def test_the_relations_of_a_body_are_explored_by_keyboard_alone(page: Page, service: str) -> None:
    page.goto(f"{service}/id/org/bo-thong-tin-va-truyen-thong")
    page.locator(".neighbourhood .centre").focus()
    focused = "document.activeElement.getAttribute('aria-label')"
    page.keyboard.press("ArrowRight")
    first = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(focused)
    assert first != second
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == first
    name = page.evaluate("document.activeElement.querySelector('title').textContent")
    page.keyboard.press("Space")
    page.locator(".neighbourhood .told", has_text=name).wait_for()
    assert page.locator(".neighbourhood").get_attribute("data-name") == name
    page.keyboard.press("Escape")
    assert page.locator(".neighbourhood").get_attribute("data-name") == "Bộ Thông tin và Truyền thông"
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text()
    assert not page.url.endswith("/id/org/bo-thong-tin-va-truyen-thong")
