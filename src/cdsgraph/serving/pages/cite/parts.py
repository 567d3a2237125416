"""The parts of the page of a citation: what the fact says, what it is compared and calculated with, in plain words."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from markupsafe import Markup, escape
from pyoxigraph import Literal

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.cite import references
from cdsgraph.serving.pages.cite.citation import Citation, cited
from cdsgraph.serving.pages.documents.facts import TOLD, cite_path, figure_kind, shown_term, shown_values
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.saved_rows import DEFINITION, Row, value
from cdsgraph.serving.pages.things.view import anchor_id
from cdsgraph.serving.rdf.descriptions import PREF_LABEL, best
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, QUDT_UNIT

_MOST: Final = 60  # rows of a comparison that the page shows; the query gives all
_AFTER_VALUE: Final = (
    "denominator", "qualifier", "comparator", "periodLabel", "asOf", "basePeriodLabel", "changeKind", "direction",
    "deadline", "act", "pillar", "basis", "attributedTo",
)  # fmt: skip
_ORDER: Final = (
    CDS + "indicator", CDS + "about", CDS + "value", *(CDS + name for name in _AFTER_VALUE),
    *(name for name in TOLD if name.removeprefix(CDS) not in (*_AFTER_VALUE, "indicator", "about", "value")),
)  # fmt: skip
_WAYS: Final = ("compared", "earlier", "later", "same", "near")
_RESULT: Final = ("percentFigure", "total", "remainder", "changeFigure")
_ROLES: Final = ("part", "whole", "startFigure", "endFigure", *_RESULT)


def values(found: Citation, reader: Reader) -> dict[str, Any]:
    """Everything the template is given."""
    told = cited(found, served(reader.request))
    source = found.source.rsplit("/", 1)[-1] if found.source else None
    return {
        "iri": found.iri,
        "title": told.label[reader.lang],
        "title_lang": _language(found, reader),
        "kind": figure_kind(found.properties, reader) or _kind(found.iri, reader),
        "printed": found.first("printed") or (_number(found, reader) if found.first("value") else None),
        "parted": found.parted() if found.first("sentence") else None,
        "places": found.places,
        "sentence": found.sentence,
        "document": reader.url(f"/documents/{source}#{anchor_id(found.iri)}") if source else None,
        "work": told.work[reader.lang],
        "publisher": told.publisher,
        "dated": references.dated(told, reader.lang),
        "address": told.address,
        "verified": found.verified,
        "sha256": found.sha256,
        "entry": told.entry,
        "entry_href": reader.href(found.entry) if found.entry else None,
        "lines": _lines(found, reader),
        "references": [(lang, references.reference(told, lang)) for lang in words.LANGUAGES],
        "forms": ("json", "jsonld", "bib", "ris", "csl"),
        "review": _review(found, reader),
        "comparisons": _comparisons(found, reader),
        "arithmetic": _arithmetic(found, reader),
        "flags": _flags(found, reader),
        "assessments": _assessments(found, reader),
        "waived": [(reason, words.day(until.isoformat(), reader.lang)) for _, reason, until in found.waived],
        "queries": [found.asked, *(answer for answer in found.related.values() if answer.rows)],
        "own": _own(found, reader),
        "thing": reader.href(found.iri),
    }


def _language(found: Citation, reader: Reader) -> str:
    """The language of the fact's name, which may not be the reader's."""
    names = found.told.values(found.iri, PREF_LABEL)
    told = {name.language for name in names if isinstance(name, Literal)}
    return reader.lang if reader.lang in told else "vi"


def _kind(iri: str, reader: Reader) -> str:
    key = f"type.{iri.removeprefix(f'{reader.base}id/').partition('/')[0]}"
    return str(reader.word(key)) if words.has_word(key) else ""


def _number(found: Citation, reader: Reader) -> str:
    return shown_values(CDS + "value", found.properties, found.told, reader)


def _lines(found: Citation, reader: Reader) -> list[tuple[str, Markup]]:
    """What was understood: the name of each property and its values, linked where they are things."""
    lines = []
    for name in _ORDER:
        if name not in found.properties:
            continue
        if name == CDS + "value":
            shown = escape(_number(found, reader))
        else:
            shown = Markup(", ").join(_linked(name, term, found, reader) for term in found.properties[name])
        lines.append((found.told.label(name, reader.lang) or reader.term_name(name), shown))
    return lines


def _linked(name: str, term: dict[str, str], found: Citation, reader: Reader) -> Markup:
    text = shown_term(name, term, found.told, reader)
    href = reader.href(term["value"]) if term["type"] == "uri" else None
    return Markup('<a href="{}">{}</a>').format(href, text) if href else escape(text)


def _review(found: Citation, reader: Reader) -> dict[str, str] | None:
    """Who looked at the fact, when, with what decision and why."""
    decision = found.first("reviewDecision")
    if decision is None:
        return None
    return {
        "decision": _name(found, reader, decision),
        "reason": found.first("reviewReason") or "",
        "reviewer": found.first("reviewer") or "",
        "day": words.day(found.first("reviewedOn") or "", reader.lang),
    }


def _own(found: Citation, reader: Reader) -> dict[str, Any]:
    """The figure itself as a row of the comparison."""
    period, as_of, basis = found.first("periodLabel"), found.first("asOf"), found.first("basis")
    return {
        "text": found.first("printed") or (_number(found, reader) if found.first("value") else ""),
        "kind": figure_kind(found.properties, reader),
        "period": words.period(period, reader.lang) if period else words.day(as_of or "", reader.lang),
        "basis": _name(found, reader, basis) if basis else "",
    }


def _comparisons(found: Citation, reader: Reader) -> list[dict[str, Any]]:
    """The other figures, each once under the closest way in which they meet, with every reason."""
    seen: dict[str, dict[str, Any]] = {}
    for row in sorted(found.related["comparisons_of_figure"].rows, key=lambda row: _WAYS.index(row["way"]["value"])):
        other, way = row["other"]["value"], row["way"]["value"]
        entry = seen.setdefault(other, {"way": way, **_row(row, found, reader), "reasons": {}, "difference": ""})
        if entry["way"] != way:
            continue
        if reason := value(row, "reason"):
            entry["reasons"][_name(found, reader, reason)] = _definition(found, reader, reason)
        if difference := value(row, "difference"):
            entry["difference"] = words.decimal(difference, reader.lang)
    return [
        {
            "way": way,
            "rows": rows[:_MOST],
            "more": len(rows) - _MOST,
            "reasons": {name: told for entry in rows for name, told in entry["reasons"].items() if told},
        }
        for way in _WAYS
        if (rows := [entry for entry in seen.values() if entry["way"] == way])
    ]


def _row(row: Row, found: Citation, reader: Reader) -> dict[str, Any]:
    """One other figure as the table tells it."""
    period, source, basis = value(row, "period"), value(row, "source"), value(row, "basis")
    unit = _name(found, reader, row["unit"]["value"])
    return {
        "href": reader.url(cite_path(row["other"]["value"], reader.base)),
        "text": value(row, "printed") or _amount(row["value"]["value"], row["unit"]["value"], unit, reader),
        "kind": reader.term_name(row["class"]["value"]),
        # What no text prints has the act that sets it in its own name.
        "indicator": _name(found, reader, row["indicator"]["value"] if source else row["other"]["value"]),
        "period": words.period(period, reader.lang) if period else words.day(row["asOf"]["value"], reader.lang),
        "basis": _name(found, reader, basis) if basis else "",
        "source": (reader.url(f"/documents/{source.rsplit('/', 1)[-1]}"), _name(found, reader, source))
        if source
        else None,
    }


def _amount(number: str, unit: str, name: str, reader: Reader) -> str:
    """A number with its unit, per cent by its sign."""
    told = words.decimal(number, reader.lang)
    return f"{told}%" if unit == QUDT_UNIT + "PERCENT" else f"{told} {name}"


def _arithmetic(found: Citation, reader: Reader) -> list[dict[str, Any]]:
    """Each share, sum, remainder or change: its members by role, what it comes to, and whether that fits."""
    relations: dict[str, dict[str, Any]] = {}
    for row in found.related["arithmetic_of_figure"].rows:
        iri = row["relation"]["value"]
        entry = relations.setdefault(
            iri,
            {
                "kind": reader.term_name(row["kind"]["value"]),
                "members": [],
                "result": None,
                "computed": _rounded(value(row, "computed"), reader),
                "fits": value(row, "fits"),
                "href": reader.href(iri),
            },
        )
        role = row["role"]["value"].removeprefix(CDS)
        number = words.decimal(row["value"]["value"], reader.lang)
        member = {
            "text": value(row, "printed") or number,
            "href": reader.url(cite_path(row["member"]["value"], reader.base)),
            "own": row["member"]["value"] == found.iri,
            "role": reader.term_name(row["role"]["value"]),
            "at": _ROLES.index(role),
        }
        if role in _RESULT:
            entry["result"] = member
        else:
            entry["members"].append(member)
    for entry in relations.values():
        entry["members"].sort(key=lambda member: member["at"])
    return list(relations.values())


def _rounded(text: str | None, reader: Reader) -> str | None:
    """A computed number to two decimals, as the reader writes it."""
    if text is None:
        return None
    number = Decimal(text).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return words.decimal(f"{number.normalize():f}", reader.lang)


def _flags(found: Citation, reader: Reader) -> list[dict[str, Any]]:
    """What is open or doubtful, in the reader's language."""
    flags = []
    for row in found.related["flags_of_fact"].rows:
        if value(row, "language") != reader.lang:
            continue
        candidate = value(row, "candidate")
        flags.append(
            {
                "name": row["name"]["value"],
                "explained": row["explained"]["value"],
                "relative": _rounded(value(row, "baseIfRelative"), reader),
                "points": _rounded(value(row, "baseIfPoints"), reader),
                "registered": value(row, "registered"),
                "candidate": (reader.href(candidate), _name(found, reader, candidate)) if candidate else None,
                "href": reader.href(row["flag"]["value"]),
            }
        )
    return flags


def _assessments(found: Citation, reader: Reader) -> list[dict[str, Any]]:
    """The judgements of targets that use the figure, each with its status and the rule behind it."""
    found_rows: dict[str, dict[str, Any]] = {}
    for row in found.related["assessments_of_figure"].rows:
        gap, unit, deadline = (value(row, name) for name in ("gap", "gapUnit", "deadline"))
        status, rule = row["status"]["value"], row["judgedBy"]["value"]
        found_rows.setdefault(
            row["assessment"]["value"],
            {
                "href": reader.href(row["assessment"]["value"]),
                "target": _name(found, reader, row["target"]["value"]),
                "target_href": reader.url(cite_path(row["target"]["value"], reader.base)),
                "own": row["target"]["value"] == found.iri,
                "status": _name(found, reader, status),
                "why": _definition(found, reader, rule) or _definition(found, reader, status),
                "gap": f"{words.decimal(gap, reader.lang)} {_name(found, reader, unit)}" if gap and unit else "",
                "deadline": words.day(deadline, reader.lang) if deadline else "",
            },
        )
    return list(found_rows.values())


def _name(found: Citation, reader: Reader, iri: str) -> str:
    return found.told.label(iri, reader.lang) or reader.short(iri)


def _definition(found: Citation, reader: Reader, code: str) -> str:
    told = found.told.values(code, DEFINITION)
    return best(told, reader.lang) if told else ""
