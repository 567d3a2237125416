"""The life of a thing as a list by date: founded, changed, handed over, in office, ended."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.things.naming import Naming
from cdsgraph.serving.rdf.descriptions import TYPE
from cdsgraph.vocab import CDS, DCTERMS, ELI, ORG

LIMIT: Final = 60  # moments on a page, the newest
# Days that a thing's own statements name.
_OWN: Final = (
    (CDS + "firstDay", "timeline.first"),
    (CDS + "lastDay", "timeline.last"),
    (ELI + "date_document", "timeline.signed"),
    (ELI + "first_date_entry_in_force", "timeline.in_force"),
    (ELI + "date_no_longer_in_force", "timeline.lapsed"),
    (CDS + "statedOn", "timeline.stated"),
    (CDS + "deadline", "timeline.deadline"),
    (CDS + "effectiveDate", "timeline.effective"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (ISO 8601, reduced if so known) with what happened, and whether it makes or ends the thing."""

    date: str
    day: str
    text: Markup
    turning: bool


def timeline(view: Naming) -> list[tuple[str, list[Moment]]]:
    """The years of a thing's life, each with what happened in it, earliest first; the newest `LIMIT` things."""
    found = sorted([*_own(view), *_events(view), *_transfers(view), *_offices(view), *_ends(view)], key=_order)
    return [(year, list(moments)) for year, moments in groupby(found[-LIMIT:], key=lambda each: each.date[:4])]


def _order(moment: Moment) -> tuple[str, bool, str]:
    return moment.date, not moment.turning, moment.text


def _moment(view: Naming, date: str | None, text: Markup, *, turning: bool = False) -> list[Moment]:
    return [Moment(date, words.day(date, view.reader.lang), text, turning)] if date else []


def _own(view: Naming) -> list[Moment]:
    return [
        moment
        for predicate, key in _OWN
        for moment in _moment(view, view.told.value(view.iri, predicate), view.reader.word(key), turning=True)
    ]


def _events(view: Naming) -> list[Moment]:
    """Changes of organisation that the thing came out of or went into."""
    found = []
    for event in view.told.subjects(ORG + "ChangeEvent"):
        if event == view.iri:
            continue
        before = view.links(view.iris(event, ORG + "originalOrganization"))
        after = view.links(view.iris(event, ORG + "resultingOrganization"))
        line = view.reader.word("timeline.event", name=view.link(event), before=before, after=after)
        found += _moment(view, view.told.value(event, CDS + "effectiveDate"), line, turning=True)
    return found


def _transfers(view: Naming) -> list[Moment]:
    """Functions that passed from one body to another, those of one day and the same bodies together."""
    moved: defaultdict[tuple[str, Markup, Markup], list[str]] = defaultdict(list)
    for each in view.told.subjects(CDS + "FunctionTransfer"):
        date = view.told.value(each, CDS + "effectiveDate")
        if date and each != view.iri:
            before, after = view.shown(each, "fromOrganisation"), view.shown(each, "toOrganisation")
            moved[date, before, after] += view.iris(each, CDS + "function")
    return [
        moment
        for (date, before, after), functions in moved.items()
        for moment in _moment(
            view,
            date,
            view.reader.word(
                "timeline.transfer",
                functions=view.links(sorted(functions, key=view.name)),
                before=before,
                after=after,
            ),
        )
    ]


def _offices(view: Naming) -> list[Moment]:
    found = []
    for each in view.told.subjects(CDS + "OfficeHolding"):
        if each == view.iri:
            continue
        parts = {
            "person": view.links(view.iris(each, ORG + "member")),
            "post": view.links(view.iris(each, ORG + "role")),
            "body": view.links(view.iris(each, ORG + "organization")),
        }
        key = "timeline.office" if parts["body"] else "timeline.office.alone"
        date = view.told.value(each, CDS + "firstDay") or view.told.value(each, CDS + "attestedOn")
        found += _moment(view, date, view.reader.word(key, **parts))
    return found


def _ends(view: Naming) -> list[Moment]:
    """Acts that replace this one, and the end of an indicator."""
    found = []
    for each in view.told.subjects():
        if view.told.has(each, DCTERMS + "replaces", view.iri):
            line = view.reader.word("timeline.replaced", act=view.link(each))
            found += _moment(view, view.told.value(each, ELI + "date_document"), line, turning=True)
        elif each != view.iri and view.told.has(each, TYPE, CDS + "IndicatorEnd"):
            line = view.reader.word("timeline.indicator_end", reason=view.shown(each, "endReason"))
            found += _moment(view, view.told.value(each, CDS + "lastDay"), line, turning=True)
    return found
