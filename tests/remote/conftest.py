"""The real stores, each started once for all tests of this folder and loaded once with the project's own documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cdsgraph.graph.remote.push import push
from tests.remote.servers import FOREIGN, Store, oxigraph, put_foreign, virtuoso

SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@pytest.fixture(scope="session", params=SERVERS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A running store, with somebody else's graph in it."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        put_foreign(running, FOREIGN, b"<urn:theirs> <urn:p> <urn:theirs> .\n")
        yield running


@pytest.fixture(scope="session")
def loaded(store: Store, built: Path) -> Store:
    """The store with the project's own documents."""
    done = push(built, store.endpoint())
    assert done.differences == []
    assert done.sent == done.triples
    return store
