"""`cdsgraph validate` on a project with faults: told all at once, of single files, and of what is built."""

import json
from pathlib import Path

import pytest

from cdsgraph.checking import Report, sources, validate_project
from cdsgraph.files import locate
from cdsgraph.vocab import SHAPE
from tests.checking.sources.test_faults import copied
from tests.commands import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that a test may spoil."""
    return copied(tmp_path / "project")


def edit(root: Path, file: str, find: str, replace: str) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, replace, 1), encoding="utf-8")


def validate(root: Path, *arguments: str) -> tuple[int, set[tuple[str, str]], str]:
    """Exit code, severity and rule of each finding, and what was said beside the report."""
    answer = run("--root", root, "validate", "--format", "json", *arguments, cwd=root)
    results = json.loads(answer.stdout)["results"] if answer.stdout else []
    found = {(each["severity"], each["shape"].removeprefix(SHAPE)) for each in results}
    return answer.returncode, found, answer.stderr


def places(report: Report) -> dict[str, list[str]]:
    """The places told of each rule."""
    return {str(result.shape).removeprefix(SHAPE): [str(place) for place in result.places] for result in report.results}


def line_of(path: Path, words: str) -> int:
    text = path.read_text(encoding="utf-8")
    return text.count("\n", 0, text.index(words)) + 1


FAULTS = {
    "Term-label": ("ontology/cds.ttl", 'rdfs:label "không muộn hơn ngày"@vi , "not after"@en', 'rdfs:label "không"@vi'),
    "Shape-term": ("shapes/things.ttl", "sh:datatype xsd:string ;", "sh:dataType xsd:string ;"),
    "Query-syntax": ("queries/coverage.rq", "OPTIONAL {", "OPTIONL {"),
    "Figure-percentage": ("data/register/measurements.csv", "2022,12.63,%", "2022,112.63,%"),
}


@pytest.fixture
def faulty(project: Path) -> Path:
    """A project with a label, a shape, a query and a figure at fault."""
    for file, find, replace in FAULTS.values():
        edit(project, file, find, replace)
    return project


def test_four_faults_are_told_at_four_places_by_one_run_over_the_changed_files(faulty: Path) -> None:
    changed = [faulty / file for file, _, _ in FAULTS.values()]
    files = locate(faulty)
    told = places(sources.narrowed(sources.check(files).report, changed, files))
    assert told.keys() == FAULTS.keys()
    for rule, words in (
        ("Term-label", 'rdfs:label "không"@vi'),
        ("Shape-term", "sh:dataType"),
        ("Query-syntax", "OPTIONL"),
        ("Figure-percentage", "2022,112.63"),
    ):
        file = faulty / FAULTS[rule][0]
        assert any(place.startswith(f"{file}:{line_of(file, words)}") for place in told[rule]), (rule, told[rule])
    code, found, _ = validate(faulty, *map(str, changed))
    assert (code, {name for _, name in found}) == (1, set(FAULTS))


def test_a_project_that_cannot_be_built_is_checked_as_far_as_it_goes(faulty: Path) -> None:
    edit(faulty, "data/register/measurements.csv", "2022,112.63,%", "2022,nil,%")
    code, found, said = validate(faulty)
    assert code == 1, said
    rules = {name for severity, name in found if severity == "violation"}
    assert rules == {"Term-label", "Shape-term", "Query-syntax", "Register-row", "Project-built"}


def test_a_file_answers_for_itself_and_for_what_rests_on_it(project: Path) -> None:
    edit(project, "ontology/cds.ttl", "cds:sentencesWithFacts\n    a owl", "cds:sentencesOfFacts\n    a owl")
    edit(project, "queries/units_of.rq", "ORDER BY ?source ?statement ?unit", "")
    files = locate(project)
    report = sources.check(files).report
    assert sources.narrowed(report, [project / "queries/themes.rq"], files).results == ()
    assert places(sources.narrowed(report, [project / "queries/units_of.rq"], files)).keys() == {"Query-order"}
    resting = sources.narrowed(report, [project / "ontology/cds.ttl"], files)
    touched = {place.path for result in resting.results for place in result.places}
    assert {"queries/coverage.rq", "shapes/comparison.ttl", "ontology/context.jsonld"} <= touched


def test_files_of_the_project_and_data_are_named_together(project: Path) -> None:
    data = project / "figure.ttl"
    data.write_text("<urn:f> a <https://w3id.org/cdsgraph/ns#Figure> .\n", encoding="utf-8")
    code, found, _ = validate(project, "queries/coverage.rq", "figure.ttl")
    assert code == 1
    assert ("violation", "Figure-value") in found
    code, _, said = validate(project, "queries/none.rq")
    assert code == 2
    assert "queries/none.rq" in said


def test_what_only_a_built_version_shows(project: Path, built: Path) -> None:
    edit(project, "shapes/exceptions.csv", "Shape-focus,Operated", "Shape-focus,Event")
    edit(project, "queries/coverage.rq", "ORDER BY ?source ?tally", "ORDER BY ?source")
    edit(project, "ontology/context.jsonld", '    "notation": "skos:notation",\n', "")
    told = places(validate_project(sources.check(locate(project), figures=False), built))
    assert told["Query-unique"] == [f"queries/coverage.rq:{line_of(project / 'queries/coverage.rq', 'ORDER BY')}:1"]
    assert told["Context-data"] == ["ontology/context.jsonld:1:1"]
    assert told["Shape-focus"] == [f"shapes/things.ttl:{line_of(project / 'shapes/things.ttl', 'shape:Operated')}:1"]
    assert "AmbiguityFlag-open" in told


def test_shapes_that_stop_the_engine_hide_nothing_else(project: Path, built: Path) -> None:
    # SHACL forbids MINUS in a constraint, which as SPARQL is sound.
    edit(
        project,
        "shapes/acts.ttl",
        "FILTER NOT EXISTS { $this eli:passed_by ?issuer }",
        "MINUS { $this eli:passed_by ?issuer }",
    )
    edit(project, "queries/coverage.rq", "OPTIONAL {", "OPTIONL {")
    told = places(validate_project(sources.check(locate(project), figures=False), built))
    assert {"Project-validated", "Query-syntax"} <= told.keys()
