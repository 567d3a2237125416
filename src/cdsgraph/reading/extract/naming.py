"""What a text names, read in order: numbers of acts, persons, names, references, offices, entities."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cdsgraph.reading.abbreviations import Abbreviations
from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.entities import EntityReader, People
from cdsgraph.reading.extract.legal_references import LegalReferenceReader
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.extract.names import Dropped, NameFinder, lexicon_names
from cdsgraph.reading.extract.persons import PersonFinder
from cdsgraph.reading.extract.roles import RoleReader, prime_minister
from cdsgraph.reading.facts import Entity, LegalReference, Rejected, Role
from cdsgraph.reading.lexicon import Lexicon, Name
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View
from cdsgraph.register import Register

_PILLARS = "def/pillar/"  # the pillars of the programme itself; other schemes hold those of a year's theme


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names, and the spans that legal references explain (numbers and dates in them are no quantities).

    `view` is the text as names were looked up in it, for those who read on; `rejected` is what looked like a name.
    """

    references: tuple[LegalReference, ...]
    entities: tuple[Entity, ...]
    roles: tuple[Role, ...]
    taken: tuple[tuple[Span, str], ...]
    view: View
    rejected: tuple[Rejected, ...] = ()


class NameReader:
    """Reads what a text names: acts, entities and roles; compiled once from the register and the word lists."""

    def __init__(self, register: Register, rules: Path) -> None:
        words = NameWords.load(rules)
        self._abbreviations = Abbreviations.load(rules)
        self._lexicon = Lexicon(lexicon_names(_register_names(register), words))
        self._finder = NameFinder(words)
        self._persons = PersonFinder(words)
        self._references = LegalReferenceReader(words)
        self._roles = RoleReader(words)
        themes = frozenset(e.name for e in register.entries if e.type == "pillar" and not e.key.startswith(_PILLARS))
        self._entities = EntityReader(words, themes)

    def read(self, document: Document) -> Named:
        """References, entities and roles of a document."""
        numbers = self._references.numbers(document)
        view = View(document, self._abbreviations.expansions(document, [number.span for number in numbers]))
        titles = self._persons.titles(view)
        hits = self._lexicon.find(view)
        persons = self._persons.names(view, titles, [h for h in hits if h.name.type != "person"])
        taken = [number.span for number in numbers]
        names, dropped = self._finder.find(view, hits, persons=persons, taken=taken)
        citations = self._references.read(document, view, names, numbers)
        offices = self._roles.read(document, view, names, persons, titles)
        people = People(persons, self._persons.shorts(view, titles, persons), prime_minister(offices))
        free = _outside_laws(view, names, citations.references)
        entities, fuller = self._entities.read(document, view, free, citations.schemes, people)
        references = (replace(r, issuer=fuller.get(r.issuer or "", r.issuer)) for r in citations.references)
        offices = tuple(replace(r, organisation=fuller.get(r.organisation or "", r.organisation)) for r in offices)
        rejected = (_rejected(view, each) for each in dropped)
        return Named(tuple(references), entities, offices, citations.taken, view, tuple(filter(None, rejected)))


def _rejected(view: View, dropped: Dropped) -> Rejected | None:
    span = view.span(dropped.name.start, dropped.name.end)
    return Rejected(span, "entity", dropped.name.rule, dropped.reason) if span is not None else None


def _outside_laws(view: View, names: Sequence[Found], references: Sequence[LegalReference]) -> list[Found]:
    """The names that are no part of a law's name ("Luật Tổ chức Chính phủ" is no mention of Chính phủ)."""
    laws = sorted(span for r in references if r.type == "law" for span in (r.span, *r.mentions))
    free = []
    for name in names:
        span = view.span(name.start, name.end)
        at = bisect_right(laws, span.start, key=lambda law: law.start) if span else 0
        if span is not None and not (at and span in laws[at - 1]):
            free.append(name)
    return free


def _register_names(register: Register) -> Iterable[Name]:
    for entry in register.entries:
        yield Name(entry.name, entry.name, entry.type)
        for alias in entry.aliases:
            yield Name(alias, entry.name, entry.type)
        for abbreviation in entry.abbreviations:
            yield Name(abbreviation, entry.name, entry.type, "abbreviation")
