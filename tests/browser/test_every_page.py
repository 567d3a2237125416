"""What holds on every page: no dead link, a way from each figure to its words, no barrier, nothing too heavy.

The site is opened by following its own links and its sitemap; what a browser has to judge is judged on the few pages
that together show every kind of markup the site has.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request
from pyoxigraph import Store

from tests.browser.barriers import barriers_of
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.browser.crawling import WORKBENCH, Answer, Site, plain

MOST_REQUESTS = {WORKBENCH: 40}  # half of them the letters of each script and weight, kept for good
MOST_REQUESTS_ELSEWHERE = 20
MOST_BYTES = 300_000
MOST_SCRIPT = {WORKBENCH: 400_000}
MOST_SCRIPT_ELSEWHERE = 60_000
WORDS = "//blockquote | //*[contains(concat(' ', @class, ' '), ' words ')]"
_OF_FIGURE = re.compile("/(?:doc/id|cite)/figure/[^/]+$")
GROUNDLESS = """SELECT ?figure WHERE {
    ?figure a <https://w3id.org/cdsgraph/ns#Figure> .
    FILTER NOT EXISTS { ?figure <https://w3id.org/cdsgraph/ns#sentence> ?words }
    FILTER NOT EXISTS {
        ?figure <http://www.w3.org/ns/prov#wasDerivedFrom> ?entry .
        ?entry a <https://w3id.org/cdsgraph/ns#RegisterEntry>
    }
}"""
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
    assert len({figure for _, figure in shown}) > 50
    astray = [f"{figure} on {path}" for (path, figure), element in shown.items() if not _leads(site, element, 2)]
    none(astray)


def test_every_link_to_a_figure_ends_at_its_words_or_its_entry(site: Site) -> None:
    figures = {
        page.path: page for page in site.pages() if urlsplit(page.path).path.startswith(("/doc/id/figure/", "/cite/"))
    }
    assert len(figures) > 20
    none([path for path, page in figures.items() if not _shows_ground(site, page)])


def test_every_figure_has_words_or_an_entry(service: str) -> None:
    answer = httpx.get(f"{service}/sparql", params={"query": GROUNDLESS}, headers={"Accept": "text/csv"}, timeout=30)
    assert answer.status_code == 200
    none(answer.text.split()[1:])


def test_every_query_that_a_page_leads_to_is_one(site: Site) -> None:
    carried = site.queries()
    assert len(carried) > 20
    none(f"{query} from {page}: {fault}" for query, page in carried.items() if (fault := _fault(query)))


def _fault(query: str) -> str:
    try:
        Store().query(query)
    except SyntaxError as error:
        return str(error)
    return ""


def _leads(site: Site, element: Any, clicks: int) -> bool:
    """Whether an element shows words or an entry, or so many clicks from it lead to a page that does."""
    if element.xpath("." + WORDS.replace(" | ", " | .")):
        return True
    for link in element.xpath(".//a[@href] | self::a[@href]"):
        address, _, fragment = link.get("href").partition("#")
        page = site.answers.get(address) or site.answers.get(plain(address))
        if "/doc/id/register/" in address or (fragment and "/documents/" in address):
            return True
        if page is None and clicks and _OF_FIGURE.match(address) and site.vouches_for(address):
            return True  # those that were opened show their ground, and the data gives each one
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
    """Every kind of markup in Vietnamese on a desk by day, a third of it in English on a phone by night too."""
    desk = Desk(browser, service)
    found = []
    for lang, dark, step in (("vi", False, 1), ("en", True, 3)):
        page = desk.reader(lang, dark=dark)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        found += [_look(page, address, lang, dark=dark) for address in list(site.every_markup())[::step]]
    desk.close()
    assert desk.elsewhere == []
    assert desk.troubles == []
    return found


def _look(page: Page, address: str, lang: str, *, dark: bool) -> Seen:
    sent: list[Request] = []

    def count(request: Request) -> None:
        sent.append(request)

    page.on("requestfinished", count)
    page.set_viewport_size(PHONE if dark else DESKTOP)
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    bare = re.sub("[?&]lang=(vi|en)$", "", address)
    answer = page.goto(bare)
    assert answer is not None
    if page.locator("script[src]").count():
        page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", count)
    sizes = [(each.resource_type, each.sizes()["responseBodySize"]) for each in sent]
    barriers = barriers_of(page)
    page.set_viewport_size(PHONE)
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
