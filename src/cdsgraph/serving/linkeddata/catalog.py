"""The catalogue: the dataset, its versions on disk and how to get them (https://www.w3.org/TR/vocab-dcat-3/)."""

import hashlib
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import FormatError
from cdsgraph.graph.history import last_published
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import UNCHANGED, Answers
from cdsgraph.serving.http.negotiation import HTML, choose
from cdsgraph.serving.linkeddata import dumps
from cdsgraph.serving.linkeddata.description import LICENSE
from cdsgraph.serving.linkeddata.dumps import MEDIA_TYPES as DUMP_TYPES
from cdsgraph.serving.linkeddata.dumps import Dump, Issue
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.rdf.representations import BY_MEDIA_TYPE, Form, entity_tag, unchanged
from cdsgraph.serving.rdf.statements import MEDIA_TYPES, Statements, answer
from cdsgraph.serving.served import Served, served
from cdsgraph.vocab import CDS, DCAT, DCTERMS, RDFS

router = APIRouter(tags=["About"])

_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_LANGUAGE: Final = "http://id.loc.gov/vocabulary/iso639-1/"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_PROTOCOL: Final = "http://www.w3.org/TR/sparql11-protocol/"
_ANSWERS: Final[Answers] = {
    200: documented.answer("The catalogue.", *MEDIA_TYPES, HTML),
    **UNCHANGED,
}


@router.get(
    "/catalog", summary="The dataset, its versions and their files (DCAT)", response_class=Response, responses=_ANSWERS
)
async def catalog(request: Request) -> Response:
    """The catalogue as Turtle, JSON-LD, N-Triples or RDF/XML, or as a page."""
    chosen = choose(request.headers.get("accept"), (HTML, *MEDIA_TYPES))
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join((HTML, *MEDIA_TYPES))}")
    state, form, reader = served(request), BY_MEDIA_TYPE[chosen], Reader(request)
    found = await dumps.issues(request)
    headers = {
        "ETag": _tag(state, found, form, reader.lang if form.rdf is None else ""),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-cache",
        "Link": ", ".join(f'</catalog>; rel="alternate"; type="{media_type}"' for media_type in (HTML, *MEDIA_TYPES)),
    }
    if known := unchanged(request, headers):
        return known
    if form.rdf is None:
        ours = state.ours
        return reader.render("catalog.html", headers=headers, issues=found, licence=LICENSE if ours else None)
    statements = _statements(state, found)
    return answer(request, statements, chosen, root=f"{state.settings.address}/catalog", headers=headers)


def _tag(state: Served, found: list[Issue], form: Form, lang: str) -> str:
    told = hashlib.sha256(f"{state.settings.address} {found}".encode()).hexdigest()
    return entity_tag(f"{state.mark} {told}", "/catalog", form, lang)


def _statements(state: Served, found: list[Issue]) -> Statements:
    told, address = Statements(), state.settings.address
    ours = state.ours
    page, dataset, publisher = f"{address}/catalog", f"{address}/catalog#dataset", f"{address}/catalog#publisher"
    told.node(page, "a", f"{DCAT}Catalog")
    told.texts(page, f"{DCTERMS}title", words.table()["catalog.title"])
    told.node(page, f"{_FOAF}homepage", f"{address}/")
    told.node(page, f"{DCAT}dataset", dataset)
    told.node(page, f"{DCAT}service", f"{address}/sparql#service")
    told.node(dataset, "a", f"{DCAT}Dataset")
    told.node(dataset, f"{DCAT}landingPage", f"{address}/")
    told.node(dataset, f"{RDFS}seeAlso", f"{address}/.well-known/void")
    if ours:
        told.node(publisher, "a", f"{_FOAF}Agent")
        told.texts(publisher, f"{_FOAF}name", words.table()["catalog.publisher"])
        told.texts(dataset, f"{DCTERMS}title", words.table()["catalog.dataset"])
        told.texts(dataset, f"{DCTERMS}description", words.table()["home.lead"])
        told.texts(dataset, f"{DCTERMS}rights", words.table()["dumps.rights"])
        for each in (page, dataset):
            told.node(each, f"{DCTERMS}publisher", publisher)
            told.node(each, f"{DCTERMS}license", LICENSE)
            for language in words.LANGUAGES:
                told.node(each, f"{DCTERMS}language", _LANGUAGE + language)
        told.node(dataset, f"{DCTERMS}conformsTo", CDS.rstrip("#"))
        told.node(dataset, f"{DCTERMS}conformsTo", f"{address}/shapes")
    _add_service(told, address, dataset)
    named = {issue.name: f"{address}/dumps/{issue.name}/" for issue in found}
    told.node(dataset, f"{DCAT}hasCurrentVersion", named.get(state.name, f"{address}/dumps/{state.name}/"))
    moments = [issue.first for issue in found if issue.first]
    out = state.settings.published
    if moments:
        last = last_published(out, state.name) if out else None
        _add_moment(told, dataset, "issued", min(moments))
        _add_moment(told, dataset, "modified", last or max(moments))
    for at, issue in enumerate(found):
        node = named[issue.name]
        _add_version(told, node, issue, address, ours=ours)
        told.node(dataset, f"{DCAT}hasVersion", node)
        told.node(node, f"{DCAT}isVersionOf", dataset)
        if at + 1 < len(found):
            told.node(node, f"{DCAT}previousVersion", named[found[at + 1].name])
        if issue.name == state.name:
            for dump in issue.dumps:
                told.node(dataset, f"{DCAT}distribution", f"{node}{dump.name}#distribution")
    return told


def _add_service(told: Statements, address: str, dataset: str) -> None:
    """The SPARQL endpoint, as a service and as a way to get the dataset."""
    service, distribution = f"{address}/sparql#service", f"{address}/catalog#sparql"
    told.node(service, "a", f"{DCAT}DataService")
    told.texts(service, f"{DCTERMS}title", words.table()["sparql.title"])
    told.node(service, f"{DCAT}endpointURL", f"{address}/sparql")
    told.node(service, f"{DCAT}endpointDescription", f"{address}/sparql")
    told.node(service, f"{DCAT}servesDataset", dataset)
    told.node(service, f"{DCTERMS}conformsTo", _PROTOCOL)
    told.node(distribution, "a", f"{DCAT}Distribution")
    told.node(distribution, f"{DCAT}accessURL", f"{address}/sparql")
    told.node(distribution, f"{DCAT}accessService", service)
    told.node(dataset, f"{DCAT}distribution", distribution)


def _add_version(told: Statements, node: str, issue: Issue, address: str, *, ours: bool) -> None:
    told.node(node, "a", f"{DCAT}Dataset")
    told.text(node, f"{DCAT}version", issue.name)
    told.text(node, f"{DCTERMS}identifier", issue.name)
    if issue.first:
        _add_moment(told, node, "issued", issue.first)
    if ours:
        for language, title in words.table()["catalog.dataset"].items():
            told.text(node, f"{DCTERMS}title", f"{title} ({issue.name})", language)
        told.node(node, f"{DCTERMS}license", LICENSE)
        told.node(node, f"{DCTERMS}conformsTo", CDS.rstrip("#"))
    for dump in issue.dumps:
        distribution = f"{node}{dump.name}#distribution"
        told.node(node, f"{DCAT}distribution", distribution)
        _add_distribution(told, distribution, node, dump)
        if ours:
            told.node(distribution, f"{DCTERMS}license", LICENSE)


def _add_distribution(told: Statements, distribution: str, folder: str, dump: Dump) -> None:
    told.node(distribution, "a", f"{DCAT}Distribution")
    told.text(distribution, f"{DCTERMS}title", dump.name)
    told.node(distribution, f"{DCAT}accessURL", folder)
    told.node(distribution, f"{DCAT}downloadURL", f"{folder}{dump.name}")
    told.node(distribution, f"{DCAT}mediaType", _MEDIA + DUMP_TYPES[dump.name])
    if dump.name.endswith(".gz"):
        told.node(distribution, f"{DCAT}compressFormat", f"{_MEDIA}application/gzip")
    if dump.size is not None:
        told.typed(distribution, f"{DCAT}byteSize", str(dump.size), "nonNegativeInteger")
    if dump.sha256 is not None:
        checksum = f"{folder}{dump.name}#checksum"
        told.node(distribution, f"{_SPDX}checksum", checksum)
        told.node(checksum, "a", f"{_SPDX}Checksum")
        told.node(checksum, f"{_SPDX}algorithm", f"{_SPDX}checksumAlgorithm_sha256")
        told.typed(checksum, f"{_SPDX}checksumValue", dump.sha256, "hexBinary")


def _add_moment(told: Statements, subject: str, name: str, moment: datetime) -> None:
    told.typed(subject, DCTERMS + name, moment.isoformat(), "dateTime")
