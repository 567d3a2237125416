"""W3C's tests of the SPARQL 1.1 Protocol and Service Description, under the names of their manifests.

A service without updates passes those of updates by refusing them; after each the graphs must be what they were.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

from cdsgraph.serving.settings import Settings
from tests.conftest import reference_folder
from tests.serving.conftest import serving

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}
FOLDER = "w3c/sparql11-protocol"
IN_EACH = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def manifest(part: str) -> rdflib.Graph:
    path = reference_folder() / FOLDER / part / "manifest.ttl"
    return rdflib.Graph().parse(path) if path.is_file() else rdflib.Graph()


def entries(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    listed = [head for _, head in graph.subject_objects(MF.entries)]
    return [entry for head in listed for entry in Collection(graph, head) if isinstance(entry, rdflib.URIRef)]


def named(part: str) -> list[Any]:
    """The entries of a manifest; one that says why there are none where it is missing."""
    found = [pytest.param(entry, id=entry.rpartition("#")[2]) for entry in entries(manifest(part))]
    return found or [pytest.param(None, id="no_manifest")]


@pytest.fixture(scope="module")
def protocol(reference: Path) -> rdflib.Graph:
    return manifest("protocol")


@pytest.fixture(scope="module")
def endpoint(
    reference: Path, protocol: rdflib.Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A server with every graph that the manifest names."""
    path = tmp_path_factory.mktemp("w3c") / "protocol.nq"
    quads = set()
    for data in set(protocol.objects(None, UT.graphData)):
        file = Path(str(protocol.value(data, UT.graph)).removeprefix("file://"))
        name = ox.NamedNode(str(protocol.value(data, RDFS.label)))
        quads |= {ox.Quad(q.subject, q.predicate, q.object, name) for q in ox.parse(path=str(file))}
    ox.serialize(sorted(quads, key=str), str(path))
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


@pytest.mark.parametrize("entry", named("protocol"))
def test_protocol(reference: Path, protocol: rdflib.Graph, endpoint: httpx.Client, entry: rdflib.URIRef) -> None:
    before = sorted(map(str, rows(endpoint, IN_EACH)))
    updates = "update_" in entry
    connection = protocol.value(entry, MF.action)
    listed = protocol.value(connection, HT.requests)
    assert listed is not None
    requests = Collection(protocol, listed)
    for place, request in enumerate(requests):
        answer = sent(endpoint, protocol, request)
        expected = protocol.value(request, HT.resp)
        assert expected is not None
        if not updates:
            assert_as_expected(answer, protocol, expected)
        elif place == 0:
            assert 400 <= answer.status_code < 500, answer.text
        elif answer.status_code == 200:  # what the update would have written
            assert answer.json()["boolean"] is False
    assert sorted(map(str, rows(endpoint, IN_EACH))) == before


def sent(client: httpx.Client, graph: rdflib.Graph, request: Any) -> httpx.Response:
    _, _, query = str(graph.value(request, HT.absolutePath)).partition("?")
    headers = [
        (str(graph.value(header, HT.fieldName)), str(graph.value(header, HT.fieldValue)))
        for listed in graph.objects(request, HT.headers)
        for header in Collection(graph, listed)
    ]
    body = graph.value(request, HT.body)
    content = b""
    if body is not None:
        text, encoding = graph.value(body, CNT.chars), graph.value(body, CNT.characterEncoding)
        content = str(text).encode(str(encoding or "utf-8"))
    method = str(graph.value(request, HT.methodName))
    return client.request(method, f"/sparql?{query}" if query else "/sparql", headers=headers, content=content or None)


def assert_as_expected(answer: httpx.Response, graph: rdflib.Graph, expected: Any) -> None:
    classes = {str(status)[-3] for status in graph.objects(expected, MF.expectedStatus)}
    assert str(answer.status_code)[0] in classes, answer.text
    media_type = answer.headers["content-type"].partition(";")[0]
    if (kind := graph.value(expected, MF.expectedFormat)) is not None:
        assert media_type in FORMATS[str(kind)]
    if (boolean := graph.value(expected, MF.expectedBoolean)) is not None:
        assert answer.json()["boolean"] is (str(boolean) == "true")


def rows(client: httpx.Client, query: str) -> list[dict[str, Any]]:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    found: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return found


@pytest.mark.parametrize("entry", named("service-description"))
def test_service_description(reference: Path, endpoint: httpx.Client, entry: rdflib.URIRef) -> None:
    answer = endpoint.get("/sparql")
    assert answer.headers["content-type"].partition(";")[0] in FORMATS["RDF"]
    graph = rdflib.Graph().parse(data=answer.content, format="turtle")
    if entry.endswith("#returns-rdf"):
        assert answer.status_code == 200
        assert len(graph) > 0
    elif entry.endswith("#has-endpoint-triple"):
        assert {str(o).partition("/sparql")[1] for o in graph.objects(None, SD.endpoint)} == {"/sparql"}
    else:
        assert entry.endswith("#conforms-to-schema")
        assert_conforms(graph)


def assert_conforms(graph: rdflib.Graph) -> None:
    """What the schema of the recommendation asks of an instance."""
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert len(list(graph.objects(service, SD.endpoint))) == 1
    for prop, kind in (
        (SD.defaultDataset, SD.Dataset),
        (SD.defaultGraph, SD.Graph),
        (SD.namedGraph, SD.NamedGraph),
        (SD.graph, SD.Graph),
    ):
        assert all((value, RDF.type, kind) in graph for value in graph.objects(None, prop))
    for graph_of in graph.subjects(RDF.type, SD.NamedGraph):
        assert len(list(graph.objects(graph_of, SD.name))) == 1
    for prop in (SD.supportedLanguage, SD.resultFormat, SD.feature, SD.name):
        assert all(isinstance(value, rdflib.URIRef) for value in graph.objects(None, prop))
