"""What the page about a thing shows, read from its description: the same statements, in an order a reader wants."""

from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import Literal

from cdsgraph.serving.pages.things.evidence import Evidence, anchor_id
from cdsgraph.serving.pages.things.figure_groups import Group, groups
from cdsgraph.serving.pages.things.records import FIGURE, FIGURE_KINDS, Records
from cdsgraph.serving.pages.things.timeline import Moment, timeline
from cdsgraph.serving.rdf.descriptions import LABEL, PREF_LABEL, TYPE
from cdsgraph.vocab import CDS, ELI, ORG, SCHEMA, SKOS

__all__ = ["FIGURE", "FIGURE_KINDS", "ROWS", "Evidence", "ThingView", "anchor_id"]

ROWS: Final = 20  # of a table on a page; the saved query or the endpoint has the others
# Saved queries that give the whole of a section: the class of the thing, the query, its parameter.
_QUERIES: Final = {
    "tasks": ((ORG + "Organization", "tasks_of_body", "body"),),
    "offices": (
        (SCHEMA + "Person", "offices_of_person", "person"),
        (ORG + "Organization", "office_holders_of_body", "body"),
    ),
    "figures": (
        (CDS + "Indicator", "figures_of_indicator", "indicator"),
        (ELI + "LegalResource", "targets_of_act", "act"),
    ),
    "citations": ((CDS + "SourceText", "citations_of_source", "source"),),
    "timeline": ((ORG + "Organization", "functions_moved", "body"),),
}  # fmt: skip


class ThingView(Records):
    """The parts of the page about one thing; each is empty when the description has nothing for it."""

    def title(self) -> str:
        """The thing's name in the reader's language, else the end of its IRI."""
        return self.name(self.iri)

    def other_names(self) -> list[tuple[str, str | None]]:
        """Its names in the other language and its alternative names, each with its language."""
        title = self.title()
        found = self.told.values(self.iri, PREF_LABEL) or self.told.values(self.iri, LABEL)
        every = [*found, *self.told.values(self.iri, SKOS + "altLabel")]
        return [(v.value, v.language) for v in every if isinstance(v, Literal) and v.value != title]

    def definition(self) -> str | None:
        """What it is, in a sentence, where its scheme or the ontology says so."""
        return self.told.text(self.iri, SKOS + "definition", self.reader.lang)

    def kinds(self) -> list[Markup]:
        """What it is, the telling kinds first: its classification, then its classes except the general ones."""
        codes = self.iris(self.iri, ORG + "classification")
        classes = [iri for iri in self.iris(self.iri, TYPE) if iri.startswith(CDS)]
        if len(classes) > 1:
            classes = [iri for iri in classes if iri not in (FIGURE, CDS + "Provisional")]
        if not codes and not classes:
            classes = self.iris(self.iri, TYPE)[:1]
        shown = [self.link(iri) for iri in codes]
        return shown + [
            Markup('<a href="{}">{}</a>').format(
                self.reader.url(f"/id/?{urlencode({'class': self.reader.short(iri)}, safe=':')}"), self.class_name(iri)
            )
            for iri in classes
            if iri != CDS + "Provisional"
        ]

    def provisional(self) -> bool:
        """Whether only a text names it, and the register does not know it."""
        return self.told.has(self.iri, TYPE, CDS + "Provisional")

    def lifetime(self) -> Markup | None:
        """From its first to its last day, as far as known."""
        return self.between(self.iri)

    def is_figure(self) -> bool:
        """Whether it is a figure, which has a page of another form."""
        return self.told.has(self.iri, TYPE, FIGURE)

    def is_source(self) -> bool:
        """Whether it is a source text, which has a page with the text."""
        return self.told.has(self.iri, TYPE, CDS + "SourceText")

    def own_fields(self) -> list[tuple[str, Markup]]:
        """What its own statements tell a reader, but for what a figure's page shows in its own way."""
        return [] if self.is_figure() else self.fields(self.iri)

    def comparator(self) -> Markup:
        """How a figure's value is meant: over, at least, about; empty where it is meant as it is."""
        codes = self.iris(self.iri, CDS + "qualifier")
        return Markup(", ").join(self.link(iri) for iri in codes if not iri.endswith("/exact"))

    def timeline(self) -> list[tuple[str, list[Moment]]]:
        """Its life by years."""
        return timeline(self)

    def figure_groups(self) -> tuple[list[Group], list[dict[str, Any]]]:
        """Its figures by indicator with charts, and the rows of the others."""
        return groups(self)

    def evidence_of(self) -> Evidence | None:
        """The words it was read from, or, of a span, its own."""
        return self.evidence(self.iri) or self.span(self.iri)

    def section_query(self, section: str) -> str | None:
        """The address of the saved query behind a section, where one gives it for a thing of this class."""
        for kind, name, parameter in _QUERIES.get(section, ()):
            if self.told.has(self.iri, TYPE, kind):
                return self.reader.url(f"/queries/{name}?{urlencode({parameter: self.iri})}")
        return None

    def query(self) -> str:
        """The SPARQL that gives the statements about it, both ways."""
        return (
            f"SELECT ?subject ?property ?value\nWHERE {{\n  {{\n    VALUES ?subject {{ <{self.iri}> }}\n"
            f"    ?subject ?property ?value\n  }}\n  UNION\n  {{\n    VALUES ?value {{ <{self.iri}> }}\n"
            "    ?subject ?property ?value\n  }\n}\nORDER BY ?subject ?property ?value\nLIMIT 10000"
        )

    def statements(self) -> list[tuple[str, str, list[Markup]]]:
        """Every statement about it: property name, property IRI, values."""
        return self._statements(self.iri)

    def fragments(self) -> list[tuple[str, str, list[tuple[str, str, list[Markup]]]]]:
        """The parts of its document that have names of their own, `#…`: the fragment, its name, its statements."""
        return [
            (subject.partition("#")[2], self.name(subject), self._statements(subject))
            for subject in self.told.subjects()
            if subject.startswith(f"{self.iri}#")
        ]

    def _statements(self, subject: str) -> list[tuple[str, str, list[Markup]]]:
        return [
            (self.class_name(predicate), predicate, [self.value(v) for v in values])
            for predicate, values in self.told.statements(subject).items()
        ]
