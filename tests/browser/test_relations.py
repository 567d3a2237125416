"""The drawing of what a thing is linked with, by keys alone."""

from playwright.sync_api import Page


def test_the_relations_of_a_body_are_explored_by_keyboard_alone(page: Page) -> None:
    page.goto("/id/org/bo-thong-tin-va-truyen-thong")
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
