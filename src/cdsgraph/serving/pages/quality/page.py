"""The quality of the data: what does not add up, differs, is open or not known, each with its words and its rule."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdsgraph import queries
from cdsgraph.queries import SavedQuery
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import NOT_FOUND, UNCHANGED, Answers
from cdsgraph.serving.http.negotiation import HTML, form_of
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.prepared.checked import Checked, Found, check_report
from cdsgraph.serving.pages.quality.findings import Finding, Kind, Row, Telling, code, facts_of, told_about
from cdsgraph.serving.pages.quality.tables import Grid, coverage_grids, number_grids
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import unchanged
from cdsgraph.serving.served import served

router = APIRouter(tags=["Pages"])

_FORMS: Final = {"html": HTML, "json": "application/json", "csv": "text/csv"}
_PAGE: Final = 25
_DATA_PAGE: Final = 200  # of JSON and CSV
_CHECKS, _WAIVED, _SLIPS = "checks", "waived", "slips"
_COLUMNS: Final = (
    "finding", "name", "kind", "kindName", "outcome", "message", "value", "fact", "sentence", "source",
    "otherFact", "otherSentence", "otherSource", "rules", "waivedReason", "waivedUntil",
)  # fmt: skip
_ANSWERS: Final[Answers] = {
    200: documented.answer("The findings.", *_FORMS.values()),
    **UNCHANGED,
    **NOT_FOUND,
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the quality pages: the saved query of its rows, the one that answers its question in full."""

    name: str
    query: str
    question: str
    table: bool


@cache
def sections() -> tuple[Section, ...]:
    """The sections in their order, from `sections.csv`."""
    with (Path(__file__).parent / "sections.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Section(row["section"], row["query"], row["question"], row["table"] == "yes")
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True, slots=True)
class Items:
    """What a section lists: rows of its query or results of validation, each with its kind and source."""

    everything: Sequence[Row | Found]
    report: Checked

    def kind(self, item: Row | Found) -> str:
        """The IRI of an item's kind; of a result the name of its rule."""
        return item.rule if isinstance(item, Found) else item["kind"]["value"]

    def source(self, item: Row | Found) -> str:
        """The short name of the source text it is about, if it is about one."""
        if isinstance(item, Found):
            return ""
        return code(item["source"]["value"]) if "source" in item else ""


@router.get(
    "/quality",
    summary="The quality of the data, in numbers",
    response_class=Response,
    responses={200: documented.answer("How many findings of each kind.", *_FORMS.values()), **UNCHANGED},
)
async def overview(
    request: Request,
    form: str = Query("", alias="format", description="In place of Accept: html, json or csv."),
) -> Response:
    """How much of what was found, section by section, and what validation says of this version."""
    state, reader, media_type = served(request), Reader(request), form_of(form, request.headers.get("accept"), _FORMS)
    report = await check_report(served(request))
    headers = _headers(reader, "/quality", report, media_type)
    if answer := unchanged(request, headers):
        return answer
    counts = {each.name: await _counted(request, each, report) for each in sections()}
    told = [
        {
            "section": each.name,
            "title": str(reader.word(f"quality.{each.name}")),
            "count": counts[each.name],
            "href": reader.at(f"/quality/{each.name}"),
        }
        for each in sections()
    ]
    if media_type == _FORMS["json"]:
        validation = report.report.counts if report.report else None
        return JSONResponse({"version": state.name, "sections": told, "validation": validation}, headers=headers)
    if media_type == _FORMS["csv"]:
        return _csv(("section", "title", "count", "href"), told, headers)
    return reader.render(
        "quality.html", headers=headers, sections=sections(), counts=counts, checked=report, formats=_links(reader)
    )


@router.get("/quality/{section}", summary="The findings of a section", response_class=Response, responses=_ANSWERS)
async def section(
    request: Request,
    section: str,
    kind: str = Query("", description="Only findings of this kind: the last part of its IRI, or a rule's name."),
    source: str = Query("", description="Only findings about this source text, by its short name."),
    page: int = Query(1, ge=1, le=1_000_000),
    form: str = Query("", alias="format", description="In place of Accept: html, json or csv."),
) -> Response:
    """The findings page by page, each with its sentences and its rule. Raises 404, 400 for a wrong filter."""
    chosen = next((each for each in sections() if each.name == section), None)
    if chosen is None:
        known = ", ".join(each.name for each in sections())
        raise Refusal(404, "error.said.section", name=section[:40], known=known)
    reader, media_type = Reader(request), form_of(form, request.headers.get("accept"), _FORMS)
    report = await check_report(served(request))
    here = f"/quality/{section}"
    headers = _headers(reader, f"{here}?{request.url.query}", report, media_type)
    if answer := unchanged(request, headers):
        return answer
    if chosen.table:
        return await _tables(reader, chosen, media_type, headers)
    items = await _items(request, chosen, report)
    kinds = Counter(map(items.kind, items.everything))
    sources = Counter(each for each in map(items.source, items.everything) if each)
    _known("kind", kind, [code(each) for each in kinds])
    _known("source", source, list(sources))
    wanted = [
        each for each in items.everything if kind in ("", code(items.kind(each))) and source in ("", items.source(each))
    ]
    size = _PAGE if media_type == HTML else _DATA_PAGE
    pages = max(1, -(-len(wanted) // size))
    if page > pages:
        raise Refusal(404, "error.said.page", page=page)
    shown = wanted[(page - 1) * size : page * size]
    telling = await _telling(request, reader, shown, list(kinds), [f"{reader.base}id/source/{s}" for s in sources])
    findings = [telling.of_result(each) if isinstance(each, Found) else telling.of_row(each) for each in shown]
    filters = {"kind": kind, "source": source}
    if page < pages:
        headers["Link"] = f'<{_address(here, filters, page=page + 1, form=form)}>; rel="next"'
    if media_type == _FORMS["json"]:
        told = [each.record() for each in findings]
        return JSONResponse({"section": section, "total": len(wanted), "page": page, "findings": told}, headers=headers)
    if media_type == _FORMS["csv"]:
        return _csv(_COLUMNS, [_flat(each) for each in findings], headers)
    return reader.render(
        "quality_section.html",
        headers=headers,
        section=chosen,
        saved=_query(request, chosen),
        checked=report,
        total=len(wanted),
        everything=len(items.everything),
        kinds=_kinds(telling, kinds),
        sources=[(each, telling.told.label(f"{reader.base}id/source/{each}", reader.lang) or each, count)
                 for each, count in sorted(sources.items())],
        filters=filters,
        findings=findings,
        page=page,
        pages=pages,
        previous_url=reader.url(_address(here, filters, page=page - 1)),
        next_url=reader.url(_address(here, filters, page=page + 1)),
        formats=_links(reader, filters),
    )  # fmt: skip


async def _tables(reader: Reader, chosen: Section, media_type: str, headers: dict[str, str]) -> Response:
    """A section that is told as tables: coverage, numbers."""
    rows = await _rows(reader.request, chosen.query)
    grids: list[Grid] = await (coverage_grids if chosen.name == "coverage" else number_grids)(reader, rows)
    if media_type == _FORMS["json"]:
        return JSONResponse({"section": chosen.name, "tables": [grid.record() for grid in grids]}, headers=headers)
    if media_type == _FORMS["csv"]:
        told = [record for grid in grids for record in grid.flat()]
        return _csv(("table", "row", "column", "value"), told, headers)
    saved = _query(reader.request, chosen)
    return reader.render(
        "quality_tables.html", headers=headers, section=chosen, saved=saved, grids=grids, formats=_links(reader)
    )


async def _items(request: Request, chosen: Section, report: Checked) -> Items:
    found = report.report
    if chosen.name == _CHECKS:
        return Items(found.results if found else (), report)
    if chosen.name == _WAIVED:
        return Items(found.waived() if found else (), report)
    rows = await _rows(request, chosen.query)
    if chosen.name == _SLIPS:  # what does not hold stands before what does
        rows = sorted(rows, key=lambda row: not _is_slip(row, report))
    return Items(rows, report)


async def _counted(request: Request, chosen: Section, report: Checked) -> int | None:
    """How many findings of a section there are; None where only the report would tell, and there is none."""
    if chosen.name in (_CHECKS, _WAIVED):
        counts = report.report.counts if report.report else None
        if counts is None:
            return None
        return counts[_WAIVED] if chosen.name == _WAIVED else sum(counts.values()) - counts[_WAIVED]
    rows = await _rows(request, chosen.query)
    if chosen.name == _SLIPS:
        return sum(_is_slip(row, report) for row in rows)
    if chosen.name == "coverage":
        return len({row["source"]["value"] for row in rows})
    if chosen.name == "numbers":
        return sum(int(row["count"]["value"]) for row in rows)
    return len(rows)


def _is_slip(row: Row, report: Checked) -> bool:
    """Whether a row of the slips is one: a misprint, or arithmetic that a rule objects to."""
    if "/citation-finding/" in row["kind"]["value"]:
        return True
    found = report.report.by_focus.get(row["finding"]["value"], ()) if report.report else ()
    return any(each.severity != "info" for each in found)


async def _telling(
    request: Request, reader: Reader, shown: Sequence[Row | Found], kinds: Sequence[str], sources: Sequence[str]
) -> Telling:
    engine = served(request).engine
    iris: list[str] = []
    for each in shown:
        if isinstance(each, Found):
            iris += [each.focus] if each.focus else []
            iris += [each.value["iri"]] if each.value and "iri" in each.value else []
        else:
            iris += [each[name]["value"] for name in ("finding", "fact", "other") if name in each]
    if any(isinstance(each, Found) for each in shown):
        iris += await facts_of(engine, iris)
    told = await told_about(engine, [*iris, *(each for each in kinds if ":" in each), *sources])
    report = await check_report(served(request))
    return Telling(reader, told, report.report)


def _kinds(telling: Telling, kinds: Counter[str]) -> list[Kind]:
    report, lang = telling.report, telling.reader.lang
    found = []
    for kind, count in kinds.most_common():
        if ":" in kind:
            found.append(Kind(code(kind), telling.kind_name(kind), telling.kind_meaning(kind), count))
        else:
            messages = report.rules[kind]["messages"] if report and kind in report.rules else {}
            found.append(Kind(kind, telling.rule_name(kind), messages.get(lang, ""), count))
    return found


async def _rows(request: Request, name: str) -> list[dict[str, dict[str, str]]]:
    state = served(request)
    rows = await state.engine.select(queries.find(state.files.queries, name).render(base=state.base))
    return [row for row in rows if row]


def _query(request: Request, chosen: Section) -> SavedQuery | None:
    return queries.find(served(request).files.queries, chosen.query) if chosen.query else None


def _known(name: str, value: str, offered: Sequence[str]) -> None:
    if value and value not in offered:
        listed = ", ".join(sorted(set(offered))) or "–"
        raise Refusal(400, "error.said.choice", name=name, value=value[:60], allowed=listed)


def _headers(reader: Reader, here: str, report: Checked, media_type: str) -> dict[str, str]:
    headers = reader.headers(here, told=report.mark, form=media_type)
    # Without a report the page changes as soon as there is one.
    return headers if report.report or report.elsewhere else headers | {"Cache-Control": "no-cache"}


def _address(here: str, filters: dict[str, str], *, page: int = 1, form: str = "") -> str:
    kept = {name: value for name, value in filters.items() if value}
    kept |= {"page": str(page)} if page > 1 else {}
    kept |= {"format": form} if form else {}
    return f"{here}?{urlencode(kept)}" if kept else here


def _links(reader: Reader, filters: dict[str, str] | None = None) -> list[tuple[str, str]]:
    here = reader.request.scope["path"]
    return [
        (form.upper(), reader.at(_address(here, {**(filters or {}), "lang": reader.lang}, form=form)))
        for form in _FORMS
        if form != "html"
    ]


def _csv(columns: Sequence[str], records: Sequence[dict[str, Any]], headers: dict[str, str]) -> Response:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, columns)  # RFC 4180: CRLF
    writer.writeheader()
    writer.writerows(records)
    return Response(target.getvalue(), media_type="text/csv", headers=headers)


def _flat(finding: Finding) -> dict[str, Any]:
    told = finding.record()
    record: dict[str, Any] = {name: told[name] for name in _COLUMNS if name in told}
    for prefix, each in zip(("", "other"), told["statements"], strict=False):
        for name in ("fact", "sentence", "source"):
            record[f"other{name.capitalize()}" if prefix else name] = each[name]
    record["rules"] = "; ".join(name for name, _ in finding.rules)
    if finding.waived:
        record |= {"waivedReason": finding.waived["reason"], "waivedUntil": finding.waived["until"]}
    return record
