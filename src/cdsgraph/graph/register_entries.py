"""A row of the register as evidence, and the IRIs that rows share."""

from typing import Protocol

from pyoxigraph import NamedNode

from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.register import Place, Unit
from cdsgraph.vocab import CDS, SKOS, Iris, term


class SeenRow(Protocol):
    """Any row of the register that stands in a source."""

    @property
    def seen_in(self) -> str:
        """Where it was seen."""

    @property
    def note(self) -> str:
        """What else is to be known of it."""

    @property
    def place(self) -> Place:
        """File and line."""


def entry_iri(place: Place, slug: str, iris: Iris) -> NamedNode:
    """`id/register/{file}-{row slug}`."""
    return iris.thing("register", f"{place.path.stem}-{slug}")


def write_entry(out: QuadWriter, row: SeenRow, slug: str, iris: Iris) -> NamedNode:
    """Write the register entry of a row and give back its IRI; only rows seen in a source have one."""
    iri = entry_iri(row.place, slug, iris)
    out.types(iri, term(CDS, "RegisterEntry"))
    out.labels(iri, f"{row.place.path.name}, dòng {row.place.line}", f"{row.place.path.name}, row {row.place.line}")
    out.text(iri, term(CDS, "file"), row.place.path.name)
    out.integer(iri, term(CDS, "row"), row.place.line)
    out.text(iri, term(CDS, "seenIn"), row.seen_in)
    out.flag(iri, term(CDS, "checked"), True)
    out.text(iri, term(SKOS, "note"), row.note, "en")
    return iri


def unit_iri(unit: Unit, iris: Iris) -> NamedNode:
    """The unit's IRI: QUDT's where it has one, else our own below the base."""
    return NamedNode(unit.iri) if unit.iri.startswith("http") else iris.key(unit.iri)
