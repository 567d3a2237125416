"""What holds on every page: no dead link, a way from each figure to its words, no barrier, nothing too heavy.

The site is opened by following its own links and its sitemap; what a browser has to judge is judged on the few pages
that together show every kind of markup the site has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.browser.crawling import Answer, Site, plain

SERIOUS = ("serious", "critical")
# What another width or other colours can change.
SEEN = {
    "resultTypes": ["violations"],
    "runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
}
WORKBENCH = "/sparql"
MOST_REQUESTS = {WORKBENCH: 32}
MOST_REQUESTS_ELSEWHERE = 16
MOST_BYTES = 300_000
MOST_SCRIPT = {WORKBENCH: 400_000}
MOST_SCRIPT_ELSEWHERE = 60_000
WORDS = "//blockquote | //*[contains(concat(' ', @class, ' '), ' words ')]"
MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const style = getComputedStyle(each);
    const times = `${style.transitionDuration}, ${style.animationDuration}`.split(',').map(parseFloat);
    return times.some(time => time > 0.01) || style.scrollBehavior === 'smooth';
}).map(each => each.outerHTML.slice(0, 120))"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser told of one page in one language: barriers, width on a phone, what was sent for it."""

    address: str
    lang: str
    status: int
    barriers: list[str]
    phone_width: int
    headings: list[int]
    moving: list[str]
    jumps: list[str]
    requests: int
    sent: int
    script: int

    def __str__(self) -> str:
        return f"{self.address} ({self.lang})"


def none(faults: Iterable[str]) -> None:
    """Fail with every fault told."""
    told = sorted(faults)
    assert not told, "\n".join(["", *told])


def test_no_link_is_dead(site: Site) -> None:
    dead = {
        f"{address} from {page}: {site.answers[address].status}"
        for (address, _), page in site.linked.items()
        if address in site.answers and site.answers[address].status != 200
    }
    unknown = {
        f"{address} from {page}"
        for (address, _), page in site.linked.items()
        if address not in site.answers and not site.vouches_for(address)
    }
    assert len(site.linked) > 1_000
    none(dead | unknown)


def test_the_sitemap_names_only_what_is_there(site: Site) -> None:
    opened = [site.answers[path] for path in site.named if path in site.answers]
    assert len(opened) > 100
    assert [answer.path for answer in opened if answer.status != 200] == []


def test_every_fragment_names_a_place(site: Site) -> None:
    anchors = {page.path: page.anchors() for page in site.pages()}
    lost = {
        f"{address}#{fragment} from {page}"
        for (address, fragment), page in site.linked.items()
        if fragment and address in anchors and unquote(fragment) not in anchors[address]
    }
    none(lost)


def test_every_figure_leads_to_its_words_or_its_entry_in_two_clicks(site: Site) -> None:
    shown = {
        (page.path, element.get("data-figure")): element
        for page in site.pages()
        for element in page.elements("//*[@data-figure]")
    }
    assert len({figure for _, figure in shown}) > 100
    astray = [f"{figure} on {path}" for (path, figure), element in shown.items() if not _leads(site, element, 2)]
    none(astray)


def test_every_link_to_a_figure_ends_at_its_words_or_its_entry(site: Site) -> None:
    figures = {
        page.path: page for page in site.pages() if urlsplit(page.path).path.startswith(("/doc/id/figure/", "/cite/"))
    }
    assert len(figures) > 100
    none([path for path, page in figures.items() if not _shows_ground(site, page)])


def _leads(site: Site, element: Any, clicks: int) -> bool:
    """Whether an element shows words or an entry, or so many clicks from it lead to a page that does."""
    if element.xpath("." + WORDS.replace(" | ", " | .")):
        return True
    for link in element.xpath(".//a[@href] | self::a[@href]"):
        address, _, fragment = link.get("href").partition("#")
        page = site.answers.get(address) or site.answers.get(plain(address))
        if "/doc/id/register/" in address or (fragment and "/documents/" in address):
            return True
        if (
            page is not None
            and clicks
            and page.tree is not None
            and _leads(site, page.tree.find(".//main"), clicks - 1)
        ):
            return True
    return False


def _shows_ground(site: Site, page: Answer) -> bool:
    return _leads(site, page.tree.find(".//main"), 0) if page.tree is not None else False


@pytest.fixture(scope="module")
def seen(site: Site, browser: Browser, service: str) -> list[Seen]:
    """Every kind of markup, in both languages, on a desk and on a phone, by day and by night."""
    desk = Desk(browser, service)
    found = []
    for lang, dark in (("vi", False), ("en", True)):
        page = desk.reader(lang, dark=dark)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        found += [_look(page, address, lang, dark=dark) for address in site.every_markup()]
    desk.close()
    assert desk.elsewhere == []
    assert desk.troubles == []
    return found


def _look(page: Page, address: str, lang: str, *, dark: bool) -> Seen:
    sent: list[Request] = []

    def count(request: Request) -> None:
        sent.append(request)

    page.on("requestfinished", count)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    bare = address.replace("?lang=en", "").replace("?lang=vi", "")
    answer = page.goto(bare)
    assert answer is not None
    if page.locator("script[src]").count():
        page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", count)
    sizes = [(each.resource_type, each.sizes()["responseBodySize"]) for each in sent]
    barriers = _barriers(page, {"resultTypes": ["violations"]})
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light" if dark else "dark")
    barriers += [f"on a phone: {barrier}" for barrier in _barriers(page, SEEN) if barrier not in barriers]
    return Seen(
        address=bare,
        lang=lang,
        status=answer.status,
        barriers=barriers,
        phone_width=page.evaluate("document.documentElement.scrollWidth"),
        headings=page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(each => +each.tagName[1])"),
        moving=page.evaluate(MOVING),
        jumps=page.evaluate("[...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).map(e => e.id)"),
        requests=len(sizes),
        sent=sum(size for _, size in sizes),
        script=sum(size for kind, size in sizes if kind == "script"),
    )


def _barriers(page: Page, options: dict[str, Any]) -> list[str]:
    told = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['impact']}: {rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in told
        if rule["impact"] in SERIOUS
        for node in rule["nodes"][:3]
    ]


def test_no_page_has_a_barrier(seen: list[Seen]) -> None:
    none(f"{page}: {barrier}" for page in seen for barrier in page.barriers)


def test_no_page_scrolls_sideways_on_a_phone(seen: list[Seen]) -> None:
    none(f"{page}: {page.phone_width} px" for page in seen if page.phone_width > PHONE["width"])


def test_every_page_has_one_title_and_headings_in_order(seen: list[Seen]) -> None:
    none(f"{page}: {page.headings}" for page in seen if page.headings.count(1) != 1)
    none(f"{page}: {page.headings}" for page in seen if _skips(page.headings))


def test_nothing_moves_for_who_wants_stillness(seen: list[Seen]) -> None:
    none(f"{page}: {moving}" for page in seen for moving in page.moving)


def test_keys_go_through_a_page_in_its_order(seen: list[Seen]) -> None:
    none(f"{page}: {jump}" for page in seen for jump in page.jumps)


def _skips(headings: list[int]) -> bool:
    return any(after > before + 1 for before, after in pairwise(headings))


def test_no_page_is_heavy(seen: list[Seen]) -> None:
    none(f"{page}: {page.requests} requests" for page in seen if page.requests > _requests_allowed(page.address))
    none(f"{page}: {page.sent} bytes" for page in seen if page.sent - page.script > MOST_BYTES)
    none(f"{page}: {page.script} bytes of script" for page in seen if page.script > _script_allowed(page.address))


def _requests_allowed(address: str) -> int:
    return MOST_REQUESTS.get(urlsplit(address).path, MOST_REQUESTS_ELSEWHERE)


def _script_allowed(address: str) -> int:
    return MOST_SCRIPT.get(urlsplit(address).path, MOST_SCRIPT_ELSEWHERE)
