"""Events, themes and announced lists, read from sentences of our own (cases/events, themes, lists)."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdsgraph import explaining
from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Event, Quantity, Reading, record

from .conftest import MakeDocument

FOLDER = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """Parameters of the rows of a file, each named by its first words."""
    rows = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(row, id=row["text"][:40].replace("\n", " ")) for row in rows]


@pytest.fixture(scope="module")
def reader(files: Files) -> Reader:
    return Reader(registers.load(files), files.rules)


def lists_of(reading: Reading) -> dict[str, list[str]]:
    text = reading.document.text
    return {
        fact.span.of(text): [item.of(text) for item in fact.items]
        for fact in reading.facts
        if isinstance(fact, Quantity) and fact.items
    }


@pytest.mark.parametrize("case", cases("events"))
def test_a_text_gives_each_event_once_with_its_people(
    case: dict[str, Any], reader: Reader, make_document: MakeDocument
) -> None:
    document = make_document(case["text"], case["date"], case["kind"])
    found = [record(fact, document) for fact in reader.read(document).facts if isinstance(fact, Event)]
    assert [each["name"] for each in found] == [wanted["name"] for wanted in case["events"]]
    for each, wanted in zip(found, case["events"], strict=True):
        each["mentions"] = len(each["mentions"])
        assert {key: each[key] for key in wanted} == wanted


@pytest.mark.parametrize("case", cases("themes"))
def test_a_theme_belongs_to_its_event_or_year(
    case: dict[str, Any], reader: Reader, make_document: MakeDocument
) -> None:
    themes = reader.read(make_document(case["text"], case["date"])).themes
    assert [[theme.words, theme.event, theme.period] for theme in themes] == case["themes"]


@pytest.mark.parametrize("case", cases("lists"))
def test_a_number_that_announces_a_list_has_its_members(
    case: dict[str, Any], reader: Reader, make_document: MakeDocument
) -> None:
    assert lists_of(reader.read(make_document(case["text"]))) == case["lists"]


def test_the_later_naming_of_an_event_is_a_mention(reader: Reader, make_document: MakeDocument) -> None:
    text = (
        "Sáng 4/4, Sở Nội vụ tổ chức Hội nghị triển khai chữ ký số. "
        "Hội nghị do Giám đốc Sở Nội vụ Lê Văn Hải chủ trì.\n\n"
        "Tại Hội nghị triển khai chữ ký số, nhiều ý kiến được nêu."
    )
    document = make_document(text, "2024-04-04", "press-report")
    (event,) = (fact for fact in reader.read(document).facts if isinstance(fact, Event))
    assert event.chair == "Lê Văn Hải"
    assert [mention.of(document.text) for mention in event.mentions] == ["Hội nghị", "Hội nghị triển khai chữ ký số"]


def test_the_explanation_prints_what_a_number_lists_and_the_theme(
    reader: Reader, make_document: MakeDocument, files: Files
) -> None:
    text = "Chủ đề của năm 2025 là “Dữ liệu mở” với 2 hướng: chia sẻ và khai thác."
    told = explaining.text(reader.read(make_document(text)), explaining.load_words(files.words, "en"))
    assert "lists: “chia sẻ”, “khai thác”" in told
    assert "theme “Dữ liệu mở”" in told
    assert "period: 2025" in told


def test_many_events_are_read_in_time(reader: Reader, make_document: MakeDocument) -> None:
    text = "".join(f"Ngày {n % 28 + 1}/3, Bộ Y tế tổ chức Hội nghị lần thứ {n} về bệnh án.\n" for n in range(400))
    facts = reader.read(make_document(text, "2024-03-01")).facts
    assert sum(isinstance(fact, Event) for fact in facts) == 400
