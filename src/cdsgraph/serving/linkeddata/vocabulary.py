"""The ontology, the shapes and the JSON-LD context as served: /ns, /shapes, /context.jsonld."""

import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph import release
from cdsgraph.errors import FormatError
from cdsgraph.serving.http.documented import NOT_FOUND, UNCHANGED, Answers, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import BY_MEDIA_TYPE, FORMS, entity_tag, unchanged, write
from cdsgraph.serving.rdf.terms import Term, context, terms, triples_of
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, OWL, RDF, RDFS, SH, SHAPE, rebase

router = APIRouter(tags=["Vocabulary"])

_CONTEXT: Final[Answers] = {200: answer("The context.", "application/ld+json")}
_DOCUMENT: Final[Answers] = {200: answer("The document.", *(form.media_type for form in FORMS)), **UNCHANGED}
_Page = Callable[[Reader, dict[str, str], dict[str, int]], Response]
_VERSION = re.compile(r"[\w.-]+$")
_CLASSES: Final = frozenset({OWL + "Class", RDFS + "Class"})
_PROPERTIES: Final = frozenset({OWL + "ObjectProperty", OWL + "DatatypeProperty", RDF + "Property"})
_SHAPES: Final = frozenset({SH + "NodeShape"})


@router.get(
    "/context.jsonld", summary="The JSON-LD context", response_class=Response, responses={**_CONTEXT, **UNCHANGED}
)
async def current_context(request: Request) -> Response:
    """The context of the ontology's current version."""
    return _context_answer(request, release.ontology(served(request).files), "public, max-age=3600")


@router.get(
    "/context/{version}.jsonld",
    summary="The JSON-LD context of one version",
    response_class=Response,
    responses={**_CONTEXT, **UNCHANGED, **NOT_FOUND},
)
async def versioned_context(request: Request, version: str) -> Response:
    """The context of one version of the ontology, which never changes."""
    return _context_answer(request, version, "public, max-age=31536000, immutable")


def _context_answer(request: Request, version: str, cache_control: str) -> Response:
    state = served(request)
    kept = state.files.ontology / "context" / f"{version}.jsonld"
    base = state.base
    if version == release.ontology(state.files):
        body = orjson.dumps({"@context": context(state.files, base)}, option=orjson.OPT_INDENT_2)
    elif _VERSION.match(version) and ".." not in version and kept.is_file():
        body = rebase(kept.read_text(encoding="utf-8"), base).encode()
    else:
        raise Refusal(404, "error.said.context", version=version[:40])
    form = BY_MEDIA_TYPE["application/ld+json"]
    headers = {"ETag": entity_tag(version, request.url.path + base, form, ""), "Cache-Control": cache_control}
    return unchanged(request, headers) or Response(body, media_type=form.media_type, headers=headers)


@router.get("/ns", summary="The ontology", response_class=Response, responses=_DOCUMENT)
async def ontology(request: Request) -> Response:
    """The vocabulary as Turtle, N-Triples, RDF/XML or JSON-LD, or as a page."""
    return await _document(request, served(request).files.ontology, _ontology_page)


@router.get(
    "/ns/{version}",
    summary="The ontology of one version",
    response_class=Response,
    responses={**_DOCUMENT, **NOT_FOUND},
)
async def ontology_of_version(request: Request, version: str) -> Response:
    """The vocabulary by its version IRI; only the current version is kept."""
    if version != release.ontology(served(request).files):
        raise Refusal(404, "error.said.ontology", version=version[:40])
    return await ontology(request)


@router.get("/shapes", summary="The SHACL shapes", response_class=Response, responses=_DOCUMENT)
async def shapes(request: Request) -> Response:
    """The shapes as Turtle, N-Triples, RDF/XML or JSON-LD, or as a page."""
    return await _document(request, served(request).files.shapes, _shapes_page)


async def _document(request: Request, folder: Path, page: _Page) -> Response:
    chosen = choose(request.headers.get("accept"), [form.media_type for form in FORMS])
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(BY_MEDIA_TYPE)}")
    state, form, reader = served(request), BY_MEDIA_TYPE[chosen], Reader(request)
    lang = reader.lang if form.rdf is None else ""
    headers = {
        "ETag": entity_tag(f"{release.ontology(state.files)} {state.mark}", folder.name, form, lang),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
    }
    if answer := unchanged(request, headers):
        return answer
    if form.rdf is None:
        return page(reader, headers, await _things(request))
    files = sorted(folder.glob("*.ttl"))
    if form.suffix == "ttl":
        body = b"\n".join(path.read_bytes() for path in files)
    else:
        body = write(
            form,
            triples_of(folder),
            root=None,
            base=state.base,
            context=context(state.files, state.base),
        )
    return Response(body, media_type=form.media_type, headers=headers)


async def _things(request: Request) -> dict[str, int]:
    """How many things there are of each class."""
    return (await served(request).survey.counts())["classes"]


def _by_letter(found: list[Term]) -> list[tuple[str, list[Term]]]:
    """Terms by the first letter of their name in an IRI."""
    named = sorted((re.split(r"[#/]", term.iri)[-1].casefold(), term.iri, term) for term in found)
    return [
        (letter.upper(), [term for *_, term in group]) for letter, group in groupby(named, lambda each: each[0][:1])
    ]


def _ontology_page(reader: Reader, headers: dict[str, str], things: dict[str, int]) -> Response:
    files = served(reader.request).files
    checks = {
        target: shape.iri for shape in terms(files.shapes).values() if shape.types & _SHAPES for target in shape.parents
    }
    found = [term for term in terms(files.ontology).values() if term.iri.startswith(CDS)]
    groups = [("ns.classes", _CLASSES), ("ns.properties", _PROPERTIES)]
    return reader.render(
        "vocabulary.html",
        headers=headers,
        title=reader.word("ns.title"),
        lead=reader.word("ns.lead", namespace=CDS),
        version_of=release.ontology(files),
        groups=[(key, [term for term in found if term.types & kinds]) for key, kinds in groups],
        letters=_by_letter([term for term in found if term.types & (_CLASSES | _PROPERTIES)]),
        things=things,
        checks=checks,
        all_terms={},
        name=lambda iri: reader.term_name(iri),
        path="/ns",
    )


def _shapes_page(reader: Reader, headers: dict[str, str], _things: dict[str, int]) -> Response:
    files = served(reader.request).files
    found = terms(files.shapes)
    shapes = [term for term in found.values() if term.types & _SHAPES]
    return reader.render(
        "vocabulary.html",
        headers=headers,
        title=reader.word("shapes.title"),
        lead=reader.word("shapes.lead"),
        version_of=None,
        groups=[("shapes.title", shapes)],
        letters=_by_letter(shapes),
        things={},
        checks={},
        all_terms=found,
        name=lambda iri: iri.removeprefix(SHAPE) if iri.startswith(SHAPE) else reader.term_name(iri),
        path="/shapes",
    )
