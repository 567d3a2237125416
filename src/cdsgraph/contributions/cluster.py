"""Contributions made on a Dask cluster: documents travel as bytes, what they are made by travels once."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from cdsgraph.contributions.contribution import Contribution
from cdsgraph.contributions.digests import code_digest, rules_digest
from cdsgraph.contributions.maker import Maker, Recipe
from cdsgraph.contributions.making import Memory, Outcome, broke, in_time, outcome_of
from cdsgraph.errors import CdsgraphError, EndpointError
from cdsgraph.files import Files
from cdsgraph.reading.given import Given

_AHEAD: Final = 3  # documents under way for each thread of the cluster
_SECONDS: Final = 10  # to reach the scheduler
_MAKERS: dict[str, Maker] = {}  # of a worker, by what was sent
_ONE: Final = threading.Lock()  # a worker's threads share a maker


@dataclass(frozen=True, slots=True)
class _Sent:
    """A recipe with the files it names, and the digests by which a worker tells that it makes the same of it.

    `key` is its own alone, for it may be sent again with other records.
    """

    key: str
    recipe: Recipe
    contents: dict[str, bytes]
    rules: str
    code: str


def outcomes(
    documents: Iterable[Given],
    recipe: Recipe,
    scheduler: str,
    *,
    cache: Memory | None = None,
    fresh: bool = False,
    seconds: float | None = None,
) -> Iterator[tuple[Given, Outcome]]:
    """As `making.outcomes`, on the workers of the scheduler at an address such as tcp://host:8786.

    Only a bounded number of documents is under way. One that ends or exhausts a worker is tried once more alone, then
    told as one that cannot be read. Raises EndpointError where there is no scheduler or no worker, CdsgraphError where
    dask is not installed or a worker runs other code.
    """
    with _connected(scheduler) as client:
        work = _Work(client, recipe, seconds)
        waiting: deque[tuple[Given, Any]] = deque()
        known = cache.find if cache and not fresh else lambda _: None
        for document in documents:
            waiting.append((document, known(document) or work.begun(document)))
            if len(waiting) >= work.ahead:
                yield _ended(waiting, work, cache)
        while waiting:
            yield _ended(waiting, work, cache)


def _ended(waiting: deque[tuple[Given, Any]], work: "_Work", cache: Memory | None) -> tuple[Given, Outcome]:
    document, begun = waiting.popleft()
    if isinstance(begun, Contribution):
        return document, begun
    outcome = work.result(document, begun, [other for _, other in waiting if not isinstance(other, Contribution)])
    if cache is not None and isinstance(outcome, Contribution):
        cache.keep(document, outcome)
    return document, outcome


class _Work:
    """The work that a cluster does for one recipe."""

    def __init__(self, client: Any, recipe: Recipe, seconds: float | None) -> None:
        threads = sum(client.nthreads().values())
        if not threads:
            raise EndpointError("the scheduler has no workers", remedy="start some: dask worker ADDRESS --nthreads 1")
        self.ahead = _AHEAD * threads
        self._client, self._seconds = client, seconds
        # A task's result is made again where all workers that had it have ended; what is scattered would be lost.
        self._sent = client.submit(_received, _sent(recipe), pure=False)

    def begun(self, document: Given) -> Any:
        """The future of what a document contributes."""
        try:
            sent = replace(document, content=document.read(), path=None)
        except CdsgraphError:
            sent = replace(document, path=None, content=b"")
        return self._client.submit(_make, self._sent, sent, self._seconds, pure=False)

    def result(self, document: Given, begun: Any, others: list[Any]) -> Outcome:
        """What came of it; what ended a worker is done again when nothing else is under way."""
        from distributed import CancelledError, KilledWorker

        try:
            return self._taken(begun)
        except (KilledWorker, CancelledError):
            for other in others:
                with suppress(CancelledError):
                    other.exception()
        try:
            return self._taken(self.begun(document))
        except (KilledWorker, CancelledError):
            return broke(document, "ended or exhausted the workers that read it")

    def _taken(self, begun: Any) -> Outcome:
        outcome: Outcome = begun.result()
        return outcome


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise CdsgraphError("dask is not installed", remedy="pip install 'cdsgraph[cluster]'") from error
    try:
        return Client(scheduler, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EndpointError(
            f"no Dask scheduler answers at {scheduler}", remedy="start one with `dask scheduler`, and check the address"
        ) from error


def _sent(recipe: Recipe) -> _Sent:
    root = recipe.files.root
    contents = {
        str(path.relative_to(root)): path.read_bytes()
        for folder in (recipe.files.rules, recipe.files.register, recipe.files.schemes)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return _Sent(uuid4().hex, recipe, contents, rules_digest(recipe.files), code_digest())


def _received(sent: _Sent) -> _Sent:
    """On a worker: what was sent, to be had from there by the others."""
    return sent


def _make(sent: _Sent, document: Given, seconds: float | None) -> Outcome:
    """On a worker: what a document contributes."""
    with _ONE:
        if sent.key not in _MAKERS:
            _MAKERS.clear()
            _MAKERS[sent.key] = _maker(sent)
        return in_time(seconds, outcome_of, _MAKERS[sent.key], document)


def _maker(sent: _Sent) -> Maker:
    if code_digest() != sent.code:
        raise CdsgraphError(
            "a worker runs another cdsgraph, or other packages, than this process",
            remedy="install the same versions on every worker",
        )
    with TemporaryDirectory() as folder:
        for name, content in sent.contents.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        files = Files(Path(folder))
        if rules_digest(files) != sent.rules:
            raise CdsgraphError("the rules came damaged to a worker", remedy="try again")
        return Maker(replace(sent.recipe, files=files))
