"""What a request brings: its body, what that is in, and whether the client is still there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_T = TypeVar("_T")
_UNWATCHED: Final = 0.1  # seconds in which we do not look whether the client is still there


def content_type(request: Request) -> tuple[str, str]:
    """Media type and charset of the body, in small letters."""
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charset = next((p.partition("=")[2] for p in parameters if p.strip().startswith("charset=")), "")
    return media_type.strip(), charset.strip().strip('"')


async def whole_body(request: Request, limit: int) -> bytes:
    """The body, of at most `limit` bytes; a longer one is refused with 413 as soon as it shows."""
    too_large = HTTPException(413, f"The body is larger than {limit} bytes.", {"Connection": "close"})
    if int(request.headers.get("content-length", "0")) > limit:  # a number, or the parser had refused it
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


async def while_connected(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of the work, which is given up when the client leaves (ClientDisconnect)."""
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        watch.raise_if_left()
        raise
    finally:
        watch.end()


class _Watch:
    """Cancels the task that it is made in when the client of a request leaves.

    It begins to look after a while and in a task of its own then: most work has ended before.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._task = asyncio.current_task()
        self._looking: asyncio.Task[None] | None = None
        self._left = False
        self._begin = asyncio.get_running_loop().call_later(_UNWATCHED, self._look)

    def raise_if_left(self) -> None:
        """Raise ClientDisconnect if it is for this that the task was cancelled, and for nothing else."""
        if self._left and self._task is not None and not self._task.uncancel():
            raise ClientDisconnect

    def end(self) -> None:
        """Look no more."""
        self._begin.cancel()
        if self._looking is not None:
            self._looking.cancel()
            # Its failure names this object: without the cycle both, and the request, are gone at once.
            self._looking = None

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._left = True
        if self._task is not None:
            self._task.cancel()
