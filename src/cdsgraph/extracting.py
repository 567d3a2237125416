"""The facts of documents as lines: read here, by processes side by side or on a cluster, or known from before."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from cdsgraph import explaining
from cdsgraph import register as registers
from cdsgraph.contributions import cluster, making
from cdsgraph.contributions.cache import FOLDER, Cache
from cdsgraph.contributions.maker import Recipe, fact_lines
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import corpus, holdings
from cdsgraph.text import Language
from cdsgraph.vocab import DEFAULT_BASE, Iris

Told = tuple[str, int, bytes]  # a document's name, how many facts it has, and its lines


def extracted(
    places: Sequence[Path],
    stdin: BinaryIO,
    files: Files,
    jobs: int,
    out: Path,
    scheduler: str | None,
    failed: Callable[[DocumentError], object],
) -> Iterator[Told]:
    """The facts of documents in files, folders, archives and tables, one JSON object a line; - is `stdin`.

    With `scheduler`, what is read is kept below `out`, so that a run that was stopped goes on where it stopped. What
    cannot be read is told to `failed`. Raises as `holdings.opened` and `cluster.outcomes` do.
    """
    kept = out / FOLDER
    if scheduler is None and not kept.is_dir() and not any(map(holdings.is_collection, places)):
        yield from _read(places, stdin, files, jobs, failed)
        return
    with corpus.spooled(list(places), stdin) as found, holdings.opened(found, files) as documents:
        recipe = Recipe(files, DEFAULT_BASE, documents.records, ())
        if scheduler is not None:
            outcomes = cluster.outcomes(documents, recipe, scheduler, cache=Cache(kept, recipe))
        else:
            cache = Cache(kept, recipe) if kept.is_dir() else None
            outcomes = making.outcomes(documents, recipe, jobs, cache=cache)
        for _, outcome in outcomes:
            if isinstance(outcome, DocumentError):
                failed(outcome)
            else:
                yield outcome.name, sum(outcome.kinds.values()), outcome.facts


def _read(
    places: Sequence[Path], stdin: BinaryIO, files: Files, jobs: int, failed: Callable[[DocumentError], object]
) -> Iterator[Told]:
    register = registers.load(files)
    with corpus.given(list(places), stdin) as found:
        for reading in corpus.read_documents(found, files, register, jobs=jobs, failed=failed):
            yield reading.document.name, len(reading.facts), b"".join(fact_lines(reading, Iris()))


def explained(
    places: Sequence[Path],
    stdin: BinaryIO,
    files: Files,
    language: Language,
    jobs: int,
    failed: Callable[[DocumentError], object],
) -> Iterator[Told]:
    """Each sentence of documents in files and folders with what was read in it, to look over."""
    register, words = registers.load(files), explaining.load_words(files.words, language)
    with corpus.given(list(places), stdin) as found:
        for reading in corpus.read_documents(found, files, register, jobs=jobs, failed=failed):
            yield reading.document.name, len(reading.facts), explaining.text(reading, words).encode()
