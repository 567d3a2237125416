"""Queries answered by a remote SPARQL 1.1 store, in the place of worker processes over a dataset of our own.

Every query is first read by a worker over no data: what is no SPARQL 1.1 query is refused with line and column as
elsewhere, and neither an update nor an extension of the store's own reaches the store with our credentials.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import Any, Final

from cdsgraph.errors import BusyError, EndpointTimeoutError
from cdsgraph.graph.remote import Credentials, Endpoint
from cdsgraph.serving.engine.messages import Answer, QueryRequest
from cdsgraph.serving.engine.workers import Workers
from cdsgraph.serving.settings import Settings

_AT_ONCE: Final = 8  # requests to the store; more wait here


class RemoteStore:
    """The same interface as `Workers`; `start` before use, `stop` after."""

    def __init__(self, settings: Settings, *, base: str, version: str) -> None:
        self.settings = settings
        self._endpoint = endpoint_of(settings, base)
        self._readers = Workers(settings, base=base, version=version)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="remote")
        self._asking = 0

    async def start(self) -> None:
        """Start the workers that read queries."""
        await self._readers.start()

    async def stop(self) -> None:
        """End them; a request that the store still works on is left to end by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._readers.stop()

    def state(self) -> dict[str, int]:
        """How many requests the store gets at once, how many more it would, how many wait here."""
        idle, waiting = max(0, _AT_ONCE - self._asking), max(0, self._asking - _AT_ONCE)
        return {"workers": _AT_ONCE, "idle": idle, "waiting": waiting}

    async def answer(self, request: QueryRequest) -> Answer:
        """The store's whole answer, written as our own engine writes it.

        Raises QueryError, FormatError, TooLargeError, EndpointError, EndpointTimeoutError or BusyError.
        """
        await self._readers.answer(request)
        if self._asking >= _AT_ONCE + self.settings.waiting:
            raise BusyError("too many queries are waiting", remedy="ask again in a moment")
        limit = min(self.settings.timeout, request.timeout or self.settings.timeout)
        work = partial(
            self._endpoint.answer,
            request.query,
            results_media_type=request.results_media_type,
            graph_media_type=request.graph_media_type,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
            limit=self.settings.result_limit,
        )
        self._asking += 1
        try:
            async with asyncio.timeout(limit):
                return Answer(*await asyncio.get_running_loop().run_in_executor(self._threads, work))
        except TimeoutError as error:
            raise EndpointTimeoutError(
                f"the store did not answer within {limit:g} s", remedy="narrow the query, or add a LIMIT"
            ) from error
        finally:
            self._asking -= 1


def endpoint_of(settings: Settings, base: str) -> Endpoint:
    """The endpoint that a server is to answer from."""
    credentials = Credentials(settings.user, settings.password, settings.token)
    return Endpoint(
        settings.endpoint, credentials=credentials, timeout=settings.timeout, retries=settings.retries, base=base
    )


def version_of(settings: Settings) -> dict[str, Any]:
    """What stands in the store, as a manifest tells it; `steady` is whether it is a whole version that was pushed.

    The content of any other store may change at any moment, and so may its answers. Raises EndpointError or BusyError.
    """
    record = endpoint_of(settings, settings.base).record()
    name = record.wanted or sha256(settings.endpoint.encode()).hexdigest()[:16]
    return {"version": name, "base": settings.base, "steady": record.whole, "pushed": record.kept}
