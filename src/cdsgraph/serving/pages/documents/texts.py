"""The source texts beside a dataset: reading one, how much of it may be shown, and whether words stand in it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

from cdsgraph.graph import versions
from cdsgraph.reading.document import Block, BlockKind, Document, Metadata, Span
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.text import nfc

_WHOLE_TEXTS: Final = "whole-texts.csv"
_NEXT_SENTENCE: Final = 2  # code points between two sentences that can hold no words


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a text that may be shown, and where they begin in it (code points)."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where they end, exclusive."""
        return self.start + len(self.text)


def text_of(dataset: Path, file_name: str | None) -> str | None:
    """The NFC text kept beside the dataset; None where there is none."""
    if file_name is None or Path(file_name).name != file_name:
        return None
    path = dataset / "documents" / versions.text_file(file_name)
    try:
        return nfc(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def whole_text_reason(statements: Sequence[str], words: Path) -> dict[str, str] | None:
    """Why a text may be shown whole, by language; None where it may only be quoted.

    `statements` are what its metadata say of rights: each must begin with a key of the table in the folder `words`. A
    text without a statement is only quoted.
    """
    reasons = [_reason(statement, _table(words / _WHOLE_TEXTS)) for statement in statements]
    return reasons[0] if reasons and all(reasons) else None


def _reason(statement: str, table: tuple[tuple[str, dict[str, str]], ...]) -> dict[str, str] | None:
    told = statement.strip().casefold()
    for key, reason in table:
        rest = told.removeprefix(key)
        if rest != told and not (rest[:1].isalnum() or rest.startswith("-")):
            return reason
    return None


@lru_cache(maxsize=8)
def _table(path: Path) -> tuple[tuple[str, dict[str, str]], ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError:
        return ()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple((row["key"].casefold(), {"vi": row["vi"], "en": row["en"]}) for row in rows)


def quotations(sentences: Iterable[Stretch]) -> list[Stretch]:
    """Quoted sentences in order, those that overlap or touch made one."""
    found: list[Stretch] = []
    for each in sorted(sentences, key=lambda stretch: (stretch.start, -stretch.end)):
        if found and each.start <= found[-1].end:
            before = found[-1]
            found[-1] = Stretch(before.start, before.text + each.text[before.end - each.start :])
        else:
            found.append(each)
    return found


def layout_of(text: str, rules: Path) -> tuple[Block, ...]:
    """The blocks of a text (headings, paragraphs, list items, cells of tables) in order, told from its lines."""
    return lay_out(Document("text", text, Metadata("text")), _layout_words(rules)).blocks


@lru_cache(maxsize=2)
def _layout_words(rules: Path) -> LayoutWords:
    return LayoutWords.load(rules)


def layout_of_quotations(stretches: Sequence[Stretch]) -> tuple[Block, ...]:
    """Paragraphs for quotations of a text that is not at hand: one for sentences that follow each other."""
    if not stretches:
        return ()
    starts = [stretches[0].start]
    starts += [after.start for before, after in pairwise(stretches) if after.start - before.end > _NEXT_SENTENCE]
    ends = [before.end for before, after in pairwise(stretches) if after.start in starts] + [stretches[-1].end]
    return tuple(Block(Span(start, end), BlockKind.PARAGRAPH) for start, end in zip(starts, ends, strict=True))


def stands_in(text: str, sha: str | None, places: Iterable[tuple[int, int, str]]) -> bool:
    """Whether a text is the one with that SHA-256 and holds the words at each place (start, end, words)."""
    return sha == sha256(text.encode()).hexdigest() and all(text[start:end] == words for start, end, words in places)
