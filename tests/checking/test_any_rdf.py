"""Shapes and data that are not ours, in every format; and RDF made to break its reader."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, BNode, Dataset, Graph, Literal, URIRef

import cdsgraph
from cdsgraph.checking import formats, rdffiles
from cdsgraph.errors import DatasetError, RdfError, ShapesError
from cdsgraph.graph.dataset import FORMATS
from tests.commands import run

FIGURE = Path(__file__).parent / "figure.ttl"
PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# A small shop: no IRI names a property shape, messages have no language or French, one severity is the shop's own.
SHOP = (
    PREFIXES
    + """
ex:Product a rdfs:Class , sh:NodeShape ;
  sh:property [ sh:path ex:price ; sh:datatype xsd:decimal ; sh:minCount 1 ; sh:message "a price is needed" ] ;
  sh:property [ sh:path ( ex:maker ex:name ) ; sh:minCount 1 ; sh:message "le fabricant a un nom"@fr ;
    sh:severity ex:Grave ] .
[] a sh:NodeShape ; sh:targetSubjectsOf ex:weight ; sh:class ex:Product ; sh:severity sh:Warning .
ex:Maker sh:targetClass ex:Maker ; sh:nodeKind sh:IRI .
"""
)
STOCK = (
    PREFIXES
    + """
ex:Book rdfs:subClassOf ex:Product .
ex:good a ex:Book ; ex:price 1.5 ; ex:maker ex:press ; ex:weight 2 .
ex:free a ex:Book ; ex:maker [ a ex:Maker ] .
ex:odd ex:weight 3 .
ex:press a ex:Maker ; ex:name "Press" .
"""
)
FOUND = [
    ("violation", "http://example.org/free", "a price is needed"),
    ("violation", "http://example.org/free", "le fabricant a un nom"),
    ("violation", "_", "Value is not of Node Kind sh:IRI"),
    ("warning", "http://example.org/odd", "Value does not have class ex:Product"),
]


def told(report: cdsgraph.Report) -> set[tuple[str, str, str]]:
    return {
        (each.severity, "_" if isinstance(each.focus, BNode) else str(each.focus), each.message("en").split(" [")[0])
        for each in report.results
    }


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shapes.ttl").write_text(SHOP)
    (tmp_path / "stock.ttl").write_text(STOCK)
    return tmp_path


# Shapes and data of others ------------------------------------------------------


def test_shapes_without_names_find_what_they_should(shop: Path) -> None:
    report = cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl")
    found = told(report)
    assert {each[:2] for each in found} == {each[:2] for each in FOUND}
    assert {"a price is needed", "le fabricant a un nom"} <= {message for _, _, message in found}
    assert (len(report.results), report.notes) == (4, ())


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig", ".n3", ".rdf", ".owl", ".jsonld"])
def test_shapes_are_read_in_every_format(shop: Path, suffix: str) -> None:
    expected = told(cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl"))
    path = shop / f"other{suffix}"
    ox.serialize(ox.parse(path=shop / "shapes.ttl"), path, format=FORMATS[suffix])
    assert told(cdsgraph.validate(shop / "stock.ttl", path)) == expected


def test_folders_of_shapes_and_of_data_are_taken_whole(shop: Path) -> None:
    expected = told(cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl"))
    for folder, name in (("rules/more", "shapes.ttl"), ("stock/books", "stock.ttl"), ("stock/.hidden", "broken.ttl")):
        (shop / folder).mkdir(parents=True)
        (shop / folder / name).write_text({"shapes.ttl": SHOP, "stock.ttl": STOCK}.get(name, "no RDF"))
    (shop / "stock" / "package.json").write_text("[1, 2")
    assert told(cdsgraph.validate([shop / "stock"], shop / "rules")) == expected
    (shop / "empty").mkdir()
    with pytest.raises(RdfError, match="no RDF file"):
        cdsgraph.validate(shop / "empty", shop / "rules")


def test_a_report_of_blank_nodes_is_the_same_every_time(shop: Path) -> None:
    reports = []
    for name in ("one.ttl", "other.ttl"):
        (shop / name).write_text(SHOP)
        reports.append(formats.render(cdsgraph.validate(shop / "stock.ttl", shop / name), "json"))
    assert reports[0] == reports[1]
    assert '"_:' in reports[0]


def test_data_with_shapes_in_them_may_be_their_own_shapes(shop: Path) -> None:
    both = shop / "both.ttl"
    both.write_text(SHOP + STOCK.replace(PREFIXES, ""))
    assert {each[:2] for each in told(cdsgraph.validate(both, both))} == {each[:2] for each in FOUND}
    assert cdsgraph.validate(both).conforms("violation"), "without --shapes the project's are taken"


def test_targets_of_a_node_shape_and_of_its_class_both_count(tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(
        PREFIXES + "ex:A a owl:Class , sh:NodeShape ; sh:targetNode ex:x ; sh:property ex:p . owl:Class rdfs:subClassOf"
        " rdfs:Class . ex:p a sh:PropertyShape ; sh:path ex:q ; sh:minCount 1 ."
    )
    (tmp_path / "d.ttl").write_text(PREFIXES + "ex:a a ex:A .")
    report = cdsgraph.validate(tmp_path / "d.ttl", tmp_path / "s.ttl")
    assert {str(each.focus) for each in report.results} == {"http://example.org/a", "http://example.org/x"}


def test_a_term_that_shacl_does_not_have_is_told_with_its_line(shop: Path) -> None:
    path = shop / "shapes.ttl"
    path.write_text(
        SHOP.replace("ex:Maker sh:t", "# sh:nodekind is wrong\nex:Maker sh:t").replace("nodeKind", "nodekind")
    )
    with pytest.raises(ShapesError, match="sh:nodekind") as caught:
        cdsgraph.validate(shop / "stock.ttl", path)
    line = path.read_text().splitlines().index("ex:Maker sh:targetClass ex:Maker ; sh:nodekind sh:IRI .") + 1
    assert (caught.value.path, caught.value.line) == (path, line)


def test_the_name_of_shacl_itself_is_no_term(shop: Path) -> None:
    (shop / "shapes.ttl").write_text(SHOP + "<urn:o> a owl:Ontology ; rdfs:isDefinedBy <http://www.w3.org/ns/shacl#> .")
    assert len(cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl").results) == 4


def test_shapes_that_check_nothing_are_told_of(shop: Path) -> None:
    (shop / "shapes.ttl").write_text(SHOP + "ex:Idle a sh:NodeShape ; sh:closed true .")
    (note,) = cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl").notes
    assert "<http://example.org/Idle>" in note
    (shop / "shapes.ttl").write_text(PREFIXES + "ex:Idle a sh:NodeShape ; sh:closed true .")
    with pytest.raises(ShapesError, match="has a target"):
        cdsgraph.validate(shop / "stock.ttl", shop / "shapes.ttl")


def test_an_import_is_not_fetched_and_that_is_said(shop: Path) -> None:
    (shop / "more.ttl").write_text(
        "<urn:o> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/x> , <other.ttl> , <urn:here> ."
        "<urn:here> a <http://www.w3.org/2002/07/owl#Ontology> ."
    )
    answer = run("validate", "stock.ttl", "more.ttl", "--shapes", "shapes.ttl", cwd=shop)
    assert answer.returncode == 1
    assert answer.stderr.count("imported and was not read") == answer.stderr.count("remedy:") == 2
    assert "http://127.0.0.1:9/x" in answer.stderr
    assert (shop / "other.ttl").as_uri() in answer.stderr


# Graphs in memory ---------------------------------------------------------------


def test_a_graph_in_memory_is_checked_and_left_alone(shop: Path) -> None:
    data, shapes = Graph().parse(data=STOCK), Graph().parse(data=SHOP)
    sizes = len(data), len(shapes)
    report = cdsgraph.validate(data, shapes)
    assert {each[:2] for each in told(report)} == {each[:2] for each in FOUND}
    assert (len(data), len(shapes)) == sizes
    assert report.triples == len(data)
    assert not report.conforms()


def test_the_graphs_of_a_dataset_are_united() -> None:
    dataset, parts = Dataset(), Graph().parse(data=STOCK)
    for number, triple in enumerate(sorted(parts)):
        dataset.graph(URIRef(f"urn:graph:{number % 2}")).add(triple)
    report = cdsgraph.validate(dataset, Graph().parse(data=SHOP))
    assert (len(report.results), report.triples) == (4, len(parts))


def test_the_project_s_shapes_are_the_default() -> None:
    assert cdsgraph.validate(FIGURE).results == ()
    broken = FIGURE.read_text(encoding="utf-8").replace("cds:value 16.5", 'cds:value "16,5"')
    assert len(cdsgraph.validate(Graph().parse(data=broken)).results) == 1


def test_what_cannot_be_checked_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(cdsgraph.CdsgraphError, match="no triples"):
        cdsgraph.validate(Graph())
    with pytest.raises(ShapesError, match="no shape"):
        cdsgraph.validate(FIGURE, Graph())
    misspelt = Graph().add((URIRef("urn:s"), URIRef(str(SH) + "dataType"), Literal(1)))
    with pytest.raises(ShapesError, match="sh:dataType"):
        cdsgraph.validate(FIGURE, misspelt)
    (tmp_path / "dataset.nq").write_text("<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(DatasetError):
        cdsgraph.validate(tmp_path)


def test_what_the_package_offers_is_there() -> None:
    assert all(getattr(cdsgraph, name) for name in cdsgraph.__all__)
    assert set(cdsgraph.__all__) <= set(dir(cdsgraph))
    with pytest.raises(AttributeError):
        _ = cdsgraph.nothing


# Hostile files ------------------------------------------------------------------

ENTITIES = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10 if number else "x" * 10}">' for number in range(12))
HOSTILE = {
    "deep.jsonld": '{"@context": {"p": "urn:p"}, "p": ' + '{"p": ' * 5_000 + "1" + "}" * 5_000 + "}",
    "bomb.rdf": f'<?xml version="1.0"?><!DOCTYPE r [{ENTITIES}]><rdf:RDF xmlns:e="urn:e:" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a"><e:p>&e11;</e:p>'
    "</rdf:Description></rdf:RDF>",
    "terms.ttl": "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 100_000 + "1" + ")>>" * 100_000 + ".",
    "terms.nt": "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 100_000 + "<urn:a>" + ")>>" * 100_000 + " .",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_end_its_reader_is_an_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(HOSTILE[name])
    with pytest.raises(RdfError, match="exhausts its reader") as caught:
        cdsgraph.validate(path)
    assert caught.value.path == path
    assert caught.value.remedy


def test_shapes_are_read_with_the_same_care(tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(HOSTILE["terms.ttl"])
    with pytest.raises(RdfError, match="exhausts its reader"):
        cdsgraph.validate(FIGURE, tmp_path)


def test_a_command_over_a_hostile_file_ends_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "terms.nt").write_text(HOSTILE["terms.nt"])
    answer = run("validate", "terms.nt", cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("cdsgraph: terms.nt: nested too deeply")
    assert "remedy:" in answer.stderr


def test_a_file_past_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.nt"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(RdfError, match="500 MB") as caught:
        cdsgraph.validate([FIGURE, path])
    assert caught.value.path == path


@pytest.mark.parametrize("opening", ["[ <urn:p> ", "( "])
def test_deep_nesting_that_its_reader_bears_is_read(opening: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.ttl"
    closing = "]" if "[" in opening else ")"
    path.write_text("<urn:a> <urn:p> " + opening * 20_000 + "1" + closing * 20_000 + " .")
    assert len(rdffiles.read([path])) > 20_000


def test_a_triple_term_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "term.ttl"
    path.write_text("<urn:a> <urn:p> <<( <urn:a> <urn:p> 1 )>> .")
    with pytest.raises(RdfError, match="triple term") as caught:
        cdsgraph.validate(path)
    assert "reified" in (caught.value.remedy or "")
    path.write_text('<urn:a> <urn:p> "<<( is only text" .')
    assert cdsgraph.validate(path).triples == 1


def test_errors_keep_their_place_in_a_child_process(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonld"
    path.write_text('{"@id":\n "urn:x"')
    with pytest.raises(RdfError) as caught:
        cdsgraph.validate(path)
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, 2, 9)
