"""How much one client may ask: a moving window for each address, off unless set."""

import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.operations.problems import problem

_FREE: Final = frozenset({"/health", "/ready", "/metrics", "/robots.txt"})


def limit_of(text: str) -> RateLimitItem:
    """The limit in `600/minute` or `20 per second`. Raises CdsgraphError."""
    try:
        return parse(text)
    except ValueError as error:
        raise CdsgraphError(f"{text!r} is no rate limit", remedy="write it as 600/minute or 20/second") from error


class RateLimited:
    """ASGI middleware that answers 429 with Retry-After once a client has asked more than `limit` allows.

    A client is an address; behind a reverse proxy, the one that a trusted proxy names (FORWARDED_ALLOW_IPS).
    """

    def __init__(self, app: ASGIApp, limit: RateLimitItem) -> None:
        self._app = app
        self._limit = limit
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = scope.get("client")
        if scope["type"] != "http" or client is None or scope["path"] in _FREE:
            await self._app(scope, receive, send)
            return
        if await self._limiter.hit(self._limit, client[0]):
            await self._app(scope, receive, send)
        else:
            window = await self._limiter.get_window_stats(self._limit, client[0])
            wait = max(1, math.ceil(window.reset_time - time.time()))
            detail = f"One client may ask {self._limit}."
            refusal = problem(Request(scope), 429, detail, headers={"Retry-After": str(wait)})
            await refusal(scope, receive, send)
