"""From the tables of data/register/ and the pillar schemes to one checked register."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypedDict, TypeVar, get_args

from cdsgraph.errors import RegisterError
from cdsgraph.files import Files
from cdsgraph.register.book import Register
from cdsgraph.register.check import faults
from cdsgraph.register.model import (
    THING_KINDS,
    Act,
    Basis,
    BodyChange,
    CuratedMeasurement,
    CuratedTarget,
    Entry,
    FunctionTransfer,
    Indicator,
    IndicatorEnd,
    Place,
    ProvinceMapping,
    Unit,
)
from cdsgraph.register.rows import Row, read
from cdsgraph.register.schemes import read_labels, read_names, read_pillars
from cdsgraph.vocab import ActType, EntityType

ENTITY_TABLES: Final = (
    "bodies", "persons", "platforms", "systems", "databases", "programmes", "indices", "data-centres", "places",
    "topics",
)  # fmt: skip
PROVINCE_TABLES: Final = ("provinces-63", "provinces-34")
PILLAR_SCHEMES: Final = ("pillar", "theme-2024-pillar")
LABEL_SCHEMES: Final = ("function", "doc-type")

T = TypeVar("T")

_SEEN = ("checked", "seen_in")
_ENTITY = (
    "slug", "type", "name_vi", "name_en", "abbreviations", "aliases", "parent", "first_day", "last_day", "act", *_SEEN,
    "unseen", "note",
)  # fmt: skip
_PROVINCE = (
    "slug", "name_vi", "name_en", "abbreviations", "aliases", "code", "kind", "first_day", "last_day", "merged_into",
    *_SEEN, "note",
)  # fmt: skip
_ACT = (
    "slug", "number", "type", "signed", "in_force", "last_day_in_force", "issuer", "title", "names", "replaces", *_SEEN,
    "note",
)  # fmt: skip
_UNIT = ("code", "iri", "name_vi", "name_en", "forms", *_SEEN, "note")
_INDICATOR = ("slug", "name_vi", "name_en", "synonyms", "unit", "direction", "pillar", *_SEEN, "note")
_TARGET = (
    "act", "indicator", "pillar", "comparator", "value", "unit", "year", "kind", "baseline", "baseline_period", *_SEEN,
    "note",
)  # fmt: skip
_END = ("indicator", "last_period", "reason", *_SEEN, "note")
_MEASUREMENT = ("indicator", "subject", "period", "value", "unit", "compiler", "basis", "published", *_SEEN, "note")
_BASIS = ("slug", "compiler", "name_vi", "name_en", "method", "release", *_SEEN, "note")
_CHANGE = ("slug", "kind", "effective", "before", "after", "act", "name_vi", "name_en", *_SEEN, "note")
_TRANSFER = ("slug", "function", "source", "target", "effective", "name_vi", "name_en", *_SEEN, "note")

_TYPES: Final = tuple(name for name in get_args(EntityType) if name != "pillar")
_ACT_TYPES: Final[tuple[ActType, ...]] = get_args(ActType)
_COMPARATORS: Final = ("equal", "at-least", "more-than", "at-most", "less-than", "about")


def load(files: Files) -> Register:
    """Read and check data/register/ and the pillar schemes.

    Every table is CSV in UTF-8 with a header row; `|` stands between several values of a cell, an empty cell is not
    known. `checked` is yes or recalled, `seen_in` says where. References are slugs.
    Raises RegisterError naming file, line and remedy at the first row that cannot be.
    """
    return _read(_Tables(files.register, None), files)


def look_over(files: Files) -> tuple[Register | None, tuple[RegisterError, ...]]:
    """Everything that `load` would stop at, a row each, with the register of the rows that can be read.

    References into a table of which a row cannot be read are not judged. There is no register without its folder and
    its schemes.
    """
    found: list[RegisterError] = []
    try:
        register = _read(_Tables(files.register, found.append), files)
    except RegisterError as error:  # the folder or a scheme: nothing can be read without it
        return None, (*found, error)
    return register, tuple(found)


class _Tables:
    """The tables of a folder, row by row; a row that cannot be is told to `failed`, or raised where that is None."""

    def __init__(self, folder: Path, failed: Callable[[RegisterError], object] | None) -> None:
        if not folder.is_dir():
            raise RegisterError("no such folder", path=folder, remedy="restore data/register")
        self._folder = folder
        self._failed = failed
        self.unread: set[str] = set()

    def rows(self, name: str, columns: tuple[str, ...], make: Callable[[Row], T]) -> tuple[T, ...]:
        """What `make` makes of each row of a table."""
        path = self._folder / f"{name}.csv"
        made: list[T] = []
        with self._told(path.name):
            for row in read(path, columns, None if self._failed is None else partial(self._leave_out, path.name)):
                with self._told(path.name):
                    made.append(make(row))
        return tuple(made)

    def tell(self, errors: Iterable[RegisterError]) -> None:
        """Pass on what else is wrong."""
        for error in errors:
            if self._failed is None:
                raise error
            self._failed(error)

    @contextmanager
    def _told(self, table: str) -> Iterator[None]:
        try:
            yield
        except RegisterError as error:
            if self._failed is None:
                raise
            self._leave_out(table, error)

    def _leave_out(self, table: str, error: RegisterError) -> None:
        self.unread.add("places.csv" if table.startswith("provinces") else table)
        self.tell([error])


def _read(tables: _Tables, files: Files) -> Register:
    provinces = [each for name in PROVINCE_TABLES for each in tables.rows(name, _PROVINCE, _province)]
    entries = [entry for name in ENTITY_TABLES for entry in tables.rows(name, _ENTITY, _entry)]
    entries += [entry for entry, _ in provinces]
    entries += [entry for scheme in PILLAR_SCHEMES for entry in read_pillars(files.schemes / f"{scheme}.ttl")]
    labels = {key: label for name in LABEL_SCHEMES for key, label in read_labels(files.schemes / f"{name}.ttl").items()}
    register = Register(
        entries=tuple(entries),
        acts=tables.rows("acts", _ACT, _act),
        indicators=tables.rows("indicators", _INDICATOR, _indicator),
        units=tables.rows("units", _UNIT, _unit),
        targets=tables.rows("targets", _TARGET, _target),
        measurements=tables.rows("measurements", _MEASUREMENT, _measurement),
        changes=tables.rows("changes", _CHANGE, _change),
        transfers=tables.rows("transfers", _TRANSFER, _transfer),
        provinces=tuple(_mappings(provinces, tables)),
        bases=tables.rows("bases", _BASIS, _basis),
        ends=tables.rows("indicator-ends", _END, _indicator_end),
        labels=labels,
        posts=read_names(files.schemes / "post.ttl"),
        groups=read_names(files.schemes / "body-group.ttl"),
        unread=frozenset(tables.unread),
    )
    tables.tell(faults(register))
    return register


class _Seen(TypedDict):
    """What every row tells of itself: whether it was checked, where it was seen, a note, and where it stands."""

    checked: bool
    seen_in: str
    note: str
    place: Place


def _seen(row: Row) -> _Seen:
    return {"checked": row.checked(), "seen_in": row.required("seen_in"), "note": row["note"], "place": row.place}


def _entry(row: Row) -> Entry:
    kind: EntityType = row.word("type", _TYPES)  # type: ignore[assignment]
    parent, act = row.optional("parent"), row.optional("act")
    unseen = row.values("unseen")
    for column in unseen:
        if column not in _ENTITY:
            raise row.error(f"unseen names no column {column!r}", "write the names of columns with | between")
    return replace(
        _thing(row, kind),
        parent=f"id/org/{parent}" if parent else None,
        act=f"id/act/{act}" if act else None,
        unseen=unseen,
    )


def _province(row: Row) -> tuple[Entry, Row]:
    """A province of either division with its row, which holds the code and what it was merged into."""
    row.word("kind", ("province", "city"))
    if not re.fullmatch(r"\d\d", row["code"]):
        raise row.error(f"code {row['code']!r} is no official code", "write two digits, with the leading nought")
    return _thing(row, "place"), row


def _thing(row: Row, kind: EntityType) -> Entry:
    """What every table of named things says of one."""
    first, last = row.span("first_day", "last_day")
    return Entry(
        key=f"id/{THING_KINDS[kind]}/{row.slug()}",
        type=kind,
        name=row.required("name_vi"),
        name_en=row.optional("name_en"),
        abbreviations=row.values("abbreviations"),
        aliases=row.values("aliases"),
        parent=None,
        first_day=first,
        last_day=last,
        **_seen(row),
    )


def _mappings(provinces: list[tuple[Entry, Row]], tables: _Tables) -> Iterator[ProvinceMapping]:
    by_slug = {row["slug"]: row for _, row in provinces}
    for entry, row in provinces:
        if row.place.path.stem != "provinces-63":
            continue
        after = by_slug.get(row["merged_into"])
        if after is not None and after.place.path.stem == "provinces-34":
            yield ProvinceMapping(entry.key, row["code"], f"id/place/{after['slug']}", after["code"], row.place)
        elif not tables.unread:
            wrong = f"merged_into {row['merged_into']!r} is no province of provinces-34.csv"
            tables.tell([row.error(wrong, "write its slug")])


def _act(row: Row) -> Act:
    in_force, last = row.span("in_force", "last_day_in_force")
    kind: ActType = row.word("type", _ACT_TYPES)  # type: ignore[assignment]
    return Act(
        key=f"id/act/{row.slug()}",
        number=row.required("number"),
        type=kind,
        signed=row.required_day("signed"),
        in_force=in_force,
        last_day_in_force=last,
        issuer=row.required("issuer"),
        title=row.required("title"),
        names=row.values("names"),
        replaces=f"id/act/{row['replaces']}" if row["replaces"] else None,
        **_seen(row),
    )


def _indicator(row: Row) -> Indicator:
    return Indicator(
        key=f"def/indicator/{row.slug()}",
        name=row.required("name_vi"),
        name_en=row.required("name_en"),
        synonyms=row.values("synonyms"),
        unit=row.required("unit"),
        direction=row.word("direction", ("higher", "lower")),
        pillar=f"def/pillar/{row['pillar']}" if row["pillar"] else None,
        **_seen(row),
    )


def _unit(row: Row) -> Unit:
    iri = row.required("iri")
    if not iri.startswith(("def/unit/", "http://qudt.org/vocab/unit/")):
        raise row.error(f"iri {iri!r} is no unit", "write a QUDT IRI or def/unit/ and a slug")
    return Unit(
        code=row.required("code"),
        iri=iri,
        name=row.required("name_vi"),
        name_en=row.required("name_en"),
        forms=row.values("forms"),
        **_seen(row),
    )


def _target(row: Row) -> CuratedTarget:
    value, decimals = row.number("value")
    if not re.fullmatch(r"\d{4}", row["year"]):
        raise row.error(f"year {row['year']!r} is no year", "write four digits")
    if bool(row["baseline"]) != bool(row["baseline_period"]):
        raise row.error("a baseline has a value and a period", "fill in both columns or neither")
    return CuratedTarget(
        act=f"id/act/{row.slug('act')}",
        indicator=f"def/indicator/{row.slug('indicator')}",
        pillar=f"def/pillar/{row['pillar']}" if row["pillar"] else None,
        comparator=row.word("comparator", _COMPARATORS),
        value=value,
        decimals=decimals,
        unit=row.required("unit"),
        year=int(row["year"]),
        kind=row.word("kind", ("endpoint", "annual", "maintain")),
        baseline=row.number("baseline")[0] if row["baseline"] else None,
        baseline_period=row.period("baseline_period") if row["baseline_period"] else None,
        **_seen(row),
    )


def _indicator_end(row: Row) -> IndicatorEnd:
    return IndicatorEnd(
        indicator=f"def/indicator/{row.slug('indicator')}",
        last_period=row.period("last_period"),
        reason=row.word("reason", ("discontinued", "level-abolished")),
        **_seen(row),
    )


def _measurement(row: Row) -> CuratedMeasurement:
    value, decimals = row.number("value")
    return CuratedMeasurement(
        indicator=f"def/indicator/{row.slug('indicator')}",
        subject=f"id/place/{row.slug('subject')}",
        period=row.period("period"),
        value=value,
        decimals=decimals,
        unit=row.required("unit"),
        compiler=f"id/org/{row.slug('compiler')}",
        basis=f"id/basis/{row.slug('basis')}",
        published=row.period("published"),
        **_seen(row),
    )


def _basis(row: Row) -> Basis:
    return Basis(
        key=f"id/basis/{row.slug()}",
        compiler=f"id/org/{row['compiler']}" if row["compiler"] else None,
        name=row.required("name_vi"),
        name_en=row.required("name_en"),
        method=row["method"],
        release=row.word("release", ("first-release", "revision", "estimate")) if row["release"] else None,
        **_seen(row),
    )


def _change(row: Row) -> BodyChange:
    return BodyChange(
        key=f"id/event/{row.slug()}",
        kind=row.word("kind", ("merger", "establishment", "transfer-of-body")),
        effective=row.required_day("effective"),
        before=tuple(f"id/org/{slug}" for slug in row.values("before")),
        after=tuple(f"id/org/{slug}" for slug in row.values("after")),
        act=f"id/act/{row['act']}" if row["act"] else None,
        name=row.required("name_vi"),
        name_en=row.required("name_en"),
        **_seen(row),
    )


def _transfer(row: Row) -> FunctionTransfer:
    return FunctionTransfer(
        key=f"id/transfer/{row.slug()}",
        function=f"def/function/{row.slug('function')}",
        source=f"id/org/{row.slug('source')}",
        target=f"id/org/{row.slug('target')}",
        effective=row.required_day("effective"),
        name=row.required("name_vi"),
        name_en=row.required("name_en"),
        **_seen(row),
    )
