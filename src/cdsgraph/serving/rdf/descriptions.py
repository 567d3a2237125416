"""Which triples describe a thing, and reading them by subject and predicate.

A description holds the thing's own statements, those of its `#…` fragments and of its evidence (span, selector,
sentence, register entry), the records that point to it with theirs, the things that name it as their whole, and the
names of every other IRI in it, properties too. Records are bounded, newest first, so that a code used by a
hundred thousand figures still has a short description.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.rdf.gathering import Wanted, gathered
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, PROV, RDF, RDFS, SCHEMA, SKOS

RECORD_LIMIT: Final = 200
TYPE: Final = RDF + "type"
PREF_LABEL: Final = SKOS + "prefLabel"
LABEL: Final = RDFS + "label"


def _steps(first: str, *second: str) -> tuple[tuple[str, str], ...]:
    """Paths of two of our properties."""
    return tuple((CDS + first, CDS + name) for name in second)


# Class of record, the properties (or two in a row) by which it points to what it tells about, the date of its order.
_RECORDS: Final[tuple[tuple[str, tuple[str | tuple[str, str], ...], str | None], ...]] = (
    (
        CDS + "Figure",
        tuple(CDS + name for name in ("about", "indicator", "act", "attributedTo", "basis", "source", "pillar")),
        CDS + "asOf",
    ),
    (CDS + "FunctionTransfer", (CDS + "fromOrganisation", CDS + "toOrganisation", CDS + "function"), None),
    (ORG + "ChangeEvent", (ORG + "originalOrganization", ORG + "resultingOrganization"), None),
    (CDS + "Responsibility", (CDS + "responsibleBody", CDS + "function", CDS + "act"), None),
    (
        CDS + "OfficeHolding",
        (ORG + "member", ORG + "organization", ORG + "role", CDS + "source"),
        CDS + "attestedOn",
    ),
    (
        CDS + "Task",
        tuple(CDS + name for name in ("assignee", "coordinator", "assigner", "assignedAt", "taskStatus")),
        CDS + "statedOn",
    ),
    (SCHEMA + "Event", (SCHEMA + "organizer", SCHEMA + "attendee", CDS + "chair"), CDS + "periodStart"),
    (CDS + "Statement", (RDF + "subject", RDF + "object"), CDS + "holdsFrom"),
    (CDS + "Theme", (CDS + "themeOf",), None),
    (CDS + "Citation", (CDS + "cited", CDS + "probableAct", CDS + "source", CDS + "stage"), None),
    (CDS + "Mention", (OA + "hasBody",), None),
    (ELI + "LegalResource", (DCTERMS + "replaces", ELI + "amends", ELI + "repeals"), ELI + "date_document"),
    # What is worked out of those.
    (CDS + "TargetAssessment", (CDS + "target", CDS + "latestFigure", *_steps("target", "indicator", "act")), None),
    (
        CDS + "TargetRelation",
        (CDS + "laterTarget", CDS + "earlierTarget", *_steps("laterTarget", "indicator", "act")),
        None,
    ),
    (CDS + "FigureComparison", (CDS + "left", CDS + "right", *_steps("left", "indicator")), None),
    (CDS + "SideBySide", (CDS + "leftIndicator", CDS + "rightIndicator", OA + "hasTarget"), None),
    (CDS + "AmbiguityFlag", (CDS + "flags", CDS + "ambiguity"), None),
    (CDS + "CitationFinding", (CDS + "citation", CDS + "candidate", CDS + "finding"), None),
    (CDS + "StatedShare", (CDS + "part", CDS + "whole", CDS + "percentFigure"), None),
    (CDS + "StatedSum", (CDS + "part", CDS + "total"), None),
    (CDS + "StatedRemainder", (CDS + "part", CDS + "whole", CDS + "remainder"), None),
    (CDS + "StatedChange", (CDS + "changeFigure", CDS + "endFigure", CDS + "startFigure"), None),
    (CDS + "LedgerEntry", (CDS + "task", CDS + "completion"), None),
    (
        CDS + "TaskResponsibility",
        tuple(CDS + name for name in ("task", "assignedBody", "answeringBody", "candidateBody", "function")),
        None,
    ),
    (CDS + "IndicatorEnd", (CDS + "indicator", CDS + "endReason"), CDS + "lastDay"),
    (CDS + "ReportedSeries", (CDS + "indicator", CDS + "point", CDS + "reportingLine"), None),
    (CDS + "Coverage", (CDS + "coverageOf",), None),
)
# Things that name it as their whole, maker, list or predecessor: the link and their name are told, no more.
_PARTS: Final = (
    ORG + "unitOf",
    ORG + "subOrganizationOf",
    ELI + "passed_by",
    SKOS + "inScheme",
    CDS + "successor",
    CDS + "mergedInto",
    CDS + "operatedBy",
    CDS + "approvedBy",
)


@dataclass(frozen=True, slots=True)
class Description:
    """The triples that describe one thing, each once and in order, read by subject and predicate."""

    iri: str
    triples: tuple[Triple, ...]
    _index: dict[str, dict[str, list[NamedNode | Literal]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for triple in self.triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                index.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
        object.__setattr__(self, "_index", index)

    def __bool__(self) -> bool:
        """Whether anything is said about the thing itself."""
        return self.iri in self._index

    def subjects(self, kind: str | None = None) -> Iterator[str]:
        """Every subject, or those of a class, in order."""
        for subject in self._index:
            if kind is None or self.has(subject, TYPE, kind):
                yield subject

    def statements(self, subject: str) -> dict[str, list[NamedNode | Literal]]:
        """Predicate to values of one subject."""
        return self._index.get(subject, {})

    def values(self, subject: str, predicate: str) -> list[NamedNode | Literal]:
        """The values of one property of one subject."""
        return self._index.get(subject, {}).get(predicate, [])

    def value(self, subject: str, predicate: str) -> str | None:
        """The first value as a string, if there is one."""
        found = self.values(subject, predicate)
        return found[0].value if found else None

    def has(self, subject: str, predicate: str, value: str) -> bool:
        """Whether a subject has an IRI or string as a value."""
        return any(each.value == value for each in self.values(subject, predicate))

    def pointing(self, kind: str, predicate: str, target: str | None = None) -> list[str]:
        """The subjects of a class that point to the thing (or to `target`) by a property."""
        wanted = target or self.iri
        return [subject for subject in self.subjects(kind) if self.has(subject, predicate, wanted)]

    def label(self, iri: str, lang: str) -> str | None:
        """The name of an IRI in a language, else in the other, else without one."""
        return self.text(iri, PREF_LABEL, lang) or self.text(iri, LABEL, lang)

    def text(self, subject: str, predicate: str, lang: str) -> str | None:
        """The value of a property in a language, else in the other, else without one."""
        found = self.values(subject, predicate)
        return best(found, lang) if found else None


def best(values: Sequence[NamedNode | Literal], lang: str) -> str:
    """The value in a language, else in Vietnamese, else the first."""
    literals = [value for value in values if isinstance(value, Literal)]
    for wanted in (lang, "vi", None):
        for value in literals:
            if value.language == wanted:
                return value.value
    return values[0].value


async def describe(engine: Engine, iri: str) -> Description:
    """The description of a thing; empty when nothing is said about it. Raises what the engine raises."""
    if not is_iri(iri):
        return Description(iri, ())
    triples = await gathered(engine, _wanted(iri))
    if not any(isinstance(t.subject, NamedNode) and t.subject.value == iri for t in triples):
        return Description(iri, ())
    return await named(engine, iri, triples)


async def named(engine: Engine, iri: str, triples: Iterable[Triple]) -> Description:
    """The triples with the names of every IRI among them, as the description of `iri`."""
    told = set(triples)
    known = {t.subject for t in told if t.predicate.value in (PREF_LABEL, LABEL)}
    seen = {node for t in told for node in (t.subject, t.predicate, t.object) if isinstance(node, NamedNode)}
    seen -= known
    seen.add(NamedNode(iri))
    told.update(await names(engine, sorted(node.value for node in seen)))
    return Description(iri, tuple(sorted(told, key=lambda t: _order(t, iri))))


async def names(engine: Engine, iris: Sequence[str]) -> list[Triple]:
    """The preferred names of IRIs, or the labels of those that have no preferred name."""
    found: list[Triple] = []
    for at in range(0, len(iris), 500):
        values = " ".join(f"<{iri}>" for iri in iris[at : at + 500])
        found += await engine.construct(
            f"CONSTRUCT {{ ?thing ?property ?name }} WHERE {{ VALUES ?thing {{ {values} }} "
            f"{{ ?thing <{PREF_LABEL}> ?name . BIND(<{PREF_LABEL}> AS ?property) }} UNION "
            f"{{ ?thing <{LABEL}> ?name . BIND(<{LABEL}> AS ?property) "
            f"FILTER NOT EXISTS {{ ?thing <{PREF_LABEL}> ?preferred }} }} }}"
        )
    return found


def is_iri(text: str) -> bool:
    """Whether a text may stand between angle brackets in a query."""
    if any(char in text for char in '<>"{}|\\^`') or any(ord(char) <= 0x20 for char in text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _order(triple: Triple, root: str) -> tuple[bool, str, str, str]:
    subject = str(triple.subject)
    return not subject.startswith(f"<{root}"), subject, triple.predicate.value, str(triple.object)


async def statements(engine: Engine, iris: Sequence[str]) -> list[Triple]:
    """What is said of each of some things itself."""
    return await gathered(engine, Wanted(things=iris))


def _wanted(iri: str) -> Wanted:
    """What describes a thing, all but the names."""
    root = f"<{iri}>"
    evidence = f"<{PROV}wasDerivedFrom>"
    selector, sentence = f"<{OA}hasSelector>", f"<{CDS}inSentence>"
    return Wanted(
        things=[iri],
        patterns=[
            f'{root} ?link ?subject . FILTER(STRSTARTS(STR(?subject), "{iri}#"))',
            *(
                f"{root} {path} ?subject"
                for path in (
                    evidence,
                    f"{evidence}/{selector}",
                    f"{evidence}/{sentence}",
                    f"{evidence}/{sentence}/{selector}",
                )
            ),
        ],
        queries=[
            *(_records(root, *row) for row in _RECORDS),
            f"SELECT ?subject WHERE {{ ?subject {evidence} {root} }} ORDER BY ?subject LIMIT {RECORD_LIMIT}",
        ],
        links=[
            f"{{ SELECT ?subject WHERE {{ ?subject <{link}> {root} }} ORDER BY ?subject LIMIT {RECORD_LIMIT} }} "
            f"BIND(<{link}> AS ?property) BIND({root} AS ?value)"
            for link in _PARTS
        ],
    )


def _records(root: str, kind: str, links: Sequence[str | tuple[str, str]], dated_by: str | None) -> str:
    paths = (f"<{link}>" if isinstance(link, str) else "/".join(f"<{step}>" for step in link) for link in links)
    pattern = f"?subject {'|'.join(paths)} {root} ; a <{kind}> ."
    if dated_by is None:
        return f"SELECT DISTINCT ?subject WHERE {{ {pattern} }} ORDER BY ?subject LIMIT {RECORD_LIMIT}"
    return (
        f"SELECT ?subject (MAX(?date) AS ?newest) WHERE {{ {pattern} OPTIONAL {{ ?subject <{dated_by}> ?date }} }} "
        f"GROUP BY ?subject ORDER BY DESC(?newest) ?subject LIMIT {RECORD_LIMIT}"
    )
