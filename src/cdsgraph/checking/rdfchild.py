"""Runs alone, in a process of its own: parses RDF from standard input and writes it as N-Quads to standard output.

    python -P rdfchild.py MEDIA_TYPE BASE_IRI MEMORY_MIB MOST_BYTES

The parsers of JSON-LD and RDF/XML, and those of nested triple terms, can be made to exhaust stack or memory; that ends
this process and no other. Exit code 65 (EX_DATAERR): one JSON object on standard error says what is wrong, and where.
"""

import json
import sys
from typing import BinaryIO, NoReturn

import pyoxigraph as ox

from cdsgraph.isolation import end_with_parent, limit_memory

MALFORMED = 65
TRIPLE_TERM_SAID = "a triple term (RDF 1.2), which SHACL does not know"


class _Bounded:
    """An output that takes so many bytes and no more."""

    def __init__(self, output: BinaryIO, most: int) -> None:
        self._output = output
        self._left = most

    def write(self, content: bytes) -> int:
        self._left -= len(content)
        if self._left < 0:
            _complain("it unfolds to more than can be checked", None, None)
        return self._output.write(content)

    def flush(self) -> None:
        self._output.flush()


def main(media_type: str, base_iri: str, memory_mib: str, most: str) -> None:
    """Parse standard input."""
    end_with_parent()
    content = sys.stdin.buffer.read()
    limit_memory(int(memory_mib))
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise ValueError(media_type)
    try:
        quads = (_flat(quad) for quad in ox.parse(content, rdf_format, base_iri=base_iri))
        output = _Bounded(sys.stdout.buffer, int(most))
        ox.serialize(quads, output, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
        output.flush()
    except SyntaxError as error:
        _complain(error.msg or str(error), error.lineno, error.offset)


def _flat(quad: ox.Quad) -> ox.Quad:
    if isinstance(quad.object, ox.Triple):
        _complain(TRIPLE_TERM_SAID, None, None)
    return quad


def _complain(message: str, line: int | None, column: int | None) -> NoReturn:
    sys.stderr.write(json.dumps({"message": message, "line": line, "column": column}))
    sys.exit(MALFORMED)


if __name__ == "__main__":
    main(*sys.argv[1:])
