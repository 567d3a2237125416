"""What texts state of their own figures: read, reckoned after, and reported where it does not come out."""

import csv
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph.build import build
from cdsgraph.checking import Report, engine, rdffiles, shapesfiles
from cdsgraph.files import Files
from cdsgraph.graph.dataset import load_store

CASES = Path(__file__).parent / "cases"
PREFIXES = """
PREFIX cds: <https://w3id.org/cdsgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
STATED = """
SELECT ?source ?record ?label WHERE {
  VALUES ?class { cds:StatedShare cds:StatedSum cds:StatedRemainder cds:StatedChange }
  ?record a ?class ; cds:source ?source ; skos:prefLabel ?label .
} ORDER BY ?source ?label"""
FLAGS = """
SELECT ?source ?code WHERE {
  ?flag a cds:AmbiguityFlag ; cds:flags/cds:source ?source ; cds:ambiguity ?code .
} ORDER BY ?source ?flag"""
EVERYWHERE = {"hedged", "missing-period"}


def rows(name: str) -> list[dict[str, str]]:
    lines = (CASES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";"))


ARITHMETIC, AMBIGUITY = rows("arithmetic"), rows("ambiguity")


def built_from(files: Files, folder: Path, cases: list[dict[str, str]]) -> Path:
    """A version built from the passages, each a document named by its number."""
    documents = folder / "documents"
    documents.mkdir()
    for number, case in enumerate(cases):
        (documents / f"c{number:02}.txt").write_text(f"Ngày 15/8/2024.\n\n{case['text']}\n", encoding="utf-8")
    return build(files, folder / "out", documents=documents).version


def asked(version: Path, query: str) -> list[tuple[str, ...]]:
    found = load_store(version / "dataset.nq").query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(each.value.rsplit("/id/source/", 1)[-1] for each in row if each is not None) for row in found]


def validated(version: Path, files: Files) -> Report:
    return engine.validate(rdffiles.read([version / "dataset.nq"]), shapesfiles.load(files.shapes))


@pytest.fixture(scope="module")
def passages(files: Files, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    version = built_from(files, tmp_path_factory.mktemp("arithmetic"), ARITHMETIC)
    verdicts = {"arithmetic": "slip", "otherWhole": "doubtful"}
    found = {
        str(result.focus): verdicts[kind]
        for result in validated(version, files).results
        if "/Stated" in str(result.shape) and (kind := str(result.shape).rsplit("-", 1)[1]) in verdicts
    }
    return asked(version, STATED), found


@pytest.mark.parametrize("number", range(len(ARITHMETIC)), ids=[case["text"][:60] for case in ARITHMETIC])
def test_what_a_passage_states_is_read_and_reckoned_after(
    number: int, passages: tuple[list[tuple[str, ...]], dict[str, str]]
) -> None:
    stated, found = passages
    case = ARITHMETIC[number]
    own = [(record, label) for source, record, label in stated if source == f"c{number:02}"]
    assert [label for _, label in own] == sorted(filter(None, case["links"].split(" | ")))
    verdicts = [found[record] for record, _ in own if record in found]
    assert verdicts == ([case["verdict"]] if case["verdict"] in ("slip", "doubtful") else [])


@pytest.fixture(scope="module")
def flagged(files: Files, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    return asked(built_from(files, tmp_path_factory.mktemp("ambiguity"), AMBIGUITY), FLAGS)


@pytest.mark.parametrize("number", range(len(AMBIGUITY)), ids=[case["text"][:60] for case in AMBIGUITY])
def test_what_a_passage_leaves_open_is_flagged(number: int, flagged: list[tuple[str, ...]]) -> None:
    expected = Counter(AMBIGUITY[number]["reasons"].split())
    found = Counter(code.rsplit("/", 1)[1] for source, code in flagged if source == f"c{number:02}")
    if not EVERYWHERE & expected.keys():
        found = Counter({code: count for code, count in found.items() if code not in EVERYWHERE})
    assert found == expected


def test_of_the_projects_own_documents_exactly_the_true_slips_are_reported(built: Path, files: Files) -> None:
    results = validated(built, files).results
    found = {
        (str(result.shape).rsplit("/", 1)[1], str(result.value)) for result in results if "/Stated" in str(result.shape)
    }
    odd = {str(result.shape).rsplit("/", 1)[1] for result in results if result.severity == "warning"}
    assert odd == {"CheckedCitation-misprint", "StatedShare-arithmetic", "StatedShare-otherWhole"}
    assert found == {
        ("StatedShare-arithmetic", "17 / 62 = 27.42%; 27,5%"),
        ("StatedShare-otherWhole", "70 / 96 = 72.92%; 100%"),
    }
    assert len(asked(built, STATED)) >= 14


def test_a_rise_of_a_share_shows_both_readings_and_one_that_figures_exclude(built: Path) -> None:
    flags = asked(
        built,
        """SELECT ?printed ?code ?relative ?points (COUNT(DISTINCT ?known) AS ?deciding) WHERE {
          ?flag cds:flags/cds:printed ?printed ; cds:ambiguity ?code .
          ?flag cds:baseIfRelative ?relative ; cds:baseIfPoints ?points .
          OPTIONAL { ?flag cds:decidedBy ?known }
        } GROUP BY ?printed ?code ?relative ?points ORDER BY ?printed""",
    )
    assert [(p, code.rsplit("/", 1)[1], r, q, int(n) > 0) for p, code, r, q, n in flags] == [
        ("10%", "relative-only", "17.02", "8.72", True),
        ("5,06%", "percent-or-points", "37.61", "34.45", False),
    ]


def test_a_corrected_digit_renames_no_relation_and_clears_the_slip(files: Files, tmp_path: Path) -> None:
    text = "Kế hoạch đặt ra 62 mục tiêu, trong đó 17 mục tiêu chưa hoàn thành (chiếm {}%)."
    named, slips = [], []
    for value in ("27,5", "27,4"):
        folder = tmp_path / value
        folder.mkdir()
        version = built_from(files, folder, [{"text": text.format(value)}])
        named.append([record for _, record, _ in asked(version, STATED)])
        slips.append([r for r in validated(version, files).results if "/Stated" in str(r.shape)])
    assert named[0] == named[1]
    assert [len(each) for each in slips] == [1, 0]
