"""Who answers for a task once its body has handed over, and who held what on a day: cases with the answer by hand."""

import csv
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph import queries
from cdsgraph.build import build
from cdsgraph.files import Files
from cdsgraph.graph import derive, responsibility
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import Iris, prefixes
from tests import saved_answers

CASES = Path(__file__).parent / "cases"
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
FOUND = """
SELECT ?task ?sentence ?reason ?assigned ?function ?body ?decided ?since {
  ?found a cds:TaskResponsibility ; cds:task ?task ; cds:assignedBody ?assigned ; cds:responsibilityReason ?reason ;
    cds:firstDay ?since .
  OPTIONAL { ?task cds:sentence ?sentence }
  OPTIONAL { ?found cds:function ?function }
  { ?found cds:answeringBody ?body BIND(true AS ?decided) }
  UNION { ?found cds:candidateBody ?body BIND(false AS ?decided) }
}
"""


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tail(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value.rsplit("/", 1)[-1]


def answers(store: ox.Store, key: str) -> dict[str, dict[str, str]]:
    """By task or sentence: reason, functions and bodies with spaces between, since, whether decided."""
    solutions = store.query(PREFIXES + FOUND)
    assert isinstance(solutions, ox.QuerySolutions)
    many: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in solutions:
        for column in ("reason", "assigned", "function", "body", "decided", "since"):
            if row[column] is not None:
                many[tail(row[key])][column].add(tail(row[column]))
    return {
        name: {
            "reason": " ".join(found["reason"]),
            "functions": " ".join(sorted(found["function"])),
            "bodies": " ".join(sorted(found["body"])),
            "since": " ".join(found["since"]),
            "decided": " ".join(found["decided"]),
        }
        for name, found in many.items()
    }


@pytest.fixture(scope="module")
def told(files: Files, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What a build of the sentences finds, by sentence."""
    folder = tmp_path_factory.mktemp("told")
    by_day: dict[str, list[str]] = defaultdict(list)
    for case in rows("responsibility.csv"):
        by_day[case["stated"]].append(case["sentence"])
    (folder / "documents").mkdir()
    for stated, sentences in by_day.items():
        year, month, day = (int(part) for part in stated.split("-"))
        head = f"Ngày {day}/{month}/{year}, Thủ tướng Chính phủ Phạm Minh Chính chủ trì phiên họp tại Hà Nội."
        text = "\n\n".join([head, *sentences, ""])
        (folder / "documents" / f"phien-hop-{year}.txt").write_text(text, encoding="utf-8")
    made = build(files, folder / "out", documents=folder / "documents")
    return answers(load_store(made.version / "dataset.nq"), "sentence")


@pytest.mark.parametrize("case", rows("responsibility.csv"), ids=lambda case: case["sentence"][:70])
def test_a_task_leads_to_who_answers_today(case: dict[str, str], told: dict[str, dict[str, str]]) -> None:
    found = told.get(case["sentence"])
    if not case["reason"]:
        assert found is None
        return
    assert found is not None
    assert {key: found[key] for key in ("reason", "functions", "bodies")} == {
        key: case[key] for key in ("reason", "functions", "bodies")
    }
    assert found["decided"] == ("true" if case["reason"].startswith("by-") else "false")


def test_handovers_are_followed_and_a_successor_alone_never_decides(files: Files) -> None:
    stated = {
        ox.Quad(triple.subject, triple.predicate, triple.object, Iris().graph("x"))
        for triple in ox.parse(path=str(CASES / "handovers.ttl"))
    }
    store = ox.Store()
    store.bulk_extend([*stated, *derive.derive(stated, responsibility.rules(files), Iris())])
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    found = answers(store, "task")
    expected = {row["task"]: row for row in rows("handovers.csv")}
    assert found.keys() == expected.keys()
    for name, row in expected.items():
        assert {key: found[name][key] for key in ("reason", "functions", "bodies", "since")} == {
            key: row[key] for key in ("reason", "functions", "bodies", "since")
        }, name
        assert found[name]["decided"] == ("true" if row["reason"].startswith("by-") else "false"), name


def answer(files: Files, version: Path, name: str, **params: str) -> list[dict[str, str]]:
    return saved_answers.rows(queries.find(files.queries, name), params, version)


def test_the_task_for_the_authority_of_information_security_leads_to_public_security(files: Files, built: Path) -> None:
    unit = "id/org/cuc-an-toan-thong-tin"
    [today] = answer(files, built, "task_responsibility", body=unit, asOf="2025-07-11")
    assert (today["answers"], today["candidate"], today["reason"]) == ("Bộ Công an", "", "theo đơn vị")
    [then] = answer(files, built, "task_responsibility", body=unit, asOf="2025-02-28")
    assert then["answers"] == "Bộ Thông tin và Truyền thông"


@pytest.mark.parametrize(
    ("function", "day", "bodies"),
    [
        ("an-toan-thong-tin-mang", "2025-02-28", ["Bộ Thông tin và Truyền thông"]),
        ("an-toan-thong-tin-mang", "2025-03-01", ["Bộ Công an"]),
        ("vien-thong", "2025-03-01", ["Bộ Khoa học và Công nghệ"]),
        ("bao-chi", "2025-03-01", ["Bộ Văn hóa, Thể thao và Du lịch"]),
        ("thong-ke", "2024-12-31", ["Bộ Kế hoạch và Đầu tư"]),
    ],
)
def test_who_is_responsible_follows_the_function(
    files: Files, built: Path, function: str, day: str, bodies: list[str]
) -> None:
    found = answer(files, built, "responsible_for_function", function=f"def/function/{function}", asOf=day)
    assert [row["body"] for row in found] == bodies


def test_who_held_an_office_on_a_day_and_why(files: Files, built: Path) -> None:
    expected: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in rows("offices.csv"):
        expected[row["body"], row["day"]] += [(row["person"], row["basis"])] if row["person"] else []
    for (body, day), held in expected.items():
        found = answer(files, built, "office_on_date", body=f"id/org/{body}", asOf=day)
        assert [(row["person"], row["basis"]) for row in found] == held, (body, day)
