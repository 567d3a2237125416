"""The register to quads: what it says of bodies, acts, indicators and provinces, each with its row as evidence.

Rows and cells that nobody has seen in a source (`checked` no, `unseen`) write nothing: their names help reading only.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from pyoxigraph import NamedNode, Quad

from cdsgraph import periods
from cdsgraph.graph.curated_figures import write_bases, write_figures
from cdsgraph.graph.entity_types import CLASSES, classification, is_body
from cdsgraph.graph.quadwriter import ALT_LABEL, QuadWriter
from cdsgraph.graph.register_entries import entry_iri, unit_iri, write_entry
from cdsgraph.register import Act, Entry, FunctionTransfer, Register
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, DCTERMS, ELI, ORG, PROV, SCHEMA, SKOS, Iris, term

_DAY: Final = timedelta(days=1)
_IN_SCHEME: Final = term(SKOS, "inScheme")
_DERIVED_FROM: Final = term(PROV, "wasDerivedFrom")
_CONCEPT: Final = term(SKOS, "Concept")
_FUNCTION: Final = term(CDS, "function")
_EFFECTIVE: Final = term(CDS, "effectiveDate")
# Things of these types are concepts and stand in a scheme of their own.
_SCHEMES: Final = {"index": "index", "other": "topic"}
_PARTY_SYMBOL: Final = "/TW"


def quads(register: Register, iris: Iris) -> Iterator[Quad]:
    """The named graph `graph/register` of a checked register, without the concept schemes."""
    out = QuadWriter(iris.graph("register"))
    _write_things(out, register, iris)
    _write_provinces(out, register, iris)
    _write_acts(out, register, iris)
    _write_indicators(out, register, iris)
    _write_indicator_ends(out, register, iris)
    _write_units(out, register, iris)
    write_bases(out, register, iris)
    write_figures(out, register, iris)
    _write_changes(out, register, iris)
    _write_transfers(out, register, iris)
    return iter(out)


def _write_things(out: QuadWriter, register: Register, iris: Iris) -> None:
    for entry in register.entries:
        # The pillars are described by their schemes.
        if entry.checked and entry.type != "pillar":
            _write_thing(out, entry, register, iris)


def _write_thing(out: QuadWriter, entry: Entry, register: Register, iris: Iris) -> None:
    thing = iris.key(entry.key)
    out.types(thing, *CLASSES[entry.type])
    out.labels(thing, entry.name, entry.name_en, (*entry.abbreviations, *entry.aliases))
    out.text(thing, term(CDS, "sortKey"), fold(entry.name))
    if is_body(entry.type):
        out.link(thing, term(ORG, "classification"), classification(entry.type, iris))
    if entry.type in _SCHEMES:
        out.link(thing, _IN_SCHEME, iris.scheme(_SCHEMES[entry.type]))
    _write_lifetime(out, entry, iris)
    parent = register.entry(entry.parent) if entry.parent and "parent" not in entry.unseen else None
    if parent is not None and parent.checked:
        predicate = _parent_predicate(entry)
        out.link(thing, predicate, iris.key(parent.key))
    act = register.act(entry.act) if entry.act and "act" not in entry.unseen else None
    if act is not None and act.checked:
        out.link(thing, term(CDS, "approvedBy" if entry.type == "programme" else "act"), iris.key(act.key))
    out.link(thing, _DERIVED_FROM, write_entry(out, entry, entry.slug, iris))


def _parent_predicate(entry: Entry) -> NamedNode:
    if entry.type == "unit":
        return term(ORG, "unitOf")
    return term(ORG, "subOrganizationOf") if is_body(entry.type) else term(CDS, "operatedBy")


def _write_lifetime(out: QuadWriter, entry: Entry, iris: Iris) -> None:
    thing = iris.key(entry.key)
    if entry.first_day and "first_day" not in entry.unseen:
        out.day(thing, term(CDS, "firstDay"), entry.first_day)
        if is_body(entry.type):
            out.day(thing, term(SCHEMA, "foundingDate"), entry.first_day)
    if entry.last_day and "last_day" not in entry.unseen:
        out.day(thing, term(CDS, "lastDay"), entry.last_day)
        if is_body(entry.type):
            out.day(thing, term(SCHEMA, "dissolutionDate"), entry.last_day + _DAY)


def _write_provinces(out: QuadWriter, register: Register, iris: Iris) -> None:
    for mapping in register.provinces:
        both = ((mapping.before, mapping.before_code), (mapping.after, mapping.after_code))
        described = [entry.checked for key, _ in both if (entry := register.entry(key)) is not None]
        for (key, code), checked in zip(both, described, strict=True):
            if checked:
                out.types(iris.key(key), term(SCHEMA, "AdministrativeArea"))
                out.text(iris.key(key), term(CDS, "officialCode"), code)
        if all(described):
            out.link(iris.key(mapping.before), term(CDS, "mergedInto"), iris.key(mapping.after))


def _write_acts(out: QuadWriter, register: Register, iris: Iris) -> None:
    for act in register.acts:
        if act.checked:
            _write_act(out, act, register, iris)


def _write_act(out: QuadWriter, act: Act, register: Register, iris: Iris) -> None:
    iri = iris.key(act.key)
    kind = iris.code("doc-type", act.type)
    out.types(iri, term(ELI, "LegalResource"))
    if act.number.endswith(_PARTY_SYMBOL):
        out.types(iri, term(CDS, "PartyDocument"))
    out.text(iri, term(ELI, "id_local"), act.number)
    out.text(iri, term(CDS, "number"), act.number)
    out.link(iri, term(ELI, "type_document"), kind)
    out.day(iri, term(ELI, "date_document"), act.signed)
    out.day(iri, term(ELI, "first_date_entry_in_force"), act.in_force)
    out.day(iri, term(ELI, "date_no_longer_in_force"), act.last_day_in_force)
    issuer = register.resolve(act.issuer, on=act.signed)
    if issuer is not None and issuer.checked:
        out.link(iri, term(ELI, "passed_by"), iris.key(issuer.key))
    out.text(iri, term(ELI, "title"), act.title, "vi")
    label = register.code_label(f"def/doc-type/{act.type}")
    out.labels(iri, f"{label[0].upper()}{label[1:]} {act.number}" if label else act.number, None, act.names)
    out.text(iri, term(CDS, "sortKey"), fold(act.number))
    replaced = register.act(act.replaces) if act.replaces else None
    if replaced is not None and replaced.checked:
        out.link(iri, term(DCTERMS, "replaces"), iris.key(replaced.key))
    out.link(iri, _DERIVED_FROM, write_entry(out, act, act.slug, iris))


def _write_indicators(out: QuadWriter, register: Register, iris: Iris) -> None:
    for indicator in register.indicators:
        if not indicator.checked:
            continue
        iri = iris.key(indicator.key)
        out.types(iri, term(CDS, "Indicator"), _CONCEPT)
        out.labels(iri, indicator.name, indicator.name_en, indicator.synonyms)
        out.text(iri, term(CDS, "sortKey"), fold(indicator.name))
        out.link(iri, _IN_SCHEME, iris.scheme("indicator"))
        unit = register.unit(indicator.unit)
        out.link(iri, term(CDS, "unit"), unit_iri(unit, iris) if unit else None)
        out.link(iri, term(CDS, "betterDirection"), iris.code("better", indicator.direction))
        out.link(iri, term(CDS, "pillar"), iris.key(indicator.pillar) if indicator.pillar else None)
        out.link(iri, _DERIVED_FROM, write_entry(out, indicator, indicator.slug, iris))


def _write_indicator_ends(out: QuadWriter, register: Register, iris: Iris) -> None:
    for end in register.ends:
        if not end.checked:
            continue
        slug = end.indicator.rsplit("/", 1)[1]
        iri = iris.thing("indicator-end", slug)
        out.types(iri, term(CDS, "IndicatorEnd"))
        out.link(iri, term(CDS, "indicator"), iris.key(end.indicator))
        out.day(iri, term(CDS, "lastDay"), periods.days(end.last_period)[1])
        out.link(iri, term(CDS, "endReason"), iris.code("end-reason", end.reason))
        out.link(iri, _DERIVED_FROM, write_entry(out, end, slug, iris))


def _write_units(out: QuadWriter, register: Register, iris: Iris) -> None:
    for unit in register.units:
        if not unit.checked:
            continue
        iri = unit_iri(unit, iris)
        out.labels(iri, unit.name, unit.name_en)
        for form in unit.forms:
            if form.casefold() != unit.name.casefold():
                out.text(iri, ALT_LABEL, form, "vi")
        if unit.iri.startswith("def/"):
            out.types(iri, _CONCEPT)
            out.link(iri, _IN_SCHEME, iris.scheme("unit"))


def _write_changes(out: QuadWriter, register: Register, iris: Iris) -> None:
    for change in register.changes:
        if not change.checked:
            continue
        iri = iris.key(change.key)
        out.types(iri, term(ORG, "ChangeEvent"), term(PROV, "Activity"))
        out.labels(iri, change.name, change.name_en)
        out.link(iri, term(CDS, "changeEventKind"), iris.code("change-event-kind", change.kind))
        out.day(iri, _EFFECTIVE, change.effective)
        out.links(iri, term(ORG, "originalOrganization"), _iris(change.before, iris))
        out.links(iri, term(ORG, "resultingOrganization"), _iris(change.after, iris))
        out.link(iri, term(CDS, "act"), iris.key(change.act) if change.act else None)
        out.link(iri, _DERIVED_FROM, write_entry(out, change, change.key.rsplit("/", 1)[1], iris))
        # A body that moves as a whole goes on; it has no successor.
        if change.kind != "transfer-of-body":
            for before in change.before:
                out.links(iris.key(before), term(CDS, "successor"), _iris(change.after, iris))


def _iris(keys: Sequence[str], iris: Iris) -> list[NamedNode]:
    return [iris.key(key) for key in keys]


def _write_transfers(out: QuadWriter, register: Register, iris: Iris) -> None:
    for transfer in register.transfers:
        if not transfer.checked:
            continue
        iri = iris.key(transfer.key)
        out.types(iri, term(CDS, "FunctionTransfer"))
        out.labels(iri, transfer.name, transfer.name_en)
        out.link(iri, _FUNCTION, iris.key(transfer.function))
        out.link(iri, term(CDS, "fromOrganisation"), iris.key(transfer.source))
        out.link(iri, term(CDS, "toOrganisation"), iris.key(transfer.target))
        out.day(iri, _EFFECTIVE, transfer.effective)
        entry = write_entry(out, transfer, transfer.key.rsplit("/", 1)[1], iris)
        out.link(iri, _DERIVED_FROM, entry)
        _write_responsibility(out, register, transfer, transfer.source, iris)
        _write_responsibility(out, register, transfer, transfer.target, iris)


def _write_responsibility(
    out: QuadWriter, register: Register, transfer: FunctionTransfer, body: str, iris: Iris
) -> None:
    """Who answers for the function: the old body until the day before the transfer, the new one from that day."""
    holder = register.entry(body)
    if holder is None:
        return
    function = transfer.function.rsplit("/", 1)[1]
    iri = iris.thing("responsibility", f"{function}-{holder.slug}")
    label, label_en = register.code_label(transfer.function), register.code_label(transfer.function, "en")
    out.types(iri, term(CDS, "Responsibility"))
    out.labels(iri, f"{holder.name}: {label or function}", f"{holder.name_en or holder.name}: {label_en or function}")
    out.link(iri, _FUNCTION, iris.key(transfer.function))
    out.link(iri, term(CDS, "responsibleBody"), iris.key(body))
    if body == transfer.target:
        out.day(iri, term(CDS, "firstDay"), transfer.effective)
    else:
        out.day(iri, term(CDS, "lastDay"), transfer.effective - _DAY)
    out.link(iri, _DERIVED_FROM, entry_iri(transfer.place, transfer.key.rsplit("/", 1)[1], iris))
