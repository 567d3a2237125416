"""What is excused from a rule over the project's files, and why: shapes/exceptions.csv."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources.rules import all_rules, file_iri, finding
from cdsgraph.vocab import CDS, SHAPE

FILE: Final = "shapes/exceptions.csv"
_COLUMNS: Final = ["rule", "name", "reason_vi", "reason_en"]


@dataclass(frozen=True)
class Exceptions:
    """The excused names of each rule with the lines that excuse them; `wrong` are the rows that excuse nothing."""

    names: Mapping[tuple[str, str], int]
    wrong: tuple[Result, ...] = ()

    def excuses(self, rule: str, name: str) -> bool:
        """Whether a thing is excused from a rule."""
        return (rule, name) in self.names

    def stale(self, exists: Callable[[str], bool]) -> Iterator[Result]:
        """The rows that name nothing; `exists` is asked for the term or the shape of a name."""
        for (_, name), line in self.names.items():
            if not exists(CDS + name) and not exists(SHAPE + name):
                yield finding("Exception-row", file_iri(FILE), Place(FILE, line), value=name)


def load(root: Path) -> Exceptions:
    """The exceptions of the project below a root; none where there is no file."""
    path = root / FILE
    if not path.is_file():
        return Exceptions({})
    return Exceptions(*_read(path.read_text(encoding="utf-8", errors="replace")))


def _read(text: str) -> tuple[dict[tuple[str, str], int], tuple[Result, ...]]:
    names: dict[tuple[str, str], int] = {}
    wrong: list[Result] = []
    for line, cells in _rows(text):
        if len(cells) == len(_COLUMNS) and all(cells) and cells[0] in all_rules():
            names[cells[0], cells[1]] = line
        elif cells != _COLUMNS:
            wrong.append(finding("Exception-row", file_iri(FILE), Place(FILE, line), value=",".join(cells)))
    return names, tuple(wrong)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines())
    for cells in reader:
        if cells and not cells[0].startswith("#"):
            yield reader.line_num, cells
