"""Spans, sentences and figures against the texts."""

from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from cdsgraph.checking import evidence
from cdsgraph.vocab import DEFAULT_BASE, SHAPE

FIGURE = Path(__file__).parent / "figure.ttl"
TEXT = "Năm 2023, kinh tế số đạt khoảng 16,5% GDP.\n"
SOURCE = URIRef(DEFAULT_BASE + "id/source/tin")


def names(turtle: str, text: str = TEXT) -> list[str]:
    results = evidence.check(Graph().parse(data=turtle, format="turtle"), {SOURCE: text})
    return sorted({str(result.shape).removeprefix(SHAPE) for result in results})


def test_sound_evidence_gives_no_result() -> None:
    assert names(FIGURE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('oa:exact "khoảng 16,5%"', 'oa:exact "khoảng 16.5%"', ["EvidenceSpan-quote"]),
        ("oa:start 25 ; oa:end 37", "oa:start 24 ; oa:end 36", ["EvidenceSpan-quote"]),
        ("oa:start 25 ; oa:end 37", "oa:start -18 ; oa:end -6", ["EvidenceSpan-quote", "EvidenceSpan-sentence"]),
        ("oa:start 25 ; oa:end 37", "oa:start 125 ; oa:end 137", ["EvidenceSpan-quote", "EvidenceSpan-sentence"]),
        ('oa:prefix "kinh tế số đạt "', 'oa:prefix "kinh tế số "', ["EvidenceSpan-context"]),
        ('oa:suffix " GDP."', 'oa:suffix "GDP."', ["EvidenceSpan-context"]),
        ('cds:sentence "Năm 2023,', 'cds:sentence "Năm 2024,', ["Reading-words"]),
        ("cds:charCount 43", "cds:charCount 42", ["SourceText-unchanged"]),
        ("prov:wasDerivedFrom span:tin-25-37", "prov:wasDerivedFrom span:gone", ["Figure-origin"]),
        (" ; cds:inSentence span:tin-0-42", "", ["Reading-words"]),
    ],
)
def test_a_fault_is_reported(old: str, new: str, expected: list[str]) -> None:
    turtle = " ".join(FIGURE.read_text(encoding="utf-8").split(" "))
    turtle = turtle.replace(" ;\n    cds:inSentence", " ; cds:inSentence")
    assert old in turtle
    assert names(turtle.replace(old, new)) == expected


def test_a_register_entry_is_evidence() -> None:
    turtle = FIGURE.read_text(encoding="utf-8").replace(
        "prov:wasDerivedFrom span:tin-25-37", "prov:wasDerivedFrom <urn:row>"
    )
    assert names(turtle + "<urn:row> a cds:RegisterEntry .\n") == []


def test_offsets_count_code_points() -> None:
    text = "𝟙 số 5%"
    digest = sha256(text.encode()).hexdigest()
    turtle = f"""
        @prefix cds: <https://w3id.org/cdsgraph/ns#> . @prefix oa: <http://www.w3.org/ns/oa#> .
        <{SOURCE}> a cds:SourceText ; cds:sha256 "{digest}" ; cds:charCount 7 .
        <urn:span> a cds:EvidenceSpan ; oa:hasSource <{SOURCE}> ; oa:hasSelector <urn:sel> .
        <urn:sel> oa:start 5 ; oa:end 7 ; oa:exact "5%" ."""
    assert names(turtle, text) == []


def test_a_source_without_its_text_is_reported(tmp_path: Path) -> None:
    graph = Graph().parse(FIGURE)
    (result,) = evidence.check(graph, evidence.texts(graph, tmp_path))
    assert (result.focus, str(result.shape)) == (SOURCE, SHAPE + "SourceText-text")


def test_a_file_name_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    (tmp_path / "documents").mkdir()
    turtle = FIGURE.read_text(encoding="utf-8").replace('"tin.txt"', '"../secret.txt"')
    graph = Graph().parse(data=turtle, format="turtle")
    assert evidence.texts(graph, tmp_path / "documents") == {}
