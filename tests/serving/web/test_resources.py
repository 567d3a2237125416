"""Things on the web: redirects, forms, caching, and that every form says the same."""

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from rdflib.compare import isomorphic

# rdflib's own JSON-LD parser uses what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

MINISTRY = "/id/org/bo-thong-tin-va-truyen-thong"
IRI = f"https://w3id.org/cdsgraph{MINISTRY}"
RDF_TYPES = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CDS = "https://w3id.org/cdsgraph/ns#"


def a_figure(site: httpx.Client) -> str:
    """The path of a figure that was read from a text."""
    query = f"SELECT ?f WHERE {{ ?f a <{CDS}Figure> ; <{CDS}sentence> ?s ; <{CDS}printed> '39,51%' }} LIMIT 1"
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()
    return str(rows["results"]["bindings"][0]["f"]["value"]).removeprefix("https://w3id.org/cdsgraph")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (MINISTRY, f"/doc{MINISTRY}"),
        (f"/cdsgraph{MINISTRY}", f"/doc{MINISTRY}"),
        (f"{MINISTRY}.ttl", f"/doc{MINISTRY}.ttl"),
        ("/def/certainty/high", "/doc/def/certainty/high"),
        ("/def/certainty", "/doc/def/certainty"),
        ("/graph/register", "/doc/graph/register"),
        (f"{MINISTRY}?lang=en", f"/doc{MINISTRY}?lang=en"),
    ],
)
def test_a_thing_is_not_its_document(site: httpx.Client, path: str, location: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, location)
    assert {part.strip() for part in answer.headers["vary"].split(",")} >= {"Accept", "Accept-Language"}
    assert site.get(location).status_code == 200


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        *((each, each) for each in RDF_TYPES),
        (BROWSER, "text/html"),
        ("*/*", "text/html"),
        ("text/html;q=0.2, text/turtle;q=0.9, application/ld+json;q=0.5", "text/turtle"),
    ],
)
def test_the_form_follows_accept(site: httpx.Client, accept: str, media_type: str) -> None:
    answer = site.get(f"/doc{MINISTRY}", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-location"].startswith(f"/doc{MINISTRY}.")
    assert f'<{IRI}>; rel="canonical"' in answer.headers["link"]
    assert f'</doc{MINISTRY}.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["link"]


@pytest.mark.parametrize("suffix", ["html", "jsonld", "ttl", "nt", "rdf"])
def test_a_suffix_fixes_the_form(site: httpx.Client, suffix: str) -> None:
    answer = site.get(f"/doc{MINISTRY}.{suffix}", headers={"Accept": "application/x-other"})
    assert answer.status_code == 200
    assert answer.headers["content-location"] == f"/doc{MINISTRY}.{suffix}"


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/id/org/khong-co", BROWSER, 404),
        ("/doc/id/org/khong-co", "text/turtle", 404),
        (f"/doc{MINISTRY}.exe", "*/*", 404),
        (f"/doc{MINISTRY}", "application/x-nothing", 406),
        ("/id/nothing", "*/*", 404),
        ("/id/org?page=99999", "*/*", 404),
        ("/id/org?page=x", "*/*", 400),
        ("/graph/none", "*/*", 404),
        ("/id/org/%3E%20%3Fp%22", "*/*", 404),
        ("/elsewhere/id/org/bo-cong-an", "*/*", 404),
        ("/context/9.9.9.jsonld", "*/*", 404),
        ("/context/..%2F..%2Fcds.jsonld", "*/*", 404),
        ("/documents/khong-co", "*/*", 404),
    ],
)
def test_what_is_not_there_is_told(site: httpx.Client, path: str, accept: str, status: int) -> None:
    answer = site.get(path, headers={"Accept": accept})
    assert answer.status_code == status
    expected = "text/html" if accept == BROWSER else "application/problem+json"
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize("path", [MINISTRY, "/id/source/002", "/def/indicator/ty-trong-kinh-te-so-tren-gdp", "figure"])
def test_every_form_says_the_same(site: httpx.Client, path: str) -> None:
    path = a_figure(site) if path == "figure" else path
    graphs = [
        rdflib.Graph().parse(data=site.get(f"/doc{path}", headers={"Accept": accept}).content, format=name)
        for accept, name in RDF_TYPES.items()
    ]
    assert len(graphs[0]) > 3
    for graph in graphs[1:]:
        assert isomorphic(graphs[0], graph)


def test_json_ld_needs_no_fetch_has_the_thing_on_top_and_is_stable(site: httpx.Client) -> None:
    def refuse(url: str, options: object) -> None:
        raise AssertionError(f"fetches {url}")

    first = site.get(f"/doc{MINISTRY}.jsonld")
    document = first.json()
    assert document["id"] == IRI
    assert document["prefLabel"] == {
        "vi": "Bộ Thông tin và Truyền thông",
        "en": "Ministry of Information and Communications",
    }
    assert document["lastDay"] == "2025-02-28"
    moved = [record["function"] for record in document["@reverse"]["fromOrganisation"]]
    functions = {each if isinstance(each, str) else each["id"] for each in moved}
    assert any(iri.endswith("/an-toan-thong-tin-mang") for iri in functions)
    again = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    told = set(ox.parse(again.encode(), format=ox.RdfFormat.N_QUADS))
    assert told == set(ox.parse(site.get(f"/doc{MINISTRY}.nt").content, format=ox.RdfFormat.N_TRIPLES))
    assert site.get(f"/doc{MINISTRY}.jsonld").content == first.content


def test_a_description_names_everything_it_points_to(site: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=site.get(f"/doc{MINISTRY}.nt").content, format="nt")
    kind = graph.value(rdflib.URIRef(IRI), rdflib.URIRef("http://www.w3.org/ns/org#classification"))
    labels = {(str(label), getattr(label, "language", "")) for label in graph.objects(kind, rdflib.SKOS.prefLabel)}
    assert {lang for _, lang in labels} == {"vi", "en"}


def test_a_figure_comes_with_its_words_and_their_place(site: httpx.Client) -> None:
    path = a_figure(site)
    graph = rdflib.Graph().parse(data=site.get(f"/doc{path}.nt").content, format="nt")
    exact = rdflib.URIRef("http://www.w3.org/ns/oa#exact")
    assert "39,51%" in {str(words) for words in graph.objects(None, exact)}


@pytest.mark.parametrize("accept", [*RDF_TYPES, "text/html"])
def test_a_client_that_has_it_gets_304(site: httpx.Client, accept: str) -> None:
    asked = {"Accept": accept, "Accept-Encoding": "identity"}
    first = site.get(f"/doc{MINISTRY}", headers=asked)
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    for sent in (tag, f'"other", W/{tag}', "*"):
        again = site.get(f"/doc{MINISTRY}", headers={**asked, "If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert site.get(f"/doc{MINISTRY}", headers={**asked, "If-None-Match": '"x"'}).status_code == 200


def test_tags_differ_by_form_and_pages_by_language(site: httpx.Client) -> None:
    path = f"/doc{MINISTRY}"
    tags = [site.get(path, headers={"Accept": accept}).headers["etag"] for accept in RDF_TYPES]
    tags += [
        site.get(path, headers={"Accept": BROWSER, "Accept-Language": lang}).headers["etag"] for lang in ("vi", "en")
    ]
    assert len(set(tags)) == len(tags)


def test_a_forged_host_is_never_told_back(site: httpx.Client) -> None:
    for path in (MINISTRY, f"/doc{MINISTRY}", "/", "/id/org", "/sparql", "/id/org/khong-co"):
        answer = site.get(path, headers={"Host": "evil.example", "Accept": BROWSER})
        assert "evil.example" not in str(answer.headers) + answer.text


def test_head_says_what_get_says(site: httpx.Client) -> None:
    for path in (f"/doc{MINISTRY}.ttl", f"/doc{MINISTRY}.html", "/ns", "/dumps/dataset.nq"):
        get, head = site.get(path), site.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["etag"] == get.headers["etag"]


def test_a_list_has_every_thing_of_the_type_once(site: httpx.Client) -> None:
    found: list[str] = []
    path: str | None = "/id/figure/"
    while path is not None:
        answer = site.get(path, headers={"Accept": "text/turtle"})
        graph = rdflib.Graph().parse(data=answer.content, format="turtle")
        found += sorted(str(thing) for thing in graph.objects(None, rdflib.DCTERMS.hasPart))
        following = answer.links.get("next")
        path = following["url"] if following else None
    query = f"SELECT (COUNT(DISTINCT ?f) AS ?n) WHERE {{ ?f a <{CDS}Figure> }}"
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()
    assert len(found) == len(set(found)) == int(rows["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("path", ["/ns", "/cdsgraph/ns", "/shapes"])
@pytest.mark.parametrize("accept", [*RDF_TYPES, "text/html"])
def test_the_vocabulary_comes_in_every_form(site: httpx.Client, path: str, accept: str) -> None:
    answer = site.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == accept
    if accept in RDF_TYPES:
        assert len(rdflib.Graph().parse(data=answer.content, format=RDF_TYPES[accept])) > 100


def test_the_context_of_a_version_never_changes(site: httpx.Client) -> None:
    current = site.get("/context.jsonld")
    owl = "http://www.w3.org/2002/07/owl#"
    query = f"SELECT ?v WHERE {{ ?o a <{owl}Ontology> ; <{owl}versionInfo> ?v }}"
    rows = site.get("/sparql", params={"query": query}, headers={"Accept": "application/json"}).json()
    version = rows["results"]["bindings"][0]["v"]["value"]
    kept = site.get(f"/context/{version}.jsonld")
    assert kept.json() == current.json()
    assert kept.json()["@context"]["@version"] == 1.1
    assert "immutable" in kept.headers["cache-control"]


def test_the_dump_is_the_dataset(site: httpx.Client) -> None:
    quads = list(ox.parse(site.get("/dumps/dataset.nq").content, format=ox.RdfFormat.N_QUADS))
    count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    rows = site.get("/sparql", params={"query": count}, headers={"Accept": "application/json"}).json()
    assert len(quads) == int(rows["results"]["bindings"][0]["n"]["value"])
