"""The ontology, the shapes and the JSON-LD context as served: /ns, /shapes, /context.jsonld, and the names of terms."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter
from pyoxigraph import Literal, RdfFormat, Triple, parse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import DatasetError, FormatError
from cdsgraph.files import Files
from cdsgraph.serving.descriptions import best
from cdsgraph.serving.documented import NOT_FOUND, UNCHANGED, Answers, answer
from cdsgraph.serving.negotiation import choose
from cdsgraph.serving.rendering import Reader
from cdsgraph.serving.representations import BY_MEDIA_TYPE, FORMS, entity_tag, unchanged, write
from cdsgraph.serving.served import Served, served
from cdsgraph.vocab import CDS, OWL, RDF, RDFS, SH, SHAPE, SKOS, rebase

router = APIRouter(tags=["Vocabulary"])

_CONTEXT: Final[Answers] = {200: answer("The context.", "application/ld+json")}
_DOCUMENT: Final[Answers] = {200: answer("The document.", *(form.media_type for form in FORMS)), **UNCHANGED}
_VERSION = re.compile(r"[\w.-]+$")
_CLASSES: Final = frozenset({OWL + "Class", RDFS + "Class"})
_PROPERTIES: Final = frozenset({OWL + "ObjectProperty", OWL + "DatatypeProperty", RDF + "Property"})
_SHAPES: Final = frozenset({SH + "NodeShape"})
_NAMES: Final = {RDFS + "label": "label", SKOS + "prefLabel": "label", SH + "name": "label"}
_TEXTS: Final = {
    SKOS + "definition": "definition", RDFS + "comment": "definition", SH + "description": "definition",
    SH + "message": "definition", SKOS + "scopeNote": "note", SKOS + "example": "example",
}  # fmt: skip
_PARENTS: Final = frozenset({RDFS + "subClassOf", RDFS + "subPropertyOf", SH + "targetClass"})


@dataclass(slots=True)
class Term:
    """A class, property or shape as its file describes it; texts by kind."""

    iri: str
    types: set[str] = field(default_factory=set)
    texts: dict[str, list[Literal]] = field(default_factory=dict)
    parents: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def text(self, kind: str, lang: str) -> str | None:
        """The text of a kind in a language, else in the other."""
        found = self.texts.get(kind)
        return best(found, lang) if found else None


@cache
def _triples(folder: Path) -> tuple[Triple, ...]:
    found: dict[Triple, None] = {}
    for path in sorted(folder.glob("*.ttl")):
        try:
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                found[quad.triple] = None
        except (OSError, SyntaxError) as error:
            raise DatasetError(f"not readable as Turtle: {error}", path=path) from error
    return tuple(found)


@cache
def terms(folder: Path) -> dict[str, Term]:
    """Every subject of the Turtle files of a folder that has a type, by IRI, in the order of the files."""
    found: dict[str, Term] = {}
    for triple in _triples(folder):
        iri, value = str(getattr(triple.subject, "value", "")), triple.object
        term = found.setdefault(iri, Term(iri))
        predicate = triple.predicate.value
        if isinstance(value, Literal):
            if kind := _NAMES.get(predicate) or _TEXTS.get(predicate):
                term.texts.setdefault(kind, []).append(value)
        elif predicate == RDF + "type":
            term.types.add(str(getattr(value, "value", "")))
        elif predicate in _PARENTS:
            term.parents.append(str(getattr(value, "value", "")))
        elif predicate == SH + "property":
            term.parts.append(str(getattr(value, "value", "")))
    return {iri: term for iri, term in found.items() if term.types}


def term_name(reader: Reader, iri: str) -> str:
    """The name of a class or property: as the ontology labels it, else as our table does, else in short."""
    term = terms(served(reader.request).files.ontology).get(iri)
    return (term and term.text("label", reader.lang)) or reader.term_name(iri)


@cache
def ontology_version(files: Files) -> str:
    """The version that the ontology's header states, `0` where it states none."""
    for triple in _triples(files.ontology):
        if triple.predicate.value == OWL + "versionInfo" and isinstance(triple.object, Literal):
            return triple.object.value
    return "0"


@cache
def context(files: Files, base: str) -> dict[str, Any]:
    """The JSON-LD context for a base: the value of `@context` in ontology/context.jsonld.

    Raises DatasetError when the file is missing or holds no context.
    """
    path = files.ontology / "context.jsonld"
    try:
        document = orjson.loads(rebase(path.read_text(encoding="utf-8"), base))
        value: dict[str, Any] = document["@context"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"no JSON-LD context: {error}", path=path) from error
    return value


def context_path(state: Served) -> str:
    """The address, on this server, of the context of the ontology's version, which never changes."""
    return f"/context/{ontology_version(state.files)}.jsonld"


@router.get(
    "/context.jsonld", summary="The JSON-LD context", response_class=Response, responses={**_CONTEXT, **UNCHANGED}
)
async def current_context(request: Request) -> Response:
    """The context of the ontology's current version."""
    return _context_answer(request, ontology_version(served(request).files), "public, max-age=3600")


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
    if version == ontology_version(state.files):
        body = orjson.dumps({"@context": context(state.files, base)}, option=orjson.OPT_INDENT_2)
    elif _VERSION.match(version) and ".." not in version and kept.is_file():
        body = rebase(kept.read_text(encoding="utf-8"), base).encode()
    else:
        raise HTTPException(404, f"There is no context of a version {version[:40]}.")
    form = BY_MEDIA_TYPE["application/ld+json"]
    headers = {"ETag": entity_tag(version, request.url.path + base, form, ""), "Cache-Control": cache_control}
    return unchanged(request, headers) or Response(body, media_type=form.media_type, headers=headers)


@router.get("/ns", summary="The ontology", response_class=Response, responses=_DOCUMENT)
async def ontology(request: Request) -> Response:
    """The vocabulary as Turtle, N-Triples, RDF/XML or JSON-LD, or as a page."""
    return _document(request, served(request).files.ontology, _ontology_page)


@router.get(
    "/ns/{version}",
    summary="The ontology of one version",
    response_class=Response,
    responses={**_DOCUMENT, **NOT_FOUND},
)
async def ontology_of_version(request: Request, version: str) -> Response:
    """The vocabulary by its version IRI; only the current version is kept."""
    if version != ontology_version(served(request).files):
        raise HTTPException(404, f"There is no ontology of a version {version[:40]}.")
    return await ontology(request)


@router.get("/shapes", summary="The SHACL shapes", response_class=Response, responses=_DOCUMENT)
async def shapes(request: Request) -> Response:
    """The shapes as Turtle, N-Triples, RDF/XML or JSON-LD, or as a page."""
    return _document(request, served(request).files.shapes, _shapes_page)


def _document(request: Request, folder: Path, page: Callable[[Reader, dict[str, str]], Response]) -> Response:
    chosen = choose(request.headers.get("accept"), [form.media_type for form in FORMS])
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(BY_MEDIA_TYPE)}")
    state, form, reader = served(request), BY_MEDIA_TYPE[chosen], Reader(request)
    lang = reader.lang if form.rdf is None else ""
    headers = {
        "ETag": entity_tag(f"{ontology_version(state.files)} {state.mark}", folder.name, form, lang),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
    }
    if answer := unchanged(request, headers):
        return answer
    if form.rdf is None:
        return page(reader, headers)
    files = sorted(folder.glob("*.ttl"))
    if form.suffix == "ttl":
        body = b"\n".join(path.read_bytes() for path in files)
    else:
        body = write(
            form,
            _triples(folder),
            root=None,
            base=state.base,
            context=context(state.files, state.base),
        )
    return Response(body, media_type=form.media_type, headers=headers)


def _ontology_page(reader: Reader, headers: dict[str, str]) -> Response:
    files = served(reader.request).files
    found = [term for term in terms(files.ontology).values() if term.iri.startswith(CDS)]
    groups = [("ns.classes", _CLASSES), ("ns.properties", _PROPERTIES)]
    return reader.render(
        "vocabulary.html",
        headers=headers,
        title=reader.word("ns.title"),
        lead=reader.word("ns.lead", namespace=CDS),
        version_of=ontology_version(files),
        groups=[(key, [term for term in found if term.types & kinds]) for key, kinds in groups],
        all_terms={},
        name=lambda iri: term_name(reader, iri),
        path="/ns",
    )


def _shapes_page(reader: Reader, headers: dict[str, str]) -> Response:
    files = served(reader.request).files
    found = terms(files.shapes)
    return reader.render(
        "vocabulary.html",
        headers=headers,
        title=reader.word("shapes.title"),
        lead=reader.word("shapes.lead"),
        version_of=None,
        groups=[("shapes.title", [term for term in found.values() if term.types & _SHAPES])],
        all_terms=found,
        name=lambda iri: iri.removeprefix(SHAPE) if iri.startswith(SHAPE) else term_name(reader, iri),
        path="/shapes",
    )
