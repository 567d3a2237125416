"""The word lists that quantities are read with, compiled once."""

import re
from dataclasses import dataclass
from pathlib import Path

import regex

from cdsgraph.errors import RulesError
from cdsgraph.reading.localities import LocalWords
from cdsgraph.reading.numbers import NumberWords
from cdsgraph.reading.openings import Openings
from cdsgraph.reading.periods import TimeWords
from cdsgraph.reading.phrases import Phrases, word_key
from cdsgraph.reading.table_words import TableWords
from cdsgraph.reading.uncounted import UncountedWords
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table

_QUALIFIERS = ("exact", "approx", "over", "at_least", "under")
_ROLES = ("observed", "target", "forecast", "change", "plan")


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """Number and time words, and every other list merged into one set of labelled phrases.

    Labels: `qualifier` and `qualifier_after` (value: which), `small_is_place`, `measure` (unit) with `measure_kind`,
    `count` (body, part, thing), `label` and `label_behind` (reason), `change` (up, down) with `change_kind`, `role`
    with `role_scope`, and the parts of a clause as `clause_words.csv` names them. `fixed` finds set phrases that
    measure nothing in a look-up key, `fixed_openings` where one may be, `fixed_reasons` says what each is, `uncounted`
    finds the number words that count nothing. `measured` holds the words of `measured_words.csv` by kind, `heads` those
    of tables, `multiple_heads` the words that a `multiple` (value: how many times as much) begins with; `places` finds
    the place that a text is about.
    """

    numbers: NumberWords
    times: TimeWords
    phrases: Phrases
    fixed: regex.Pattern[str]
    fixed_openings: Openings
    fixed_reasons: dict[str, str]
    ordinals_before: frozenset[str]
    ordinals_after: frozenset[str]
    uncounted: UncountedWords
    particles: frozenset[str]
    measured: dict[str, tuple[str, ...]]
    heads: TableWords
    multiple_heads: frozenset[str]
    places: LocalWords

    @classmethod
    def load(cls, folder: Path) -> "QuantityWords":
        """The lists in `folder`; raises RulesError where one is missing, malformed or names an unknown code."""
        phrases = Phrases()
        for row in read_table(folder, "qualifiers", ("phrase", "qualifier", "place", "note")):
            _known(folder, "qualifiers", row["qualifier"], _QUALIFIERS)
            phrases.add(row["phrase"], "qualifier" if row["place"] == "before" else "qualifier_after", row["qualifier"])
            if row["note"]:
                phrases.add(row["phrase"], row["note"])
        for row in read_table(folder, "measures", ("form", "unit", "kind")):
            phrases.add(row["form"], "measure_unit", row["unit"])
            phrases.add(row["form"], "measure_kind", row["kind"])
        for row in read_table(folder, "count_nouns", ("noun", "kind")):
            phrases.add(row["noun"], "count", row["kind"])
        for row in read_table(folder, "number_labels", ("phrase", "reason")):
            phrases.add(row["phrase"], "label", row["reason"])
        multiples = read_table(folder, "multiples", ("phrase", "value"))
        for row in multiples:
            _number(folder, "multiples", row["value"])
            phrases.add(row["phrase"], "multiple", row["value"])
        for row in read_table(folder, "number_tails", ("phrase", "reason")):
            phrases.add(row["phrase"], "label_behind", row["reason"])
        for row in read_table(folder, "change_words", ("phrase", "direction", "kind")):
            phrases.add(row["phrase"], "change", row["direction"])
            phrases.add(row["phrase"], "change_kind", row["kind"])
        for row in read_table(folder, "figure_roles", ("phrase", "role", "scope")):
            _known(folder, "figure_roles", row["role"], _ROLES)
            phrases.add(row["phrase"], f"role_{row['scope']}", row["role"])
        for row in read_table(folder, "clause_words", ("phrase", "part")):
            phrases.add(row["phrase"], row["part"])
        reasons = {
            lookup_key(row["phrase"]): row["reason"]
            for row in read_table(folder, "fixed_phrases", ("phrase", "reason"))
        }
        fixed = regex.compile(r"(?<![\w/.,])\L<phrases>(?!\w|[/.,]\d)", phrases=list(reasons))
        measured: dict[str, tuple[str, ...]] = {"rank": (), "index": (), "within": (), "total": ()}
        for row in read_table(folder, "measured_words", ("words", "kind")):
            _known(folder, "measured_words", row["kind"], tuple(measured))
            measured[row["kind"]] = (*measured[row["kind"]], row["words"])
        ordinals = read_table(folder, "ordinal_words", ("word", "place"))
        numbers = NumberWords.load(folder)
        return cls(
            numbers,
            TimeWords.load(folder),
            phrases,
            fixed,
            Openings(reasons),
            reasons,
            frozenset(word_key(row["word"]) for row in ordinals if row["place"] == "before"),
            frozenset(word_key(row["word"]) for row in ordinals if row["place"] == "after"),
            UncountedWords.load(folder, numbers),
            frozenset(word_key(row["word"]) for row in read_table(folder, "particles", ("word",))),
            measured,
            TableWords.load(folder),
            frozenset(word_key(row["phrase"].split()[0]) for row in multiples),
            LocalWords.load(folder),
        )


def _number(folder: Path, table: str, value: str) -> None:
    if not re.fullmatch(r"\d+(?:\.\d+)?", value):
        raise RulesError(f"{value!r} is no number", path=folder / f"{table}.csv", remedy="mend the row")


def _known(folder: Path, table: str, code: str, codes: tuple[str, ...]) -> None:
    if code not in codes:
        raise RulesError(f"{code!r} is none of {', '.join(codes)}", path=folder / f"{table}.csv", remedy="mend the row")
