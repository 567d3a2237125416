"""`/targets`: every target beside its latest figures, as a page, CSV, workbook or JSON-LD, filtered and sorted."""

import re
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph import queries
from cdsgraph.errors import FormatError
from cdsgraph.graph.history import history
from cdsgraph.serving.http.documented import PAGE, UNCHANGED, Answers, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets import exports, scorecard
from cdsgraph.serving.pages.targets.scorecard import SORTS, Entry, Filter
from cdsgraph.serving.pages.targets.statements import statements
from cdsgraph.serving.pages.targets.view import view
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged, write
from cdsgraph.serving.rdf.terms import context
from cdsgraph.serving.served import served

router = APIRouter(tags=["Pages"])

PAGE_SIZE: Final = 50
_BATCH: Final = 500  # targets of a page of JSON-LD
_FORMS: Final = {
    "html": PAGE,
    "jsonld": "application/ld+json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PARTS: Final = ("act", "pillar", "body", "status", "year")
_NAMES: Final = (*_PARTS, "sort", "page", "format", "version", "lang")
_VERSION = re.compile(r"[\w.-]{1,64}$", re.ASCII)
_TOLD: Final = {
    "act": "The end of the IRI of the act, as 749-qd-ttg-2020.",
    "pillar": "The end of the IRI of the pillar; none for targets of no pillar.",
    "body": "The end of the IRI of the body that set the target or compiles the figure.",
    "status": "A code of /def/target-status.",
    "year": "The year of the deadline.",
    "sort": "status, indicator, act, deadline, latest or gap; with a minus before it the other way round.",
    "page": "Of the page, and of JSON-LD where there are many targets; from 1.",
    "format": "In place of Accept: html, jsonld, csv or xlsx.",
    "version": "The data version on which the address was made; the page says if another is served.",
}
_ANSWERS: Final[Answers] = {200: answer("The targets.", *_FORMS.values()), **UNCHANGED}


@router.get(
    "/targets",
    summary="Targets against measurements",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": told, "schema": {"type": "string"}}
            for name, told in _TOLD.items()
        ]
    },
)
async def targets(request: Request) -> Response:
    """Every target with its latest figure of each basis, the gap, the status and its rule, and the evidence of both.

    Raises 400 for what cannot be asked, which tells what can; FormatError.
    """
    state, reader = served(request), Reader(request)
    media_type = _media_type(request)
    choices = await scorecard.choices(reader)
    asked, sort, page = _asked(request, reader)
    choices.check(asked)
    kept = {
        name: value for name, value in sorted(request.query_params.items()) if value and name not in ("format", "lang")
    }
    lang = reader.lang if media_type != _FORMS["jsonld"] else ""
    headers = {
        "ETag": entity_tag(state.mark, f"/targets?{urlencode(kept)}", BY_SUFFIX["html"], f"{media_type} {lang}"),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
    }
    if known := unchanged(request, headers):
        return known
    listed = scorecard.ordered(await scorecard.entries(reader, asked), sort)
    size = PAGE_SIZE if media_type == PAGE else _BATCH if media_type == _FORMS["jsonld"] else max(1, len(listed))
    pages = max(1, -(-len(listed) // size))
    if page > pages:
        raise Refusal(400, "targets.wrong.page", page=page, pages=pages)
    part = listed[(page - 1) * size : page * size]
    addresses = _Addresses(reader, asked, sort, page, pages)
    headers["Link"] = addresses.header()
    if media_type == PAGE:
        return await _page(reader, choices, asked, listed, part, addresses, headers)
    body = state.documents.get(headers["ETag"])
    if body is None:
        body = await _written(reader, media_type, asked, part)
        state.documents.put(headers["ETag"], body)
    name = next(name for name, offered in _FORMS.items() if offered == media_type)
    headers["Content-Disposition"] = f'{"inline" if name == "jsonld" else "attachment"}; filename="targets.{name}"'
    return Response(body, media_type=media_type, headers=headers)


class _Addresses:
    """The addresses of this list: its pages, its forms, itself with the version."""

    def __init__(self, reader: Reader, asked: Filter, sort: str, page: int, pages: int) -> None:
        self.reader, self.asked, self.sort, self.page, self.pages = reader, asked, sort, page, pages
        self._sort = {"sort": sort} if sort != SORTS[0] else {}

    def path(self, **more: str) -> str:
        """This list with something else of it."""
        return self.asked.address(**{**self._sort, **more})

    def sorted_by(self, name: str) -> str:
        """This list by a column, the other way round where it is by that column already."""
        return self.reader.url(self.path(sort=f"-{name}" if self.sort == name else name))

    def direction(self, name: str) -> str | None:
        """How the list is by a column, as `aria-sort` says it."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.sort)

    def turned(self, page: int) -> str:
        """Another page of it."""
        return self.reader.url(self.path(page=str(page) if page > 1 else ""))

    def form(self, name: str) -> str:
        """The whole of it in another form."""
        return self.reader.at(self.path(format=name, lang=self.reader.lang))

    def permanent(self) -> str:
        """This page with the version served."""
        page = {"page": str(self.page)} if self.page > 1 else {}
        return self.reader.url(self.path(**page, version=served(self.reader.request).name))

    def header(self) -> str:
        """The Link header: the other forms, and the pages before and after."""
        told = [
            f'<{self.path(format=name)}>; rel="alternate"; type="{offered}"'
            for name, offered in _FORMS.items()
            if name != "html"
        ]
        told += [
            f'<{self.path(page=str(number))}>; rel="{relation}"'
            for relation, number in (("prev", self.page - 1), ("next", self.page + 1))
            if 1 <= number <= self.pages
        ]
        return ", ".join(told)


def _media_type(request: Request) -> str:
    if form := request.query_params.get("format"):
        if form not in _FORMS:
            raise _wrong(part="format", value=form[:60], allowed=", ".join(_FORMS))
        return _FORMS[form]
    chosen = choose(request.headers.get("accept"), tuple(_FORMS.values()))
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(_FORMS.values())}")
    return chosen


def _asked(request: Request, reader: Reader) -> tuple[Filter, str, int]:
    """The filter, the order and the page. Raises 400."""
    given = {name: value for name, value in request.query_params.items() if value}
    for name in given:
        if name not in _NAMES:
            raise Refusal(400, "targets.wrong.name", name=name[:60], allowed=", ".join(_NAMES))
    sort = given.get("sort", SORTS[0])
    if sort.removeprefix("-") not in SORTS:
        raise _wrong(part="sort", value=sort[:60], allowed=", ".join(SORTS))
    page = given.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 0 < int(page[:9]) == int(page) <= 10**8:
        raise _wrong(part="page", value=page[:60], allowed="1, 2, …")
    if not _VERSION.match(given.get("version", "0")):
        allowed = f"{served(request).name}, …"
        raise _wrong(part="version", value=given["version"][:60], allowed=allowed)
    return Filter(**{name: given[name] for name in _PARTS if name in given}), sort, int(page)


def _wrong(*, part: str, value: str, allowed: str) -> Refusal:
    return Refusal(400, "targets.wrong", part=part, value=value, allowed=allowed)


async def _page(
    reader: Reader, choices: scorecard.Choices, asked: Filter, listed: list[Entry], part: list[Entry],
    addresses: _Addresses, headers: dict[str, str],
) -> Response:  # fmt: skip
    shown = await view(reader, part)
    whatever = scorecard.without_status(asked)
    of_any = listed if whatever == asked else await scorecard.entries(reader, whatever)
    counts = scorecard.by_status(of_any)
    decided = {e.target for e in of_any if any(scorecard.is_verdict(r["statusIri"]) for r in e.rows)}
    return reader.render(
        "targets.html",
        headers=headers,
        asked=asked,
        choices=choices,
        bar=choices.parts(counts, whatever),
        several=sum(counts.values()) > len(of_any),
        judged=len(decided),
        open=len(of_any) - len(decided),
        total=len(listed),
        entries=[shown.shown(entry) for entry in part],
        addresses=addresses,
        forms=[(name.upper(), addresses.form(name)) for name in _FORMS if name != "html"],
        query=queries.without_header(asked.query(reader)),
        other=_other_version(reader),
    )


def _other_version(reader: Reader) -> dict[str, str] | None:
    """The version that the address was made on, where it is not the one served; with its changes if it is kept."""
    state = served(reader.request)
    version = reader.request.query_params.get("version", "")
    if version in ("", state.name):
        return None
    out = state.settings.published
    kept = out is not None and version in {each.name for each in history(out)}
    return {"version": version, "changes": reader.url(f"/changes?since={version}") if kept else ""}


async def _written(reader: Reader, media_type: str, asked: Filter, part: list[Entry]) -> bytes:
    state = served(reader.request)
    if media_type == _FORMS["csv"]:
        return await run_in_threadpool(exports.as_csv, part)
    if media_type == _FORMS["jsonld"]:
        triples = sorted(await statements(state.engine, [entry.target for entry in part]), key=str)
        form, terms = BY_SUFFIX["jsonld"], context(state.files, state.base)
        return await run_in_threadpool(write, form, triples, root=None, base=state.base, context=terms)
    text = queries.find(state.files.queries, "target_evidence").render(base=state.base)
    evidence = scorecard.plain(await state.engine.select(text))
    return await run_in_threadpool(exports.as_workbook, part, evidence, _about(reader, asked, part), reader)


def _about(reader: Reader, asked: Filter, part: list[Entry]) -> dict[str, Any]:
    """What a workbook tells of itself."""
    state = served(reader.request)
    given = "; ".join(f"{reader.word(f'targets.{name}')}: {value}" for name, value in asked.given().items())
    address = state.settings.address + reader.at(asked.address(version=state.name))
    told = {
        "version": state.name, "address": address, "filter": given or str(reader.word("targets.filter.any")),
        "reach": part[0].first["sources"] if part else "", "licence": str(reader.word("footer.licence")),
    }  # fmt: skip
    return {str(reader.word(f"targets.sheet.{name}")): value for name, value in told.items()}
