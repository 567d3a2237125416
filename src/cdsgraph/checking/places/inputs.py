"""Places in RDF files that were checked together: the files are read once more, and only when something was found."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from rdflib import BNode, Graph, URIRef

from cdsgraph.checking import rdffiles
from cdsgraph.checking.places import jsonld, rdfxml, turtle
from cdsgraph.checking.places.described import Description, stated
from cdsgraph.checking.places.found import Found, Wanted
from cdsgraph.checking.places.lines import Lines
from cdsgraph.checking.places.subjects import about
from cdsgraph.checking.report import Place, Result

_TURTLE: Final = (".ttl", ".trig", ".nt", ".nq", ".n3")
_BY_LINES: Final = (".nt", ".nq")
_SUBJECT: Final = re.compile(r"^[ \t]*(<[^>\n]*>|_:[^\s<]+)", re.MULTILINE)
_JSON: Final = (".jsonld", ".json")
_LONGEST: Final = 100_000_000  # bytes; of longer files only the name is told


class InputFiles:
    """RDF files and the graph that they were read to; paths are shown as they are given."""

    def __init__(self, paths: Iterable[Path], graph: Graph) -> None:
        self._paths = tuple(paths)
        self._graph = graph

    def places(self, results: Sequence[Result]) -> list[tuple[Place, ...]]:
        """The places of each result, in the same order. Raises RdfError where a file can no longer be read."""
        subjects = [about(self._graph, result) for result in results]
        wanted = Wanted.of(subjects)
        found = Found()
        for path, mark in rdffiles.marked(self._paths):
            found.take(search(rdffiles.content_of(path), path, str(path), wanted, mark=mark))
        return [found.places(each) for each in subjects]


def search(content: bytes, path: Path, shown: str, wanted: Wanted, *, mark: str) -> Found:
    """What is wanted and stands in the content of an RDF file; `shown` is what its places call the file.

    Only the file is told of what cannot be placed in it: blank nodes of JSON-LD and RDF/XML, N3's own constructs.
    """
    if len(content) <= _LONGEST:
        try:
            lines = Lines(content.decode())
            suffix = path.suffix.lower()
            if suffix in _TURTLE:
                return _positions(lines, path, shown, wanted, mark)
            descriptions = jsonld.descriptions if suffix in _JSON else rdfxml.descriptions
            found = _described(descriptions(lines.text, rdffiles.base_iri(path), mark), lines, shown, wanted)
        except (turtle.UnknownSyntaxError, UnicodeDecodeError, RecursionError, IndexError):
            found = Found()
    else:
        found = Found()
    _add_file(found, content, path, shown, wanted, mark)
    return found


def every_position(path: Path, shown: str) -> Found:
    """All that stands in a Turtle file; nothing where it cannot be read or is no Turtle."""
    try:
        return _positions(Lines(path.read_bytes().decode("utf-8-sig")), path, shown, None, "")
    except (OSError, UnicodeDecodeError, turtle.UnknownSyntaxError):
        return Found()


def _positions(lines: Lines, path: Path, shown: str, wanted: Wanted | None, mark: str) -> Found:
    found = Found()
    text, base = lines.text, rdffiles.base_iri(path)
    if wanted is not None and path.suffix.lower() in _BY_LINES and not _is_numbered(wanted, mark) and "\\u" not in text:
        found_there = _of_lines(text, base, mark, wanted)
    else:
        found_there = turtle.statements(text, base, mark)
    for each in found_there:
        if wanted is None or each.subject in wanted.nodes:
            found.add_node(each.subject, lines.between(shown, *each.subject_range), each.predicate)
            if wanted is None or each[:3] in wanted.statements:
                found.add_statement(each[:3], lines.between(shown, *each.object_range))
    return found


def _is_numbered(wanted: Wanted, mark: str) -> bool:
    """Whether a blank node is wanted that only its place among the others of the file tells."""
    return any(isinstance(node, BNode) and rdffiles.is_anonymous(node, mark) for node in wanted.nodes)


def _of_lines(text: str, base: str, mark: str, wanted: Wanted) -> Iterator[turtle.Statement]:
    """The statements about what is wanted, where each stands in a line of its own; no other line is taken apart."""
    names = {f"<{node}>" if isinstance(node, URIRef) else rdffiles.label(node, mark) for node in wanted.nodes}
    for match in _SUBJECT.finditer(text):
        if match[1] in names:
            end = text.find("\n", match.end())
            for each in turtle.statements(text[match.start() : end if end >= 0 else len(text)], base, mark):
                yield each.moved(match.start())


def _described(descriptions: Iterable[Description], lines: Lines, shown: str, wanted: Wanted) -> Found:
    found = Found()
    known = [each for each in descriptions if each.subject in wanted.nodes]
    for each in known:
        place = lines.between(shown, *each.range)
        for said in each.said:
            found.add_node(each.subject, place, said.predicate)
    for triple in sorted(wanted.statements):
        for at in stated(known, triple):
            found.add_statement(triple, lines.between(shown, *at))
    return found


def _add_file(found: Found, content: bytes, path: Path, shown: str, wanted: Wanted, mark: str) -> None:
    """For what stands in a file, but nobody knows where, the file itself."""
    for triple in rdffiles.triples(content, path, mark=mark):
        if triple[0] in wanted.nodes and triple[0] not in found.nodes:
            found.add_node(triple[0], Place(shown), triple[1])
        if triple in wanted.statements and triple not in found.statements:
            found.add_statement(triple, found.nodes.get(triple[0], Place(shown)))
