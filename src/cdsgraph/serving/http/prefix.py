"""Below a path of the host: a reverse proxy gives this server `https://example.vn/data/…` and nothing else.

The path is that of the address in the settings, never of a header: what a client sends must not shape links. Inside
the application every path begins at its own root; here the prefix is taken off what comes in, whether the proxy left
it on or not, and put before the paths in the headers that go out. Pages put it before their links themselves.
"""

import re
from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TARGET: Final = re.compile(r"<(?=/(?!/))")
_PATHS: Final = ("location", "content-location")


class Prefixed:
    """ASGI middleware for a server that is reached below a path, such as `/data`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_prefixed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message))
            await send(message)

        await self._app(self._without(scope), receive, send_prefixed)

    def _without(self, scope: Scope) -> Scope:
        path: str = scope["path"]
        if path != self._prefix and not path.startswith(f"{self._prefix}/"):
            return scope
        rest = path.removeprefix(self._prefix) or "/"
        return {**scope, "path": rest, "raw_path": quote(rest).encode()}

    def _complete(self, headers: MutableHeaders) -> None:
        for name in _PATHS:
            told = headers.get(name, "")
            if told.startswith("/") and not told.startswith("//"):
                headers[name] = self._prefix + told
        if "link" in headers:
            headers["link"] = _TARGET.sub(f"<{self._prefix}", headers["link"])
