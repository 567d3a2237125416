import pytest

from cdsgraph.serving.http.negotiation import GRAPH_TYPES, HTML, RESULT_TYPES, choose, choose_language

JSON, XML, CSV, TSV = RESULT_TYPES[:4]
TURTLE, JSONLD, NTRIPLES, RDFXML = GRAPH_TYPES[:4]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        (f"{XML};q=0.3, {CSV};q=0.9, {JSON};q=0.5", CSV),
        (f"{JSON};q=0, {XML};q=0.5", XML),
        (f"{JSON};q=0, */*;q=0.1", XML),
        (f"*/*, {JSON};q=0", XML),
        (f"text/html;q=0.1, */*;q=0.01, {TSV}", TSV),
        ("text/*", CSV),
        ("text/*;q=0.2, application/*;q=0.1", CSV),
        (f"*/*, {CSV}", CSV),
        (f"{CSV}, */*;q=0.9", CSV),
        ("Application/SPARQL-Results+JSON ;  q=1.0", JSON),
        ("text/csv;charset=UTF-8", CSV),
        ('text/csv; charset="utf-8"; q=0.4, application/json;q=0.3', CSV),
        ("text/csv;charset=iso-8859-1", None),
        ("text/csv;header=present", CSV),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("application/x-nothing", None),
        (f"{JSON};q=nonsense", None),
        (f"{JSON};q=-1", None),
        (f"{JSON};q=nan", None),
        (f"{JSON};q=7, {XML};q=0.9", JSON),
        (f",,;{JSON},;;=,{XML}", XML),
        (TURTLE, None),
        (BROWSER, HTML),
    ],
)
def test_choose(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, (*RESULT_TYPES, HTML)) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (JSONLD, JSONLD),
        (f'{JSONLD};profile="http://www.w3.org/ns/json-ld#compacted"', JSONLD),
        (f"{JSONLD};q=0, */*", TURTLE),
        (f"{RDFXML}, {NTRIPLES};q=0.5", RDFXML),
    ],
)
def test_choose_among_graph_formats(accept: str, chosen: str) -> None:
    assert choose(accept, GRAPH_TYPES) == chosen


def test_choose_without_offers() -> None:
    assert choose("*/*", ()) is None
    assert choose(None, ()) is None


@pytest.mark.parametrize(
    ("accept_language", "chosen"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB, vi;q=0.8", "en"),
        ("en;q=0.5, vi-VN", "vi"),
        ("fr, de;q=0.5", "vi"),
        ("en;q=0", "vi"),
    ],
)
def test_choose_language(accept_language: str | None, chosen: str) -> None:
    assert choose_language(accept_language, ("vi", "en")) == chosen
