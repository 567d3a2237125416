"""The composition: documents and register to a dataset version."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import URIRef
from rdflib.term import Node

from cdsgraph import register as registers
from cdsgraph import reviewing
from cdsgraph.checking import evidence, publication, rdffiles
from cdsgraph.errors import DatasetError, DocumentError, RdfError
from cdsgraph.files import Files
from cdsgraph.graph import derive, hedges, mapping, register_mapping, versions
from cdsgraph.graph import rules as rules_of_derivation
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.settling import settled
from cdsgraph.reading import corpus, corrections
from cdsgraph.reading.facts import Entity, Reading, kind_of, number_record, record
from cdsgraph.reading.linking import Linker
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
    """What a build made; `corrections_left` are the reviewed decisions that met no fact, as "file:line fact".

    `objections` say why the version was not made current; there are none where it was.
    """

    version: Path
    quads: int
    facts: dict[str, int]
    documents: int
    not_understood: tuple[NotUnderstood, ...]
    to_review: int
    failed: tuple[DocumentError, ...] = ()
    corrections_left: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()

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
        if not self.objections:
            yield f"version {self.version.name} is current: {self.version}"


def rules_version(files: Files) -> str:
    """Eight hexadecimal digits that change with any word list of the reading rules or table of the register."""
    digest = sha256()
    for path in sorted([*files.rules.glob("*.csv"), *files.register.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


@dataclass(slots=True)
class _Read:
    """What a version keeps of the documents read so far; facts are let go once they are lines and quads.

    `texts` and `names` (of the files) go by slug.
    """

    texts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    facts: list[bytes] = field(default_factory=list)
    ledger: list[bytes] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    not_understood: list[NotUnderstood] = field(default_factory=list)

    def add(self, reading: Reading, iris: Iris) -> None:
        """Take what is needed of one document."""
        document = reading.document
        slug = document.metadata.slug
        self.texts[slug], self.names[slug], self.hashes[document.name] = document.text, document.name, document.sha256
        self.facts += fact_lines(reading, iris)
        self.ledger += number_lines(reading)
        self.kinds.update(map(kind_of, reading.facts))
        self.not_understood += _not_understood(reading)


def build(
    files: Files,
    out: Path,
    *,
    documents: Path | None = None,
    base: str = DEFAULT_BASE,
    jobs: int = 1,
    known: corpus.Known | None = None,
    check: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Built:
    """Read the documents, map them, check the evidence, write the version and make it current.

    With `known`, documents that another build with it has read are not read again; `jobs` does not count then.
    It does not become current where `checking.publication` objects, with `check` the shapes too, unless `force`.
    Documents that cannot be read are left out and listed, in the manifest too. Raises DocumentError when none can be
    read, or the CdsgraphError of the first other input that cannot be used; then nothing is written.
    """
    with versions.only_builder(out):
        progress("register")
        register = registers.load(files)
        iris = Iris(base)
        quads: set[Quad] = set(register_mapping.quads(register, iris)) | _vocabulary(files, iris)
        rules = rules_version(files)
        widths = hedges.load(files.rules, "arithmetic")
        paths = corpus.document_paths([documents or files.documents])
        read = _Read()
        failed: list[DocumentError] = []
        slugs: dict[str, Path] = {}
        names = reviewing.Reviewer(register)
        unknown: list[reviewing.Unknown] = []
        reviewed = left = list(corrections.load(files.corrections))
        for path, outcome in corpus.outcomes(paths, files, register, jobs, known):
            progress(path.name)
            reading = _unless_named_twice(outcome, path, slugs)
            if isinstance(reading, DocumentError):
                failed.append(reading)
                continue
            keys = [name.value.removeprefix(f"{base}id/") for name in mapping.fact_iris(reading, iris)]
            reading, met = corrections.apply(reading, keys, reviewed)
            left = [each for each in left if each not in met]
            linker = Linker(register, iris, reading.document, [f for f in reading.facts if isinstance(f, Entity)])
            quads |= set(mapping.quads(reading, linker, iris, rules_version=rules, hedges=widths))
            unknown += names.unknown(reading, linker)
            read.add(reading, iris)
        if not read.texts:
            raise corpus.none_read(failed)
        progress("derived graphs")
        quads = settled(quads, iris)
        quads |= derive.derive(quads, rules_of_derivation.load(files), iris)
        progress("checks")
        dataset = canonical_nquads(quads)
        _check_evidence(dataset, read, iris)
        progress("writing")
        stale = tuple(f"{each.place} {each.key}" for each in left)
        told = {"base": base, "rules": rules, "failed": _listed(failed), "corrections_without_fact": stale}
        built = _write(out, dataset, read, unknown, told)
        objections = () if force else publication.objections(out, built.version, files, shapes=check)
        if not objections:
            versions.switch(out, built.version.name)
        return replace(built, failed=tuple(failed), corrections_left=stale, objections=objections)


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


def _check_evidence(dataset: bytes, read: _Read, iris: Iris) -> None:
    graph = rdffiles.DataGraph()
    rdffiles.add(graph, dataset, Path(versions.DATASET))
    texts: dict[Node, str] = {URIRef(iris.source(slug).value): text for slug, text in read.texts.items()}
    found = evidence.check(graph, texts)
    if found:
        first = f"{found[0].focus}: {found[0].message('en')}"
        raise DatasetError(f"{len(found)} statements without sound evidence, so nothing was written; first: {first}")


def _write(out: Path, dataset: bytes, read: _Read, unknown: list[reviewing.Unknown], told: dict[str, Any]) -> Built:
    contents = {versions.DATASET: dataset, "facts.jsonl": b"".join(read.facts), versions.NUMBERS: b"".join(read.ledger)}
    contents[versions.REVIEW] = reviewing.as_csv(unknown)
    for slug, name in read.names.items():
        contents[f"documents/{versions.text_file(name)}"] = read.texts[slug].encode()
    quads = dataset.count(b"\n")
    counts: dict[str, Any] = {"quads": quads, "documents": len(read.texts), **dict(sorted(read.kinds.items()))}
    version = versions.write(out, contents, {**told, "counts": counts, "documents": read.hashes})
    return Built(version, quads, dict(read.kinds), len(read.texts), tuple(read.not_understood), len(unknown))


def _not_understood(reading: Reading) -> Iterator[NotUnderstood]:
    document = reading.document
    for number in reading.numbers:
        if number.reason is None:
            line, column = document.place(number.span.start)
            yield NotUnderstood(document.name, line, column, number.span.of(document.text))
