"""What a list tells of its things beside their names, by type, and how the types are grouped in the list of lists."""

from typing import Final

from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, ORG, SCHEMA, SKOS

_LIFETIME: Final = (CDS + "firstDay", CDS + "lastDay")

# The properties whose values stand in the columns of a list.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "org": (ORG + "classification", *_LIFETIME),
    "place": (CDS + "officialCode", *_LIFETIME, CDS + "mergedInto"),
    "act": (ELI + "type_document", ELI + "date_document", ELI + "passed_by"),
    "source": (DCTERMS + "type", DCTERMS + "publisher", DCTERMS + "issued", CDS + "eventDate"),
    "figure": (CDS + "asOf", CDS + "act", CDS + "basis", CDS + "source"),
    "basis": (CDS + "compiler", CDS + "release"),
    "citation": (CDS + "cited", CDS + "stage", CDS + "source"),
    "mention": (OA + "hasBody", CDS + "source"),
    "office": (CDS + "attestedOn", CDS + "source"),
    "task": (CDS + "assignee", CDS + "statedOn", CDS + "deadline", CDS + "taskStatus"),
    "statement": (CDS + "holdsFrom", CDS + "source"),
    "theme": (CDS + "periodLabel", CDS + "source"),
    "event": (SCHEMA + "startDate", CDS + "effectiveDate", SCHEMA + "organizer", CDS + "source"),
    "transfer": (CDS + "effectiveDate", CDS + "fromOrganisation", CDS + "toOrganisation"),
    "responsibility": (CDS + "responsibleBody", CDS + "function", *_LIFETIME),
    "programme": (CDS + "approvedBy", CDS + "approver"),
    "database": (DCTERMS + "isPartOf", CDS + "connectedTo"),
    "system": (CDS + "integrates", CDS + "connectedTo"),
    "register": (CDS + "file", CDS + "row", CDS + "checked"),
    "span": (OA + "hasSource",),
    "unread": (CDS + "source",),
    "assessment": (CDS + "targetStatus", CDS + "gap", CDS + "gapUnit", CDS + "basis"),
    "target-relation": (CDS + "targetRelation",),
    "comparison": (CDS + "reason", CDS + "difference"),
    "side-by-side": (CDS + "reason",),
    "flag": (CDS + "ambiguity", CDS + "flags"),
    "ledger": (CDS + "task", CDS + "completion"),
    "task-responsibility": (CDS + "answeringBody", CDS + "candidateBody", CDS + "responsibilityReason"),
    "series": (CDS + "about", CDS + "unit", CDS + "latest"),
    "indicator-end": (CDS + "indicator", CDS + "lastDay", CDS + "endReason"),
    "citation-finding": (CDS + "finding", CDS + "candidate"),
    "coverage": (CDS + "sentenceShare", CDS + "numbersNotUnderstood"),
    "fact-count": (CDS + "factClass", CDS + "facts", CDS + "certainty"),
    "share": (CDS + "part", CDS + "whole", CDS + "source"),
    "run": (),
}
# Classes that are no type of their own: the properties of the things of the class.
OF_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    CDS + "Indicator": (CDS + "unit", CDS + "betterDirection", CDS + "pillar"),
    CDS + "Target": (CDS + "indicator", CDS + "deadline", CDS + "act", CDS + "pillar"),
    SKOS + "Concept": (SKOS + "inScheme", SKOS + "notation"),
    **{
        CDS + name: COLUMNS["figure"]
        for name in ("Figure", "Observation", "StatedAim", "Forecast", "Change", "PlannedAmount")
    },
    ORG + "FormalOrganization": COLUMNS["org"],
    ORG + "OrganizationalUnit": (ORG + "classification", ORG + "unitOf", *_LIFETIME),
}
THEMES: Final[dict[str, tuple[str, ...]]] = {
    "actors": ("org", "person", "office", "responsibility", "transfer", "place"),
    "acts": ("act", "task", "event", "theme", "task-ledger", "ledger", "task-responsibility"),
    "figures": (
        "figure", "series", "reported-series", "basis", "assessment", "target-relation", "comparison", "side-by-side",
        "share", "sum", "change", "remainder", "flag", "index", "indicator-end",
    ),
    "systems": ("programme", "platform", "system", "database", "data-centre", "topic"),
    "sources": (
        "source", "citation", "citation-finding", "statement", "mention", "span", "unread", "register", "coverage",
        "fact-count", "horizon", "run", "rule", "dataset",
    ),
}  # fmt: skip
