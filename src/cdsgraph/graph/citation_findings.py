"""What is odd about a citation beside the register's act: its number, date, issuer, force, or which act is meant."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store, Triple

from cdsgraph import periods
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.parts import Seen, Ways, values
from cdsgraph.graph.quadwriter import QuadWriter
from cdsgraph.text import name_key
from cdsgraph.vocab import CDS, DQV, ELI, OA, PROV, Iris, rebase, term

_DAY: Final = re.compile(
    r"(?<![\d/])(\d{1,2})(?:\s*[/.-]\s*|\s+tháng\s+)(\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(\d{4})(?!\d)"
)
_SHORT: Final = re.compile(r"\D+\d+(?=[/-])")
_PREFIXES: Final = """
PREFIX cds: <https://w3id.org/cdsgraph/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_ACTS: Final = """
SELECT ?act ?number ?signed ?issuer ?lastDay ?name WHERE {
  ?act a eli:LegalResource ; eli:id_local ?number ; prov:wasDerivedFrom/a cds:RegisterEntry .
  OPTIONAL { ?act eli:date_document ?signed }
  OPTIONAL { ?act eli:passed_by/skos:prefLabel ?issuer FILTER(LANG(?issuer) = "vi") }
  OPTIONAL { ?act eli:date_no_longer_in_force ?lastDay }
  OPTIONAL { ?act skos:prefLabel|skos:altLabel ?name }
}"""
_CITATIONS: Final = """
SELECT ?citation ?act ?number ?as ?date ?issuer ?probable ?sentence ?held ?issued ?notBefore ?notAfter WHERE {
  # among
  ?citation a cds:Citation ; cds:cited ?act ; cds:citedAs ?as ; cds:source ?source .
  FILTER NOT EXISTS { ?source schema:exampleOfWork ?act }
  OPTIONAL { ?act eli:id_local ?number }
  OPTIONAL { ?citation cds:citedDate ?date }
  OPTIONAL { ?citation cds:citedIssuer ?body . ?body skos:prefLabel ?issuer
    FILTER(LANG(?issuer) = "vi") FILTER NOT EXISTS { ?body a cds:Provisional } }
  OPTIONAL { ?citation cds:probableAct ?probable }
  OPTIONAL { ?citation cds:sentence ?sentence }
  OPTIONAL { ?source cds:eventDate ?held }
  OPTIONAL { ?source dcterms:issued ?issued }
  OPTIONAL { ?source cds:notBefore ?notBefore }
  OPTIONAL { ?source cds:notAfter ?notAfter }
}"""
_DATED: Final = """
SELECT ?date WHERE {
  # among
  ?citation cds:sentence ?sentence ; a cds:Citation ; cds:cited ?act ; cds:citedAs ?as ; cds:source ?source .
  FILTER NOT EXISTS { ?source schema:exampleOfWork ?act }
  OPTIONAL { ?citation cds:citedDate ?date }
}"""
_LABELS: Final = """
SELECT ?code ?label WHERE {
  ?code skos:inScheme <https://w3id.org/cdsgraph/def/citation-finding> ; skos:prefLabel ?label .
  FILTER(LANG(?label) = "vi")
}"""
_READ: Final = Ways.of(
    {
        "": "a cds:cited cds:citedAs cds:source cds:citedDate cds:citedIssuer cds:probableAct cds:sentence",
        "cds:cited": "eli:id_local",
        "cds:citedIssuer": "a skos:prefLabel",
        "cds:source": "schema:exampleOfWork cds:eventDate dcterms:issued cds:notBefore cds:notAfter",
    }
)
_READ_OF_ACT: Final = Ways.of(
    {
        "": "a eli:id_local eli:date_document eli:passed_by eli:date_no_longer_in_force skos:prefLabel skos:altLabel "
        "prov:wasDerivedFrom",
        "eli:passed_by": "skos:prefLabel",
        "prov:wasDerivedFrom": "a",
    }
)
_READ_OF_LABEL: Final = Ways.of({"": "skos:inScheme skos:prefLabel"})
_RULE: Final = """
A citation is held against the acts of the register; each thing that is odd becomes a finding.

misprint: the number is not in the register, and one act of that issuer and day has nearly the same number.
several-candidates: the number or short name without a date fits several acts signed by the citing text's date.
unknown-number: no act of the register bears the number in that year; it may be missing from the register.
date-differs, issuer-differs: the act has another date or issuer than the citation prints.
lapsed: the act was no longer in force on the citing text's date, however early that may be.
lapsed-perhaps: the text's date is not known, and within its bounds the act went out of force.
lapsed-on-day-named: the sentence names a later day than the act's last in force.
"""


def rule() -> Rule:
    """The rule that holds citations against the register of acts."""
    parts = _Findings()
    return Rule(
        order=50,
        name="citation-findings",
        title_vi="Đối chiếu viện dẫn với sổ văn bản: số hiệu, ngày, cơ quan ban hành, hiệu lực",
        title_en="Citations held against the register of acts: number, date, issuer, force",
        text=_RULE.strip(),
        derive=whole(parts),
        parts=parts,
    )


class _Findings:
    """A part for each citation."""

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        if keys is not None and not keys:
            return
        among = "" if keys is None else values("?citation", ((NamedNode(key),) for key in sorted(keys)))
        register = _Register(store, iris)
        labels = {row["code"]: row["label"] for row in _rows(store, _LABELS, iris)}
        for citation in _citations(store, iris, among):
            out = QuadWriter(iris.graph("derived/citation-findings"))
            for finding in register.findings(citation):
                _write(out, citation, finding, labels, iris)
            if triples := [quad.triple for quad in out]:
                yield citation.iri.value, triples

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts. With the register any citation may meet another act."""
        seen = Seen(store, changes)
        acts = seen.of_class(_READ_OF_ACT.records(store, iris, changes), term(ELI, "LegalResource"))
        origins = {origin for act in acts for origin in seen.nodes(act, term(PROV, "wasDerivedFrom"))}
        codes = iris.scheme("citation-finding").value + "/"
        labelled = (each.value.startswith(codes) for each in _READ_OF_LABEL.records(store, iris, changes))
        if seen.of_class(origins, term(CDS, "RegisterEntry")) or any(labelled):
            return None
        citations = seen.of_class(_READ.records(store, iris, changes), term(CDS, "Citation"))
        sentences = {words for each in citations for words in seen.words(each, term(CDS, "sentence"))}
        for words in sentences:
            found = store.quads_for_pattern(None, term(CDS, "sentence"), Literal(words), DefaultGraph())
            citations |= {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}
        return {each.value for each in seen.of_class(citations, term(CDS, "Citation"))}


@dataclass(slots=True)
class _Act:
    iri: NamedNode
    number: str
    signed: date | None
    issuer: str | None
    last_day: date | None
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Citation:
    iri: NamedNode
    act: NamedNode
    number: str | None
    printed: str
    dated: str
    issuer: str | None
    probable: NamedNode | None
    sentence: str
    first: date | None
    last: date | None
    sure: bool


@dataclass(frozen=True, slots=True)
class _Finding:
    code: str
    acts: tuple[NamedNode, ...] = ()
    printed: str | None = None
    registered: str | None = None
    day: date | None = None
    bounds: tuple[date | None, date | None] = (None, None)


class _Register:
    """The acts of the register by IRI, by number and by short name."""

    def __init__(self, store: Store, iris: Iris) -> None:
        self._store, self._iris = store, iris
        self._acts: dict[str, _Act] = {}
        self._numbered: dict[str, list[_Act]] = defaultdict(list)
        self._named: dict[str, list[_Act]] = defaultdict(list)
        for row in sorted(_rows(store, _ACTS, iris), key=lambda each: sorted(each.items())):
            iri = row["act"]
            act = self._acts.get(iri)
            if act is None:
                signed, last = _day(row.get("signed")), _day(row.get("lastDay"))
                act = _Act(NamedNode(iri), row["number"], signed, row.get("issuer"), last)
                self._acts[iri] = act
            name = row.get("name", "")
            short = _SHORT.match(name)
            act.names |= {name_key(each) for each in (name, short[0] if short else "") if each}
        for _, act in sorted(self._acts.items()):
            self._numbered[name_key(act.number)].append(act)
            for name in act.names:
                self._named[name].append(act)

    def findings(self, citation: _Citation) -> Iterator[_Finding]:
        """What is odd about a citation."""
        act = self._acts.get(citation.act.value)
        if act is None:
            yield from self._of_unregistered(citation)
            return
        signed = act.signed.isoformat() if act.signed else ""
        if citation.dated and signed and not signed.startswith(citation.dated):
            yield _Finding("date-differs", (act.iri,), citation.dated, signed)
        if citation.issuer and act.issuer and name_key(citation.issuer) != name_key(act.issuer):
            yield _Finding("issuer-differs", (act.iri,), citation.issuer, act.issuer)
        yield from self._of_force(citation, act)

    def _of_unregistered(self, citation: _Citation) -> Iterator[_Finding]:
        if citation.probable is not None:
            registered = self._acts.get(citation.probable.value)
            number = registered.number if registered else None
            yield _Finding("misprint", (citation.probable,), citation.printed, number)
            return
        known = self._numbered if citation.number else self._named
        fitting = [
            act
            for act in known.get(name_key(citation.number or citation.printed), ())
            if citation.last is None or act.signed is None or act.signed <= citation.last
        ]
        if len(fitting) > 1 and not citation.dated:
            yield _Finding("several-candidates", tuple(act.iri for act in fitting), citation.printed)
        elif citation.number:
            yield _Finding("unknown-number", printed=citation.printed)

    def _of_force(self, citation: _Citation, act: _Act) -> Iterator[_Finding]:
        if act.last_day is None:
            return
        last_day = act.last_day.isoformat()
        bounds = (None, None) if citation.sure else (citation.first, citation.last)
        if citation.first is not None and citation.first > act.last_day:
            yield _Finding("lapsed", (act.iri,), registered=last_day, bounds=bounds)
            return
        if not citation.sure and (citation.last is None or citation.last > act.last_day):
            yield _Finding("lapsed-perhaps", (act.iri,), registered=last_day, bounds=bounds)
        later = [day for day in _days_named(citation.sentence) if day > act.last_day]
        dates = self._dates_of(citation.sentence) if later else set()
        if later := [day for day in later if day.isoformat() not in dates]:
            yield _Finding("lapsed-on-day-named", (act.iri,), registered=last_day, day=min(later), bounds=bounds)

    def _dates_of(self, sentence: str) -> set[str]:
        """The dates of the acts that a sentence cites."""
        among = values("?sentence", [(Literal(sentence),)])
        return {row.get("date", "") for row in _rows(self._store, _DATED.replace("# among", among), self._iris)}


def _days_named(sentence: str) -> Iterator[date]:
    for match in _DAY.finditer(sentence):
        try:
            yield date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            continue


def _citations(store: Store, iris: Iris, among: str) -> Iterator[_Citation]:
    """The citations in the order of their IRIs; of one that says something twice always the same is taken."""
    told: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(store, _CITATIONS.replace("# among", among), iris):
        told[row["citation"]].append(row)
    for iri in sorted(told):
        rows = told[iri]
        row = rows[0] if len(rows) == 1 else min(rows, key=lambda each: sorted(each.items()))
        stated = row.get("held") or row.get("issued")
        first, last = periods.days(stated) if stated else (_day(row.get("notBefore")), _day(row.get("notAfter")))
        yield _Citation(
            iri=NamedNode(row["citation"]),
            act=NamedNode(row["act"]),
            number=row.get("number"),
            printed=row["as"],
            dated=row.get("date", ""),
            issuer=row.get("issuer"),
            probable=NamedNode(row["probable"]) if "probable" in row else None,
            sentence=row.get("sentence", ""),
            first=first,
            last=last,
            sure=stated is not None,
        )


def _rows(store: Store, query: str, iris: Iris) -> Iterator[dict[str, str]]:
    found = store.query(rebase(_PREFIXES + query, iris.base))
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        for row in found:
            yield {name: value.value for name in names if isinstance(value := row[name], NamedNode | Literal)}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write(out: QuadWriter, citation: _Citation, finding: _Finding, labels: dict[str, str], iris: Iris) -> None:
    code = iris.code("citation-finding", finding.code)
    iri = NamedNode(f"{iris.base}id/citation-finding/{citation.iri.value.rsplit('/', 1)[1]}-{finding.code}")
    out.types(iri, term(CDS, "CitationFinding"), term(DQV, "QualityAnnotation"))
    out.labels(iri, f"{citation.printed}: {labels.get(code.value, finding.code)}")
    out.link(iri, term(CDS, "citation"), citation.iri)
    out.link(iri, term(OA, "hasTarget"), citation.iri)
    out.link(iri, term(OA, "motivatedBy"), term(DQV, "qualityAssessment"))
    out.link(iri, term(CDS, "finding"), code)
    out.links(iri, term(CDS, "candidate"), finding.acts)
    out.text(iri, term(CDS, "printed"), finding.printed)
    out.text(iri, term(CDS, "registered"), finding.registered)
    out.day(iri, term(CDS, "dayNamed"), finding.day)
    out.day(iri, term(CDS, "notBefore"), finding.bounds[0])
    out.day(iri, term(CDS, "notAfter"), finding.bounds[1])
    out.links(iri, term(PROV, "wasDerivedFrom"), (citation.iri, *finding.acts))
