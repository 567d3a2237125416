"""Answers kept and shared: equal bytes, fewer computations, never for what changes at each call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from cdsgraph.errors import QueryError, QueryTimeoutError
from cdsgraph.serving.engine.cache import Cache
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.engine.messages import QueryRequest
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import ALL_TRIPLES, BASE, serving
from tests.serving.test_workers import ENDLESS

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@asynccontextmanager
async def engine_over(dataset: Path, **given: float) -> AsyncIterator[Engine]:
    engine = Engine(Settings(dataset=dataset, **given), base=BASE, version="1")  # type: ignore[arg-type]
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()


def asking(query: str, media_type: str = "text/csv", timeout: float | None = None) -> QueryRequest:
    return QueryRequest(query=query, results_media_type=media_type, graph_media_type="text/turtle", timeout=timeout)


async def origins(engine: Engine, *requests: QueryRequest) -> list[str]:
    heard: list[str] = []
    for request in requests:
        await engine.answer(request, told=heard.append)
    return heard


def test_an_answer_is_computed_once(dataset: Path) -> None:
    async def scenario() -> None:
        async with engine_over(dataset) as engine:
            heard = await origins(engine, asking(COUNT), asking(COUNT), asking(COUNT, "application/json"))
            assert heard == ["worker", "cache", "worker"], "another media type is another answer"
            assert (await engine.answer(asking(COUNT))).body == f"n\r\n{ALL_TRIPLES}\r\n".encode()

    asyncio.run(scenario())


def test_equal_requests_at_once_share_one_computation(dataset: Path) -> None:
    async def scenario() -> None:
        async with engine_over(dataset) as engine:
            heard: list[str] = []
            answers = await asyncio.gather(*(engine.answer(asking(COUNT), told=heard.append) for _ in range(20)))
            assert heard == ["worker", *["shared"] * 19]
            assert len({answer.body for answer in answers}) == 1

    asyncio.run(scenario())


def test_who_leaves_does_not_take_the_answer_from_the_others(dataset: Path) -> None:
    async def scenario() -> None:
        async with engine_over(dataset) as engine:
            first, second = (asyncio.create_task(engine.answer(asking(COUNT))) for _ in range(2))
            await asyncio.sleep(0)
            first.cancel()
            assert (await second).body

    asyncio.run(scenario())


def test_the_last_to_leave_stops_the_computation(dataset: Path) -> None:
    async def scenario() -> None:
        async with engine_over(dataset, timeout=20, workers=1) as engine:
            task = asyncio.create_task(engine.answer(asking(ENDLESS)))
            while engine.state()["idle"]:
                await asyncio.sleep(0)
            task.cancel()
            async with asyncio.timeout(15):
                assert await engine.ask("ASK {}"), "the only worker is free again, long before the limit"
                with pytest.raises(QueryTimeoutError):
                    await engine.answer(asking(ENDLESS, timeout=0.1))

    asyncio.run(scenario())


@pytest.mark.parametrize("expression", ["NOW()", "rand ( )", "UUID()", "STRUUID()"])
def test_what_changes_at_each_call_is_not_kept(dataset: Path, expression: str) -> None:
    async def scenario() -> None:
        async with engine_over(dataset) as engine:
            request = asking(f"SELECT ({expression} AS ?x) {{}}")
            assert await origins(engine, request, request) == ["worker", "worker"]
            assert engine.tag(request) is None

    asyncio.run(scenario())


def test_a_failure_is_not_kept(dataset: Path) -> None:
    async def scenario() -> None:
        async with engine_over(dataset) as engine:
            for _ in range(2):
                with pytest.raises(QueryError):
                    await engine.answer(asking("SELECT"))
            assert engine.state()["cached_bytes"] == 0

    asyncio.run(scenario())


def test_the_room_is_bounded_and_the_least_used_goes_first() -> None:
    cache: Cache[bytes] = Cache(80, size=len)
    for number in range(8):
        cache.put(str(number), b"0123456789")
    assert cache.get("0") is not None
    cache.put("8", b"0123456789")
    assert cache.get("1") is None
    assert cache.get("0") is not None
    assert cache.size == 80
    cache.put("large", b"x" * 11)
    assert cache.get("large") is None, "one answer may not drive out all others"


def test_a_client_that_has_the_answer_is_told_so_also_after_a_restart(dataset: Path) -> None:
    address = {"query": COUNT}
    with serving(Settings(dataset=dataset)) as client:
        first = client.get("/sparql", params=address, headers={"Accept": "text/csv"})
        other = client.get("/sparql", params=address, headers={"Accept": "application/json"})
        assert first.headers["ETag"] != other.headers["ETag"]
    with serving(Settings(dataset=dataset)) as client:
        known = {"Accept": "text/csv", "If-None-Match": first.headers["ETag"]}
        again = client.get("/sparql", params=address, headers=known)
        assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        unread = client.get("/sparql", params={"query": "SELECT"}, headers={"If-None-Match": "*"})
        assert unread.status_code == httpx.codes.BAD_REQUEST
