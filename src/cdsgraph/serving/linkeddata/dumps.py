"""The dataset as files: `/dumps/` lists published versions, `/dumps/{version}/dataset.nq` and others are their quads.

What cites an old version still resolves. The N-Quads are the version's own file; the packed ones are made of it once
(`packing`) and kept. Only the graph is given here, with the short quotations in it; the texts are their owners'.
"""

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from cdsgraph.errors import BusyError, DatasetError, FormatError
from cdsgraph.graph.history import Published, history
from cdsgraph.graph.versions import DATASET
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import JSON, UNCHANGED, Answers
from cdsgraph.serving.http.negotiation import HTML, choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.making import packing
from cdsgraph.serving.operations.headers import HEAD
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.served import served

router = APIRouter(tags=["Dumps"])

PLAIN: Final = (DATASET,)
FILES: Final = (DATASET, packing.N_QUADS, packing.TRIG)
MEDIA_TYPES: Final = {
    DATASET: "application/n-quads",
    packing.N_QUADS: "application/n-quads",
    packing.TRIG: "application/trig",
}
_GZIP: Final = "application/gzip"
_SUM: Final = ".sha256"
_RANGE: Final = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})")
_RANGES: Final = re.compile(rf"bytes=\s*(?:{_RANGE.pattern})(?:\s*,\s*(?:{_RANGE.pattern}))*\s*")
_MOST_RANGES: Final = 10
_PATIENCE: Final = 4.0  # seconds that a list waits for files that are being made
_ANSWERS: Final[Answers] = {
    200: documented.answer("The file, or the list.", "application/n-quads", _GZIP, "text/plain", HTML, JSON),
    206: documented.answer("The part that Range asks for.", "application/n-quads", _GZIP, "text/plain"),
    **UNCHANGED,
    404: documented.refusal("No such version or file."),
    416: documented.answer("The file ends before the part that Range asks for."),
    503: documented.refusal("The file is being made (Retry-After), or is damaged."),
}
_LIST_ANSWERS: Final[Answers] = {
    200: documented.answer("The versions and their files.", HTML, JSON),
    **UNCHANGED,
}


@dataclass(frozen=True, slots=True)
class Dump:
    """A file to download; `size` (bytes) and `sha256` are None where it is still to be made or its sum is not known."""

    name: str
    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """A version with its files; `first` is when it was first published."""

    name: str
    first: datetime | None
    quads: int | None
    dumps: tuple[Dump, ...]

    def record(self, prefix: str) -> dict[str, Any]:
        """As a JSON object."""
        files = [
            {
                "name": dump.name,
                "href": f"{prefix}/dumps/{self.name}/{dump.name}",
                "mediaType": MEDIA_TYPES[dump.name],
                "bytes": dump.size,
                "sha256": dump.sha256,
            }
            for dump in self.dumps
        ]
        first = self.first.isoformat() if self.first else None
        return {"version": self.name, "issued": first, "quads": self.quads, "files": files}


async def issues(request: Request) -> list[Issue]:
    """Every published version on disk, the newest first; packed files that are missing are begun to be made."""
    state = served(request)
    out = state.settings.published
    if out is None:
        path = state.settings.rdf_file
        dumps = (Dump(DATASET, path.stat().st_size, None),) if path.suffix == ".nq" and path.is_file() else ()
        return [Issue(state.name, None, None, dumps)]
    found = []
    until = time.monotonic() + _PATIENCE
    for version in reversed(await run_in_threadpool(history, out, served=state.name)):
        try:
            packed = await _packed(request, version, patience=max(0.0, until - time.monotonic()))
        except (BusyError, DatasetError):
            packed = None
        sums = orjson.loads((packed / packing.SUMS).read_bytes()) if packed else {}
        plain = Dump(DATASET, version.dataset.stat().st_size, version.sha256)
        rest = (Dump(name, *_size_and_sum(sums.get(name))) for name in FILES[1:])
        found.append(Issue(version.name, version.first, version.quads, (plain, *rest)))
    return found


@router.get(
    "/dumps",
    summary="Every version as files",
    response_class=Response,
    responses=_LIST_ANSWERS,
)
@router.get("/dumps/", include_in_schema=False)
async def listing(request: Request) -> Response:
    """Every version on disk with its files, their sizes and checksums: a page, or JSON."""
    return await _listing(request, None)


@router.get(
    "/dumps/{name}",
    summary="A file of the served version, or the files of a version",
    response_class=Response,
    responses=_ANSWERS,
)
@router.get("/dumps/{name}/", include_in_schema=False)
async def of_served(request: Request, name: str) -> Response:
    """`dataset.nq`, `dataset.nq.gz` or `dataset.trig.gz` of the version served, or `.sha256` of one; or a version."""
    if name.removesuffix(_SUM) not in FILES:
        return await _listing(request, name)
    state = served(request)
    if state.settings.published is None:
        path = state.settings.rdf_file
        if state.settings.endpoint:
            raise Refusal(404, "error.said.file_remote")
        if name != DATASET or path.suffix != ".nq" or not path.is_file():
            raise Refusal(404, "error.said.file")
        return _file(request, path, MEDIA_TYPES[DATASET], state.name, "public, max-age=300")
    return await _of(request, await _published(request, state.name), name, "public, max-age=300")


@router.get(
    "/dumps/{version}/{name}",
    summary="A file of one version",
    response_class=Response,
    responses=_ANSWERS,
)
async def of_version(request: Request, version: str, name: str) -> Response:
    """The same files of any version on disk; they never change."""
    if name.removesuffix(_SUM) not in FILES:
        raise Refusal(404, "error.said.file_of_version", files=", ".join(FILES))
    return await _of(request, await _published(request, version), name, "public, max-age=31536000, immutable")


async def _listing(request: Request, version: str | None) -> Response:
    chosen = choose(request.headers.get("accept"), (HTML, "application/json"))
    if chosen is None:
        raise FormatError("no accepted format", remedy="accept text/html or application/json")
    found = [issue for issue in await issues(request) if version in (None, issue.name)]
    if not found:
        raise Refusal(404, "error.said.version", version=(version or "")[:40])
    state, reader = served(request), Reader(request)
    headers = {
        "ETag": entity_tag(f"{state.mark} {found}", "/dumps/", BY_SUFFIX["html"], f"{chosen} {reader.lang}"),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "Link": '</catalog>; rel="describedby"',
    }
    if answer := unchanged(request, headers):
        return answer
    if chosen == HTML:
        return reader.render("dumps.html", headers=headers, issues=found, of=version)
    told = {"served": state.name, "versions": [issue.record(state.settings.prefix) for issue in found]}
    return JSONResponse(told, headers=headers)


async def _published(request: Request, name: str) -> Published:
    state = served(request)
    out = state.settings.published
    found = await run_in_threadpool(history, out, served=state.name) if out is not None else ()
    for version in found:
        if version.name == name:
            return version
    raise Refusal(404, "error.said.version", version=name[:40])


async def _of(request: Request, version: Published, name: str, cache_control: str) -> Response:
    file = name.removesuffix(_SUM)
    if file == DATASET:
        path = version.dataset
        digest = await run_in_threadpool(_digest_of, path)
        if digest is None or digest != version.sha256:
            raise DatasetError(f"the N-Quads of version {version.name} are damaged", remedy="build it again")
    else:
        folder = await _packed(request, version)
        path = folder / file
        digest = orjson.loads((folder / packing.SUMS).read_bytes())[file]["sha256"]
    if name != file:
        return PlainTextResponse(f"{digest}  {file}\n", headers={"Cache-Control": cache_control})
    media_type = MEDIA_TYPES[DATASET] if file == DATASET else _GZIP
    return _file(request, path, media_type, digest[:24], cache_control)


async def _packed(request: Request, version: Published, *, patience: float | None = None) -> Path:
    """The folder with the packed files of a version. Raises BusyError or DatasetError where it is not there in time."""
    base = str(version.manifest.get("base", served(request).base))
    arguments = (str(version.dataset.absolute()), version.sha256 or "", base)
    return await served(request).derived.get(version.name, packing.__name__, *arguments, patience=patience)


def _digest_of(path: Path) -> str | None:
    try:
        stat = path.stat()
        return _digest(path, stat.st_size, stat.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _digest(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size_and_sum(told: Any) -> tuple[int | None, str | None]:
    return (told["bytes"], told["sha256"]) if isinstance(told, dict) else (None, None)


def _file(request: Request, path: Path, media_type: str, tag: str, cache_control: str) -> Response:
    headers = {"ETag": f'"{tag}"', "Cache-Control": cache_control, "Link": '</catalog>; rel="describedby"'}
    if answer := unchanged(request, headers):
        return answer
    _check_range(request, path.stat().st_size)
    return _Download(path, media_type=media_type, headers=headers)


def _check_range(request: Request, size: int) -> None:
    """Raises 416 for a part that lies behind the end of the file."""
    if "if-range" not in request.headers:
        for first, _, suffix in _ranges(request.headers.get("range", "")):
            if int(first or 0) >= size or (suffix and not int(suffix)):
                raise HTTPException(416, f"The file has {size} bytes.", {"Content-Range": f"bytes */{size}"})


def _ranges(text: str) -> list[tuple[str, str, str]]:
    """First and last byte, or the length of a suffix, of each range; none where the header makes no sense."""
    if not _RANGES.fullmatch(text) or text.count(",") >= _MOST_RANGES:
        return []
    found = _RANGE.findall(text)
    return [] if any(last and int(last) < int(first) for first, last, _ in found) else found


class _Download(FileResponse):
    """A file, or the part that Range asks for; a Range that makes no sense is left aside (RFC 9110, 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; HEAD without reading the file."""
        if not _ranges(Headers(scope=scope).get("range", "")):
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
        if scope.get(HEAD):
            scope = {**scope, "method": "HEAD"}
        await super().__call__(scope, receive, send)
