"""RDF files to one rdflib graph: every format by its ending, errors with line and column, nothing fetched from afar.

What could end the process that parses it is parsed in a child process: JSON-LD, RDF/XML, and triple terms, which may be
nested. The other formats are flat or parsed without recursion.
"""

import codecs
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import OWL, BNode, Graph, Literal, URIRef
from rdflib.query import Result as QueryResult
from rdflib.term import Node

from cdsgraph import children
from cdsgraph.checking.rdfchild import MALFORMED, TRIPLE_TERM_SAID
from cdsgraph.checking.sparql import parsed
from cdsgraph.errors import RdfError
from cdsgraph.graph.dataset import FORMATS
from cdsgraph.vocab import XSD

MOST_BYTES: Final = 500_000_000  # of all files together; as a graph in memory they take some ten times as much
_AMBIGUOUS: Final = (".json", ".xml")  # endings of much that is no RDF: such files are read only where they are named
_FRAGILE: Final = (ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML)
_TRIPLE_TERM: Final = b"<<("
_CHILD: Final = Path(__file__).with_name("rdfchild.py")
_CHILD_SECONDS: Final = 60
_CHILD_MIB: Final = 2000
Term = URIRef | BNode | Literal
_STRING = XSD + "string"
# 128 bits; a file that was written by the same parser has such labels too.
_DRAWN = re.compile(r"[0-9a-f]{20,32}")
# "Parser error at line 1 between columns 1 and 6: … (line 1)": the error says the place itself.
_PLACE_IN_MESSAGE = re.compile(r"^Parser error at line [^:]*: | \(line \d+\)$")


class DataGraph(Graph):
    """A graph in memory that parses each query once: the engine asks the same question of every focus node."""

    def __init__(self) -> None:
        super().__init__(bind_namespaces="none")

    def query(self, query_object, *args, **kwargs) -> QueryResult:  # type: ignore[no-untyped-def]
        """As rdflib's Graph.query; a query given as text is parsed at its first use only."""
        return super().query(parsed(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs)


def read(paths: Iterable[Path]) -> DataGraph:
    """All files as one graph; named graphs are united.

    Raises RdfError with path, line and column for a file that is missing, of an unknown format, too large or not RDF.
    """
    graph, files = DataGraph(), tuple(paths)
    refuse_large(files)
    for path, mark in marked(files):
        add(graph, content_of(path), path, mark=mark)
    return graph


def marked(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each of several files with the mark that keeps its blank nodes apart from the others'."""
    return ((path, f"f{number}") for number, path in enumerate(paths))


def add(
    graph: Graph, content: bytes, path: Path, *, mark: str = "f0", base: str | None = None, guarded: bool = True
) -> None:
    """Add the triples of one file's content to the graph, as `triples` gives them.

    Raises RdfError with path, line and column.
    """
    try:
        with _quiet():
            found = triples(content, path, mark=mark, base=base, guarded=guarded)
            graph.addN((*triple, graph) for triple in found)
    except SyntaxError as error:
        raise as_rdf_error(error, path) from error


def triples(
    content: bytes, path: Path, *, mark: str, base: str | None = None, guarded: bool = True
) -> Iterator[tuple[Term, Term, Term]]:
    """The triples of one file's content in the order of its parser; `mark` keeps its blank nodes apart from others'.

    Relative IRIs are resolved against `base`, by default the file's own. A process that may die over its input does
    without a child process (`guarded`). Raises SyntaxError, RdfError for what exhausts its reader.
    """
    terms, rdf_format, base = _Terms(mark), _format(path), base or base_iri(path)
    if guarded and (rdf_format in _FRAGILE or _TRIPLE_TERM in content):
        content, rdf_format = _unfolded(content, rdf_format, base, path), ox.RdfFormat.N_QUADS
    for quad in ox.parse(content, rdf_format, base_iri=base):
        yield terms.node(quad.subject), terms.node(quad.predicate), terms.node(quad.object)


def base_iri(path: Path) -> str:
    """What the relative IRIs of a file are resolved against."""
    return path.resolve().as_uri()


def is_drawn(label: str) -> bool:
    """Whether a blank node's label is none of the file's: the parser's own, drawn anew at each reading."""
    return _DRAWN.fullmatch(label) is not None


def labelled(mark: str, label: str) -> BNode:
    """The blank node that a file calls by a label."""
    return BNode(f"{mark}.{label}")


def anonymous(mark: str, number: int) -> BNode:
    """The blank node that a file has no label for: its number among those, in the order of the triples, from 0."""
    return BNode(f"{mark}-{number}")


def is_anonymous(node: BNode, mark: str) -> bool:
    """Whether it is a blank node that the file with this mark has no label for."""
    return node.startswith(f"{mark}-")


def label(node: Node, mark: str) -> str:
    """What the file with this mark writes for a blank node of its own that has a label; nothing for other nodes."""
    own = str(node)[len(mark) + 1 :] if isinstance(node, BNode) and node.startswith(f"{mark}.") else ""
    return f"_:{own}" if own else ""


def content_of(path: Path) -> bytes:
    """The bytes of a file, without a byte order mark. Raises RdfError where it cannot be read."""
    try:
        return path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise RdfError(
            f"cannot be read: {error.strerror or error}",
            path=path,
            remedy="name an RDF file that can be read",
        ) from error


def refuse_large(paths: Iterable[Path]) -> None:
    """Raise RdfError at the file with which they are too much to be held in memory together."""
    left = MOST_BYTES
    for path in paths:
        left -= path.stat().st_size if path.is_file() else 0
        if left < 0:
            raise RdfError(
                f"more than the {MOST_BYTES // 1_000_000} MB that are checked at once",
                path=path,
                remedy="check it in parts",
            )


def not_fetched(graph: Graph, given: Graph | None = None) -> tuple[str, ...]:
    """A note on each owl:imports of a graph whose ontology is in neither it nor `given`: nothing is fetched."""
    return tuple(
        f"{name} is imported and was not read\n  remedy: if its statements are needed, name a file that holds them too"
        for name in sorted({str(each) for each in graph.objects(None, OWL.imports)})
        if not any((URIRef(name), None, None) in each for each in (graph, given or graph))
    )


def inside(folder: Path) -> list[Path]:
    """The RDF files in a folder and below, sorted; hidden ones are left out, and what only may be RDF (.json, .xml)."""
    endings = FORMATS.keys() - set(_AMBIGUOUS)
    found = sorted(each for each in folder.rglob("*") if each.suffix.lower() in endings and each.is_file())
    return [each for each in found if not any(part[0] == "." for part in each.relative_to(folder).parts)]


def expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and in place of each folder those in it. Raises RdfError for a folder without any."""
    for path in paths:
        found = inside(path) if path.is_dir() else [path]
        if not found:
            raise RdfError("no RDF file in this folder", path=path, remedy=f"name files: {' '.join(sorted(FORMATS))}")
        yield from found


def _unfolded(content: bytes, rdf_format: ox.RdfFormat, base: str, path: Path) -> bytes:
    """The content as N-Quads, parsed where a crash cannot take this process down."""
    ended = children.run(
        _CHILD, rdf_format.media_type, base, str(_CHILD_MIB), str(MOST_BYTES), seconds=_CHILD_SECONDS, given=content
    )
    if ended.code == 0:
        return ended.output
    remedy = "nest it less deeply, declare no entities in entities, or convert it to N-Triples"
    if ended.code is None:
        raise RdfError(f"not read within {_CHILD_SECONDS} seconds", path=path, remedy=remedy)
    if ended.code != MALFORMED:
        raise RdfError("nested too deeply or unfolding to too much: it exhausts its reader", path=path, remedy=remedy)
    told = json.loads(ended.complaint)
    raise as_rdf_error(SyntaxError(told["message"], (None, told["line"], told["column"], None)), path)


def _format(path: Path) -> ox.RdfFormat:
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise RdfError(
            f"no RDF format has the ending '{path.suffix}'", path=path, remedy=f"use one of {' '.join(FORMATS)}"
        ) from None


def as_rdf_error(error: SyntaxError, path: Path) -> RdfError:
    """What the parser says of a file, with path, line, column and a remedy."""
    message = error.msg or str(error)
    if "remote context" in message or "LoadDocumentCallback" in message:
        return RdfError(
            "the JSON-LD context lies elsewhere, and nothing is fetched",
            path=path,
            remedy="write the context into the file under @context",
        )
    if message == TRIPLE_TERM_SAID:
        return RdfError(message, path=path, remedy="say it by reified statements, or leave it out of the check")
    return RdfError(
        f"not {_format(path).name}: {_PLACE_IN_MESSAGE.sub('', message)}",
        path=path,
        line=error.lineno,
        column=error.offset,
        remedy="mend the file at that place, or give it the ending of the format it is in",
    )


class _Terms:
    """Turns parsed terms into rdflib's, each IRI and literal once."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._anonymous = 0
        self._made: dict[object, Term] = {}

    def node(self, term: object) -> Term:
        made = self._made.get(term)
        if made is None:
            made = self._made[term] = self._make(term)
        return made

    def _make(self, term: object) -> Term:
        if isinstance(term, ox.NamedNode):
            return URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            if not is_drawn(term.value):
                return labelled(self._mark, term.value)
            self._anonymous += 1
            return anonymous(self._mark, self._anonymous - 1)
        if isinstance(term, ox.Literal):
            if term.language:
                return Literal(term.value, lang=term.language)
            datatype = term.datatype.value
            return Literal(term.value, datatype=None if datatype == _STRING else URIRef(datatype), normalize=False)
        raise SyntaxError(TRIPLE_TERM_SAID)


@contextmanager
def _quiet() -> Iterator[None]:
    # rdflib logs a stack trace for every literal that does not fit its datatype; the report names them instead.
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
