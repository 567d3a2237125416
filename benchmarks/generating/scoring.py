"""Scores what is read in made documents against what they state: `python -m benchmarks.generating.scoring [COUNT]`.

Records match within a document and kind, one to one, the widest overlap first, where their spans meet (those of tasks
by half of the shorter one; of roles and relations within the sentence) and what identifies them agrees: value and unit
of quantities, number and type of acts, type and a name of entities, one assignee of tasks, person and title of roles,
words of events' names, subject, predicate and object of relations. Records marked optional count neither found nor
missed.
"""

import argparse
import json
import math
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Indel

from benchmarks.generating.documents import Generated, Generator
from cdsgraph import register
from cdsgraph.files import locate
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import record
from cdsgraph.text import nfc

ROOT = Path(__file__).parent.parent.parent
KINDS = ("legal_reference", "entity", "quantity", "task", "role", "event", "relation")
ATTRIBUTES = {
    "quantity": (
        "role",
        "period",
        "qualifier",
        "direction",
        "base_period",
        "subject",
        "indicator",
        "source",
        "value_to",
    ),
    "legal_reference": ("date", "issuer"),
    "task": ("deadline", "assignees", "coordinators", "status"),
    "role": ("organisation",),
    "event": ("date",),
}
_UNITS = frozenset({"%", "vnd", "mbps", "rank", "index", "điểm phần trăm"})
_WORD = re.compile(r"\w+")
_ALIKE = 0.5  # share of words that two indicators must have in common
_ALIKE_EVENTS = 0.3

Record = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """One kind's counts: stated, read, matched; attributes right and in all; what was missed and read too much."""

    stated: int = 0
    read: int = 0
    matched: int = 0
    attributes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    missed: list[Record] = field(default_factory=list)
    spurious: list[Record] = field(default_factory=list)
    wrong: list[tuple[str, Record, Record]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was read, how much is stated."""
        return self.matched / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Of what is stated, how much was read."""
        return self.matched / self.stated if self.stated else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.matched / (self.read + self.stated) if self.read + self.stated else 0.0


def score(stated: Iterable[Record], read: Iterable[Record]) -> dict[str, Tally]:
    """Tallies by kind, of records whose offsets are into the same texts."""
    tallies = {kind: Tally() for kind in KINDS}
    by_document: dict[tuple[str, str], tuple[list[Record], list[Record]]] = defaultdict(lambda: ([], []))
    known: dict[str, Names] = defaultdict(Names)
    for each in stated:
        by_document[each["doc"], each["kind"]][0].append(each)
        if each["kind"] == "entity":
            known[each["doc"]].learn(each)
    for each in read:
        by_document[each["doc"], each["kind"]][1].append(each)
    for (document, kind), (ours, theirs) in sorted(by_document.items()):
        _count(tallies[kind], kind, ours, theirs, known[document])
    return tallies


class Names:
    """The one name that each way of writing a name stands for, in one document."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, entity: Record) -> None:
        """Take over an entity's name, aliases and other right names."""
        for name in _forms(entity):
            self._known.setdefault(_folded(name), _folded(entity["name"]))

    def of(self, name: str | None) -> str | None:
        """The name that a name stands for."""
        return None if name is None else self._known.get(_folded(name), _folded(name))


def _count(tally: Tally, kind: str, stated: list[Record], read: list[Record], names: Names) -> None:
    pairs = sorted(
        (bool(one.get("optional")), -width, abs(one["start"] - other["start"]), i, j)
        for i, one in enumerate(stated)
        for j, other in enumerate(read)
        if (width := _met(kind, one, other)) and (one.get("open") or _SAME[kind](one, other, names))
    )
    ours: set[int] = set()
    theirs: set[int] = set()
    optional: set[int] = set()
    for late, *_, i, j in pairs:
        if (i in ours and not stated[i].get("open")) or j in theirs:
            continue
        ours.add(i)
        theirs.add(j)
        if late:
            optional.add(j)
            continue
        tally.matched += 1
        for name in ATTRIBUTES.get(kind, ()):
            _compare(tally, name, stated[i], read[j], names)
    wanted = [i for i, each in enumerate(stated) if not each.get("optional")]
    tally.stated += len(wanted)
    tally.read += len(read) - len(optional)
    tally.missed += [stated[i] for i in wanted if i not in ours]
    tally.spurious += [each for j, each in enumerate(read) if j not in theirs]


def _compare(tally: Tally, name: str, one: Record, other: Record, names: Names) -> None:
    right = _right(name, one, other, names)
    tally.attributes[name][0] += right
    tally.attributes[name][1] += 1
    if not right:
        tally.wrong.append((name, one, other))


def _right(name: str, one: Record, other: Record, names: Names) -> bool:
    options = [one.get(name), *one.get("alt", {}).get(name, [])]
    value = other.get(name)
    if name == "indicator":
        return any(_shared(option, value) >= _ALIKE for option in options)
    if name in ("assignees", "coordinators"):
        return {names.of(each) for each in one[name]} == {names.of(each) for each in value or []}
    if name in ("subject", "issuer", "source", "organisation"):
        return names.of(value) in {names.of(option) for option in options}
    return value in options


def _met(kind: str, one: Record, other: Record) -> int:
    spans = [(one["start"], one["end"]), *one.get("mentions", [])]
    if kind in ("role", "relation") and one.get("sentence"):
        spans.append(one["sentence"])
    width: int = max(min(end, other["end"]) - max(start, other["start"]) for start, end in spans)
    if kind == "task" and 2 * width < min(one["end"] - one["start"], other["end"] - other["start"]):
        return 0
    return max(0, width)


def _same_quantity(one: Record, other: Record, _: Names) -> bool:
    same = all(_close(one.get(each), other.get(each)) for each in ("value", "of"))
    return same and any(_same_unit(unit, other["unit"]) for unit in [one["unit"], *one.get("alt", {}).get("unit", [])])


def _same_unit(one: str, other: str) -> bool:
    if {one.casefold(), other.casefold()} & _UNITS:
        return one.casefold() == other.casefold()
    a, b = (f" {' '.join(_words(each))} " for each in (one, other))
    return a in b or b in a


def _same_act(one: Record, other: Record, _: Names) -> bool:
    numbers = [re.sub(r"\s", "", each.get("number") or "") for each in (one, other)]
    return one["type"] == other["type"] and (not numbers[0] or numbers[0] == numbers[1])


def _same_entity(one: Record, other: Record, names: Names) -> bool:
    types = [one["type"], *one.get("type_alt", [])]
    return other["type"] in types and names.of(other["name"]) == names.of(one["name"])


def _same_task(one: Record, other: Record, names: Names) -> bool:
    ours, theirs = ({names.of(each) for each in task["assignees"]} for task in (one, other))
    return bool(ours & theirs) or not ours


def _same_role(one: Record, other: Record, _: Names) -> bool:
    return all(_folded(one[each]) == _folded(other[each]) for each in ("person", "title"))


def _same_event(one: Record, other: Record, _: Names) -> bool:
    return _shared(one["name"], other.get("name")) >= _ALIKE_EVENTS


def _same_relation(one: Record, other: Record, names: Names) -> bool:
    triples = []
    for each in (one, other):
        subject, target = names.of(each["subject"]), names.of(each["object"])
        back = each["predicate"] == "has_unit"
        triples.append((target, "part_of", subject) if back else (subject, each["predicate"], target))
    return triples[0] == triples[1]


_SAME: dict[str, Callable[[Record, Record, Names], bool]] = {
    "quantity": _same_quantity, "legal_reference": _same_act, "entity": _same_entity, "task": _same_task,
    "role": _same_role, "event": _same_event, "relation": _same_relation,
}  # fmt: skip


def _close(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, rel_tol=1e-6)


def _forms(entity: Record) -> list[str]:
    return [entity["name"], *entity.get("aliases", []), *entity.get("alt", {}).get("name", [])]


def _folded(name: str) -> str:
    return " ".join(nfc(name).casefold().split())


def _words(text: str | None) -> list[str]:
    return _WORD.findall(nfc(text or "").casefold())


def _shared(one: str | None, other: str | None) -> float:
    a, b = set(_words(one)), set(_words(other))
    return len(a & b) / len(a | b) if a | b else 0.0


def placed(records: Sequence[Record], theirs: str, ours: str) -> list[Record]:
    """Records with offsets into one form of a text, moved to where the same words stand in another."""
    if theirs == ours:
        return list(records)
    words = [[(m.start(), m.end(), m[0]) for m in _WORD.finditer(text)] for text in (theirs, ours)]
    there, here = ([word for *_, word in each] for each in words)
    to: dict[int, tuple[int, int]] = {}
    for block in Indel.opcodes(there, here).as_matching_blocks():
        for step in range(block.size):
            start, end, _ = words[0][block.a + step]
            span = words[1][block.b + step][:2]
            to |= dict.fromkeys(range(start, end), span)
    moved = []
    for each in records:
        spans = [to[place] for place in range(each["start"], each["end"]) if place in to]
        if spans:
            moved.append(each | {"start": min(s for s, _ in spans), "end": max(e for _, e in spans), "mentions": []})
    return moved


def read_back(documents: Iterable[Generated]) -> tuple[list[Record], list[Record]]:
    """What the documents state and what is read in their files; raises DocumentError for one that cannot be read."""
    files = locate(ROOT)
    reader = Reader(register.load(files), files.rules)
    records = metadata.read([], files.rules)
    stated: list[Record] = []
    read: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        for document in documents:
            path = Path(folder) / document.name
            path.write_text(document.content, encoding="utf-8", newline="\n")
            reading = reader.read(loaders.load(path, records))
            facts = [record(fact, reading.document) for fact in reading.facts]
            stated += document.records
            read += [each | {"doc": document.name} for each in placed(facts, reading.document.text, document.text)]
    return stated, read


def table(tallies: dict[str, Tally]) -> str:
    """The scores by kind and the attributes of what matched, as Markdown."""
    rows = [
        "| kind | stated | read | matched | precision | recall | F1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, of in tallies.items():
        figures = f"{of.precision:.3f} | {of.recall:.3f} | {of.f1:.3f}"
        rows.append(f"| {kind} | {of.stated:,} | {of.read:,} | {of.matched:,} | {figures} |")
    rows += ["", "| attribute | right | of | share |", "| --- | ---: | ---: | ---: |"]
    for kind, of in tallies.items():
        rows += [f"| {kind}.{name} | {a:,} | {b:,} | {a / b:.3f} |" for name, (a, b) in of.attributes.items()]
    return "\n".join(rows)


def main() -> None:
    """Make, read and score; with --errors also tell what was misread."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generating.scoring")
    parser.add_argument("count", type=int, nargs="?", default=300, help="how many documents (300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0, help="print so many misread facts of each kind and sort")
    options = parser.parse_args()
    tallies = score(*read_back(Generator(options.seed).documents(options.count)))
    sys.stdout.write(f"{table(tallies)}\n")
    if options.errors:
        _print_errors(tallies, options.errors)


def _print_errors(tallies: dict[str, Tally], many: int) -> None:
    for kind, of in tallies.items():
        for what, records in (("missed", of.missed), ("read too much", of.spurious)):
            for each in records[:: max(1, len(records) // many)][:many]:
                sys.stdout.write(f"{kind} {what}: {json.dumps(each, ensure_ascii=False)}\n")
        shown: Counter[str] = Counter()
        for name, one, other in of.wrong:
            shown[name] += 1
            if shown[name] <= many:
                sys.stdout.write(
                    f"{kind}.{name}: {other.get(name)!r} for {one.get(name)!r}: {one['doc']} {one['quote']!r}\n"
                )


if __name__ == "__main__":
    main()
