"""What holds for every answer, whichever route gives it: headers, HEAD, OPTIONS, and a body for what nobody caught."""

import logging
import re
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cdsgraph.serving.operations.problems import methods_of, problem
from cdsgraph.serving.served import during

HEAD: Final = "cdsgraph.head"  # in the scope of a request whose answer will lose its body

_LOG = logging.getLogger(__name__)

_EVERYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Cdsgraph-Note, Content-Location, ETag, Link, Location, Retry-After, X-Request-ID",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}
_AS_SENT: Final = [(name.lower().encode(), value.encode()) for name, value in _EVERYWHERE.items()]
_HOST: Final = re.compile(r"(?:[\w.~-]|%[0-9A-Fa-f]{2})*(?::\d*)?\Z|\[[0-9A-Fa-f:.]+\](?::\d*)?\Z", re.ASCII)
_LISTS: Final = (b"accept", b"accept-language", b"if-match", b"if-none-match")
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-Match, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


class EveryAnswer:
    """ASGI middleware around the whole application.

    HEAD is answered as GET without the body; OPTIONS, also as a CORS preflight, with the methods of the path; a request
    that states its length twice or in a way we do not know (RFC 9112, 6), or names no host or more than one (3.2), is
    refused. Any origin may read, none with credentials.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _join_lists(scope["headers"])
        with during(scope):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        head = scope["method"] == "HEAD"

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(message["headers"])
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            refusal = _answered_here(scope)
            if refusal is not None:
                await refusal(scope, receive, send_with_headers)
            else:
                routed = {**scope, "method": "GET", HEAD: True} if head else scope
                await self._app(routed, receive, send_with_headers)
        except ClientDisconnect:
            _LOG.debug("the client left")
        except Exception:
            _LOG.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            answer = problem(Request(scope), 500, "The server failed to answer; the fault has been logged.")
            await answer(scope, receive, send_with_headers)


def _answered_here(scope: Scope) -> Response | None:
    """The answer to what no route needs to see."""
    told = _faulty(scope)
    if told is not None:
        status, detail = told
        return problem(Request(scope), status, detail, headers={"Connection": "close"})
    if scope["method"] == "OPTIONS":
        methods = methods_of(scope["path"])
        return Response(
            status_code=204, headers={"Allow": methods, "Access-Control-Allow-Methods": methods, **_PREFLIGHT}
        )
    return None


def _faulty(scope: Scope) -> tuple[int, str] | None:
    """The status of a request that HTTP forbids or that we do not speak, and what is wrong with it."""
    version = scope["http_version"]
    hosts, codings, lengths = (
        [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]
        for wanted in (b"host", b"transfer-encoding", b"content-length")
    )
    coding = ", ".join(codings) if codings else None
    if version not in ("1.0", "1.1"):
        return 505, "This server speaks version 1 of HTTP only."
    if coding is not None and lengths:
        return 400, "Content-Length and Transfer-Encoding exclude each other."
    if coding is not None and version == "1.0":
        return 400, "Transfer-Encoding belongs to version 1.1 of HTTP."
    if coding is not None and coding.strip().lower() != "chunked":
        return 501, "The only transfer coding taken is chunked."
    if not hosts and version == "1.1":
        return 400, "The request names no host."
    if len(hosts) > 1 or (hosts and not _HOST.match(hosts[0])):
        return 400, "The Host header is not one host."
    return None


def _join_lists(headers: list[tuple[bytes, bytes]]) -> None:
    """Make one line of a list that was sent in several (RFC 9110, 5.3): who asks for a header gets the first line."""
    for wanted in _LISTS:
        lines = [value for name, value in headers if name == wanted]
        if len(lines) > 1:
            headers[:] = [each for each in headers if each[0] != wanted]
            headers.append((wanted, b", ".join(lines)))


def _complete(headers: list[tuple[bytes, bytes]]) -> None:
    told = {name for name, _ in headers}  # in small letters, as ASGI has it
    headers += [each for each in _AS_SENT if each[0] not in told]
