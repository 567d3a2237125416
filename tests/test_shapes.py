"""The shapes over data: each has cases it lets through and cases it reports, and speaks two languages."""

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking import Result, engine, rdffiles, shapesfiles
from cdsgraph.checking.report import notation
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.files import locate
from cdsgraph.vocab import CDS, SHAPE, prefixes

FILES = locate(Path(__file__).parent.parent)
CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid-*.ttl"))
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)

# Shapes that may find nothing to look at in a graph built from the project's own documents, and why.
WITHOUT_FOCUS = {
    "Event": "meetings are not read yet",
    "Forecast": "the documents may hold no forecast",
    "PlannedAmount": "the documents may hold no planned amount",
    "Statement": "relations between bodies are not read yet",
    "Task": "tasks are not read yet",
    "Theme": "themes are not read yet",
    "ListItem": "lists are not read yet",
    "CompletionSeen": "the documents may show no task done",
    "UnreadNumber": "every number may be understood",
    "Hierarchy": "the register may know no parent of a body",
    "Operated": "the register may know no operator of a database or platform",
    "UnresolvedReference": "the register may know every act cited",
}


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def data_shapes(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The shapes over data, without those over the ontology itself, which have tests of their own."""
    graph = Graph()
    for path in FILES.shapes.glob("*.ttl"):
        if path.name != "ontology.ttl":
            graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return shapesfiles.load(FILES.shapes)


def node_shapes(graph: Graph) -> list[URIRef]:
    return sorted(shape for shape in graph.subjects(RDF.type, SH.NodeShape) if isinstance(shape, URIRef))


def targeted(graph: Graph) -> list[URIRef]:
    return [shape for shape in node_shapes(graph) if any((shape, target, None) in graph for target in TARGETS)]


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


def test_every_shape_has_a_valid_case_and_every_property_shape_an_invalid_one(data_shapes: Graph) -> None:
    names = {str(shape).removeprefix(SHAPE) for shape in targeted(data_shapes)}
    assert {path.parent.name for path in VALID} == names
    assert {path.parent.name for path in INVALID} == names
    reported = {
        entry.split(" ")[2]
        for path in INVALID
        for entry in path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    }
    rules = {str(shape).replace(SHAPE, "shape:") for shape in data_shapes.subjects(RDF.type, SH.PropertyShape)}
    assert rules - reported == set()


def test_no_expectation_is_without_its_case() -> None:
    assert [path for path in CASES.glob("*/*.expected") if not path.with_suffix(".ttl").is_file()] == []


def test_property_shapes_belong_to_the_node_shape_they_are_named_after(data_shapes: Graph) -> None:
    strays = [
        (node_shape, property_shape)
        for node_shape, property_shape in data_shapes.subject_objects(SH.property)
        if not str(property_shape).startswith(f"{node_shape}-")
    ]
    assert strays == []
    listed = set(data_shapes.objects(None, SH.property))
    assert set(data_shapes.subjects(RDF.type, SH.PropertyShape)) == listed


def test_shapes_are_well_formed_shacl(data_shapes: Graph) -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=data_shapes, meta_shacl=True, inference="none")
    assert conforms, text


def test_every_shacl_term_exists(data_shapes: Graph) -> None:
    terms = {term for triple in data_shapes for term in triple if isinstance(term, URIRef)}
    assert [term for term in terms if term.startswith(str(SH)) and not SH.__contains__(term)] == []


def test_every_term_of_ours_is_in_the_ontology(data_shapes: Graph) -> None:
    ontology = Graph().parse(FILES.ontology / "cds.ttl")
    used = {term for triple in data_shapes for term in triple if isinstance(term, URIRef) and term.startswith(CDS)}
    for query in data_shapes.objects(None, SH.select):
        used |= {URIRef(CDS + name) for name in re.findall(r"\bcds:(\w+)", str(query))}
    assert used - set(ontology.subjects()) == set()


def test_every_class_of_ours_has_a_shape_and_needs_a_name(data_shapes: Graph) -> None:
    ontology = Graph().parse(FILES.ontology / "cds.ttl")
    classes = {each for each in ontology.subjects(RDF.type, OWL.Class) if str(each).startswith(CDS)}
    a_mark_only = {URIRef(CDS + "Provisional")}
    named = URIRef(SHAPE + "Named")
    own = {each for shape, each in data_shapes.subject_objects(SH.targetClass) if shape != named}
    assert classes - a_mark_only - own == set()
    assert classes - a_mark_only - set(data_shapes.objects(named, SH.targetClass)) == set()


def test_codes_listed_in_shapes_are_those_of_the_schemes(data_shapes: Graph) -> None:
    schemes = Graph()
    for path in FILES.schemes.glob("*.ttl"):
        schemes.parse(path)
    for shape, head in data_shapes.subject_objects(SH["in"]):
        listed = {code for code in data_shapes.items(head) if "/def/" in str(code)}
        if not listed:
            continue
        scheme = URIRef(str(next(iter(listed))).rsplit("/", 1)[0])
        assert listed == set(schemes.subjects(SKOS.inScheme, scheme)), shape


def test_every_rule_speaks_both_languages(data_shapes: Graph) -> None:
    for shape in (*data_shapes.subjects(RDF.type, SH.PropertyShape), *data_shapes.subjects(SH["in"])):
        messages = [text for text in data_shapes.objects(shape, SH.message) if isinstance(text, Literal)]
        assert sorted(str(text.language) for text in messages) == ["en", "vi"], shape


def test_severity_is_written_on_the_shape(data_shapes: Graph) -> None:
    for shape, severity in data_shapes.subject_objects(SH.severity):
        assert (shape, RDF.type, SH.PropertyShape) in data_shapes
        assert severity in (SH.Warning, SH.Info), shape


@pytest.mark.parametrize("name", sorted(WITHOUT_FOCUS))
def test_shapes_excused_from_having_a_focus_exist(name: str, data_shapes: Graph) -> None:
    assert URIRef(SHAPE + name) in targeted(data_shapes)


def test_every_shape_has_something_to_look_at_in_the_built_graph(built: Path, data_shapes: Graph) -> None:
    data = rdffiles.read([built / "dataset.nq"])
    idle = {
        str(shape).removeprefix(SHAPE) for shape in targeted(data_shapes) if not focus_nodes(shape, data_shapes, data)
    }
    assert idle - WITHOUT_FOCUS.keys() == set()


def focus_nodes(shape: URIRef, shapes: Graph, data: Graph) -> set[Node]:
    found = set(shapes.objects(shape, SH.targetNode))
    for each in shapes.objects(shape, SH.targetClass):
        found |= set(data.subjects(RDF.type, each))
    for each in shapes.objects(shape, SH.targetSubjectsOf):
        found |= set(data.subjects(each))
    for each in shapes.objects(shape, SH.targetObjectsOf):
        found |= set(data.objects(None, each))
    return found


def approve() -> None:
    """Rewrite the expectations: `python -m tests.test_shapes`; then read the diff."""
    shapes = shapesfiles.load(FILES.shapes)
    for case in INVALID:
        lines = sorted({line(result) for result in own_results(case, shapes)})
        case.with_suffix(".expected").write_text("".join(f"{entry}\n" for entry in lines), encoding="utf-8")


if __name__ == "__main__":
    approve()
