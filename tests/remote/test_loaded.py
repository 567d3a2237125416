"""Queries and pages from real stores that hold the project's own documents, compared with the version on this machine.

In one file, so that each store is loaded once.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Context
from pathlib import Path

import httpx
import pytest

from cdsgraph import asking, queries
from cdsgraph.errors import EndpointTimeoutError, TooLargeError
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.evaluation import Evaluation
from cdsgraph.graph.remote import Endpoint
from cdsgraph.graph.remote.fetching import Fetcher
from cdsgraph.vocab import DEFAULT_BASE, XSD
from tests.remote.servers import Store
from tests.service import serving
from tests.test_competency import QUESTIONS

EQUAL = [
    "/",
    "/?lang=en",
    "/targets",
    "/targets?act=749-qd-ttg-2020&lang=en",
    "/quality/coverage",
    "/documents",
    "/id/org/",
    "/doc/id/org/bo-cong-an",
    "/doc/id/act/749-qd-ttg-2020",
    "/doc/id/source/004",
    "/doc/id/place/viet-nam",
    "/doc/def/ambiguity",
    "/doc/id/org/bo-cong-an.ttl",
    "/doc/id/org/bo-cong-an.jsonld",
    "/relations?thing=https://w3id.org/cdsgraph/id/org/bo-cong-an",
    "/search?q=cong+an",
    "/search/suggest?q=chuyen+doi",
    "/queries/scorecard",
    "/queries/scorecard?format=csv",
    "/sparql?query=SELECT%20?c%20(COUNT(?s)%20AS%20?n)%20%7B%20?s%20a%20?c%20%7D%20GROUP%20BY%20?c%20ORDER%20BY%20?c",
    "/sparql/completion.json",
    "/ns",
]
# What a page from a store says in place of what only the files of a version tell.
MISSING = {
    "/quality": "cdsgraph validate --endpoint",
    "/quality/checks": "cdsgraph validate --endpoint",
    "/quality/conflicts": "cdsgraph validate --endpoint",
    "/documents/004": "không kèm toàn văn",
    "/cite/figure/000-3fc9f001-1": "không kèm văn bản",
    "/dumps": "không có tệp ở đây",
    "/catalog": "không có tệp ở đây",
}
HTML = {"Accept": "text/html,*/*;q=0.5"}


def fetched(client: httpx.Client, path: str) -> tuple[int, str]:
    """Status, and the main part of a page or the whole of anything else."""
    got = client.get(path, headers=HTML)
    main = re.search(r"<main.*?</main>", got.text, re.DOTALL)
    return got.status_code, (main[0] if main else got.text).replace(str(client.base_url).rstrip("/"), "")


@pytest.fixture(scope="module")
def expected(files: Files, built: Path) -> dict[str, tuple[str, bytes]]:
    """Every saved query with its own values and with those of the questions: media type and answer from here."""
    engine = Evaluation(load_store(built / versions.DATASET), base=DEFAULT_BASE, result_limit=10**9)
    given: list[tuple[queries.SavedQuery, dict[str, str]]] = [(query, {}) for query in queries.load_all(files.queries)]
    for question in QUESTIONS:
        params = dict(each.split("=", 1) for each in question["params"].split(";"))
        given.append((queries.find(files.queries, question["query"]), params))
    found = {}
    for query, params in given:
        form = asking.media_type(query, "ttl" if queries.is_graph_query(query.text) else "json")
        text = query.render(params)
        if text not in found:
            found[text] = engine.answer(text, results_media_type=form, graph_media_type=form)
    return found


def test_saved_queries_have_the_same_answers(expected: dict[str, tuple[str, bytes]], loaded: Store) -> None:
    endpoint = Endpoint(loaded.url, timeout=60)  # reading needs no credentials
    assert len(expected) > len(QUESTIONS)
    for text, (form, body) in expected.items():
        got = endpoint.ask(text, media_type=form)
        assert (got == body) if form == "text/turtle" else (solutions(got) == solutions(body)), text


def solutions(body: bytes) -> list[dict[str, dict[str, str]]]:
    """The solutions in order; of decimals 15 digits, without the zeros at their end that a store may leave out."""
    told: list[dict[str, dict[str, str]]] = json.loads(body)["results"]["bindings"]
    for row in told:
        for term in row.values():
            if term.get("datatype") == f"{XSD}decimal" and "." in term["value"]:
                number = Context(prec=15).create_decimal(term["value"])
                term["value"] = f"{number:f}".rstrip("0").rstrip(".")
    return told


def test_an_answer_is_whole_or_refused(loaded: Store) -> None:
    endpoint = loaded.endpoint()
    many = "SELECT ?s ?p ?o { ?s ?p ?o }"
    if loaded.name == "virtuoso":
        for query in (many, "CONSTRUCT WHERE { ?s ?p ?o }"):
            with pytest.raises(TooLargeError, match="no more rows"):
                endpoint.ask(query, media_type="text/csv")
        hurried = Endpoint(f"{loaded.url}?timeout=1000", timeout=60, retries=0)  # its least, in milliseconds
        with pytest.raises(EndpointTimeoutError, match="its own time limit"):
            hurried.ask(
                "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . FILTER(STR(?x) < STR(?y)) }", media_type="text/csv"
            )
    else:
        assert endpoint.ask(many, media_type="text/csv").count(b"\r\n") > 10_000
    assert len(Fetcher(endpoint).everything().splitlines()) > 10_000


@pytest.fixture(scope="module")
def here(service: str) -> Iterator[httpx.Client]:
    """The service over the version on this machine."""
    with httpx.Client(base_url=service, follow_redirects=True, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def there(loaded: Store) -> Iterator[httpx.Client]:
    """A service over a store."""
    with (
        serving(None, "--endpoint", loaded.url, "--timeout", "60", "--workers", "1") as address,
        httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def query() -> dict[str, str]:
    """A query over the named graphs."""
    return {"query": "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"}


def test_pages_and_answers_come_from_the_store(
    built: Path, loaded: Store, there: httpx.Client, here: httpx.Client, query: dict[str, str]
) -> None:
    assert there.get("/ready").json() == {"status": "ready", "endpoint": loaded.url}
    assert there.get("/health").json()["version"] == built.name
    for path in EQUAL:
        status, expected = fetched(here, path)
        assert status == httpx.codes.OK, path
        assert fetched(there, path) == (status, expected), path
    for path, words in MISSING.items():
        status, text = fetched(there, path)
        assert status == httpx.codes.OK, path
        assert words in text, path
        assert words not in fetched(here, path)[1], path
    for path in ("/dumps/dataset.nq", f"/changes?since={built.name}"):
        absent = there.get(path)
        assert absent.status_code == httpx.codes.NOT_FOUND
        assert "remote store" in absent.json()["detail"]
    answers = [
        Counter(client.get("/sparql", params=query, headers={"Accept": "text/csv"}).text.splitlines())
        for client in (there, here)
    ]
    assert answers[0] == answers[1]
    wrong = there.get("/sparql", params={"query": "SELECT * {"})
    assert wrong.status_code == httpx.codes.BAD_REQUEST
    assert wrong.json()["line"] == 1
    assert there.post("/sparql", data={"query": "DROP ALL"}).status_code == httpx.codes.BAD_REQUEST


def test_the_facts_of_a_document_are_all_there_without_its_text(there: httpx.Client, here: httpx.Client) -> None:
    marked = re.compile(r'data-facts="([^"]+)"')
    known, found = (set(marked.findall(fetched(client, "/documents/004")[1])) for client in (here, there))
    assert known
    assert found == known
