"""The catalogue: what DCAT asks for, the same in every form, and files that are what it says."""

import hashlib
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib import DCTERMS, RDF, VOID, Namespace, URIRef
from rdflib.compare import isomorphic

from cdsgraph.graph import versions

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib knows version 2 of it
SPDX = Namespace("http://spdx.org/rdf/terms#")
ADDRESS = "https://example.vn"
FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


@pytest.fixture(scope="module")
def graph(grown: httpx.Client) -> rdflib.Graph:
    grown.get("/dumps/dataset.nq.gz")
    return rdflib.Graph().parse(data=grown.get("/catalog", headers={"Accept": "text/turtle"}).content)


def test_the_dataset_has_all_its_versions(graph: rdflib.Graph, two_versions: Path) -> None:
    [catalog] = graph.subjects(RDF.type, DCAT.Catalog)
    [dataset] = graph.objects(catalog, DCAT.dataset)
    told = {str(graph.value(each, DCAT.version)) for each in graph.objects(dataset, DCAT.hasVersion)}
    assert told == set(versions.names(two_versions))
    current = graph.value(dataset, DCAT.hasCurrentVersion)
    assert str(graph.value(current, DCAT.version)) == versions.current(two_versions).name
    before = graph.value(current, DCAT.previousVersion)
    assert str(graph.value(before, DCAT.version)) == versions.previous(two_versions)
    assert graph.value(dataset, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert graph.value(dataset, DCTERMS.publisher)
    assert {str(lang).rsplit("/", 1)[1] for lang in graph.objects(dataset, DCTERMS.language)} == {"vi", "en"}
    assert URIRef("https://w3id.org/cdsgraph/ns") in graph.objects(dataset, DCTERMS.conformsTo)
    issued, modified = (graph.value(dataset, each) for each in (DCTERMS.issued, DCTERMS.modified))
    assert isinstance(issued, rdflib.Literal)
    assert isinstance(modified, rdflib.Literal)
    assert issued.toPython() <= modified.toPython()


def test_a_distribution_is_the_file_it_tells_of(graph: rdflib.Graph, grown: httpx.Client) -> None:
    urls = list(graph.subject_objects(DCAT.downloadURL))
    assert len(urls) == 6
    for distribution, url in urls:
        content = grown.get(str(url).removeprefix(ADDRESS)).content
        assert int(str(graph.value(distribution, DCAT.byteSize))) == len(content)
        checksum = graph.value(distribution, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(content).hexdigest()
        assert str(graph.value(distribution, DCAT.mediaType)).startswith("https://www.iana.org/assignments/")
        assert bool(graph.value(distribution, DCAT.compressFormat)) == str(url).endswith(".gz")
        assert grown.get(str(graph.value(distribution, DCAT.accessURL)).removeprefix(ADDRESS)).status_code == 200


def test_the_endpoint_is_a_service_of_the_dataset(graph: rdflib.Graph) -> None:
    [distribution] = graph.subjects(DCAT.accessService, None)
    service = graph.value(distribution, DCAT.accessService)
    assert graph.value(service, DCAT.endpointURL) == URIRef(f"{ADDRESS}/sparql")
    assert graph.value(graph.value(service, DCAT.servesDataset), DCAT.distribution)


def test_every_form_says_the_same_and_is_known_again(grown: httpx.Client, graph: rdflib.Graph) -> None:
    tags = set()
    for media_type, name in FORMATS.items():
        answer = grown.get("/catalog", headers={"Accept": media_type})
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert isomorphic(rdflib.Graph().parse(data=answer.content, format=name), graph)
        tags.add(answer.headers["etag"])
        again = grown.get("/catalog", headers={"Accept": media_type, "If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert len(tags) == len(FORMATS)
    page = grown.get("/catalog", headers={"Accept": "text/html"}).text
    assert all(name in page for name in ("CC BY 4.0", "dataset.trig.gz", "SHA-256"))
    assert grown.get("/catalog", headers={"Accept": "image/png"}).status_code == 406


def test_it_is_found_from_the_home_page_and_from_void(grown: httpx.Client) -> None:
    assert 'href="/catalog"' in grown.get("/", headers={"Accept": "text/html"}).text
    void = rdflib.Graph().parse(data=grown.get("/.well-known/void").content)
    [dataset] = void.subjects(RDF.type, VOID.Dataset)
    assert void.value(dataset, rdflib.RDFS.seeAlso) == URIRef(f"{ADDRESS}/catalog")
    dumps = [str(dump) for dump in void.objects(dataset, VOID.dataDump)]
    assert f"{ADDRESS}/dumps/dataset.nq.gz" in dumps
    assert all(grown.head(dump.removeprefix(ADDRESS)).status_code == 200 for dump in dumps)


def test_another_datasets_licence_is_not_ours_to_tell(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/catalog", headers={"Accept": "text/turtle"}).content)
    assert list(graph.subjects(RDF.type, DCAT.Dataset))
    assert not list(graph.subject_objects(DCTERMS.license))
