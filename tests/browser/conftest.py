"""A real browser, and the rule for every page it opens: no script fails, and no other host is asked for anything."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from tests.browser.crawling import Site, crawled

CHROMIUM = shutil.which("chromium")
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-gpu-compositing", "--disable-gpu-rasterization")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}

expect.set_options(timeout=15_000)


# Not for the session: while a browser is open its event loop runs, and other tests start their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "no chromium on this machine; install Debian's package `chromium` to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Desk:
    """Readers at the service, each with a browser window in a language; it remembers what went wrong in any of them."""

    def __init__(self, browser: Browser, service: str) -> None:
        self.service = service
        self.elsewhere: list[str] = []
        self.troubles: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def reader(self, lang: str = "vi", *, phone: bool = False, dark: bool = False, script: bool = True) -> Page:
        """A new window whose owner reads a language."""
        context = self._browser.new_context(
            base_url=self.service,
            locale=LOCALES[lang],
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self._look_at(request.url))
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._listen(page, message))
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()

    def _look_at(self, url: str) -> None:
        if not url.startswith((self.service, "data:", "blob:")):
            self.elsewhere.append(url)

    def _listen(self, page: Page, message: ConsoleMessage) -> None:
        # A refusal's own status is what its test is about.
        if message.type == "error" and not re.search("responded with a status of (4|503)", message.text):
            self.troubles.append(f"{page.url}: {message.text}")


@pytest.fixture
def desk(browser: Browser, service: str) -> Iterator[Desk]:
    """Windows at the service; the test fails if a script in one failed or another host was asked."""
    desk = Desk(browser, service)
    yield desk
    desk.close()
    assert desk.elsewhere == []
    assert desk.troubles == []


@pytest.fixture
def page(desk: Desk) -> Page:
    """A window of a reader of Vietnamese."""
    return desk.reader()


@pytest.fixture(scope="session")
def site(service: str) -> Site:
    """Every page of the small kinds and some of the large ones, by following links as a visitor and a crawler do."""
    return crawled(service)
