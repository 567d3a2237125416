"""Files and versions against the shapes, through the door a user comes in by."""

import json
import re
import time
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import SH, Graph

from cdsgraph.checking import engine, formats, rdffiles, shapesfiles, validate_files, validate_version
from cdsgraph.checking.report import notation
from cdsgraph.errors import DatasetError, RdfError, ShapesError
from cdsgraph.files import Files
from cdsgraph.graph.dataset import FORMATS
from cdsgraph.vocab import DEFAULT_BASE, SHAPE, rebase

FIGURE = Path(__file__).parent / "figure.ttl"
INVALID = sorted((Path(__file__).parent.parent / "shapes").glob("*/invalid-*.ttl"))
TEXT = "Năm 2023, kinh tế số đạt khoảng 16,5% GDP.\n"


def shape_names(report_path: Path, files: Files) -> set[str]:
    report = validate_files([report_path], files.shapes)
    return {str(result.shape).removeprefix(SHAPE) for result in report.results}


def write_version(folder: Path, *, dataset: str | None = None, text: str = TEXT, base: str = DEFAULT_BASE) -> Path:
    """A version directory with the one figure of figure.ttl."""
    turtle = rebase(FIGURE.read_text(encoding="utf-8"), base) if dataset is None else dataset
    quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "tin.txt").write_bytes(text.encode())
    ox.serialize(quads, folder / "dataset.nq", format=ox.RdfFormat.N_QUADS)
    (folder / "manifest.json").write_text(json.dumps({"base": base}))
    return folder


# Files ------------------------------------------------------------------------


def test_a_complete_figure_conforms_without_any_remark(files: Files) -> None:
    report = validate_files([FIGURE], files.shapes)
    assert report.results == ()
    assert report.conforms("info")


def test_a_broken_figure_is_named_with_its_rule(files: Files, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text(FIGURE.read_text(encoding="utf-8").replace("cds:value 16.5", 'cds:value "16,5"'))
    (result,) = validate_files([broken], files.shapes).results
    assert str(result.focus) == DEFAULT_BASE + "id/figure/tin-1"
    assert str(result.shape) == SHAPE + "Figure-value"
    assert result.severity == "violation"
    assert dict(result.messages).keys() == {"vi", "en"}


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig", ".n3", ".rdf", ".jsonld"])
def test_every_rdf_format_is_read(suffix: str, files: Files, tmp_path: Path) -> None:
    path = tmp_path / f"figure{suffix}"
    ox.serialize(ox.parse(path=FIGURE), path, format=FORMATS[suffix])
    report = validate_files([path], files.shapes)
    assert (report.results, report.triples) == ((), len(Graph().parse(FIGURE)))


def test_named_graphs_are_taken_together(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "two.nq"
    quads = [
        ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(f"urn:graph:{number % 2}"))
        for number, each in enumerate(ox.parse(path=FIGURE))
    ]
    ox.serialize(quads, path, format=ox.RdfFormat.N_QUADS)
    assert validate_files([path], files.shapes).results == ()


def test_files_are_taken_together(files: Files, tmp_path: Path) -> None:
    turtle = FIGURE.read_text(encoding="utf-8")
    head, tail = turtle.split("\nplace:viet-nam ")
    prefixes = "".join(line + "\n" for line in turtle.splitlines() if line.startswith("@prefix"))
    (tmp_path / "a.ttl").write_text(head)
    (tmp_path / "b.ttl").write_text(prefixes + "place:viet-nam " + tail)
    assert validate_files([tmp_path / "a.ttl", tmp_path / "b.ttl"], files.shapes).results == ()
    assert "Referenced-prefLabel" in shape_names(tmp_path / "a.ttl", files)


@pytest.mark.parametrize(
    ("name", "content", "line", "column"),
    [
        ("prefix.ttl", b"<urn:a> a\n  cds:Figure .", 2, 3),
        ("words.nt", b"<urn:a> <urn:b> <urn:c> .\nhello", 2, 1),
        ("cut.jsonld", b'{"@id":\n "urn:x"', 2, 9),
        ("bytes.ttl", b"\xff\xfe", 1, 1),
        ("open.rdf", b"<rdf:RDF>", None, None),
    ],
)
def test_what_is_not_rdf_is_refused_with_its_place(
    name: str, content: bytes, line: int | None, column: int | None, files: Files, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RdfError) as caught:
        validate_files([path], files.shapes)
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, line, column)


def test_a_remote_context_is_refused_not_fetched(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "remote.jsonld"
    path.write_text('{"@context": "https://schema.org/", "@id": "urn:x", "name": "x"}')
    with pytest.raises(RdfError, match="nothing is fetched"):
        validate_files([path], files.shapes)


@pytest.mark.parametrize("name", ["gone.ttl", "figure.docx"])
def test_a_file_that_cannot_be_read_is_refused(name: str, files: Files, tmp_path: Path) -> None:
    with pytest.raises(RdfError) as caught:
        validate_files([tmp_path / name], files.shapes)
    assert caught.value.path == tmp_path / name


def test_an_empty_file_is_refused(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "empty.ttl"
    path.write_text("# nothing yet\n")
    with pytest.raises(RdfError, match="no triples"):
        validate_files([path], files.shapes)


def test_an_ill_typed_literal_is_a_result_and_not_a_stack_trace(
    files: Files, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "date.ttl"
    path.write_text(FIGURE.read_text(encoding="utf-8").replace('"2023-12-31"^^', '"2023-02-30"^^'))
    assert {"Figure-asOf", "Period-end"} <= shape_names(path, files)
    assert capfd.readouterr().err == ""


def test_blank_nodes_of_two_files_stay_apart(files: Files, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.ttl").write_text(f'_:x <urn:p> "{name}" .')
    graph = rdffiles.read([tmp_path / "a.ttl", tmp_path / "b.ttl"])
    assert len(set(graph.subjects())) == 2


# Shapes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no shapes here"),
        ("@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape .", "has a target"),
        ("<urn:s> <urn:p> 1 .", "no shape here"),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ;"
            " sh:path <urn:p> ; sh:dataType <urn:t> .",
            "sh:dataType",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ; sh:path <urn:p> ;"
            ' sh:targetSubjectsOf <urn:p> ; sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:p> }" ] .',
            "cannot be parsed",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ; sh:path <urn:p> ;"
            " sh:targetSubjectsOf <urn:p> ; sh:minCount 1 , 2 .",
            "minCount",
        ),
    ],
)
def test_shapes_that_cannot_be_used_are_refused(content: str | None, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "shapes"
    if content is not None:
        folder.mkdir()
        (folder / "own.ttl").write_text(content)
    data = tmp_path / "data.ttl"
    data.write_text("<urn:a> <urn:p> <urn:b> .")
    with pytest.raises(ShapesError, match=said):
        validate_files([data], folder)


def test_one_file_of_shapes_will_do(files: Files, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<urn:a> a <http://www.w3.org/2004/02/skos/core#Concept> .")
    (result,) = validate_files([data], files.shapes / "codes.ttl").results
    assert str(result.shape) == SHAPE + "Concept-inScheme"


def test_shapes_reached_through_other_shapes_keep_their_own_targets(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> ."
        "<urn:Inner> a sh:NodeShape ; sh:targetClass <urn:I> ; sh:property <urn:Inner-p> ."
        "<urn:Inner-p> a sh:PropertyShape ; sh:path <urn:p> ; sh:minCount 1 ."
        "<urn:Outer> a sh:NodeShape ; sh:targetClass <urn:O> ; sh:property <urn:Outer-q> ."
        "<urn:Outer-q> a sh:PropertyShape ; sh:path <urn:q> ; sh:node <urn:Inner> ."
    )
    data = tmp_path / "data.ttl"
    data.write_text("<urn:o> a <urn:O> ; <urn:q> <urn:x> . <urn:i> a <urn:I> .")
    results = validate_files([data], tmp_path / "shapes.ttl").results
    assert [(str(each.shape), str(each.focus)) for each in results] == [
        ("urn:Inner-p", "urn:i"),
        ("urn:Outer-q", "urn:o"),
    ]


_COMPARED = (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent, SH.value)


def test_the_engine_finds_what_the_plain_reference_finds(files: Files) -> None:
    """On every case, but for what queries find: the plain reference parses each anew for every node it looks at."""
    shapes = shapesfiles.load(files.shapes)
    without_queries = Graph()
    for triple in shapes.written:
        if triple[1] != SH.sparql:
            without_queries.add(triple)
    expected = found_by_plain_reference(INVALID, without_queries)
    assert {each for each in found_by_engine(INVALID, shapes) if not is_by_query(each)} == expected
    assert len(expected) > 300


def test_the_engine_finds_by_queries_what_the_plain_reference_finds(files: Files) -> None:
    shapes = shapesfiles.load(files.shapes)
    rules = {shape for _, shape, *_ in filter(is_by_query, found_by_engine(INVALID, shapes))}
    names = {rule.strip("<>").removeprefix(SHAPE) for rule in rules}
    cases = [path for path in INVALID if names & set(re.findall(r" shape:(\S+) ", reported(path)))]
    found = found_by_engine(cases, shapes)
    assert found == found_by_plain_reference(cases, shapes.written)
    assert {shape for _, shape, *_ in filter(is_by_query, found)} == rules
    assert len(rules) > 15


def reported(case: Path) -> str:
    return case.with_suffix(".expected").read_text(encoding="utf-8")


def is_by_query(result: tuple[str, ...]) -> bool:
    return result[2] == notation(SH.SPARQLConstraintComponent)


def found_by_engine(cases: list[Path], shapes: shapesfiles.Shapes) -> set[tuple[str, ...]]:
    results = engine.validate(rdffiles.read(cases), shapes).results
    return {(notation(r.focus), notation(r.shape), notation(r.component), notation(r.value)) for r in results}


def found_by_plain_reference(cases: list[Path], shapes: Graph) -> set[tuple[str, ...]]:
    plain = Graph()
    for triple in rdffiles.read(cases):
        plain.add(triple)
    _, found, _ = pyshacl.validate(plain, shacl_graph=shapes, inference="none")
    assert isinstance(found, Graph)
    return {tuple(notation(found.value(node, each)) for each in _COMPARED) for node in found.objects(None, SH.result)}


def test_blank_nodes_make_no_difference_between_two_runs(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    told: list[list[str]] = []
    for _ in range(3):
        # Written anew, so that nothing is kept from the run before.
        shapes.write_text(
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property"
            " [ sh:path <urn:p> ; sh:minCount 1 ] , [ sh:path <urn:p> ; sh:minCount 2 ] ,"
            " [ sh:path <urn:q> ; sh:nodeKind sh:IRI ] ." + "#" * len(told)
        )
        data.write_text("".join(f"[] a <urn:T> ; <urn:q> [ <urn:r> {n} ] . <urn:t{n}> a <urn:T> ." for n in range(9)))
        report = validate_files([data], shapes)
        assert {report.rule(each).name for each in report.results} == {"S-p-1", "S-p-2", "S-q"}
        told.append([formats.render(report, form) for form in formats.FORMATS])
    assert told[0] == told[1] == told[2]


def test_a_shape_without_a_message_speaks_both_languages(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:property <urn:P> ."
        "<urn:P> sh:path <urn:p> ; sh:minCount 2 ; sh:in ( 1 <urn:b> ) ."
    )
    data.write_text("<urn:a> <urn:p> 3 .")
    few, other = validate_files([data], shapes).results[::-1]
    assert (few.message("vi"), few.message("en")) == ("Cần ít nhất 2 giá trị.", "At least 2 values are needed.")
    assert other.message("en") == "The value must be one of 1, urn:b."


# Versions ---------------------------------------------------------------------


def test_a_version_conforms_with_its_texts(files: Files, tmp_path: Path) -> None:
    assert validate_version(write_version(tmp_path / "v"), files.shapes).results == ()


def test_a_version_with_another_base_conforms(files: Files, tmp_path: Path) -> None:
    version = write_version(tmp_path / "v", base="https://data.example.vn/")
    assert validate_version(version, files.shapes).results == ()


def test_a_text_changed_after_reading_is_reported(files: Files, tmp_path: Path) -> None:
    version = write_version(tmp_path / "v", text=TEXT.replace("16,5", "15,6"))
    names = {str(result.shape).removeprefix(SHAPE) for result in validate_version(version, files.shapes).results}
    assert names == {"SourceText-unchanged", "EvidenceSpan-quote"}


@pytest.mark.parametrize("missing", ["dataset.nq", "manifest.json"])
def test_a_folder_that_is_no_version_is_refused(missing: str, files: Files, tmp_path: Path) -> None:
    version = write_version(tmp_path / "v")
    (version / missing).unlink()
    with pytest.raises(DatasetError):
        validate_version(version, files.shapes)


def test_an_empty_dataset_is_refused(files: Files, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no triples"):
        validate_version(write_version(tmp_path / "v", dataset=""), files.shapes)


# Speed ------------------------------------------------------------------------


def test_the_cost_grows_with_the_data_and_not_faster(files: Files) -> None:
    shapes = shapesfiles.load(files.shapes)
    small, large = copies_of_the_figure(60), copies_of_the_figure(480)
    engine.validate(small, shapes)
    # 8 times the data takes some 7 times as long; one rule with a loop inside a loop makes it 18.
    assert cpu_seconds(large, shapes) < 12 * cpu_seconds(small, shapes)


def copies_of_the_figure(number: int) -> rdffiles.DataGraph:
    graph = rdffiles.DataGraph()
    turtle = FIGURE.read_text(encoding="utf-8")
    for copy in range(number):
        renamed = turtle.replace("figure/", f"figure/{copy}-").replace("span/", f"span/{copy}-")
        rdffiles.add(graph, renamed.encode(), FIGURE)
    return graph


def cpu_seconds(graph: rdffiles.DataGraph, shapes: shapesfiles.Shapes) -> float:
    before = time.process_time()
    assert engine.validate(graph, shapes).results == ()
    return time.process_time() - before
