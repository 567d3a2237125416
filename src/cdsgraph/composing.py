"""Contributions and register put together: what is said in several ways settled, what follows derived, all in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from cdsgraph import register as registers
from cdsgraph.checking import rdffiles
from cdsgraph.contributions.contribution import Contribution
from cdsgraph.contributions.maker import check_evidence
from cdsgraph.errors import RdfError
from cdsgraph.files import Files
from cdsgraph.graph import register_mapping
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.derive import Rule, derive_in
from cdsgraph.graph.settling import parted, settled_lines
from cdsgraph.vocab import Iris, rebase

_AT_ONCE = 64  # contributions that are loaded together


def base_quads(files: Files, iris: Iris) -> set[Quad]:
    """What stands in every version: register, ontology and concept schemes.

    Raises RegisterError, RdfError with path and line, or DatasetError for a figure of the register without its entry.
    """
    found = set(register_mapping.quads(registers.load(files), iris)) | set(_vocabulary(files, iris))
    check_evidence(found, {})
    return found


@dataclass(frozen=True, slots=True)
class Composed:
    """A dataset: `store`, whose default graph is all that is stated and derived, and the lines of its named graphs.

    `lines` are canonical N-Quads, `parts` the subjects of the parts of each rule that has any, by their keys.
    """

    store: Store
    lines: bytes
    parts: dict[str, dict[str, set[NamedNode]]]


def composed(base: Iterable[Quad], parts: Sequence[Contribution], rules: Sequence[Rule], iris: Iris) -> Composed:
    """The dataset of some contributions. Raises QueryError for a rule of derivation that cannot be run."""
    lines, single = parted(canonical_nquads(base))
    stated = lines.splitlines(keepends=True)
    settled = settled_lines(
        (line for each in (single, *(part.single for part in parts)) for line in _lines(each)), iris
    )
    store = Store()
    for start in range(0, len(parts), _AT_ONCE):
        some = parts[start : start + _AT_ONCE]
        _load(store, b"".join(_without_graph(part, iris) for part in some))
    _load(store, b"".join(line[: line.rindex(b" <")] + b" .\n" for line in (*stated, *settled)))
    stated += settled
    for part in parts:
        stated += _lines(part.lines)
    subjects: dict[str, dict[str, set[NamedNode]]] = {}
    for rule, made in derive_in(store, rules, iris):
        stated += _lines(canonical_nquads(made.quads))
        if rule.parts is not None:
            subjects[rule.name] = made.subjects
    stated.sort()
    return Composed(store, b"".join(line for line, _ in groupby(stated)), subjects)


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _without_graph(part: Contribution, iris: Iris) -> bytes:
    """Its lines as N-Triples; all of them stand in one graph."""
    return part.lines.replace(f" {iris.graph(f'source/{part.slug}')} .\n".encode(), b" .\n")


def _load(store: Store, triples: bytes) -> None:
    store.bulk_load(triples, format=RdfFormat.N_TRIPLES)


def _vocabulary(files: Files, iris: Iris) -> Iterator[Quad]:
    """The ontology and the concept schemes, each in its graph. Raises RdfError with path and line."""
    for graph, folder in (("ontology", files.ontology), ("register", files.schemes)):
        for path in sorted(folder.glob("*.ttl")):
            try:
                text = rebase(path.read_text(encoding="utf-8"), iris.base)
                for told in parse(text, format=RdfFormat.TURTLE):
                    yield Quad(told.subject, told.predicate, told.object, iris.graph(graph))
            except SyntaxError as error:
                raise rdffiles.as_rdf_error(error, path) from error
            except UnicodeDecodeError as error:
                raise RdfError("not UTF-8 text", path=path, remedy="save the file as UTF-8") from error
