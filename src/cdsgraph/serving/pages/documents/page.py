"""The source texts: `/documents` lists them, `/documents/{name}` shows one with every piece of evidence marked."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http.documented import NOT_FOUND, PAGE, UNCHANGED, answer
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.documents.facts import by_kind, first_places, marks_of, numbers_of, sentences
from cdsgraph.serving.pages.documents.marking import KINDS, SWITCHES, groups, shown_within
from cdsgraph.serving.pages.documents.texts import (
    Stretch,
    layout_of,
    layout_of_quotations,
    quotations,
    text_of,
    whole_text_reason,
)
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.pages.saved_rows import Answered, ask, names_of, value
from cdsgraph.serving.pages.things.view import ThingView, anchor_id
from cdsgraph.serving.rdf.descriptions import Description, describe
from cdsgraph.serving.rdf.representations import unchanged
from cdsgraph.serving.served import served
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, DCTERMS, SCHEMA

router = APIRouter(tags=["Documents"])

Order = Literal["date", "title", "publisher", "kind", "facts", "open"]
NO_PUBLISHER: Final = "none"

_FIELDS: Final = (
    ("field.publisher", DCTERMS + "publisher"),
    ("field.author", DCTERMS + "creator"),
    ("field.event", CDS + "eventDate"),
    ("field.issued", DCTERMS + "issued"),
    ("field.basis", CDS + "dateBasis"),
    ("field.not_before", CDS + "notBefore"),
    ("field.not_after", CDS + "notAfter"),
    ("field.kind", DCTERMS + "type"),
    ("field.rights", DCTERMS + "rights"),
    ("field.address", SCHEMA + "url"),
    ("field.file", CDS + "fileName"),
    ("field.sha256", CDS + "sha256"),
)
_OPEN: Final = "open"
_COUNTED: Final = {
    CDS + "Figure": "figure", CDS + "Task": "task", SCHEMA + "Event": "event", CDS + "Citation": "citation",
    CDS + "OfficeHolding": "office", CDS + "Statement": "statement", CDS + "Theme": "theme", CDS + "Mention": "mention",
    CDS + "UnreadNumber": _OPEN, CDS + "AmbiguityFlag": _OPEN, CDS + "CitationFinding": _OPEN,
}  # fmt: skip


@dataclass(slots=True)
class Source:
    """A row of the overview; `by_class` counts the facts of each class that were read from the text."""

    slug: str
    title: str
    publisher: str
    date: str
    kind_code: str
    kind: str
    by_class: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many facts of each kind."""
        return {_COUNTED[each]: n for each, n in self.by_class.items() if _COUNTED.get(each, _OPEN) != _OPEN}

    @property
    def open(self) -> int:
        """How many points are ambiguous, doubtful or not understood."""
        return sum(n for each, n in self.by_class.items() if _COUNTED.get(each) == _OPEN)

    @property
    def facts(self) -> int:
        """How many facts of any kind."""
        return sum(self.counts.values())


@router.get(
    "/documents",
    summary="The source texts",
    response_class=Response,
    responses={200: answer("The page.", PAGE), **UNCHANGED},
)
async def documents(
    request: Request,
    kind: Annotated[str, Query(description="The code of a kind of text, as in press-report.")] = "",
    publisher: Annotated[str, Query(description="A publisher as written; `none` for texts without one.")] = "",
    sort: Annotated[Order, Query(description="What the texts are ordered by.")] = "date",
) -> Response:
    """Every source text with what is known of it and how many facts of each kind were read from it.

    Raises 400 for a kind or publisher that no text has.
    """
    state, reader = served(request), Reader(request)
    headers = reader.headers(f"/documents?{kind}&{publisher}&{sort}")
    if answer := unchanged(request, headers):
        return answer
    asked = await ask(state, "source_texts")
    every = await _sources(reader, asked)
    kinds = {each.kind_code: each.kind for each in every if each.kind_code}
    publishers = sorted({each.publisher or NO_PUBLISHER for each in every})
    _check("kind", kind, sorted(kinds))
    _check("publisher", publisher, publishers)
    shown = [
        each for each in every if kind in ("", each.kind_code) and publisher in ("", each.publisher or NO_PUBLISHER)
    ]
    return reader.render(
        "documents.html",
        headers=headers,
        sources=_ordered(shown, sort),
        total=len(every),
        columns=[each for each in KINDS if any(source.counts.get(each) for source in every)],
        kinds=kinds,
        publishers=publishers,
        chosen={"kind": kind, "publisher": publisher, "sort": sort},
        asked=asked,
    )


@router.get(
    "/documents/{name}",
    summary="A source text with its evidence marked",
    response_class=Response,
    responses={200: answer("The page.", PAGE), **UNCHANGED, **NOT_FOUND},
)
async def document(request: Request, name: str) -> Response:
    """One source text, by its slug or its file name: whole where its rights allow it, else what is quoted of it.

    Raises 404.
    """
    state, reader = served(request), Reader(request)
    texts = await ask(state, "source_texts")
    source = await _source(request, name)
    path = page_path(source, state.base)
    headers = reader.headers(f"/documents/{source}") | {"Link": f'<{path}>; rel="describedby"'}
    if answer := unchanged(request, headers):
        return answer
    told, places, understood, around = await asyncio.gather(
        describe(state.engine, source),
        ask(state, "facts_of_text", source=source),
        ask(state, "facts_understood", source=source),
        ask(state, "acts_around_text", source=source),
    )
    view = ThingView(told, reader)
    file_name = told.value(source, CDS + "fileName")
    text = text_of(state.settings.dataset, file_name)
    rights = [each.value for each in told.values(source, DCTERMS + "rights")]
    reason = whole_text_reason(rights, state.files.words)
    whole = text is not None and reason is not None
    stretches = [Stretch(0, text)] if whole and text else quotations(sentences(places))
    blocks = (
        layout_of_quotations(stretches) if text is None else await run_in_threadpool(layout_of, text, state.files.rules)
    )
    marked = await marks_of(state, reader, places, understood)
    numbers = await numbers_of(state, reader, file_name, len(text or ""))
    seen = [mark for mark in numbers if shown_within(stretches, mark.start, mark.end)]
    listed = first_places(marked)
    sources = await _sources(reader, texts)
    citing = {row["other"]["value"].rsplit("/", 1)[-1] for row in around.rows if value(row, "way") == "cited-by"}
    return reader.render(
        "document.html",
        headers=headers,
        title=view.title(),
        subtitle=" · ".join(_subtitle(told, source, reader)),
        kind=" · ".join(view.name(each.value) for each in told.values(source, DCTERMS + "type")),
        groups=groups(blocks, stretches, [*marked, *seen], text),
        whole=whole,
        at_hand=text is not None,
        reason=reason[reader.lang] if reason else None,
        rights=rights,
        address=told.value(source, SCHEMA + "url"),
        share=_share(stretches, told.value(source, CDS + "charCount")),
        switches=[each for each in SWITCHES if any(mark.kind == each for mark in (*marked, *seen))],
        facts=by_kind(listed, KINDS),
        numbers=by_kind(first_places(seen), SWITCHES),
        numbers_unseen=len(numbers) - len(seen),
        words_at=lambda mark: _words_at(stretches, mark.start, mark.end),
        fields=[
            *((key, view.value(each)) for key, name in _FIELDS for each in told.values(source, name) if each.value),
            *_length(told, source, reader),
        ],
        cites=await _cites(reader, around),
        cited_by=[each for each in sources if each.slug in citing],
        neighbours=_neighbours(sources, source),
        doc_path=path,
        queries=(places, understood, around),
    )


async def _source(request: Request, name: str) -> str:
    """The IRI of the source with this slug or file name."""
    state = served(request)
    rows = await state.engine.select(
        f"SELECT ?source ?file WHERE {{ ?source a <{CDS}SourceText> OPTIONAL {{ ?source <{CDS}fileName> ?file }} }}"
    )
    for row in rows:
        iri: str = row["source"]["value"]
        if name in (iri.rsplit("/", 1)[-1], row.get("file", {}).get("value")):
            return iri
    raise Refusal(404, "error.said.source", name=name[:100])


async def _sources(reader: Reader, asked: Answered) -> list[Source]:
    """The rows of the overview, the latest first."""
    codes = {code for row in asked.rows if (code := value(row, "kindCode"))}
    told = await names_of(served(reader.request), codes)
    found: dict[str, Source] = {}
    for row in asked.rows:
        iri, code = row["source"]["value"], value(row, "kindCode") or ""
        source = found.setdefault(
            iri,
            Source(
                slug=iri.rsplit("/", 1)[-1],
                title=value(row, "title") or iri,
                publisher=value(row, "publisher") or "",
                date=value(row, "day") or "",
                kind_code=code.rsplit("/", 1)[-1],
                kind=(told.label(code, reader.lang) if code else None) or "",
            ),
        )
        if of_class := value(row, "class"):
            source.by_class[of_class] = int(value(row, "facts") or 0)
    return list(found.values())


def _check(name: str, given: str, allowed: list[str]) -> None:
    if given and given not in allowed:
        raise Refusal(400, "error.said.choice", name=name, value=given[:60], allowed=", ".join(allowed))


def _ordered(sources: list[Source], order: Order) -> list[Source]:
    """By a column: numbers and dates from the highest, names in the order of their letters."""
    if order == "date":
        return sorted(sources, key=lambda each: (each.date, each.slug), reverse=True)
    if order in ("facts", "open"):
        return sorted(sources, key=lambda each: (-getattr(each, order), each.slug))
    return sorted(sources, key=lambda each: (not getattr(each, order), fold(getattr(each, order)), each.slug))


async def _cites(reader: Reader, around: Answered) -> list[dict[str, Any]]:
    """The acts cited, each with the places of its citation in the text and the other texts that cite it."""
    told = await names_of(served(reader.request), around.iris())
    found: dict[str, dict[str, Any]] = {}
    for row in around.rows:
        if value(row, "way") != "cites":
            continue
        act = row["act"]["value"]
        entry = found.setdefault(
            act,
            {
                "href": reader.href(act),
                "name": told.label(act, reader.lang) or reader.short(act),
                "number": value(row, "number"),
                "anchors": [],
                "others": {},
            },
        )
        anchor = anchor_id(row["citation"]["value"])
        if anchor not in entry["anchors"]:
            entry["anchors"].append(anchor)
        if other := value(row, "other"):
            entry["others"][other.rsplit("/", 1)[-1]] = told.label(other, reader.lang) or reader.short(other)
    return sorted(found.values(), key=lambda entry: entry["name"])


def _neighbours(sources: list[Source], iri: str) -> tuple[Source | None, Source | None]:
    """The text before and the text after one, by date."""
    ordered = sorted(sources, key=lambda each: (each.date, each.slug))
    at = next((n for n, each in enumerate(ordered) if each.slug == iri.rsplit("/", 1)[-1]), None)
    if at is None:
        return None, None
    return (ordered[at - 1] if at else None, ordered[at + 1] if at + 1 < len(ordered) else None)


def _words_at(stretches: list[Stretch], start: int, end: int) -> str:
    return next((s.text[start - s.start : end - s.start] for s in stretches if s.start <= start and end <= s.end), "")


def _share(stretches: list[Stretch], count: str | None) -> int | None:
    """How much of the text is shown, in percent."""
    if count is None or not count.isdigit() or not int(count):
        return None
    return round(100 * sum(len(each.text) for each in stretches) / int(count))


def _subtitle(told: Description, source: str, reader: Reader) -> list[str]:
    parts = [told.value(source, DCTERMS + "publisher"), told.value(source, DCTERMS + "creator")]
    date = told.value(source, CDS + "eventDate") or told.value(source, DCTERMS + "issued")
    return [part for part in (*parts, words.day(date, reader.lang) if date else None) if part]


def _length(told: Description, source: str, reader: Reader) -> list[tuple[str, Any]]:
    count = told.value(source, CDS + "charCount")
    if count is None or not count.isdigit():
        return []
    return [("field.length", reader.word("field.length.value", n=words.number(int(count), reader.lang)))]
