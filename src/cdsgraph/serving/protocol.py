"""HTTP on the connection: the server's fast parser, with the bound on a request's head that it lacks.

Without one a client could send headers for ever, and all of them would be kept in memory.
"""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT: Final = 65_536  # bytes of the request line and the headers together
_AROUND: Final = 4  # bytes of a header's line beside its name and value


class _HeadTooLargeError(Exception):
    """The head is past its limit; the parser turns it into a refusal."""


class BoundedHead(HttpToolsProtocol):
    """Refuses a request whose head is larger than HEAD_LIMIT with 400 and closes the connection."""

    _in_head = False
    _received = 0
    _parsed = 0

    def data_received(self, data: bytes) -> None:
        """Take what has come in. One header that never ends is not seen by the parser's callbacks, only here."""
        if self._in_head:
            self._received += len(data)
        super().data_received(data)
        if self._in_head and self._received > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._received, self._parsed = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._count(len(name) + len(value) + _AROUND)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended; the body has limits of its own."""
        self._in_head = False
        super().on_headers_complete()

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._parsed > HEAD_LIMIT:
            raise _HeadTooLargeError
