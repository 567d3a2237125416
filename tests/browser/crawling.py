"""The site as links tell it: pages, what they link to, and which few of them show every kind of markup there is."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from lxml import html

MOST_OF_A_KIND = 4  # pages of one kind that are opened; of the rest it is checked that the sitemap names them
MOST_IN_A_LANGUAGE = 1
ALL_OF_KIND = ("/doc/id/figure", "/documents/*", "/queries/*")
_AT_ONCE = 8
_SMALL = 10_000  # bytes; of pages that show as much, the smaller ones are chosen
_FORMS = (".jsonld", ".ttl", ".nt", ".rdf", ".html", ".trig", ".nq", ".csv", ".json", ".xlsx")
_BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}
_LINKS = "//*[@href or @src or @action]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from an address: its path and query as asked, the status, and the page if it is one."""

    path: str
    status: int
    size: int
    tree: html.HtmlElement | None

    def links(self) -> list[tuple[str, str]]:
        """Addresses on this site that the page leads to, with their fragments."""
        found = []
        for element in self.elements(_LINKS):
            if element.tag == "form" and element.get("method", "get").lower() != "get":
                continue
            if element.get("rel") == "canonical":
                continue
            target = element.get("href") or element.get("src") or element.get("action") or ""
            if target.startswith("#"):
                found.append((self.path, target[1:]))
            elif target.startswith("/") and not target.startswith("//"):
                address, _, fragment = target.partition("#")
                found.append((address, fragment))
        return found

    def elements(self, path: str) -> list[html.HtmlElement]:
        """The elements that an XPath finds; none where the answer is no page."""
        return [] if self.tree is None else list(self.tree.xpath(path))

    def anchors(self) -> set[str]:
        """What fragments can name."""
        return {element.get("id") for element in self.elements("//*[@id]")}


@dataclass(slots=True)
class Site:
    """All that was opened, by address; who links to what; and the addresses that the sitemap names."""

    answers: dict[str, Answer] = field(default_factory=dict)
    linked: dict[tuple[str, str], str] = field(default_factory=dict)  # address and fragment to a page that has the link
    named: set[str] = field(default_factory=set)

    def pages(self) -> list[Answer]:
        """What was opened and is a page."""
        return [answer for answer in self.answers.values() if answer.tree is not None and answer.status == 200]

    def vouches_for(self, address: str) -> bool:
        """Whether the sitemap names the page or another form of it, or it was opened in another language."""
        path = unquote(urlsplit(address).path)
        return bool({path, path.removesuffix(_form(path))} & self.named) or (
            plain(address) != address and plain(address) in self.answers
        )

    def every_markup(self) -> list[str]:
        """Few addresses whose pages together show every kind of element that any page of their kind shows."""
        by_path = {page.path: _markup(page) for page in self.pages()}
        missing = set().union(*by_path.values())
        chosen: list[str] = []
        while missing:
            best = max(
                sorted(by_path), key=lambda path: len(by_path[path] & missing) / (_SMALL + self.answers[path].size)
            )
            missing -= by_path[best]
            chosen.append(best)
        return chosen


def kind_of(address: str) -> str:
    """The kind of page at an address: its first parts, names of single things left out, and its parameters' names."""
    split = urlsplit(address)
    parts = [part for part in split.path.split("/") if part]
    if parts[:1] == ["doc"]:
        form = _form(split.path)
        kind = f"/doc/*{form}" if form else "/" + "/".join(parts[:3])
    else:
        kind = "/" + "/".join([*parts[:1], *("*" for _ in parts[1:])])
    given = parse_qsl(split.query, keep_blank_values=True)
    return kind + "".join(f"?{name}" for name in sorted({f"lang={v}" if n == "lang" else n for n, v in given} - {"v"}))


def crawled(address: str) -> Site:
    """Open the site from its home page and its sitemap."""
    # The browser's own loop may run in this thread already.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, _crawl(address)).result()


async def _crawl(root: str) -> Site:
    site, opened_of = Site(), Counter[str]()
    async with httpx.AsyncClient(base_url=root, timeout=30, trust_env=False, headers=_BROWSER) as client:
        site.named = await _named(client)
        waiting = ["/", "/?lang=en", *sorted(site.named)]
        met = set(waiting)
        while waiting:
            batch = [address for address in waiting if _is_due(address, site, opened_of)]
            waiting = []
            for start in range(0, len(batch), _AT_ONCE):
                for answer in await asyncio.gather(*(_open(client, each) for each in batch[start : start + _AT_ONCE])):
                    site.answers[answer.path] = answer
                    for link in answer.links():
                        site.linked.setdefault(link, answer.path)
                        if link[0] not in met:
                            met.add(link[0])
                            waiting.append(link[0])
    return site


def _is_due(address: str, site: Site, opened_of: Counter[str]) -> bool:
    """Whether an address is opened; counts it."""
    kind = kind_of(address)
    most = MOST_IN_A_LANGUAGE if "?lang=" in kind else MOST_OF_A_KIND
    if kind in ALL_OF_KIND or opened_of[kind] < most or not site.vouches_for(address):
        opened_of[kind] += 1
        return True
    return False


def plain(address: str) -> str:
    """An address without the language asked for."""
    split = urlsplit(address)
    given = [part for part in split.query.split("&") if part and not part.startswith("lang=")]
    return split.path + ("?" + "&".join(given) if given else "")


def _form(path: str) -> str:
    return next((form for form in _FORMS if path.endswith(form)), "")


async def _named(client: httpx.AsyncClient) -> set[str]:
    found: set[str] = set()
    parts = re.findall("<loc>([^<]+)</loc>", (await client.get("/sitemap.xml")).text)
    for part in parts:
        listed = (await client.get(urlsplit(part).path)).text
        found |= {unquote(urlsplit(each).path) for each in re.findall("<loc>([^<]+)</loc>", listed)}
    return found


async def _open(client: httpx.AsyncClient, address: str) -> Answer:
    answer = await client.get(address, follow_redirects=True)
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    tree = html.document_fromstring(answer.content.decode()) if is_page else None
    return Answer(address, answer.status_code, len(answer.content), tree)


def _markup(page: Answer) -> set[tuple[str, ...]]:
    """The kinds of element a page shows: tag, classes and role within tag and classes of the parent."""
    kind = kind_of(page.path).partition("?")[0]
    room = kind.split("/")[1]
    return {(room, *_kind(element.getparent()), *_kind(element)) for element in page.elements("//main//*")} | (
        {(kind,)} if room != "doc" else set()
    )


def _kind(element: html.HtmlElement) -> Iterable[str]:
    return (str(element.tag), element.get("class", ""), element.get("role", ""))
