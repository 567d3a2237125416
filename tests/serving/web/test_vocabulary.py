"""The pages of the ontology and the shapes: an anchor for every term, links that lead on."""

import re
from html import unescape

import httpx
import pytest

from tests.service import ROOT

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("path", "file_names", "declared"),
    [
        ("/ns", ["ontology/cds.ttl"], r"^cds:([\w-]+)$"),
        ("/shapes", [str(path) for path in (ROOT / "shapes").glob("*.ttl")], r"^shape:([\w-]+)$"),
    ],
)
def test_every_term_has_its_anchor_once(client: httpx.Client, path: str, file_names: list[str], declared: str) -> None:
    page = client.get(path, headers=HTML).text
    anchors = re.findall(r'<li id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    found: list[str] = []
    for name in file_names:
        terms = re.findall(declared, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        found += terms
    assert len(found) > 50
    assert set(found) - set(anchors) == set()
    index = re.search(r"<details>.*?</details>", page, re.DOTALL)
    assert index is not None
    assert set(re.findall(r'href="#([^"]+)"', index[0])) <= set(anchors)


def test_a_class_leads_to_its_things_and_to_its_checks(client: httpx.Client) -> None:
    page = client.get("/ns", headers=HTML).text
    items = re.findall(r'<li id="[^"]+">.*?</li>', page, re.DOTALL)
    leading = [re.findall(r'href="[^"]*(/(?:id/|shapes#)[^"]+)"', item) for item in items]
    things, checks = next(links for links in leading if len(links) == 2)
    listed = client.get(unescape(things), headers=HTML)
    assert listed.status_code == 200
    assert "/doc/" in listed.text
    shape = checks.partition("#")[2]
    assert f'<li id="{shape}"' in client.get("/shapes", headers=HTML).text
