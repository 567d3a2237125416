"""The files that pages load from `/static/`: styles, scripts, fonts and pictures, as they are or packed once for all.

An address that names the mark of the content may be kept for good: other content has another mark.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http.compressed import takes_gzip
from cdsgraph.serving.rdf.representations import unchanged

router = APIRouter()

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
_PACKED_ALREADY: Final = frozenset({".png", ".woff2"})
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_FOR_A_DAY: Final = "public, max-age=86400"
_ASKED_AFTER: Final = "no-cache"  # what names it may be newer than what is kept


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, media type, and the mark that changes with the bytes."""

    content: bytes
    media_type: str
    mark: str
    packable: bool


@cache
def assets() -> dict[str, Asset]:
    """Every file of `static/` by its path there; nothing else of the disk can be asked for."""
    found = {}
    for path in sorted(_FOLDER.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            found[path.relative_to(_FOLDER).as_posix()] = Asset(
                content,
                _MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
                hashlib.sha256(content).hexdigest()[:16],
                path.suffix not in _PACKED_ALREADY,
            )
    return found


@router.get("/static/{name:path}", include_in_schema=False)
async def asset(request: Request, name: str) -> Response:
    """One file. Raises 404."""
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    packed = found.packable and takes_gzip(request.headers.get("accept-encoding"))
    headers = {
        "ETag": f'"{found.mark}{"-gzip" if packed else ""}"',
        "Vary": "Accept-Encoding",
        "Cache-Control": _kept(found, request.query_params.get("v")),
    }
    if answer := unchanged(request, headers):
        return answer
    if not packed:
        return Response(found.content, media_type=found.media_type, headers=headers)
    content = await run_in_threadpool(_packed, name)
    return Response(content, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})


def _kept(found: Asset, mark: str | None) -> str:
    if mark == found.mark:
        return _FOR_GOOD
    return _ASKED_AFTER if found.packable else _FOR_A_DAY


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(assets()[name].content, mtime=0)
