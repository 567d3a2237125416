"""What a tree-like syntax (JSON-LD, RDF/XML) says of a named subject, with where each word of it stands."""

from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking.places.subjects import Triple

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """A value under a property: its words as written, and where they stand; `name` is what they mean as one."""

    predicate: URIRef
    words: str
    name: Node | None
    range: Range


@dataclass(slots=True)
class Description:
    """One place where a subject is described: its name's range, and what is said there."""

    subject: Node
    range: Range
    said: list[Said] = field(default_factory=list)


def stated(descriptions: list[Description], triple: Triple) -> list[Range]:
    """Where a triple is stated: where its value's words stand, else the only value that its property has at all.

    A number may be written otherwise than it is in the data (`1` for `1.0E0`), and a blank node has no words.
    """
    subject, predicate, value = triple
    values = [
        said for each in descriptions if each.subject == subject for said in each.said if said.predicate == predicate
    ]
    exact = [
        said for said in values if (said.words == str(value) if isinstance(value, Literal) else said.name == value)
    ]
    return [said.range for said in exact or (values if len(values) == 1 else ())]
