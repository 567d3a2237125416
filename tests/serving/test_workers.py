import asyncio
import http.server
import os
import shutil
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from cdsgraph.errors import (
    BusyError,
    CdsgraphError,
    FormatError,
    QueryError,
    QueryTimeoutError,
    RdfError,
    TooComplexError,
    TooLargeError,
)
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.engine.messages import QueryRequest
from cdsgraph.serving.settings import Settings
from tests.serving.conftest import BASE

LIMIT = 1.0
CROSS = " ".join(f"VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }}" for i in range(12))
ENDLESS = f"SELECT (COUNT(*) AS ?n) WHERE {{ {CROSS} }}"
ENDLESS_SORT = f"SELECT * WHERE {{ {CROSS} }} ORDER BY DESC(?v3) LIMIT 10"
ENDLESS_PLAN = "ASK { " + " . ".join(f"?a{i} ?p{i} ?a{i + 1}" for i in range(1000)) + " }"


@asynccontextmanager
async def engine_over(dataset: Path, **settings: Any) -> AsyncIterator[Engine]:
    # Nothing is kept, so that every query reaches a worker.
    given = {"timeout": LIMIT, "patience": 0.2, "cache": 0} | settings
    engine = Engine(Settings(dataset=dataset, **given), base=BASE, version="1")
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()


def asking(query: str, **fields: Any) -> QueryRequest:
    wanted = {"results_media_type": "application/sparql-results+json", "graph_media_type": "text/turtle"}
    return QueryRequest(query=query, **(wanted | fields))


def processes(engine: Engine) -> set[int]:
    """The worker processes of this engine that run, by id; the one that bore them is none."""
    mine = set()
    for process in psutil.Process().children(recursive=True):
        try:
            if process.ppid() != os.getpid() and str(engine.settings.rdf_file) in process.cmdline():
                mine.add(process.pid)
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return mine


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def settled(engine: Engine) -> set[int]:
    """The worker processes, once all of them are idle and no others are left."""
    workers = engine.settings.workers
    await until(lambda: engine.state().items() >= {"workers": workers, "idle": workers, "waiting": 0}.items())
    await until(lambda: len(processes(engine)) == workers)
    return processes(engine)


@pytest.fixture
def dataset(dataset: Path, tmp_path: Path) -> Path:
    """A copy for this test, whose path tells its workers from others."""
    return Path(shutil.copy(dataset, tmp_path))


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests that reached it."""
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/canary", hits
        server.shutdown()
        thread.join()


def test_answers_of_every_kind(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            rows = await engine.select(
                'SELECT ?l { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l FILTER(?l = "Bộ Công an"@vi) }'
            )
            assert rows == [{"l": {"type": "literal", "value": "Bộ Công an", "xml:lang": "vi"}}]
            assert await engine.ask("ASK { ?s ?p ?o }")
            triples = await engine.construct(f"DESCRIBE <{BASE}id/org/bo-cong-an>")
            assert {t.subject.value for t in triples if not isinstance(t.subject, type(t))} == {
                f"{BASE}id/org/bo-cong-an"
            }
            answer = await engine.answer(asking("ASK {}", results_media_type="text/csv"))
            assert (answer.media_type, answer.body) == ("text/csv", b"true")

    asyncio.run(ask())


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS_SORT, ENDLESS_PLAN], ids=["count", "sort", "plan"])
def test_a_query_over_the_limit_is_stopped_and_the_next_answers(dataset: Path, query: str) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            before = await settled(engine)
            started = time.monotonic()
            # A fast machine fills the sort's memory within the time limit.
            stopped = (QueryTimeoutError, TooComplexError) if query == ENDLESS_SORT else QueryTimeoutError
            with pytest.raises(stopped):
                await engine.answer(asking(query))
            assert time.monotonic() - started < LIMIT + 1
            assert await engine.ask("ASK {}")
            assert not before <= await settled(engine), "the process that computed it still runs"

    asyncio.run(ask())


def test_a_request_can_only_lower_the_limit(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            with pytest.raises(QueryTimeoutError, match=r"0\.3 s"):
                await engine.answer(asking(ENDLESS, timeout=0.3))
            with pytest.raises(QueryTimeoutError, match="1 s"):
                await engine.answer(asking(ENDLESS, timeout=60.0))

    asyncio.run(ask())


def test_quick_queries_answer_beside_slow_ones_which_wait_their_turn(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset, slow=1) as engine:
            slow = [asyncio.create_task(engine.answer(asking(ENDLESS))) for _ in range(5)]
            await until(lambda: engine.state()["idle"] < 3)
            started = time.monotonic()
            assert await engine.ask("ASK {}")
            assert time.monotonic() - started < LIMIT
            ends = await asyncio.gather(*slow, return_exceptions=True)
            assert {type(end) for end in ends} <= {QueryTimeoutError, BusyError}
            assert any(isinstance(end, QueryTimeoutError) for end in ends)
            await settled(engine)

    asyncio.run(ask())


def test_a_full_queue_is_busy(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset, workers=1, waiting=1, patience=5.0) as engine:
            first = asyncio.create_task(engine.answer(asking(ENDLESS)))
            second = asyncio.create_task(engine.answer(asking("ASK {}")))
            await until(lambda: engine.state()["waiting"] == 1)
            with pytest.raises(BusyError):
                await engine.answer(asking("ASK {}"))
            await asyncio.gather(first, second, return_exceptions=True)

    asyncio.run(ask())


def test_a_cancelled_query_is_stopped(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset, timeout=30.0) as engine:
            before = await settled(engine)
            busy = asyncio.create_task(engine.answer(asking(ENDLESS)))
            await until(lambda: engine.state()["idle"] == 2)
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
            assert len(before & await settled(engine)) == 2

    asyncio.run(ask())


@pytest.mark.parametrize(
    "query", ["ASK " + "{" * 20_000, "SELECT (" + "STR(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}"]
)
def test_a_query_that_kills_its_worker_costs_only_itself(dataset: Path, query: str) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            with pytest.raises(TooComplexError):
                await engine.answer(asking(query))
            assert await engine.ask("ASK {}")
            await settled(engine)

    asyncio.run(ask())


def test_memory_is_limited(dataset: Path) -> None:
    doubling = " ".join(f"BIND(CONCAT(?s{i}, ?s{i}) AS ?s{i + 1})" for i in range(36))

    async def ask() -> None:
        async with engine_over(dataset, memory=100, timeout=20.0) as engine:
            with pytest.raises(TooComplexError):
                await engine.answer(
                    asking(f"SELECT (STRLEN(?s36) AS ?l) {{ BIND('xxxxxxxxxxxxxxxx' AS ?s0) {doubling} }}")
                )
            assert await engine.ask("ASK {}")

    asyncio.run(ask())


def test_killed_idle_workers_cost_nothing_and_are_replaced(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset, workers=2) as engine:
            killed = await settled(engine)
            for process in killed:
                os.kill(process, signal.SIGKILL)
            assert await engine.ask("ASK {}")
            assert not killed & await settled(engine)

    asyncio.run(ask())


@pytest.mark.parametrize("keyword", ["SERVICE", "SERVICE SILENT", "SE\\u0052VICE"])
def test_service_never_leaves_the_machine(dataset: Path, canary: tuple[str, list[str]], keyword: str) -> None:
    address, hits = canary

    async def ask() -> None:
        async with engine_over(dataset) as engine:
            with pytest.raises(QueryError):
                await engine.answer(asking(f"SELECT * {{ {keyword} <{address}> {{ ?s ?p ?o }} }}"))
            assert await engine.ask("ASK {}")

    asyncio.run(ask())
    assert hits == []


@pytest.mark.parametrize(
    "query",
    ["LOAD <{}>", "SELECT * FROM <{}> {{ ?s ?p ?o }}", "SELECT * FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"],
)
def test_nothing_is_loaded(dataset: Path, canary: tuple[str, list[str]], query: str) -> None:
    address, hits = canary

    async def ask() -> None:
        async with engine_over(dataset) as engine:
            try:
                assert await engine.select(query.format(address)) == []
            except QueryError:
                assert query.startswith("LOAD")

    asyncio.run(ask())
    assert hits == []


def test_a_syntax_error_says_where(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            with pytest.raises(QueryError, match="WHER") as caught:
                await engine.select("SELECT ?x\nWHER { ?x ?y ?z }")
            assert (caught.value.line, type(caught.value)) == (2, QueryError)
            assert caught.value.column is not None
            with pytest.raises(QueryError, match="prefix is not declared"):
                await engine.select("SELECT ?x { ?x nope:y ?z }")

    asyncio.run(ask())


def test_an_answer_past_the_limit_is_refused_whole(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset, result_limit=10_000, timeout=10.0, patience=5.0) as engine:
            for query in (f"SELECT * {{ {CROSS} }}", f"CONSTRUCT {{ [] <urn:p> ?v0 }} {{ {CROSS} }}"):
                with pytest.raises(TooLargeError):
                    await engine.answer(asking(query))

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('SELECT ("a\\u0001b" AS ?x) {}', {"results_media_type": "application/sparql-results+xml"}),
        ('SELECT ("a\\uFFFFb" AS ?x) {}', {"results_media_type": "application/xml"}),
        ("CONSTRUCT { <urn:s> <urn:p:1/> 1 } {}", {"graph_media_type": "application/rdf+xml"}),
        ('CONSTRUCT { <urn:s> <urn:p> "\\u0001" } {}', {"graph_media_type": "application/rdf+xml"}),
        ("SELECT * {}", {"results_media_type": None}),
        ("CONSTRUCT {} {}", {"graph_media_type": None}),
    ],
)
def test_what_a_format_cannot_carry_is_refused(dataset: Path, query: str, wanted: dict[str, str | None]) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            with pytest.raises(FormatError):
                await engine.answer(asking(query, **wanted))

    asyncio.run(ask())


def test_xml_keeps_carriage_returns(dataset: Path) -> None:
    async def ask() -> None:
        async with engine_over(dataset) as engine:
            query = asking('SELECT ("a\\rb" AS ?x) {}', results_media_type="application/sparql-results+xml")
            assert b"a&#13;b" in (await engine.answer(query)).body

    asyncio.run(ask())


def test_a_dataset_that_is_no_rdf_keeps_the_engine_from_starting(tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_text("<urn:a> <urn:b> .\n", encoding="utf-8")

    async def start() -> None:
        async with engine_over(broken):
            pass

    with pytest.raises(RdfError) as caught:
        asyncio.run(start())
    assert caught.value.line == 1


def test_no_worker_outlives_its_engine(dataset: Path) -> None:
    async def start() -> None:
        async with engine_over(dataset) as engine:
            running = asyncio.create_task(engine.answer(asking(ENDLESS)))
            await until(lambda: engine.state()["idle"] < engine.state()["workers"])
        assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], CdsgraphError)
        assert processes(engine) == set()

    asyncio.run(start())
