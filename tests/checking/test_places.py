"""Where findings stand: the line and column of the file, the words of the document, the cell of the register."""

import re
import shutil
import unicodedata
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import pytest

from cdsgraph.checking import rdffiles, validate_files, validate_version
from cdsgraph.checking.places import turtle
from cdsgraph.checking.report import Place, Report, Result
from cdsgraph.files import Files
from cdsgraph.graph.dataset import FORMATS
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE, SKOS, rebase
from tests.commands import run
from tests.service import ROOT

SHAPES = Path(__file__).parent / "places.ttl"
EX = "http://example.org/"
PREFIX = f"@prefix ex: <{EX}> .\n"


def found(path: Path) -> dict[str, Result]:
    """The findings on a file under the rules of places.ttl, by the end of the rule's name."""
    return {str(each.shape).removeprefix(EX + "Station-"): each for each in validate_files([path], SHAPES).results}


def write(folder: Path, text: str, name: str = "data.ttl") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def words(place: Place, root: Path = Path()) -> str:
    """What stands from the place's start to its end."""
    assert place.line
    assert place.column
    assert place.end_column
    lines = (root / place.path).read_bytes().decode("utf-8-sig").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    return "\n".join(lines)[place.column - 1 :]


def command(*arguments: str | Path, cwd: Path = ROOT) -> str:
    """What `cdsgraph validate` prints."""
    answer = run(*arguments, cwd=cwd, environment={"PATH": ""})
    assert answer.returncode in (0, 1), answer.stderr
    return answer.stdout


# Turtle -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        "",
        '# một dòng ghi chú; có . và "\n',
        'ex:a ex:note """nhiều\ndòng, \\"dấu\\" và ""hai"" dấu""" .\n',
        "ex:a ex:note '''một 'dòng'\n\n''' ; ex:note \"x\"@vi-Latn , 'y'^^ex:d .\n",
        "@base <http://example.org/nơi/> . PREFIX p: <#>\n",
        '[] ex:p ( 1 ex:a [ ex:q ( ) ] ( "s" 2.5e3 ) ) . [ ex:p true ] .\n',
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_wrong_value_stands_where_it_is_written(
    before: str, line_end: str, mark: str, form: Literal["NFC", "NFD"], tmp_path: Path
) -> None:
    line = 'ex:tram a ex:Station ; ex:name "Trạm thuỷ văn Đồng Tháp"@vi ; ex:height "mười" , 4 .'
    text = unicodedata.normalize(form, PREFIX + before + line + "\n").replace("\n", line_end)
    result = found(write(tmp_path, mark + text))["height"]
    (place,) = result.places
    assert words(place) == unicodedata.normalize(form, '"mười"')
    assert (place.path, place.line) == (str(tmp_path / "data.ttl"), text.count("\n"))
    assert place.column == unicodedata.normalize(form, line).index('"m') + 1


def test_all_on_the_line_of_the_prefix(tmp_path: Path) -> None:
    path = write(tmp_path, f'@prefix ex: <{EX}> . ex:a a ex:Station ; ex:name "a" ; ex:height 1.5 .')
    assert words(found(path)["height"].places[0]) == "1.5"


def test_what_is_missing_is_missing_where_the_block_begins_that_says_what_the_thing_is(tmp_path: Path) -> None:
    path = write(tmp_path, PREFIX + "ex:b ex:near ex:a .\nex:a ex:code 1 .\n\n  ex:a\n    a ex:Station .\n")
    (place,) = found(path)["name"].places
    assert (place.line, place.column, words(place)) == (5, 3, "ex:a")


def test_two_values_where_one_may_be_are_both_shown(tmp_path: Path) -> None:
    path = write(
        tmp_path, PREFIX + 'ex:a a ex:Station ; ex:name "a" ; ex:code 1 ,\n  2 ; ex:near ex:b ;\n  ex:code 3 .'
    )
    places = found(path)["one-code"].places
    assert [(words(place), place.line) for place in places] == [("1", 2), ("2", 3), ("3", 4)]


def test_nested_blank_nodes_are_told_apart(tmp_path: Path) -> None:
    text = (
        PREFIX + 'ex:a a ex:Station ; ex:name "a" ;\n'
        '  ex:measures [ ex:unit ex:m ; ex:level 1.5 ] , [ ex:level\n  "cao" ; ex:unit ex:m ] ,\n  [ ex:level 2.5 ] .\n'
    )
    results = found(write(tmp_path, text))
    assert [(words(place), place.line) for place in results["level"].places] == [('"cao"', 4)]
    assert [(words(place), place.line) for place in results["measures"].places] == [("[ ex:level 2.5 ]", 5)]


def test_a_path_that_breaks_off_ends_at_the_last_node_it_reaches(tmp_path: Path) -> None:
    shape = tmp_path / "shape.ttl"
    shape.write_text(
        PREFIX + "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:Station ; sh:property ex:S-p .\n"
        "ex:S-p a sh:PropertyShape ; sh:path ( [ sh:inversePath ex:of ] ex:level ) ; sh:minCount 1 .\n"
    )
    path = write(tmp_path, PREFIX + "ex:a a ex:Station .\nex:m ex:of ex:a .\n")
    (result,) = validate_files([path], shape).results
    assert [(words(place), place.line) for place in result.places] == [("ex:m", 3)]


def test_a_statement_is_shown_in_the_file_that_makes_it(tmp_path: Path) -> None:
    one = write(tmp_path, PREFIX + 'ex:a a ex:Station ; ex:name "a" .\n', "one.ttl")
    two = write(tmp_path, PREFIX + "\nex:a ex:height 2.5 .\n", "two.ttl")
    (result,) = validate_files([one, two], SHAPES).results
    assert [(place.path, place.line, words(place)) for place in result.places] == [(str(two), 3, "2.5")]


def test_the_reader_of_places_reads_what_the_parser_reads(files: Files) -> None:
    paths = [*ROOT.glob("tests/**/*.ttl"), *files.schemes.glob("*.ttl"), *files.ontology.glob("*.ttl")]
    assert len(paths) > 100
    for path in (*paths, *files.shapes.glob("*.ttl")):
        content = rdffiles.content_of(path)
        there = turtle.statements(content.decode(), rdffiles.base_iri(path), "f0")
        assert {each[:3] for each in there} == set(rdffiles.triples(content, path, mark="f0")), path


@pytest.mark.parametrize(
    "text",
    [
        "( [ ex:p 1 ] ( ( \"a\" ) 'b' ) ( ) ) ex:p ( ( ex:a ) ex:b [ ] ) , [ ex:q [ ] , ( 1 2 ) ] .",
        '[ ex:p ( "a" ex:b ) ; ex:q "x"@vi , [ ex:r """y""" ] ; ] a ( [ ex:p "z"^^ex:d ] ( ( 1 ) ) ) .',
        '_:a ex:p [ ] , _:b . ( "a" -1.5 ) ex:p () ;; ex:q [ ex:r ( "b"@en ) ] .',
        "ex:a\\,b ex:p ex:%20c , <#d> , <> , ex: , ex:a.b , <e/../f> . ex:a.b ex:p 1.e4 , .5 , +1 , true.",
        'ex:a ex:p "\\u0111\\n" , \'\'\'a\'b\'\'\' , "" , """""" .',
    ],
)
@pytest.mark.parametrize("suffix", [".ttl", ".trig"])
def test_blank_nodes_are_the_parsers(text: str, suffix: str, tmp_path: Path) -> None:
    text = PREFIX + text
    if suffix == ".trig":
        text += "\nGRAPH ex:g { ex:a ex:p [ ex:q 1 ] . } [] { ex:b ex:p ( 2 ) } _:g { }"
    path = tmp_path / f"data{suffix}"
    there = turtle.statements(text, rdffiles.base_iri(path), "f0")
    assert {each[:3] for each in there} == set(rdffiles.triples(text.encode(), path, mark="f0"))


# Other formats ----------------------------------------------------------------

STATION = (
    PREFIX + 'ex:a a ex:Station ; ex:name "Trạm A"@vi ; ex:height "mười" ;\n'
    '  ex:measures [ ex:level "cao" ; ex:unit ex:m ] .\n'
    'ex:b a ex:Station ; ex:near ex:a .\n_:c a ex:Station ; ex:name "c" ; ex:height "hai" .\n'
)


@pytest.mark.parametrize("suffix", [".nt", ".nq", ".trig", ".n3"])
def test_the_formats_of_turtles_family(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"data{suffix}"
    ox.serialize(ox.parse(STATION, format=ox.RdfFormat.TURTLE), path, format=FORMATS[suffix])
    at = {words(place) for each in validate_files([path], SHAPES).results for place in each.places}
    name = "ex:b" if suffix == ".n3" and "@prefix" in path.read_text() else f"<{EX}b>"
    assert at == {'"mười"', '"cao"', '"hai"', name}


def test_quads_name_their_graph_behind_the_value(tmp_path: Path) -> None:
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = (
        f'<{EX}a> {kind} <{EX}Station> <{EX}g> .\n# nói thêm\n<{EX}a> <{EX}name> "a" _:g .\n'
        f'  <{EX}a>\t<{EX}height> "cao"@vi <{EX}g> . # cuối\n'
    )
    (place,) = found(write(tmp_path, lines, "data.nq"))["height"].places
    assert (place.line, words(place)) == (4, '"cao"@vi')


JSON = """{
  "@context": {"ex": "http://example.org/", "id": "@id", "height": "ex:height", "@vocab": "http://example.org/"},
  "@graph": [
    {"id": "ex:a", "@type": "Station", "name": "Trạm \\"A\\"",
     "height": ["mười", 4]},
    {
      "id": "ex:b", "@type": ["ex:Station"], "name": {"@value": "b", "@language": "vi"},
      "height": {"@type": "ex:d", "@value": "hai"},
      "measures": {"level": "cao", "unit": {"id": "ex:m"}}
    },
    {"id": "ex:c", "@type": "Station"}
  ]
}
"""


def test_json_ld_leads_to_the_value_or_to_the_name_of_the_subject(tmp_path: Path) -> None:
    report = validate_files([write(tmp_path, JSON, "data.jsonld")], SHAPES)
    at = {
        (str(each.focus)[-1], place.line, words(place))
        for each in report.results
        for place in each.places
        if place.line
    }
    assert at == {("a", 5, '"mười"'), ("b", 8, '"hai"'), ("c", 11, '"ex:c"')}
    (nameless,) = (each for each in report.results if str(each.shape) == EX + "Station-level")
    assert nameless.places == (Place(str(tmp_path / "data.jsonld")),)


XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rdf:RDF [<!ENTITY ex "{EX}">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="{EX}" xml:base="{EX}">
  <ex:Station rdf:about="&ex;a"><ex:name xml:lang="vi">Trạm
    A</ex:name> <ex:height>mười</ex:height>
  </ex:Station>
  <rdf:Description rdf:about="b">
    <rdf:type rdf:resource="&ex;Station"/>
    <ex:measures><rdf:Description rdf:nodeID="m"><ex:level>cao</ex:level><ex:unit rdf:resource="m"/></rdf:Description>
    </ex:measures>
  </rdf:Description>
</rdf:RDF>
"""


def test_rdf_xml_leads_to_the_element(tmp_path: Path) -> None:
    results = found(write(tmp_path, XML, "data.rdf"))
    at = {rule: [(place.line, words(place)) for place in each.places] for rule, each in results.items()}
    assert at == {
        "height": [(5, "<ex:height>")],
        "name": [(7, '<rdf:Description rdf:about="b">')],
        "level": [(9, "<ex:level>")],
    }


def test_the_text_report_puts_the_place_first_and_names_the_file_as_the_user_did(tmp_path: Path) -> None:
    write(tmp_path, STATION)
    printed = command("validate", "data.ttl", "--shapes", SHAPES, "--lang", "en", cwd=tmp_path)
    column = STATION.split("\n")[1].index('"mười"') + 1
    assert re.search(rf'^ *data\.ttl:2:{column}( \(.+\))?  <http://example\.org/a> .* "mười"$', printed, re.MULTILINE)
    assert re.search(r"^ *data\.ttl:4:1  <http://example\.org/b> ", printed, re.MULTILINE)


# Built versions ---------------------------------------------------------------


@pytest.fixture(scope="module")
def report(built: Path, files: Files) -> Report:
    """What the rules find on the project's own documents."""
    return validate_version(built, files.shapes, files=files)


def of_rule(report: Report, rule: str, end: str = "") -> Result:
    """The first finding under one rule, of the thing whose IRI ends so."""
    return next(each for each in report.results if str(each.shape) == SHAPE + rule and str(each.focus).endswith(end))


def taken_from(built: Path, folder: Path, *things: str) -> Path:
    """A version that a test may spoil, with what the built one says of things whose IRIs match, and with its texts."""
    wanted = re.compile(rf"<({'|'.join(things)})[>#]")
    folder.mkdir()
    shutil.copytree(built / "documents", folder / "documents")
    shutil.copy(built / "manifest.json", folder)
    lines = (built / "dataset.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "dataset.nq").write_text("".join(line for line in lines if wanted.match(line)), encoding="utf-8")
    return folder


@pytest.fixture
def root(files: Files, tmp_path: Path) -> Files:
    """A copy of the project's files that a test may spoil."""
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(files.root / folder, tmp_path / "root" / folder)
    return Files(tmp_path / "root")


def spoil(version: Path, old: str, new: str) -> None:
    dataset = version / "dataset.nq"
    text, times = re.subn(old, new, dataset.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert times, old
    dataset.write_text(text, encoding="utf-8")


def test_every_finding_on_the_projects_own_documents_has_a_place(report: Report, files: Files) -> None:
    assert len(report.results) > 100
    assert [str(each.focus) for each in report.results if not each.places] == []
    for each in report.results:
        for place in each.places:
            assert (files.root / place.path).is_file()
            if place.span is not None:
                assert words(place, files.root)


def test_a_slip_in_arithmetic_leads_to_the_printed_number(report: Report, files: Files) -> None:
    place, sentence = of_rule(report, "StatedShare-arithmetic").places
    document = files.root / place.path
    text = document.read_text(encoding="utf-8")
    assert document.parent == files.documents
    assert words(place, files.root) == "27,5%"
    assert place.span is not None
    assert text[slice(*place.span)] == "27,5%"
    assert place.line == text[: place.span[0]].count("\n") + 1
    assert words(sentence, files.root).startswith("62 mục tiêu")


def test_what_was_derived_leads_to_what_it_rests_on_and_to_its_rule(report: Report, files: Files) -> None:
    first, *others = of_rule(report, "AmbiguityFlag-open", "reading-000-3fc9f001-2").places
    assert words(first, files.root) == "39,51%, tăng 5,06%"
    paths = {place.path for place in others}
    assert {"data/documents/000_f71912697a64e5b9.txt", "data/corrections/figures.csv"} < paths
    assert others[-1] == Place("queries/derive/30-changes-of-shares.rq")


def test_a_misprinted_act_is_shown_in_the_text_and_in_the_register(report: Report, files: Files) -> None:
    printed, registered = of_rule(report, "CheckedCitation-misprint").places
    assert words(printed, files.root) == "884/QĐ-TTg"
    assert registered.path == "data/register/acts.csv"
    assert words(registered, files.root).startswith("844-qd-ttg-2016,")


def test_a_wrong_figure_of_the_register_leads_to_its_cell(built: Path, root: Files, tmp_path: Path) -> None:
    version = taken_from(
        built, tmp_path / "version", r"\S+/figure/tong-cuc-thong-ke-[^>]+", r"\S+/register/measurements-[^>]+"
    )
    table = root.register / "measurements.csv"
    header, first, rest = table.read_text(encoding="utf-8").split("\n", 2)
    # A note of two lines before the row: the version knows the row by the line it had when it was built.
    first = first.rsplit(",", 1)[0] + ',"ghi chú ""hai"",\r\ndòng"'
    table.write_bytes("\n".join((header, first, rest)).encode())
    figure = re.escape(f"{DEFAULT_BASE}id/figure/tong-cuc-thong-ke-") + r"\S*-2021-first-release"
    spoil(version, rf'^(<{figure}> <{CDS}value>) "12\.87"\S+', r'\1 "12,87"')
    place, *_ = of_rule(validate_version(version, root.shapes, files=root), "Figure-value").places
    assert (place.path, place.line, words(place, root.root)) == ("data/register/measurements.csv", 4, "12.87")


def test_a_label_that_is_missing_leads_to_the_row(built: Path, root: Files, tmp_path: Path) -> None:
    version = taken_from(built, tmp_path / "version", r"\S+/org/bo-cong-an", r"\S+/register/bodies-bo-cong-an")
    spoil(version, rf"^<{DEFAULT_BASE}id/org/bo-cong-an> <{SKOS}prefLabel> .*\n", "")
    results = validate_version(version, root.shapes, files=root).results
    places = [place for each in results if str(each.focus).endswith("id/org/bo-cong-an") for place in each.places]
    assert places
    assert places[0].path == "data/register/bodies.csv"
    assert words(places[0], root.root).startswith("bo-cong-an,")


def test_a_code_leads_to_its_scheme_and_a_term_to_the_ontology(built: Path, root: Files, tmp_path: Path) -> None:
    version = taken_from(built, tmp_path / "version", r"\S+/certainty/high", f"{CDS}Citation")
    code, term = f"{DEFAULT_BASE}def/certainty/high", f"{CDS}Citation"
    spoil(version, rf'^<{code}> <{SKOS}prefLabel> "[^"]*"@en .*\n', "")
    spoil(version, rf'^<{term}> <{SKOS}definition> "[^"]*"@en .*\n', "")
    results = validate_version(version, root.shapes, files=root).results
    of_code = next(each.places for each in results if str(each.focus) == code and str(each.path) == SKOS + "prefLabel")
    assert (of_code[0].path, words(of_code[0], root.root)) == ("data/schemes/certainty.ttl", '"cao"@vi')
    (of_term,) = (each.places for each in results if str(each.focus) == term)
    assert of_term[0].path == "ontology/cds.ttl"
    assert words(of_term[0], root.root).endswith("@vi")


def test_the_record_of_a_document_leads_to_its_cell(built: Path, root: Files, tmp_path: Path) -> None:
    version = taken_from(built, tmp_path / "version", r"\S+/source/001")
    spoil(version, rf"^(<{DEFAULT_BASE}id/source/001> <http://purl.org/dc/terms/issued>) \S+", r'\1 "hôm qua"')
    results = validate_version(version, root.shapes, files=root).results
    (places,) = {each.places for each in results if str(each.path).endswith("issued")}
    assert places[0].path == "data/documents/sources.csv"
    assert words(places[0], root.root).startswith("001,001_9b89b85e25826bcb.txt,")


@pytest.mark.parametrize("change", ["NFD", "CRLF", "BOM", "gone", "edited"])
def test_the_words_are_shown_in_the_document_where_it_still_holds_them(
    change: str, built: Path, root: Files, tmp_path: Path
) -> None:
    version = taken_from(
        built, tmp_path / "version", r"\S+/(share|figure)/002-3f7667f2-\d+", r"\S+/span/002-[^>#]+", r"\S+/source/002"
    )
    document = root.documents / "002_e0a100645be7d634.txt"
    text = document.read_text(encoding="utf-8")
    document.write_bytes(
        {
            "NFD": unicodedata.normalize("NFD", text),
            "CRLF": text.replace("\n", "\r\n"),
            "BOM": "\ufeff" + text,
            "gone": "",
            "edited": "Thêm một dòng.\n" + text,
        }[change].encode()
    )
    if change == "gone":
        document.unlink()
    first, *others = of_rule(validate_version(version, root.shapes, files=root), "StatedShare-arithmetic").places
    if change in ("NFD", "CRLF", "BOM"):
        assert (first.path, words(first, root.root)) == ("data/documents/002_e0a100645be7d634.txt", "27,5%")
        return
    copy = first
    if change == "edited":
        assert (first.path, first.line) == ("data/documents/002_e0a100645be7d634.txt", None)
        copy = others[0]
    assert copy.path == str(version / "documents" / "002_e0a100645be7d634.txt")
    assert words(copy) == "27,5%"


def test_a_version_of_another_base_leads_to_the_same_files(built: Path, root: Files, tmp_path: Path) -> None:
    version = taken_from(built, tmp_path / "version", r"\S+/certainty/high")
    base = "https://data.example.vn/"
    code = f"{base}def/certainty/high"
    for path in (version / "dataset.nq", version / "manifest.json"):
        path.write_text(rebase(path.read_text(encoding="utf-8"), base).replace(f'"{DEFAULT_BASE}"', f'"{base}"'))
    spoil(version, rf'^<{code}> <{SKOS}prefLabel> "[^"]*"@en .*\n', "")
    results = validate_version(version, root.shapes, files=root).results
    places = next(each.places for each in results if str(each.focus) == code and str(each.path) == SKOS + "prefLabel")
    assert places[0].path == "data/schemes/certainty.ttl"
