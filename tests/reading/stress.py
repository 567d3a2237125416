"""The hard places of the language as cases: what a text must give, compared with what the reader found in it.

A case of `stress.toml` has `phenomenon`, `text`, and where it matters `date` and `kind` of its source, then facts. A
fact has its `kind` and the fields of its record that matter. Beside these

    covers          words that its span overlaps, where the exact span is a matter of taste (`quote` is exact)
    FIELD_has       words that stand in the field
    "none"          as a value: the field is empty

Order does not matter in lists. `absent` blocks are facts that must not be found, `none` kinds of which nothing may be
found; with `only` nothing else of the kinds expected may be. `numbers` are the reasons in the ledger of numbers; any
number beside them must be understood. `known_gap` says why a case is not read rightly yet.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdsgraph.reading.document import Document, Metadata
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import record
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.text import nfc

CASES = Path(__file__).parent / "stress.toml"
NOT_UNDERSTOOD = "not understood"
_OWN = frozenset({"kind", "covers"})


@dataclass(frozen=True, slots=True)
class Case:
    """One text with what must and what must not be read from it."""

    phenomenon: str
    text: str
    date: str | None = None
    kind: str = "article"
    fact: Sequence[Mapping[str, Any]] = ()
    absent: Sequence[Mapping[str, Any]] = ()
    none: Sequence[str] = ()
    numbers: Mapping[str, str] | None = None
    only: bool = False
    known_gap: str | None = None

    def __str__(self) -> str:
        return f"{self.phenomenon}: {' '.join(self.text.split())[:60]}"


def cases(path: Path = CASES) -> list[Case]:
    """The cases of a file in its order; TypeError for a field that no case has."""
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [Case(**row) for row in rows]


def differences(case: Case, reader: Reader, words: LayoutWords) -> list[str]:
    """What the reader makes of a case that it should not, a line each; none when it reads the case rightly."""
    metadata = Metadata(slug="van-ban", event_date=case.date, kind=case.kind)
    document = lay_out(Document(name="van-ban.txt", text=nfc(case.text), metadata=metadata), words)
    reading = reader.read(document)
    found = [record(fact, document) for fact in reading.facts]
    used: list[int] = []
    told = []
    for wanted in case.fact:
        nearest = _match(wanted, found, used, document.text)
        if isinstance(nearest, int):
            used.append(nearest)
        else:
            told.append(nearest)
    if case.only:
        kinds = {wanted["kind"] for wanted in case.fact}
        told += [f"too much: {_brief(f)}" for i, f in enumerate(found) if f["kind"] in kinds and i not in used]
    for wanted in case.absent:
        told += [f"not said: {_brief(f)}" for f in found if not _wrong(wanted, f, document.text)]
    told += [f"not said: {_brief(f)}" for f in found if f["kind"] in case.none]
    reasons = {n.span.of(document.text): n.reason or NOT_UNDERSTOOD for n in reading.numbers}
    wanted_reasons = case.numbers or {}
    told += [
        f"number “{words}” is {reasons.get(words)!r}, not {reason!r}"
        for words, reason in wanted_reasons.items()
        if reasons.get(words) != reason
    ]
    told += [
        f"number “{words}” was not understood"
        for words, reason in reasons.items()
        if reason == NOT_UNDERSTOOD and words not in wanted_reasons
    ]
    return told


def _match(wanted: Mapping[str, Any], found: list[dict[str, Any]], used: list[int], text: str) -> int | str:
    """The index of the fact that is as wanted, else the difference to the nearest one in words."""
    wrong = {i: _wrong(wanted, f, text) for i, f in enumerate(found) if f["kind"] == wanted["kind"] and i not in used}
    nearest = min(wrong, key=lambda i: len(wrong[i]), default=None)
    if nearest is not None and not wrong[nearest]:
        return nearest
    if nearest is None:
        return f"missing: {_brief(wanted)}"
    return f"missing: {_brief(wanted)}; nearest: {_brief(found[nearest])}: {'; '.join(wrong[nearest])}"


def _wrong(wanted: Mapping[str, Any], found: Mapping[str, Any], text: str) -> list[str]:
    """The fields in which a fact is not as wanted, in words."""
    if wanted["kind"] != found["kind"]:
        return [f"kind {found['kind']}"]
    told = []
    for field, value in wanted.items():
        if field in _OWN:
            continue
        name = field.removesuffix("_has")
        got = found[name]
        if name != field:
            agrees = str(value).casefold() in str(got).casefold()
        elif isinstance(value, list):
            agrees = sorted(value) == sorted(got or ())
        else:
            agrees = got == (None if value == "none" else value)
        if not agrees:
            told.append(f"{name} {got!r}, not {value!r}")
    if "covers" in wanted:
        start = text.find(wanted["covers"])
        if not found["start"] < start + len(wanted["covers"]) or not start < found["end"]:
            told.append(f"stands at “{found['quote']}”")
    return told


def _brief(fact: Mapping[str, Any]) -> str:
    shown = ("quote", "covers", "type", "name", "number", "value", "unit", "person", "title", "subject", "predicate",
             "object", "assignees", "deadline", "status")  # fmt: skip
    return f"{fact['kind']} " + ", ".join(f"{k}={fact[k]!r}" for k in shown if fact.get(k) not in (None, [], ""))
