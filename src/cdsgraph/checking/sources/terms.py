"""Every term used anywhere is defined: ours in the ontology, codes in their schemes, W3C's in their vocabularies."""

from collections.abc import Iterator
from typing import Final

from rdflib import DCAT, DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SH, SKOS, SOSA, VANN, VOID, XSD, URIRef
from rdflib.namespace import DefinedNamespace

from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources.project import Source, Sources
from cdsgraph.checking.sources.rules import finding
from cdsgraph.checking.sources.tokens import Scanned
from cdsgraph.register import Register
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE

# Vocabularies whose terms are all known; schema.org and ELI grow, so a term of theirs is taken as it comes.
_CLOSED: Final[dict[str, type[DefinedNamespace]]] = {
    str(each): each for each in (DCAT, DCTERMS, ORG, OWL, PROV, QB, RDF, RDFS, SH, SKOS, SOSA, VANN, VOID, XSD)
}
_DEF: Final = DEFAULT_BASE + "def/"
_TABLES: Final = {"indicator": "indicators.csv", "unit": "units.csv"}
_KINDS: Final = ("Class", "ObjectProperty", "DatatypeProperty")


class Known:
    """What is defined; a kind of file that cannot be read whole is not judged by."""

    def __init__(self, sources: Sources, register: Register | None) -> None:
        self.terms = {
            str(term)
            for kind in _KINDS
            for term in sources.vocabulary.subjects(RDF.type, OWL[kind])
            if str(term).startswith(CDS)
        }
        self._shapes = {block.subject for each in sources.of("shapes") for block in each.scanned.blocks}
        self._codes = {str(subject) for subject in sources.vocabulary.subjects()}
        self._schemes = sources.codes_by_scheme.keys()
        self._unread = sources.unread
        # Schemes whose codes cannot all be known.
        self._partly = {name for name, table in _TABLES.items() if register is None or table in register.unread}
        if register is not None:
            self._codes |= {DEFAULT_BASE + each.key for each in register.indicators}
            self._codes |= {DEFAULT_BASE + each.key for each in register.entries}
            self._codes |= {DEFAULT_BASE + unit.iri for unit in register.units}

    def defines(self, iri: str) -> bool:
        """Whether an IRI may be used: it is defined, a namespace, or of nobody's that we can ask."""
        if iri.startswith(CDS):
            return iri == CDS or iri in self.terms or "ontology" in self._unread
        if iri.startswith(SHAPE):
            return iri == SHAPE or iri in self._shapes or "shapes" in self._unread
        if iri.startswith(_DEF):
            scheme, slash, code = iri.removeprefix(_DEF).partition("/")
            if scheme in self._partly:
                return True
            return not scheme or (bool(slash) and not code) or iri in self._codes or "schemes" in self._unread
        namespace = _CLOSED.get(iri[: max(iri.rfind("#"), iri.rfind("/")) + 1])
        return namespace is None or iri == str(namespace) or URIRef(iri) in namespace


def check(sources: Sources, known: Known) -> Iterator[Result]:
    """A result for each unknown term of each file, at its first use, with the others after it."""
    for source in sources.of("ontology", "schemes", "shapes", "queries"):
        rule = "Shape-term" if source.kind == "shapes" else "Source-term"
        uses = list(unknown(source.scanned, known))
        for inner, start in embedded(source, sources.declared):
            uses += [(iri, start + at) for iri, at in unknown(inner, known)]
        for iri in dict.fromkeys(iri for iri, _ in uses):
            places = [source.place(at) for each, at in uses if each == iri]
            named = rule if rule == "Source-term" or iri.startswith(str(SH)) else "Source-term"
            yield finding(named, source.iri, *places, value=URIRef(iri))
    for source in sources.of("context"):
        for name, iri in context_terms(sources.context).items():
            if not known.defines(iri):
                yield finding("Source-term", source.iri, context_place(source, name), value=URIRef(iri))


def unknown(scanned: Scanned, known: Known) -> Iterator[tuple[str, int]]:
    """The unknown terms of a text and where each use stands."""
    verdicts: dict[str, bool] = {}
    for iri, start in scanned.terms:
        if iri not in verdicts:
            verdicts[iri] = known.defines(iri)
        if not verdicts[iri]:
            yield iri, start


def embedded(source: Source, prefixes: dict[str, str]) -> Iterator[tuple[Scanned, int]]:
    """The SPARQL texts of a shapes file and where each begins."""
    if source.kind != "shapes":
        return
    queries = {str(SH.select), str(SH.ask), str(SH.construct)}
    for before, token in zip(source.scanned.tokens, source.scanned.tokens[1:], strict=False):
        if token.kind == "string" and source.scanned.iri(before) in queries:
            quotes = 3 if token.text[:3] in ('"""', "'''") else 1
            yield Scanned(token.text[quotes:-quotes], prefixes), token.start + quotes


def context_terms(context: dict[str, object]) -> dict[str, str]:
    """The names of a JSON-LD context with their IRIs in full; prefixes and keywords left out."""
    prefixes = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/", "_"))}
    found: dict[str, str] = {}
    for name, told in context.items():
        iri = told.get("@id") if isinstance(told, dict) else told
        if name.startswith("@") or name in prefixes or not isinstance(iri, str) or iri.startswith("@"):
            continue
        prefix, _, local = iri.partition(":")
        found[name] = prefixes[prefix] + local if prefix in prefixes else iri
    return found


def context_place(source: Source, name: str) -> Place:
    """Where a context defines a name; its first line where it does not."""
    return source.place(max(0, source.scanned.text.find(f'"{name}":')))
