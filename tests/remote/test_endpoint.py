"""Remote endpoints: the service speaks to SPARQLWrapper in every format, and `cdsgraph query` to any endpoint."""

import json
from pathlib import Path
from xml.dom.minidom import Document

import pytest
from pyoxigraph import RdfFormat, parse
from SPARQLWrapper import CSV, JSON, JSONLD, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from cdsgraph import asking, queries
from cdsgraph.errors import EndpointError, QueryError
from cdsgraph.files import Files
from cdsgraph.graph.remote import Endpoint
from tests.service import serving

SELECT = "SELECT ?n WHERE { BIND(62 AS ?n) }"
CONSTRUCT = "CONSTRUCT { <urn:s> <urn:p> 62 } WHERE {}"


def wrapped(endpoint: str, query: str, form: str) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(f"{endpoint}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    return wrapper


def test_sparqlwrapper_reads_json_and_xml(service: str) -> None:
    rows = wrapped(service, SELECT, JSON).queryAndConvert()
    assert isinstance(rows, dict)
    assert rows["results"]["bindings"][0]["n"]["value"] == "62"
    document = wrapped(service, SELECT, XML).queryAndConvert()
    assert isinstance(document, Document)
    assert ">62</literal>" in document.toxml()


@pytest.mark.parametrize(("form", "expected"), [(CSV, b"n\r\n62\r\n"), (TSV, b"?n\n62\n")])
def test_sparqlwrapper_reads_tables(service: str, form: str, expected: bytes) -> None:
    assert wrapped(service, SELECT, form).queryAndConvert() == expected


@pytest.mark.parametrize(
    ("form", "parsed_as"), [(TURTLE, RdfFormat.TURTLE), (RDFXML, RdfFormat.RDF_XML), (JSONLD, RdfFormat.JSON_LD)]
)
def test_sparqlwrapper_fetches_graphs(service: str, form: str, parsed_as: RdfFormat) -> None:
    # Its own conversion of graphs uses classes that rdflib has deprecated, so only the bytes are taken.
    answer = wrapped(service, CONSTRUCT, form).query().response.read()
    assert [str(quad.object.value) for quad in parse(answer, parsed_as)] == ["62"]


@pytest.mark.parametrize("name", ["figures_of_indicator", "citations_of_source", "office_holders_of_body"])
def test_a_saved_query_has_the_same_answer_here_and_there(files: Files, built: Path, service: str, name: str) -> None:
    query = queries.find(files.queries, name)
    here = json.loads(asking.ask(query, {}, "json", where=built, timeout=30))
    there = json.loads(asking.ask(query, {}, "json", where=Endpoint(f"{service}/sparql")))
    assert here["results"]["bindings"]
    assert here["results"] == there["results"]


def test_an_endpoint_that_refuses_the_query_or_is_not_there(service: str) -> None:
    with pytest.raises(QueryError, match="refused the query"):
        Endpoint(f"{service}/sparql").ask("SELECT * {", media_type="text/csv")
    with pytest.raises(EndpointError, match="HTTP 404"):
        Endpoint(f"{service}/no-such-path").ask(SELECT, media_type="text/csv")
    with pytest.raises(EndpointError, match="cannot be reached"):
        Endpoint("http://127.0.0.1:9/sparql", retries=0).ask(SELECT, media_type="text/csv")


def test_any_rdf_file_can_be_served(tmp_path: Path) -> None:
    data = tmp_path / "any.trig"
    data.write_text("<urn:g> { <urn:s> <urn:p> 'một' } <urn:h> { <urn:s> <urn:p> 'một' }", encoding="utf-8")
    with serving(data) as address:
        body = Endpoint(f"{address}/sparql").ask("SELECT ?o { ?s ?p ?o }", media_type="text/csv")
        assert body.decode() == "o\r\nmột\r\n"
