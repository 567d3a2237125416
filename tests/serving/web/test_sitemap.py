"""What crawlers are told: every page there is, none that is not."""

import xml.etree.ElementTree as ET
from urllib.parse import unquote

import httpx

ADDRESS = "https://example.vn"
BASE = "https://w3id.org/cdsgraph/"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(client: httpx.Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/xml"
    found = [element.text or "" for element in ET.fromstring(answer.content).iter(LOC)]  # noqa: S314  # our own
    assert all(address.startswith(f"{ADDRESS}/") for address in found)
    return [address.removeprefix(ADDRESS) for address in found]


def test_every_thing_has_its_page_in_it_once(grown: httpx.Client) -> None:
    parts = addresses(grown, "/sitemap.xml")
    found = [address for part in parts for address in addresses(grown, part)]
    assert len(found) == len(set(found))
    query = "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(!CONTAINS(STR(?s), '#')) }"
    rows = grown.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1:]
    areas = ("id/", "def/", "graph/")
    things = {iri.removeprefix(BASE) for iri in rows if iri.removeprefix(BASE).startswith(areas)}
    told = {unquote(address).removeprefix("/doc/") for address in found if address.startswith("/doc/")}
    assert told == things
    assert {"/", "/documents/000", "/queries", "/catalog"} <= set(found)
    for address in [address for address in found if not address.startswith("/doc/")] + found[-200::20]:
        assert grown.head(address).status_code == 200, address


def test_robots_are_told_of_it(grown: httpx.Client) -> None:
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in grown.get("/robots.txt").text


def test_there_are_no_other_parts(grown: httpx.Client) -> None:
    for number in ("999", "-1", "01", "a", "999999999999", "²"):
        assert grown.get(f"/sitemap/{number}.xml").status_code == 404
