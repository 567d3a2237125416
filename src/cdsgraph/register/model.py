"""The rows of the register as frozen values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from cdsgraph.vocab import ActType, EntityType

# The first segment of a thing's IRI after id/; pillars are codes and stand under def/.
THING_KINDS: Final[dict[EntityType, str]] = {
    "ministry": "org",
    "government_body": "org",
    "unit": "org",
    "party_body": "org",
    "legislature": "org",
    "local_government": "org",
    "company": "org",
    "international_organisation": "org",
    "person": "person",
    "platform": "platform",
    "database": "database",
    "system": "system",
    "index": "index",
    "programme": "programme",
    "data_centre": "data-centre",
    "place": "place",
    "other": "topic",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a register row stands, for messages and for register entries."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A named thing of the register.

    `key` is its path below the base (`id/org/bo-cong-an`, `def/pillar/kinh-te-so`); days are closed: `last_day` is the
    last day it exists. `parent` is the body a unit belongs to or that operates a system; `act` what set it up.
    `checked` is False for rows known only by recollection: their names help reading, but what the row claims stays out
    of the dataset; `unseen` names the cells of a checked row for which the same holds.
    """

    key: str
    type: EntityType
    name: str
    name_en: str | None
    abbreviations: tuple[str, ...]
    aliases: tuple[str, ...]
    parent: str | None
    first_day: date | None
    last_day: date | None
    checked: bool
    seen_in: str
    note: str
    place: Place
    act: str | None = None
    unseen: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The last segment of the key."""
        return self.key.rsplit("/", 1)[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called: name, abbreviations, aliases."""
        return (self.name, *self.abbreviations, *self.aliases)

    def alive(self, on: date | None) -> bool:
        """Whether the thing exists on a day; without a day, or without known bounds, yes."""
        if on is None:
            return True
        return (self.first_day is None or self.first_day <= on) and (self.last_day is None or on <= self.last_day)


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act: number as printed, date signed, last day in force where known, names it goes by."""

    key: str
    number: str
    type: ActType
    signed: date
    in_force: date | None
    last_day_in_force: date | None
    issuer: str
    title: str
    names: tuple[str, ...]
    replaces: str | None
    checked: bool
    seen_in: str
    note: str
    place: Place

    @property
    def slug(self) -> str:
        """The last segment of the key."""
        return self.key.rsplit("/", 1)[1]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure measures: canonical name, synonyms, unit code, whether higher or lower is better."""

    key: str
    name: str
    name_en: str
    synonyms: tuple[str, ...]
    unit: str
    direction: str
    pillar: str | None
    note: str
    place: Place
    checked: bool = True
    seen_in: str = ""

    @property
    def slug(self) -> str:
        """The last segment of the key."""
        return self.key.rsplit("/", 1)[1]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: code as figures carry it, IRI (QUDT, or a path such as `def/unit/rank`), labels, forms."""

    code: str
    iri: str
    name: str
    name_en: str
    forms: tuple[str, ...]
    place: Place
    checked: bool = True
    seen_in: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """Who compiled figures, how, and as which release: what two figures must share to be compared."""

    key: str
    compiler: str | None
    name: str
    name_en: str
    method: str
    release: str | None
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class CuratedTarget:
    """A target that an act sets, from the register; the baseline is given where the act itself declares one."""

    act: str
    indicator: str
    pillar: str | None
    comparator: str
    value: Decimal
    decimals: int
    unit: str
    year: int
    kind: str
    baseline: Decimal | None
    baseline_period: str | None
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class IndicatorEnd:
    """An indicator that has no figures after a period: no longer published in this form, or its level abolished."""

    indicator: str
    last_period: str
    reason: str
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class CuratedMeasurement:
    """A figure of another compiler, from the register, with the basis it was compiled on."""

    indicator: str
    subject: str
    period: str
    value: Decimal
    decimals: int
    unit: str
    compiler: str
    basis: str
    published: str
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class BodyChange:
    """A merger or establishment of bodies on a day: what was there before and what after."""

    key: str
    kind: str
    effective: date
    before: tuple[str, ...]
    after: tuple[str, ...]
    act: str | None
    name: str
    name_en: str
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class FunctionTransfer:
    """A function that moved from one body to another; `effective` is the new body's first day."""

    key: str
    function: str
    source: str
    target: str
    effective: date
    name: str
    name_en: str
    checked: bool
    seen_in: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class ProvinceMapping:
    """One of the 63 provinces until 30/6/2025 and the province of the 34 it belongs to since."""

    before: str
    before_code: str
    after: str
    after_code: str
    place: Place
