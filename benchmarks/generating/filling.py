"""Fills a template's slots for one document and makes the records of what the sentence then says."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.generating.figures import Figures
from benchmarks.generating.naming import Naming
from benchmarks.generating.passage import Mark, Passage, Piece, plain
from benchmarks.generating.templates import Choice, Marked, Nodes, Slot, parse
from benchmarks.generating.times import Period, Times

_LEADS = ("Giám đốc", "Chủ tịch")
_LETTERED = re.compile(r"\w\)")
_POSTS = ("Giám đốc", "Phó Giám đốc")
_CHIEFS = ("Chủ tịch", "Phó Chủ tịch")
_REFERENCES = ("assignees", "coordinators", "organiser")
_NAMES = ("source", "subject", "object", "person", "title", "organisation", "chair", "assigner")


class Filling:
    """What one document draws from: its names, times, figures and word lists, and what its sections carry on."""

    def __init__(self, rng: Random, names: Naming, times: Times, figures: Figures, lists: dict[str, Any]):
        self.rng, self.names, self.times, self.figures = rng, names, times, figures
        self._words: dict[str, list[str]] = lists["words"]
        self._measures: dict[str, list[dict[str, Any]]] = lists["measures"]
        self.genre = ""
        self._makers = self._special()
        self.carried_period: Period | None = None
        self.kept: dict[str, Piece] = {}  # what holds in the whole document or section
        self._family = ""
        self._drawn: dict[str, dict[str, Any]] = {}
        self._bound: dict[str, Piece] = {}
        self._spans: dict[str, tuple[int, int]] = {}

    def sentence(self, template: str, facts: list[dict[str, Any]], family: str = "") -> Passage:
        """One sentence with its facts and names marked, beginning with a capital."""
        self._family, self._drawn, self._bound, self._spans = family, {}, {}, {}
        passage = Passage()
        self._fill(parse(template), passage)
        if "capital" in self._spans:
            passage.capital_at(self._spans["capital"][0])
        for fact in (each for each in facts if each["span"] in self._spans):
            mark = self._fact(passage, fact)
            passage.marks.append(mark)
            if mark.kind == "role" and mark.fields["title"] in _LEADS:
                passage.marks.append(_led(mark))
        passage.marks.append(Mark(0, len(passage.text), "sentence", {}))
        if not _LETTERED.match(passage.text):
            passage.capital_at(0)
        return passage

    def figure_names(self) -> set[str]:
        """What the figures of the last sentence measure."""
        return {str(each["indicator"]) for each in self._drawn.values()}

    def bound(self, name: str) -> Piece:
        """What a slot of the last sentence was filled with."""
        return self._bound[name]

    def _fill(self, nodes: Nodes, passage: Passage) -> None:
        for node in nodes:
            match node:
                case str():  # an empty wording leaves a blank before and one behind it
                    if passage.text.endswith(" ") and node.startswith((".", ",", ";")):
                        passage.text = passage.text[:-1]
                    passage.add(node[1:] if passage.text.endswith(" ") and node.startswith(" ") else node)
                case Choice():
                    self._fill(self.rng.choice(node.of), passage)
                case Marked():
                    start = len(passage.text)
                    self._fill(node.nodes, passage)
                    self._spans[node.name] = (start, len(passage.text))
                case Slot():
                    self._spans[node.name] = passage.add(self._piece(node).passage)

    def _piece(self, slot: Slot) -> Piece:
        if slot.name not in self._bound:
            self._bound[slot.name] = self.kept.get(slot.name) or self._made(slot)
        return self._bound[slot.name]

    def _made(self, slot: Slot) -> Piece:
        if slot.maker in self._words:
            passage = Passage()
            self._fill(parse(self.rng.choice(self._words[slot.maker])), passage)
            return Piece(passage, passage.text)
        if slot.maker in self._makers:
            return self._makers[slot.maker]()
        for drawer in (self.names, self.times):
            if hasattr(drawer, slot.maker) and not slot.maker.startswith("_"):
                made: Piece = getattr(drawer, slot.maker)()
                return made
        return self._measured(slot)

    def _special(self) -> dict[str, Callable[[], Piece]]:
        """The makers that are neither a name nor a time of the document, nor a figure of a measure."""
        rng, times, names, figures = self.rng, self.times, self.names, self.figures
        return {
            "body": self._other_body,
            "base": lambda: times.base(self._bound["when"].meaning),
            "next": times.next_target,
            "day": self._day,
            "daymonth": self._day_and_month,
            "when": lambda: times.when(carried=self.carried_period is not None),
            "period_words": lambda: plain(times.words, times.period),
            "PERIOD": lambda: plain(times.words.upper(), times.period),
            "years": lambda: plain(f"{times.day.year} - {times.target}"),
            "platform": lambda: self._thing("platform"),
            "system": lambda: self._thing("system"),
            "database": lambda: self._thing("database"),
            "act": self._act,
            "law": self._law,
            "owner": lambda: names.owner(self._bound["bureau"].meaning),
            "post": lambda: plain(rng.choice(_POSTS)),
            "chief": lambda: plain(rng.choice(_CHIEFS)),
            "paper": lambda: plain(rng.choice(names.stock.made["paper"])),
            "number": lambda: plain(f"{rng.randint(12, 3900)}"),
            "hotline": lambda: plain(f"{rng.randint(1000, 9999)}"),
            "digit": lambda: plain(f"{rng.randint(1, 8)}"),
            "version": lambda: plain(f"{rng.randint(2, 5)}.{rng.randint(0, 9)}"),
            "house": lambda: plain(f"{rng.randint(9, 60)}"),
            "rank": lambda: figures.rank(63),
            "topn": figures.among_first,
            "steps": figures.steps,
            "score": figures.score,
            "times": figures.times,
            "pp": figures.points,
            "growth": figures.growth,
        }

    def _measured(self, slot: Slot) -> Piece:
        measure = self.measure(slot.name)
        if slot.maker in measure:
            return plain(measure[slot.maker])
        low, high = measure.get("low", 0), measure.get("high", 0)
        match slot.maker:
            case "lower":
                return self.figures.percent(low, (low + high) // 2)
            case "upper":
                return self.figures.percent((low + high) // 2 + 1, high)
            case "part_of_n":
                return self.figures.counted(max(2, low // 20), max(3, low - 1), measure["unit"])
            case "part_of_sum":
                return self.figures.money(low, high // 2)
            case "whole_sum":
                return self.figures.money(high // 2 + 1, high)
            case "pct":
                return self.figures.percent(low, high)
            case "tpct":
                first = self._bound["tpct"].meaning["value"] if slot.name == "tpct3" else 0
                return self.figures.percent(
                    max(low, first), max(first + (20 if high > 9 else 2), 100 if high > 80 else high), "target"
                )
            case "n":
                return self.figures.counted(low, high, measure["unit"])
            case "few_hours" | "less":
                value = self.rng.randint(1, 9)
                return plain(f"{value:02} {measure['unit']}", {"value": value, "unit": measure["unit"]})
            case "few":
                return self.figures.few(measure["unit"])
            case "sum":
                return self.figures.money(low, high)
            case "mbps":
                return self.figures.measured(low, high, measure["unit"])
            case "tmbps":
                return self.figures.measured(low, high, measure["unit"], "target")
            case "ratio" | "share":
                ratio, share = self.figures.ratio(measure["noun"])
                self._bound["share"] = share
                return ratio
        raise KeyError(f"no maker {slot.maker!r}")

    def measure(self, name: str) -> dict[str, Any]:
        """What the figure of a slot measures: one of the sentence's family, another for each number in slots' names."""
        digits = name[len(name.rstrip("0123456789")) :]
        digits = "" if digits == "3" else digits  # a later value of the same
        if digits not in self._drawn:
            others = [_measured_thing(each) for each in self._drawn.values()]
            row = self.rng.choice([e for e in self._measures[self._family] if _measured_thing(e) not in others])
            drawn = dict(row)
            if "states" in row:
                drawn["state"] = self.rng.choice(row["states"])
                drawn["indicator"] = f"tỷ lệ {row['noun']} {drawn['state']}"
            elif "verbs" in row:
                drawn["verb"] = self.rng.choice(row["verbs"])
                drawn["indicator"] = f"số {row['unit']} {drawn['verb']}"
            else:
                drawn["indicator"] = row["what"]
            self._drawn[digits] = drawn
        return self._drawn[digits]

    def other_family(self, family: str) -> None:
        """Draw anew, from another family of measures."""
        self._family, self._drawn, self._bound = family, {}, {}

    def _other_body(self) -> Piece:
        known = [piece.meaning for piece in (*self._bound.values(), *self.kept.values())]
        for _ in range(20):
            piece = self.names.body()
            if piece.meaning not in known:
                return piece
        return self.names.bureau()

    def _thing(self, kind: str) -> Piece:
        passage = Passage()
        self._fill(parse(self.rng.choice(self.names.stock.made[kind])), passage)
        self._bound.pop("topic", None)
        return self.names.thing(kind, passage.text)

    def _day(self) -> Piece:
        day = self.times.day
        return plain(f"{day.day}/{day.month}/{day.year}", Period(day.isoformat(), "", day.year))

    def _day_and_month(self) -> Piece:
        piece = plain(f"{self.times.day.day}/{self.times.day.month}", self._day().meaning)
        self._bound["day"] = piece
        return piece

    def _law(self) -> Piece:
        today = self.times.day.isoformat()
        law = self.rng.choice([each for each in self.names.stock.made["law"] if each["date"] < today])
        fields = {"number": None, "type": "law", "date": law["date"], "issuer": None, "title": law["name"]}
        fields["alt"] = {"issuer": ["Quốc hội"]}
        text = f"{law['name']} ngày {law['day']}"
        return Piece(Passage(text, [Mark(0, len(law["name"]), "legal_reference", fields)]), law["name"])

    def _act(self) -> Piece:
        made = self.names.stock.made
        kind = self.rng.choice(made["act"])
        signed = self.times.day.replace(day=self.rng.randint(1, 28), year=self.times.day.year - self.rng.randint(1, 4))
        middle = f"{signed.year}/" if kind.get("with_year") else ""
        number = f"{self.rng.randint(3, kind['top']):02}/{middle}{kind['symbol']}"
        passage = Passage()
        passage.add(self.rng.choice((f"{kind['word']} số ", f"{kind['word']} số ", f"{kind['word']} ")))
        start, end = passage.add(number)
        dated = self.rng.random() < 0.85
        if dated:
            passage.add(f" ngày {self.times.dated(signed)}")
        passage.add(" của ")
        home = self.names.home()
        passage.add(home.passage if kind["issuer"] == "home" else kind["issuer"])
        if self.rng.random() < 0.6:
            passage.add(f" {self.rng.choice(made['matter'])['words']}")
        fields = {"number": number, "type": kind["type"], "date": signed.isoformat() if dated else None}
        fields["issuer"] = home.meaning if kind["issuer"] == "home" else kind["issuer"]
        passage.marks.append(Mark(start, end, "legal_reference", fields | {"title": None}))
        return Piece(passage, number)

    def _fact(self, passage: Passage, fact: dict[str, Any]) -> Mark:
        kind = fact.get("kind", "quantity")
        start, end = self._spans[fact["span"]]
        fields = self._quantity(fact) if kind == "quantity" else self._of_kind(kind, fact, passage.text[start:end])
        if fact.get("optional"):
            fields["optional"] = True
        return Mark(start, end, kind, fields)

    def _of_kind(self, kind: str, fact: dict[str, Any], words: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"alt": {}}
        if kind == "task":
            fields |= {"assignees": [], "coordinators": [], "assigner": None, "deadline": None, "status": "assigned"}
            fields["action"] = " ".join(words.split()[:15])
        if kind == "event":
            fields |= {"name": words, "date": None, "chair": None, "organiser": [], "participants": []}
        if kind == "legal_reference":
            own = {"date": self.times.day.isoformat(), "issuer": self.names.home_name, "title": None}
            fields |= {"number": words, "type": fact["type"]} | own
        if kind == "role":
            fields["at"] = self.times.day.isoformat()
            fields["alt"]["organisation"] = [None] if "signer" in fact.values() else []
        for key, value in fact.items():
            if key in _REFERENCES:
                fields[key] = [self._meaning(each) for each in value]
            elif key in ("deadline", "date") and value in self._bound:
                period: Period = self._bound[value].meaning
                fields[key] = period.iso
                fields["alt"][key] = list(period.alt)
            elif key in ("predicate", "status"):
                fields[key] = value
            elif key in _NAMES:
                fields[key] = self._meaning(value)
        return fields

    def _quantity(self, fact: dict[str, Any]) -> dict[str, Any]:
        piece = self._bound[fact["span"]]
        fields: dict[str, Any] = {
            "value_to": None, "of": None, "qualifier": "exact", "role": fact.get("role", "observed"),
            "direction": fact.get("direction"), "base_period": None, "source": None,
        } | piece.meaning  # fmt: skip
        alt: dict[str, list[Any]] = dict(piece.meaning.get("alt", {}))
        period = self._period(fact)
        fields["period"] = period.iso if period else None
        alt["period"] = list(period.alt) if period else self._open_periods()
        if "base" in fact:
            base: Period = self._bound[fact["base"]].meaning
            fields["base_period"], alt["base_period"] = base.iso, list(base.alt)
        if "source" in fact and fact["source"] in self._bound:
            fields["source"] = self._meaning(fact["source"])
        if fact.get("raised"):
            alt["direction"] = ["up"]
        if fact.get("subject") == "country":
            fields["subject"], alt["subject"] = None, ["Việt Nam"]
        elif "subject" in fact:
            fields["subject"] = self._meaning(fact["subject"])
        else:
            place = self.names.province
            fields["subject"] = f"tỉnh {place}"
            alt["subject"] = [None, place, f"Tỉnh {place}", self.names.home_name]
        fields["indicator"] = self._indicator(fact)
        if fact.get("estimated"):
            alt["qualifier"] = ["approx", fields["qualifier"]]
            fields["qualifier"] = "approx"
        return fields | {"alt": alt}

    def _indicator(self, fact: dict[str, Any]) -> str:
        if "indicator" in fact:
            filled = Passage()
            self._fill(parse(fact["indicator"]), filled)
            return filled.text
        name = fact["span"]
        return str(self.measure(name)["indicator"])

    def _period(self, fact: dict[str, Any]) -> Period | None:
        if fact.get("period") == "before":
            when: Period = self._bound["when"].meaning
            return Period(when.before, "", when.year - 1, (when.before[:7], f"{when.year - 1}"))
        if fact.get("period") == "none":
            return None
        for name in (fact.get("period"), "when"):
            if name and name in self._bound:
                meaning: Period = self._bound[name].meaning
                return meaning
        return self.carried_period

    def _open_periods(self) -> list[str]:
        """What a figure without a time of its own may be dated by: the document, its span of years, the sentence."""
        day, target = self.times.day, self.times.target
        told = [self._bound["when"].meaning.iso] if "when" in self._bound else []
        return [f"{day.year}", f"{day:%Y-%m}", day.isoformat(), f"{day.year}/{target}", *told]

    def _meaning(self, name: str) -> Any:
        if name == "home":
            return self.names.home_name
        if name == "cabinet":
            return f"Văn phòng {self.names.home_name}"
        known = self._bound.get(name) or self.kept.get(name)
        return known.meaning if known else name


def _measured_thing(measure: dict[str, Any]) -> str:
    return str(measure.get("noun") or measure.get("what") or measure["unit"])


def _led(role: Mark) -> Mark:
    """That who holds the first office of a body leads it; below a signature it is open whether that is said."""
    said = {"subject": role.fields["person"], "predicate": "leads", "object": role.fields["organisation"]}
    return Mark(role.start, role.end, "relation", said | {"optional": None in role.fields["alt"]["organisation"]})
