"""Each page of the site, one after the other: no barrier, nothing that runs out of a phone. Minutes: `make every-page`.

What `test_every_page.py` judges on the few pages that show every kind of markup is judged here on all that following
the links and the sitemap opens, and on what is told where nothing is found. Of scripts only the workbench's is waited
for: the others run before a page counts as loaded.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.barriers import barriers_of
from tests.browser.conftest import PHONE, Desk
from tests.browser.crawling import WORKBENCH, Site, plain
from tests.browser.test_every_page import none

pytestmark = pytest.mark.every_page

EMPTY = (
    "/nothing-here",
    "/doc/id/figure/nothing-here",
    "/cite/figure/nothing-here",
    "/documents/nothing-here",
    "/queries/nothing-here",
    "/targets?status=nothing-here",
    "/search?q=khong-co-gi-nhu-the",
    "/documents?kind=nothing-here",
    "/queries/figures_mentioning?words=khong-co-gi-nhu-the",
    "/sparql?query=SELECT%20%3Fs%20WHERE%20%7B%20%3Fs%20a%20%3Curn%3Anone%3E%20%7D",
    "/sparql?query=SELECT%20WHERE",
)
TOLD_EVERY = 25  # pages between two lines about how far it is


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who reads the site: the language, on a phone or a desk, by night or by day."""

    lang: str
    phone: bool
    dark: bool

    def __str__(self) -> str:
        return f"{self.lang}-{'phone' if self.phone else 'desk'}-{'dark' if self.dark else 'light'}"


VISITORS = (Visitor("vi", phone=False, dark=False), Visitor("en", phone=True, dark=True))


@pytest.fixture
def window(request: pytest.FixtureRequest, browser: Browser, service: str) -> Iterator[Page]:
    """One window for the whole visit, so that styles, scripts and letters are fetched once."""
    visitor: Visitor = request.param
    desk = Desk(browser, service)
    page = desk.reader(visitor.lang, phone=visitor.phone, dark=visitor.dark)
    page.emulate_media(reduced_motion="reduce")
    yield page
    desk.close()
    assert desk.elsewhere == []
    assert desk.troubles == []


def test_a_barrier_is_found_where_there_is_one(desk: Desk) -> None:
    page = desk.reader()
    page.goto("/")
    assert barriers_of(page) == []
    page.evaluate("document.querySelector('main p').style.color = '#ddd'")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert {barrier.split()[1] for barrier in barriers_of(page)} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize(
    ("window", "visitor"), [(each, each) for each in VISITORS], indirect=["window"], ids=map(str, VISITORS)
)
def test_no_page_at_all_has_a_barrier(
    site: Site, window: Page, visitor: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    addresses = sorted({plain(page.path) for page in site.pages()} | set(EMPTY))
    assert len(addresses) > 200
    faults: list[str] = []
    for n, address in enumerate(addresses, start=1):
        faults += [f"{address} ({visitor}): {fault}" for fault in _faults(window, address)]
        if n % TOLD_EVERY == 0 or n == len(addresses):
            with capfd.disabled():
                sys.stderr.write(f"{visitor}: {n} of {len(addresses)} pages, {len(faults)} faults\n")
                sys.stderr.flush()
    none(faults)


def _faults(page: Page, address: str) -> list[str]:
    """What keeps somebody from reading a page: no page at all, barriers, and parts that a phone does not show."""
    answer = page.goto(address)
    if answer is None or answer.status >= 500:
        return ["no page"]
    if address.partition("?")[0] == WORKBENCH:
        page.wait_for_load_state("networkidle")
    faults = barriers_of(page)
    own = page.viewport_size
    page.set_viewport_size(PHONE)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
        faults.append(f"{width} px wide on a phone")
    if own is not None:
        page.set_viewport_size(own)
    return faults
