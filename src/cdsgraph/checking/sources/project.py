"""The project's own files, read once for all checks over them; what cannot be read is a finding, not an end."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from rdflib import RDF, SH, Graph, URIRef

from cdsgraph.checking import rdffiles
from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources.rules import file_iri, finding
from cdsgraph.checking.sources.tokens import Block, Scanned
from cdsgraph.errors import CdsgraphError, RdfError
from cdsgraph.files import Files

KINDS: Final = {
    "ontology": "ontology/*.ttl",
    "context": "ontology/context.jsonld",
    "schemes": "data/schemes/*.ttl",
    "shapes": "shapes/*.ttl",
    "queries": "queries/**/*.rq",
    "register": "data/register/*.csv",
    "corrections": "data/corrections/*.csv",
    "rules": "data/rules/*.csv",
    "words": "data/words/*.csv",
    "documents": "data/documents/**/*",
    "cases": "tests/shapes/**/*",
}
_TURTLE: Final = ("ontology", "schemes", "shapes")


@dataclass(frozen=True)
class Source:
    """A file of the project: its path from the root, and its text."""

    path: str
    kind: str
    scanned: Scanned

    @property
    def iri(self) -> URIRef:
        """The file as a focus."""
        return file_iri(self.path)

    def place(self, start: int) -> Place:
        """The place of a character."""
        return Place(self.path, *self.scanned.place(start))


class Sources:
    """The project below a root: its Turtle, queries and context as text and as graphs."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.found: list[Result] = []  # what cannot be read
        self.vocabulary = rdffiles.DataGraph()  # the ontology and the schemes
        self.shapes = Graph(bind_namespaces="none")
        self.unread: set[str] = set()  # kinds of which a file cannot be read
        self._read = {kind: list(self._texts(kind)) for kind in (*_TURTLE, "queries", "context")}
        for number, source in enumerate(self.of(*_TURTLE)):
            graph = self.shapes if source.kind == "shapes" else self.vocabulary
            try:
                rdffiles.add(graph, source.scanned.text.encode(), files.root / source.path, mark=f"s{number}")
            except RdfError as error:
                self._unreadable("File-syntax", source.path, source.kind, error)

    def of(self, *kinds: str) -> list[Source]:
        """The files of some kinds that are text."""
        return [source for kind in kinds for source in self._read[kind]]

    def relative(self, path: Path | str) -> str:
        """A path from the root."""
        return Path(path).resolve().relative_to(self.files.root).as_posix()

    @cached_property
    def context(self) -> dict[str, Any]:
        """The JSON-LD context; empty where there is none that can be read."""
        for source in self.of("context"):
            try:
                told = json.loads(source.scanned.text)["@context"]
                return dict(told)
            except json.JSONDecodeError as error:
                wrong = RdfError(error.msg, line=error.lineno, column=error.colno)
            except (KeyError, TypeError, ValueError):
                wrong = RdfError("it holds no object @context")
            self._unreadable("File-syntax", source.path, "context", wrong)
        return {}

    @cached_property
    def blocks(self) -> dict[str, list[tuple[Source, Block]]]:
        """Every block of the Turtle files by its subject."""
        found: dict[str, list[tuple[Source, Block]]] = {}
        for source in self.of(*_TURTLE):
            for block in source.scanned.blocks:
                found.setdefault(block.subject, []).append((source, block))
        return found

    def place(self, subject: str, predicate: str | None = None) -> tuple[Place, ...]:
        """Where a subject's block stands, or in it a predicate; nothing where no file has it."""
        for source, block in self.blocks.get(subject, []):
            for token in block.tokens if predicate else ():
                is_type = predicate == str(RDF.type) and token == ("word", "a", token.start)
                if is_type or source.scanned.iri(token) == predicate:
                    return (source.place(token.start),)
            if not predicate or (source, block) == self.blocks[subject][-1]:
                return (source.place(block.start),)
        return ()

    @cached_property
    def codes_by_scheme(self) -> dict[str, set[str]]:
        """The notations of every scheme that has a file, by the name of the scheme."""
        found: dict[str, set[str]] = {}
        for source in self.of("schemes"):
            for subject in (block.subject for block in source.scanned.blocks):
                scheme, _, code = subject.partition("/def/")[2].partition("/")
                if scheme:
                    found.setdefault(scheme, set()).update([code] if code else [])
        return found

    @cached_property
    def declared(self) -> dict[str, str]:
        """The prefixes that shapes declare for their SPARQL."""
        pairs = ((self.shapes.value(each, SH.prefix), self.shapes.value(each, SH.namespace)) for each in self._declare)
        return {str(prefix): str(namespace) for prefix, namespace in pairs if prefix and namespace}

    @property
    def _declare(self) -> list[Any]:
        return list(self.shapes.objects(None, SH.declare))

    def _texts(self, kind: str) -> Iterator[Source]:
        for path in sorted(self.files.root.glob(KINDS[kind])):
            relative = self.relative(path)
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                told = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
                self._unreadable("File-text", relative, kind, CdsgraphError(told or "cannot be read"))
                continue
            source = Source(relative, kind, Scanned(text))
            if not unicodedata.is_normalized("NFC", text):
                self.found.append(finding("File-nfc", source.iri, source.place(_first_decomposed(text))))
            yield source

    def _unreadable(self, rule: str, path: str, kind: str, error: CdsgraphError) -> None:
        self.unread.add(kind)
        place = Place(path, error.line, error.column)
        self.found.append(finding(rule, file_iri(path), place, value=error.message, remedy=error.remedy))


def _first_decomposed(text: str) -> int:
    """The first character at which a text and its composed form part."""
    composed = unicodedata.normalize("NFC", text)
    return next((at for at, (one, other) in enumerate(zip(text, composed, strict=False)) if one != other), 0)
