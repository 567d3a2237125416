"""The shapes over data: each has cases it lets through and cases it reports, and speaks two languages."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, SH, Graph, URIRef

from cdsgraph.checking import Result, engine, rdffiles, shapesfiles
from cdsgraph.checking.report import notation
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.files import locate
from cdsgraph.vocab import CDS, SHAPE, prefixes

FILES = locate(Path(__file__).parent.parent)
CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid-*.ttl"))
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return shapesfiles.load(FILES.shapes)


def own_results(path: Path, shapes: Shapes) -> list[Result]:
    """The results of the shape that the case's folder is named after."""
    report = engine.validate(rdffiles.read([path]), shapes)
    return [result for result in report.results if str(result.shape).startswith(f"{SHAPE}{path.parent.name}-")]


def line(result: Result) -> str:
    text = f"{notation(result.focus)} {notation(result.path).replace(' ', '')} <{result.shape}> {result.severity}"
    for prefix, namespace in (prefixes() | {"shape": SHAPE}).items():
        text = text.replace(f"<{namespace}", f"{prefix}:")
    return text.replace(">", "")


@pytest.mark.parametrize("case", VALID, ids=case_id)
def test_valid_case_passes(case: Path, shapes: Shapes) -> None:
    assert [line(result) for result in own_results(case, shapes)] == []


@pytest.mark.parametrize("case", INVALID, ids=case_id)
def test_invalid_case_is_reported(case: Path, shapes: Shapes) -> None:
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert sorted({line(result) for result in own_results(case, shapes)}) == expected


def test_every_class_of_ours_needs_a_name(shapes: Shapes) -> None:
    ontology = Graph().parse(FILES.ontology / "cds.ttl")
    classes = {each for each in ontology.subjects(RDF.type, OWL.Class) if str(each).startswith(CDS)}
    a_mark_only = {URIRef(CDS + "Provisional")}
    assert classes - a_mark_only - set(shapes.written.objects(URIRef(SHAPE + "Named"), SH.targetClass)) == set()


def approve() -> None:
    """Rewrite the expectations: `python -m tests.test_shapes`; then read the diff."""
    shapes = shapesfiles.load(FILES.shapes)
    for case in INVALID:
        lines = sorted({line(result) for result in own_results(case, shapes)})
        case.with_suffix(".expected").write_text("".join(f"{entry}\n" for entry in lines), encoding="utf-8")


if __name__ == "__main__":
    approve()
