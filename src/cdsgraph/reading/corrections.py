"""Reviewed decisions on facts: accept, reject or amend one by its IRI. They outlive every change of the rules.

Tables in `data/corrections/`, any number of CSV files with the columns fact, decision, field, value, reason, reviewer,
date. `fact` is the IRI or its end behind `/id/`. An amendment names one field of the fact's record and its new value;
values of a list are parted by `;`, an empty value means none.
"""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from cdsgraph.errors import CorrectionError
from cdsgraph.reading.facts import Evidence, Fact, Reading, Review
from cdsgraph.text import nfc

COLUMNS = ("fact", "decision", "field", "value", "reason", "reviewer", "date")
_DECISIONS = ("accept", "reject", "amend")
_KEY = re.compile(r"(?:https?://\S+/)?(?:id/)?(?P<key>[a-z]+/[a-z0-9-]+)$")
_FIXED = frozenset(each.name for each in fields(Evidence)) | {"mentions", "items"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One row: the fact's key ("figure/000-1a2b3c4d-1"), what was decided, and where the row stands."""

    key: str
    decision: str
    field: str
    value: str
    review: Review
    path: Path
    line: int

    @property
    def place(self) -> str:
        """File and line of the row."""
        return f"{self.path.name}:{self.line}"


def load(folder: Path, failed: Callable[[CorrectionError], object] | None = None) -> tuple[Correction, ...]:
    """The corrections of every CSV file in a folder, in order of files and lines; none where there is no folder.

    Raises CorrectionError naming file, line and remedy for a row that cannot be; with `failed` it is told the error of
    each such row, which is left out.
    """
    found: dict[tuple[str, str], Correction] = {}
    for path in sorted(folder.glob("*.csv")):
        for each in _corrections(path):
            if isinstance(each, Correction):
                rejects = {row.decision for (key, _), row in found.items() if key == each.key} | {each.decision}
                if (each.key, each.field) not in found and not (len(rejects) > 1 and "reject" in rejects):
                    found[each.key, each.field] = each
                    continue
                each = _error(path, each.line, f"{each.key} is decided twice", "keep one of the two rows")
            if failed is None:
                raise each
            failed(each)
    return tuple(found.values())


def apply(
    reading: Reading, keys: Sequence[str], corrections: Iterable[Correction]
) -> tuple[Reading, tuple[Correction, ...]]:
    """The reading with its corrections, and those of them that met a fact; `keys` are those of its facts, in order.

    A rejected fact moves to `withdrawn`, so that the names of the others stay. Raises CorrectionError for an amendment
    of a field that the fact has not, or to a value that the field cannot hold.
    """
    by_key: dict[str, list[Correction]] = {}
    for each in corrections:
        by_key.setdefault(each.key, []).append(each)
    kept: list[Fact] = []
    withdrawn: list[Fact] = []
    met: list[Correction] = []
    for key, fact in zip(keys, reading.facts, strict=True):
        here = by_key.get(key, [])
        met += here
        for each in here:
            changes = {each.field: _value(fact, each)} if each.decision == "amend" else {}
            fact = replace(fact, review=each.review, **changes)
        (withdrawn if any(each.decision == "reject" for each in here) else kept).append(fact)
    return replace(reading, facts=tuple(kept), withdrawn=tuple(withdrawn)), tuple(met)


def _corrections(path: Path) -> Iterable[Correction | CorrectionError]:
    """The rows of a file, for one that cannot be the error."""
    try:
        lines = nfc(path.read_text(encoding="utf-8-sig")).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        yield CorrectionError(f"cannot be read: {error}", path=path, remedy="save the file as UTF-8 text")
        return
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if header is None:
            header = cells
            if tuple(header) != COLUMNS:
                yield _error(path, number, f"columns are {', '.join(header)}", f"write {', '.join(COLUMNS)}")
                return
        else:
            try:
                yield _correction(path, number, cells)
            except CorrectionError as error:
                yield error


def _correction(path: Path, line: int, cells: list[str]) -> Correction:
    if len(cells) != len(COLUMNS):
        raise _error(path, line, f"{len(cells)} cells, not {len(COLUMNS)}", "put text with a comma in double quotes")
    row = dict(zip(COLUMNS, cells, strict=True))
    key = _KEY.fullmatch(row["fact"])
    if key is None:
        raise _error(path, line, f"{row['fact']!r} names no fact", "write its IRI, as facts.jsonl or its page shows it")
    if row["decision"] not in _DECISIONS:
        raise _error(path, line, f"{row['decision']!r} is no decision", f"write {', '.join(_DECISIONS)}")
    if (row["decision"] == "amend") != bool(row["field"]):
        raise _error(path, line, "only an amendment names a field, and it must", "fill in or empty the field")
    if not row["reason"]:
        raise _error(path, line, "no reason is given", "say why, for whoever reads this in a year")
    try:
        day = date.fromisoformat(row["date"])
    except ValueError as error:
        raise _error(path, line, f"{row['date']!r} is no date", "write YYYY-MM-DD") from error
    review = Review(row["decision"], row["reason"], row["reviewer"] or None, day.isoformat())
    return Correction(key["key"], row["decision"], row["field"], row["value"], review, path, line)


def _value(fact: Fact, correction: Correction) -> Any:
    hints: Mapping[str, Any] = get_type_hints(type(fact))
    path, line, name, text = correction.path, correction.line, correction.field, correction.value
    if name not in hints or name in _FIXED:
        known = ", ".join(sorted(hints.keys() - _FIXED))
        raise _error(path, line, f"a fact of this kind has no field {name!r} to amend", f"use one of {known}")
    try:
        return _parsed(text, hints[name])
    except ValueError as error:
        raise _error(path, line, f"{name} cannot be {text!r}", f"{error}") from error


def _parsed(text: str, hint: Any) -> Any:
    """The text as a value of a field's type; an empty text is None where the field may be that."""
    if get_origin(hint) in (Union, UnionType):
        inner = [each for each in get_args(hint) if each is not type(None)]
        return None if not text else _parsed(text, inner[0])
    if get_origin(hint) is Literal:
        if text not in get_args(hint):
            raise ValueError(f"write one of {', '.join(get_args(hint))}")
        return text
    if get_origin(hint) is tuple:
        return tuple(part.strip() for part in text.split(";") if part.strip())
    if hint is Decimal:
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise ValueError("write a number such as 39.51") from error
        if not value.is_finite():
            raise ValueError("write a number such as 39.51")
        return value
    if hint is int:
        return int(text)
    if not text:
        raise ValueError("write a value; this field cannot be empty")
    return text


def _error(path: Path, line: int, message: str, remedy: str) -> CorrectionError:
    return CorrectionError(message, path=path, line=line, remedy=remedy)
