"""`/cite/{fact}`: a fact with its sentence, checked again against the text, and a reference ready to copy."""

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Query
from pyoxigraph import Triple
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import FormatError
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import JSON, NOT_FOUND, UNCHANGED, Answers, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.cite import parts, references
from cdsgraph.serving.pages.cite.citation import (
    Citation,
    citation_of,
    cited,
    last_version_with,
    related_rows,
    with_related,
)
from cdsgraph.serving.pages.documents.facts import cite_path
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.words import LANGUAGES
from cdsgraph.serving.rdf.descriptions import is_iri
from cdsgraph.serving.rdf.gathering import triple_of
from cdsgraph.serving.rdf.representations import BY_SUFFIX, Form, entity_tag, unchanged, write
from cdsgraph.serving.rdf.terms import context
from cdsgraph.serving.served import Served, served
from cdsgraph.vocab import CDS

router = APIRouter(tags=["Documents"])

# In the server's order of preference.
_FORMS: Final = (
    BY_SUFFIX["html"],
    Form("json", JSON, None),
    BY_SUFFIX["jsonld"],
    Form("bib", "application/x-bibtex", None),
    Form("ris", "application/x-research-info-systems", None),
    Form("csl", "application/vnd.citationstyles.csl+json", None),
)
_BY_NAME: Final = {form.suffix: form for form in _FORMS}
_BY_MEDIA_TYPE: Final = {form.media_type: form for form in _FORMS}
_ANSWERS: Final[Answers] = {
    200: answer("The fact, its evidence and the reference.", *_BY_MEDIA_TYPE),
    **UNCHANGED,
    **NOT_FOUND,
    410: documented.refusal("An earlier version had the fact; this one has not."),
}
_FORMAT: Final = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "description": f"In place of Accept: {', '.join(_BY_NAME)}.",
            "required": False,
            "schema": {"type": "string"},
        }
    ]
}


@router.get(
    "/cite",
    summary="To the citation of the fact with an IRI",
    status_code=303,
    response_class=Response,
    responses={303: answer("See the citation of the fact.")},
)
async def by_iri(request: Request, iri: Annotated[str, Query(description="The whole IRI of a fact.")] = "") -> Response:
    """To `/cite/{fact}` of the fact with this IRI. Raises 400 for what is no IRI of a thing of this dataset."""
    base = served(request).base
    start = f"{base}id/"
    if not iri.startswith(start) or not is_iri(iri) or iri == start:
        raise Refusal(400, "error.said.iri", start=start, given=iri[:100])
    kept = [(name, each) for name, each in request.query_params.multi_items() if name != "iri"]
    place = Reader(request).at(cite_path(iri, base)) + (f"?{urlencode(kept)}" if kept else "")
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "public, max-age=300"})


@router.get(
    "/cite/{fact:path}",
    summary="A fact with its sentence and a reference to it",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_FORMAT,
)
async def cite(request: Request, fact: str) -> Response:
    """The fact whose IRI ends, behind `/id/`, with the path: a page, JSON, JSON-LD, BibTeX, RIS or CSL-JSON.

    By Accept, `?format=` or a suffix. The words are compared with the text at each request that is answered anew.
    Raises 404 for what is no fact with evidence, 410 where only an earlier version has it, FormatError.
    """
    state, reader = served(request), Reader(request)
    form, found, iri = await _found(request, fact)
    if found is None:
        return await _missing(reader, iri, form)
    path = cite_path(iri, state.base)
    lang = reader.lang if form.suffix in ("html", "bib", "ris", "csl") else ""
    headers = {
        "ETag": entity_tag(state.mark, f"{path} {found.verified}", form, lang),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": ", ".join(
            [
                f'<{quote(iri, safe="/:@!$&()*+,;=-._~?#%")}>; rel="cite-as"',
                *(f'<{reader.at(path)}.{each.suffix}>; rel="alternate"; type="{each.media_type}"' for each in _FORMS),
            ]
        ),
    }
    if answer := unchanged(request, headers):
        return answer
    await with_related(state, found)
    if form.suffix == "html":
        return reader.render("cite.html", headers=headers, **parts.values(found, reader), path=path)
    return Response(_written(form, found, state, reader), media_type=form.media_type, headers=headers)


async def _found(request: Request, fact: str) -> tuple[Form, Citation | None, str]:
    """The form asked for, the fact with its evidence where there is such, its IRI. Raises FormatError."""
    state = served(request)
    start = f"{state.base}id/"
    form = _form(request)
    if is_iri(start + fact) and (found := await citation_of(state, start + fact)):
        return form, found, start + fact
    stem, _, suffix = fact.rpartition(".")
    if suffix in _BY_NAME:
        found = await citation_of(state, start + stem) if is_iri(start + stem) else None
        return _BY_NAME[suffix], found, start + stem
    return form, None, start + fact


def _form(request: Request) -> Form:
    if wanted := request.query_params.get("format"):
        if wanted not in _BY_NAME:
            raise FormatError(f"no format {wanted[:40]} for a citation", remedy=f"formats: {', '.join(_BY_NAME)}")
        return _BY_NAME[wanted]
    chosen = choose(request.headers.get("accept"), list(_BY_MEDIA_TYPE))
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(_BY_MEDIA_TYPE)}")
    return _BY_MEDIA_TYPE[chosen]


async def _missing(reader: Reader, iri: str, form: Form) -> Response:
    """What to do where there is no such fact: 404, or 410 where an earlier version has it."""
    state = served(reader.request)
    known = is_iri(iri) and await state.engine.ask(f"ASK {{ <{iri}> ?property ?value }}")
    version = await last_version_with(state, iri) if not known and is_iri(iri) else None
    status = 410 if version else 404
    if form.suffix != "html":
        if known:
            raise HTTPException(404, f"Nothing was read from a text or a register for <{iri}>; see {reader.href(iri)}.")
        if version:
            raise HTTPException(410, f"Version {version} has <{iri}>, this one has not; see /changes?since={version}.")
        raise HTTPException(404, f"The dataset has no fact <{iri}>; see /documents for the facts of each text.")
    source = iri.rsplit("/", 1)[-1].partition("-")[0]
    text = f"{state.base}id/source/{source}"
    has_text = is_iri(text) and await state.engine.ask(f"ASK {{ <{text}> a <{CDS}SourceText> }}")
    return reader.render(
        "cite_missing.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        iri=iri,
        known=reader.href(iri) if known else None,
        since=version,
        source=source if has_text else None,
    )


def _written(form: Form, found: Citation, state: Served, reader: Reader) -> bytes:
    told = cited(found, state)
    match form.suffix:
        case "jsonld":
            return write(
                form, _triples(found), root=found.iri, base=state.base, context=context(state.files, state.base)
            )
        case "bib":
            return references.bibtex(told, reader.lang).encode()
        case "ris":
            return references.ris(told, reader.lang).encode()
        case "csl":
            return orjson.dumps([references.csl(told, reader.lang)], option=orjson.OPT_INDENT_2)
        case _:
            return orjson.dumps(_record(found, told, reader), option=orjson.OPT_INDENT_2)


def _record(found: Citation, told: references.Cited, reader: Reader) -> dict[str, Any]:
    """The citation as a JSON object."""
    source = found.source and {
        "iri": found.source,
        "title": told.work["vi"],
        "publisher": told.publisher,
        "author": told.author,
        "date": told.date,
        "url": told.address,
        "sha256": found.sha256,
    }
    return {
        "iri": found.iri,
        "permalink": found.iri,
        "page": reader.at(cite_path(found.iri, reader.base)),
        "version": told.version,
        "label": told.label,
        **{name: found.first(name) for name in ("printed", "value", "valueTo", "unit", "periodLabel", "asOf")},
        "sentence": told.sentence,
        "places": [{"start": each.start, "end": each.end, "words": each.words} for each in found.places],
        "sentencePlace": {"start": found.sentence.start, "end": found.sentence.end} if found.sentence else None,
        "verified": found.verified,
        "source": source,
        "register": {"file": told.entry[0], "row": int(told.entry[1])} if told.entry else None,
        "reference": {lang: references.reference(told, lang) for lang in LANGUAGES},
        "certainty": found.first("certainty"),
        "rule": found.first("rule"),
        "related": {name: related_rows(found, name) for name in found.related},
        "accepted": [{"focus": focus, "reason": why, "until": until} for focus, why, until in found.waived],
        "queries": {each.name: each.href(reader) for each in (found.asked, *found.related.values())},
    }


def _triples(found: Citation) -> list[Triple]:
    """The statements about the fact and its evidence."""
    triples = {triple_of(row, subject="thing") for row in found.asked.rows}
    return sorted(triples, key=str)
