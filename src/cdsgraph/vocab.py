"""Namespaces, the terms that Python uses, and every function that mints an IRI.

The ontology's terms (`ns#`) and the shapes (`shape/`) keep their IRIs; things (`id/`), codes (`def/`) and graph names
(`graph/`) follow the base that a build is made for. IRIs last: a fact is named from its source, the words of its
sentence with the digits masked, and its place among the facts of its kind there.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from pyoxigraph import NamedNode

from cdsgraph.text import slug, squeeze

DEFAULT_BASE: Final = "https://w3id.org/cdsgraph/"
CDS: Final = "https://w3id.org/cdsgraph/ns#"
SHAPE: Final = "https://w3id.org/cdsgraph/shape/"
ORG: Final = "http://www.w3.org/ns/org#"
ELI: Final = "http://data.europa.eu/eli/ontology#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
DQV: Final = "http://www.w3.org/ns/dqv#"
PROV: Final = "http://www.w3.org/ns/prov#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
QB: Final = "http://purl.org/linked-data/cube#"
OA: Final = "http://www.w3.org/ns/oa#"
SCHEMA: Final = "https://schema.org/"
QUDT_UNIT: Final = "http://qudt.org/vocab/unit/"
VOID: Final = "http://rdfs.org/ns/void#"
SH: Final = "http://www.w3.org/ns/shacl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"

# What a document or an entity may be; the codes of def/doc-type and def/body-kind write them with hyphens.
ActType = Literal[
    "decision",
    "resolution",
    "decree",
    "directive",
    "law",
    "circular",
    "plan",
    "strategy",
    "programme",
    "project",
    "other",
]
EntityType = Literal[
    "ministry", "government_body", "unit", "party_body", "legislature", "local_government", "company",
    "international_organisation", "person", "pillar", "platform", "database", "system", "index", "programme",
    "data_centre", "place", "other",
]  # fmt: skip

_NUMBER = re.compile(r"\d[\d.,]*")


def prefixes(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Prefix to namespace, for output and for queries."""
    standard = {
        "cds": CDS, "dcat": DCAT, "dcterms": DCTERMS, "dqv": DQV, "eli": ELI, "oa": OA, "org": ORG, "owl": OWL,
        "prov": PROV, "qb": QB, "rdf": RDF, "rdfs": RDFS, "schema": SCHEMA, "sh": SH, "skos": SKOS, "unit": QUDT_UNIT,
        "void": VOID, "xsd": XSD,
    }  # fmt: skip
    return standard | {"id": base + "id/", "def": base + "def/", "graph": base + "graph/"}


def term(namespace: str, name: str) -> NamedNode:
    """A term of a vocabulary."""
    return NamedNode(namespace + name)


def rebase(text: str, base: str) -> str:
    """Turtle or SPARQL text with the things, codes and graphs of the default base moved to `base`."""
    if base == DEFAULT_BASE:
        return text
    return re.sub(re.escape(DEFAULT_BASE) + r"(?=(?:id|def|graph)/)", lambda _: base, text)


def is_base(text: str) -> bool:
    """Whether IRIs may begin with this: an http(s) IRI with a host, ending with a slash, without query or fragment.

    >>> is_base(DEFAULT_BASE), is_base("https:///"), is_base("http://a b/")
    (True, False, False)
    """
    if not re.match(r"https?://[^/?#]+/([^?#]*/)?$", text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def fingerprint(sentence: str) -> str:
    """Eight hexadecimal digits for a sentence, the same when a number in it is corrected.

    >>> fingerprint("đạt 39,51%") == fingerprint("đạt  40%")
    True
    """
    return sha256(_NUMBER.sub("#", squeeze(sentence)).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Iris:
    """Mints the IRIs of one build's base, which ends with a slash."""

    base: str = DEFAULT_BASE

    def thing(self, kind: str, name: str) -> NamedNode:
        """`id/{kind}/{slug}`; `name` may be a name or already a slug."""
        return NamedNode(f"{self.base}id/{kind}/{slug(name)}")

    def key(self, key: str) -> NamedNode:
        """The IRI of a register key such as `id/org/bo-cong-an` or `def/pillar/kinh-te-so`."""
        return NamedNode(self.base + key)

    def code(self, scheme: str, code: str) -> NamedNode:
        """`def/{scheme}/{code}`: a concept of a closed list, an indicator, a unit."""
        return NamedNode(f"{self.base}def/{scheme}/{slug(code)}")

    def scheme(self, scheme: str) -> NamedNode:
        """`def/{scheme}`: the concept scheme itself."""
        return NamedNode(f"{self.base}def/{scheme}")

    def graph(self, name: str) -> NamedNode:
        """`graph/{name}`: `source/{slug}`, `register`, `ontology`, `derived/{rule}`."""
        return NamedNode(f"{self.base}graph/{name}")

    def act(self, number: str, year: int | None) -> NamedNode:
        """`id/act/{number}-{symbol}-{year}`, or `…-unresolved` where the year is not known.

        >>> Iris().act("59/2022/NĐ-CP", 2022).value
        'https://w3id.org/cdsgraph/id/act/59-nd-cp-2022'
        """
        return NamedNode(f"{self.base}id/act/{act_slug(number, year)}")

    def part(self, whole: NamedNode, name: str) -> NamedNode:
        """A part that has no page of its own: a fragment of the IRI of the whole."""
        return NamedNode(f"{whole.value}#{name}")

    def source(self, source: str) -> NamedNode:
        """`id/source/{slug}`."""
        return NamedNode(f"{self.base}id/source/{source}")

    def span(self, source: str, start: int, end: int) -> NamedNode:
        """`id/span/{source}-{start}-{end}` in code points of the source's NFC text."""
        return NamedNode(f"{self.base}id/span/{source}-{start}-{end}")

    def selector(self, source: str, start: int, end: int) -> NamedNode:
        """The selector of a span, a fragment of the span's IRI."""
        return NamedNode(f"{self.base}id/span/{source}-{start}-{end}#sel")

    def fact(self, kind: str, source: str, mark: str, place: int) -> NamedNode:
        """`id/{kind}/{source}-{fingerprint}-{n}`."""
        return NamedNode(f"{self.base}id/{kind}/{source}-{mark}-{place}")


def act_slug(number: str, year: int | None) -> str:
    """The slug of a numbered act: the year moves to the end.

    >>> act_slug("57-NQ/TW", 2024)
    '57-nq-tw-2024'
    """
    if year is not None:
        number = number.replace(f"/{year}/", "/", 1)
    return f"{slug(number)}-{year if year is not None else 'unresolved'}"
