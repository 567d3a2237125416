"""The faster engine says what the reference says, and leaves to the reference what it is not proved for."""

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from cdsgraph.checking import engine, rdffiles, shapesfiles, validate_files
from cdsgraph.checking.engine import Engine
from cdsgraph.checking.report import Report, notation
from cdsgraph.errors import ShapesError
from cdsgraph.files import Files
from tests.commands import run

_PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <urn:t:> .
"""
_DECLARED = """
:o sh:declare [ sh:prefix "t" ; sh:namespace "urn:t:"^^xsd:anyURI ] ,
    [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
"""
_ENGINES: tuple[Engine, ...] = ("reference", "fast")


def keys(report: Report) -> list[tuple[int, str, str, str, str, str]]:
    return [result.key for result in report.results]


def write(folder: Path, data: str, shapes: str) -> tuple[Path, Path]:
    (folder / "data.ttl").write_text(_PREFIXES + data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(_PREFIXES + _DECLARED + shapes, encoding="utf-8")
    return folder / "data.ttl", folder / "shapes.ttl"


def both(folder: Path, data: str, shapes: str) -> tuple[Report, Report]:
    """What the reference says of them, and what the faster engine with what it leaves to the reference."""
    path, place = write(folder, data, shapes)
    return validate_files([path], place, engine="reference"), validate_files([path], place, engine="fast")


def asking(name: str, condition: str) -> str:
    """A shape that reports a thing of type :T for which a condition on its :p, ?a, and its :q, ?b, holds."""
    query = f"SELECT $this WHERE {{ $this t:p ?a ; t:q ?b FILTER ({condition}) }}"
    return f":{name} a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:prefixes :o ; sh:select '''{query}''' ] .\n"


# Equal reports ----------------------------------------------------------------


@pytest.mark.parametrize("name", _ENGINES)
def test_the_seeded_errors_are_found_and_no_others(name: Engine, reference: Path, tmp_path: Path) -> None:
    bench = reference / "bench" / "shacl"
    subprocess.run([sys.executable, bench / "gen.py", "10000", tmp_path / "d.ttl"], check=True, capture_output=True)
    seeded = json.loads((tmp_path / "d.expected.json").read_text(encoding="utf-8"))["results"]
    report = validate_files([tmp_path / "d.ttl"], bench / "shapes.ttl", engine=name)
    severities = {each: f"<http://www.w3.org/ns/shacl#{each.title()}>" for each in report.counts}
    found = Counter(
        (notation(r.focus), notation(r.shape), notation(r.component), severities[r.severity]) for r in report.results
    )
    assert found == Counter(map(tuple, seeded))
    assert (report.engine, report.notes) == (name, ())


def test_the_built_graph_has_one_report(built: Path, files: Files) -> None:
    data, shapes = rdffiles.read([built / "dataset.nq"]), shapesfiles.load(files.shapes)
    expected, found = (engine.validate(data, shapes, engine=name) for name in _ENGINES)
    assert found.results == expected.results
    assert len(expected.results) > 100
    assert found.engine == "fast"


_KINDS = {
    "integer": ["1", "2", "-3", "0", '"1"^^xsd:int', "+7", "4343"],
    "decimal": ["1", "2", "-3", "1.5", "1.50", '"1"^^xsd:int', "0", "0.1", "123456789012.5"],
    "date": ['"2020-01-01"^^xsd:date', '"2020-01-02"^^xsd:date', '"1999-12-31"^^xsd:date'],
    "string": ['"749/QĐ-TTg"', '"a"', '"A"', '""', '"Đà Nẵng"', '"2020-01-01"'],
}
_CONDITIONS = """
?a = ?b
?a != ?b
?a < ?b
?a <= ?b
?a > ?b
?a >= ?b
!(?a < ?b) && ?a != ?b
sameTerm(?a, ?b)
isNumeric(?a)
DATATYPE(?a) = xsd:date
STRLEN(STR(?a)) > 3
SUBSTR(STR(?a), 1, 4) = "2020"
REPLACE(STR(?a), "[0-9]+", "") = ""
STRSTARTS(STR(?a), STR(?b))
CONTAINS(STR(?a), STR(?b))
STRAFTER(STR(?a), "/") = "QĐ-TTg"
LCASE(STR(?a)) = LCASE(STR(?b))
REGEX(STR(?a), "^[a-zđ]+", "i")
CONCAT(STR(?a), STR(?b)) = "aa"
xsd:integer(SUBSTR(STR(?a), 1, 4)) > 2000
EXISTS { ?x t:q ?a FILTER (?x != $this) }
"""
_SUMS = """
?a + ?b > 2
?a - ?b > 0
ABS(?a) > 1
ROUND(?a) = 2
?a + 0.1 = ?b + 0.1
xsd:decimal(?a) = ?b
"""
_PRODUCTS = """
?a * ?b = 3
?a / ?b > 1
?b > 0 && ABS(100 * ?a / ?b - 50) > 0.05
COALESCE(?a / ?b, 9) > 1
"""


@pytest.mark.parametrize("kind", _KINDS)
def test_conditions_on_values_of_one_kind_hold_for_both(kind: str, tmp_path: Path) -> None:
    values = list(enumerate(_KINDS[kind]))
    data = "\n".join(f":n{i}-{j} a :T ; :p {a} ; :q {b} ." for (i, a), (j, b) in product(values, values))
    conditions = _CONDITIONS + (_SUMS if kind in ("integer", "decimal") else "")
    conditions += _PRODUCTS if kind == "integer" else ""
    lines = conditions.replace("\n\n", "\n").strip().splitlines()
    expected, found = both(tmp_path, data, "".join(asking(f"s{number}", line) for number, line in enumerate(lines)))
    assert keys(found) == keys(expected)
    assert (found.engine, found.notes) == ("fast", ())
    assert len({result.shape for result in found.results}) > len(lines) / 3


@pytest.mark.parametrize("pattern", ["a$", "^.$", r"^\\d+$", r"^\\w+$", "^[A-ZĐ]+$", "(?=a)a", r"(a)\\1", "^[^a]+$"])
@pytest.mark.parametrize("flags", ["", "i", "s"])
def test_patterns_match_alike(pattern: str, flags: str, tmp_path: Path) -> None:
    words = ["", "a", "A", "aa", "a\\n", "\\n", "12", "٣", "Đ", "đ", "é", "e\u0301", "a b", "ß", "ſ", "İ", "🙂"]
    data = "\n".join(f':n{number} :p "{word}" .' for number, word in enumerate(words))
    flagged = f' ; sh:flags "{flags}"' if flags else ""
    shape = f':s a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:pattern "{pattern}"{flagged} .'
    expected, found = both(tmp_path, data, shape)
    assert keys(found) == keys(expected)
    assert found.engine == "fast"


# What the faster engine is not proved for -------------------------------------

_OF_P = ":s a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; "
_RANGE = _OF_P + "sh:minInclusive 0 ."
_LESS = _OF_P + "sh:lessThan :q ."
_DECIMAL = _OF_P + "sh:datatype xsd:decimal ."
_INSIDE = ":s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:node :s ] ."
_FOCUS = ":s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:maxInclusive 3 ."
_DATES = ':a a :T ; :p "2025-02-28"^^xsd:date ; :q "2025-03-01"^^xsd:date .'


@pytest.mark.parametrize(
    ("data", "shapes", "said"),
    [
        (_DATES, asking("s", '?b = ?a + "P1D"^^xsd:dayTimeDuration'), "sums"),
        (_DATES, asking("s", "NOT EXISTS { $this t:p ?last FILTER (?last + 1 = ?b) }"), "sums"),
        (_DATES, asking("s", "YEAR(?a) = 2025"), "Builtin_YEAR"),
        (':a :p "1e3"^^xsd:decimal .', _DECIMAL, "1e3"),
        (':a :p " 1"^^xsd:integer .', _DECIMAL, "the literal"),
        (':a :p 1 . :b :p "2020-01-01"^^xsd:date .', _RANGE, "order of values"),
        (':a :p "2020"^^xsd:gYear .', _RANGE, "order of values"),
        (':a :p 1 ; :q "2020-01-01"^^xsd:date .', _LESS, "order of values"),
        (':a a :T ; :p 1 ; :q "x" .', asking("s", "?a < ?b"), "order of values"),
        (':a a :T ; :p 1 , "x" ; :q 1 .', asking("s", "?a > 0"), "order of values"),
        (":a a :T ; :p 1 ; :q 1 .", asking("s", "STR(?a) > 0"), "order"),
        (":a a :T ; :p 1 ; :q 1 .", asking("s", "?a IN (1, 2)"), "IN with literals"),
        (":a a :T ; :p [] ; :q 1 .", asking("s", "STRLEN(STR(?a)) > 0"), "text of values"),
        (":a a :T ; :p 0 ; :q 0.3 .", asking("s", "?a * ?b = 0"), "products"),
        (":a a :T ; :p 0 ; :q 1 .", asking("s", "EXISTS { $this t:q ?b FILTER (?b * 0.3 = 0.3) }"), "products"),
        (":a :p :b .", _INSIDE, "inside itself"),
        (":a :p 5 .", _FOCUS, "other nodes"),
    ],
)
def test_what_is_not_proved_is_the_references(data: str, shapes: str, said: str, tmp_path: Path) -> None:
    expected, found = both(tmp_path, data, shapes)
    assert keys(found) == keys(expected)
    assert "left to the reference engine" in str(found.notes)
    assert said in str(found.notes)


def test_only_the_shapes_that_are_not_proved_are_the_references(tmp_path: Path) -> None:
    quick = "".join(f":q{n} a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property :r{n} ." for n in range(3))
    quick += "".join(f":r{n} a sh:PropertyShape ; sh:path :x{n} ; sh:minCount 1 ." for n in range(3))
    expected, found = both(tmp_path, ':a :p 1 . :b :p "x" .', quick + _RANGE)
    assert keys(found) == keys(expected)
    assert (found.engine, len(found.results)) == ("fast", len(expected.results))
    assert found.notes[0].startswith("some shapes left to the reference engine")


def test_advanced_features_are_the_references_and_change_no_data(tmp_path: Path) -> None:
    shapes = """
        :s a sh:NodeShape ; sh:targetSubjectsOf :p ;
            sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate :made ; sh:object :x ] ;
            sh:property [ sh:path :made ; sh:maxCount 0 ] ."""
    path, place = write(tmp_path, ":a :p 1 .", shapes)
    data = rdffiles.read([path])
    report = engine.validate(data, shapesfiles.load(place))
    assert (report.engine, len(report.results), len(data)) == ("reference", 1, 1)
    assert "all shapes left to the reference engine: sh:" in str(report.notes)


@pytest.mark.parametrize("name", ["auto", *_ENGINES])
def test_javascript_is_refused(name: Engine, tmp_path: Path) -> None:
    shape = ":s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:js [ sh:jsFunctionName 'f' ] ."
    path, place = write(tmp_path, ":a :p 1 .", shape)
    with pytest.raises(ShapesError, match="no engine knows sh:js"):
        validate_files([path], place, engine=name)


@pytest.mark.parametrize("name", _ENGINES)
@pytest.mark.parametrize(
    ("data", "shapes"),
    [
        (":a :p 'x' .", _OF_P + 'sh:pattern "(" .'),
        (":a a :T ; :p 1 ; :q 1 .", asking("s", "EXISTS { SERVICE <urn:x> { $this t:p ?a } }")),
        (":a :p [] ; :q 1 .", _LESS),
        (":a :p :b . :b :p :a .", _INSIDE),
        (':a :p "NaN"^^xsd:double .', _OF_P + "sh:minInclusive 1.5 ."),
    ],
)
def test_what_no_engine_can_do_is_said(name: Engine, data: str, shapes: str, tmp_path: Path) -> None:
    path, place = write(tmp_path, data, shapes)
    with pytest.raises(ShapesError):
        validate_files([path], place, engine=name)


# Shapes that the reference was given otherwise than they are written -----------


def test_qualified_shapes_know_their_siblings(tmp_path: Path) -> None:
    shapes = """
        :Hand a sh:NodeShape ; sh:targetClass :Hand ; sh:property :thumbs , :fingers .
        :thumbs a sh:PropertyShape ; sh:path :digit ; sh:qualifiedValueShape [ sh:class :Thumb ] ;
            sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 .
        :fingers a sh:PropertyShape ; sh:path :digit ; sh:qualifiedValueShape [ sh:class :Finger ] ;
            sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ."""
    expected, found = both(tmp_path, ":h a :Hand ; :digit :x . :x a :Thumb , :Finger .", shapes)
    assert keys(found) == keys(expected)
    assert len(expected.results) == 2


def test_shapes_of_nodes_alone_will_do(tmp_path: Path) -> None:
    expected, found = both(tmp_path, ":a :p 1 .", ":s a sh:NodeShape ; sh:targetNode :a ; sh:nodeKind sh:Literal .")
    assert keys(found) == keys(expected)
    assert (len(expected.results), expected.shapes) == (1, 1)


def test_messages_of_queries_keep_their_languages(tmp_path: Path) -> None:
    told = 'sh:sparql [ sh:message "Có {?value}"@vi , "It has {?value}"@en ; sh:prefixes :o ; sh:select'
    query = f":s a sh:NodeShape ; sh:targetNode :a ; {told} 'SELECT $this ?value WHERE {{ $this t:p ?value }}' ] ."
    for report in both(tmp_path, ":a :p 1 .", query):
        (result,) = report.results
        assert (result.message("vi"), result.message("en")) == ("Có 1", "It has 1")


# The command ------------------------------------------------------------------


def test_the_command_says_which_shapes_it_left_to_the_reference(tmp_path: Path) -> None:
    path, place = write(tmp_path, ':a :p 1 . :b :p "x" .', _RANGE)
    quick, slow = (run("validate", path, "--shapes", place, "--engine", name) for name in ("fast", "reference"))
    assert quick.stdout == slow.stdout
    assert "reference engine" in quick.stderr
    assert "reference engine" not in slow.stderr


def test_the_extra_is_there() -> None:
    assert importlib.util.find_spec("pyshacl_turbo"), "these tests need the extra `fast`: pip install '.[dev]'"
