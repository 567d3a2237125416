"""The W3C's SHACL test suite, core and SPARQL, an entry of its manifests a test, with both engines."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from rdflib import SH, Graph, Namespace, URIRef
from rdflib.extras.shacl import parse_shacl_path
from rdflib.term import BNode, Node

from cdsgraph.checking import rdffiles, shapesfiles
from cdsgraph.checking.engines import fast, proof
from cdsgraph.checking.engines import reference as cached
from cdsgraph.checking.report import Result, notation
from cdsgraph.errors import CdsgraphError, ShapesError
from tests.service import ROOT

_MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_SHT = Namespace("http://www.w3.org/ns/shacl-test#")
_SUITE = Path(os.environ.get("CDSGRAPH_REFERENCE") or ROOT.parent / "shared") / "w3c" / "shacl"
_EXCEPTIONS = Path(__file__).parent / "w3c-exceptions.csv"
_PUBLISHED = "http://datashapes.org/sh/tests/"
_SEVERITIES = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


def entries(manifest: Path) -> Iterator[URIRef]:
    """The IRIs of all tests of a manifest and of those it includes; none where the suite is absent."""
    if manifest.is_file():
        graph, itself = rdffiles.read([manifest]), URIRef(manifest.resolve().as_uri())
        for included in sorted(map(str, graph.objects(itself, _MF.include))):
            yield from entries(path_of(included))
        for entry_list in graph.objects(itself, _MF.entries):
            yield from (entry for entry in graph.items(entry_list) if isinstance(entry, URIRef))


def path_of(iri: Node | str) -> Path:
    return Path(unquote(urlparse(str(iri)).path))


def name_of(entry: URIRef) -> str:
    return str(path_of(entry).relative_to(_SUITE.resolve()))


def exceptions(engine: str) -> dict[str, str]:
    """Name to reason; the file has the tests by the IRIs that the suite is published under."""
    with _EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return {
            row["test"].removeprefix(_PUBLISHED): row["reason"]
            for row in csv.DictReader(file)
            if row["engine"] == engine
        }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "entry" not in metafunc.fixturenames:
        return
    found = list(entries(_SUITE / "manifest.ttl"))
    parameters = []
    for engine in ("reference", "fast"):
        reasons = exceptions(engine)
        for entry in found:
            reason = reasons.get(name_of(entry))
            marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
            parameters.append(pytest.param(engine, entry, marks=marks, id=f"{engine}-{name_of(entry)}"))
    metafunc.parametrize(("engine", "entry"), parameters or [("reference", None)])


def test_w3c(engine: str, entry: URIRef | None, reference: Path) -> None:
    assert entry is not None, f"no SHACL suite below {reference}"
    test = rdffiles.read([path_of(entry).with_suffix(".ttl")])
    action, expected = test.value(entry, _MF.action), test.value(entry, _MF.result)
    data = rdffiles.read([path_of(test.value(action, _SHT.dataGraph) or entry)])
    shapes = path_of(test.value(action, _SHT.shapesGraph) or entry)
    if expected == _SHT.Failure:
        with pytest.raises(CdsgraphError):
            results(engine, data, shapes)
        return
    assert Counter(row(each) for each in results(engine, data, shapes)) == Counter(wanted(test, expected))


def results(engine: str, data: rdffiles.DataGraph, place: Path) -> tuple[Result, ...]:
    # Not `load`, which refuses a term that SHACL lacks: the suite has one, and the engines pass over it.
    shapes = shapesfiles.ready(rdffiles.read([place]))
    if engine == "fast":
        return fast.check(data, shapes.graph, shapes.written)
    return cached.check(data, shapes)


def row(result: Result) -> tuple[str, ...]:
    terms = (
        result.focus,
        result.own_severity or _SEVERITIES[result.severity],
        result.component,
        result.value,
        result.shape,
    )
    return (*map(named, terms), notation(result.path))


def wanted(test: Graph, report: Node | None) -> Iterator[tuple[str, ...]]:
    parts = SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.value, SH.sourceShape
    for result in test.objects(report, SH.result):
        path = test.value(result, SH.resultPath)
        terms = (test.value(result, part) for part in parts)
        yield (*map(named, terms), notation(parse_shacl_path(test, path) if path else None))


def named(term: Node | None) -> str:
    # The data, the shapes and the expected report are read one by one: a blank node is another in each.
    return "[]" if isinstance(term, BNode) else notation(term)


def test_every_exception_is_a_test_of_the_suite(reference: Path) -> None:
    known = {name_of(entry) for entry in entries(_SUITE / "manifest.ttl")}
    assert len(known) == 120
    assert {*exceptions("reference"), *exceptions("fast")} <= known


def test_what_the_core_suite_uses_is_left_to_the_fast_engine(reference: Path) -> None:
    unproved = set()
    for entry in entries(_SUITE / "core" / "manifest.ttl"):
        test = rdffiles.read([path_of(entry).with_suffix(".ttl")])
        place = path_of(test.value(test.value(entry, _MF.action), _SHT.shapesGraph) or entry)
        if name_of(entry) not in exceptions("fast"):
            unproved |= set(proof.needs(shapesfiles.ready(rdffiles.read([place])).written).unproved.values())
    of_no_use = "sh:nodeShape"  # no term of SHACL, as the test below says
    assert unproved <= {"an order of other nodes than the values of a property", "a shape inside itself", of_no_use}


def test_the_one_term_of_the_suite_that_shacl_lacks_is_refused_at_the_doors(reference: Path) -> None:
    with pytest.raises(ShapesError, match="sh:nodeShape"):
        shapesfiles.load(_SUITE / "core" / "property" / "qualifiedValueShape-001.ttl")
