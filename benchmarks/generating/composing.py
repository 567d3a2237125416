"""Puts documents together from genres: lines of sentences, items and tables, with the records of all they state."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.generating.filling import Filling
from benchmarks.generating.passage import Mark, Passage
from benchmarks.generating.tables import TABLES


@dataclass(slots=True)
class Line:
    """A line of a document: what it is (head, title, heading, paragraph, items, foot, row), its words, its cells."""

    kind: str
    passage: Passage
    cells: list[Passage] = field(default_factory=list)


def composed(genre: dict[str, Any], sentences: list[dict[str, Any]], filling: Filling) -> list[Line]:
    """The lines of one document of a genre."""
    lines: list[Line] = []
    for part in genre["part"]:
        if filling.rng.random() >= part.get("chance", 1):
            continue
        if "table" in part:
            rows = TABLES[part["table"]](filling)
            lines += [Line("row", _row(cells), cells) for cells in rows]
        elif part["as"] == "groups":
            lines += _groups(part, sentences, filling)
        elif "pick" in part:
            lines += _picked(part, sentences, filling)
        else:
            lines += _fixed(part, filling)
    return lines


def drawn_day(rng: Random) -> date:
    """A day on which a document is signed."""
    return date(2022, 3, 1) + timedelta(days=rng.randint(0, 1090))


def _fixed(part: dict[str, Any], filling: Filling) -> list[Line]:
    facts = part.get("facts", [])
    wordings = [filling.rng.choice(part["lines"])] if part.get("choose") else part["lines"]
    wordings = wordings * filling.rng.randint(*part.get("repeat", (1, 1)))
    lines = []
    for words in wordings:
        passage = filling.sentence(words, [] if isinstance(facts, str) else facts)
        for name in part.get("keep", []):
            filling.kept[name] = filling.bound(name)
        if "sets" in part:
            filling.carried_period = filling.bound(part["sets"]).meaning
        if "ends" in part:
            filling.carried_period = None
        lines.append(Line(part["as"], passage))
    return lines


def _picked(part: dict[str, Any], sentences: list[dict[str, Any]], filling: Filling) -> list[Line]:
    passages: list[Passage] = []
    used: list[dict[str, Any]] = []
    seen: set[str] = set()
    for _ in range(filling.rng.randint(*part["count"])):
        kind = filling.rng.choice(part["pick"])
        fitting = [e for e in sentences if e["id"] == kind and filling.genre not in e.get("except", ())]
        fresh = [each for each in fitting if each not in used]
        if not fresh:
            continue
        pattern = filling.rng.choice(fresh)
        used.append(pattern)
        passage = filling.sentence(pattern["text"], pattern.get("facts", []), pattern.get("of", ""))
        said = filling.figure_names() or {passage.text}
        if not said & seen:
            passages.append(passage)
        seen |= said
    if part["as"] == "items":
        return [Line("items", _after("- ", each)) for each in passages]
    joined = Passage()
    joined.add(part.get("prefix", ""))
    for number, passage in enumerate(passages):
        joined.add(" " if number else "")
        joined.add(passage)
    return [Line("paragraph", joined)]


def _groups(part: dict[str, Any], sentences: list[dict[str, Any]], filling: Filling) -> list[Line]:
    lines: list[Line] = []
    leads = part["lead"] if part["repeat"][0] == len(part["lead"]) else [filling.rng.choice(part["lead"])]
    for lead in leads:
        filling.kept.pop("carried", None)
        opening = filling.sentence(lead, [])
        if "{by}" in lead:
            filling.carried_period = filling.bound("by").meaning
        else:
            filling.kept["carried"] = filling.bound("carried")
        lines.append(Line("paragraph", opening))
        lines += _picked(part | {"as": "items"}, sentences, filling)
        filling.carried_period = None
        filling.kept.pop("carried", None)
    return lines


def _after(lead: str, passage: Passage) -> Passage:
    line = Passage()
    line.add(lead)
    line.add(passage)
    return line


def _row(cells: list[Passage]) -> Passage:
    row = Passage()
    for number, cell in enumerate(cells):
        row.add("\t" if number else "")
        row.add(cell)
    row.marks.append(Mark(0, len(row.text), "sentence", {}))
    return row
