"""Which classes an entity of each type is an instance of."""

from typing import Final

from pyoxigraph import NamedNode

from cdsgraph.vocab import CDS, DCAT, ORG, SCHEMA, SKOS, EntityType, Iris, term

_FORMAL = (term(ORG, "Organization"), term(ORG, "FormalOrganization"))
_CONCEPT = term(SKOS, "Concept")

CLASSES: Final[dict[EntityType, tuple[NamedNode, ...]]] = {
    "ministry": _FORMAL,
    "government_body": _FORMAL,
    "party_body": _FORMAL,
    "legislature": _FORMAL,
    "local_government": _FORMAL,
    "company": _FORMAL,
    "international_organisation": _FORMAL,
    "unit": (term(ORG, "Organization"), term(ORG, "OrganizationalUnit")),
    "person": (term(SCHEMA, "Person"),),
    "pillar": (term(CDS, "Pillar"), _CONCEPT),
    "platform": (term(CDS, "Platform"), term(SCHEMA, "SoftwareApplication")),
    "database": (term(CDS, "Database"), term(DCAT, "Dataset")),
    "system": (term(CDS, "System"),),
    "index": (term(CDS, "Index"), _CONCEPT),
    "programme": (term(CDS, "Programme"),),
    "data_centre": (term(CDS, "DataCentre"),),
    "place": (term(SCHEMA, "Place"),),
    "other": (term(CDS, "Topic"), _CONCEPT),
}


def is_body(kind: EntityType) -> bool:
    """Whether things of this type are bodies, which carry a classification."""
    return term(ORG, "Organization") in CLASSES[kind]


def classification(kind: EntityType, iris: Iris) -> NamedNode:
    """The code of a body's kind."""
    return iris.code("body-kind", kind)
