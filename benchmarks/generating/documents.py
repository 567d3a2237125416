"""Whole documents by number: the text, the records of what it states, and the file as text, Markdown or web page."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.generating.composing import Line, composed, drawn_day
from benchmarks.generating.figures import Figures
from benchmarks.generating.filling import Filling
from benchmarks.generating.naming import Naming, Stock
from benchmarks.generating.passage import Mark
from benchmarks.generating.times import Times

HERE = Path(__file__).parent
REGISTER = HERE.parent.parent / "data" / "register"
_WRAPPED_AT = 84
_KINDS = ("legal_reference", "entity", "quantity", "task", "role", "event", "relation")
_ENTITY_TYPES = (
    "ministry", "government_body", "unit", "party_body", "legislature", "local_government", "company", "platform",
    "international_organisation", "person", "pillar", "database", "system", "index", "programme", "data_centre",
    "place", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Generated:
    """A document: its file's name and content, its plain text, and the records with offsets into that text."""

    name: str
    genre: str
    content: str
    text: str
    records: tuple[dict[str, Any], ...]


class Generator:
    """Makes documents; the same seed and number give the same document, whatever others are made."""

    def __init__(self, seed: int = 1):
        self._seed = seed
        lists = {path.stem: _toml(path) for path in sorted(HERE.glob("*.toml"))}
        self._lists = lists
        self._stock = Stock.load(lists["names"], REGISTER)
        self._sentences: list[dict[str, Any]] = lists["sentences"]["sentence"]
        self.genres: list[dict[str, Any]] = lists["genres"]["genre"]
        words = sorted(lists["names"]["open"], key=len, reverse=True)
        either = "|".join(r"\s+".join(map(re.escape, each.split())) for each in words)
        self._open = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def documents(self, count: int) -> Iterator[Generated]:
        """The first so many documents."""
        for number in range(count):
            yield self.document(number)

    def document(self, number: int) -> Generated:
        """The document of a number; genres take turns."""
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 - nothing secret
        genre = self.genres[number % len(self.genres)]
        day = drawn_day(rng)
        times = Times(rng, day)
        names = Naming(self._stock, rng, day, genre.get("central", False))
        filling = Filling(rng, names, times, Figures(rng, self._lists["hedges"]["hedge"]), self._lists)
        filling.genre = genre["name"]
        lines = composed(genre, self._sentences, filling)
        form = rng.choice(genre["formats"])
        name = f"{genre['name']}-{number:05}.{form}"
        text, marks = self._laid_out(lines, rng.choice(("\n", "\n\n")))
        content = text
        if form == "txt" and rng.random() < 0.3:
            text = content = _wrapped(text)
        if form == "md":
            content = _markdown(lines)
        if form == "html":
            content = _page(lines)
        return Generated(name, genre["name"], content, text, tuple(self._records(name, text, marks)))

    def _laid_out(self, lines: list[Line], between: str) -> tuple[str, list[Mark]]:
        text, marks = "", list[Mark]()
        for number, line in enumerate(lines):
            rows = number and line.kind == "row" == lines[number - 1].kind
            text += "" if not number else "\n" if rows else between
            marks += [mark.moved(len(text)) for mark in line.passage.marks]
            text += line.passage.text
        return f"{text}\n", marks

    def _records(self, name: str, text: str, marks: list[Mark]) -> Iterator[dict[str, Any]]:
        sentences = [(mark.start, mark.end) for mark in marks if mark.kind == "sentence"]
        seen: dict[tuple[Any, ...], dict[str, Any]] = {}
        for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
            if mark.kind not in _KINDS:
                continue
            record = _record(name, text, mark, sentences)
            key = _identity(record)
            if key in seen:
                known = seen[key]
                known.setdefault("mentions", []).append([mark.start, mark.end])
                if "aliases" in known and record["quote"] not in known["aliases"]:
                    known["aliases"].append(record["quote"])
            else:
                seen[key] = record
            if mark.fields.get("also_act"):
                also = {"type": _act_type(mark.fields["name"]), "number": None, "optional": True}
                act = _record(name, text, Mark(mark.start, mark.end, "legal_reference", also), sentences)
                seen.setdefault((*_identity(act), mark.start), act)
        yield from seen.values()
        yield from self._open_names(name, text, marks, sentences)

    def _open_names(
        self, name: str, text: str, marks: list[Mark], sentences: list[tuple[int, int]]
    ) -> Iterator[dict[str, Any]]:
        for found in self._open.finditer(text):
            if not any(m.kind == "entity" and m.start <= found.start() < m.end for m in marks):
                fields = {
                    "type": "other",
                    "type_alt": list(_ENTITY_TYPES),
                    "name": found[0],
                    "optional": True,
                    "open": True,
                }
                yield _record(name, text, Mark(found.start(), found.end(), "entity", fields), sentences)


def _record(name: str, text: str, mark: Mark, sentences: list[tuple[int, int]]) -> dict[str, Any]:
    quote = text[mark.start : mark.end]
    around = next(([s, e] for s, e in sentences if s <= mark.start and mark.end <= e), None)
    fields = {key: value for key, value in mark.fields.items() if key != "also_act"}
    if mark.kind == "entity":
        fields["aliases"] = [quote]
    return {
        "doc": name, "kind": mark.kind, "start": mark.start, "end": mark.end, "quote": quote, "sentence": around,
    } | fields  # fmt: skip


def _identity(record: dict[str, Any]) -> tuple[Any, ...]:
    match record["kind"]:
        case "entity":
            return "entity", record["name"]
        case "legal_reference":
            return "legal_reference", record["number"], record.get("title")
        case kind:
            return kind, record["start"], record["end"]


def _act_type(name: str) -> str:
    heads = {"Đề án": "project", "Chương trình": "programme", "Kế hoạch": "plan"}
    return next(kind for head, kind in heads.items() if name.startswith(head))


def _wrapped(text: str) -> str:
    """The text with long lines broken at blanks, which keeps every offset."""
    wrapped = []
    for line in text.split("\n"):
        column, last = 0, -1
        broken = list(line)
        for place, sign in enumerate(line):
            if "\t" in line:
                break
            if place - column > _WRAPPED_AT and last > column:
                broken[last] = "\n"
                column, last = last + 1, -1
            if sign == " ":
                last = place
        wrapped.append("".join(broken))
    return "\n".join(wrapped)


def _markdown(lines: list[Line]) -> str:
    out = []
    for number, line in enumerate(lines):
        text = line.passage.text
        if line.kind == "row":
            first = not number or lines[number - 1].kind != "row"
            out.append(f"| {' | '.join(cell.text for cell in line.cells)} |")
            if first:
                out.append(f"|{' --- |' * len(line.cells)}")
            if number + 1 == len(lines) or lines[number + 1].kind != "row":
                out.append("")
        elif line.kind == "items":
            out.append(text)
            if number + 1 == len(lines) or lines[number + 1].kind != "items":
                out.append("")
        else:
            marked = {"heading": "## ", "title": "# "}.get(line.kind, "")
            out += [marked + _plain(text), ""]
    return "\n".join(out)


def _plain(text: str) -> str:
    """Words that Markdown would take for a list, guarded; line ends kept."""
    return re.sub(r"^(\d+)\. ", r"\1\\. ", text).replace("\n- ", "\n\\- ").replace("\n", "  \n")


def _page(lines: list[Line]) -> str:
    out = ['<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>Văn bản</title></head><body><article>']
    for number, line in enumerate(lines):
        before = lines[number - 1].kind if number else ""
        after = lines[number + 1].kind if number + 1 < len(lines) else ""
        if line.kind == "row":
            cell = "th" if before != "row" else "td"
            out.append("<table>" if before != "row" else "")
            out.append("<tr>" + "".join(f"<{cell}>{escape(each.text)}</{cell}>" for each in line.cells) + "</tr>")
            out.append("</table>" if after != "row" else "")
        elif line.kind == "items":
            out.append("<ul>" if before != "items" else "")
            out.append(f"<li>{escape(line.passage.text.removeprefix('- '))}</li>")
            out.append("</ul>" if after != "items" else "")
        else:
            tag = {"heading": "h2", "title": "h1"}.get(line.kind, "p")
            out.append(f"<{tag}>{escape(line.passage.text).replace(chr(10), '<br>')}</{tag}>")
    out.append("</article></body></html>\n")
    return "\n".join(each for each in out if each)


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
