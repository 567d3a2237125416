"""HTTP on the connection: the server's fast parser, with what it leaves undone.

It sets no bound on a request's head, nor on what may stand around the bytes of a body sent in chunks; a client could
send either for ever. It takes fields that follow a body for headers of the request. And it reads no body of a request
that offers another protocol (`Upgrade`), as some HTTP clients do with every first request. And it sends the head of an
answer apart from the body, which costs as much as the rest of a small answer and wakes the client twice.
"""

import asyncio
from typing import Any, Final, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT: Final = 65_536  # bytes of the request line and the headers together
_AROUND: Final = 4  # bytes of a header's line beside its name and value
_AROUND_BODY: Final = 65_536  # bytes of chunk sizes, extensions and trailers, beside _A_BYTE for each of the body
_A_BYTE: Final = 8  # a body sent byte by byte takes six for each
_INVALID: Final = "Invalid HTTP request received."


class _RefusedError(Exception):
    """The request is not one to answer; the parser turns it into a refusal."""


class _Joined:
    """A transport that keeps the head of an answer until the body follows, or nothing does in this turn of the loop."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._kept = b""

    def write(self, data: bytes) -> None:
        """Send what was kept, and this; or keep it, if it is a head."""
        if self._kept:
            data, self._kept = self._kept + data, b""
        elif data.startswith(b"HTTP/"):
            self._kept = data
            self._loop.call_soon(self._send)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what was kept and hang up."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._kept:
            kept, self._kept = self._kept, b""
            self._transport.write(kept)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedHead(HttpToolsProtocol):
    """Refuses with 400, and closes the connection, what is larger than its bounds; stays with HTTP/1.1."""

    _in_head = False
    _received = 0
    _parsed = 0
    _around_body = 0
    _offers_upgrade = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(cast(asyncio.Transport, _Joined(transport)))

    def data_received(self, data: bytes) -> None:
        """Take what has come in. What never ends is not seen by the parser's callbacks, only here."""
        if self._in_head:
            self._received += len(data)
        else:
            self._around_body += len(data)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_on(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self.send_400_response(_INVALID)
            return
        if self.transport.is_closing():
            return
        if self._in_head and self._received > HEAD_LIMIT:
            self.send_400_response("The head of the request is too large.")
        elif not self._in_head and self._around_body > _AROUND_BODY:
            self.send_400_response("There is too much around the body of the request.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._received, self._parsed, self._around_body = True, 0, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what follows a body is none."""
        self._count(len(name) + len(value) + _AROUND)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended; the body has limits of its own."""
        self._offers_upgrade = self.parser.should_upgrade()
        if self._offers_upgrade:
            if self.parser.get_method() == b"CONNECT":
                raise _RefusedError
            return
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._around_body -= _A_BYTE * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has ended, unless its body is still to be read."""
        if not self._offers_upgrade:
            super().on_message_complete()

    def _read_on(self, rest: bytes) -> None:
        """Read the same request again as one that offers no other protocol."""
        lines = [name + b": " + value for name, value in self.headers if name not in (b"upgrade", b"http2-settings")]
        line = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as the server's own
        self.data_received(b"\r\n".join([line, *lines, b"", rest]))

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._parsed > HEAD_LIMIT:
            raise _RefusedError
