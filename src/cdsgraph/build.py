"""The composition: documents and register to a dataset version."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import orjson
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import URIRef
from rdflib.term import Node

from cdsgraph import register as registers
from cdsgraph import reviewing
from cdsgraph.checking import evidence, rdffiles
from cdsgraph.errors import DatasetError, DocumentError, RdfError
from cdsgraph.files import Files
from cdsgraph.graph import derive, mapping, register_mapping, versions
from cdsgraph.graph import rules as rules_of_derivation
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.reading import corrections, loaders, metadata
from cdsgraph.reading.document import Document
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Entity, Reading, kind_of, number_record, record
from cdsgraph.reading.linking import Linker
from cdsgraph.register import Register
from cdsgraph.vocab import DEFAULT_BASE, Iris, rebase

_SHOWN = 10


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
    to_review: int
    failed: tuple[DocumentError, ...] = ()
    corrections_left: tuple[str, ...] = ()

    def told(self, *, verbose: bool = False) -> Iterator[str]:
        """What was made, a line each: counts, the first ten numbers not understood (all if `verbose`), the place."""
        facts = ", ".join(f"{count} {kind}" for kind, count in sorted(self.facts.items()))
        yield f"{self.documents} documents, {sum(self.facts.values())} facts ({facts}), {self.quads} quads"
        shown = self.not_understood if verbose else self.not_understood[:_SHOWN]
        if shown:
            yield f"{len(self.not_understood)} numbers seen but not understood:"
        for number in shown:
            yield f"  {number.file}:{number.line}:{number.column}  {number.words}"
        if len(shown) < len(self.not_understood):
            yield f"  … all of them in {self.version / versions.NUMBERS}, without a reason"
        if self.corrections_left:
            yield "reviewed decisions that no longer meet a fact; they are kept, look at them:"
        for left in self.corrections_left:
            yield f"  {left}"
        yield f"{self.to_review} names that the register does not know: see `cdsgraph review`"
        yield f"version {self.version.name} is current: {self.version}"


def read_documents(
    paths: list[Path],
    files: Files,
    register: Register,
    *,
    jobs: int = 1,
    failed: Callable[[DocumentError], object] | None = None,
) -> Iterator[Reading]:
    """What each document says, in the order of `paths`, each handed over as it is read.

    A document's record stands in the sources.csv of its folder, or among the project's own for the same text. With
    `jobs` above 1, that many processes read at once. What cannot be read is told to `failed` and left out; without it,
    the DocumentError of the first such file is raised.
    """
    for _, outcome in _outcomes(paths, files, register, jobs):
        if isinstance(outcome, Reading):
            yield outcome
        elif failed is None:
            raise outcome
        else:
            failed(outcome)


def _outcomes(
    paths: list[Path], files: Files, register: Register, jobs: int
) -> Iterator[tuple[Path, Reading | DocumentError]]:
    folders = dict.fromkeys([path.parent for path in paths])
    records = metadata.read([*folders, files.documents], files.rules)
    if jobs > 1 and len(paths) > 1:
        work = partial(_read_in_process, files, records)
        with ProcessPoolExecutor(jobs) as pool:
            yield from zip(paths, pool.map(work, paths, chunksize=max(1, len(paths) // (4 * jobs))), strict=True)
        return
    reader = Reader(register, files.rules)
    for path in paths:
        yield path, _outcome(reader, records, path)


def _outcome(reader: Reader, records: metadata.Records, path: Path) -> Reading | DocumentError:
    try:
        return reader.read(loaders.load(path, records))
    except DocumentError as error:
        return error


def _read_in_process(files: Files, records: metadata.Records, path: Path) -> Reading | DocumentError:
    return _outcome(_process_reader(files), records, path)


_NO_DOCUMENTS = frozenset({"notice.md", "readme.md", "sources.csv"})
_UNSEEN = (".", "~$")  # hidden files, and those Word keeps while a document is open
_READERS: dict[Path, Reader] = {}  # one compiled reader a process: compiling takes longer than reading


def _process_reader(files: Files) -> Reader:
    if files.root not in _READERS:
        _READERS[files.root] = Reader(registers.load(files), files.rules)
    return _READERS[files.root]


def document_paths(places: list[Path]) -> list[Path]:
    """The documents named by files and folders, each once, sorted within a folder.

    In a folder NOTICE.md, README.md, sources.csv, hidden files and the lock files of Word are no documents.
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


@contextmanager
def given(places: list[Path], stdin: BinaryIO) -> Iterator[list[Path]]:
    """The documents named by files and folders, and for "-" what comes in on `stdin`, kept in a file for the while.

    Raises DocumentError as `document_paths` does.
    """
    with TemporaryDirectory() as folder:
        spooled = Path(folder) / "stdin.txt"
        if Path("-") in places:
            with spooled.open("wb") as file:
                copyfileobj(stdin, file)
        yield document_paths([spooled if place == Path("-") else place for place in places])


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

    Documents that cannot be read are left out and listed, in the manifest too. Raises DocumentError when none can be
    read, or the CdsgraphError of the first other input that cannot be used; then nothing is written.
    """
    with versions.only_builder(out):
        progress("register")
        register = registers.load(files)
        iris = Iris(base)
        quads: set[Quad] = set(register_mapping.quads(register, iris)) | _vocabulary(files, iris)
        rules = rules_version(files)
        paths = document_paths([documents or files.documents])
        readings: list[Reading] = []
        failed: list[DocumentError] = []
        lines: list[bytes] = []
        slugs: dict[str, Path] = {}
        names = reviewing.Reviewer(register)
        unknown: list[reviewing.Unknown] = []
        reviewed = left = list(corrections.load(files.corrections))
        for path, outcome in _outcomes(paths, files, register, jobs):
            progress(path.name)
            reading = _unless_named_twice(outcome, path, slugs)
            if isinstance(reading, DocumentError):
                failed.append(reading)
                continue
            keys = [name.value.removeprefix(f"{base}id/") for name in mapping.fact_iris(reading, iris)]
            reading, met = corrections.apply(reading, keys, reviewed)
            left = [each for each in left if each not in met]
            linker = Linker(register, iris, reading.document, [f for f in reading.facts if isinstance(f, Entity)])
            quads |= set(mapping.quads(reading, linker, iris, rules_version=rules))
            lines += fact_lines(reading, iris)
            unknown += names.unknown(reading, linker)
            readings.append(reading)
        if not readings:
            raise none_read(failed)
        progress("derived graphs")
        quads |= derive.derive(quads, rules_of_derivation.load(files), iris)
        progress("checks")
        dataset = canonical_nquads(quads)
        _check_evidence(dataset, readings, iris)
        progress("writing")
        stale = tuple(f"{each.place} {each.key}" for each in left)
        told = {"base": base, "rules": rules, "failed": _listed(failed), "corrections_without_fact": stale}
        built = _write(out, dataset, lines, readings, unknown, told)
        return replace(built, failed=tuple(failed), corrections_left=stale)


def none_read(failed: list[DocumentError]) -> DocumentError:
    """The one error where every document failed."""
    if len(failed) == 1:
        return failed[0]
    told = "\n".join(map(str, failed))
    return DocumentError(f"none of {len(failed)} documents can be read\n{told}")


def _unless_named_twice(
    outcome: Reading | DocumentError, path: Path, slugs: dict[str, Path]
) -> Reading | DocumentError:
    if isinstance(outcome, DocumentError):
        return outcome
    slug = outcome.document.metadata.slug
    first = slugs.setdefault(slug, path)
    if first != path:
        return DocumentError(
            f"has the same name in IRIs as {first.name}: {slug}",
            path=path,
            remedy="give one of them another slug in sources.csv",
        )
    return outcome


def _listed(failed: list[DocumentError]) -> list[dict[str, Any]]:
    """What a manifest tells of documents that could not be read."""
    return [
        {"file": Path(error.path or "").name, "line": error.line, "error": error.message, "remedy": error.remedy}
        for error in failed
    ]


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
    unknown: list[reviewing.Unknown],
    told: dict[str, Any],
) -> Built:
    kinds = Counter(kind_of(fact) for reading in readings for fact in reading.facts)
    missing = tuple(n for reading in readings for n in _not_understood(reading))
    ledger = (line for reading in readings for line in number_lines(reading))
    contents = {versions.DATASET: dataset, "facts.jsonl": b"".join(lines), versions.NUMBERS: b"".join(ledger)}
    contents[versions.REVIEW] = reviewing.as_csv(unknown)
    for reading in readings:
        contents[f"documents/{versions.text_file(reading.document.name)}"] = reading.document.text.encode()
    counts: dict[str, Any] = {"quads": dataset.count(b"\n"), "documents": len(readings), **dict(sorted(kinds.items()))}
    inputs = {r.document.name: r.document.sha256 for r in readings}
    version = versions.write(out, contents, {**told, "counts": counts, "documents": inputs})
    versions.switch(out, version.name)
    return Built(version, counts["quads"], dict(kinds), len(readings), missing, len(unknown))


def _not_understood(reading: Reading) -> Iterator[NotUnderstood]:
    document: Document = reading.document
    for number in reading.numbers:
        if number.reason is None:
            line, column = document.place(number.span.start)
            yield NotUnderstood(document.name, line, column, number.span.of(document.text))
