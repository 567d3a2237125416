"""The rules over the project's own files, told in two languages by rules.csv, and the results that they give."""

import csv
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from rdflib import Literal, URIRef
from rdflib.term import Node

from cdsgraph.checking.report import SEVERITIES, Place, Result, Rule
from cdsgraph.vocab import SHAPE

COMPONENT: Final = URIRef(SHAPE + "SourceComparison")


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its name."""
    lines = (files(__package__) / "rules.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["rule"]: _rule(row) for row in rows}


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        URIRef(SHAPE + row["rule"]),
        row["rule"],
        next(each for each in SEVERITIES if each == row["severity"]),
        messages=(("en", row["message_en"]), ("vi", row["message_vi"])),
        remedies=(("en", row["remedy_en"]), ("vi", row["remedy_vi"])),
    )


def file_iri(path: str) -> URIRef:
    """The name of a file as a focus: its path from the project's root, as a relative IRI."""
    return URIRef(quote(path))


def finding(
    rule: str,
    focus: Node,
    *places: Place,
    path: URIRef | None = None,
    value: Node | str | None = None,
    remedy: str | None = None,
) -> Result:
    """The result of a rule of rules.csv; `remedy` is an English one that fits the case better than the rule's own."""
    told = all_rules()[rule]
    return Result(
        severity=told.severity,
        focus=focus,
        path=path,
        shape=told.shape,
        component=COMPONENT,
        value=Literal(value) if isinstance(value, str) and not isinstance(value, Node) else value,
        messages=told.messages,
        remedies=told.remedies if remedy is None else (("en", f"{remedy[:1].upper()}{remedy[1:]}."), told.remedies[1]),
        places=places,
    )
