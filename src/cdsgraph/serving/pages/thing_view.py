"""What the page about a thing shows, read from its description: the same statements, in an order a reader wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import LABEL, PREF_LABEL, RECORD_LIMIT, TYPE, Description
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, PROV, RDF, SCHEMA, SKOS

FIGURE: Final = CDS + "Figure"
FIGURE_KINDS: Final = ("Observation", "Target", "StatedAim", "Forecast", "Change", "PlannedAmount")
_TASK: Final = CDS + "Task"
_EVENT: Final = SCHEMA + "Event"
_STATEMENT: Final = CDS + "Statement"
_THEME: Final = CDS + "Theme"
_FACTS: Final = frozenset(
    {
        FIGURE,
        _TASK,
        _EVENT,
        _STATEMENT,
        _THEME,
        CDS + "Citation",
        CDS + "Mention",
        CDS + "OfficeHolding",
        CDS + "UnreadNumber",
    }
)
# What the page about a task, event or statement tells of it, in this order.
_TOLD: Final = (
    CDS + "assignee", CDS + "coordinator", CDS + "assigner", CDS + "deadline", CDS + "taskStatus", CDS + "assignedAt",
    SCHEMA + "organizer", CDS + "chair", SCHEMA + "attendee", CDS + "periodLabel", RDF + "subject", RDF + "predicate",
    RDF + "object", CDS + "holdsFrom", CDS + "themeOf", CDS + "stage",
)  # fmt: skip
_PARTS: Final = (
    ORG + "unitOf", ORG + "subOrganizationOf", ELI + "passed_by", SKOS + "inScheme", CDS + "mergedInto",
    CDS + "operatedBy", CDS + "approvedBy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words behind a fact: sentence in three parts, offsets, and the place in the document's page."""

    before: str
    marked: str
    after: str
    start: int | None
    end: int | None
    href: str | None


class ThingView:
    """The parts of the page about one thing; each is empty when the description has nothing for it."""

    def __init__(self, description: Description, reader: Reader) -> None:
        self._told = description
        self._reader = reader
        self.iri = description.iri

    # ---------------------------------------------------------------------------------------------------- the head
    def title(self) -> str:
        """The thing's name in the reader's language, else the end of its IRI."""
        return self.name(self.iri)

    def other_names(self) -> list[str]:
        """Its names in the other language and its alternative names."""
        title = self.title()
        found = self._told.values(self.iri, PREF_LABEL) or self._told.values(self.iri, LABEL)
        return [v.value for v in (*found, *self._told.values(self.iri, SKOS + "altLabel")) if v.value != title]

    def kinds(self) -> list[str]:
        """What it is, the telling kinds first: its classification, then its classes except the general ones."""
        codes = [v.value for v in self._told.values(self.iri, ORG + "classification")]
        classes = [v.value for v in self._told.values(self.iri, TYPE) if v.value.startswith(CDS)]
        if len(classes) > 1:
            classes = [iri for iri in classes if iri not in (FIGURE, CDS + "Provisional")]
        if not codes and not classes:
            classes = [v.value for v in self._told.values(self.iri, TYPE)][:1]
        return [self.name(iri) for iri in codes] + [self.class_name(i) for i in classes if i != CDS + "Provisional"]

    def provisional(self) -> bool:
        """Whether only a text names it, and the register does not know it."""
        return self._told.has(self.iri, TYPE, CDS + "Provisional")

    def lifetime(self) -> Markup | None:
        """From its first to its last day, as far as known."""
        return self._between(self.iri)

    def is_figure(self) -> bool:
        """Whether it is a figure, which has a page of another form."""
        return self._told.has(self.iri, TYPE, FIGURE)

    def is_fact(self) -> bool:
        """Whether it was read from a text."""
        return any(self._told.has(self.iri, TYPE, kind) for kind in _FACTS)

    def is_source(self) -> bool:
        """Whether it is a source text, which has a page with the text."""
        return self._told.has(self.iri, TYPE, CDS + "SourceText")

    # ------------------------------------------------------------------------------------------------------- names
    def name(self, iri: str) -> str:
        """The name of an IRI that the description tells, else its short form."""
        return self._told.label(iri, self._reader.lang) or self._reader.short(iri)

    def class_name(self, iri: str) -> str:
        """The name of a class or property."""
        label = self._told.label(iri, self._reader.lang)
        return label or self._reader.term_name(iri)

    def link(self, iri: str) -> Markup:
        """A link to a thing, named; only the name of what the page is about."""
        href = self._reader.href(iri)
        if href is None or iri == self.iri:
            return escape(self.name(iri))
        return Markup('<a href="{}">{}</a>').format(href, self.name(iri))

    def links(self, iris: Iterable[str]) -> Markup:
        """Links to several things, with commas."""
        return Markup(", ").join(self.link(iri) for iri in iris)

    def shown(self, subject: str, name: str) -> Markup:
        """The values of one of our properties, linked and in the reader's form; empty without any."""
        return Markup(", ").join(self.value(v) for v in self._told.values(subject, CDS + name))

    def value(self, value: NamedNode | Literal) -> Markup:
        """One value, linked or in the reader's form."""
        return self.link(value.value) if isinstance(value, NamedNode) else escape(self._reader.literal(value))

    def _between(self, subject: str) -> Markup | None:
        lang = self._reader.lang
        first, last = (self._told.value(subject, CDS + name) for name in ("firstDay", "lastDay"))
        told = {k: words.day(v, lang) for k, v in (("first", first), ("last", last)) if v}
        key = {("first",): "from", ("last",): "until", ("first", "last"): "between"}.get(tuple(told))
        return self._reader.word(f"thing.{key}", **told) if key else None

    def _iris(self, subject: str, predicate: str) -> list[str]:
        return [v.value for v in self._told.values(subject, predicate) if isinstance(v, NamedNode)]

    # ----------------------------------------------------------------------------------------------------- records
    def history(self) -> list[Markup]:
        """Mergers and transfers of functions it had part in, by date, each in a sentence."""
        dated: list[tuple[str, Markup]] = []
        told, word, lang = self._told, self._reader.word, self._reader.lang
        for subject in (*told.subjects(ORG + "ChangeEvent"), *told.subjects(CDS + "FunctionTransfer")):
            date = told.value(subject, CDS + "effectiveDate") or ""
            day = words.day(date, lang)
            if told.has(subject, TYPE, ORG + "ChangeEvent"):
                before = self.links(self._iris(subject, ORG + "originalOrganization"))
                after = self.links(self._iris(subject, ORG + "resultingOrganization"))
                line = word("thing.event", date=day, name=self.link(subject), before=before, after=after)
            else:
                before, after = self.shown(subject, "fromOrganisation"), self.shown(subject, "toOrganisation")
                function = self.shown(subject, "function")
                line = word("thing.transfer", date=day, function=function, before=before, after=after)
            dated.append((date, line))
        return [line for _, line in sorted(dated)]

    def responsibilities(self) -> list[dict[str, Any]]:
        """Function, body and time of each responsibility."""
        return [
            {"function": self.shown(s, "function"), "body": self.shown(s, "responsibleBody"), "time": self._between(s)}
            for s in self._told.subjects(CDS + "Responsibility")
        ]

    def offices(self) -> list[dict[str, Any]]:
        """Person, post, body, day attested and the words, of each office held."""
        return [
            {
                "person": self.links(self._iris(s, ORG + "member")),
                "post": self.links(self._iris(s, ORG + "role")),
                "body": self.links(self._iris(s, ORG + "organization")),
                "time": self._between(s) or self.shown(s, "attestedOn"),
                "evidence": self.evidence(s),
            }
            for s in self._told.subjects(CDS + "OfficeHolding")
            if s != self.iri
        ]

    def own_fields(self) -> list[tuple[str, Markup]]:
        """Who, when and where of a task, event, statement or theme: the property's name and its values."""
        if not any(self._told.has(self.iri, TYPE, kind) for kind in (_TASK, _EVENT, _STATEMENT, _THEME)):
            return []
        return [
            (self.class_name(each), Markup(", ").join(self._field(each, value) for value in values))
            for each in _TOLD
            if (values := self._told.values(self.iri, each))
        ]

    def _field(self, predicate: str, value: NamedNode | Literal) -> Markup:
        if predicate == CDS + "periodLabel":
            return escape(words.period(value.value, self._reader.lang))
        if predicate == RDF + "predicate":
            return escape(self.class_name(value.value))
        return self.value(value)

    def tasks(self) -> list[dict[str, Any]]:
        """Action, assignees, deadline, status and the words of each task given to it, by it or at it, newest first."""
        subjects = [s for s in self._told.subjects(_TASK) if s != self.iri]
        subjects.sort(key=lambda s: (self._told.value(s, CDS + "statedOn") or "", s), reverse=True)
        return [
            {
                "task": self.link(s),
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
            {"name": self._stated(s), "source": self.shown(s, "source"), "evidence": self.evidence(s)}
            for kind in (_EVENT, _THEME, _STATEMENT)
            for s in self._told.subjects(kind)
            if s != self.iri
        ]

    def _stated(self, subject: str) -> Markup:
        if not self._told.has(subject, TYPE, _STATEMENT):
            return self.link(subject)
        parts = (self.links(self._iris(subject, RDF + name)) for name in ("subject", "object"))
        predicate = self.class_name(self._told.value(subject, RDF + "predicate") or "")
        return escape(f" – {predicate} – ").join(parts)

    def figures(self) -> list[dict[str, Any]]:
        """The figures about it, newest first."""
        subjects = [s for s in self._told.subjects(FIGURE) if s != self.iri]
        subjects.sort(key=lambda s: (self._told.value(s, CDS + "asOf") or "", s), reverse=True)
        return [self.figure(s) for s in subjects]

    def figure(self, subject: str) -> dict[str, Any]:
        """What a table tells about one figure."""
        told = self._told
        label = told.value(subject, CDS + "periodLabel")
        return {
            "iri": subject,
            "href": self._reader.href(subject),
            "name": self.name(subject),
            "printed": told.value(subject, CDS + "printed") or told.value(subject, CDS + "value") or "",
            "indicator": self.shown(subject, "indicator"),
            "kind": next((self.class_name(CDS + k) for k in FIGURE_KINDS if told.has(subject, TYPE, CDS + k)), ""),
            "period": words.period(label, self._reader.lang) if label else self.shown(subject, "asOf"),
            "basis": self.shown(subject, "basis"),
            "evidence": self.evidence(subject),
        }

    def citations(self) -> list[dict[str, Any]]:
        """Where it is cited, or what it cites."""
        return [
            {
                "act": self.shown(s, "cited"),
                "printed": self._told.value(s, CDS + "citedAs") or "",
                "source": self.shown(s, "source"),
                "evidence": self.evidence(s),
            }
            for s in self._told.subjects(CDS + "Citation")
            if s != self.iri
        ]

    def mentions(self) -> list[dict[str, Any]]:
        """Where it is named: the words used and the first sentence, by source."""
        return [
            {
                "surface": [v.value for v in self._told.values(s, CDS + "surface")],
                "source": self.shown(s, "source"),
                "evidence": self.evidence(s),
            }
            for s in self._told.subjects(CDS + "Mention")
            if s != self.iri
        ]

    def parts(self) -> list[tuple[str, list[str]]]:
        """Things that name it as their whole, maker or list: the property and the things."""
        found = []
        for link in _PARTS:
            things = [s for s in self._told.subjects() if self._told.has(s, link, self.iri)]
            if things:
                found.append((self.class_name(link), sorted(things, key=self.name)))
        return found

    def truncated(self, records: Sequence[object]) -> bool:
        """Whether a list of records stops at the bound of a description."""
        return len(records) >= RECORD_LIMIT

    # ---------------------------------------------------------------------------------------------------- evidence
    def evidence(self, subject: str) -> Evidence | None:
        """The sentence a fact was read from, its own words set apart; None without a sentence."""
        told = self._told
        sentence = told.value(subject, CDS + "sentence")
        if sentence is None:
            return None
        span = next(iter(self._iris(subject, PROV + "wasDerivedFrom")), "")
        start, end = self._offsets(span)
        sentence_start, _ = self._offsets(next(iter(self._iris(span, CDS + "inSentence")), ""))
        if start is not None and end is not None and sentence_start is not None:
            at, to = start - sentence_start, end - sentence_start
        else:
            printed = next(
                (v.value for n in ("printed", "citedAs", "surface") for v in told.values(subject, CDS + n)), ""
            )
            at = sentence.find(printed) if printed else -1
            to = at + len(printed)
        if not 0 <= at < to <= len(sentence):
            at = to = len(sentence)
        href = self.anchor(subject)
        return Evidence(sentence[:at], sentence[at:to], sentence[to:], start, end, href)

    def _offsets(self, span: str) -> tuple[int | None, int | None]:
        selector = next(iter(self._iris(span, OA + "hasSelector")), "")
        start, end = (self._told.value(selector, OA + name) for name in ("start", "end"))
        return (int(start), int(end)) if start and end and start.isdigit() and end.isdigit() else (None, None)

    def anchor(self, subject: str) -> str | None:
        """Where the fact stands in the page of its document."""
        source = next(iter(self._iris(subject, CDS + "source")), None)
        if source is None:
            return None
        return self._reader.url(f"/documents/{source.rsplit('/', 1)[-1]}#{anchor_id(subject)}")

    def register_entry(self) -> Markup | None:
        """File and row of the register behind it."""
        for entry in self._iris(self.iri, PROV + "wasDerivedFrom"):
            file, row = (self._told.value(entry, CDS + name) for name in ("file", "row"))
            if file and row:
                text = self._reader.word("figure.register.value", file=file, row=row)
                return Markup('<a href="{}">{}</a>').format(self._reader.href(entry) or "", text)
        return None

    def reference(self) -> Markup:
        """A reference to a figure, ready to copy."""
        told = self._told
        evidence = self.evidence(self.iri)
        source = next(iter(self._iris(self.iri, CDS + "source")), None)
        values: dict[str, object] = {"label": self.title(), "iri": self.iri}
        if evidence is None or source is None or evidence.start is None:
            values["source"] = ", ".join(self.name(iri) for iri in self._iris(self.iri, CDS + "act"))
            return self._reader.word("figure.reference.register", **values)
        parts = (told.value(source, DCTERMS + "publisher"), self.name(source))
        values["source"] = ", ".join(part for part in parts if part)
        values["sentence"] = (evidence.before + evidence.marked + evidence.after).strip()
        return self._reader.word("figure.reference.text", start=evidence.start, end=evidence.end, **values)

    # -------------------------------------------------------------------------------------------------- statements
    def statements(self) -> list[tuple[str, str, list[Markup]]]:
        """Every statement about it: property name, property IRI, values."""
        return [
            (self.class_name(predicate), predicate, [self.value(v) for v in values])
            for predicate, values in self._told.statements(self.iri).items()
        ]


def anchor_id(fact: str) -> str:
    """The fragment under which a fact stands in the page of its document."""
    return "-".join(fact.rsplit("/", 2)[-2:])
