"""The JSON-LD context: a name for every term of the data, and no triple lost on the way through it."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from cdsgraph.files import locate

FILES = locate(Path(__file__).parent.parent)
CONTEXT: dict[str, Any] = json.loads((FILES.ontology / "context.jsonld").read_text(encoding="utf-8"))["@context"]

# One of each: a figure with its evidence, an act, bodies that change, names with and without a language, dates known to
# the day, month and year, an IRI where mostly words stand.
SAMPLE = """
@prefix cds: <https://w3id.org/cdsgraph/ns#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix def: <https://w3id.org/cdsgraph/def/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix id: <https://w3id.org/cdsgraph/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

id:source\\/002 a cds:SourceText , schema:NewsArticle ;
    dcterms:title "Phiên họp thứ 7"@vi ; dcterms:publisher "Một tờ báo" ; dcterms:issued "2023-12"^^xsd:gYearMonth ;
    cds:eventDate "2023-12-28"^^xsd:date ; dcterms:language "vi" ; cds:charCount 10231 ;
    dcterms:type def:source-kind\\/press-report ; eli:cites id:act\\/749-qd-ttg-2020 ;
    schema:mentions id:org\\/bo-cong-an , id:org\\/chinh-phu .
id:source\\/003 a cds:SourceText ; cds:eventDate "2023"^^xsd:gYear ; dcterms:publisher id:org\\/chinh-phu .
id:figure\\/002-0a1b2c3d-1 a cds:Figure , qb:Observation , cds:Observation ;
    skos:prefLabel "tỷ trọng kinh tế số trên GDP: khoảng 16,5%"@vi ; qb:dataSet id:dataset\\/figures ;
    cds:indicator def:indicator\\/ty-trong-kinh-te-so-tren-gdp ; cds:about id:place\\/viet-nam ;
    cds:value 16.5 ; cds:denominator "62"^^xsd:decimal ; cds:decimals 1 ; cds:unit unit:PERCENT ;
    cds:printed "khoảng 16,5%" ; cds:periodLabel "2023" ; cds:periodStart "2023-01-01"^^xsd:date ;
    cds:asOf "2023-12-31"^^xsd:date ; cds:sentence "Theo ước tính …" ; cds:source id:source\\/002 ;
    prov:wasDerivedFrom <https://w3id.org/cdsgraph/id/span/002-2181-2193> .
<https://w3id.org/cdsgraph/id/span/002-2181-2193> a cds:EvidenceSpan , oa:SpecificResource ;
    oa:hasSource id:source\\/002 ;
    oa:hasSelector <https://w3id.org/cdsgraph/id/span/002-2181-2193#sel> .
<https://w3id.org/cdsgraph/id/span/002-2181-2193#sel> a oa:TextPositionSelector , oa:TextQuoteSelector ;
    oa:start 2181 ; oa:end 2193 ; oa:exact "khoảng 16,5%" ; oa:prefix "đã đóng góp " ; oa:suffix " GDP." .
id:act\\/749-qd-ttg-2020 a eli:LegalResource ; eli:id_local "749/QĐ-TTg" ; cds:number "749/QĐ-TTg" ;
    eli:date_document "2020-06-03"^^xsd:date ; eli:title "Chương trình Chuyển đổi số quốc gia"@vi ;
    eli:passed_by id:org\\/thu-tuong-chinh-phu ; eli:date_no_longer_in_force "2030-12-31"^^xsd:date .
id:org\\/bo-cong-an a org:Organization , org:FormalOrganization ;
    skos:prefLabel "Bộ Công an"@vi , "Ministry of Public Security"@en ;
    skos:altLabel "BCA"@vi , "Bộ CA"@vi , "MPS"@en , "MPS" ; cds:sortKey "bo cong an" .
id:org\\/chinh-phu skos:prefLabel "Chính phủ"@vi .
id:platform\\/ndxp a cds:Platform , schema:SoftwareApplication ; skos:altLabel "NDXP" .
id:event\\/hop-nhat a org:ChangeEvent , prov:Activity ; cds:effectiveDate "2025-03-01"^^xsd:date ;
    org:originalOrganization id:org\\/a , id:org\\/b ; org:resultingOrganization id:org\\/c .
id:register\\/targets-1 a cds:RegisterEntry ; cds:file "targets.csv" ; cds:row 2 ; cds:checked true ;
    skos:note "ghi chú"@vi .
id:register\\/targets-2 a cds:RegisterEntry ; cds:row 3 ; cds:checked false ; skos:note "no language" .
"""


def expanded_name(name: str) -> str:
    """The IRI of a term of the context."""
    definition = CONTEXT[name]
    iri = definition["@id"] if isinstance(definition, dict) else definition
    prefix, colon, local = iri.partition(":")
    return CONTEXT[prefix] + local if colon and not local.startswith("//") else str(iri)


NAMES = {
    name: expanded_name(name)
    for name in CONTEXT
    if not name.startswith("@") and name not in ("id", "type") and not str(CONTEXT[name]).startswith("http")
}


def compacted(graph: Graph) -> dict[str, Any]:
    expanded = jsonld.from_rdf(graph.serialize(format="nt"), {"format": "application/n-quads"})
    return dict(jsonld.compact(expanded, {"@context": CONTEXT}))


def ontology() -> Graph:
    return Graph().parse(FILES.ontology / "cds.ttl")


def test_no_triple_is_lost_on_the_way_there_and_back() -> None:
    graph = Graph().parse(data=SAMPLE, format="turtle")
    back = jsonld.to_rdf(compacted(graph), {"format": "application/n-quads"})
    assert isomorphic(graph, Graph().parse(data=back, format="nt"))


def test_another_processor_reads_the_same_triples() -> None:
    graph = Graph().parse(data=SAMPLE, format="turtle")
    document = json.dumps(compacted(graph)).encode()
    read = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.JSON_LD)
    lines = "".join(f"{quad.triple} .\n" for quad in read)
    assert isomorphic(graph, Graph().parse(data=lines, format="nt"))


@pytest.mark.parametrize(
    "path", sorted([FILES.ontology / "cds.ttl", *FILES.schemes.glob("*.ttl")]), ids=lambda p: p.name
)
def test_the_vocabulary_itself_survives_too(path: Path) -> None:
    graph = Graph().parse(path)
    back = jsonld.to_rdf(compacted(graph), {"format": "application/n-quads"})
    assert isomorphic(graph, Graph().parse(data=back, format="nt"))


def test_a_record_reads_in_plain_words() -> None:
    nodes = compacted(Graph().parse(data=SAMPLE, format="turtle"))["@graph"]
    by_id = {node["id"]: node for node in nodes}
    body = by_id["https://w3id.org/cdsgraph/id/org/bo-cong-an"]
    assert sorted(body["type"]) == ["FormalOrganization", "Organization"]
    assert body["prefLabel"] == {"vi": "Bộ Công an", "en": "Ministry of Public Security"}
    assert {language: sorted(names) for language, names in body["altLabel"].items()} == {
        "vi": ["BCA", "Bộ CA"],
        "en": ["MPS"],
        "@none": ["MPS"],
    }
    figure = by_id["https://w3id.org/cdsgraph/id/figure/002-0a1b2c3d-1"]
    assert figure["value"] == "16.5"
    assert figure["asOf"] == "2023-12-31"
    assert figure["source"] == "https://w3id.org/cdsgraph/id/source/002"
    assert figure["wasDerivedFrom"] == ["https://w3id.org/cdsgraph/id/span/002-2181-2193"]
    act = by_id["https://w3id.org/cdsgraph/id/act/749-qd-ttg-2020"]
    assert act["lastDayInForce"] == "2030-12-31"
    assert not [key for node in nodes for key in node if ":" in key or key.startswith("@")]
