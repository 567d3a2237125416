"""What stands between a store and us: servers that ask who we are, faults that pass, pushes that meet each other."""

import base64
import http.client
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from cdsgraph.errors import BusyError, EndpointError, EndpointTimeoutError
from cdsgraph.graph.remote import Endpoint, layout
from cdsgraph.graph.remote.lock import STALE, Lock
from cdsgraph.graph.remote.push import push
from tests.remote.servers import Store, cdsgraph, oxigraph, put_foreign, version
from tests.service import ROOT, serving

BASE = "https://w3id.org/cdsgraph/"
ASK = "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"
JSON = {"Accept": "application/json"}


@dataclass
class Proxy:
    """A server before a store: what it asks for, the faults that come next, whether it keeps everybody waiting."""

    store: Store
    url: str = ""
    scheme: str = ""
    expected: str = ""
    faults: tuple[str, ...] = ()
    seen: int = 0
    holding: bool = False

    def __post_init__(self) -> None:
        self.released = threading.Event()

    def next_fault(self) -> str:
        """What goes wrong with this request."""
        self.seen += 1
        fault, self.faults = (self.faults[0], self.faults[1:]) if self.faults else ("", ())
        return fault


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.next_fault()
        if self.proxy.holding:
            self.proxy.released.wait()
            self.close_connection = True
        elif fault == "reset":
            # Without a farewell: the client's system tells it that the connection was reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        elif fault in ("part", "short"):
            self._forward(body, fault)
        elif fault:
            self._send(int(fault), [("Retry-After", "0")], b"back soon")
        elif self.proxy.expected and self.headers.get("Authorization") != self.proxy.expected:
            self._send(401, [("WWW-Authenticate", f'{self.proxy.scheme} realm="store"')], b"who are you?")
        else:
            self._forward(body)

    def _forward(self, body: bytes, fault: str = "") -> None:
        connection = http.client.HTTPConnection(urlsplit(self.proxy.store.url).netloc, timeout=30)
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
        connection.request(self.command, self.path, body, headers)
        got = connection.getresponse()
        content = got.read()
        connection.close()
        told = [("Content-Type", got.headers.get("Content-Type", "text/plain"))]
        if fault == "part":  # as Virtuoso tells that it stopped when its time was up
            told.append(("X-SQL-State", "S1TAT"))
        lines = content.splitlines(keepends=True)
        given = b"".join(lines[: len(lines) // 2]) if fault == "short" else content
        self._send(got.status, told, given, announced=len(content))
        self.close_connection = fault == "short"

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes, *, announced: int | None = None) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body) if announced is None else announced))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # names of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing."""


@contextmanager
def before(store: Store) -> Iterator[Proxy]:
    """A proxy before a store."""
    proxy = Proxy(store)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}/query"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An Oxigraph server."""
    with oxigraph(tmp_path_factory.mktemp("guarded")) as running:
        yield running


@pytest.fixture
def proxy(plain: Store) -> Iterator[Proxy]:
    """A proxy before it."""
    with before(plain) as running:
        yield running


def made(folder: Path, base: str, count: int = 60) -> Path:
    """A version of so many triples."""
    return version(folder, base, [f'<urn:s{n}> <urn:p> "{n}" @@g' for n in range(count)])


@pytest.mark.parametrize(
    ("scheme", "expected", "right", "wrong"),
    [
        (
            "Basic",
            "Basic " + base64.b64encode("lan:mật khẩu".encode()).decode(),
            {"CDSGRAPH_USER": "lan", "CDSGRAPH_PASSWORD": "mật khẩu"},
            {"CDSGRAPH_USER": "lan", "CDSGRAPH_PASSWORD": "other"},
        ),
        ("Bearer", "Bearer abc.def", {"CDSGRAPH_TOKEN": "abc.def"}, {"CDSGRAPH_TOKEN": "abc"}),
    ],
)
def test_a_store_that_asks_who_we_are(
    proxy: Proxy, tmp_path: Path, scheme: str, expected: str, right: dict[str, str], wrong: dict[str, str]
) -> None:
    proxy.scheme, proxy.expected = scheme, expected
    folder = made(tmp_path, f"https://example.vn/{scheme}/")
    done = cdsgraph("push", str(folder), "--endpoint", proxy.url, "--verify", **right)
    assert done.returncode == 0, done.stderr
    assert "counts and content are equal" in done.stderr
    query = tmp_path / "count.rq"
    query.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", encoding="utf-8")
    asked = ["query", str(query), "--endpoint", proxy.url, "--base", f"https://example.vn/{scheme}/"]
    told = cdsgraph(*asked, "--format", "csv", **right)
    assert told.stdout.split() == ["n", "60"], told.stderr
    for credentials, words in ((wrong, "does not accept these credentials"), ({}, "asks for credentials")):
        refused = cdsgraph("push", str(folder), "--endpoint", proxy.url, **credentials)
        assert refused.returncode == 3
        assert words in refused.stderr
    for secret in right.values():
        assert secret not in f"{done.stderr}{refused.stderr}"


def test_faults_that_pass_are_passed(proxy: Proxy, tmp_path: Path) -> None:
    base = "https://example.vn/faults/"
    folder = made(tmp_path, base)
    endpoint = Endpoint(proxy.url, base=base, timeout=30, retries=2)
    push(folder, endpoint, batch=10)
    counted = proxy.seen
    base = "https://example.vn/faults-again/"
    folder = made(tmp_path / "again", base)
    # One fault at each kind of request: of reading, of the lock, of a graph, of the record.
    proxy.seen, proxy.faults = 0, ("reset", "", "503", "", "", "", "reset", "", "", "429", "", "502")
    done = push(folder, Endpoint(proxy.url, base=base, timeout=30, retries=2), batch=10, verify=True)
    assert done.differences == []
    assert not proxy.faults
    assert proxy.seen >= counted + 5
    assert done.sent == done.triples == 120


def test_faults_that_stay_are_told(proxy: Proxy) -> None:
    proxy.faults = ("503", "503")
    with pytest.raises(BusyError, match="HTTP 503"):
        Endpoint(proxy.url, retries=1).ask("ASK {}", media_type="application/sparql-results+json")
    proxy.faults = ("reset",)
    with pytest.raises(EndpointError, match="cannot be reached"):
        Endpoint(proxy.url, retries=0).ask("ASK {}", media_type="application/sparql-results+json")
    proxy.seen, proxy.faults = 0, ("500", "500")
    with pytest.raises(EndpointError, match="HTTP 500"):
        Endpoint(proxy.url, retries=3).ask("ASK {}", media_type="application/sparql-results+json")
    assert proxy.seen <= 2, "what will not pass is not tried again"


def test_a_part_of_an_answer_is_no_answer(proxy: Proxy) -> None:
    endpoint = Endpoint(proxy.url, retries=0)
    query = "CONSTRUCT { <urn:s> <urn:p> ?n } WHERE { VALUES ?n { 1 2 3 4 } }"
    assert endpoint.ask(query, media_type="application/n-triples").count(b"\n") == 4
    proxy.faults = ("part",)
    with pytest.raises(EndpointTimeoutError, match="its own time limit"):
        endpoint.ask(query, media_type="application/n-triples")
    proxy.faults = ("short",)
    with pytest.raises(EndpointError, match="cannot be reached"):
        endpoint.ask(query, media_type="application/n-triples")


def test_a_service_tells_what_is_wrong_with_its_store(plain: Store) -> None:
    with ExitStack() as stack:
        proxy = stack.enter_context(before(plain))
        with serving(None, "--endpoint", proxy.url, "--retries", "0", "--timeout", "1") as address:
            assert httpx.get(f"{address}/ready").status_code == 200
            assert httpx.get(f"{address}{ASK}", headers=JSON).status_code == 200
            proxy.faults = ("503",) * 20
            busy = httpx.get(f"{address}{ASK}&n=1", headers=JSON)
            assert busy.status_code == 503
            assert busy.headers["Retry-After"]
            proxy.faults = ()
            proxy.holding = True
            late = httpx.get(f"{address}{ASK}&n=2", headers=JSON, timeout=30)
            assert late.status_code == 504
            assert late.headers["content-type"] == "application/problem+json"
            with pytest.raises(EndpointTimeoutError, match=r"within 0\.5 s"):
                Endpoint(proxy.url, timeout=0.5, retries=0).ask("ASK {}", media_type="application/sparql-results+json")
            stack.close()
            for path in ("/ready", f"{ASK}&n=3"):
                gone = httpx.get(f"{address}{path}", headers=JSON)
                assert gone.status_code == 502
                assert gone.headers["content-type"] == "application/problem+json"
            assert httpx.get(f"{address}/health").status_code == 200
        with pytest.raises(EndpointError, match="cannot be reached"):
            Endpoint(proxy.url, retries=0).ask("ASK {}", media_type="application/sparql-results+json")


def test_another_version_that_is_pushed_takes_over(plain: Store, tmp_path: Path) -> None:
    first = version(tmp_path / "first", BASE, ['<urn:s> <urn:p> "old" @@g'])
    second = version(tmp_path / "second", BASE, ['<urn:s> <urn:p> "new" @@g'])
    push(first, plain.endpoint())
    names = {"query": "SELECT ?name { <urn:s> <urn:p> ?name }"}
    with (
        serving(None, "--endpoint", plain.url) as address,
        httpx.Client(base_url=address, headers={"Accept": "text/csv"}) as there,
    ):
        before_it = there.get("/sparql", params=names)
        assert before_it.text.split() == ["name", "old"]
        push(second, plain.endpoint())
        for _ in range(5000):
            health = there.get("/health").json()
            if health["version"] == second.name and health["whole"]:
                break
        else:
            raise AssertionError(f"it never took over: {health}")
        after = there.get("/sparql", params=names, headers={"If-None-Match": before_it.headers["ETag"]})
        assert after.status_code == 200
        assert after.text.split() == ["name", "new"]


def test_one_push_at_a_time(plain: Store, tmp_path: Path) -> None:
    base = "https://example.vn/both/"
    folder = made(tmp_path, base, 3000)
    options = ["push", str(folder), "--endpoint", plain.url, "--batch", "50"]
    process = subprocess.Popen(
        [sys.executable, "-m", "cdsgraph", *options],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    endpoint = plain.endpoint(base)
    try:
        while not any(each.done for each in endpoint.record(fresh=True).graphs.values()):
            assert process.poll() is None, "the push ended before another could meet it"
        process.send_signal(signal.SIGSTOP)
        refused = cdsgraph(*options)
        assert refused.returncode == 3
        assert "another push is loading this store" in refused.stderr
        assert "--take-over" in refused.stderr
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    record = endpoint.record(fresh=True)
    assert record.whole
    assert not record.locks
    assert cdsgraph(*options).returncode == 0


def test_a_push_that_went_silent_is_passed_over(plain: Store, tmp_path: Path) -> None:
    base = "https://example.vn/silent/"
    folder = made(tmp_path, base)
    lock = replace(Lock.mine(), machine="0" * 12)
    record = f"{base}{layout.RECORD}"
    put_foreign(plain, record, layout.lock_line(base, lock))
    with pytest.raises(BusyError, match="another push"):
        push(folder, plain.endpoint(base))
    assert push(folder, plain.endpoint(base), take_over=True).differences == []
    old = replace(lock, seen=lock.seen - STALE - timedelta(seconds=1))
    put_foreign(plain, record, layout.lock_line(base, old))
    assert push(folder, plain.endpoint(base)).differences == []
    assert not plain.endpoint(base).record().locks


def test_a_push_that_fails_leaves_the_way_free(proxy: Proxy, tmp_path: Path) -> None:
    base = "https://example.vn/free/"
    folder = made(tmp_path, base)
    proxy.faults = ("", "", "", "", "", "", "500")
    with pytest.raises(EndpointError, match="HTTP 500"):
        push(folder, Endpoint(proxy.url, base=base, retries=0), batch=10)
    assert not proxy.store.endpoint(base).record().locks
    assert push(folder, proxy.store.endpoint(base)).differences == []


def test_a_bar_shows_how_far_a_push_is_on_a_terminal(plain: Store, tmp_path: Path) -> None:
    folder = made(tmp_path, "https://example.vn/bar/", 400)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cdsgraph", "push", str(folder), "--endpoint", plain.url, "--batch", "20"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"}, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how the end of the other side is told
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait(30) == 0
    assert b"of 800" in shown
    assert b"graph/g" in shown or b"graph/union" in shown
    assert b"counts are equal" in shown
    assert b"\x1b" not in cdsgraph("push", str(folder), "--endpoint", plain.url).stderr.encode()
