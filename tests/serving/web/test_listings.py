"""Lists of things: every type and every class has one, and pages of it hold each thing once."""

import httpx
import pytest
import rdflib

from cdsgraph.serving.linkeddata.listings import CLASSES
from tests.serving.conftest import BASE

TURTLE = {"Accept": "text/turtle"}


def rows(site: httpx.Client, query: str) -> list[str]:
    return site.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]


@pytest.fixture(scope="module")
def lists(site: httpx.Client) -> rdflib.Graph:
    return rdflib.Graph().parse(data=site.get("/id/", headers=TURTLE).content, format="turtle")


def size(lists: rdflib.Graph, iri: str) -> int:
    return int(str(lists.value(rdflib.URIRef(iri), rdflib.VOID.entities)))


def test_every_type_and_every_class_has_a_list(site: httpx.Client, lists: rdflib.Graph) -> None:
    told = {str(each).removeprefix(BASE) for each in lists.objects(None, rdflib.DCTERMS.hasPart)}
    things = rows(site, "SELECT DISTINCT ?s WHERE { ?s a ?c FILTER(!CONTAINS(STR(?s), '#')) }")
    kinds = {iri.removeprefix(f"{BASE}id/").split("/")[0] for iri in things if iri.startswith(f"{BASE}id/")}
    assert {path.split("/")[1] for path in told if "?" not in path} == kinds
    classes = rows(site, "SELECT DISTINCT ?c WHERE { ?s a ?c FILTER(isIRI(?c)) }")
    assert sum("?class=" in path for path in told) == len(classes)
    for path in told:
        page = site.get(f"/{path}", headers={"Accept": "text/html"})
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1


def test_a_type_lists_all_that_its_iris_name(site: httpx.Client, lists: rdflib.Graph) -> None:
    for kind in CLASSES:
        found = rows(site, f"SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{BASE}id/{kind}/')) }}")
        things = {iri for iri in found if "#" not in iri}
        if things:
            assert size(lists, f"{BASE}id/{kind}/") == len(things), kind
            text = site.get(f"/id/{kind}/", headers={"Accept": "text/html"}).text
            assert f'<span class="n">{f"{len(things):,}".replace(",", ".")}</span>' in text


@pytest.mark.parametrize("asked", ["cds:Target", "https://w3id.org/cdsgraph/ns%23Target", "skos:ConceptScheme"])
def test_the_pages_of_a_class_hold_each_of_its_things_once(site: httpx.Client, asked: str) -> None:
    found: list[str] = []
    path: str | None = f"/id/?class={asked}"
    while path is not None:
        answer = site.get(path, headers=TURTLE)
        graph = rdflib.Graph().parse(data=answer.content, format="turtle")
        found += [str(each) for each in graph.objects(None, rdflib.DCTERMS.hasPart)]
        following = answer.links.get("next")
        path = following["url"] if following else None
    iri = {"skos:ConceptScheme": str(rdflib.SKOS.ConceptScheme)}.get(asked, f"{BASE}ns#Target")
    assert sorted(found) == sorted(rows(site, f"SELECT DISTINCT ?s WHERE {{ ?s a <{iri}> }}"))


@pytest.mark.parametrize("path", ["/id/?class=cds:None", "/id/?class=%22%3E%7D", "/id/?class=none", "/id/none/"])
def test_what_nothing_is_has_no_list(site: httpx.Client, path: str) -> None:
    assert site.get(path).status_code == 404
