"""The terms of the ontology and the shapes, and the JSON-LD context, as their files tell them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import Literal, RdfFormat, Triple, parse

from cdsgraph import release
from cdsgraph.errors import DatasetError
from cdsgraph.files import Files
from cdsgraph.serving.rdf.descriptions import best
from cdsgraph.serving.served import Served
from cdsgraph.vocab import RDF, RDFS, SH, SKOS, rebase

_NAMES: Final = {RDFS + "label": "label", SKOS + "prefLabel": "label", SH + "name": "label"}
_TEXTS: Final = {
    SKOS + "definition": "definition", RDFS + "comment": "definition", SH + "description": "definition",
    SH + "message": "definition", SKOS + "scopeNote": "note", SKOS + "example": "example",
}  # fmt: skip
_PARENTS: Final = frozenset({RDFS + "subClassOf", RDFS + "subPropertyOf", SH + "targetClass"})


@dataclass(slots=True)
class Term:
    """A class, property or shape as its file describes it; texts by kind."""

    iri: str
    types: set[str] = field(default_factory=set)
    texts: dict[str, list[Literal]] = field(default_factory=dict)
    parents: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def text(self, kind: str, lang: str) -> str | None:
        """The text of a kind in a language, else in the other."""
        found = self.texts.get(kind)
        return best(found, lang) if found else None


@cache
def triples_of(folder: Path) -> tuple[Triple, ...]:
    """The statements of the Turtle files of a folder, each once. Raises DatasetError for a file that is none."""
    found: dict[Triple, None] = {}
    for path in sorted(folder.glob("*.ttl")):
        try:
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                found[quad.triple] = None
        except (OSError, SyntaxError) as error:
            raise DatasetError(f"not readable as Turtle: {error}", path=path) from error
    return tuple(found)


@cache
def terms(folder: Path) -> dict[str, Term]:
    """Every subject of the Turtle files of a folder that has a type, by IRI, in the order of the files."""
    found: dict[str, Term] = {}
    for triple in triples_of(folder):
        iri, value = str(getattr(triple.subject, "value", "")), triple.object
        term = found.setdefault(iri, Term(iri))
        predicate = triple.predicate.value
        if isinstance(value, Literal):
            if kind := _NAMES.get(predicate) or _TEXTS.get(predicate):
                term.texts.setdefault(kind, []).append(value)
        elif predicate == RDF + "type":
            term.types.add(str(getattr(value, "value", "")))
        elif predicate in _PARENTS:
            term.parents.append(str(getattr(value, "value", "")))
        elif predicate == SH + "property":
            term.parts.append(str(getattr(value, "value", "")))
    return {iri: term for iri, term in found.items() if term.types}


@cache
def context(files: Files, base: str) -> dict[str, Any]:
    """The JSON-LD context for a base: the value of `@context` in ontology/context.jsonld.

    Raises DatasetError when the file is missing or holds no context.
    """
    path = files.ontology / "context.jsonld"
    try:
        document = orjson.loads(rebase(path.read_text(encoding="utf-8"), base))
        value: dict[str, Any] = document["@context"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"no JSON-LD context: {error}", path=path) from error
    return value


def context_path(state: Served) -> str:
    """The address, on this server, of the context of the ontology's version, which never changes."""
    return f"/context/{release.ontology(state.files)}.jsonld"
