"""The questions the graph must answer, each by a saved query, compared with its whole answer.

`competency/questions.csv` names query and parameters (`name=value`, with `;` between them), `competency/{id}.csv` holds
the solutions in order. Long columns
(sentences) and the IRIs of facts are compared too: a question is answered with its evidence or not at all.
`python -m tests.test_competency` rewrites the answers for a reviewer to read.
"""

import csv
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cdsgraph import queries
from cdsgraph.build import build
from cdsgraph.files import Files, locate
from tests import saved_answers
from tests.service import ROOT

# Asked already, answered once what they ask for is read: the questions have no recorded answer, the queries no rows.
FOLDER = ROOT / "tests" / "competency"
QUESTIONS = list(csv.DictReader((FOLDER / "questions.csv").read_text(encoding="utf-8").splitlines()))


def answer(files: Files, version: Path, question: dict[str, str]) -> list[list[str]]:
    params = dict(each.split("=", 1) for each in question["params"].split(";"))
    return saved_answers.table(queries.find(files.queries, question["query"]), params, version)


@pytest.mark.parametrize("question", QUESTIONS, ids=[f"{q['id']} {q['question']}" for q in QUESTIONS])
def test_question_is_answered(files: Files, built: Path, question: dict[str, str]) -> None:
    path = FOLDER / f"{question['id']}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    assert len(expected) > 1
    assert answer(files, built, question) == expected


def test_every_saved_query_answers_something(files: Files, built: Path) -> None:
    for query in queries.load_all(files.queries):
        assert saved_answers.rows(query, {}, built), query.name


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        project = locate(ROOT)
        made = build(project, Path(folder)).version
        for each in QUESTIONS:
            found = answer(project, made, each)
            with (FOLDER / f"{each['id']}.csv").open("w", encoding="utf-8", newline="") as target:
                csv.writer(target, lineterminator="\n").writerows(found)
    sys.exit(0)
