"""JSON-LD as clients ask for it by profile, and the names of all it mentions."""

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld

from tests.serving.conftest import BASE

MINISTRY = "/doc/id/org/bo-thong-tin-va-truyen-thong"
PROFILE = "http://www.w3.org/ns/json-ld#"
LABELS = ("http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label")


def refuse(url: str, options: object) -> None:
    raise AssertionError(f"fetches {url}")


def quads(document: object) -> set[ox.Quad]:
    text = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    return set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", ["compacted", "framed", "expanded"])
@pytest.mark.parametrize("path", [MINISTRY, f"{MINISTRY}.jsonld", "/id/org/", "/id/?class=cds:Target", "/id/"])
def test_a_profile_is_honoured_and_says_the_same(site: httpx.Client, path: str, name: str) -> None:
    asked = f'text/html;q=0.1, application/ld+json;profile="{PROFILE}{name}"'
    answer = site.get(path, headers={"Accept": asked})
    assert answer.headers["content-type"] == f'application/ld+json;profile="{PROFILE}{name}"'
    document = answer.json()
    plain = site.get(path, headers={"Accept": "application/ld+json"})
    assert plain.headers["content-type"] == "application/ld+json"
    assert plain.headers["etag"] != answer.headers["etag"]
    assert quads(document) == quads(plain.json())
    if name == "expanded":
        assert quads(document) == quads(jsonld.expand(document, {"documentLoader": refuse}))
        assert "@context" not in answer.text
    else:
        assert document == plain.json()
        assert isinstance(document["@context"], dict)
    again = site.get(path, headers={"Accept": asked, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (f'application/ld+json;profile="{PROFILE}flattened {PROFILE}expanded"', "expanded"),
        (
            f'application/ld+json;q=0.5;profile="{PROFILE}expanded", application/ld+json;profile="{PROFILE}framed"',
            "framed",
        ),
        ('application/ld+json;profile="http://example.org/other"', None),
        ("application/ld+json;profile=", None),
    ],
)
def test_the_profile_preferred_is_given_where_it_is_known(site: httpx.Client, asked: str, given: str | None) -> None:
    told = site.get(MINISTRY, headers={"Accept": asked}).headers["content-type"]
    assert told == ("application/ld+json" if given is None else f'application/ld+json;profile="{PROFILE}{given}"')


def test_the_context_is_a_part_of_the_versioned_one_that_the_answer_names(site: httpx.Client) -> None:
    answer = site.get(f"{MINISTRY}.jsonld")
    linked = answer.links[f"{PROFILE}context"]["url"]
    whole = site.get(linked)
    assert "immutable" in whole.headers["cache-control"]
    assert answer.json()["@context"].items() <= whole.json()["@context"].items()


def test_a_frame_of_a_clients_own_finds_what_it_asks_for(site: httpx.Client) -> None:
    document = site.get(f"{MINISTRY}.jsonld").json()
    frame = {"@context": document["@context"], "type": "cds:FunctionTransfer"}
    framed = jsonld.frame(document, frame, {"documentLoader": refuse})
    assert len(framed["@graph"]) > 1


def test_an_answer_names_every_iri_in_it(site: httpx.Client) -> None:
    def asked(query: str) -> list[str]:
        return site.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]

    labelled = set(asked(f"SELECT DISTINCT ?s WHERE {{ ?s <{LABELS[0]}>|<{LABELS[1]}> ?o }}"))
    sample = asked(
        "SELECT (SAMPLE(?s) AS ?one) WHERE { ?s a ?class FILTER(STRSTARTS(STR(?s), '" + BASE + "') "
        "&& !CONTAINS(STR(?s), '#')) } GROUP BY ?class"
    )
    assert len(sample) > 40
    for iri in sample:
        triples = list(ox.parse(site.get(f"/doc/{iri.removeprefix(BASE)}.nt").content, format=ox.RdfFormat.N_TRIPLES))
        told = {
            str(node)[1:-1]
            for t in triples
            for node in (t.subject, t.predicate, t.object)
            if type(node) is ox.NamedNode
        }
        named = {str(t.subject)[1:-1] for t in triples if t.predicate.value in LABELS}
        assert told & labelled <= named, iri
