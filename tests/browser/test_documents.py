"""A text in a real browser: its marks show what was read, its kinds can be hidden, a reference is copied."""

from playwright.sync_api import Page


def test_a_highlight_leads_to_the_figure_and_back_to_its_sentence(page: Page) -> None:
    page.goto("/documents/000")
    page.locator("a", has_text="39,51%").first.click()
    assert "/figure/" in page.url
    assert "39,51%" in page.locator("main").inner_text()
    assert "tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình" in page.locator("main").inner_text()


def test_an_unknown_thing_is_told_on_a_page(page: Page) -> None:
    answer = page.context.request.get("/id/org/khong-co", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "text/html" in answer.headers["content-type"]


def test_a_mark_shows_its_card_and_the_list_follows(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/documents/000?lang=en")
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


def test_a_kind_is_hidden_by_its_switch(page: Page) -> None:
    page.goto("/documents/000")
    mark = page.locator(".text .k-figure").first
    colour = "element => getComputedStyle(element).backgroundColor"
    before = mark.evaluate(colour)
    page.locator("#show-figure").uncheck()
    assert mark.evaluate(colour) != before
    assert not page.locator("aside .of-figure").is_visible()
    assert page.locator("aside .of-task").is_visible()


def test_a_reference_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/cite/figure/000-3fc9f001-1?lang=en")
    page.locator(".copier").last.click()
    page.locator(".copier", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#reference-en").inner_text()
    assert copied.endswith("/id/figure/000-3fc9f001-1")
