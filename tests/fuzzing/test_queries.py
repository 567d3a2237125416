"""Queries that nobody meant, sent to a real server by every door; one process of it must outlive them all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from cdsgraph import queries
from cdsgraph.errors import QueryError
from cdsgraph.files import Files
from tests import service as services
from tests.fuzzing.mutations import MATERIAL, mutated, words

CLIENTS = 4
ACCEPTED = ("application/json", "text/csv", "text/html", "application/rdf+xml", "application/xml", "*/*", "text/turtle")


@pytest.fixture(scope="module")
def fuzzed(built: Path) -> Iterator[str]:
    with services.serving(built, "--workers", "2", "--timeout", "1.5") as address:
        yield address


@pytest.fixture(scope="module")
def seeds(files: Files) -> list[bytes]:
    found = [query.encode() for query in MATERIAL["queries"]]
    for saved in queries.load_all(files.queries):
        try:
            found.append(queries.without_header(saved.render()).encode())
        except QueryError:  # a parameter without a default
            found.append(queries.without_header(saved.text).encode())
    return found


@pytest.mark.parametrize(
    "numbers", [pytest.param(range(40), id="some"), pytest.param(range(2_000), id="all", marks=pytest.mark.slow)]
)
def test_mutated_queries_harm_nobody(fuzzed: str, seeds: list[bytes], numbers: range) -> None:
    before = process(fuzzed)
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(
            clients.map(lambda number: status(fuzzed, mutated(seeds, words("queries"), number), number), numbers)
        )
    wrong = {number: told for number, told in zip(numbers, answers, strict=True) if told >= 500 and told != 503}
    assert not wrong
    assert process(fuzzed) == before, "the server was not the same one at the end"
    print({told: answers.count(told) for told in sorted(set(answers))})  # noqa: T201  # for `pytest -s`


def status(address: str, query: bytes, number: int) -> int:
    """The status of the answer to a query sent by one of the doors; every connection is a new one."""
    headers, content, address = {"Accept": ACCEPTED[number % len(ACCEPTED)]}, b"", f"{address}/sparql"
    encoded = urlencode({"query": query})
    if number % 3 == 0 and len(encoded) < 50_000:
        address = f"{address}?{encoded}"
    elif number % 3 == 1:
        headers["Content-Type"], content = "application/x-www-form-urlencoded", encoded.encode()
    else:
        headers["Content-Type"], content = "application/sparql-query", query
    with httpx.Client(timeout=60, trust_env=False) as client:
        return client.request("POST" if content else "GET", address, headers=headers, content=content).status_code


def process(address: str) -> str:
    """What tells one server process from another."""
    assert httpx.get(f"{address}/ready", timeout=30).status_code == 200
    lines = httpx.get(f"{address}/metrics").text.splitlines()
    return next(line for line in lines if line.startswith("process_start_time_seconds"))
