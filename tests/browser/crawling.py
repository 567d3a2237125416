"""The site as links tell it: pages, what they link to, and which few of them show every kind of markup there is."""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from lxml import html

MOST_OF_A_KIND = 2  # pages of one kind that are opened; of the rest it is checked that the sitemap names them
MOST_OF = {"/doc/id/figure": 16, "/cite/*/*": 16, "/documents/*": 100, "/queries/*": 100}
WORKBENCH = "/sparql"
_AT_ONCE = 8
_SMALL = 10_000  # bytes; of pages that show as much, the smaller ones are chosen
_FORMS = (".jsonld", ".ttl", ".nt", ".rdf", ".html", ".trig", ".nq", ".csv", ".json", ".xlsx", ".bib", ".ris", ".csl")
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
    tried: set[tuple[str, str]] = field(default_factory=set)  # path with each parameter, or none, that was opened

    def pages(self) -> list[Answer]:
        """What was opened and is a page."""
        return [answer for answer in self.answers.values() if answer.tree is not None and answer.status == 200]

    def vouches_for(self, address: str) -> bool:
        """Whether the sitemap names the page, its other form or what it is about, or all its parameters were tried."""
        split = urlsplit(address)
        path = unquote(split.path).removesuffix(_form(split.path))
        given = dict(parse_qsl(split.query))
        if path == WORKBENCH and given.get("query"):
            return True  # the queries are tried apart
        about = {unquote(split.path), path, re.sub("^/cite/", "/doc/id/", path), f"/queries/{given.get('example')}"}
        return bool(about & self.named) or (bool(given) and _tried(address) <= self.tried)

    def queries(self) -> dict[str, str]:
        """The SPARQL that links carry, each with a page that has such a link."""
        linked = ((address, page) for (address, _), page in self.linked.items())
        carried = ((dict(parse_qsl(urlsplit(address).query)), address, page) for address, page in linked)
        return {
            given["query"]: page
            for given, address, page in carried
            if urlsplit(address).path == WORKBENCH and given.get("query")
        }

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
        waiting = deque(["/", "/?lang=en", *sorted(site.named)])
        met = set(waiting)
        while waiting:
            due: list[str] = []
            while waiting and len(due) < _AT_ONCE:
                if _is_due(waiting[0], site, opened_of):
                    due.append(waiting[0])
                waiting.popleft()
            for answer in await asyncio.gather(*(_open(client, each) for each in due)):
                site.answers[answer.path] = answer
                if answer.status == 200:
                    site.tried |= _tried(answer.path)
                for link in answer.links():
                    site.linked.setdefault(link, answer.path)
                    if link[0] not in met:
                        met.add(link[0])
                        waiting.append(link[0])
    return site


def _is_due(address: str, site: Site, opened_of: Counter[str]) -> bool:
    """Whether an address is opened; counts it."""
    kind = kind_of(address)
    most = 1 if "?" in kind else MOST_OF.get(kind, MOST_OF_A_KIND)
    if opened_of[kind] < most or not site.vouches_for(address):
        opened_of[kind] += 1
        return True
    return False


def plain(address: str) -> str:
    """An address without the language asked for."""
    split = urlsplit(address)
    given = [part for part in split.query.split("&") if part and not part.startswith("lang=")]
    return split.path + ("?" + "&".join(given) if given else "")


def _tried(address: str) -> set[tuple[str, str]]:
    """The path of an address, bare and with each of its parameters."""
    split = urlsplit(address)
    return {(split.path, given) for given in ("", *split.query.split("&"))}


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
