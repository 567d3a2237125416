"""A real browser, and the rule for every page it opens: no script fails, and no other host is asked for anything."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, expect, sync_playwright

from tests.browser.crawling import Site, crawled

CHROMIUM = shutil.which("chromium")
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-gpu-compositing", "--disable-gpu-rasterization")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
MOST_FREE = 4  # windows that are kept open

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


@dataclass(frozen=True, slots=True)
class Kind:
    """What windows may differ in: the service, and the language, device, colours and scripts of who looks through."""

    service: str
    lang: str
    phone: bool
    dark: bool
    script: bool

    def open(self, browser: Browser) -> Page:
        """A new window of this kind, which shares nothing with any other."""
        return browser.new_context(
            base_url=self.service,
            locale=LOCALES[self.lang],
            viewport=PHONE if self.phone else DESKTOP,
            color_scheme=self._colours,
            java_script_enabled=self.script,
        ).new_page()

    def make_anew(self, page: Page) -> None:
        """Have a window forget what was looked at in it, and what was set."""
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto("about:blank")
        page.context.clear_cookies()
        page.context.clear_permissions()
        talk = page.context.new_cdp_session(page)
        talk.send("Storage.clearDataForOrigin", {"origin": self.service, "storageTypes": "all"})
        talk.detach()
        page.set_viewport_size(PHONE if self.phone else DESKTOP)
        page.emulate_media(media="null", color_scheme=self._colours, reduced_motion="null")

    @property
    def _colours(self) -> Literal["dark", "light"]:
        return "dark" if self.dark else "light"


class Windows:
    """The windows of a browser, for one reader after another: most is dearer to open than what is done in it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[tuple[Kind, Page]] = []

    def take(self, kind: Kind) -> Page:
        """A window that nobody looks through, and in which nothing is left of who did."""
        free = next((each for each in self._free if each[0] == kind), None)
        if free is None:
            page = kind.open(self._browser)
        else:
            self._free.remove(free)
            page = free[1]
        page.set_default_timeout(15_000)
        page.set_default_navigation_timeout(15_000)
        return page

    def give_back(self, kind: Kind, page: Page) -> None:
        """Keep a window for the next who needs one of its kind; one that cannot be made as new is closed."""
        try:
            kind.make_anew(page)
        except Error:
            page.context.close()
            return
        self._free.append((kind, page))
        while len(self._free) > MOST_FREE:
            self._free.pop(0)[1].context.close()


@lru_cache(maxsize=1)
def windows_of(browser: Browser) -> Windows:
    """The windows of the one browser that is open."""
    return Windows(browser)


class Desk:
    """Readers at the service, each with a browser window in a language; it remembers what went wrong in any of them."""

    def __init__(self, browser: Browser, service: str) -> None:
        self.service = service
        self.elsewhere: list[str] = []
        self.troubles: list[str] = []
        self._windows = windows_of(browser)
        self._taken: list[tuple[Kind, Page, dict[str, Callable[[Any], None]]]] = []

    def reader(self, lang: str = "vi", *, phone: bool = False, dark: bool = False, script: bool = True) -> Page:
        """A new window whose owner reads a language."""
        kind = Kind(self.service, lang, phone, dark, script)
        page = self._windows.take(kind)
        heard: dict[str, Callable[[Any], None]] = {
            "request": lambda request: self._look_at(request.url),
            "pageerror": lambda error: self.troubles.append(f"{page.url}: {error}"),
            "console": lambda message: self._listen(page, message),
        }
        for event, listener in heard.items():
            page.on(event, listener)  # type: ignore[call-overload]
        self._taken.append((kind, page, heard))
        return page

    def close(self) -> None:
        """Leave every window."""
        for kind, page, heard in self._taken:
            for event, listener in heard.items():
                page.remove_listener(event, listener)
            self._windows.give_back(kind, page)

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
