"""What happens to each request, measured once and told to the log and the metrics.

Routes add what only they know through `note`: where an answer came from, the query that was asked.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NOTES: Final = "cdsgraph.notes"
_OWN_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_LEFT: Final = 499  # the client left before the answer began; no status of HTTP, but what proxies write in their logs


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that has ended. `route` is the pattern of its address; `seconds` until the last byte was sent.

    `notes` holds `cache` (cache, shared or worker), `query` (its text), `answer` (an Answer) where a route told them.
    """

    id: str
    method: str
    route: str
    path: str
    status: int
    seconds: float
    sent: int
    client: str
    notes: dict[str, Any]


def note(scope: Scope, name: str, value: object) -> None:
    """Tell something about the request that the log or the metrics may want."""
    scope.get(_NOTES, {})[name] = value


class Observed:
    """ASGI middleware that measures every request and tells each of `listeners`; the answer names the request's id.

    A client's own X-Request-ID is kept if it is short and plain.
    """

    def __init__(self, app: ASGIApp, listeners: tuple[Callable[[Seen], None], ...]) -> None:
        self._app = app
        self._listeners = listeners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
        identity = given if _OWN_ID.match(given) else secrets.token_hex(8)
        notes: dict[str, Any] = {}
        scope[_NOTES] = notes
        status, sent = _LEFT, 0

        async def counting(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", identity.encode()))
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counting)
        finally:
            client = scope.get("client")
            seen = Seen(
                id=identity,
                method=scope["method"],
                route=getattr(scope.get("route"), "path", "other"),
                path=scope["path"],
                status=status,
                seconds=time.perf_counter() - began,
                sent=sent,
                client=client[0] if client else "",
                notes=notes,
            )
            for listener in self._listeners:
                listener(seen)
            del scope[_NOTES]  # a request may be remembered longer than the large answer noted with it
