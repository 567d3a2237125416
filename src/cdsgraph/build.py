"""The composition: documents and register to a dataset version."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import URIRef
from rdflib.term import Node

from cdsgraph import register as registers
from cdsgraph.checking import evidence, rdffiles
from cdsgraph.errors import DatasetError, DocumentError, RdfError
from cdsgraph.files import Files
from cdsgraph.graph import mapping, register_mapping, versions
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.reading import corrections, loaders, metadata
from cdsgraph.reading.corrections import Correction
from cdsgraph.reading.document import Document
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Entity, Reading, kind_of, number_record, record
from cdsgraph.reading.linking import Linker
from cdsgraph.register import Register
from cdsgraph.vocab import DEFAULT_BASE, Iris, rebase


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A number in a text that is neither a fact nor a known non-quantity; line and column count from 1."""

    file: str
    line: int
    column: int
    words: str


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made; `corrections_left` are the reviewed decisions that met no fact, as "file:line fact"."""

    version: Path
    quads: int
    facts: dict[str, int]
    documents: int
    not_understood: tuple[NotUnderstood, ...]
    corrections_left: tuple[str, ...] = ()


def read_documents(paths: list[Path], files: Files, register: Register, *, jobs: int = 1) -> Iterator[Reading]:
    """What each document says, in the order of `paths`.

    A document's record stands in the sources.csv of its folder, or among the project's own for the same text. With
    `jobs` above 1, that many processes read at once. Raises DocumentError for the first file that cannot be read.
    """
    folders = dict.fromkeys([path.parent for path in paths])
    records = metadata.read([*folders, files.documents], files.rules)
    if jobs > 1 and len(paths) > 1:
        work = partial(_read_in_process, files, records)
        with ProcessPoolExecutor(jobs) as pool:
            yield from pool.map(work, paths, chunksize=max(1, len(paths) // (4 * jobs)))
        return
    reader = Reader(register, files.rules)
    for path in paths:
        yield reader.read(loaders.load(path, records))


def _read_in_process(files: Files, records: metadata.Records, path: Path) -> Reading:
    return _process_reader(files).read(loaders.load(path, records))


_NO_DOCUMENTS = frozenset({"notice.md", "readme.md"})
_UNSEEN = (".", "~$")  # hidden files, and those Word keeps while a document is open
_READERS: dict[Path, Reader] = {}  # one compiled reader a process: compiling takes longer than reading


def _process_reader(files: Files) -> Reader:
    if files.root not in _READERS:
        _READERS[files.root] = Reader(registers.load(files), files.rules)
    return _READERS[files.root]


def document_paths(places: list[Path]) -> list[Path]:
    """The documents named by files and folders, each once, sorted within a folder.

    In a folder NOTICE.md, README.md, hidden files and the lock files of Word are no documents.
    Raises DocumentError for a place that does not exist or a folder without documents.
    """
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            inside = sorted(p for p in place.rglob("*") if p.is_file() and p.suffix.lower() in loaders.SUFFIXES)
            inside = [p for p in inside if p.name.casefold() not in _NO_DOCUMENTS and not p.name.startswith(_UNSEEN)]
            if not inside:
                kinds = ", ".join(sorted(loaders.SUFFIXES))
                raise DocumentError("the folder holds no documents", path=place, remedy=f"put files in it: {kinds}")
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise DocumentError("no such file or folder", path=place, remedy="check the path")
    return list({path.resolve(): path for path in found}.values())


def rules_version(files: Files) -> str:
    """Eight hexadecimal digits that change with any word list of the reading rules or table of the register."""
    digest = sha256()
    for path in sorted([*files.rules.glob("*.csv"), *files.register.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def build(
    files: Files,
    out: Path,
    *,
    documents: Path | None = None,
    base: str = DEFAULT_BASE,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Built:
    """Read the documents, map them, check the evidence, write the version and make it current.

    Raises the CdsgraphError of the first input that cannot be used; then nothing is written.
    """
    with versions.only_builder(out):
        progress("register")
        register = registers.load(files)
        iris = Iris(base)
        quads: set[Quad] = set(register_mapping.quads(register, iris)) | _vocabulary(files, iris)
        rules = rules_version(files)
        paths = document_paths([documents or files.documents])
        readings: list[Reading] = []
        lines: list[bytes] = []
        slugs: dict[str, Path] = {}
        reviewed = left = list(corrections.load(files.corrections))
        for path, reading in zip(paths, read_documents(paths, files, register, jobs=jobs), strict=True):
            progress(path.name)
            slug = reading.document.metadata.slug
            if slug in slugs:
                raise DocumentError(
                    f"has the same name in IRIs as {slugs[slug].name}: {slug}",
                    path=path,
                    remedy="give one of them another slug in sources.csv",
                )
            slugs[slug] = path
            keys = [name.value.removeprefix(f"{base}id/") for name in mapping.fact_iris(reading, iris)]
            reading, met = corrections.apply(reading, keys, reviewed)
            left = [each for each in left if each not in met]
            linker = Linker(register, iris, reading.document, [f for f in reading.facts if isinstance(f, Entity)])
            quads |= set(mapping.quads(reading, linker, iris, rules_version=rules))
            lines += fact_lines(reading, iris)
            readings.append(reading)
        progress("checks")
        dataset = canonical_nquads(quads)
        _check_evidence(dataset, readings, iris)
        progress("writing")
        return _write(out, dataset, lines, readings, base, rules, left)


def fact_lines(reading: Reading, iris: Iris) -> list[bytes]:
    """The facts of a document as JSON lines, each with its IRI."""
    named = zip(reading.facts, mapping.fact_iris(reading, iris), strict=True)
    return [orjson.dumps(record(fact, reading.document, iri=iri.value)) + b"\n" for fact, iri in named]


def number_lines(reading: Reading) -> list[bytes]:
    """The numbers of a document that are no quantities as JSON lines, each with what it is."""
    return [orjson.dumps(number_record(number, reading.document)) + b"\n" for number in reading.numbers]


def _vocabulary(files: Files, iris: Iris) -> set[Quad]:
    """The ontology and the concept schemes, each in its graph. Raises RdfError with path and line."""
    found: set[Quad] = set()
    for graph, folder in (("ontology", files.ontology), ("register", files.schemes)):
        for path in sorted(folder.glob("*.ttl")):
            try:
                text = rebase(path.read_text(encoding="utf-8"), iris.base)
                found |= {
                    Quad(t.subject, t.predicate, t.object, iris.graph(graph))
                    for t in parse(text, format=RdfFormat.TURTLE)
                }
            except SyntaxError as error:
                raise rdffiles.as_rdf_error(error, path) from error
            except UnicodeDecodeError as error:
                raise RdfError("not UTF-8 text", path=path, remedy="save the file as UTF-8") from error
    return found


def _check_evidence(dataset: bytes, readings: list[Reading], iris: Iris) -> None:
    graph = rdffiles.DataGraph()
    rdffiles.add(graph, dataset, Path(versions.DATASET))
    texts: dict[Node, str] = {URIRef(iris.source(r.document.metadata.slug).value): r.document.text for r in readings}
    found = evidence.check(graph, texts)
    if found:
        first = f"{found[0].focus}: {found[0].message('en')}"
        raise DatasetError(f"{len(found)} statements without sound evidence, so nothing was written; first: {first}")


def _write(
    out: Path,
    dataset: bytes,
    lines: list[bytes],
    readings: list[Reading],
    base: str,
    rules: str,
    left: list[Correction],
) -> Built:
    kinds = Counter(kind_of(fact) for reading in readings for fact in reading.facts)
    missing = tuple(n for reading in readings for n in _not_understood(reading))
    ledger = (line for reading in readings for line in number_lines(reading))
    contents = {versions.DATASET: dataset, "facts.jsonl": b"".join(lines), versions.NUMBERS: b"".join(ledger)}
    for reading in readings:
        contents[f"documents/{versions.text_file(reading.document.name)}"] = reading.document.text.encode()
    counts: dict[str, Any] = {"quads": dataset.count(b"\n"), "documents": len(readings), **dict(sorted(kinds.items()))}
    inputs = {r.document.name: r.document.sha256 for r in readings}
    stale = [f"{each.place} {each.key}" for each in left]
    told = {"base": base, "rules": rules, "counts": counts, "documents": inputs, "corrections_without_fact": stale}
    version = versions.write(out, contents, told)
    versions.switch(out, version.name)
    return Built(version, counts["quads"], dict(kinds), len(readings), missing, tuple(stale))


def _not_understood(reading: Reading) -> Iterator[NotUnderstood]:
    document: Document = reading.document
    for number in reading.numbers:
        if number.reason is None:
            line, column = document.place(number.span.start)
            yield NotUnderstood(document.name, line, column, number.span.of(document.text))
