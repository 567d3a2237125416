"""The register as one value, with its look-ups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from cdsgraph.register.model import (
    Act,
    Basis,
    BodyChange,
    CuratedMeasurement,
    CuratedTarget,
    Entry,
    FunctionTransfer,
    Indicator,
    IndicatorEnd,
    ProvinceMapping,
    Unit,
)
from cdsgraph.text import name_key, slug
from cdsgraph.vocab import EntityType

T = TypeVar("T")


def number_key(number: str) -> str:
    """A comparison key for the numbers of acts: case, blanks, the kind of dash and leading zeros do not matter.

    >>> number_key("57 – NQ/TW") == number_key("57-nq/tw")
    True
    """
    return slug(number).lstrip("0")


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The whole register, checked: no name with two owners of one kind and time, no dead reference, no bad date.

    `labels` are those of the schemes that rows refer to, by key and language; `posts` and `groups` the keys
    of posts and of groups of bodies by name key. `unread` names tables of which a row could not be read, as only
    `register.look_over` lets through.
    """

    entries: tuple[Entry, ...]
    acts: tuple[Act, ...]
    indicators: tuple[Indicator, ...]
    units: tuple[Unit, ...]
    targets: tuple[CuratedTarget, ...]
    measurements: tuple[CuratedMeasurement, ...]
    changes: tuple[BodyChange, ...]
    transfers: tuple[FunctionTransfer, ...]
    provinces: tuple[ProvinceMapping, ...]
    bases: tuple[Basis, ...] = ()
    ends: tuple[IndicatorEnd, ...] = ()
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    _entry: dict[str, Entry] = field(init=False, repr=False, compare=False)
    _named: dict[str, list[Entry]] = field(init=False, repr=False, compare=False)
    _act: dict[str, Act] = field(init=False, repr=False, compare=False)
    _acts_named: dict[str, list[Act]] = field(init=False, repr=False, compare=False)
    _acts_numbered: dict[str, list[Act]] = field(init=False, repr=False, compare=False)
    _indicator: dict[str, Indicator] = field(init=False, repr=False, compare=False)
    _measured: dict[str, list[Indicator]] = field(init=False, repr=False, compare=False)
    _unit: dict[str, Unit] = field(init=False, repr=False, compare=False)
    _unit_forms: dict[str, list[Unit]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        indexes = {
            "_entry": {entry.key: entry for entry in self.entries},
            "_named": _by_name((name, entry) for entry in self.entries for name in entry.names),
            "_act": {act.key: act for act in self.acts},
            "_acts_named": _by_name((name, act) for act in self.acts for name in act.names),
            "_acts_numbered": _collected((number_key(act.number), act) for act in self.acts),
            "_indicator": {indicator.key: indicator for indicator in self.indicators},
            "_measured": _by_name((phrase, each) for each in self.indicators for phrase in (each.name, *each.synonyms)),
            "_unit": {unit.code: unit for unit in self.units},
            "_unit_forms": _by_name(
                (form, unit) for unit in self.units for form in (unit.code, unit.name, *unit.forms)
            ),
        }
        for name, index in indexes.items():
            object.__setattr__(self, name, index)

    def entry(self, key: str) -> Entry | None:
        """The entry with a key such as `id/org/bo-cong-an`."""
        return self._entry.get(key)

    def named(self, name: str) -> tuple[Entry, ...]:
        """Every entry that goes by a name, alias or abbreviation, whatever its type and time."""
        return tuple(self._named.get(name_key(name), ()))

    def resolve(self, name: str, *, type: EntityType | None = None, on: date | None = None) -> Entry | None:  # noqa: A002
        """The one entry that goes by a name on a day, of a type where one is given; None when none or several do."""
        found = [entry for entry in self.named(name) if (type is None or entry.type == type) and entry.alive(on)]
        return found[0] if len(found) == 1 else None

    def act(self, key: str) -> Act | None:
        """The act with a key such as `id/act/749-qd-ttg-2020`."""
        return self._act.get(key)

    def acts_numbered(self, number: str) -> tuple[Act, ...]:
        """The acts that bear a number; two where it was given twice (50/NQ-CP of 2020 and of 2021)."""
        return tuple(self._acts_numbered.get(number_key(number), ()))

    def act_named(self, name: str) -> Act | None:
        """The act that goes by a name ("Đề án 06"); None when none or several do."""
        return _only(self._acts_named.get(name_key(name), ()))

    def indicator(self, key: str) -> Indicator | None:
        """The indicator with a key such as `def/indicator/ty-trong-kinh-te-so-tren-gdp`."""
        return self._indicator.get(key)

    def indicator_for(self, phrase: str) -> Indicator | None:
        """The indicator whose name or synonym a phrase is; a phrase that is only near to one gives None."""
        return _only(self._measured.get(name_key(phrase), ()))

    def code_label(self, key: str, language: str = "vi") -> str | None:
        """The label of a code that rows refer to (`def/function/…`, `def/doc-type/…`)."""
        return self.labels.get((key, language))

    def post(self, title: str) -> str | None:
        """The key of the post that a title names (`def/post/pho-thu-tuong` for "Phó Thủ tướng Chính phủ")."""
        return self.posts.get(name_key(title))

    def group(self, name: str) -> str | None:
        """The key of the group of bodies that a name means (`def/body-group/bo-nganh` for "các bộ, ngành")."""
        return self.groups.get(name_key(name))

    def unit(self, code: str) -> Unit | None:
        """The unit with a code as figures carry it: "%", "VND", "Mbps", "rank", "index", a count noun."""
        return self._unit.get(code)

    def unit_for(self, form: str) -> Unit | None:
        """The unit that is printed in this form ("Mbit/s", "phần trăm")."""
        return _only(self._unit_forms.get(name_key(form), ()))


def _collected(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    index: dict[str, list[T]] = {}
    for key, value in pairs:
        values = index.setdefault(key, [])
        if value not in values:
            values.append(value)
    return index


def _by_name(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    return _collected((name_key(name), value) for name, value in pairs)


def _only(found: Iterable[T]) -> T | None:
    values = tuple(found)
    return values[0] if len(values) == 1 else None
