import subprocess
import sys
from pathlib import Path

import pytest

from cdsgraph.errors import QueryError
from cdsgraph.graph.dataset import load_store
from cdsgraph.isolation import without_network
from cdsgraph.serving.engine.messages import QueryRequest
from cdsgraph.serving.engine.worker import Evaluator
from tests.serving.conftest import BASE


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", True),
        ("ASK { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", True),
        ("ASK { SE\\u0052VICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", True),
        ("ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT ?p { ?s ?p ?o } } }", True),
        ("SELECT * { { SELECT ?s { OPTIONAL { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } } } } }", True),
        ("ASK { ?s ?p 'SERVICE <http://127.0.0.1:9/> {}' }", False),
        ("SELECT (COUNT(*) AS ?n) { ?s a ?type OPTIONAL { ?s ?p ?o } } # SERVICE", False),
    ],
)
def test_without_a_filter_of_calls_service_is_seen_in_the_query(dataset: Path, query: str, refused: bool) -> None:
    evaluator = Evaluator(load_store(dataset), base=BASE, result_limit=10_000, network_filtered=False)
    request = QueryRequest(query=query, results_media_type="text/csv", graph_media_type="text/turtle")
    if refused:
        with pytest.raises(QueryError, match=r"own graphs"):
            evaluator.answer(request)
    else:
        assert evaluator.answer(request)[0] == "text/csv"


def test_the_filter_of_calls_stops_connections_of_every_kind() -> None:
    program = """
import os, socket, sys
from cdsgraph.isolation import without_network
opened = socket.socket()
if without_network():
    for attempt in (socket.socket, lambda: opened.connect(("127.0.0.1", 9)), lambda: os.execv("/bin/true", ["true"])):
        try:
            attempt()
        except PermissionError:
            continue
        sys.exit("allowed")
    sys.exit(42)
"""
    source = Path(sys.modules[without_network.__module__].__file__ or "").parents[1]
    ended = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(source)}, capture_output=True, check=False
    )
    if ended.returncode == 0:
        pytest.skip("this system cannot filter calls")
    assert ended.returncode == 42, ended.stderr
