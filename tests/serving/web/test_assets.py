"""What a page costs to load: packed where the client takes it, kept for good where the address names the content."""

import gzip
import re

import httpx
import pytest

PAGES = ["/", "/documents/000", "/doc/id/org/bo-thong-tin-va-truyen-thong", "/not/there"]


def raw(site: httpx.Client, path: str, coding: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it was sent."""
    asked = {"Accept": "text/html", "Accept-Encoding": coding, **headers}
    with site.stream("GET", path, headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


def style(site: httpx.Client) -> str:
    found = re.search(r'href="(/static/style\.css\?v=\w+)"', site.get("/").text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_packed_for_who_takes_it(site: httpx.Client, path: str) -> None:
    plain, body = raw(site, path, "identity")
    packed, fewer = raw(site, path, "br, gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(fewer) == body
    assert int(packed.headers["content-length"]) == len(fewer) < len(body) * 0.7
    for answer in (plain, packed):
        assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize("coding", ["", "identity", "br", "gzip;q=0", "gzip;q=0, *"])
def test_no_other_client_gets_packed_bytes(site: httpx.Client, coding: str) -> None:
    for path in ("/", style(site)):
        answer, _ = raw(site, path, coding)
        assert "content-encoding" not in answer.headers


def test_a_packed_page_is_known_again(site: httpx.Client) -> None:
    packed, _ = raw(site, "/", "gzip")
    tag = packed.headers["etag"]
    again, body = raw(site, "/", "gzip", **{"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"], body) == (304, tag, b"")
    assert "accept-encoding" in again.headers["vary"].lower()
    plain, _ = raw(site, "/", "identity")
    assert plain.headers["etag"] != tag
    assert raw(site, "/", "identity", **{"If-None-Match": tag})[0].status_code == 200
    assert raw(site, "/", "gzip", **{"If-None-Match": '"other-gzip"'})[0].status_code == 200


def test_head_tells_the_length_that_get_sends(site: httpx.Client) -> None:
    for path in ("/", style(site)):
        asked = {"Accept": "text/html", "Accept-Encoding": "gzip"}
        told = site.head(path, headers=asked)
        _, body = raw(site, path, "gzip")
        assert told.headers["content-length"] == str(len(body))


def test_results_and_descriptions_go_out_as_they_are(site: httpx.Client) -> None:
    query = "/sparql?query=SELECT * WHERE { ?s ?p ?o } LIMIT 500"
    for path in (query, "/doc/id/org/bo-thong-tin-va-truyen-thong.ttl"):
        answer, _ = raw(site, path, "gzip", Accept="application/sparql-results+json, text/turtle")
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers


def test_a_file_is_kept_for_good_under_the_address_of_its_content(site: httpx.Client) -> None:
    address = style(site)
    marked, _ = raw(site, address, "gzip")
    assert "immutable" in marked.headers["cache-control"]
    for other in ("/static/style.css", "/static/style.css?v=0123"):
        answer, _ = raw(site, other, "gzip")
        assert answer.status_code == 200
        assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_file_is_known_again_in_each_coding(site: httpx.Client, coding: str) -> None:
    first, body = raw(site, style(site), coding)
    assert first.headers["content-type"].startswith("text/css")
    assert (gzip.decompress(body) if coding == "gzip" else body).startswith(b"/*")
    tag = first.headers["etag"]
    again, nothing = raw(site, style(site), coding, **{"If-None-Match": tag})
    assert (again.status_code, nothing) == (304, b"")
    other, _ = raw(site, style(site), "identity" if coding == "gzip" else "gzip", **{"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize("name", ["../base.html", "%2e%2e/templates/base.html", "none.css", "", "../../app.py"])
def test_no_other_file_is_given(site: httpx.Client, name: str) -> None:
    assert site.get(f"/static/{name}").status_code == 404
