"""The front's end of the talk with one worker: one request at a time, its answer as a future."""

import asyncio
from collections.abc import Callable
from typing import cast

from cdsgraph.errors import BusyError, CdsgraphError
from cdsgraph.serving.engine import spool
from cdsgraph.serving.engine.messages import (
    ACCEPTED,
    BODY,
    FAILED,
    FILE,
    HEAD_LENGTH,
    MEDIA_TYPE,
    READY,
    Answer,
    unpack_error,
    unpack_head,
)


class DiedBeforeRequestError(Exception):
    """A worker ended before it took the request, which can be given to another."""


class DiedOfRequestError(Exception):
    """A worker ended over the request, which would end another one too."""


class OrphanedError(Exception):
    """A worker ended over the request because the process that bore it had ended."""


class Talk(asyncio.Protocol):
    """Messages to and from a worker. `ready` becomes its process number, `ended` is set when it has gone."""

    def __init__(self, spool_limit: int = 0, *, orphaned: Callable[[], bool] = lambda: False) -> None:
        """`spool_limit` is how many bytes of large answers may lie on disk; `orphaned` tells, when the worker has
        ended, whether it was not by itself.
        """
        self._spool_limit = spool_limit
        self._orphaned = orphaned
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[int] = loop.create_future()
        self.ended = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._accepted = False
        self._media_type = ""
        self._received = bytearray()

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        """Send a packed request. The future raises what the worker reports, DiedOfRequestError or OrphanedError if it
        ends over it, DiedBeforeRequestError if it was gone before it took it.
        """
        self._answer = asyncio.get_running_loop().create_future()
        self._accepted = False
        if self._transport is None or self.ended.is_set():
            self._answer.set_exception(DiedBeforeRequestError())
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The talk begins."""
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop has no such ancestor

    def data_received(self, data: bytes) -> None:
        """Take what has come in, and every message that is whole."""
        received = self._received
        received += data
        start = 0
        while len(received) - start >= HEAD_LENGTH:
            kind, length = unpack_head(bytes(received[start : start + HEAD_LENGTH]))
            end = start + HEAD_LENGTH + length
            if len(received) < end:
                break
            payload = bytes(memoryview(received)[start + HEAD_LENGTH : end])
            start = end
            self._take(kind, payload)
        del received[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker has ended, or we have hung up."""
        self.ended.set()
        if not self.ready.done():
            self.ready.set_exception(DiedBeforeRequestError())
        if self._answer is not None and not self._answer.done():
            if not self._accepted:
                self._answer.set_exception(DiedBeforeRequestError())
            else:
                self._answer.set_exception(OrphanedError() if self._orphaned() else DiedOfRequestError())

    def _take(self, kind: bytes, payload: bytes) -> None:
        if not self.ready.done():
            if kind == READY:
                self.ready.set_result(int(payload))
            elif kind == FAILED:
                self.ready.set_exception(unpack_error(payload))
            return
        answer = self._answer
        if answer is None or answer.done():
            return
        if kind == ACCEPTED:
            self._accepted = True
            return
        if kind == MEDIA_TYPE:
            self._media_type = payload.decode()
            return
        self._answer = None  # a large one is let go with its last reader
        if kind == BODY:
            answer.set_result(Answer(self._media_type, payload))
        elif kind == FILE:
            try:
                answer.set_result(Answer(self._media_type, spool.opened(payload, limit=self._spool_limit)))
            except BusyError as error:
                answer.set_exception(error)
        elif kind == FAILED:
            answer.set_exception(unpack_error(payload))
        else:
            answer.set_exception(CdsgraphError("a worker answered out of turn"))
