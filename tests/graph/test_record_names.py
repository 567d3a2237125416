"""Records that nobody named get names in both languages, made of the names of what they are about."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph.errors import RulesError
from cdsgraph.files import Files
from cdsgraph.graph import record_names
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import CDS, Iris

PREFIXES = """
@prefix cds: <https://w3id.org/cdsgraph/ns#> .
@prefix id: <https://w3id.org/cdsgraph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TARGET = 'id:t skos:prefLabel "hồ sơ trực tuyến: 80%"@vi , "files online: 80%"@en .'
STATUS = 'id:s skos:prefLabel "chưa có số đo"@vi , "not measured"@en .'


def named(files: Files, told: str) -> dict[str, str]:
    store = ox.Store()
    store.load((PREFIXES + told).encode(), format=ox.RdfFormat.TURTLE)
    (rule,) = record_names.rules(files)
    labels = {triple.object for triple in rule.derive(store, Iris()) if isinstance(triple.object, ox.Literal)}
    return {str(label.language): label.value for label in labels}


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (
            f"id:a a cds:TargetAssessment ; cds:target id:t ; cds:targetStatus id:s . {TARGET} {STATUS}",
            {"vi": "hồ sơ trực tuyến: 80%: chưa có số đo", "en": "files online: 80%: not measured"},
        ),
        (
            f"id:a a cds:TargetAssessment ; cds:target id:t ; cds:targetStatus id:s ; cds:basis id:b . "
            f'{TARGET} {STATUS} id:b skos:prefLabel "số liệu của bộ"@vi .',
            {
                "vi": "hồ sơ trực tuyến: 80%: chưa có số đo; số liệu của bộ",
                "en": "files online: 80%: not measured; số liệu của bộ",
            },
        ),
        (
            "id:c a cds:Coverage ; cds:coverageOf <https://w3id.org/cdsgraph/id/source/002> .",
            {"vi": "Độ phủ của nguồn 002", "en": "Coverage of source 002"},
        ),
        (
            'id:c a cds:Coverage ; cds:coverageOf id:z ; skos:prefLabel "của riêng nó"@vi .',
            {"en": "Coverage of source z"},
        ),
    ],
    ids=["both languages", "basis told, in one language only", "last part of an IRI", "own name kept"],
)
def test_a_record_is_named_by_its_parts(files: Files, told: str, names: dict[str, str]) -> None:
    assert named(files, told) == names


def test_everything_of_a_class_of_ours_has_a_name_and_what_is_derived_an_english_one_too(built: Path) -> None:
    store = load_store(built / "dataset.nq")
    nameless = store.query(
        f"""PREFIX cds: <{CDS}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?thing {{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), STR(cds:)))
          FILTER NOT EXISTS {{ ?thing skos:prefLabel ?vi . FILTER(LANG(?vi) = "vi") }}
          FILTER NOT EXISTS {{ ?thing a cds:Provisional }} }}"""
    )
    half = store.query(
        f"""PREFIX cds: <{CDS}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?thing {{ ?thing cds:byRule ?rule
          FILTER NOT EXISTS {{ ?thing skos:prefLabel ?en . FILTER(LANG(?en) = "en") }} }}"""
    )
    assert isinstance(nameless, ox.QuerySolutions)
    assert isinstance(half, ox.QuerySolutions)
    assert [str(row) for row in (*nameless, *half)] == []
    left_over = re.findall(r'prefLabel> "[^"]*(?:[{}]|: "|, ,)', (built / "dataset.nq").read_text(encoding="utf-8"))
    assert left_over == []


def test_a_form_without_a_part_is_refused(tmp_path: Path) -> None:
    rules = Files(tmp_path).rules
    rules.mkdir(parents=True)
    (rules / "record_names.csv").write_text("class,vi,en\nSeries,chuỗi,{indicator}\n", encoding="utf-8")
    with pytest.raises(RulesError, match="Series has no part"):
        record_names.rules(Files(tmp_path))
