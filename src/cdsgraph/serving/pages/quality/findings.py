"""Findings as the quality pages show them: what was found, of which kind, the sentences, the rule, what is accepted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import Literal

from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.prepared.checked import CheckReport, Found
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.things.evidence import has_place
from cdsgraph.serving.pages.things.view import Evidence, ThingView
from cdsgraph.serving.rdf.descriptions import PREF_LABEL, Description, is_iri, named
from cdsgraph.serving.rdf.gathering import Wanted, gathered
from cdsgraph.serving.rdf.terms import terms
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, OA, PROV, SKOS

# What a finding may tell beside its name, in this order; what it lacks is left out.
_TOLD: Final = (
    "registered", "dayNamed", "notBefore", "notAfter", "candidate", "difference", "leftOnly", "rightOnly",
    "baseIfRelative", "baseIfPoints", "deadline",
)  # fmt: skip
# From a finding of the report to the facts whose sentences show it.
_FACTS: Final = (
    "flags", "citation", "left", "right", "target", "task", "percentFigure", "total", "remainder", "changeFigure",
)  # fmt: skip
_CHANGE: Final = CDS + "StatedChange"
# What a rule of arithmetic reckons again, `17 / 62 = 27.42%; 27,5%`: its own numbers, then what the text prints.
_RECKONED: Final = re.compile(r"(?P<own>[\d.]+ .*?|[\d.]+); (?P<printed>.*)", re.DOTALL)
_OWN_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
Row = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact that a finding is about: its name and page, and its sentence where a text states it."""

    iri: str
    name: str
    href: str | None
    evidence: Evidence | None
    source: str

    def record(self) -> dict[str, str | None]:
        """As a JSON object."""
        words = self.evidence
        sentence = words.before + words.marked + words.after if words else None
        return {"fact": self.iri, "name": self.name, "sentence": sentence, "source": self.source or None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `outcome` says of an arithmetic check whether it holds (`holds`, `fails`, `open`), else nothing."""

    iri: str
    name: str
    foreign: bool  # told in Vietnamese on an English page
    href: str | None
    kind: str
    kind_name: str
    statements: tuple[Statement, ...]
    told: tuple[tuple[str, Markup], ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    message: str = ""
    remedy: str = ""
    value: str = ""
    reckoned: bool = False  # whether the value is what a rule reckoned, else it is what it objects to
    places: tuple[str, ...] = ()
    waived: dict[str, str] | None = None

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "finding": self.iri,
            "name": self.name,
            "kind": self.kind,
            "kindName": self.kind_name,
            "outcome": self.outcome or None,
            "message": self.message or None,
            "value": self.value or None,
            "remedy": self.remedy or None,
            "statements": [each.record() for each in self.statements],
            "rules": [{"name": name, "href": href} for name, href in self.rules],
            "places": list(self.places),
            "waived": self.waived,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of findings: the last part of its IRI, its name, what it means, how many there are."""

    code: str
    name: str
    meaning: str
    count: int


@dataclass(slots=True)
class Telling:
    """Findings told to one reader from the statements about them."""

    reader: Reader
    told: Description
    report: CheckReport | None
    _view: ThingView = field(init=False)

    def __post_init__(self) -> None:
        self._view = ThingView(self.told, self.reader)

    def of_row(self, row: Row) -> Finding:
        """The finding of a row: `kind`, `finding`, and the facts it is about, `fact` and perhaps `other`."""
        iri, kind = row["finding"]["value"], row["kind"]["value"]
        facts = [row[name]["value"] for name in ("fact", "other") if name in row]
        # The property that the finding speaks of is what was checked: of a misprint its citation.
        found = [each for focus in {iri, *facts} for each in self._found(focus) if each.severity != "info"]
        name = next((each.value for each in self.told.values(iri, CDS + "printed")), "")
        return Finding(
            iri=iri,
            name=self._view.name(iri) if self.told.label(iri, self.reader.lang) else name or self.reader.short(iri),
            foreign=self._foreign(iri),
            href=self.reader.href(iri),
            kind=code(kind),
            kind_name=self.kind_name(kind),
            statements=self._statements(facts),
            told=self._details(iri, facts),
            rules=(*self._rules(iri), *self._shapes(found)),
            outcome=self._outcome(iri, kind, found),
            message=found[0].message(self.reader.lang) if found else "",
            value=self._reckoned(found[0].value.get("text", "")) if found and found[0].value else "",
            reckoned=True,
            waived=next((each.waived for each in found if each.waived), None),
        )

    def of_result(self, result: Found) -> Finding:
        """The finding of a result of validation."""
        focus, lang = result.focus or "", self.reader.lang
        facts = [focus, *(v.value for name in _FACTS for v in self.told.values(focus, CDS + name))]
        value = result.value or {}
        return Finding(
            iri=focus,
            name=self._view.name(focus) if focus else self.rule_name(result.rule),
            foreign=self._foreign(focus),
            href=self.reader.href(focus) if focus else None,
            kind=result.rule,
            kind_name=result.message(lang),
            statements=tuple(each for each in self._statements(filter(has_place, facts)) if each.evidence),
            rules=self._shapes([result]),
            outcome="",
            message=result.message(lang),
            remedy=result.remedy(lang),
            value=self._reckoned(value.get("text", "")) or self._thing(value.get("iri", "")),
            reckoned="text" in value,
            places=tuple(_place(each) for each in result.places),
            waived=result.waived,
        )

    def kind_name(self, kind: str) -> str:
        """The name of a kind, of a code or a class."""
        return self.told.label(kind, self.reader.lang) or self.reader.term_name(kind)

    def kind_meaning(self, kind: str) -> str:
        """What a kind means: the definition of the code, else of the class in the ontology."""
        found = [v for v in self.told.values(kind, SKOS + "definition") if isinstance(v, Literal)]
        own = [v.value for v in found if v.language == self.reader.lang] or [v.value for v in found]
        if own:
            return own[0]
        term = terms(served(self.reader.request).files.ontology).get(kind)
        return (term.text("definition", self.reader.lang) or "") if term else ""

    def rule_name(self, rule: str) -> str:
        """The name of a rule of the report in plain words, else what it objects to."""
        if words.has_word(key := f"check.{rule}"):
            return str(self.reader.word(key))
        known = self.report.rules.get(rule, {}) if self.report else {}
        return str(known.get("messages", {}).get(self.reader.lang, rule))

    def _reckoned(self, text: str) -> str:
        """What a rule reckoned, its numbers in the reader's form, beside what the text prints; other text as it is."""
        match = _RECKONED.fullmatch(text)
        if not match:
            return text
        own = _OWN_NUMBER.sub(lambda number: words.decimal(number[0], self.reader.lang), match["own"])
        told = own.replace(" > ", " → ").replace(" - ", " − ")
        return str(self.reader.word("quality.value.printed", reckoned=told, printed=match["printed"]).unescape())

    def _thing(self, iri: str) -> str:
        """The name of a thing that a rule objects to; of a class nothing, for the rule says it."""
        return "" if iri.startswith(CDS) or not iri else self._view.name(iri)

    def _found(self, focus: str) -> list[Found]:
        return self.report.by_focus.get(focus, []) if self.report else []

    def _foreign(self, iri: str) -> bool:
        names = [v for v in self.told.values(iri, PREF_LABEL) if isinstance(v, Literal)]
        return self.reader.lang != "vi" and not any(v.language == self.reader.lang for v in names)

    def _statements(self, facts: Iterable[str]) -> tuple[Statement, ...]:
        return tuple(
            Statement(
                fact,
                self._view.name(fact),
                self.reader.href(fact),
                self._view.evidence(fact),
                self.told.value(fact, CDS + "source") or "",
            )
            for fact in dict.fromkeys(facts)
        )

    def _details(self, iri: str, facts: Sequence[str]) -> tuple[tuple[str, Markup], ...]:
        found = [(self.reader.term_name(CDS + name), self._view.shown(iri, name)) for name in _TOLD]
        reasons = self._view.shown(iri, "reason")
        for judged in self.told.values(iri, CDS + "judgedBy"):
            found.append((self.reader.term_name(CDS + "judgedBy"), self._view.value(judged)))
        if len(self.told.values(iri, CDS + "reason")) > 1:
            found.append((self.reader.term_name(CDS + "reason"), reasons))
        return tuple((name, value) for name, value in found if value)

    def _rules(self, iri: str) -> tuple[tuple[str, str], ...]:
        rules = [v.value for v in self.told.values(iri, CDS + "byRule")]
        return tuple((self._view.name(rule), href) for rule in rules if (href := self.reader.href(rule)))

    def _shapes(self, found: Iterable[Found]) -> tuple[tuple[str, str], ...]:
        """The rules of the report, each with its place among the shapes."""
        if self.report is None:
            return ()
        fragments = {each.rule: self.report.shape_fragment(each.rule) for each in found}
        return tuple(
            (self.rule_name(rule), self.reader.url(f"/shapes#{part}")) for rule, part in fragments.items() if part
        )

    def _outcome(self, iri: str, kind: str, found: Sequence[Found]) -> str:
        if not kind.startswith(f"{CDS}Stated"):
            return ""
        if found:
            return "fails"
        open_ended = kind == _CHANGE and not self.told.values(iri, CDS + "startFigure")
        if open_ended:
            return "open"
        return "holds" if self.report else ""  # not checked yet is no lack of numbers


async def told_about(engine: Engine, iris: Iterable[str]) -> Description:
    """What is said about findings, facts and kinds, with the words behind them and every name that is needed."""
    wanted = [iri for iri in dict.fromkeys(iris) if is_iri(iri)]
    if not wanted:
        return Description("", ())
    values = " ".join(f"<{iri}>" for iri in wanted)
    behind = (
        f"?asked <{PROV}wasDerivedFrom> ?subject . ?subject <{OA}hasSelector> ?any",
        f"?asked <{PROV}wasDerivedFrom>/<{OA}hasSelector> ?subject",
        f"?asked <{PROV}wasDerivedFrom>/<{CDS}inSentence> ?subject",
        f"?asked <{PROV}wasDerivedFrom>/<{CDS}inSentence>/<{OA}hasSelector> ?subject",
    )
    patterns = [f"VALUES ?asked {{ {values} }} {path}" for path in behind]
    triples = await gathered(engine, Wanted(things=wanted, patterns=patterns))
    return await named(engine, wanted[0], triples)


async def facts_of(engine: Engine, findings: Sequence[str]) -> list[str]:
    """The facts that findings of the report point to."""
    wanted = [iri for iri in dict.fromkeys(findings) if is_iri(iri)]
    if not wanted:
        return []
    values = " ".join(f"<{iri}>" for iri in wanted)
    paths = "|".join(f"<{CDS}{name}>" for name in _FACTS)
    rows = await engine.select(f"SELECT DISTINCT ?fact WHERE {{ VALUES ?f {{ {values} }} ?f {paths} ?fact }}")
    return [row["fact"]["value"] for row in rows]


def code(iri: str) -> str:
    """The last part of an IRI, by which an address names a kind or a source."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _place(place: Mapping[str, Any]) -> str:
    return ":".join(str(place[part]) for part in ("path", "line", "column") if place.get(part) is not None)
