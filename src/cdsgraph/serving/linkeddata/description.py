"""What the service says about itself: SPARQL 1.1 Service Description at the endpoint, VoID at /.well-known/void.

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/. Counts are found out
once for each version.
"""

from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http import documented
from cdsgraph.serving.linkeddata import dumps
from cdsgraph.serving.pages import words
from cdsgraph.serving.rdf.statements import MEDIA_TYPES, Statements, answer, media_type_of
from cdsgraph.serving.served import served
from cdsgraph.vocab import DCTERMS, RDFS, VOID

router = APIRouter(tags=["About"])

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_NO_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/Simple"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"


async def service_description(request: Request) -> Response:
    """The service description of /sparql in the RDF format that the client prefers."""
    media_type = media_type_of(request)
    counts = await served(request).survey.counts()
    address = served(request).settings.address
    endpoint, service = f"{address}/sparql", f"{address}/sparql#service"
    dataset, default = f"{address}/sparql#dataset", f"{address}/sparql#default-graph"
    graph = Statements()
    graph.node(service, "a", f"{_SD}Service")
    graph.node(service, f"{_SD}endpoint", endpoint)
    graph.node(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query")
    graph.node(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph")
    graph.node(service, f"{_SD}defaultEntailmentRegime", _NO_ENTAILMENT)
    for name in _RESULT_FORMATS:
        graph.node(service, f"{_SD}resultFormat", _FORMATS + name)
    graph.node(service, f"{_SD}defaultDataset", dataset)
    graph.node(dataset, "a", f"{_SD}Dataset")
    graph.node(dataset, f"{_SD}defaultGraph", default)
    graph.node(default, "a", f"{_SD}Graph")
    graph.number(default, f"{VOID}triples", counts["totals"]["triples"])
    for name, triples in counts["graphs"].items():
        named, content = f"{address}/sparql#named-{_mark(name)}", f"{address}/sparql#graph-{_mark(name)}"
        graph.node(dataset, f"{_SD}namedGraph", named)
        graph.node(named, "a", f"{_SD}NamedGraph")
        graph.node(named, f"{_SD}name", name)
        graph.node(named, f"{_SD}graph", content)
        graph.node(content, "a", f"{_SD}Graph")
        graph.number(content, f"{VOID}triples", triples)
    return answer(request, graph, media_type, root=service)


@router.get(
    "/.well-known/void",
    summary="What the dataset holds (VoID)",
    response_class=Response,
    responses={200: documented.answer("The description.", *MEDIA_TYPES)},
)
async def void_description(request: Request) -> Response:
    """The dataset in numbers: triples, entities, classes, properties, vocabularies."""
    media_type = media_type_of(request)
    counts = await served(request).survey.counts()
    version, address = served(request).version, served(request).settings.address
    dataset = f"{address}/.well-known/void#dataset"
    graph = Statements()
    graph.node(dataset, "a", f"{VOID}Dataset")
    graph.text(dataset, f"{DCTERMS}identifier", version["version"])
    if served(request).ours:  # a version that we built, not somebody's file
        graph.texts(dataset, f"{DCTERMS}title", words.table()["catalog.dataset"])
        graph.node(dataset, f"{DCTERMS}license", LICENSE)
    graph.node(dataset, f"{DCTERMS}isVersionOf", f"{address}/catalog#dataset")
    graph.node(dataset, f"{RDFS}seeAlso", f"{address}/catalog")
    for name in dumps.FILES if served(request).settings.published else dumps.PLAIN:
        graph.node(dataset, f"{VOID}dataDump", f"{address}/dumps/{name}")
    graph.node(dataset, f"{VOID}sparqlEndpoint", f"{address}/sparql")
    graph.text(dataset, f"{VOID}uriSpace", version["base"])
    totals = counts["totals"]
    graph.number(dataset, f"{VOID}triples", totals["triples"])
    graph.number(dataset, f"{VOID}distinctSubjects", totals["subjects"])
    graph.number(dataset, f"{VOID}distinctObjects", totals["objects"])
    graph.number(dataset, f"{VOID}classes", len(counts["classes"]))
    graph.number(dataset, f"{VOID}properties", len(counts["properties"]))
    for name in _RESULT_FORMATS[4:]:
        graph.node(dataset, f"{VOID}feature", _FORMATS + name)
    for namespace in sorted({_namespace(name) for name in (*counts["classes"], *counts["properties"])}):
        graph.node(dataset, f"{VOID}vocabulary", namespace)
    classes = {name: f"{address}/.well-known/void#class-{_mark(name)}" for name in counts["classes"]}
    properties = {name: f"{address}/.well-known/void#property-{_mark(name)}" for name in counts["properties"]}
    for part in classes.values():
        graph.node(dataset, f"{VOID}classPartition", part)
    for part in properties.values():
        graph.node(dataset, f"{VOID}propertyPartition", part)
    for name, part in classes.items():
        graph.node(part, f"{VOID}class", name)
        graph.number(part, f"{VOID}entities", counts["classes"][name])
    for name, part in properties.items():
        graph.node(part, f"{VOID}property", name)
        graph.number(part, f"{VOID}triples", counts["properties"][name])
    return answer(request, graph, media_type, root=dataset)


def _mark(iri: str) -> str:
    """A short name for a part of the description that is about this IRI."""
    return sha256(iri.encode()).hexdigest()[:8]


def _namespace(iri: str) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/"))
    return iri[: cut + 1] if cut > 0 else iri
