"""What a thing is related to, by relation and direction: how many things, and the first of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.descriptions import Description, is_iri, names
from cdsgraph.vocab import CDS, OA, PROV, QB, RDF, SCHEMA, SKOS

SHOWN: Final = 24  # things of one relation
_RELATIONS: Final = 40
# How the data came about and how they are written, not what they tell: last in lists, left out of drawings.
_TECHNICAL: Final = frozenset(
    {
        PROV + "wasDerivedFrom", PROV + "wasGeneratedBy", PROV + "used", OA + "hasSource", OA + "hasTarget",
        OA + "hasBody", OA + "hasSelector", QB + "dataSet", SKOS + "topConceptOf", SKOS + "hasTopConcept",
        SCHEMA + "mentions",
        *(
            CDS + name
            for name in (
                "certainty", "byRule", "qualifier", "asOfBasis", "comparator", "inSentence", "unit", "citingSource",
                "latest", "horizon", "reviewDecision", "targetKind",
            )
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A related thing: IRI, name, what it is in a word, and its page."""

    iri: str
    name: str
    kind: str
    href: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A property that leads from the thing, or to it (`inward`): its name, how many things, the first, their query."""

    predicate: str
    inward: bool
    name: str
    total: int
    neighbours: list[Neighbour]
    query: str
    technical: bool


async def relations(engine: Engine, iri: str, reader: Reader) -> list[Relation]:
    """The relations of a thing to things of the dataset, those that tell most first. `iri` can stand in a query."""
    counted = await engine.select(_counts(iri, reader.base))
    found = [
        (row["relation"]["value"], row["way"]["value"] == "in", int(row["total"]["value"]))
        for row in counted
        if row.get("relation")
    ]
    found.sort(key=lambda each: (each[0] in _TECHNICAL, each[1], each[0]))
    found = found[:_RELATIONS]
    if not found:
        return []
    rows = await engine.select(_members(iri, reader.base, [(predicate, inward) for predicate, inward, _ in found]))
    members: dict[int, list[str]] = {}
    for row in rows:
        members.setdefault(int(row["place"]["value"]), []).append(row["other"]["value"])
    told = Description("", tuple(await names(engine, sorted({other for each in members.values() for other in each}))))
    return [
        Relation(
            predicate,
            inward,
            _name(predicate, reader),
            total,
            [_neighbour(other, told, reader) for other in members.get(place, [])],
            _all(iri, predicate, inward=inward),
            predicate in _TECHNICAL,
        )
        for place, (predicate, inward, total) in enumerate(found)
    ]


def _name(predicate: str, reader: Reader) -> str:
    return reader.term_name(predicate)


def _neighbour(iri: str, told: Description, reader: Reader) -> Neighbour:
    name = told.label(iri, reader.lang) or reader.local_name(iri)
    area, _, rest = iri.removeprefix(reader.base).partition("/")
    key = f"relations.one.{rest.partition('/')[0]}" if area == "id" else f"relations.one.{area}"
    return Neighbour(iri, name, str(reader.word(key)) if words.has_word(key) else "", reader.href(iri) or iri)


def _ours(base: str) -> str:
    """A filter that keeps things of the dataset, which have pages of their own."""
    return (
        f'FILTER(isIRI(?other) && STRSTARTS(STR(?other), "{base}") && !CONTAINS(STR(?other), "#") '
        f'&& !STRSTARTS(STR(?other), "{CDS}"))'
    )


def _counts(iri: str, base: str) -> str:
    return (
        f"SELECT ?relation ?way (COUNT(DISTINCT ?other) AS ?total) WHERE {{ "
        f"{{ <{iri}> ?relation ?other . BIND('out' AS ?way) }} UNION "
        f"{{ ?other ?relation <{iri}> . BIND('in' AS ?way) }} "
        f"FILTER(?other != <{iri}> && ?relation != <{RDF}type>) {_ours(base)} }} GROUP BY ?relation ?way"
    )


def _members(iri: str, base: str, wanted: Sequence[tuple[str, bool]]) -> str:
    parts = (
        f"{{ {{ SELECT DISTINCT ?other WHERE {{ {_pattern(iri, predicate, inward=inward)} FILTER(?other != <{iri}>) "
        f"{_ours(base)} }} ORDER BY ?other LIMIT {SHOWN} }} BIND({place} AS ?place) }}"
        for place, (predicate, inward) in enumerate(wanted)
        if is_iri(predicate)
    )
    return f"SELECT ?place ?other WHERE {{ {' UNION '.join(parts)} }} ORDER BY ?place ?other"


def _pattern(iri: str, predicate: str, *, inward: bool) -> str:
    return f"?other <{predicate}> <{iri}> ." if inward else f"<{iri}> <{predicate}> ?other ."


def _all(iri: str, predicate: str, *, inward: bool) -> str:
    """The query that a reader is given for every thing of a relation."""
    return (
        f"PREFIX skos: <{SKOS}>\n\nSELECT DISTINCT ?other ?name\nWHERE {{\n"
        f"  {_pattern(iri, predicate, inward=inward)}\n"
        "  OPTIONAL { ?other skos:prefLabel ?name }\n}\nORDER BY ?name ?other\nLIMIT 10000"
    )
