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
    task = asyncio.create_task(work)
    gone: asyncio.Task[None] | None = None
    try:
        done, _ = await asyncio.wait({task}, timeout=_UNWATCHED)
        if not done:
            gone = asyncio.create_task(_disconnected(request))
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        if gone is not None:
            gone.cancel()
        task.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
