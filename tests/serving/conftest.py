"""A small dataset with two graphs, and a real server over it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from cdsgraph.serving.app import create_app
from cdsgraph.serving.http.protocol import BoundedHead
from cdsgraph.serving.settings import Settings

BASE = "https://w3id.org/cdsgraph/"
REGISTER = f"{BASE}graph/register"
SOURCE = f"{BASE}graph/source/bai-mot"
SHORT_LIMIT = 1.5  # seconds that a query may take in these tests

_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_BODY = "<http://www.w3.org/ns/org#FormalOrganization>"
_FIGURE = f"<{BASE}ns#Figure>"
_QUADS = f"""\
<{BASE}id/org/bo-cong-an> {_TYPE} {_BODY} <{REGISTER}> .
<{BASE}id/org/bo-cong-an> {_LABEL} "Bộ Công an"@vi <{REGISTER}> .
<{BASE}id/org/bo-cong-an> {_LABEL} "Ministry of Public Security"@en <{REGISTER}> .
<{BASE}id/org/bo-cong-an> {_LABEL} "Bộ Công an"@vi <{SOURCE}> .
<{BASE}id/figure/bai-mot-0a1b2c3d-1> {_TYPE} {_FIGURE} <{SOURCE}> .
<{BASE}id/figure/bai-mot-0a1b2c3d-1> {_LABEL} "tỷ trọng kinh tế số: 18,72%"@vi <{SOURCE}> .
"""
REGISTER_TRIPLES, SOURCE_TRIPLES, ALL_TRIPLES = 3, 3, 5  # one label stands in both graphs


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "small.nq"
    path.write_text(_QUADS, encoding="utf-8")
    return path


@contextmanager
def serving(settings: Settings, *, warm: bool = False) -> Iterator[httpx.Client]:
    """A server on a free port, for as long as the block lasts, and a client of it; `warm` as in Settings."""
    settings = replace(settings, warm=warm)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), http=BoundedHead, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.01)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def client(dataset: Path) -> Iterator[httpx.Client]:
    with serving(Settings(dataset=dataset, timeout=SHORT_LIMIT, body_limit=100_000, result_limit=1_000_000)) as client:
        yield client
