"""What must hold between the rows of the register."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from cdsgraph.errors import RegisterError
from cdsgraph.register.book import Register
from cdsgraph.register.model import Act, CuratedMeasurement, CuratedTarget, Entry, Place
from cdsgraph.text import name_key
from cdsgraph.vocab import act_slug


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def place(self) -> Place: ...


class _Checked(Protocol):
    @property
    def checked(self) -> bool: ...

    @property
    def place(self) -> Place: ...


def faults(register: Register) -> Iterator[RegisterError]:
    """Each row that contradicts another or refers to nothing; none for a table of `register.unread`.

    A checked row may rest on checked rows only. Recalled transfers may name a function that the scheme lacks, since
    they stay out of the dataset.
    """
    for rows in (
        register.entries, register.acts, register.indicators, register.bases, register.changes, register.transfers,
    ):  # fmt: skip
        yield from _check_keys(rows)
    yield from _check_units(register)
    yield from _check_entry_names(register.entries)
    yield from _check_act_names(register.acts)
    yield from _check_indicator_names(register)
    yield from _check_entries(register)
    yield from _check_acts(register)
    yield from _check_figures(register)
    yield from _check_changes(register)
    yield from _check_provinces(register)


def _error(place: Place, message: str, remedy: str) -> RegisterError:
    return RegisterError(message, path=place.path, line=place.line, remedy=remedy)


def _at(place: Place) -> str:
    return f"{place.path.name}:{place.line}"


def _check_keys(rows: Sequence[_Keyed]) -> Iterator[RegisterError]:
    owners: dict[str, _Keyed] = {}
    for row in rows:
        if row.key in owners:
            slug = row.key.rsplit("/", 1)[1]
            yield _error(
                row.place,
                f"slug {slug!r} is taken by {_at(owners[row.key].place)}",
                "take the row out, or give a later incarnation the year: …-2025",
            )
        owners.setdefault(row.key, row)


def _check_units(register: Register) -> Iterator[RegisterError]:
    owners: dict[str, tuple[str, Place]] = {}
    codes: dict[str, Place] = {}
    for unit in register.units:
        if unit.code in codes:
            yield _error(unit.place, f"code {unit.code!r} is taken by {_at(codes[unit.code])}", "take one row out")
        codes[unit.code] = unit.place
        for form in (unit.code, unit.name, *unit.forms):
            owner = owners.setdefault(name_key(form), (unit.code, unit.place))
            if owner[0] != unit.code:
                yield _error(unit.place, f"form {form!r} belongs to {_at(owner[1])}", "leave it to one of the two")


def _overlap(one: Entry, other: Entry) -> bool:
    starts_after = one.first_day and other.last_day and one.first_day > other.last_day
    ends_before = one.last_day and other.first_day and one.last_day < other.first_day
    return not (starts_after or ends_before)


def _check_entry_names(entries: Iterable[Entry]) -> Iterator[RegisterError]:
    owners: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for name in entry.names:
            known = owners.setdefault((entry.type, name_key(name)), [])
            rival = next((other for other in known if other is not entry and _overlap(entry, other)), None)
            if rival is not None:
                yield _error(
                    entry.place,
                    f"{name!r} already names {rival.name!r} ({_at(rival.place)}), a {entry.type} of the same time",
                    "leave the name to one of the two, or give first_day and last_day so that they do not overlap",
                )
            if entry not in known:
                known.append(entry)


def _check_act_names(acts: Iterable[Act]) -> Iterator[RegisterError]:
    owners: dict[str, Act] = {}
    for act in acts:
        for name in act.names:
            owner = owners.setdefault(name_key(name), act)
            if owner is not act:
                yield _error(act.place, f"{name!r} already names {_at(owner.place)}", "leave it to one of the two")


def _check_indicator_names(register: Register) -> Iterator[RegisterError]:
    owners: dict[str, tuple[str, Place]] = {}
    for indicator in register.indicators:
        for name in (indicator.name, *indicator.synonyms):
            key, place = owners.setdefault(name_key(name), (indicator.key, indicator.place))
            if key != indicator.key:
                yield _error(
                    indicator.place,
                    f"{name!r} already names the indicator of {_at(place)}",
                    "leave it to one of the two; near-identical indicators stay apart",
                )


def _check_entries(register: Register) -> Iterator[RegisterError]:
    for entry in register.entries:
        yield from _body(register, entry.parent, entry, "parent")
        yield from _known_act(register, entry.act, entry, "act")
        if entry.parent == entry.key:
            yield _error(entry.place, "the parent is the body itself", "leave parent empty")


def _check_acts(register: Register) -> Iterator[RegisterError]:
    for act in register.acts:
        if act.slug != act_slug(act.number, act.signed.year):
            yield _error(
                act.place,
                f"slug {act.slug!r} does not fit number and year",
                f"write {act_slug(act.number, act.signed.year)}",
            )
        bodies = (entry for entry in register.named(act.issuer) if entry.key.startswith("id/org/"))
        if "bodies.csv" not in register.unread and not any(bodies):
            yield _error(act.place, f"issuer {act.issuer!r} is no body of bodies.csv", "add the body or mend the name")
        if act.last_day_in_force and act.last_day_in_force < act.signed:
            yield _error(act.place, "last_day_in_force lies before signed", "put the two days right")
        yield from _known_act(register, act.replaces, act, "replaces")


def _check_figures(register: Register) -> Iterator[RegisterError]:
    bases = {basis.key: basis for basis in register.bases}
    for basis in register.bases:
        yield from _body(register, basis.compiler, basis, "compiler")
    for indicator in register.indicators:
        yield from _unit(register, indicator.unit, indicator.place)
        yield from _pillar(register, indicator.pillar, indicator.place)
    for target in register.targets:
        yield from _known_act(register, target.act, target, "act")
        yield from _indicator(register, target)
        yield from _pillar(register, target.pillar, target.place)
    for end in register.ends:
        yield from _supports(
            register, register.indicator(end.indicator), end.indicator, end, "indicator", "indicators.csv"
        )
    for measurement in register.measurements:
        yield from _indicator(register, measurement)
        yield from _body(register, measurement.compiler, measurement, "compiler")
        if register.entry(measurement.subject) is None:
            yield from _dead(register, measurement.place, "subject", measurement.subject, "places.csv")
        if measurement.basis not in bases:
            yield from _dead(register, measurement.place, "basis", measurement.basis, "bases.csv")
        elif bases[measurement.basis].compiler != measurement.compiler:
            yield _error(measurement.place, "the basis is of another compiler", "put compiler or basis right")
    yield from _check_figures_once(register)


def _check_figures_once(register: Register) -> Iterator[RegisterError]:
    owners: dict[tuple[object, ...], Place] = {}
    identities: list[tuple[tuple[object, ...], Place]] = [
        ((target.act, target.indicator, target.year), target.place) for target in register.targets
    ]
    identities += [
        ((each.indicator, each.subject, each.period, each.basis), each.place) for each in register.measurements
    ]
    identities += [((end.indicator,), end.place) for end in register.ends]
    for identity, place in identities:
        owner = owners.setdefault(identity, place)
        if owner is not place:
            yield _error(place, f"the same figure stands in {_at(owner)}", "take one of the two out")


def _check_changes(register: Register) -> Iterator[RegisterError]:
    for change in register.changes:
        for column, bodies in (("before", change.before), ("after", change.after)):
            if not bodies:
                yield _error(change.place, f"column {column} is empty", "name the bodies")
            for body in bodies:
                yield from _body(register, body, change, column)
        yield from _known_act(register, change.act, change, "act")
    for transfer in register.transfers:
        yield from _body(register, transfer.source, transfer, "source")
        yield from _body(register, transfer.target, transfer, "target")
        if transfer.checked and register.code_label(transfer.function) is None:
            yield from _dead(register, transfer.place, "function", transfer.function, "data/schemes/function.ttl")


def _check_provinces(register: Register) -> Iterator[RegisterError]:
    codes: dict[tuple[str, str], Place] = {}
    for mapping in register.provinces:
        owner = codes.setdefault(("63", mapping.before_code), mapping.place)
        if owner is not mapping.place:
            yield _error(mapping.place, f"code {mapping.before_code} is taken by {_at(owner)}", "mend one of the two")
    for mapping in register.provinces:
        after = register.entry(mapping.after)
        owner = codes.setdefault(("34", mapping.after_code), after.place if after else mapping.place)
        if after is not None and owner != after.place:
            yield _error(after.place, f"code {mapping.after_code} is taken by {_at(owner)}", "mend one of the two")


def _dead(register: Register, place: Place, column: str, key: str, table: str) -> Iterator[RegisterError]:
    slug = key.rsplit("/", 1)[1]
    if table not in register.unread:
        yield _error(place, f"{column} {slug!r} is not in {table}", f"write a slug of {table}, or add the row there")


def _body(register: Register, key: str | None, row: _Checked, column: str) -> Iterator[RegisterError]:
    if key is not None:
        yield from _supports(register, register.entry(key), key, row, column, "bodies.csv")


def _known_act(register: Register, key: str | None, row: _Checked, column: str) -> Iterator[RegisterError]:
    if key is not None:
        yield from _supports(register, register.act(key), key, row, column, "acts.csv")


def _supports(
    register: Register, found: _Checked | None, key: str, row: _Checked, column: str, table: str
) -> Iterator[RegisterError]:
    """What a row refers to is there, and as sure as the row itself."""
    if found is None:
        yield from _dead(register, row.place, column, key, table)
    elif row.checked and not found.checked and not (isinstance(row, Entry) and column in row.unseen):
        slug = key.rsplit("/", 1)[1]
        remedy = f"name the column in unseen, or say where {slug} was seen" if isinstance(row, Entry) else "recall both"
        yield _error(row.place, f"a checked row rests on {slug!r}, which is only recalled ({_at(found.place)})", remedy)


def _pillar(register: Register, key: str | None, place: Place) -> Iterator[RegisterError]:
    if key is not None and register.entry(key) is None:
        yield from _dead(register, place, "pillar", key, "data/schemes/pillar.ttl")


def _unit(register: Register, code: str, place: Place) -> Iterator[RegisterError]:
    if register.unit(code) is None and "units.csv" not in register.unread:
        yield _error(place, f"unit {code!r} is not in units.csv", "write a code of units.csv, or add the row there")


def _indicator(register: Register, row: CuratedTarget | CuratedMeasurement) -> Iterator[RegisterError]:
    indicator = register.indicator(row.indicator)
    yield from _supports(register, indicator, row.indicator, row, "indicator", "indicators.csv")
    yield from _unit(register, row.unit, row.place)
    if indicator is not None and indicator.unit != row.unit:
        yield _error(
            row.place, f"unit {row.unit!r} is not the indicator's {indicator.unit!r}", "put one of the two right"
        )
