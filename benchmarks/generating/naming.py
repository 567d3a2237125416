"""Names that documents speak of: from the project's register or made up, each with the ways it is written."""

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.generating.passage import Piece, named

_LOCAL = ["unit", "local_government", "government_body"]
_THINGS = ["platform", "system", "database", "other"]


@dataclass(frozen=True, slots=True)
class Stock:
    """All the names there are to draw from: those made up (names.toml) and those of the register."""

    made: dict[str, Any]
    ministries: list[dict[str, str]]
    provinces: list[str]
    things: dict[str, list[str]]
    numbers: frozenset[str]

    @classmethod
    def load(cls, made: dict[str, Any], register: Path) -> "Stock":
        """From what is made up and the folder of the register."""
        things = {
            kind: [row["name_vi"] for row in _rows(register / f"{kind}s.csv") if row["type"] == kind]
            for kind in ("platform", "system", "database")
        }
        return cls(
            made,
            [
                row
                for row in _rows(register / "bodies.csv")
                if row["name_vi"].startswith("Bộ ") and row["type"] == "ministry"
            ],
            [row["aliases"].split("|")[0] for row in _rows(register / "provinces-63.csv") if row["kind"] == "province"],
            {kind: [name for name in names if _is_general(kind, name)] for kind, names in things.items()},
            frozenset(row["number"] for row in _rows(register / "acts.csv")),
        )


@dataclass(slots=True)
class Naming:
    """Draws the names of one document, the same short ones again and again."""

    stock: Stock
    rng: Random
    day: date
    central: bool = False  # whether ministries act in it too
    province: str = ""
    departments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.province = self.rng.choice(self.stock.provinces)
        self.departments = self.rng.sample(self.stock.made["department"], 6)

    @property
    def home_name(self) -> str:
        """The canonical name of the province's committee."""
        return f"Ủy ban nhân dân tỉnh {self.province}"

    def home(self) -> Piece:
        """The province's committee."""
        words = self.rng.choice((self.home_name, f"UBND tỉnh {self.province}", "UBND tỉnh"))
        also = ["UBND tỉnh", "Ủy ban nhân dân tỉnh"]
        return named(words, "local_government", self.home_name, type_alt=["government_body"], alt={"name": also})

    def issuer(self) -> Piece:
        """The province's committee as a letterhead has it."""
        words = f"ỦY BAN NHÂN DÂN\nTỈNH {self.province.upper()}"
        return named(words, "local_government", self.home_name, type_alt=["government_body"])

    def cabinet(self) -> Piece:
        """The office of the province's committee."""
        name = f"Văn phòng {self.home_name}"
        also = [f"Văn phòng UBND tỉnh {self.province}", "Văn phòng UBND tỉnh", "Văn phòng Ủy ban nhân dân tỉnh"]
        return named("Văn phòng UBND tỉnh", "local_government", name, type_alt=_LOCAL, alt={"name": also})

    def town(self) -> Piece:
        """The province by its bare name."""
        also = [f"tỉnh {self.province}", f"Tỉnh {self.province}"]
        return named(self.province, "place", self.province, type_alt=["local_government"], alt={"name": also})

    def department(self) -> Piece:
        """One of the province's departments, at times by its abbreviation or with the province."""
        name = self.rng.choice(self.departments)
        short = self.stock.made["department_short"].get(name, name)
        words = self.rng.choice((name, name, short, f"{name} {self.province}"))
        full = f"{name} tỉnh {self.province}"
        also = [name, f"{name} {self.province}", short]
        return named(words, "local_government", full, type_alt=_LOCAL, alt={"name": also})

    def body(self) -> Piece:
        """A body that does things: a department, a district, in what the whole country reads a ministry too."""
        kinds = [self.department] * 4 + [self.district] + [self.ministry] * (2 if self.central else 0)
        return self.rng.choice(kinds)()

    def district(self) -> Piece:
        """The committee of a district, made up."""
        district = self.rng.choice(self.stock.made["district"])
        words = self.rng.choice((f"UBND huyện {district}", f"Ủy ban nhân dân huyện {district}"))
        return named(words, "local_government", f"Ủy ban nhân dân huyện {district}", type_alt=["government_body"])

    def other_department(self, than: str) -> Piece:
        """A department that is not the one named."""
        while (piece := self.department()).meaning == than:
            pass
        return piece

    def ministry(self) -> Piece:
        """A ministry that there was on the document's day, at times by its abbreviation."""
        today = self.day.isoformat()
        there = [
            row
            for row in self.stock.ministries
            if (row["first_day"] or "0") <= today and (not row["last_day"] or row["last_day"] >= today)
        ]
        row = self.rng.choice(there)
        short = row["abbreviations"].split("|")[0]
        words = short if short.startswith("Bộ ") and self.rng.random() < 0.35 else row["name_vi"]
        return named(words, "ministry", row["name_vi"], type_alt=["government_body"])

    def owner(self, bureau: str) -> Piece:
        """The ministry that a bureau belongs to, the same in all documents."""
        names = self.stock.made["owner"]
        name = names[self.stock.made["bureau"].index(bureau) % len(names)]
        return named(name, "ministry", name, type_alt=["government_body"])

    def bureau(self) -> Piece:
        """A department of a ministry, made up."""
        name = self.rng.choice(self.stock.made["bureau"])
        return named(name, "unit", name, type_alt=["government_body"])

    def company(self) -> Piece:
        """A company, made up."""
        name = self.rng.choice(self.stock.made["company"])
        return named(name, "company", name)

    def programme(self) -> Piece:
        """A scheme by its name, which is a document too."""
        name = self.rng.choice(self.stock.made["programme"])
        return named(name, "programme", name, type_alt=["other"], also_act=True)

    def index(self) -> Piece:
        """An index in which provinces are ranked."""
        name = self.rng.choice(self.stock.made["index"])
        also = ["Chỉ số chuyển đổi số quốc gia", "Chỉ số chuyển đổi số cấp tỉnh"]
        return named(name, "index", name, alt={"name": also if name == "Chỉ số chuyển đổi số" else []})

    def thing(self, kind: str, made: str) -> Piece:
        """A platform, system or database: half from the register, half the name made up."""
        known = self.stock.things[kind]
        name = self.rng.choice(known) if self.rng.random() < 0.4 else made
        return named(name, kind, name, type_alt=[each for each in _THINGS if each != kind])

    def person(self) -> Piece:
        """A person, made up."""
        return self.rng.choice((self.man, self.man, self.woman))()

    def man(self) -> Piece:
        """A man, made up."""
        return self._person("man")

    def woman(self) -> Piece:
        """A woman, made up."""
        return self._person("woman")

    def _person(self, sex: str) -> Piece:
        made = self.stock.made
        middle, given = (self.rng.choice(made[f"{part}_{sex}"]) for part in ("middle", "given"))
        name = f"{self.rng.choice(made['family'])} {middle} {given}"
        return named(name, "person", name)


def _is_general(kind: str, name: str) -> bool:
    """Whether a register's name reads well wherever a template puts such a thing."""
    heads = {"platform": "Nền tảng", "system": "Hệ thống", "database": "Cơ sở dữ liệu"}
    return name.startswith(heads[kind]) and "," not in name


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
