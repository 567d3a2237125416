"""Versions pushed to real servers: what is there afterwards, and what the commands say."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdsgraph import asking
from cdsgraph.graph.remote import Endpoint
from cdsgraph.graph.remote.fetching import Fetcher
from cdsgraph.graph.remote.push import push
from tests.remote.servers import FOREIGN, Store, cdsgraph, put_foreign, version
from tests.service import ROOT

XSD = "http://www.w3.org/2001/XMLSchema#"


def rows(endpoint: Endpoint, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(endpoint.ask(query, media_type="text/csv").decode(), newline="")))[1:]


def test_a_killed_push_goes_on_where_it_stopped(store: Store, tmp_path: Path) -> None:
    base = f"https://example.vn/killed-{store.name}/"
    made = version(tmp_path, base, [f'<urn:s{n}> <urn:p> "{n} mục" @@many' for n in range(4000)])
    options = ["push", str(made), "--endpoint", store.url, "--batch", "100", *store.credentials]
    process = subprocess.Popen(
        [sys.executable, "-m", "cdsgraph", *options],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    endpoint = store.endpoint(base)
    try:
        while sum(each.done for each in endpoint.record(fresh=True).graphs.values()) < 1000:
            assert process.poll() is None, "the push ended before it could be killed"
    finally:
        process.kill()
        process.wait()
    record = endpoint.record(fresh=True)
    assert record.kept
    assert not record.whole
    again = push(made, store.endpoint(base), batch=1000, verify=True)
    assert again.differences == []
    assert again.resumed == 1
    assert 0 < again.sent <= again.triples - 1000
    whole = endpoint.record(fresh=True)
    assert whole.whole
    assert whole.wanted == made.name
    counted = {"many": 4000, "union": 4000, "stored": 4}
    assert Fetcher(endpoint).counts() == {f"{base}graph/{name}": n for name, n in counted.items()}
    third = push(made, store.endpoint(base))
    assert (third.sent, third.kept) == (0, 2)


ODD = [
    f'<urn:bộ-công-an> <urn:p> "39.50"^^<{XSD}decimal> @@odd',
    f'<urn:x> <urn:p> "123456789012345678901234567890.5"^^<{XSD}decimal> @@odd',
    f'<urn:x> <urn:p> "2024-06"^^<{XSD}gYearMonth> @@odd',
    f'<urn:x> <urn:p> "2025-06-01"^^<{XSD}date> @@odd',
    f'<urn:x> <urn:p> "false"^^<{XSD}boolean> @@odd',
    f'<urn:x> <urn:p> "-7"^^<{XSD}integer> @@odd',
    '<urn:x> <urn:p> "x"^^<urn:datatype> @@odd',
    '<urn:x> <urn:p> "x" @@odd',
    '<urn:x> <urn:p> "" @@odd',
    '<urn:x> <urn:p> "x"@vi @@odd',
    '<urn:x> <urn:p> "x"@en @@odd',
    '<urn:x> <urn:q> "có \\"ngoặc\\" \\\\ và\\ndòng\\tmới 😀" @@odd',
    f'<urn:x> <urn:long> "{"Đường dài. " * 6000}" @@odd',
    "_:a <urn:p> _:b @@odd",
    "_:b <urn:p> _:a @@odd",
    "_:b <urn:p> <urn:bộ-công-an> @@odd",
    '<urn:x> <urn:both> "một lần" @@one',
    '<urn:x> <urn:both> "một lần" @@other',
    '<urn:x> <urn:p> "tiếng Việt" @@nguồn/số-một',
]


@pytest.mark.parametrize("way", ["graph store", "update"])
def test_every_term_survives_and_nothing_counts_twice(store: Store, tmp_path: Path, way: str) -> None:
    base = f"https://example.vn/odd-{way.replace(' ', '-')}/"
    endpoint = store.endpoint(base)
    update = store.update if way == "update" else None
    done = push(version(tmp_path, base, ODD), endpoint, update=update, batch=5, verify=True)
    assert done.differences == []
    assert ("Update" in done.way) is (way == "update")
    endpoint = store.endpoint(base)
    assert rows(endpoint, "SELECT (COUNT(*) AS ?n) { ?s <urn:both> ?o }") == [["1"]]
    assert rows(endpoint, "SELECT ?g { GRAPH ?g { ?s <urn:both> ?o } } ORDER BY STR(?g)") == [
        [f"{base}graph/one"],
        [f"{base}graph/other"],
    ]
    assert rows(endpoint, "SELECT ?o { <urn:x> <urn:q> ?o }") == [['có "ngoặc" \\ và\ndòng\tmới 😀']]
    assert rows(endpoint, "SELECT ?o { <urn:bộ-công-an> <urn:p> ?o FILTER(?o = 39.5) }") != []
    told = json.loads(
        endpoint.ask("SELECT ?o { ?s ?p ?o FILTER(ISLITERAL(?o)) }", media_type=asking.RESULT_TYPES["json"])
    )
    terms = [row["o"] for row in told["results"]["bindings"]]
    assert {"type": "literal", "value": "false", "datatype": f"{XSD}boolean"} in terms
    assert {"type": "literal", "value": "x", "xml:lang": "vi"} in terms


def test_what_the_version_no_longer_has_is_deleted_and_nothing_else(store: Store, tmp_path: Path) -> None:
    base, near = "https://example.vn/gone/", "https://example.vn/gone-not/graph/near"
    put_foreign(store, near, b"<urn:near> <urn:p> <urn:near> .\n")
    lines = ["<urn:s> <urn:p> <urn:o> @@stays", "<urn:s> <urn:p> <urn:gone> @@goes"]
    push(version(tmp_path, base, lines), store.endpoint(base))
    done = push(version(tmp_path, base, lines[:1]), store.endpoint(base))
    assert list(done.dropped) == [f"{base}graph/goes"]
    endpoint = store.endpoint(base)
    assert rows(endpoint, "SELECT ?o { ?s <urn:p> ?o }") == [["urn:o"]]
    for graph in (FOREIGN, near):
        assert len(endpoint.select(f"SELECT ?s {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")) == 1


def test_the_command_tells_what_it_did_and_what_differs(store: Store, tmp_path: Path) -> None:
    base = "https://example.vn/told/"
    made = version(
        tmp_path, base, [f'<urn:s> <urn:p> "1"^^<{XSD}integer> @@g', f'<urn:s> <urn:p> "1.0"^^<{XSD}decimal> @@g']
    )
    done = cdsgraph("push", str(made), "--endpoint", store.url, *store.credentials)
    if store.name == "virtuoso":  # it takes equal numbers for one, and the command says that one is missing
        assert done.returncode == 1
        assert f"{base}graph/g: 1 triples in the store, 2 in the version" in done.stderr
        refused = cdsgraph("push", str(made), "--endpoint", store.url, "--user", "dba", "--password", "wrong")
        assert refused.returncode == 3
        assert "does not accept these credentials" in refused.stderr
    else:
        assert done.returncode == 0
        assert "counts are equal" in done.stderr


def test_shapes_check_what_the_store_holds(store: Store, tmp_path: Path) -> None:
    base = "https://example.vn/checked/"
    push(version(tmp_path, base, ["<urn:s> <urn:p> <urn:o> @@g"]), store.endpoint(base))
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ;"
        " sh:property [ sh:path <urn:p> ; sh:nodeKind sh:Literal ] .",
        encoding="utf-8",
    )
    found = cdsgraph("validate", "--endpoint", store.url, "--base", base, "--shapes", str(shapes), "--format", "json")
    assert found.returncode == 1, found.stderr
    assert "urn:o" in found.stdout
