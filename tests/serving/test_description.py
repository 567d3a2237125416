import httpx
import pytest
import rdflib
from rdflib import RDF, VOID, Namespace, URIRef
from rdflib.term import Node

from tests.serving.conftest import ALL_TRIPLES, BASE, REGISTER, REGISTER_TRIPLES, SOURCE

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


def described(client: httpx.Client, path: str, media_type: str = "text/turtle") -> rdflib.Graph:
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == media_type
    return rdflib.Graph().parse(data=answer.content, format=FORMATS[media_type])


def count(graph: rdflib.Graph, subject: Node | None, predicate: URIRef) -> int:
    return int(str(graph.value(subject, predicate)))


def test_the_service_describes_itself(client: httpx.Client) -> None:
    graph = described(client, "/sparql")
    service = graph.value(None, RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint)
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert len(set(graph.objects(service, SD.resultFormat))) == 8
    assert {str(name) for name in graph.objects(None, SD.name)} == {REGISTER, SOURCE}
    register = graph.value(graph.value(None, SD.name, URIRef(REGISTER)), SD.graph)
    assert count(graph, register, VOID.triples) == REGISTER_TRIPLES


def test_void_counts_the_dataset(client: httpx.Client) -> None:
    graph = described(client, "/.well-known/void")
    dataset = graph.value(None, RDF.type, VOID.Dataset)
    assert count(graph, dataset, VOID.triples) == ALL_TRIPLES
    assert graph.value(dataset, VOID.sparqlEndpoint)
    figures = graph.value(None, VOID["class"], URIRef(f"{BASE}ns#Figure"))
    assert count(graph, figures, VOID.entities) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its JSON-LD reader warns of itself
@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_every_format_says_the_same(client: httpx.Client, path: str) -> None:
    first, *others = [set(described(client, path, media_type)) for media_type in FORMATS]
    assert first
    assert all(other == first for other in others)


def test_a_description_is_rdf_or_nothing(client: httpx.Client) -> None:
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_a_browser_gets_the_query_page(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
