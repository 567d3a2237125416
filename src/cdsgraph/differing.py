"""What differs between two versions, in words: text for a terminal, Markdown for a review, JSON for a program."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from cdsgraph import periods
from cdsgraph.choices import DiffForm
from cdsgraph.graph.diff import Change, Diff, Item, Side, Value
from cdsgraph.graph.quadwriter import PREF_LABEL, TYPE
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import Language, squeeze
from cdsgraph.vocab import CDS, OA, PROV, RDF, RDFS, term

_DERIVED_FROM: Final = term(PROV, "wasDerivedFrom")
_LABEL: Final = term(RDFS, "label")
_PRINTED: Final = term(CDS, "printed")
# Told by the printed form where that changed too, or of interest to whoever looks at the data only.
_WITH_PRINTED: Final = frozenset(
    term(CDS, name) for name in ("printed", "value", "valueTo", "decimals", "lowest", "highest")
)
_ASIDE: Final = frozenset(term(CDS, name) for name in ("reviewReason", "reviewedOn", "reviewer"))
_SIGNS: Final = {"changed": "~", "added": "+", "gone": "-"}
_LONGEST: Final = 160


def load_words(folder: Path, language: Language) -> Mapping[str, str]:
    """The words of `{folder}/differing.csv` in one language. Raises RulesError where it is missing or malformed."""
    return {row["key"]: row[language] for row in read_table(folder, "differing", ("key", "vi", "en"))}


def render(diff: Diff, old: Side, new: Side, form: DiffForm, words: Mapping[str, str], language: Language) -> bytes:
    """The differences in a form, as UTF-8 that ends with a line break."""
    view = _View(old, new, words, language)
    forms: dict[DiffForm, Callable[[Diff], str]] = {"text": view.text, "md": view.markdown, "json": view.json}
    return forms[form](diff).encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact that differs: `how` is changed, added or gone; `told` a line of words, `record` as in the JSON form."""

    how: str
    item: Item
    told: str
    record: dict[str, Any]


def entries(diff: Diff, old: Side, new: Side, words: Mapping[str, str], language: Language) -> Iterator[Entry]:
    """Every fact that differs in words of one language, in the order of the JSON form."""
    view = _View(old, new, words, language)
    for how, items in _all(diff).items():
        for item in items:
            yield Entry(how, item, view.told(item, how), view.record(item, how))


class _View:
    """Puts two sides into words of one language."""

    def __init__(self, old: Side, new: Side, words: Mapping[str, str], language: Language) -> None:
        self._old, self._new, self._words, self._language = old, new, words, language

    def text(self, diff: Diff) -> str:
        lines = [self._words["title"].format(old=self._old.name, new=self._new.name), *self._counts(diff)]
        for kind, entries in self._by_kind(diff).items():
            lines += ["", self._words[f"kind.{kind}"]]
            lines += [f"  {_SIGNS[how]} {self.told(item, how)}" for how, item in entries]
        return "\n".join(lines) + "\n"

    def markdown(self, diff: Diff) -> str:
        title = self._words["title"].format(old=f"`{self._old.name}`", new=f"`{self._new.name}`")
        lines = [f"## {title}", "", "; ".join(self._counts(diff))]
        for kind, entries in self._by_kind(diff).items():
            lines += ["", f"### {self._words[f'kind.{kind}']}", ""]
            lines += [f"- **{self._words[how]}** {_escaped(self.told(item, how))}" for how, item in entries]
        return "\n".join(lines) + "\n"

    def json(self, diff: Diff) -> str:
        told: dict[str, Any] = {
            "old": self._old.name,
            "new": self._new.name,
            "counts": {how: len(items) for how, items in _all(diff).items()},
            "requoted": diff.requoted,
        }
        for how, items in _all(diff).items():
            told[how] = [self.record(item, how) for item in items]
        return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"

    def _counts(self, diff: Diff) -> list[str]:
        told = [self._words["counts"].format(**{how: len(items) for how, items in _all(diff).items()})]
        if not diff:
            told = [self._words["equal"]]
        if diff.requoted:
            told.append(self._words["requoted"].format(count=diff.requoted))
        return told

    def _by_kind(self, diff: Diff) -> dict[str, list[tuple[str, Item]]]:
        found: dict[str, list[tuple[str, Item]]] = {key[5:]: [] for key in self._words if key.startswith("kind.")}
        for how, items in _all(diff).items():
            for item in items:
                found[item.kind].append((how, item))
        return {kind: entries for kind, entries in found.items() if entries}

    def record(self, item: Item, how: str) -> dict[str, Any]:
        side = self._side(how)
        record: dict[str, Any] = {"iri": item.iri.value, "kind": item.kind, "name": self._name(side, item.iri)}
        if place := self._place(side, item.iri):
            record["place"] = place
        if item.changes:
            record["changes"] = [
                {
                    "property": change.property.value,
                    "label": self._property(change.property),
                    "old": [value.value for value in change.old],
                    "new": [value.value for value in change.new],
                }
                for change in item.changes
            ]
        elif figure := self._figure(side, item.iri):
            record["value"] = figure
        return record

    def told(self, item: Item, how: str) -> str:
        side = self._side(how)
        told = self._name(side, item.iri)
        if item.changes:
            told += ": " + "; ".join(self._changes(item.changes))
        elif figure := self._figure(side, item.iri):
            told += f": {figure}"
        place = self._place(side, item.iri)
        return f"{told} ({place})" if place else told

    def _changes(self, changes: tuple[Change, ...]) -> Iterator[str]:
        by_property = {change.property: change for change in changes}
        printed = by_property.get(_PRINTED)
        if printed:
            yield f"{self._values(self._old, printed.old)} → {self._values(self._new, printed.new)}"
        for change in changes:
            if change.property in _ASIDE or (printed and change.property in _WITH_PRINTED):
                continue
            yield f"{self._property(change.property)}: {self._from_to(change)}"

    def _from_to(self, change: Change) -> str:
        old, new = self._values(self._old, change.old), self._values(self._new, change.new)
        if not change.kept:
            return f"{old} → {new}"
        return ", ".join(
            f"{sign} {told}" for sign, told in (("+", change.new and new), ("-", change.old and old)) if told
        )

    def _side(self, how: str) -> Side:
        return self._old if how == "gone" else self._new

    def _property(self, iri: NamedNode) -> str:
        if iri == PREF_LABEL:
            return self._words["name"]
        sides = (self._new, self._old)
        found = next((label for side in sides if (label := side.label(iri, self._language, _LABEL))), None)
        return found or _tail(iri)

    def _values(self, side: Side, values: tuple[Value, ...]) -> str:
        return ", ".join(squeeze(self._value(side, value)) for value in values) or self._words["none"]

    def _value(self, side: Side, value: Value) -> str:
        if isinstance(value, RdfLiteral):
            return value.value
        named = side.label(value, self._language) or side.label(value, self._language, _LABEL)
        return named or (self._name(side, value) if side.values(value, TYPE) else _tail(value))

    # --------------------------------------------------------------------------------------------- names and places
    def _name(self, side: Side, iri: NamedNode) -> str:
        """What a fact is about, without the value it gives."""
        indicator = self._thing(side, iri, "indicator")
        if indicator and side.values(iri, _PRINTED) + side.values(iri, term(CDS, "value")):
            name = ", ".join(part for part in (indicator, self._about(side, iri), self._period(side, iri)) if part)
        elif cited := self._one(side, iri, term(CDS, "citedAs")):
            name = cited
        elif side.values(iri, term(RDF, "predicate")):
            parts = (self._thing_of(side, iri, term(RDF, each)) for each in ("subject", "predicate", "object"))
            name = " – ".join(part for part in parts if part)
        else:
            name = side.label(iri, self._language) or self._derived(side, iri)
        name = squeeze(name)
        return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"

    def _derived(self, side: Side, iri: NamedNode) -> str:
        """A derived statement goes by its class and by the first stated thing that it is about."""
        kind = next((each for each in side.values(iri, TYPE) if isinstance(each, NamedNode)), None)
        label = side.label(kind, self._language, _LABEL) if kind else None
        bases = [each for each in side.values(iri, _DERIVED_FROM) if isinstance(each, NamedNode)]
        about = self._thing(side, iri, "task") or self._thing(side, iri, "indicator")
        if about is None and bases and bases[0] != iri:
            about = side.label(bases[0], self._language)
        return ": ".join(part for part in (label, about) if part) or _tail(iri)

    def _thing(self, side: Side, iri: NamedNode, name: str) -> str | None:
        return self._thing_of(side, iri, term(CDS, name))

    def _thing_of(self, side: Side, iri: NamedNode, predicate: NamedNode) -> str | None:
        thing = next((each for each in side.values(iri, predicate) if isinstance(each, NamedNode)), None)
        if thing is None:
            return None
        return side.label(thing, self._language) or side.label(thing, self._language, _LABEL) or _tail(thing)

    def _figure(self, side: Side, iri: NamedNode) -> str | None:
        """The number as printed, else its value and unit."""
        if printed := self._one(side, iri, _PRINTED):
            return squeeze(printed)
        value, unit = self._one(side, iri, term(CDS, "value")), self._thing(side, iri, "unit")
        return " ".join(part for part in (value, unit) if part) if value else None

    def _about(self, side: Side, iri: NamedNode) -> str | None:
        """The subject, where it is not the whole country."""
        thing = next((each for each in side.values(iri, term(CDS, "about")) if isinstance(each, NamedNode)), None)
        return self._thing(side, iri, "about") if thing and _tail(thing) != "viet-nam" else None

    def _period(self, side: Side, iri: NamedNode) -> str | None:
        period = self._one(side, iri, term(CDS, "periodLabel"))
        if period is None or self._language != "vi":
            return period
        try:
            return periods.label_vi(period)
        except ValueError:
            return period

    def _one(self, side: Side, iri: NamedNode, predicate: NamedNode) -> str | None:
        return next((each.value for each in side.values(iri, predicate)), None)

    def _place(self, side: Side, iri: NamedNode) -> str | None:
        """Where it stands: source and line, or the table and row of the register."""
        for origin in side.values(iri, _DERIVED_FROM):
            if not isinstance(origin, NamedNode):
                continue
            if row := self._one(side, origin, term(CDS, "row")):
                file = self._one(side, origin, term(CDS, "file")) or ""
                return self._words["line"].format(source=file, line=row)
            selectors = side.values(origin, term(OA, "hasSelector"))
            sources = side.values(origin, term(OA, "hasSource"))
            if selectors and sources and isinstance(selectors[0], NamedNode) and isinstance(sources[0], NamedNode):
                start = self._one(side, selectors[0], term(OA, "start")) or "0"
                file = self._one(side, sources[0], term(CDS, "fileName")) or ""
                line = side.line(file, int(start))
                key = "offset" if line is None else "line"
                return self._words[key].format(source=_tail(sources[0]), line=line, start=start)
        return None


def _all(diff: Diff) -> dict[str, tuple[Item, ...]]:
    return {"changed": diff.changed, "added": diff.added, "gone": diff.gone}


def _tail(iri: NamedNode) -> str:
    return iri.value.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _escaped(text: str) -> str:
    """The words with what Markdown would read as marks made plain."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#~" else each for each in text)
