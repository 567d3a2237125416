"""From a document to what it contributes: read, corrected, mapped, its evidence checked; all that needs no other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson
from pyoxigraph import Quad
from rdflib import URIRef

from cdsgraph import register as registers
from cdsgraph import reviewing
from cdsgraph.checking import evidence
from cdsgraph.contributions.contribution import Contribution, NotUnderstood
from cdsgraph.errors import DatasetError
from cdsgraph.files import Files
from cdsgraph.graph import hedges, mapping
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.settling import parted
from cdsgraph.graph.statements import Statements
from cdsgraph.reading import corrections, given, metadata
from cdsgraph.reading.corrections import Correction
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import Entity, Reading, kind_of, number_record, record
from cdsgraph.reading.given import Given
from cdsgraph.reading.linking import Linker
from cdsgraph.vocab import Iris


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a contribution is made by, beside the document: rules and register, base, records, reviewed decisions."""

    files: Files
    base: str
    records: metadata.Records
    reviewed: tuple[Correction, ...]


class Maker:
    """Makes contributions; compiling it takes longer than reading a document, so one a process is enough."""

    def __init__(self, recipe: Recipe) -> None:
        register = registers.load(recipe.files)
        self._records = recipe.records
        self._reviewed: dict[str, list[Correction]] = {}
        for each in recipe.reviewed:
            self._reviewed.setdefault(each.key, []).append(each)
        self._register = register
        self._iris = Iris(recipe.base)
        self._reader = Reader(register, recipe.files.rules)
        self._names = reviewing.Reviewer(register)
        self._rules = rules_version(recipe.files)
        self._widths = hedges.load(recipe.files.rules, "arithmetic")

    def make(self, document: Given) -> Contribution:
        """What a document contributes.

        Raises DocumentError where it cannot be read, CorrectionError for a decision that cannot be carried out,
        DatasetError for a statement without sound evidence.
        """
        iris = self._iris
        reading = self._reader.read(given.load(document, self._records))
        keys = [name.value.removeprefix(f"{iris.base}id/") for name in mapping.fact_iris(reading, iris)]
        reviewed = [each for key in dict.fromkeys(keys) for each in self._reviewed.get(key, ())]
        reading, met = corrections.apply(reading, keys, reviewed)
        linker = Linker(self._register, iris, reading.document, [f for f in reading.facts if isinstance(f, Entity)])
        quads = set(mapping.quads(reading, linker, iris, rules_version=self._rules, hedges=self._widths))
        slug = reading.document.metadata.slug
        check_evidence(quads, {iris.source(slug).value: reading.document.text})
        lines, single = parted(canonical_nquads(quads))
        return Contribution(
            name=reading.document.name,
            slug=slug,
            text=reading.document.text,
            lines=lines,
            single=single,
            facts=b"".join(fact_lines(reading, iris)),
            numbers=b"".join(number_lines(reading)),
            kinds=dict(sorted(Counter(map(kind_of, reading.facts)).items())),
            not_understood=tuple(_not_understood(reading)),
            unknown=tuple(self._names.unknown(reading, linker)),
            met=tuple((each.key, each.field) for each in met),
        )


def rules_version(files: Files) -> str:
    """Eight hexadecimal digits that change with any word list of the reading rules or table of the register."""
    digest = sha256()
    for path in sorted([*files.rules.glob("*.csv"), *files.register.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def check_evidence(quads: Iterable[Quad], texts: dict[str, str]) -> None:
    """Raise DatasetError if a statement does not agree with the texts, which go by the IRIs of their sources."""
    found = evidence.check(Statements(quads), {URIRef(source): text for source, text in texts.items()})
    if found:
        first = f"{found[0].focus}: {found[0].message('en')}"
        raise DatasetError(f"{len(found)} statements without sound evidence, so nothing was written; first: {first}")


def fact_lines(reading: Reading, iris: Iris) -> list[bytes]:
    """The facts of a document as JSON lines, each with its IRI."""
    named = zip(reading.facts, mapping.fact_iris(reading, iris), strict=True)
    return [orjson.dumps(record(fact, reading.document, iri=iri.value)) + b"\n" for fact, iri in named]


def number_lines(reading: Reading) -> list[bytes]:
    """The numbers of a document that are no quantities as JSON lines, each with what it is."""
    return [orjson.dumps(number_record(number, reading.document)) + b"\n" for number in reading.numbers]


def _not_understood(reading: Reading) -> Iterator[NotUnderstood]:
    document = reading.document
    for number in reading.numbers:
        if number.reason is None:
            line, column = document.place(number.span.start)
            yield NotUnderstood(document.name, line, column, number.span.of(document.text))
