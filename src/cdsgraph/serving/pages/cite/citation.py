"""What the page of a citation tells of one fact, gathered from saved queries and the text beside the dataset."""

import asyncio
import mmap
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from cdsgraph.checking import waivers
from cdsgraph.errors import DatasetError, WaiverError
from cdsgraph.graph.history import history
from cdsgraph.serving.pages.cite.references import Cited, Place, reference
from cdsgraph.serving.pages.documents import texts
from cdsgraph.serving.pages.documents.facts import Properties
from cdsgraph.serving.pages.saved_rows import Answered, Term, ask, names_of, value
from cdsgraph.serving.pages.words import LANGUAGES
from cdsgraph.serving.rdf.descriptions import Description
from cdsgraph.serving.served import Served
from cdsgraph.vocab import CDS, DCTERMS, ELI, OA, SCHEMA

_EXPLAINED: Final = ("comparison-reason", "target-relation", "target-status", "certainty", "ambiguity", "target-rule")
_RELATED: Final = (
    ("comparisons_of_figure", "figure"),
    ("arithmetic_of_figure", "figure"),
    ("flags_of_fact", "fact"),
    ("assessments_of_figure", "figure"),
)


@dataclass(slots=True)
class Citation:
    """One fact with its evidence. `verified`: verified, changed, no-text, register or register-unchecked."""

    iri: str
    asked: Answered
    properties: Properties
    source: str | None
    source_properties: Properties
    entry: str | None
    places: list[Place]
    sentence: Place | None
    verified: str
    sha256: str | None
    related: dict[str, Answered] = field(default_factory=dict)
    told: Description = field(default_factory=lambda: Description("", ()))
    waived: list[tuple[str, str, date]] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """The first value of one of the fact's own properties of our vocabulary."""
        return next((term["value"] for term in self.properties.get(CDS + name, ())), None)

    def parted(self) -> tuple[str, str, str]:
        """The sentence before the fact's words, the words, and the sentence after them."""
        text, place = self.first("sentence") or "", self.places[0] if self.places else None
        if place is not None and self.sentence is not None:
            at, to = place.start - self.sentence.start, place.end - self.sentence.start
            if 0 <= at < to <= len(text):
                return text[:at], text[at:to], text[to:]
        return text, "", ""


async def citation_of(state: Served, iri: str) -> Citation | None:
    """The evidence of a fact; None where the dataset has none for it."""
    asked = await ask(state, "citation_of_fact", fact=iri)
    parts: dict[str, dict[str, dict[str, list[Term]]]] = {}
    for row in asked.rows:
        properties = parts.setdefault(row["part"]["value"], {}).setdefault(row["thing"]["value"], {})
        properties.setdefault(row["property"]["value"], []).append(row["value"])
    places = sorted(map(_place, parts.get("place", {}).values()), key=lambda place: (place.start, place.end))
    entry = next(iter(parts.get("entry", {})), None)
    if not places and entry is None:
        return None
    source, told = next(iter(parts.get("source", {}).items()), (None, {}))
    around = sorted(map(_place, parts.get("sentence", {}).values()), key=lambda place: place.start)
    sentence = next((each for each in around if places and each.start <= places[0].start < each.end), None)
    sha = _one(told, CDS + "sha256")
    found = Citation(
        iri=iri,
        asked=asked,
        properties=parts.get("fact", {}).get(iri, {}),
        source=source,
        source_properties=told,
        entry=entry,
        places=places,
        sentence=sentence,
        verified="register",
        sha256=sha,
    )
    if places:
        text = texts.text_of(state.settings.dataset, _one(told, CDS + "fileName"))
        found.verified = _verified(text, sha, found, [*places, *around])
    elif entry and _one(parts["entry"][entry], CDS + "checked") != "true":
        found.verified = "register-unchecked"
    return found


def _verified(text: str | None, sha: str | None, found: Citation, places: list[Place]) -> str:
    if text is None:
        return "no-text"
    sentence, printed = found.first("sentence"), found.first("printed")
    holds = sentence is None or printed is None or printed in sentence
    stands = texts.stands_in(text, sha, [(each.start, each.end, each.words) for each in places])
    return "verified" if holds and stands else "changed"


async def with_related(state: Served, found: Citation) -> Citation:
    """The same with what it is compared with, calculated with, flagged for and judged by, and every name it needs."""
    answers = await asyncio.gather(*(ask(state, name, **{given: found.iri}) for name, given in _RELATED))
    found.related = {answer.name: answer for answer in answers}
    iris = found.asked.iris().union(*(answer.iris() for answer in answers))
    codes = [iri for iri in iris if iri.removeprefix(f"{state.base}def/").partition("/")[0] in _EXPLAINED]
    found.told = await names_of(state, iris, explained=codes)
    concerned = {found.iri, *(row["relation"]["value"] for row in found.related["arithmetic_of_figure"].rows)}
    found.waived = _accepted(state.files.waivers, concerned)
    return found


async def reference_to(state: Served, iri: str, lang: str) -> str:
    """The reference to a fact as its citation gives it; empty where the dataset has no evidence for it."""
    found = await citation_of(state, iri)
    if found is None:
        return ""
    found.told = await names_of(state, found.asked.iris())
    return reference(cited(found, state), lang)


def cited(found: Citation, state: Served) -> Cited:
    """What a reference to the fact needs."""
    told, source = found.told, found.source_properties
    act = next(iter(_things(found, "act")), None)
    about_act = _things(found, "act").get(act, {}) if act else {}
    work = found.source or act or (found.first("basis") or found.entry or found.iri)
    title = _one(about_act, ELI + "title")
    passed_by = _one(about_act, ELI + "passed_by") or found.first("attributedTo")
    entry = _things(found, "entry").get(found.entry or "", {})
    file, row = _one(entry, CDS + "file"), _one(entry, CDS + "row")
    return Cited(
        iri=found.iri,
        label={lang: told.label(found.iri, lang) or found.iri.rsplit("/", 1)[-1] for lang in LANGUAGES},
        work={
            lang: ", ".join(part for part in (told.label(work, lang) or work, None if found.source else title) if part)
            for lang in LANGUAGES
        },
        publisher=_one(source, DCTERMS + "publisher") if source else told.label(passed_by, "vi") if passed_by else None,
        author=_one(source, DCTERMS + "creator"),
        date=_one(source, CDS + "eventDate")
        if source
        else _one(about_act, ELI + "date_document") or found.first("statedOn"),
        bounds=(_one(source, CDS + "notBefore"), _one(source, CDS + "notAfter")),
        address=_one(source, SCHEMA + "url"),
        version=state.name,
        sentence=found.first("sentence"),
        place=found.places[0] if found.places else None,
        entry=(file, row) if file and row else None,
    )


def _things(found: Citation, part: str) -> dict[str, dict[str, list[Term]]]:
    """The things of a part of the evidence with their properties."""
    things: dict[str, dict[str, list[Term]]] = {}
    for row in found.asked.rows:
        if value(row, "part") == part:
            things.setdefault(row["thing"]["value"], {}).setdefault(row["property"]["value"], []).append(row["value"])
    return things


async def last_version_with(state: Served, iri: str) -> str | None:
    """The newest other version on disk whose statements have the IRI as a subject."""
    out = state.settings.published
    return await run_in_threadpool(_last_version_with, out, state.name, iri) if out is not None else None


def _last_version_with(out: Path, served: str, iri: str) -> str | None:
    try:
        before = [each for each in reversed(history(out)) if each.name != served]
    except DatasetError:
        return None
    return next((each.name for each in before if _holds(each.dataset, f"<{iri}> ".encode())), None)


def _holds(dataset: Path, subject: bytes) -> bool:
    """Whether a line of canonical N-Quads, which are sorted, begins so: found by halving."""
    try:
        with dataset.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            low, high = 0, len(lines)
            while low < high:
                middle = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
                end = lines.find(b"\n", middle) + 1 or len(lines)
                if lines[middle : middle + len(subject)] >= subject:
                    high = middle
                else:
                    low = end
            return lines[low : low + len(subject)] == subject
    except (OSError, ValueError):
        return False


def _accepted(path: Path, concerned: set[str]) -> list[tuple[str, str, date]]:
    """The IRI, reason and last day of each finding about these things that is accepted; none from a malformed table."""
    try:
        known = waivers.load(path) if path.is_file() else ()
    except WaiverError:
        return []
    return [
        (iri, each.waived.reason, each.waived.until) for each in known for iri in sorted(concerned) if each.names(iri)
    ]


def _place(selector: dict[str, list[Term]]) -> Place:
    start, end, exact = (_one(selector, OA + name) or "0" for name in ("start", "end", "exact"))
    return Place(int(start), int(end), exact)


def _one(properties: Properties, name: str) -> str | None:
    return next((term["value"] for term in properties.get(name, ())), None)


def related_rows(found: Citation, name: str) -> list[dict[str, Any]]:
    """The rows of a related query with plain values, as JSON tells them."""
    return [{key: term["value"] for key, term in row.items()} for row in found.related[name].rows]
