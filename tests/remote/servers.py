"""Real stores, each a private server over an empty folder on ports that were free."""

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from cdsgraph.graph import versions
from cdsgraph.graph.remote import Credentials, Endpoint
from tests.service import ROOT, free_port, wait_for

FOREIGN = "https://example.vn/other/graph/theirs"


@dataclass(frozen=True)
class Store:
    """A running server, and who may write to it."""

    name: str
    url: str
    update: str
    user: str = ""
    password: str = ""

    def endpoint(self, base: str = "https://w3id.org/cdsgraph/") -> Endpoint:
        """An endpoint for a base."""
        return Endpoint(self.url, credentials=Credentials(self.user, self.password), base=base, timeout=60, retries=1)

    @property
    def credentials(self) -> list[str]:
        """The options of a command that name the user."""
        return ["--user", self.user, "--password", self.password] if self.user else []


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            wait_for(process, address)
            yield
        finally:
            process.kill()
            process.wait(20)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Store]:
    """The Oxigraph server of the PyPI package."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.is_file():
        _absent("the oxigraph server", "pip install oxigraph")
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", address.removeprefix("http://")]
    with _running(command, folder, address):
        yield Store("oxigraph", f"{address}/query", f"{address}/update")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Store]:
    """Virtuoso 7 as Debian packages it; a fresh database has the user dba with that password."""
    program = shutil.which("virtuoso-t")
    if program is None:
        _absent("virtuoso-t", "apt-get install virtuoso-opensource-7")
    assert program
    ports = {"server_port": free_port(), "http_port": free_port()}
    written = Path(__file__).with_name("virtuoso.ini").read_text(encoding="utf-8").format(**ports)
    (folder / "virtuoso.ini").write_text(written, encoding="utf-8")
    address = f"http://127.0.0.1:{ports['http_port']}"
    with _running([program, "-f", "-c", "virtuoso.ini"], folder, f"{address}/sparql?query={quote('ASK {}')}"):
        yield Store("virtuoso", f"{address}/sparql", f"{address}/sparql-auth", "dba", "dba")


def put_foreign(store: Store, graph: str, ntriples: bytes) -> None:
    """Somebody else's graph in the store, put there without our code."""
    root = store.url.rpartition("/")[0]
    path = "sparql-graph-crud-auth" if store.user else "store"
    url = f"{root}/{path}?graph={quote(graph, safe='')}"
    request = urllib.request.Request(  # noqa: S310  # our own server
        url, data=ntriples, method="PUT", headers={"Content-Type": "application/n-triples"}
    )
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, store.user, store.password)
    urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords)).open(request, timeout=20).close()


def version(folder: Path, base: str, lines: list[str]) -> Path:
    """A version with these N-Quads, whose graphs are written as `@name`."""
    text = "".join(sorted(f"{line.replace('@@', f'<{base}graph/')}> .\n" for line in lines))
    return versions.write(folder, {versions.DATASET: text.encode()}, {"base": base, "counts": {"quads": len(lines)}})


def cdsgraph(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of ours, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cdsgraph", *options],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _absent(what: str, how: str) -> None:
    told = f"{what} is not installed: {how}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
