"""What the comparison of evidence with the texts reads, so that it too is repeated only where something changed."""

from collections.abc import Iterable, Set
from pathlib import Path
from typing import Final

from rdflib import RDF, Namespace, URIRef
from rdflib.paths import Path as PropertyPath

from cdsgraph.checking.changed.automaton import START, Automaton, term
from cdsgraph.checking.changed.dependencies import Check, Targets, closed
from cdsgraph.checking.changed.triples import Triples
from cdsgraph.graph.versions import text_file
from cdsgraph.vocab import CDS, OA, PROV

_CDS: Final = Namespace(CDS)
_OA: Final = Namespace(OA)
_PROV: Final = Namespace(PROV)
# The words of a source's text, as if they were one more statement about it.
_WORDS: Final = URIRef("urn:x-cdsgraph:words")

_SOURCE: Final = RDF.type | _CDS.fileName | _CDS.sha256 | _CDS.charCount | _WORDS
_SELECTED: Final = _OA.hasSelector / (_OA.start | _OA.end | _OA.exact | _OA.prefix | _OA.suffix)
_SPAN: Final = RDF.type | _OA.hasSource / _SOURCE | _SELECTED
_AROUND: Final = _SPAN | _CDS.inSentence / _SPAN
_ALL: Final[PropertyPath] = _SOURCE | _AROUND | _CDS.sentence | _PROV.wasDerivedFrom / _AROUND


def check() -> Check:
    """The comparison as a check, its focus nodes the sources, spans, figures and records."""
    reads = Automaton()
    reads.walk(_ALL, START, reads.state())
    classes = tuple(term(each) for each in (_CDS.SourceText, _CDS.EvidenceSpan, _CDS.Figure))
    return closed(None, Targets(classes, (term(_CDS.inSentence), term(_CDS.sentence))), reads)


def differing_texts(old: Path, new: Path) -> frozenset[str]:
    """The names of the texts of which two folders do not hold the same bytes."""
    names = {path.name for folder in (old, new) if folder.is_dir() for path in folder.iterdir()}
    return frozenset(name for name in names if _bytes(old / name) != _bytes(new / name))


def mark_changed(triples: Triples, texts: Set[str]) -> None:
    """Count the words of these texts among what changed of their sources."""
    words = triples.id(term(_WORDS))
    for source in sorted(_sources(triples, texts)):
        triples.changed.append(triples.add(source, words, source, present=False))


def _sources(triples: Triples, texts: Iterable[str]) -> set[int]:
    wanted = set(texts)
    if not wanted:
        return set()
    name = triples.known(term(_CDS.fileName))
    found = set()
    for source in triples.nodes_of(term(_CDS.fileName), inverse=False):
        for _, value in triples.beside(source, name or 0, inverse=False):
            if text_file(Path(_value(triples.terms[value])).name) in wanted:
                found.add(source)
    return found


def _value(literal: bytes) -> str:
    """What a literal says, from how N-Triples writes it."""
    return literal.decode()[1:].rpartition('"')[0].encode().decode("unicode_escape") if literal[:1] == b'"' else ""


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
