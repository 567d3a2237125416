"""The source texts: `/documents` lists them, `/documents/{name}` shows one with every piece of evidence marked."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.graph import versions
from cdsgraph.serving.http.documented import NOT_FOUND, PAGE, UNCHANGED, answer
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.document_view import KINDS, NOT_UNDERSTOOD, Marked, pieces
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.pages.thing_view import ThingView, anchor_id
from cdsgraph.serving.rdf.descriptions import PREF_LABEL, Description, describe, names
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.served import served
from cdsgraph.text import nfc
from cdsgraph.vocab import CDS, DCTERMS, OA, PROV, SKOS

router = APIRouter(tags=["Documents"])

_FIELDS: Final = (
    ("field.publisher", DCTERMS + "publisher"),
    ("field.author", DCTERMS + "creator"),
    ("field.event", CDS + "eventDate"),
    ("field.issued", DCTERMS + "issued"),
    ("field.basis", CDS + "dateBasis"),
    ("field.kind", DCTERMS + "type"),
    ("field.rights", DCTERMS + "rights"),
    ("field.file", CDS + "fileName"),
    ("field.sha256", CDS + "sha256"),
)

_SOURCES: Final = f"""
SELECT ?source (SAMPLE(?label) AS ?title) (SAMPLE(?maker) AS ?publisher) (MIN(?day) AS ?date)
       (SAMPLE(?kindName) AS ?kind) (COUNT(DISTINCT ?fact) AS ?facts)
WHERE {{
  ?source a <{CDS}SourceText> .
  OPTIONAL {{ ?source <{PREF_LABEL}> ?label }}
  OPTIONAL {{ ?source <{DCTERMS}publisher> ?maker }}
  OPTIONAL {{ ?source <{CDS}eventDate> ?event }}
  OPTIONAL {{ ?source <{DCTERMS}issued> ?issued }}
  BIND(STR(COALESCE(?event, ?issued)) AS ?day)
  OPTIONAL {{ ?source <{DCTERMS}type>/<{SKOS}prefLabel> ?kindName . FILTER(LANG(?kindName) = "%s") }}
  OPTIONAL {{ ?fact <{CDS}source> ?source FILTER NOT EXISTS {{ ?fact a <{CDS}UnreadNumber> }} }}
}}
GROUP BY ?source
ORDER BY DESC(?date) ?source
"""


@router.get(
    "/documents",
    summary="The source texts",
    response_class=Response,
    responses={200: answer("The page.", PAGE)},
)
async def documents(request: Request) -> Response:
    """Every source text with what is known of it and how many facts were read from it."""
    reader = Reader(request)
    rows = await served(request).engine.select(_SOURCES % reader.lang)
    sources = [
        {
            "slug": row["source"]["value"].rsplit("/", 1)[-1],
            "title": row.get("title", row["source"])["value"],
            "publisher": row.get("publisher", {}).get("value"),
            "date": row.get("date", {}).get("value"),
            "kind": row.get("kind", {}).get("value", ""),
            "facts": int(row["facts"]["value"]),
        }
        for row in rows
    ]
    return reader.render("documents.html", sources=sources)


@router.get(
    "/documents/{name}",
    summary="A source text with its evidence marked",
    response_class=Response,
    responses={200: answer("The page.", PAGE), **UNCHANGED, **NOT_FOUND},
)
async def document(request: Request, name: str) -> Response:
    """One source text, by its slug or its file name. Raises 404."""
    state, reader = served(request), Reader(request)
    source = await _source(request, name)
    path = page_path(source, state.base)
    headers = {
        "ETag": entity_tag(state.mark, f"/documents/{source}", BY_SUFFIX["html"], reader.lang),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": f'<{path}>; rel="describedby"',
    }
    if answer := unchanged(request, headers):
        return answer
    told = await describe(state.engine, source)
    view = ThingView(told, reader)
    file_name = told.value(source, CDS + "fileName")
    text = _text(state.settings.dataset, file_name)
    marked = await _marked(request, reader, source)
    listed = {mark.anchor: mark for mark in reversed(marked)}  # the first place of each fact
    unknown = _not_understood(state.settings.dataset, file_name, text or "", reader)
    in_order = sorted(listed.values(), key=lambda mark: (mark.start, mark.end))
    return reader.render(
        "document.html",
        headers=headers,
        title=view.title(),
        subtitle=" · ".join(_subtitle(told, source, reader)),
        kind=" · ".join(view.name(value.value) for value in told.values(source, DCTERMS + "type")),
        paragraphs=pieces(text, [*marked, *unknown]) if text is not None else None,
        groups=[(k, group) for k in KINDS if (group := [mark for mark in in_order if mark.kind == k])],
        unknown=[(mark, (text or "")[mark.start : mark.end]) for mark in unknown],
        fields=[
            *(
                (key, view.value(value))
                for key, predicate in _FIELDS
                for value in told.values(source, predicate)
                if value.value
            ),
            *_length(told, source, reader),
        ],
        doc_path=path,
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
    raise HTTPException(404, f"There is no source text named {name[:100]!r}.")


async def _marked(request: Request, reader: Reader, source: str) -> list[Marked]:
    """Every place of every fact of a source, in order; a fact's own span before its further ones."""
    engine, base = served(request).engine, reader.base
    rows = await engine.select(
        f"SELECT DISTINCT ?fact ?thing ?start ?end WHERE {{ ?fact <{CDS}source> <{source}> . "
        f"{{ ?fact <{PROV}wasDerivedFrom> ?span }} UNION {{ ?fact <{OA}hasTarget> ?span }} "
        f"?span <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end . "
        f"OPTIONAL {{ ?fact <{OA}hasBody> ?thing }} }} ORDER BY ?start ?end ?fact"
    )
    things = sorted({row.get("thing", row["fact"])["value"] for row in rows})
    told = Description(source, tuple(await names(engine, things)))
    found = []
    for row in rows:
        fact: str = row["fact"]["value"]
        kind = fact.removeprefix(f"{base}id/").partition("/")[0]
        thing = row.get("thing", row["fact"])["value"]
        if kind in KINDS:
            title = told.label(thing, reader.lang) or reader.short(thing)
            href = reader.url(page_path(thing, base))
            start, end = int(row["start"]["value"]), int(row["end"]["value"])
            found.append(Marked(kind, href, anchor_id(fact), title, start, end))
    return found


def _text(dataset: Path, file_name: str | None) -> str | None:
    """The text kept beside the dataset; None where there is none."""
    if file_name is None or Path(file_name).name != file_name:
        return None
    path = dataset / "documents" / versions.text_file(file_name)
    try:
        return nfc(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _not_understood(dataset: Path, file_name: str | None, text: str, reader: Reader) -> list[Marked]:
    """The numbers of a text that reading did not understand; none where the version tells of none."""
    title = str(reader.word("document.not_understood"))
    return [
        Marked(NOT_UNDERSTOOD, "", f"number-{start}", title, start, end)
        for start, end in _ledger(dataset / versions.NUMBERS).get(file_name or "", ())
        if start < end <= len(text)
    ]


@lru_cache(maxsize=2)  # the file covers all texts of a version, and versions do not change
def _ledger(path: Path) -> dict[str, list[tuple[int, int]]]:
    """File name to the spans of its numbers that were not understood; empty where there is no such file."""
    found: dict[str, list[tuple[int, int]]] = {}
    try:
        for line in path.read_bytes().splitlines():
            match orjson.loads(line):
                case {"doc": str(doc), "start": int(start), "end": int(end), "reason": None} if start >= 0:
                    found.setdefault(doc, []).append((start, end))
    except (OSError, ValueError):
        return {}
    return found


def _subtitle(told: Description, source: str, reader: Reader) -> list[str]:
    parts = [told.value(source, DCTERMS + "publisher"), told.value(source, DCTERMS + "creator")]
    date = told.value(source, CDS + "eventDate") or told.value(source, DCTERMS + "issued")
    return [part for part in (*parts, words.day(date, reader.lang) if date else None) if part]


def _length(told: Description, source: str, reader: Reader) -> list[tuple[str, Any]]:
    count = told.value(source, CDS + "charCount")
    if count is None or not count.isdigit():
        return []
    return [("field.length", reader.word("field.length.value", n=words.number(int(count), reader.lang)))]
