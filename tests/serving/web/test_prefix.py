"""Behind a reverse proxy that gives the service a path of its host: no link leads elsewhere or nowhere."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from cdsgraph.graph import versions
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import serving

PREFIX = "/data"
HTML = {"Accept": "text/html,*/*;q=0.1"}
MINISTRY = "/id/org/bo-thong-tin-va-truyen-thong"
PAGES = ("/", "/documents", "/documents/000", "/queries", "/queries/digital_economy_share", "/sparql", "/search?q=bo",
         f"/doc{MINISTRY}", "/id/", "/id/org/", "/id/?class=cds:Target", "/ns",
         "/catalog", "/dumps/", "/changes", "/docs", "/not/there", "/?lang=en", "/id/figure/?page=2")  # fmt: skip
LINK = re.compile(r'<(?:a|link|form|img)\b[^>]*?\b(?:href|action|src)="([^"]*)"')
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


class Proxy(ThreadingHTTPServer):
    """Passes what stands below the prefix on to the service, and tells of nothing else."""

    def __init__(self, *, strips: bool) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.strips = strips
        self.address = f"http://127.0.0.1:{self.server_address[1]}{PREFIX}"
        self.upstream: httpx.Client | None = None


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        proxy = self.server
        assert isinstance(proxy, Proxy)
        assert proxy.upstream
        if not f"{self.path}/".startswith((f"{PREFIX}/", f"{PREFIX}?")):
            self.send_error(502, "outside of the prefix")
            return
        path = (self.path.removeprefix(PREFIX) or "/") if proxy.strips else self.path
        told = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        told["X-Forwarded-Prefix"] = PREFIX
        answer = proxy.upstream.request(self.command, path, headers={**told, "Accept-Encoding": "identity"})
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    do_HEAD = do_GET  # noqa: N815  # the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def behind(out: Path, *, strips: bool) -> Iterator[httpx.Client]:
    proxy = Proxy(strips=strips)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    try:
        settings = Settings(dataset=versions.current(out), workers=2, url=proxy.address)
        with serving(settings) as upstream, httpx.Client(timeout=20, trust_env=False) as client:
            proxy.upstream = upstream
            client.base_url = httpx.URL(proxy.address)
            yield client
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


@pytest.fixture(scope="module", params=[True, False], ids=["stripped", "left on"])
def client(request: pytest.FixtureRequest, two_versions: Path) -> Iterator[httpx.Client]:
    with behind(two_versions, strips=request.param) as client:
        yield client


def links(answer: httpx.Response) -> list[str]:
    """The addresses on this host that a page or its headers lead to."""
    found = [unescape(link) for link in LINK.findall(answer.text)] if "html" in answer.headers["content-type"] else []
    found += re.findall(r"<([^>]*)>", answer.headers.get("link", ""))
    absolute = [urljoin(str(answer.url), link) for link in found if link]
    return [each.partition("#")[0] for each in absolute if urlsplit(each).netloc == answer.url.netloc.decode()]


def test_no_link_is_dead(client: httpx.Client) -> None:
    root = str(client.base_url).rstrip("/")
    followed: set[str] = set()
    for page in PAGES:
        answer = client.get(page, headers=HTML)
        assert answer.status_code == (404 if page == "/not/there" else 200), page
        found = sorted(set(links(answer)))
        assert found, page
        for link in found:
            assert link == root or link.startswith((f"{root}/", f"{root}?")), (page, link)
        followed.update(link for link in found[:: max(1, len(found) // 4)] if "/not/there" not in link)
    for link in sorted(followed):
        told = client.get(link, headers=HTML, follow_redirects=True)
        assert told.status_code == 200, link
        assert str(told.url).startswith(root), link


def test_headers_keep_the_prefix(client: httpx.Client) -> None:
    see = client.get(MINISTRY)
    assert (see.status_code, see.headers["location"]) == (303, f"{PREFIX}/doc{MINISTRY}")
    document = client.get(f"/doc{MINISTRY}", headers={"Accept": "text/turtle"})
    assert document.headers["content-location"] == f"{PREFIX}/doc{MINISTRY}.ttl"
    assert document.links["alternate"]["url"].startswith(f"{PREFIX}/doc/")
    assert document.links["canonical"]["url"] == f"https://w3id.org/cdsgraph{MINISTRY}"
    assert client.get("/favicon.ico").headers["location"].startswith(f"{PREFIX}/static/")
    assert client.get("/id/figure/").links["next"]["url"].startswith(f"{PREFIX}/id/figure/")


def test_descriptions_name_the_address_with_its_prefix(client: httpx.Client) -> None:
    root = str(client.base_url).rstrip("/")
    assert client.get("/openapi.json").json()["servers"] == [{"url": root}]
    assert f"Sitemap: {root}/sitemap.xml" in client.get("/robots.txt").text
    for path in ("/sitemap.xml", "/sitemap/0.xml", "/sitemap/1.xml"):
        found = re.findall(r"<loc>([^<]*)</loc>", client.get(path).text)
        assert found
        assert all(each.startswith(f"{root}/") for each in found)
        assert client.get(found[-1], headers=HTML).status_code == 200
    for path in ("/catalog", "/.well-known/void", "/sparql"):
        text = client.get(path, headers={"Accept": "text/turtle"}).text
        own = re.findall(rf"<(http://{re.escape(urlsplit(root).netloc)}[^>]*)>", text)
        assert own
        assert all(each.startswith(f"{root}/") for each in own)
    for each in client.get("/queries", headers={"Accept": "application/json"}).json()["queries"]:
        assert each["href"].startswith(f"{PREFIX}/queries/")
    found = client.get("/search?q=bo", headers={"Accept": "application/json"}).json()["results"]
    assert all(each["href"].startswith(f"{PREFIX}/doc/") for each in found)


def test_a_canonical_iri_answers_under_any_host(client: httpx.Client) -> None:
    for path in (MINISTRY, f"/cdsgraph{MINISTRY}"):
        answer = client.get(path, headers={"Host": "w3id.org"}, follow_redirects=True)
        assert answer.status_code == 200
        assert client.get(path, headers={"Host": "w3id.org"}).headers["location"].startswith(f"{PREFIX}/doc/")


def test_a_clients_prefix_header_shapes_nothing(site: httpx.Client) -> None:
    answer = site.get("/", headers={"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil", **HTML})
    assert "/evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["/database", "/dataset"])
def test_what_only_begins_as_the_prefix_is_not_below_it(two_versions: Path, path: str) -> None:
    settings = Settings(dataset=versions.current(two_versions), workers=1, url=f"https://example.vn{PREFIX}")
    with serving(settings) as direct:
        assert direct.get(path).status_code == 404
        assert direct.get(PREFIX, headers=HTML).status_code == 200
