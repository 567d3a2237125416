"""Pages are sent packed to clients that take it; data and results go out as they are, piece by piece where they do."""

import gzip
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cdsgraph.serving.http.negotiation import HTML, choose

_GZIP: Final = "gzip"
_SMALLEST: Final = 1_000  # bytes; below, the headers of a coding cost what it saves
_LARGE: Final = 100_000  # bytes; packing more would keep other requests waiting
_LEVEL: Final = 6
_END: Final = '"'
_CONDITIONS: Final = (b"if-none-match", b"if-match")
_MARK: Final = f"-gzip{_END}"  # the end of the entity tag of a packed page


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether an Accept-Encoding header (RFC 9110, 12.5.3) takes gzip.

    >>> takes_gzip("br, gzip"), takes_gzip("gzip;q=0, *"), takes_gzip(None)
    (True, False, False)
    """
    return bool(accept_encoding) and choose(accept_encoding, [_GZIP]) is not None


class Compressed:
    """ASGI middleware that packs pages.

    A packed page has an entity tag of its own (8.8.3.3), that of the plain page with `-gzip` at its end; a client that
    shows it again is answered as one that has the page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        packs = takes_gzip(asked.get("accept-encoding"))
        known = asked.get("if-none-match", "") if packs else ""
        held: Message | None = None

        async def send_packed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 304:
                    _tell_known(headers, known)
                elif headers.get("content-type", "").startswith(HTML) and "content-encoding" not in headers:
                    headers.add_vary_header("Accept-Encoding")
                    if packs:
                        held = message
                        return
            elif held is not None:
                start, held = held, None
                if not message.get("more_body") and len(message["body"]) >= _SMALLEST:
                    message = {**message, "body": await _packed(message["body"])}
                    _tell_packed(MutableHeaders(scope=start), len(message["body"]))
                await send(start)
            await send(message)

        shown = known + asked.get("if-match", "")
        await self._app(_with_plain_tags(scope) if _MARK in shown else scope, receive, send_packed)


def _with_plain_tags(scope: Scope) -> Scope:
    mark, end = _MARK.encode(), _END.encode()
    headers = [
        (name, value + b", " + value.replace(mark, end) if name in _CONDITIONS else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def _tell_packed(headers: MutableHeaders, size: int) -> None:
    headers["Content-Encoding"] = _GZIP
    headers["Content-Length"] = str(size)
    if "etag" in headers:
        headers["ETag"] = _tag_of_packed(headers["etag"])


def _tell_known(headers: MutableHeaders, known: str) -> None:
    tag = _tag_of_packed(headers.get("etag", _END))
    if tag in known:
        headers["ETag"] = tag
        headers.add_vary_header("Accept-Encoding")


def _tag_of_packed(tag: str) -> str:
    return tag.removesuffix(_END) + _MARK


async def _packed(body: bytes) -> bytes:
    if len(body) < _LARGE:
        return gzip.compress(body, _LEVEL, mtime=0)
    return await run_in_threadpool(gzip.compress, body, _LEVEL, mtime=0)
