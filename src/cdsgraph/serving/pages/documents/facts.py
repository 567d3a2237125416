"""The facts of a source text as its page shows them: where each stands, what was understood of it, what is open."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

import orjson
from markupsafe import Markup, escape

from cdsgraph.graph import versions
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.documents.marking import KINDS, NOT_MODELLED, NOT_UNDERSTOOD, Marked
from cdsgraph.serving.pages.documents.texts import Stretch
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.pages.saved_rows import Answered, Row, Term, names_of, value
from cdsgraph.serving.pages.things.view import FIGURE_KINDS, anchor_id
from cdsgraph.serving.rdf.descriptions import TYPE, Description
from cdsgraph.serving.served import Served
from cdsgraph.text import slug
from cdsgraph.vocab import CDS, ORG, RDF, SCHEMA, XSD

# What a card tells of a fact, in this order; the class comes first, certainty and rule last.
TOLD: Final = (
    *(CDS + name for name in ("indicator", "about", "value", "periodLabel", "deadline", "basis")),
    *(CDS + name for name in ("assignee", "coordinator", "assigner", "assignedAt", "taskStatus")),
    *(CDS + name for name in ("cited", "probableAct", "stage", "chair")),
    SCHEMA + "organizer", SCHEMA + "attendee", ORG + "member", ORG + "role", ORG + "organization",
    CDS + "attestedOn", RDF + "subject", RDF + "predicate", RDF + "object", CDS + "holdsFrom", CDS + "themeOf",
    CDS + "certainty", CDS + "rule",
)  # fmt: skip
_FLAGS: Final = (CDS + "ambiguity", CDS + "finding")
_GIST: Final = (CDS + "periodLabel", CDS + "deadline", CDS + "taskStatus")
Properties = Mapping[str, list[Term]]


def cite_path(iri: str, base: str) -> str:
    """The path of the page by which a fact is cited."""
    return "/cite/" + quote(iri.removeprefix(f"{base}id/"), safe="/:@!$&'()*+,;=-._~")


def sentences(places: Answered) -> list[Stretch]:
    """The sentences that facts were read from; of a fact without one, its own words."""
    return [
        Stretch(int(row["sentenceStart"]["value"]), row["sentence"]["value"])
        if "sentence" in row and "sentenceStart" in row
        else Stretch(int(row["start"]["value"]), row["words"]["value"])
        for row in places.rows
    ]


async def marks_of(state: Served, reader: Reader, places: Answered, understood: Answered) -> list[Marked]:
    """Every place of every fact that the page marks, in the order of the text."""
    told = await names_of(state, places.iris() | understood.iris())
    by_fact: dict[str, dict[str, list[Term]]] = {}
    for row in understood.rows:
        properties = by_fact.setdefault(row["fact"]["value"], {})
        properties.setdefault(row["property"]["value"], []).append(row["value"])
    known: dict[str, tuple[tuple[tuple[str, Markup], ...], tuple[str, ...], str]] = {}
    found = []
    for row in places.rows:
        fact = row["fact"]["value"]
        kind = fact.removeprefix(f"{state.base}id/").partition("/")[0]
        if kind not in KINDS:
            continue
        if fact not in known:
            known[fact] = _card(by_fact.get(fact, {}), told, reader)
        found.append(_marked(kind, row, told, reader, known[fact]))
    return found


def _marked(
    kind: str,
    row: Row,
    told: Description,
    reader: Reader,
    card: tuple[tuple[tuple[str, Markup], ...], tuple[str, ...], str],
) -> Marked:
    fact, thing = row["fact"]["value"], value(row, "thing")
    href = page_path(thing, reader.base) if thing else cite_path(fact, reader.base)
    title = told.label(thing or fact, reader.lang) or reader.short(thing or fact)
    start, end = int(row["start"]["value"]), int(row["end"]["value"])
    return Marked(kind, reader.url(href), anchor_id(fact), title, start, end, *card)


def _card(
    properties: Properties, told: Description, reader: Reader
) -> tuple[tuple[tuple[str, Markup], ...], tuple[str, ...], str]:
    """What was understood by property, the flags, and the few words that stand in the list."""
    lines = understood_lines(properties, TOLD, told, reader)
    flags = tuple(shown_term("", term, told, reader) for name in _FLAGS for term in properties.get(name, ()))
    gist = [figure_kind(properties, reader)]
    gist += [shown_values(name, properties, told, reader) for name in _GIST if name in properties]
    if CDS + "certainty" in properties:
        how = shown_values(CDS + "certainty", properties, told, reader)
        gist.append(str(reader.word("document.certainty", how=how)))
    return tuple((name, escape(text)) for name, text in lines), flags, " · ".join(part for part in gist if part)


def figure_kind(properties: Properties, reader: Reader) -> str:
    """What a figure is (measured, target, forecast, …); empty for another fact."""
    classes = {term["value"] for term in properties.get(TYPE, ())}
    return next((reader.term_name(CDS + each) for each in FIGURE_KINDS if CDS + each in classes), "")


def understood_lines(
    properties: Properties, order: Iterable[str], told: Description, reader: Reader
) -> list[tuple[str, str]]:
    """What was understood of a fact: the name of each property in `order` that it has, and its values."""
    kind = figure_kind(properties, reader)
    lines = [(str(reader.word("figure.kind")), kind)] if kind else []
    named = ((told.label(name, reader.lang) or reader.term_name(name), name) for name in order if name in properties)
    return lines + [(title, shown_values(name, properties, told, reader)) for title, name in named]


def shown_values(name: str, properties: Properties, told: Description, reader: Reader) -> str:
    """The values of a property as a reader writes them; a figure's with its range and unit."""
    texts = [shown_term(name, term, told, reader) for term in properties[name]]
    if name != CDS + "value":
        return ", ".join(texts)
    upper = [shown_term(name, term, told, reader) for term in properties.get(CDS + "valueTo", ())]
    unit = [shown_term("", term, told, reader) for term in properties.get(CDS + "unit", ())]
    return " ".join((" – ".join(texts + upper), *unit))


def shown_term(name: str, term: Term, told: Description, reader: Reader) -> str:
    """One value of a property: a name, a period, a date, a number or words."""
    if term["type"] == "uri":
        return told.label(term["value"], reader.lang) or reader.term_name(term["value"])
    if name in (CDS + "periodLabel", CDS + "basePeriodLabel"):
        return words.period(term["value"], reader.lang)
    if term.get("datatype") == XSD + "date":
        return words.day(term["value"], reader.lang)
    if name == CDS + "rule":
        return rule_words(term["value"], reader)
    return words.decimal(term["value"], reader.lang) if term.get("datatype") == XSD + "decimal" else term["value"]


def rule_words(rule: str, reader: Reader) -> str:
    """The name of a reading rule in words; those of its family, else the name itself, where there are none for it."""
    known = (f"rule.{name}" for name in (rule, re.split("[:/]", rule)[0]))
    return next((str(reader.word(key)) for key in known if words.has_word(key)), rule)


async def numbers_of(state: Served, reader: Reader, file_name: str | None, length: int) -> list[Marked]:
    """The numbers of a text that became no figure, with the reason; none where the version tells of none."""
    entries = list(_ledger(state.settings.dataset / versions.NUMBERS).get(file_name or "", ()))
    codes = {reason: f"{state.base}def/number-reason/{slug(reason)}" for _, _, reason in entries if reason}
    told = await names_of(state, codes.values()) if codes else Description("", ())
    found = []
    for start, end, reason in entries:
        if start < end <= length:
            name = told.label(codes[reason], reader.lang) or reason if reason else ""
            title = (
                reader.word("document.not_modelled", reason=name) if reason else reader.word("document.not_understood")
            )
            kind = NOT_MODELLED if reason else NOT_UNDERSTOOD
            found.append(Marked(kind, "", f"number-{start}", str(title), start, end, gist=name))
    return found


@lru_cache(maxsize=2)  # the file covers all texts of a version, and versions do not change
def _ledger(path: Path) -> dict[str, list[tuple[int, int, str | None]]]:
    """File name to its numbers that became no figure and why (None: not understood); empty without such a file."""
    found: dict[str, list[tuple[int, int, str | None]]] = {}
    try:
        for line in path.read_bytes().splitlines():
            match orjson.loads(line):
                case {"doc": str(doc), "start": int(start), "end": int(end), "reason": None | str() as reason} if (
                    start >= 0
                ):
                    found.setdefault(doc, []).append((start, end, reason))
    except (OSError, ValueError):
        return {}
    return found


def first_places(marked: Iterable[Marked]) -> list[Marked]:
    """Each fact once, at the first of its places, in the order of the text."""
    listed: dict[str, Marked] = {}
    for mark in sorted(marked, key=lambda mark: (mark.start, -mark.end)):
        listed.setdefault(mark.anchor, mark)
    return list(listed.values())


def by_kind(marked: Sequence[Marked], kinds: Iterable[str]) -> list[tuple[str, list[Marked]]]:
    """The facts by kind, each kind in the order of the text; kinds without any are left out."""
    return [(kind, same) for kind in kinds if (same := [mark for mark in marked if mark.kind == kind])]
