"""Collects the quads of one named graph; literals are written in one way only."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Quad

from cdsgraph.text import nfc
from cdsgraph.vocab import RDF, SKOS, XSD, term

TYPE = term(RDF, "type")
PREF_LABEL = term(SKOS, "prefLabel")
ALT_LABEL = term(SKOS, "altLabel")
_DECIMAL = term(XSD, "decimal")
_INTEGER = term(XSD, "integer")
_DATE = term(XSD, "date")
_BOOLEAN = term(XSD, "boolean")
_PARTIAL_DATE = {4: term(XSD, "gYear"), 7: term(XSD, "gYearMonth"), 10: _DATE}


class QuadWriter:
    """Quads of one named graph in the order they were added; absent values write nothing."""

    def __init__(self, graph: NamedNode) -> None:
        self._graph = graph
        self._quads: dict[Quad, None] = {}

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._quads)

    def types(self, subject: NamedNode, *classes: NamedNode) -> None:
        """The subject is an instance of each class."""
        for each in classes:
            self.link(subject, TYPE, each)

    def link(self, subject: NamedNode, predicate: NamedNode, target: NamedNode | None) -> None:
        """A triple whose object is an IRI."""
        if target is not None:
            self._add(subject, predicate, target)

    def links(self, subject: NamedNode, predicate: NamedNode, targets: Iterable[NamedNode]) -> None:
        """A triple for each target."""
        for target in targets:
            self.link(subject, predicate, target)

    def text(self, subject: NamedNode, predicate: NamedNode, value: str | None, language: str | None = None) -> None:
        """A string, with its language where it is a label and not evidence."""
        if value:
            clean = nfc(value)
            self._add(subject, predicate, Literal(clean, language=language) if language else Literal(clean))

    def labels(
        self, subject: NamedNode, vi: str | None, en: str | None = None, alternatives: Iterable[str] = ()
    ) -> None:
        """Preferred labels and Vietnamese alternative labels."""
        self.text(subject, PREF_LABEL, vi, "vi")
        self.text(subject, PREF_LABEL, en, "en")
        for name in alternatives:
            if name != vi:
                self.text(subject, ALT_LABEL, name, "vi")

    def decimal(self, subject: NamedNode, predicate: NamedNode, value: Decimal | None) -> None:
        """A number; always xsd:decimal, so that a shape and a query see one datatype."""
        if value is not None:
            self._add(subject, predicate, Literal(f"{value:f}", datatype=_DECIMAL))

    def integer(self, subject: NamedNode, predicate: NamedNode, value: int) -> None:
        """A count or an offset."""
        self._add(subject, predicate, Literal(str(value), datatype=_INTEGER))

    def flag(self, subject: NamedNode, predicate: NamedNode, value: bool) -> None:
        """True or false."""
        self._add(subject, predicate, Literal("true" if value else "false", datatype=_BOOLEAN))

    def day(self, subject: NamedNode, predicate: NamedNode, value: date | None) -> None:
        """A calendar day."""
        if value is not None:
            self._add(subject, predicate, Literal(value.isoformat(), datatype=_DATE))

    def partial_date(self, subject: NamedNode, predicate: NamedNode, value: str | None) -> None:
        """A date as precise as known: YYYY, YYYY-MM or YYYY-MM-DD."""
        if value:
            self._add(subject, predicate, Literal(value, datatype=_PARTIAL_DATE[len(value)]))

    def _add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self._quads[Quad(subject, predicate, value, self._graph)] = None
