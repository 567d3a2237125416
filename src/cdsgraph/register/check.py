"""What must hold between the rows of the register."""

from collections.abc import Iterable, Sequence
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


def check(register: Register) -> None:
    """Raise RegisterError at the first row that contradicts another or refers to nothing.

    A checked row may rest on checked rows only. Recalled transfers may name a function that the scheme lacks, since
    they stay out of the dataset.
    """
    for rows in (
        register.entries, register.acts, register.indicators, register.bases, register.changes, register.transfers,
    ):  # fmt: skip
        _check_keys(rows)
    _check_units(register)
    _check_entry_names(register.entries)
    _check_act_names(register.acts)
    _check_indicator_names(register)
    _check_entries(register)
    _check_acts(register)
    _check_figures(register)
    _check_changes(register)
    _check_provinces(register)


def _error(place: Place, message: str, remedy: str) -> RegisterError:
    return RegisterError(message, path=place.path, line=place.line, remedy=remedy)


def _at(place: Place) -> str:
    return f"{place.path.name}:{place.line}"


def _check_keys(rows: Sequence[_Keyed]) -> None:
    owners: dict[str, _Keyed] = {}
    for row in rows:
        if row.key in owners:
            slug = row.key.rsplit("/", 1)[1]
            raise _error(
                row.place,
                f"slug {slug!r} is taken by {_at(owners[row.key].place)}",
                "take the row out, or give a later incarnation the year: …-2025",
            )
        owners[row.key] = row


def _check_units(register: Register) -> None:
    owners: dict[str, tuple[str, Place]] = {}
    codes: dict[str, Place] = {}
    for unit in register.units:
        if unit.code in codes:
            raise _error(unit.place, f"code {unit.code!r} is taken by {_at(codes[unit.code])}", "take one row out")
        codes[unit.code] = unit.place
        for form in (unit.code, unit.name, *unit.forms):
            owner = owners.setdefault(name_key(form), (unit.code, unit.place))
            if owner[0] != unit.code:
                raise _error(unit.place, f"form {form!r} belongs to {_at(owner[1])}", "leave it to one of the two")


def _overlap(one: Entry, other: Entry) -> bool:
    starts_after = one.first_day and other.last_day and one.first_day > other.last_day
    ends_before = one.last_day and other.first_day and one.last_day < other.first_day
    return not (starts_after or ends_before)


def _check_entry_names(entries: Iterable[Entry]) -> None:
    owners: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for name in entry.names:
            known = owners.setdefault((entry.type, name_key(name)), [])
            rival = next((other for other in known if other is not entry and _overlap(entry, other)), None)
            if rival is not None:
                raise _error(
                    entry.place,
                    f"{name!r} already names {rival.name!r} ({_at(rival.place)}), a {entry.type} of the same time",
                    "leave the name to one of the two, or give first_day and last_day so that they do not overlap",
                )
            if entry not in known:
                known.append(entry)


def _check_act_names(acts: Iterable[Act]) -> None:
    owners: dict[str, Act] = {}
    for act in acts:
        for name in act.names:
            owner = owners.setdefault(name_key(name), act)
            if owner is not act:
                raise _error(act.place, f"{name!r} already names {_at(owner.place)}", "leave it to one of the two")


def _check_indicator_names(register: Register) -> None:
    owners: dict[str, tuple[str, Place]] = {}
    for indicator in register.indicators:
        for name in (indicator.name, *indicator.synonyms):
            key, place = owners.setdefault(name_key(name), (indicator.key, indicator.place))
            if key != indicator.key:
                raise _error(
                    indicator.place,
                    f"{name!r} already names the indicator of {_at(place)}",
                    "leave it to one of the two; near-identical indicators stay apart",
                )


def _check_entries(register: Register) -> None:
    for entry in register.entries:
        _body(register, entry.parent, entry, "parent")
        _known_act(register, entry.act, entry, "act")
        if entry.parent == entry.key:
            raise _error(entry.place, "the parent is the body itself", "leave parent empty")


def _check_acts(register: Register) -> None:
    for act in register.acts:
        if act.slug != act_slug(act.number, act.signed.year):
            raise _error(
                act.place,
                f"slug {act.slug!r} does not fit number and year",
                f"write {act_slug(act.number, act.signed.year)}",
            )
        if not any(entry.key.startswith("id/org/") for entry in register.named(act.issuer)):
            raise _error(act.place, f"issuer {act.issuer!r} is no body of bodies.csv", "add the body or mend the name")
        if act.last_day_in_force and act.last_day_in_force < act.signed:
            raise _error(act.place, "last_day_in_force lies before signed", "put the two days right")
        _known_act(register, act.replaces, act, "replaces")


def _check_figures(register: Register) -> None:
    bases = {basis.key: basis for basis in register.bases}
    for basis in register.bases:
        _body(register, basis.compiler, basis, "compiler")
    for indicator in register.indicators:
        _unit(register, indicator.unit, indicator.place)
        _pillar(register, indicator.pillar, indicator.place)
    for target in register.targets:
        _known_act(register, target.act, target, "act")
        _indicator(register, target)
        _pillar(register, target.pillar, target.place)
    for end in register.ends:
        _supports(register.indicator(end.indicator), end.indicator, end, "indicator", "indicators.csv")
    for measurement in register.measurements:
        _indicator(register, measurement)
        _body(register, measurement.compiler, measurement, "compiler")
        if register.entry(measurement.subject) is None:
            raise _dead(measurement.place, "subject", measurement.subject, "places.csv")
        if measurement.basis not in bases:
            raise _dead(measurement.place, "basis", measurement.basis, "bases.csv")
        if bases[measurement.basis].compiler != measurement.compiler:
            raise _error(measurement.place, "the basis is of another compiler", "put compiler or basis right")
    _check_figures_once(register)


def _check_figures_once(register: Register) -> None:
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
            raise _error(place, f"the same figure stands in {_at(owner)}", "take one of the two out")


def _check_changes(register: Register) -> None:
    for change in register.changes:
        for column, bodies in (("before", change.before), ("after", change.after)):
            if not bodies:
                raise _error(change.place, f"column {column} is empty", "name the bodies")
            for body in bodies:
                _body(register, body, change, column)
        _known_act(register, change.act, change, "act")
    for transfer in register.transfers:
        _body(register, transfer.source, transfer, "source")
        _body(register, transfer.target, transfer, "target")
        if transfer.checked and register.code_label(transfer.function) is None:
            raise _dead(transfer.place, "function", transfer.function, "data/schemes/function.ttl")


def _check_provinces(register: Register) -> None:
    codes: dict[tuple[str, str], Place] = {}
    for mapping in register.provinces:
        owner = codes.setdefault(("63", mapping.before_code), mapping.place)
        if owner is not mapping.place:
            raise _error(mapping.place, f"code {mapping.before_code} is taken by {_at(owner)}", "mend one of the two")
    for mapping in register.provinces:
        after = register.entry(mapping.after)
        owner = codes.setdefault(("34", mapping.after_code), after.place if after else mapping.place)
        if after is not None and owner != after.place:
            raise _error(after.place, f"code {mapping.after_code} is taken by {_at(owner)}", "mend one of the two")


def _dead(place: Place, column: str, key: str, table: str) -> RegisterError:
    slug = key.rsplit("/", 1)[1]
    return _error(place, f"{column} {slug!r} is not in {table}", f"write a slug of {table}, or add the row there")


def _body(register: Register, key: str | None, row: _Checked, column: str) -> None:
    if key is not None:
        _supports(register.entry(key), key, row, column, "bodies.csv")


def _known_act(register: Register, key: str | None, row: _Checked, column: str) -> None:
    if key is not None:
        _supports(register.act(key), key, row, column, "acts.csv")


def _supports(found: _Checked | None, key: str, row: _Checked, column: str, table: str) -> None:
    """What a row refers to is there, and as sure as the row itself."""
    if found is None:
        raise _dead(row.place, column, key, table)
    if row.checked and not found.checked and not (isinstance(row, Entry) and column in row.unseen):
        slug = key.rsplit("/", 1)[1]
        remedy = f"name the column in unseen, or say where {slug} was seen" if isinstance(row, Entry) else "recall both"
        raise _error(row.place, f"a checked row rests on {slug!r}, which is only recalled ({_at(found.place)})", remedy)


def _pillar(register: Register, key: str | None, place: Place) -> None:
    if key is not None and register.entry(key) is None:
        raise _dead(place, "pillar", key, "data/schemes/pillar.ttl")


def _unit(register: Register, code: str, place: Place) -> None:
    if register.unit(code) is None:
        raise _error(place, f"unit {code!r} is not in units.csv", "write a code of units.csv, or add the row there")


def _indicator(register: Register, row: CuratedTarget | CuratedMeasurement) -> None:
    indicator = register.indicator(row.indicator)
    _supports(indicator, row.indicator, row, "indicator", "indicators.csv")
    _unit(register, row.unit, row.place)
    if indicator is not None and indicator.unit != row.unit:
        raise _error(
            row.place, f"unit {row.unit!r} is not the indicator's {indicator.unit!r}", "put one of the two right"
        )
