"""Names, links and values of a description as a reader of a language sees them."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import LABEL, PREF_LABEL, TYPE, Description
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, PROV, QB, RDF, SCHEMA, SKOS

# What is told elsewhere on a page (names, evidence, lifetime) or is of use to programs only.
_UNTOLD: Final = frozenset(
    {
        TYPE, PREF_LABEL, LABEL, SKOS + "altLabel", SKOS + "hiddenLabel", SKOS + "definition", SKOS + "topConceptOf",
        SKOS + "hasTopConcept", ORG + "classification", PROV + "wasDerivedFrom", PROV + "wasGeneratedBy",
        QB + "dataSet", OA + "motivatedBy", OA + "hasSelector", OA + "hasTarget",
        SCHEMA + "foundingDate", SCHEMA + "dissolutionDate", SCHEMA + "startDate", SCHEMA + "endDate",
        SCHEMA + "mentions", ELI + "cites", ELI + "id_local",
        *(
            CDS + name
            for name in (
                "sortKey", "sentence", "rule", "certainty", "firstDay", "lastDay", "listItem", "numberCount",
                "eventKey", "periodStart", "periodEnd", "basePeriodStart", "basePeriodEnd", "asOfBasis", "decimals",
                "deadlineLabel", "citingSource",
            )
        ),
    }
)  # fmt: skip
# These come first among the properties of a thing, in this order.
_FIRST: Final = (
    CDS + "number", ELI + "title", ELI + "type_document", ELI + "passed_by", CDS + "approver", ELI + "date_document",
    ELI + "first_date_entry_in_force", ELI + "date_no_longer_in_force", DCTERMS + "replaces",
    CDS + "actionText", CDS + "assignee", CDS + "coordinator", CDS + "assigner", CDS + "deadline", CDS + "taskStatus",
    CDS + "assignedAt", SCHEMA + "organizer", CDS + "chair", SCHEMA + "attendee", CDS + "periodLabel",
    RDF + "subject", RDF + "predicate", RDF + "object", CDS + "holdsFrom", CDS + "themeOf", CDS + "stage",
    CDS + "target", CDS + "targetStatus", CDS + "judgedBy", CDS + "latestFigure", CDS + "gap", CDS + "gapUnit",
    CDS + "indicator", CDS + "about", CDS + "unit", CDS + "basis", ORG + "member", ORG + "role", ORG + "organization",
    CDS + "function", ORG + "unitOf", ORG + "subOrganizationOf", CDS + "successor",
)  # fmt: skip
_ORDER: Final = {predicate: place for place, predicate in enumerate(_FIRST)}
_VALUES: Final = 12  # values of one property in the short form of a thing


class Naming:
    """A description, `told`, for a `reader`: how its things are named, linked and written."""

    def __init__(self, description: Description, reader: Reader) -> None:
        self.told = description
        self.reader = reader
        self.iri = description.iri

    def name(self, iri: str) -> str:
        """The name of an IRI that the description tells, else what the end of the IRI says."""
        label = self.told.label(iri, self.reader.lang)
        if label or not iri.startswith(self.reader.base):
            return label or self._outside(iri)
        return self.reader.local_name(iri)

    def _outside(self, iri: str) -> str:
        """The name of what is described elsewhere: our own word for it, else its term or its address."""
        key = f"name.{iri}"
        return str(self.reader.word(key)) if words.has_word(key) else self.reader.term_name(iri)

    def class_name(self, iri: str) -> str:
        """The name of a class or property: the wording of the pages where they have one, else its label."""
        return self.reader.term_name(iri) if iri.startswith(CDS) else self._worded(iri)

    def _worded(self, iri: str) -> str:
        key = f"term.{self.reader.short(iri)}"
        if words.has_word(key):
            return str(self.reader.word(key))
        return self.told.label(iri, self.reader.lang) or self.reader.term_name(iri)

    def link(self, iri: str) -> Markup:
        """A link to a thing, named; only the name of what the page is about."""
        href = self.reader.href(iri)
        if href is None or iri == self.iri:
            return escape(self.name(iri))
        return Markup('<a href="{}">{}</a>').format(href, self.name(iri))

    def links(self, iris: Iterable[str]) -> Markup:
        """Links to several things, with commas."""
        return Markup(", ").join(self.link(iri) for iri in iris)

    def shown(self, subject: str, name: str) -> Markup:
        """The values of one of our properties, linked and in the reader's form; empty without any."""
        return Markup(", ").join(self.value(v) for v in self.told.values(subject, CDS + name))

    def value(self, value: NamedNode | Literal) -> Markup:
        """One value, linked or in the reader's form."""
        return self.link(value.value) if isinstance(value, NamedNode) else escape(self.reader.literal(value))

    def iris(self, subject: str, predicate: str) -> list[str]:
        """The values of a property that are IRIs."""
        return [v.value for v in self.told.values(subject, predicate) if isinstance(v, NamedNode)]

    def between(self, subject: str) -> Markup | None:
        """From its first to its last day, as far as known."""
        lang = self.reader.lang
        first, last = (self.told.value(subject, CDS + name) for name in ("firstDay", "lastDay"))
        known = {k: words.day(v, lang) for k, v in (("first", first), ("last", last)) if v}
        key = {("first",): "from", ("last",): "until", ("first", "last"): "between"}.get(tuple(known))
        return self.reader.word(f"thing.{key}", **known) if key else None

    def fields(self, subject: str) -> list[tuple[str, Markup]]:
        """What a reader wants of a thing's own statements, the telling ones first: the property's name, its values.

        Texts in both languages are told in the reader's; what leads back to the page's own thing is left out.
        """
        told = self.told.statements(subject)
        wanted = sorted((p for p in told if p not in _UNTOLD), key=lambda p: (_ORDER.get(p, len(_ORDER)), p))
        found = []
        for predicate in wanted:
            values = [v for v in self._in_language(told[predicate]) if subject == self.iri or v.value != self.iri]
            if values:
                shown = [self._field(predicate, value) for value in values[:_VALUES]]
                if len(values) > _VALUES:
                    shown.append(self.reader.word("thing.others", n=self.reader.number(len(values) - _VALUES)))
                found.append((self.class_name(predicate), Markup(", ").join(shown)))
        return found

    def _in_language(self, values: list[NamedNode | Literal]) -> list[NamedNode | Literal]:
        spoken = {v.language for v in values if isinstance(v, Literal) and v.language}
        if self.reader.lang not in spoken:
            return values
        return [v for v in values if not isinstance(v, Literal) or v.language in (None, self.reader.lang)]

    def _field(self, predicate: str, value: NamedNode | Literal) -> Markup:
        if predicate in (CDS + "periodLabel", CDS + "basePeriodLabel"):
            return escape(words.period(value.value, self.reader.lang))
        if predicate == CDS + "ruleText":
            return Markup('<pre tabindex="0">{}</pre>').format(value.value)
        if predicate == RDF + "predicate":
            return escape(self.class_name(value.value))
        return self.value(value)
