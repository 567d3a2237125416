"""Documents made from templates: the same again from the same seed, truthful about themselves, and read like others."""

import json
from collections import Counter
from pathlib import Path

import pytest
from benchmarks import scaling, scaling_page
from benchmarks.generating.__main__ import write
from benchmarks.generating.documents import Generated, Generator
from benchmarks.generating.scoring import KINDS, placed, read_back, score
from benchmarks.generating.templates import TemplateError, parse

from tests.service import ROOT

COUNT = 20  # four of each genre


@pytest.fixture(scope="module")
def made() -> list[Generated]:
    return list(Generator().documents(COUNT))


def test_the_same_seed_makes_the_same_files(made: list[Generated], tmp_path: Path) -> None:
    truth = write(COUNT, tmp_path / "one")
    assert {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "one").iterdir()} == {
        each.name: each.content for each in made
    }
    lines = truth.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [r for each in made for r in each.records]


def test_a_document_is_the_same_whatever_is_made_before_it_and_another_with_another_seed(made: list[Generated]) -> None:
    assert Generator().document(COUNT - 1) == made[-1]
    assert Generator(seed=2).document(COUNT - 1).text != made[-1].text


def test_the_words_of_every_fact_stand_at_its_place(made: list[Generated]) -> None:
    for document in made:
        for fact in document.records:
            assert document.text[fact["start"] : fact["end"]] == fact["quote"] != ""
            assert all(document.text[start:end] for start, end in fact.get("mentions", []))
            if fact["sentence"] is not None:
                start, end = fact["sentence"]
                assert start <= fact["start"] < fact["end"] <= end


def test_every_kind_of_fact_is_stated_in_documents_without_traces_of_templates(made: list[Generated]) -> None:
    stated = Counter(fact["kind"] for each in made for fact in each.records)
    assert set(stated) == set(KINDS)
    for document in made:
        assert not set("{}<>[]") & set(document.text)
        assert "  " not in document.text
        assert not any(sign in document.text for sign in (" .", " ,", " ;", "..", ",,"))


def test_every_genre_and_form_is_read(made: list[Generated]) -> None:
    stated, read = read_back(made)
    assert {Path(each.name).suffix for each in made} == {".txt", ".md", ".html"}
    tallies = score(stated, read)
    for genre in {each.genre for each in made}:
        of = score(*([r for r in records if r["doc"].startswith(genre)] for records in (stated, read)))
        assert of["entity"].f1 > 0.8, genre
        assert of["quantity"].f1 > 0.8, genre
    assert tallies["task"].recall > 0.8


def test_what_is_stated_scores_full_marks_against_itself(made: list[Generated]) -> None:
    stated = [fact for each in made for fact in each.records if not fact.get("optional")]
    for kind, tally in score(stated, stated).items():
        assert tally.stated == tally.read == tally.matched > 0, kind
        assert all(right == of for right, of in tally.attributes.values()), kind


def fact(start: int, **fields: object) -> dict[str, object]:
    base = {"doc": "a", "kind": "quantity", "start": start, "end": start + 4, "quote": "", "value": 5, "unit": "%"}
    return base | {"role": "observed", "period": "2024", "indicator": "tỷ lệ hộ"} | fields


def test_scores_count_what_is_missed_misread_and_read_too_much() -> None:
    stated = [fact(0), fact(10, value=7), fact(20, unit="hồ sơ"), fact(30, value=9, optional=True)]
    read = [fact(2, role="target"), fact(10, value=8), fact(20, unit="hồ sơ trực tuyến"), fact(30, value=9), fact(50)]
    tally = score(stated, read)["quantity"]
    assert (tally.stated, tally.read, tally.matched) == (3, 4, 2)
    assert (tally.precision, tally.recall) == (0.5, 2 / 3)
    assert tally.f1 == pytest.approx(4 / 7)
    assert tally.attributes["role"] == [1, 2]
    assert [each["value"] for each in tally.missed] == [7]
    assert [each["start"] for each in tally.spurious] == [10, 50]


def test_a_second_reading_of_one_fact_is_one_too_much() -> None:
    tally = score([fact(0)], [fact(0), fact(1)])["quantity"]
    assert (tally.matched, len(tally.spurious)) == (1, 1)


def test_places_are_moved_to_the_same_words_in_another_form_of_a_text() -> None:
    theirs, ours = "1.\tTỷ lệ đạt 39,5% hộ", "- Tỷ lệ\nđạt 39,5% hộ"
    start = theirs.index("39,5%")
    (moved,) = placed([{"start": start, "end": start + 5}], theirs, ours)
    assert ours[moved["start"] : moved["end"]] == "39,5"


@pytest.mark.parametrize("template", ["<a|b", "a]", "[x:a", "a>"])
def test_a_template_with_an_open_bracket_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        parse(template)


@pytest.mark.parametrize(("language", "name"), [("en", "scaling.md"), ("vi", "scaling.vi.md")])
def test_the_pages_on_scaling_show_the_figures_kept(language: str, name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for mark, table in scaling_page.tables(language, scaling_page.words(language)).items():
        assert f"<!-- {mark} -->\n{table}\n<!-- end -->" in text


def test_a_size_that_is_measured_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "scaling.csv"
    monkeypatch.setattr(scaling, "FIGURES", kept)
    scaling.keep(kept, [{"documents": 300, "jobs": 1, "quads": 5}], ("documents", "jobs"))
    scaling.keep(kept, [{"documents": 100, "jobs": 1, "quads": 2}], ("documents", "jobs"))
    scaling.keep(kept, [{"documents": 300, "jobs": 1, "quads": 6}], ("documents", "jobs"))
    assert kept.read_text(encoding="utf-8") == "documents,jobs,quads\n100,1,2\n300,1,6\n"
    monkeypatch.setattr("sys.argv", ["scaling", "300"])
    scaling.main()
    assert "300 documents are measured" in capsys.readouterr().out
