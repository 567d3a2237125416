"""The ontology and the concept schemes: complete in both languages, one block a subject, in step with their uses."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import QB

from cdsgraph.files import locate
from cdsgraph.reading.facts import ActType, Certainty, Direction, Qualifier, Stage
from cdsgraph.text import fold, name_key, slug
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE

FILES = locate(Path(__file__).parent.parent)
ONTOLOGY = FILES.ontology / "cds.ttl"
SCHEMES = sorted(path for path in FILES.schemes.glob("*.ttl") if path.stem != "figures")
TURTLE = [ONTOLOGY, *sorted(FILES.schemes.glob("*.ttl"))]
SHAPES = sorted(FILES.shapes.glob("*.ttl"))
QUERIES = sorted(FILES.queries.rglob("*.rq"))
MODULES = sorted((Path(__file__).parent.parent / "src").rglob("*.py"))
TERMS = Namespace(CDS)
SHAPE_NS = Namespace(SHAPE)
DEF = DEFAULT_BASE + "def/"

# The order in which a reader meets what is said of a term.
PREDICATES = (
    "a", "rdfs:label", "skos:definition", "skos:example", "skos:scopeNote", "rdfs:subClassOf", "rdfs:subPropertyOf",
    "rdfs:domain", "rdfs:range", "rdfs:seeAlso", "skos:closeMatch", "rdfs:isDefinedBy",
)  # fmt: skip


def stem(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ONTOLOGY)


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    """The ontology with all schemes."""
    graph = Graph()
    for path in TURTLE:
        graph.parse(path)
    return graph


def defined(ontology: Graph) -> set[str]:
    """Local names of the terms that the ontology defines."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {str(term).removeprefix(CDS) for kind in kinds for term in ontology.subjects(RDF.type, kind)}


def blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The subjects of a Turtle file with the lines below each."""
    subject, lines = "", list[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace() and not line.startswith(("@prefix", "#")):
            if subject:
                yield subject, lines
            subject, *rest = line.split(" ", 1)
            lines = rest
        elif line.strip() and not line.startswith(("@prefix", "#")):
            lines.append(line)
    if subject:
        yield subject, lines


# The files as source ----------------------------------------------------------


@pytest.mark.parametrize("path", TURTLE, ids=stem)
def test_a_block_ends_with_a_dot_on_its_own_line(path: Path) -> None:
    for subject, lines in blocks(path):
        assert lines[-1] == "    .", subject
        assert all(line.endswith((" ;", " ,")) or not line.startswith("    ") for line in lines[:-1] if '"' in line), (
            subject
        )


def test_a_term_is_told_in_one_order() -> None:
    for subject, lines in blocks(ONTOLOGY):
        if not subject.startswith("cds:"):
            continue
        told = [line.split()[0] for line in lines[:-1] if re.match(r"    \S", line)]
        assert told == sorted(told, key=PREDICATES.index), subject


@pytest.mark.parametrize("path", TURTLE, ids=stem)
def test_there_are_no_blank_nodes(path: Path) -> None:
    assert not [triple for triple in Graph().parse(path) if any(isinstance(part, BNode) for part in triple)]


@pytest.mark.parametrize("path", TURTLE, ids=stem)
def test_only_used_prefixes_are_declared(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = re.sub(r"^@prefix.*$", "", text, flags=re.MULTILINE)
    names = re.findall(r"^@prefix (\S+):", text, flags=re.MULTILINE)
    assert names == sorted(names)
    assert [name for name in names if not re.search(rf"(?<![\w-]){name}:", body)] == []


# Agreement with what uses the words -------------------------------------------


def test_every_term_that_python_uses_is_defined(ontology: Graph) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    used = set(re.findall(r"term\(CDS, \"(\w+)\"\)", text)) | set(re.findall(r"CDS \+ \"(\w+)\"", text))
    assert used <= defined(ontology)


# Concept schemes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "values"),
    [
        ("doc-type", ActType),
        ("certainty", Certainty),
        ("qualifier", Qualifier),
        ("direction", Direction),
        ("stage", Stage),
    ],
)
def test_a_scheme_holds_the_values_that_reading_gives(scheme: str, values: object) -> None:
    graph = Graph().parse(FILES.schemes / f"{scheme}.ttl")
    assert {str(code) for code in graph.objects(None, SKOS.notation)} == {slug(value) for value in get_args(values)}


def test_every_reason_that_explaining_has_a_word_for_is_a_code() -> None:
    codes = {str(code) for code in Graph().parse(FILES.schemes / "number-reason.ttl").objects(None, SKOS.notation)}
    with (FILES.words / "explaining.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        reasons = {slug(row["key"].removeprefix("reason.")) for row in rows if row["key"].startswith("reason.")}
    assert codes == reasons | {"not-understood"}


@pytest.mark.parametrize(
    ("table", "column", "scheme"),
    [
        ("bases", "release", "release"),
        ("changes", "kind", "change-event-kind"),
        ("indicators", "direction", "better"),
        ("indicators", "pillar", "pillar"),
        ("targets", "comparator", "comparator"),
        ("targets", "kind", "target-kind"),
        ("targets", "pillar", "pillar"),
        ("transfers", "function", "function"),
    ],
)
def test_a_scheme_holds_the_codes_of_the_register(table: str, column: str, scheme: str) -> None:
    codes = {str(code) for code in Graph().parse(FILES.schemes / f"{scheme}.ttl").objects(None, SKOS.notation)}
    with (FILES.register / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["checked"] == "yes" and row[column]]
    assert rows
    assert {slug(row[column]) for row in rows} <= codes


@pytest.mark.parametrize("scheme", ["post", "function"])
def test_a_code_is_the_slug_of_its_name(scheme: str) -> None:
    graph = Graph().parse(FILES.schemes / f"{scheme}.ttl")
    for code in graph.subjects(RDF.type, SKOS.Concept):
        [name] = [n for n in graph.objects(code, SKOS.prefLabel) if isinstance(n, Literal) and n.language == "vi"]
        assert slug(str(name)) == str(graph.value(code, SKOS.notation))


@pytest.mark.parametrize("scheme", ["pillar", "theme-2024-pillar"])
def test_a_pillar_sorts_by_its_name(scheme: str) -> None:
    graph = Graph().parse(FILES.schemes / f"{scheme}.ttl")
    for pillar in graph.subjects(RDF.type, TERMS.Pillar):
        [name] = [n for n in graph.objects(pillar, SKOS.prefLabel) if isinstance(n, Literal) and n.language == "vi"]
        assert fold(str(name)) == str(graph.value(pillar, TERMS.sortKey))


def test_every_title_that_reading_knows_is_a_post() -> None:
    graph = Graph().parse(FILES.schemes / "post.ttl")
    names = {
        name_key(str(name)) for name in (*graph.objects(None, SKOS.prefLabel), *graph.objects(None, SKOS.altLabel))
    }
    with (FILES.rules / "titles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert rows
    assert [row["title"] for row in rows if row["follows"] != "honorific" and name_key(row["title"]) not in names] == []


def test_the_structure_of_figures_uses_defined_components(vocabulary: Graph) -> None:
    structure = URIRef(DEFAULT_BASE + "id/dataset/figures-structure")
    roles = {QB.dimension: QB.DimensionProperty, QB.measure: QB.MeasureProperty, QB.attribute: QB.AttributeProperty}
    seen: set[URIRef] = set()
    for component in vocabulary.objects(structure, QB.component):
        [(role, used)] = [(p, o) for p, o in vocabulary.predicate_objects(component) if p in roles]
        assert isinstance(used, URIRef)
        seen.add(used)
        if used.startswith(CDS):
            assert (used, RDF.type, roles[URIRef(str(role))]) in vocabulary
    own = {term for kind in roles.values() for term in vocabulary.subjects(RDF.type, kind)}
    assert own <= seen


# The shapes over all this -----------------------------------------------------


def report(data: Graph, shapes: Graph) -> set[URIRef]:
    """The shapes that a graph breaks."""
    _, found, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(found, Graph)
    return {shape for shape in found.objects(None, SH.sourceShape) if isinstance(shape, URIRef)}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(FILES.shapes / "ontology.ttl")


SMALL = f"""
@prefix cds: <{CDS}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/cdsgraph/ns> a owl:Ontology ;
    dcterms:title "tên"@vi , "title"@en ; dcterms:description "mô tả"@vi , "description"@en ;
    dcterms:license <https://example.org/licence> ; dcterms:created "2026-01-01"^^xsd:date ;
    dcterms:modified "2026-01-02"^^xsd:date ; owl:versionInfo "1.2.3" ; owl:versionIRI <https://example.org/1.2.3> ;
    vann:preferredNamespacePrefix "x" .
cds:Thing a owl:Class ; rdfs:label "vật"@vi , "thing"@en ; skos:definition "Vật."@vi , "A thing."@en ;
    rdfs:isDefinedBy <https://w3id.org/cdsgraph/ns> .
cds:link a owl:ObjectProperty ; rdfs:label "nối"@vi , "link"@en ; skos:definition "Nối."@vi , "A link."@en ;
    rdfs:isDefinedBy <https://w3id.org/cdsgraph/ns> .
cds:word a owl:DatatypeProperty ; rdfs:label "chữ"@vi , "word"@en ; skos:definition "Chữ."@vi , "A word."@en ;
    rdfs:isDefinedBy <https://w3id.org/cdsgraph/ns> .
<https://example.org/scheme> a skos:ConceptScheme ; skos:prefLabel "mục"@vi , "list"@en ;
    skos:definition "Mục."@vi , "A list."@en .
<https://example.org/scheme/one> a skos:Concept ; skos:prefLabel "một"@vi , "one"@en ; skos:notation "one" ;
    skos:inScheme <https://example.org/scheme> ; skos:topConceptOf <https://example.org/scheme> .
"""
NS = URIRef("https://w3id.org/cdsgraph/ns")
SCHEME = URIRef("https://example.org/scheme")
CODE = URIRef("https://example.org/scheme/one")


def retype(name: str, kind: URIRef) -> Callable[[Graph], object]:
    """Another name for a term of a kind, everything else kept."""

    def change(graph: Graph) -> None:
        [old] = list(graph.subjects(RDF.type, kind))
        for predicate, value in list(graph.predicate_objects(old)):
            graph.remove((old, predicate, value)).add((TERMS[name], predicate, value))

    return change


def without(subject: URIRef, predicate: str) -> Callable[[Graph], object]:
    return lambda graph: graph.remove((subject, URIRef(predicate), None))


def adding(subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> Callable[[Graph], object]:
    return lambda graph: graph.add((subject, predicate, value))


DCTERMS_NS = "http://purl.org/dc/terms/"
BROKEN: list[tuple[str, Callable[[Graph], object]]] = [
    ("Ontology-title", adding(NS, URIRef(DCTERMS_NS + "title"), Literal("titre", lang="fr"))),
    ("Ontology-description", without(NS, DCTERMS_NS + "description")),
    ("Ontology-license", without(NS, DCTERMS_NS + "license")),
    ("Ontology-versionInfo", lambda graph: graph.set((NS, OWL.versionInfo, Literal("one")))),
    ("Ontology-versionIRI", without(NS, str(OWL.versionIRI))),
    ("Ontology-created", lambda graph: graph.set((NS, URIRef(DCTERMS_NS + "created"), Literal("2026")))),
    ("Ontology-modified", without(NS, DCTERMS_NS + "modified")),
    ("Ontology-prefix", without(NS, "http://purl.org/vocab/vann/preferredNamespacePrefix")),
    ("Term-label", adding(TERMS.Thing, RDFS.label, Literal("object", lang="en"))),
    ("Term-label", lambda graph: graph.remove((TERMS.link, RDFS.label, Literal("link", lang="en")))),
    ("Term-definition", without(TERMS.word, str(SKOS.definition))),
    ("Term-scopeNote", adding(TERMS.Thing, SKOS.scopeNote, Literal("no language"))),
    ("Term-isDefinedBy", without(TERMS.Thing, str(RDFS.isDefinedBy))),
    ("Class", retype("small", OWL.Class)),
    ("ObjectProperty", retype("Large", OWL.ObjectProperty)),
    ("DatatypeProperty", retype("with_underscore", OWL.DatatypeProperty)),
    ("Scheme-prefLabel", without(SCHEME, str(SKOS.prefLabel))),
    ("Scheme-definition", without(SCHEME, str(SKOS.definition))),
    ("TopConcept", lambda graph: graph.remove((CODE, RDF.type, SKOS.Concept))),
    ("TopConcept-prefLabel", lambda graph: graph.remove((CODE, SKOS.prefLabel, Literal("one", lang="en")))),
    ("TopConcept-definition", adding(CODE, SKOS.definition, Literal("Un.", lang="fr"))),
    ("TopConcept-notation", lambda graph: graph.set((CODE, SKOS.notation, Literal("Một")))),
    ("TopConcept-inScheme", without(CODE, str(SKOS.inScheme))),
]


def test_the_small_ontology_conforms(shapes: Graph) -> None:
    assert report(Graph().parse(data=SMALL, format="turtle"), shapes) == set()


@pytest.mark.parametrize(
    ("shape", "change"), BROKEN, ids=[f"{number}-{name}" for number, (name, _) in enumerate(BROKEN)]
)
def test_a_fault_is_reported_by_its_own_shape(shape: str, change: Callable[[Graph], object], shapes: Graph) -> None:
    graph = Graph().parse(data=SMALL, format="turtle")
    change(graph)
    assert report(graph, shapes) == {SHAPE_NS[shape]}


def test_every_shape_that_can_report_has_a_fault_to_report(shapes: Graph) -> None:
    able = set(shapes.subjects(SH.severity))
    assert able == {SHAPE_NS[shape] for shape, _ in BROKEN}
    for shape in able:
        assert sorted(
            str(text.language) for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)
        ) == ["en", "vi"]
