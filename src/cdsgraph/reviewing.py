"""The names in the texts that the register does not know, to look over: where they stand, and what is like them.

Nothing is merged because it looks alike: the list says which names of the register are near and why they were not taken
for the same, and a person adds an alias or an entry to the register.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from cdsgraph.choices import ReviewForm
from cdsgraph.errors import DatasetError
from cdsgraph.graph import versions
from cdsgraph.reading.facts import Entity, EntityType, Reading
from cdsgraph.reading.linking import Linker
from cdsgraph.reading.wordlists import read_table
from cdsgraph.register import THING_KINDS, Register
from cdsgraph.text import Language, fold, squeeze

_COLUMNS: Final = ("name", "type", "document", "line", "column", "words", "near", "similarity", "why")
_NO_THINGS: Final = frozenset({"person", "pillar"})
_LEAST: Final = 80  # per cent of likeness from which a name of the register is worth a look
_MOST: Final = 3
_AROUND: Final = 48  # code points of text on either side of the name
_JOIN: Final = " | "
_PER_PHRASE: Final = "; "
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Near:
    """A name of the register like the one in the text: per cent of likeness, and why the two were not taken for one.

    `why` are codes, some with words behind a colon: diacritics, type:…, more:…, less:…, order, several.
    """

    name: str
    similarity: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that the register does not know, at its first place in a document; line and column count from 1."""

    name: str
    type: str
    document: str
    line: int
    column: int
    words: str
    near: tuple[Near, ...]


class Reviewer:
    """Finds what the register has that is like a name."""

    def __init__(self, register: Register) -> None:
        self._names: list[tuple[str, str, EntityType]] = []  # as written, folded, of which type
        for entry in register.entries:
            if entry.type not in _NO_THINGS:
                self._names += [(name, fold(name), entry.type) for name in dict.fromkeys((entry.name, *entry.aliases))]
        self._folded = [folded for _, folded, _ in self._names]
        self._near = lru_cache(maxsize=4096)(self._find_near)

    def unknown(self, reading: Reading, linker: Linker) -> Iterator[Unknown]:
        """The bodies and things of a document that the register does not know, in order; persons are left out."""
        document = reading.document
        for fact in reading.facts:
            if not isinstance(fact, Entity) or fact.type in _NO_THINGS or linker.entity(fact).known:
                continue
            line, column = document.place(fact.span.start)
            around = document.text[max(0, fact.span.start - _AROUND) : fact.span.end + _AROUND]
            near = self._near(fact.name, fact.type)
            yield Unknown(fact.name, fact.type, document.name, line, column, squeeze(around), near)

    def _find_near(self, name: str, kind: EntityType) -> tuple[Near, ...]:
        folded = fold(name)
        hits = process.extract(folded, self._folded, scorer=fuzz.token_sort_ratio, score_cutoff=_LEAST, limit=_MOST + 1)
        scores = [round(score) for _, score, _ in hits]
        found = []
        for (_, score, index), rounded in list(zip(hits, scores, strict=True))[:_MOST]:
            written, _, theirs_kind = self._names[index]
            why = [*_differences(name, written)]
            if THING_KINDS[theirs_kind] != THING_KINDS[kind]:
                why.append(f"type:{theirs_kind}")
            if scores.count(round(score)) > 1:
                why.append("several")
            found.append(Near(written, rounded, tuple(why)))
        return tuple(found)


def _differences(ours: str, theirs: str) -> Iterator[str]:
    """What two names differ in, marks and capitals left aside where anything else does."""
    mine, other = ({fold(word): word for word in _WORD.findall(name)} for name in (ours, theirs))
    more = [word for key, word in mine.items() if key not in other]
    less = [word for key, word in other.items() if key not in mine]
    if more:
        yield f"more:{' '.join(more)}"
    if less:
        yield f"less:{' '.join(less)}"
    if not more and not less:
        yield "order" if list(mine) != list(other) else "diacritics"


def as_csv(unknown: Iterable[Unknown]) -> bytes:
    """The list as CSV: one row a name and document; names near, their likeness and why stand in one cell each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in sorted(unknown, key=lambda u: (fold(u.name), u.name, u.document)):
        names = _JOIN.join(near.name for near in each.near)
        scores = _JOIN.join(str(near.similarity) for near in each.near)
        whys = _JOIN.join(_PER_PHRASE.join(near.why) for near in each.near)
        place = (each.document, each.line, each.column)
        writer.writerow((each.name, each.type, *place, each.words, names, scores, whys))
    return out.getvalue().encode()


def read(version: Path) -> list[Unknown]:
    """The list that a built version holds. Raises DatasetError where it holds none that can be read."""
    path = version / versions.REVIEW
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        return [_unknown(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise DatasetError(
            "the list of names to review cannot be read", path=path, remedy="build it again with `cdsgraph build`"
        ) from error


def _unknown(row: dict[str, str]) -> Unknown:
    names, scores, whys = (row[column].split(_JOIN) if row["near"] else [] for column in _COLUMNS[-3:])
    near = tuple(
        Near(name, int(score), tuple(why.split(_PER_PHRASE)))
        for name, score, why in zip(names, scores, whys, strict=True)
    )
    place = (int(row["line"]), int(row["column"]))
    return Unknown(row["name"], row["type"], row["document"], *place, row["words"], near)


def listing(version: Path, form: ReviewForm, words: Path, language: Language) -> bytes:
    """The list of a built version as `form` says; `words` is the folder of the words that go around it."""
    listed = read(version)
    return as_csv(listed) if form == "csv" else as_text(listed, words, language).encode()


def as_text(unknown: Iterable[Unknown], folder: Path, language: Language) -> str:
    """The list to read; its words stand in `reviewing.csv` of the folder."""
    words = {row["key"]: row[language] for row in read_table(folder, "reviewing", ("key", "vi", "en"))}
    listed = list(unknown)
    lines = []
    for each in listed:
        lines += [f"{each.name} ({each.type})", f"  {each.document}:{each.line}:{each.column}  … {each.words} …"]
        for near in each.near:
            lines.append(f"  {words['near']}: {near.name} ({near.similarity} %): {_told(near, words)}")
        if not each.near:
            lines.append(f"  {words['none']}")
    return "\n".join([*lines, words["summary"].format(count=len(listed)), ""])


def _told(near: Near, words: dict[str, str]) -> str:
    parts = (code.partition(":") for code in near.why)
    return ", ".join(words[key].format(rest) for key, _, rest in parts)
