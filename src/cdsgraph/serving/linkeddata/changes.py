"""What the served version says otherwise than an earlier one: `/changes?since=VERSION`."""

from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from cdsgraph.graph.history import Published, before, history
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import UNCHANGED, Answers
from cdsgraph.serving.http.negotiation import HTML, form_of
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.making import comparing
from cdsgraph.serving.operations.headers import HEAD
from cdsgraph.serving.pages.prepared.comparison import compared
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.served import served

router = APIRouter(tags=["Dumps"])

_FORMS: Final = {"html": HTML, "jsonld": "application/ld+json", "json": "application/json", "csv": "text/csv"}
_PAGE: Final = 100
_ANSWERS: Final[Answers] = {
    200: documented.answer("The differences.", *_FORMS.values()),
    **UNCHANGED,
    404: documented.refusal("No such version, or no page of this number; the versions there are are told."),
    422: documented.refusal("The versions are too large to be compared here."),
    503: documented.refusal("The comparison is being made (Retry-After), or a version is damaged."),
}


@router.get(
    "/changes", summary="Facts added, gone and changed since a version", response_class=Response, responses=_ANSWERS
)
async def changes(
    request: Request,
    since: str = Query("", description="A version; without it the one published before the served one."),
    form: str = Query("", alias="format", description="In place of Accept: html, jsonld, json or csv."),
    page: int = Query(1, ge=1, le=1_000_000, description="Of the HTML form."),
) -> Response:
    """The differences as a page, JSON-LD (PROV, change sets), JSON as `cdsgraph diff` writes it, or CSV."""
    media_type = form_of(form, request.headers.get("accept"), _FORMS)
    old, new = await run_in_threadpool(_versions, request, since)
    state, reader = served(request), Reader(request)
    here = f"/changes?since={old.name}"
    headers = {
        "ETag": entity_tag(f"{state.mark} {page}", here, BY_SUFFIX["html"], f"{media_type} {reader.lang}"),
        "Content-Location": here + (f"&page={page}" if media_type == HTML and page > 1 else ""),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": ", ".join(
            f'<{here}&format={name}>; rel="alternate"; type="{offered}"' for name, offered in _FORMS.items()
        ),
    }
    if answer := unchanged(request, headers):
        return answer
    folder = await compared(served(request), old, new)
    if media_type == HTML:
        return await _page(reader, folder, old, page, here, headers)
    files = {
        _FORMS["jsonld"]: comparing.JSON_LD,
        _FORMS["json"]: comparing.json_file(reader.lang),
        _FORMS["csv"]: comparing.csv_file(reader.lang),
    }
    return _File(folder / files[media_type], media_type=media_type, headers=headers)


class _File(FileResponse):
    """A whole file; HEAD without reading it, and no parts: a comparison may be made anew with other bytes."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        told = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__(
            {**scope, "headers": told} | ({"method": "HEAD"} if scope.get(HEAD) else {}), receive, send
        )


def _versions(request: Request, since: str) -> tuple[Published, Published]:
    """The version asked for and the served one. Raises 404, which tells the versions there are."""
    state = served(request)
    out = state.settings.published
    if out is None:
        if state.settings.endpoint:
            raise Refusal(404, "error.said.one_version")
        raise Refusal(404, "error.said.no_versions")
    known = {version.name: version for version in history(out, served=state.name)}
    wanted = since or before(out, state.name)
    if wanted is None:
        raise Refusal(404, "error.said.no_earlier", version=state.name)
    if wanted not in known or state.name not in known:
        raise Refusal(404, "error.said.other_version", version=wanted[:40], known=", ".join(known))
    return known[wanted], known[state.name]


async def _page(
    reader: Reader, folder: Path, old: Published, page: int, here: str, headers: dict[str, str]
) -> Response:
    counts, lines = await run_in_threadpool(_read, folder, reader.lang, page)
    total = counts["changed"] + counts["added"] + counts["gone"]
    pages = max(1, -(-total // _PAGE))
    if page > pages:
        raise Refusal(404, "error.said.page", page=page)
    entries = [(line["how"], line["kind"], reader.href(line["iri"]), line["told"]) for line in lines]
    return reader.render(
        "changes.html",
        headers=headers,
        old=old,
        counts=counts,
        total=total,
        entries=entries,
        page=page,
        pages=pages,
        here=here,
        next_url=reader.url(f"{here}&page={page + 1}"),
        previous_url=reader.url(f"{here}&page={page - 1}"),
        forms=[(name, reader.at(f"{here}&format={name}&lang={reader.lang}")) for name in _FORMS if name != "html"],
    )


def _read(folder: Path, lang: str, page: int) -> tuple[dict[str, int], list[dict[str, str]]]:
    counts: dict[str, int] = orjson.loads((folder / comparing.COUNTS).read_bytes())
    with (folder / comparing.lines_file(lang)).open("rb") as file:
        return counts, [orjson.loads(line) for line in islice(file, (page - 1) * _PAGE, page * _PAGE)]
