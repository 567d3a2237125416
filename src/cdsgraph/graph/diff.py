"""Two versions side by side: which facts were added, which are gone, and which say something else now.

Facts keep their IRIs when a digit is corrected or an edit elsewhere moves their words (see `vocab`), so two records of
one name are the same fact. What only tells where and how a fact was read (its offsets, the run that read it, the words
around it) is no part of what it says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pyoxigraph import DefaultGraph, NamedNode, Store
from pyoxigraph import Literal as RdfLiteral

from cdsgraph.errors import DatasetError
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.quadwriter import PREF_LABEL, TYPE
from cdsgraph.vocab import CDS, OA, PROV, SCHEMA, term

Kind = Literal["figure", "target", "task", "event", "relation", "citation", "office", "derived"]
Value = NamedNode | RdfLiteral

_DERIVED_FROM: Final = term(PROV, "wasDerivedFrom")
_BY_RULE: Final = term(CDS, "byRule")
# The first class that fits tells the kind.
_CLASSES: Final[tuple[tuple[NamedNode, Kind], ...]] = (
    (term(CDS, "Target"), "target"),
    (term(CDS, "StatedAim"), "target"),
    (term(CDS, "Figure"), "figure"),
    (term(CDS, "Task"), "task"),
    (term(SCHEMA, "Event"), "event"),
    (term(CDS, "Statement"), "relation"),
    (term(CDS, "Citation"), "citation"),
    (term(CDS, "OfficeHolding"), "office"),
)
_HOW_READ: Final = frozenset((term(PROV, "wasGeneratedBy"), term(CDS, "sentence"), term(CDS, "rule")))


@dataclass(frozen=True, slots=True)
class Change:
    """The values that a property held only before and holds only now; `kept` says that others stayed."""

    property: NamedNode
    old: tuple[Value, ...]
    new: tuple[Value, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A fact that differs; `changes` are empty where it was added or is gone."""

    iri: NamedNode
    kind: Kind
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs, each list in order of kind and IRI. `requoted` counts facts equal but for the words around them."""

    added: tuple[Item, ...]
    gone: tuple[Item, ...]
    changed: tuple[Item, ...]
    requoted: int

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its store, and the folder of its texts where it is a version."""

    name: str
    store: Store
    texts: Path | None = None
    _texts: dict[str, str] = field(default_factory=dict)

    def values(self, subject: NamedNode, predicate: NamedNode) -> tuple[Value, ...]:
        """The values of a property, in a fixed order."""
        found = self.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
        return _sorted(quad.object for quad in found)

    def label(self, thing: NamedNode, language: str, predicate: NamedNode = PREF_LABEL) -> str | None:
        """The label of a thing in a language, else in any."""
        labels = [each for each in self.values(thing, predicate) if isinstance(each, RdfLiteral)]
        own = [each.value for each in labels if each.language == language]
        return next(iter(own), None) or next((each.value for each in labels), None)

    def line(self, file: str, start: int) -> int | None:
        """The line, from 1, of an offset in a document; None where its text is not at hand."""
        text = self._text(file)
        return None if text is None else text.count("\n", 0, start) + 1

    def stands(self, file: str, start: int, end: int, words: str) -> bool | None:
        """Whether words stand at these offsets of a document; None where its text is not at hand."""
        text = self._text(file)
        return None if text is None else text[start:end] == words

    def _text(self, file: str) -> str | None:
        if self.texts is None:
            return None
        if file not in self._texts:
            try:
                self._texts[file] = (self.texts / versions.text_file(file)).read_text(encoding="utf-8")
            except OSError:
                return None
        return self._texts[file]


def open_side(given: str, out: Path) -> Side:
    """The version of that name below `out`, the version in that folder, or the RDF file.

    Raises DatasetError where it is none of them or damaged, RdfError with line and column where a file is no RDF.
    """
    path = Path(given)
    if path.is_file():
        return Side(path.name, load_store(path))
    folder = versions.within(path) if path.is_dir() else out / "versions" / given
    if (path.name != given and not path.is_dir()) or not (folder / versions.DATASET).is_file():
        known = ", ".join(versions.names(out))
        raise DatasetError(
            f"{given!r} is no version, no folder of one and no file",
            remedy=f"name one of {known}" if known else "name a version's folder or an N-Quads file",
        )
    if versions.DATASET in (wrong := versions.damaged(folder)) or versions.MANIFEST in wrong:
        raise DatasetError(f"{wrong[0]} is damaged", path=folder, remedy="build it again with `cdsgraph build`")
    return Side(folder.resolve().name, load_store(folder / versions.DATASET), folder / "documents")


def compare(old: Side, new: Side) -> Diff:
    """The facts that differ between two datasets."""
    before, after = _facts(old), _facts(new)
    changed: list[Item] = []
    requoted = 0
    for iri in before.keys() & after.keys():
        changes = tuple(_changes(old, new, iri))
        if changes:
            changed.append(Item(iri, after[iri], changes))
        elif old.values(iri, term(CDS, "sentence")) != new.values(iri, term(CDS, "sentence")):
            requoted += 1
    return Diff(
        _in_order(Item(iri, after[iri]) for iri in after.keys() - before.keys()),
        _in_order(Item(iri, before[iri]) for iri in before.keys() - after.keys()),
        _in_order(changed),
        requoted,
    )


def _in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    kinds: tuple[Kind, ...] = ("figure", "target", "task", "event", "relation", "citation", "office", "derived")
    return tuple(sorted(items, key=lambda item: (kinds.index(item.kind), item.iri.value)))


def _facts(side: Side) -> dict[NamedNode, Kind]:
    found: dict[NamedNode, Kind] = {}
    for quad in side.store.quads_for_pattern(None, _BY_RULE, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode):
            found[quad.subject] = "derived"
    for of_class, kind in _CLASSES:
        for quad in side.store.quads_for_pattern(None, TYPE, of_class, DefaultGraph()):
            if isinstance(quad.subject, NamedNode):
                found.setdefault(quad.subject, kind)
    return found


def _changes(old: Side, new: Side, iri: NamedNode) -> Iterator[Change]:
    before, after = _told(old, iri), _told(new, iri)
    differ = sorted((p for p in before.keys() | after.keys() if before.get(p) != after.get(p)), key=str)
    # A label is made of what a fact says; alone it tells of a thing that goes by another name.
    for predicate in differ if differ == [PREF_LABEL] else (p for p in differ if p != PREF_LABEL):
        gone, come = before.get(predicate, frozenset()), after.get(predicate, frozenset())
        yield Change(predicate, _sorted(gone - come), _sorted(come - gone), kept=bool(gone & come))


def _told(side: Side, iri: NamedNode) -> dict[NamedNode, frozenset[Value]]:
    """What a fact says, by property, without how and where it was read."""
    found: dict[NamedNode, set[Value]] = {}
    for quad in side.store.quads_for_pattern(iri, None, None, DefaultGraph()):
        value = quad.object
        if not isinstance(value, NamedNode | RdfLiteral) or quad.predicate in _HOW_READ:
            continue
        if quad.predicate == _DERIVED_FROM and isinstance(value, NamedNode) and _is_place(side, value):
            continue
        found.setdefault(quad.predicate, set()).add(value)
    return {predicate: frozenset(values) for predicate, values in found.items()}


def _is_place(side: Side, iri: NamedNode) -> bool:
    selector = side.store.quads_for_pattern(iri, term(OA, "hasSelector"), None, DefaultGraph())
    return next(selector, None) is not None


def _sorted(values: Iterable[Any]) -> tuple[Value, ...]:
    return tuple(sorted((v for v in values if isinstance(v, NamedNode | RdfLiteral)), key=str))
