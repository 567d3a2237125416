"""Contributions of many documents: from the cache, else made here or by processes side by side."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Protocol

from cdsgraph import deadlines
from cdsgraph.contributions.contribution import Contribution
from cdsgraph.contributions.maker import Maker, Recipe
from cdsgraph.errors import CdsgraphError, DocumentError
from cdsgraph.reading import corpus
from cdsgraph.reading.given import Given

Outcome = Contribution | DocumentError
_LOG = logging.getLogger(__name__)
_AHEAD: Final = 4  # documents under way for each process: enough to keep it busy, few enough to hold
_MAKERS: dict[str, Maker] = {}  # of this process


class Memory(Protocol):
    """What was made before, such as a `Cache`."""

    def find(self, document: Given) -> Contribution | None:
        """What the document contributes, if that is known."""

    def keep(self, document: Given, contribution: Contribution) -> None:
        """Keep what a document contributes."""


def outcomes(
    documents: Iterable[Given],
    recipe: Recipe,
    jobs: int = 1,
    *,
    cache: Memory | None = None,
    fresh: bool = False,
    seconds: float | None = None,
) -> Iterator[tuple[Given, Outcome]]:
    """Each document with what it contributes or why it cannot be read, in their order.

    What `cache` knows is not made again, unless `fresh`; what is made is kept there. With `jobs` above 1, that many
    processes work at once, and a document that ends its process is one that cannot be read; so is one that takes longer
    than `seconds`. Raises CorrectionError or DatasetError as `Maker.make` does.
    """
    known = cache.find if cache and not fresh else lambda _: None
    if jobs > 1:
        yield from _kept(_Pool(recipe, jobs, seconds).outcomes(documents, known), cache)
        return
    yield from _kept(_here(documents, recipe, known, seconds), cache)


def _kept(made: Iterable[tuple[Given, Outcome, bool]], cache: Memory | None) -> Iterator[tuple[Given, Outcome]]:
    for document, outcome, new in made:
        if new and cache and isinstance(outcome, Contribution):
            cache.keep(document, outcome)
        yield document, outcome


def _here(
    documents: Iterable[Given],
    recipe: Recipe,
    known: Callable[[Given], Contribution | None],
    seconds: float | None,
) -> Iterator[tuple[Given, Outcome, bool]]:
    maker: Maker | None = None
    for document in documents:
        found = known(document)
        if found is not None:
            yield document, found, False
            continue
        maker = maker or Maker(recipe)
        yield document, in_time(seconds, outcome_of, maker, document), True


def outcome_of(maker: Maker, document: Given) -> Outcome:
    """What a document contributes, or why it cannot be read."""
    try:
        return maker.make(document)
    except DocumentError as error:
        return error
    except CdsgraphError:
        raise
    except Exception as error:  # a fault of ours that one document brings to light keeps no other from being read
        _LOG.info("%s", document.place, exc_info=True)
        return broke(document, f"brought something to fail inside: {error}")


def in_time(seconds: float | None, make: Callable[[Maker, Given], Outcome], maker: Maker, document: Given) -> Outcome:
    """What `make` gives of a document; one that takes longer than `seconds` cannot be read."""
    try:
        return deadlines.in_time(seconds, make, maker, document)
    except deadlines.TooSlow:
        return corpus.too_slow(document.place, seconds or 0)


def broke(document: Given, what: str) -> DocumentError:
    """The error of a document that ends the process that reads it."""
    return DocumentError(
        f"it {what}", path=document.place, remedy="leave it out, or save its words as a .txt file in smaller parts"
    )


class _Pool:
    """Processes that make contributions; started when there is something to make."""

    def __init__(self, recipe: Recipe, jobs: int, seconds: float | None) -> None:
        self._recipe, self._jobs, self._seconds = recipe, jobs, seconds
        self._started: ProcessPoolExecutor | None = None

    def outcomes(
        self, documents: Iterable[Given], known: Callable[[Given], Contribution | None]
    ) -> Iterator[tuple[Given, Outcome, bool]]:
        waiting: deque[tuple[Given, Contribution | Future[Outcome]]] = deque()
        try:
            for document in documents:
                waiting.append((document, known(document) or self._begun(document)))
                if len(waiting) >= _AHEAD * self._jobs:
                    yield self._ended(waiting)
            while waiting:
                yield self._ended(waiting)
        finally:
            self._stop()

    def _begun(self, document: Given) -> "Future[Outcome]":
        if self._started is None:
            self._started = ProcessPoolExecutor(self._jobs, initializer=_start, initargs=(self._recipe,))
        try:
            return self._started.submit(_make, document, self._seconds)
        except BrokenProcessPool as error:
            broken: Future[Outcome] = Future()
            broken.set_exception(error)
            return broken

    def _ended(self, waiting: deque[tuple[Given, Contribution | Future[Outcome]]]) -> tuple[Given, Outcome, bool]:
        document, begun = waiting.popleft()
        if isinstance(begun, Contribution):
            return document, begun, False
        try:
            return document, begun.result(), True
        except BrokenProcessPool:
            self._stop()
            return document, self._alone(document), True

    def _alone(self, document: Given) -> Outcome:
        """A document again that some process ended beside: it may have been another one's fault."""
        with ProcessPoolExecutor(1, initializer=_start, initargs=(self._recipe,)) as pool:
            try:
                return pool.submit(_make, document, self._seconds).result()
            except BrokenProcessPool:
                return broke(document, "ended the process that read it")

    def _stop(self) -> None:
        if self._started is not None:
            self._started.shutdown(cancel_futures=True)
            self._started = None


def _start(recipe: Recipe) -> None:
    _MAKERS["own"] = Maker(recipe)


def _make(document: Given, seconds: float | None) -> Outcome:
    return in_time(seconds, outcome_of, _MAKERS["own"], document)
