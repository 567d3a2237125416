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
from cdsgraph.progress import Progress
from cdsgraph.reading import corpus, holdings
from cdsgraph.reading.facts import Reading
from cdsgraph.register import Register
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
    seconds: float | None,
    progress: Progress,
) -> Iterator[Told]:
    """The facts of documents in files, folders, archives and tables, one JSON object a line; - is `stdin`.

    With `scheduler`, what is read is kept below `out`, so that a run that was stopped goes on where it stopped. What
    cannot be read, or not within so many `seconds`, is told to `failed`. Raises as `holdings.opened` and
    `cluster.outcomes` do.
    """
    kept = out / FOLDER
    if scheduler is None and not kept.is_dir() and not any(map(holdings.is_collection, places)):
        for reading in _read(places, stdin, files, registers.load(files), jobs, failed, seconds, progress):
            yield reading.document.name, len(reading.facts), b"".join(fact_lines(reading, Iris()))
        return
    with corpus.spooled(list(places), stdin) as found, holdings.opened(found, files) as documents:
        recipe = Recipe(files, DEFAULT_BASE, documents.records, ())
        if scheduler is not None:
            outcomes = cluster.outcomes(documents, recipe, scheduler, cache=Cache(kept, recipe), seconds=seconds)
        else:
            cache = Cache(kept, recipe) if kept.is_dir() else None
            outcomes = making.outcomes(documents, recipe, jobs, cache=cache, seconds=seconds)
        for number, (document, outcome) in enumerate(outcomes, 1):
            progress(document.name, number, documents.count)
            if isinstance(outcome, DocumentError):
                failed(outcome)
            else:
                yield outcome.name, sum(outcome.kinds.values()), outcome.facts


def explained(
    places: Sequence[Path],
    stdin: BinaryIO,
    files: Files,
    language: Language,
    jobs: int,
    failed: Callable[[DocumentError], object],
    seconds: float | None,
    progress: Progress,
) -> Iterator[Told]:
    """Each sentence of documents in files and folders with what was read in it, to look over."""
    register, words = registers.load(files), explaining.load_words(files.words, language)
    for reading in _read(places, stdin, files, register, jobs, failed, seconds, progress):
        yield reading.document.name, len(reading.facts), explaining.text(reading, words).encode()


def _read(
    places: Sequence[Path],
    stdin: BinaryIO,
    files: Files,
    register: Register,
    jobs: int,
    failed: Callable[[DocumentError], object],
    seconds: float | None,
    progress: Progress,
) -> Iterator[Reading]:
    with corpus.given(list(places), stdin) as paths:
        outcomes = corpus.outcomes(paths, files, register, jobs, seconds=seconds)
        for number, (path, outcome) in enumerate(outcomes, 1):
            progress(path.name, number, len(paths))
            if isinstance(outcome, DocumentError):
                failed(outcome)
            else:
                yield outcome
