"""RDF files to a store that can be asked, and quads to bytes that can be compared."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, Store, Triple, serialize

from cdsgraph.errors import RdfError

FORMATS: Final[Mapping[str, RdfFormat]] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".n3": RdfFormat.N3,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
_DECLARATION = re.compile(rb"@prefix ([^:]*): <[^>]*> \.\n")


def load_store(path: Path) -> Store:
    """A store in memory with the file's graphs; its default graph holds each triple of every graph once.

    The format follows from the suffix (`FORMATS`). Nothing is fetched: a JSON-LD context
    must stand in the file. Raises RdfError, with line and column where the file says no RDF.
    """
    rdf_format = rdf_format_of(path)
    store = Store()
    try:
        store.bulk_load(path=str(path), format=rdf_format, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise syntax_error(error, path) from error
    except (OSError, ValueError) as error:
        raise RdfError(f"the file cannot be read: {error}", path=path) from error
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def rdf_format_of(path: Path) -> RdfFormat:
    """The format of an RDF file by its suffix. Raises RdfError for a file that is missing or tells none."""
    rdf_format = FORMATS.get(path.suffix.lower())
    if not path.is_file():
        raise RdfError("no such file", path=path, remedy="name an RDF file, or build a version with `cdsgraph build`")
    if rdf_format is None:
        raise RdfError("the suffix tells no RDF format", path=path, remedy=f"use one of {', '.join(FORMATS)}")
    return rdf_format


def syntax_error(error: SyntaxError, path: Path) -> RdfError:
    """What the parser says of a file, with its place."""
    return RdfError(error.msg, path=path, line=error.lineno, column=error.offset)


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str], output: BytesIO | None = None) -> bytes:
    """The triples as Turtle that declares, in alphabetical order, only the prefixes it uses.

    `output` is written to first, for a buffer that refuses to grow too large.
    """
    output = output or BytesIO()
    serialize(triples, output, format=RdfFormat.TURTLE, prefixes=dict(prefixes))
    body = output.getvalue()
    start = 0
    declarations: dict[bytes, bytes] = {}
    while (match := _DECLARATION.match(body, start)) is not None:
        declarations[match[1]] = match[0]
        start = match.end()
    content = body[start:]
    used = [declarations[name] for name in sorted(declarations) if name + b":" in content]
    return b"".join([*used, content])


def canonical_nquads(quads: Iterable[Quad]) -> bytes:
    """The quads as N-Quads in UTF-8: each once, the lines in the order of their bytes, labels of blank nodes kept.

    Equal sets of quads without blank nodes give equal bytes.
    """
    output = BytesIO()
    serialize(quads, output, format=RdfFormat.N_QUADS)
    return b"".join(sorted(set(output.getvalue().splitlines(keepends=True))))
