"""The forms in which a document is given: media types and suffixes, serialisers, entity tags and links."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pyoxigraph import BlankNode, RdfFormat, Triple, serialize
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cdsgraph.errors import FormatError
from cdsgraph.serving.engine.messages import Answer
from cdsgraph.serving.engine.spool import Spooled
from cdsgraph.serving.http.negotiation import profiles
from cdsgraph.serving.rdf import jsonld
from cdsgraph.vocab import prefixes


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a document; `expanded` is that of JSON-LD without a context."""

    suffix: str
    media_type: str
    rdf: RdfFormat | None
    expanded: bool = False


# In the server's order of preference.
FORMS: Final = (
    Form("html", "text/html", None),
    Form("jsonld", "application/ld+json", RdfFormat.JSON_LD),
    Form("ttl", "text/turtle", RdfFormat.TURTLE),
    Form("nt", "application/n-triples", RdfFormat.N_TRIPLES),
    Form("rdf", "application/rdf+xml", RdfFormat.RDF_XML),
)
BY_SUFFIX: Final = {form.suffix: form for form in FORMS}
BY_MEDIA_TYPE: Final = {form.media_type: form for form in FORMS}
_JSON_LD: Final = "application/ld+json"
_PROFILE: Final = "http://www.w3.org/ns/json-ld#"
# JSON-LD is compacted with our context and framed, the described thing on top, whether that was asked for or not.
_PROFILED: Final = {
    _PROFILE + name: Form("jsonld", f'{_JSON_LD};profile="{_PROFILE}{name}"', RdfFormat.JSON_LD, name == "expanded")
    for name in ("compacted", "framed", "expanded")
}

_XML_NAME = re.compile(r".*[^\W\d][\w.·-]*$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def profiled(form: Form, accept: str | None) -> Form:
    """The form as the profile wants it that an Accept header names for JSON-LD (JSON-LD 1.1, section C)."""
    if form.media_type != _JSON_LD:
        return form
    return next((_PROFILED[each] for each in profiles(accept, _JSON_LD) if each in _PROFILED), form)


def write(form: Form, triples: Sequence[Triple], *, root: str | None, base: str, context: Mapping[str, Any]) -> bytes:
    """The triples in one of the RDF forms, UTF-8, always the same bytes for the same triples.

    Raises FormatError when RDF/XML cannot carry them.
    """
    if form.rdf is None:
        raise ValueError(f"{form.suffix} is no RDF form")
    blank = any(isinstance(node, BlankNode) for triple in triples for node in (triple.subject, triple.object))
    if form.rdf == RdfFormat.JSON_LD and not blank:
        return jsonld.expand(triples, root) if form.expanded else jsonld.compact(triples, root, context)
    if form.rdf == RdfFormat.RDF_XML:
        for triple in triples:
            if not _XML_NAME.match(triple.predicate.value) or _NOT_XML.search(str(triple.object)):
                raise FormatError("RDF/XML cannot carry this document", remedy="ask for Turtle, N-Triples or JSON-LD")
    text = b"".join(serialize([triple], format=RdfFormat.N_TRIPLES) or b"" for triple in triples)
    used = {name: space for name, space in prefixes(base).items() if f"<{space}".encode() in text}
    return serialize(triples, format=form.rdf, prefixes=used if form.suffix in ("ttl", "rdf") else None) or b""


@cache
def code_version() -> str:
    """Another one for every state of the code that writes documents, of the templates and of the files they name."""
    folder = Path(__file__).parents[1]
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".csv", ".css", ".js"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def entity_tag(version: str, path: str, form: Form, lang: str) -> str:
    """A strong entity tag: another one for every version of data and code, path, form and language."""
    told = "\n".join((code_version(), version, path, form.media_type, lang))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether an If-None-Match header takes a document that exists as known (RFC 9110, 13.1.2)."""
    return lists(if_none_match, tag) or lists(if_none_match, "*")


def lists(if_none_match: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names a tag, compared weakly."""
    return tag in [part.strip().removeprefix("W/") for part in (if_none_match or "").split(",")]


def links(path: str, iri: str, context: str | None = None) -> str:
    """The Link header of a document at `path` (without suffix) about `iri`: its other forms, and the thing itself.

    `context` is the address of the JSON-LD context that the document embeds a part of.
    """
    thing = quote(iri, safe="/:@!$&'()*+,;=-._~?#%")
    told = [f'<{path}.{form.suffix}>; rel="alternate"; type="{form.media_type}"' for form in FORMS]
    told += [f'<{thing}>; rel="canonical"', f'<{thing}>; rel="describes"']
    if context is not None:
        told.append(f'<{context}>; rel="{_PROFILE}context"; type="{_JSON_LD}"')
    return ", ".join(told)


def sent(answer: Answer, headers: Mapping[str, str]) -> Response:
    """The answer to a query, sent piece by piece where it lies in a file."""
    if isinstance(answer.content, bytes):
        return Response(answer.content, media_type=answer.media_type, headers=dict(headers))
    told = {**headers, "Content-Length": str(answer.size)}
    return _InPieces(answer.content, media_type=answer.media_type, headers=told)


class _InPieces(Response):
    """A file as the body. The framework's own class keeps it open after a client has left, until memory is tidied."""

    def __init__(self, file: Spooled, *, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(media_type=media_type, headers=dict(headers))
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for piece in self._file.pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def as_wanted(request: Request, tag: str | None) -> None:
    """Raise 412 where the client wants another state of the document than the one with this tag (If-Match).

    RFC 9110, 13.1.1. A document without a tag is what a client wants that takes any.
    """
    wanted = request.headers.get("if-match")
    if wanted is not None and not {tag, "*"} & {part.strip() for part in wanted.split(",")}:
        told = "The document is no longer the one that If-Match names."
        raise HTTPException(412, told, {"ETag": tag} if tag else None)


def unchanged(request: Request, headers: Mapping[str, str]) -> Response | None:
    """304 where the client already has the document with the `ETag` of the headers. Raises 412 as `as_wanted` does."""
    as_wanted(request, headers["ETag"])
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        kept = ("ETag", "Vary", "Cache-Control", "Content-Location", "Link")
        return Response(status_code=304, headers={name: headers[name] for name in kept if name in headers})
    return None
