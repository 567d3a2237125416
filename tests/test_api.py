"""The Python API: what it gives is what the commands, the pages and the files give."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

import cdsgraph
from cdsgraph.text import Language
from tests.service import ROOT


@pytest.fixture(scope="module")
def data(built: Path) -> cdsgraph.Dataset:
    return cdsgraph.open_dataset(built.parent.parent)


def test_every_public_name_is_there() -> None:
    assert sorted(cdsgraph.__all__) == cdsgraph.__all__
    for name in set(cdsgraph.__all__) - {"Severity"}:  # of words, which have no docstring
        assert (getattr(cdsgraph, name).__doc__ or "").strip(), name


def test_importing_costs_no_graph_library() -> None:
    code = "import sys, cdsgraph; print([m for m in ('rdflib', 'pyoxigraph', 'fastapi') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "src", capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_dataset_is_opened_by_its_folder_its_version_and_its_file(data: cdsgraph.Dataset, built: Path) -> None:
    assert data.version == built.name
    assert cdsgraph.open_dataset(built).version == built.name
    alone = cdsgraph.open_dataset(built / "dataset.nq")
    assert alone.query("pillars_of_scheme").rows == data.query("pillars_of_scheme").rows
    with pytest.raises(cdsgraph.CdsgraphError, match="no records of facts"):
        next(alone.facts())


def test_nothing_built_and_damage_are_told(tmp_path: Path, built: Path) -> None:
    with pytest.raises(cdsgraph.CdsgraphError, match="nothing is built"):
        cdsgraph.open_dataset(tmp_path)
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("manifest.json", "facts.jsonl"):
        (broken / name).write_bytes((built / name).read_bytes())
    with pytest.raises(cdsgraph.CdsgraphError, match="damaged"):
        cdsgraph.open_dataset(broken)


def test_rows_hold_python_values(data: cdsgraph.Dataset) -> None:
    table = data.query("figures_of_indicator", indicator="def/indicator/ty-trong-kinh-te-so-tren-gdp")
    latest = table[-1]
    assert latest["asOf"] == date(2025, 3, 31)
    assert latest["value"] == Decimal("18.72")
    assert len(table) == len(list(table)) == len(table.rows)
    counted = data.query("SELECT (1 + 1 AS ?n) ?none WHERE { }")[0]
    assert counted["n"] == 2
    assert counted["none"] is None


def test_a_day_is_given_as_a_day(data: cdsgraph.Dataset) -> None:
    before, after = (data.query("responsible_for_function", asOf=day) for day in (date(2024, 1, 1), date(2025, 7, 1)))
    assert before.rows != after.rows
    assert after.rows == data.query("responsible_for_function", asOf="2025-07-01").rows


def test_a_data_frame_has_the_same_rows(data: cdsgraph.Dataset) -> None:
    table = data.query("figures_of_indicator")
    frame = table.to_pandas()
    assert list(frame.columns) == list(table.columns)
    assert len(frame) == len(table)
    assert frame["value"].dtype == "float64"
    assert frame["value"].tolist() == [float(str(row["value"])) for row in table]
    assert str(frame["asOf"].dtype).startswith("datetime64")
    assert len(data.query("SELECT ?x WHERE { ?x a <urn:none> }").to_pandas()) == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda data: data.query("khong_co"), "no saved query is named"),
        (lambda data: data.query("SELECT ?x WHERE { ?x ?y }"), "not SPARQL"),
        (lambda data: data.query("ASK { ?x ?y ?z }"), "is no SELECT"),
        (lambda data: data.ask("scorecard"), "is no ASK"),
        (lambda data: data.graph("scorecard"), "gives no graph"),
        (lambda data: data.query("scorecard", khong="1"), "has no parameter khong"),
        (lambda data: data.query("SELECT ?x WHERE { ?x ?y ?z }", x="1"), "only a saved query"),
        (lambda data: data.query("responsible_for_function", asOf="hôm nay"), "not a date"),
        (lambda data: data.cite("id/figure/khong-co"), "no fact with evidence"),
        (lambda data: next(data.facts(document="khong.txt")), "no document is named"),
    ],
)
def test_what_cannot_be_answered_is_told(
    data: cdsgraph.Dataset, asked: Callable[[cdsgraph.Dataset], object], told: str
) -> None:
    with pytest.raises(cdsgraph.CdsgraphError, match=told):
        asked(data)


def test_a_graph_and_a_truth_are_answered(data: cdsgraph.Dataset) -> None:
    assert data.ask("ASK { ?x ?y ?z }") is True
    assert data.ask("ASK { <urn:none> ?y ?z }") is False
    assert len(data.graph(f"DESCRIBE <{data.base}id/source/000>")) > 10


def test_the_facts_are_those_of_the_file(data: cdsgraph.Dataset, built: Path) -> None:
    lines = (built / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    facts = list(data.facts())
    assert [fact.iri for fact in facts] == [json.loads(line)["iri"] for line in lines]
    for fact in facts:
        assert data.text(fact.document)[fact.start : fact.end] == fact.quote
        assert fact.sentence
    some = list(data.facts(kind="quantity", document=facts[0].document))
    assert {(fact.kind, fact.document) for fact in some} == {("quantity", facts[0].document)}
    assert all(fact.fields["value"] is not None for fact in some)


def test_every_figure_of_a_text_can_be_cited_and_its_words_stand_there(data: cdsgraph.Dataset) -> None:
    figures = data.query(
        "PREFIX cds: <https://w3id.org/cdsgraph/ns#> SELECT ?figure WHERE { ?figure a cds:Figure } ORDER BY ?figure"
    )
    cited = [data.cite(str(row["figure"])) for row in figures]
    of_texts = [each for each in cited if each.document]
    assert len(of_texts) > 100
    assert [each.iri for each in of_texts if each.verified is not True] == []
    for each in of_texts:
        assert each.sentence is not None
        assert each.printed is not None
        assert each.printed in each.sentence
        assert each.iri in each.reference


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_reference_is_the_one_that_the_service_gives(
    data: cdsgraph.Dataset, service: str, language: Language
) -> None:
    of_text = str(data.query("figures_of_indicator")[-1]["figure"])
    of_register = next(str(row["target"]) for row in data.query("scorecard") if row["act"] == "57-NQ/TW")
    for iri in (of_text, of_register):
        told = httpx.get(f"{service}/cite/{iri.removeprefix(f'{data.base}id/')}?format=json").json()
        assert data.cite(iri, language=language).reference == told["reference"][language]
    assert data.cite(of_text.removeprefix(data.base), language=language) == data.cite(of_text, language=language)


def test_what_a_register_alone_states_is_cited_by_its_act(data: cdsgraph.Dataset) -> None:
    target = next(str(row["target"]) for row in data.query("scorecard") if row["act"] == "57-NQ/TW")
    cited = data.cite(target)
    assert (cited.sentence, cited.document, cited.verified) == (None, None, None)
    assert "57-NQ/TW" in cited.source
    assert target in cited.reference


def test_a_text_is_read_as_a_file_with_it_is(tmp_path: Path) -> None:
    words = "Đến năm 2030, kinh tế số chiếm 30% GDP theo Quyết định số 749/QĐ-TTg ngày 03/6/2020."
    (tmp_path / "text.txt").write_text(words, encoding="utf-8")
    facts = list(cdsgraph.extract(words))
    assert {"legal_reference", "quantity"} <= {fact.kind for fact in facts}
    assert facts == list(cdsgraph.extract(tmp_path / "text.txt"))
    assert all(words[fact.start : fact.end] == fact.quote for fact in facts)


def test_a_dataset_is_built_and_compared(tmp_path: Path, built: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "báo cáo.txt").write_text("Quý I/2025, tỷ trọng kinh tế số trên GDP đạt 18,9%.\n", encoding="utf-8")
    made = cdsgraph.build_dataset(tmp_path / "build", documents=documents)
    assert made.objections == ()
    fresh = cdsgraph.open_dataset(tmp_path / "build")
    assert fresh.version == made.version.name
    assert [fact.quote for fact in fresh.facts(kind="quantity")] == ["18,9%"]
    found = cdsgraph.diff(built, tmp_path / "build", language="en")
    assert any(each.how == "added" and "18,9%" in each.told for each in found)
    assert cdsgraph.diff(made.version, made.version) == []
