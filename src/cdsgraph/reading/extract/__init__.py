"""Facts from a document: names first, then figures, which read what is named and skip what references explain."""

from pathlib import Path

from cdsgraph.reading.document import Document
from cdsgraph.reading.event_words import EventWords
from cdsgraph.reading.extract import quantities
from cdsgraph.reading.extract.actors import Actors
from cdsgraph.reading.extract.events import EventReader
from cdsgraph.reading.extract.lists import ListReader
from cdsgraph.reading.extract.naming import NameReader
from cdsgraph.reading.extract.quantities import QuantityWords
from cdsgraph.reading.extract.themes import ThemeReader
from cdsgraph.reading.facts import Fact, Reading, place_of
from cdsgraph.reading.list_words import ListWords
from cdsgraph.register import Register


class Reader:
    """Reads documents; compiled once from the register and the word lists of `rules`."""

    def __init__(self, register: Register, rules: Path) -> None:
        self._register = register
        self._names = NameReader(register, rules)
        self._quantities = QuantityWords.load(rules)
        self._event_words = EventWords.load(rules)
        self._events = EventReader(self._event_words)
        self._lists = ListReader(ListWords.load(rules))
        self._themes = ThemeReader(self._event_words)

    def read(self, document: Document) -> Reading:
        """Everything the document says that the rules understand, in order of the spans."""
        named = self._names.read(document)
        digits = [
            (span, "name")
            for entity in named.entities
            for span in (entity.span, *entity.mentions)
            if any(char.isdigit() for char in span.of(document.text))
        ]
        figures, numbers = quantities.extract(
            document, (*named.taken, *digits), named.entities, self._register, self._quantities
        )
        figures = self._lists.read(document, figures, named.entities)
        actors = Actors(named.view, named.entities, named.roles, self._event_words.titles)
        events = self._events.read(document, named.view, named.entities, actors, [span for span, _ in named.taken])
        facts: list[Fact] = [*named.references, *named.entities, *named.roles, *figures, *events]
        facts.sort(key=place_of)
        return Reading(document, tuple(facts), numbers, self._themes.read(document, events))
