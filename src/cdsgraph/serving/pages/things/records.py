"""The records that tell of a thing: offices, tasks, figures, citations, mentions, statements, each with its words."""

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import Literal

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.things.evidence import Evidences
from cdsgraph.serving.rdf.descriptions import RECORD_LIMIT, TYPE
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, PROV, QUDT_UNIT, RDF, SCHEMA, SKOS

FIGURE: Final = CDS + "Figure"
FIGURE_KINDS: Final = ("Observation", "Target", "StatedAim", "Forecast", "Change", "PlannedAmount")
TASK: Final = CDS + "Task"
_STATEMENT: Final = CDS + "Statement"
_TOLD_OF: Final = (SCHEMA + "Event", CDS + "Theme", _STATEMENT)
_PARTS: Final = (
    ORG + "unitOf", ORG + "subOrganizationOf", ELI + "passed_by", SKOS + "inScheme", CDS + "mergedInto",
    CDS + "operatedBy", CDS + "approvedBy", CDS + "successor", DCTERMS + "replaces", ELI + "amends", ELI + "repeals",
)  # fmt: skip
# What is worked out about a thing, or recorded beside it, and is shown as a list of short cards by class.
_FINDINGS: Final = tuple(
    CDS + name
    for name in (
        "TargetAssessment", "TargetRelation", "IndicatorEnd", "FigureComparison", "SideBySide", "AmbiguityFlag",
        "StatedShare", "StatedSum", "StatedRemainder", "StatedChange", "CitationFinding", "TaskResponsibility",
        "LedgerEntry", "ReportedSeries", "Coverage",
    )
)  # fmt: skip
# Of these the record's own page tells.
_WORKED_OUT: Final = frozenset(
    {OA + "hasTarget", *(CDS + name for name in ("byRule", "source", "horizon", "judgedBy"))}
)


class Records(Evidences):
    """The records of a description, those of each kind as the rows of a table."""

    def others(self, kind: str) -> list[str]:
        """The things of a class in the description, but for what it is about."""
        return [subject for subject in self.told.subjects(kind) if subject != self.iri]

    def responsibilities(self) -> list[dict[str, Any]]:
        """Function, body and time of each responsibility; those that last come first."""
        rows = [
            {
                "function": self.shown(s, "function"),
                "body": self.shown(s, "responsibleBody"),
                "time": self.between(s),
                "last": self.told.value(s, CDS + "lastDay") or "",
            }
            for s in self.others(CDS + "Responsibility")
        ]
        return sorted(rows, key=lambda row: (bool(row["last"]), row["body"] or "", row["function"] or ""))

    def offices(self) -> list[dict[str, Any]]:
        """Person, post, body, day attested and the words, of each office held, in order of time."""
        subjects = self.others(CDS + "OfficeHolding")
        subjects.sort(key=lambda s: (self.told.value(s, CDS + "attestedOn") or "", s))
        return [
            {
                "href": self.reader.href(s),
                "person": self.links(self.iris(s, ORG + "member")),
                "post": self.links(self.iris(s, ORG + "role")),
                "body": self.links(self.iris(s, ORG + "organization")),
                "time": self.between(s) or self.shown(s, "attestedOn"),
                "evidence": self.evidence(s),
            }
            for s in subjects
        ]

    def tasks(self) -> list[dict[str, Any]]:
        """Action, assignees, deadline, status and the words of each task given to it, by it or at it, newest first."""
        subjects = self.others(TASK)
        subjects.sort(key=lambda s: (self.told.value(s, CDS + "statedOn") or "", s), reverse=True)
        return [
            {
                "task": self.link(s),
                "given": self.shown(s, "statedOn"),
                "assignees": self.shown(s, "assignee"),
                "coordinators": self.shown(s, "coordinator"),
                "deadline": self.shown(s, "deadline"),
                "status": self.shown(s, "taskStatus"),
                "evidence": self.evidence(s),
            }
            for s in subjects
        ]

    def told_of(self) -> list[dict[str, Any]]:
        """Events it takes part in, themes it is under, and what is stated of it and another thing, with the words."""
        return [
            {
                "name": self._stated(s),
                "source": self.shown(s, "source"),
                "certainty": self.certainty(s),
                "evidence": self.evidence(s),
            }
            for kind in _TOLD_OF
            for s in self.others(kind)
        ]

    def _stated(self, subject: str) -> Markup:
        if not self.told.has(subject, TYPE, _STATEMENT):
            return self.link(subject)
        parts = (self.links(self.iris(subject, RDF + name)) for name in ("subject", "object"))
        predicate = self.told.value(subject, RDF + "predicate") or ""
        middle = Markup(' – <a href="{}">{}</a> – ').format(self.reader.href(subject) or "", self.class_name(predicate))
        return middle.join(parts)

    def figures(self) -> list[dict[str, Any]]:
        """The figures about it, newest first."""
        subjects = self.others(FIGURE)
        subjects.sort(key=lambda s: (self.told.value(s, CDS + "asOf") or "", s), reverse=True)
        return [self.figure(s) for s in subjects]

    def figure(self, subject: str) -> dict[str, Any]:
        """What a table tells about one figure."""
        label = self.told.value(subject, CDS + "periodLabel")
        return {
            "iri": subject,
            "href": self.reader.href(subject),
            "name": self.name(subject),
            "printed": self.told.value(subject, CDS + "printed") or self._written(subject),
            "indicator": self.shown(subject, "indicator"),
            "kind": next((self.class_name(CDS + k) for k in FIGURE_KINDS if self.told.has(subject, TYPE, CDS + k)), ""),
            "period": words.period(label, self.reader.lang) if label else self.shown(subject, "asOf"),
            "basis": self.shown(subject, "basis"),
            "stated_by": self.shown(subject, "act") or self.shown(subject, "basis"),
            "evidence": self.evidence(subject),
            "register": self.links(self.iris(subject, PROV + "wasDerivedFrom")),
        }

    def _written(self, subject: str) -> str:
        """A figure that no text prints: its value as a reader writes it, with its qualifier and unit."""
        ends = [v for n in ("value", "valueTo") for v in self.told.values(subject, CDS + n) if isinstance(v, Literal)]
        number = "–".join(self.reader.literal(value) for value in ends)
        said = [iri for iri in self.iris(subject, CDS + "qualifier") if not iri.endswith("/exact")]
        number = " ".join([*(self.name(iri) for iri in said), number])
        unit = next(iter(self.iris(subject, CDS + "unit")), None)
        if unit == QUDT_UNIT + "PERCENT":
            return f"{number}%"
        return f"{number} {self.name(unit)}" if unit else number

    def citations(self) -> list[dict[str, Any]]:
        """Where it is cited, or what it cites."""
        return [
            {
                "act": self.shown(s, "cited"),
                "printed": self.told.value(s, CDS + "citedAs") or "",
                "stage": self.shown(s, "stage"),
                "source": self.shown(s, "source"),
                "href": self.reader.href(s),
                "evidence": self.evidence(s),
            }
            for s in self.others(CDS + "Citation")
        ]

    def mentions(self) -> list[dict[str, Any]]:
        """Where it is named: the words used and the place in each source."""
        return [
            {
                "surface": [v.value for v in self.told.values(s, CDS + "surface")],
                "source": self.shown(s, "source"),
                "places": len(self.told.values(s, CDS + "surface")),
                "href": self.anchor(s),
                "evidence": self.evidence(s),
            }
            for s in self.others(CDS + "Mention")
        ]

    def findings(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """What is worked out from figures, targets, tasks and citations about it: by class, name, fields, words."""
        found = []
        for kind in _FINDINGS:
            if subjects := self.others(kind):
                rows = [
                    {"name": self.link(s), "fields": self._short_fields(s), "evidence": self.evidence(s)}
                    for s in sorted(subjects, key=self._in_order)
                ]
                found.append((self.class_name(kind), rows))
        return found

    def _short_fields(self, subject: str) -> list[tuple[str, Markup]]:
        kept = {self.class_name(predicate) for predicate in _WORKED_OUT}
        return [(name, value) for name, value in self.fields(subject) if name not in kept]

    def parts(self) -> list[tuple[str, list[str]]]:
        """Things that name it as their whole, maker, list or successor: what they are to it, and the things."""
        found = []
        for link in _PARTS:
            things = [s for s in self.told.subjects() if self.told.has(s, link, self.iri)]
            if things:
                key = f"inverse.{self.reader.short(link)}"
                name = str(self.reader.word(key)) if words.has_word(key) else self.class_name(link)
                found.append((name, sorted(things, key=self._in_order)))
        return found

    def derived(self) -> list[Markup]:
        """What was read from it, where it is a span of a text, a row of the register or a run."""
        read = [s for s in self.told.subjects() if self.told.has(s, PROV + "wasDerivedFrom", self.iri)]
        shown = {s for kind in (*_FINDINGS, TASK, FIGURE) for s in self.others(kind)} if self._is_spoken_of() else set()
        return [self.link(s) for s in sorted(set(read) - shown, key=self._in_order)]

    def _in_order(self, iri: str) -> tuple[str, str]:
        """What names are ordered by: their letters without marks, so that đ stands beside d."""
        name = self.name(iri)
        return fold(name), name

    def _is_spoken_of(self) -> bool:
        """Whether other records stand on its page, being a thing that texts tell of and no place in them."""
        return not any(self.told.has(self.iri, TYPE, CDS + name) for name in ("EvidenceSpan", "RegisterEntry"))

    def truncated(self, records: Sequence[object]) -> bool:
        """Whether a list of records stops at the bound of a description."""
        return len(records) >= RECORD_LIMIT
