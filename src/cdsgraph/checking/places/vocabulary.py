"""Where the project's own Turtle files say what they say: the ontology, the concept schemes and the shapes."""

import re
from functools import cache, cached_property
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Node

from cdsgraph.checking.places.found import Found
from cdsgraph.checking.places.inputs import every_position
from cdsgraph.checking.places.subjects import Triple
from cdsgraph.checking.report import Place
from cdsgraph.files import Files
from cdsgraph.vocab import DEFAULT_BASE


class Vocabulary:
    """The files, each read for its positions only when a term is looked for that it speaks of."""

    def __init__(self, files: Files, base: str) -> None:
        self._files = files
        self._base = base
        self._found = cache(self._read)

    def statement(self, triple: Triple) -> tuple[Place, ...]:
        """Where a triple is stated; `base` is that of its version, and the files are written for the default one."""
        subject, predicate, value = triple
        written = self._written(subject), predicate, self._written(value)
        return tuple(
            place for path in self._speaking_of(subject) for place in self._found(path).statements.get(written, ())
        )

    def node(self, node: Node) -> tuple[Place, ...]:
        """Where the block of a term begins."""
        written = self._written(node)
        found = (self._found(path).nodes.get(written) for path in self._speaking_of(node))
        return tuple(place for place in found if place is not None)[:1]

    def _speaking_of(self, node: Node) -> list[Path]:
        """The files that hold the last part of a term's IRI, however its beginning may be shortened there."""
        name = re.split(r"[/#]", str(node).rstrip("/#"))[-1]
        return [path for path, text in self._texts if name in text] if isinstance(node, URIRef) else []

    @cached_property
    def _texts(self) -> tuple[tuple[Path, str], ...]:
        folders = (self._files.ontology, self._files.schemes, self._files.shapes)
        paths = [path for folder in folders for path in sorted(folder.glob("*.ttl"))]
        return tuple((path, path.read_text(encoding="utf-8", errors="replace")) for path in paths)

    def _read(self, path: Path) -> Found:
        return every_position(path, self._files.shown(path))

    def _written(self, term: Node) -> Node:
        """A term as the files write it."""
        if self._base != DEFAULT_BASE and isinstance(term, URIRef) and term.startswith(self._base):
            rest = term.removeprefix(self._base)
            if rest.startswith(("id/", "def/", "graph/")):
                return URIRef(DEFAULT_BASE + rest)
        return term
