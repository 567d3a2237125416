"""Facts from a document: names first, then figures and what names and figures are said to do with each other."""

from pathlib import Path

from cdsgraph.reading.document import Document
from cdsgraph.reading.event_words import EventWords
from cdsgraph.reading.extract import quantities, tasks
from cdsgraph.reading.extract.actors import Actors
from cdsgraph.reading.extract.events import EventReader
from cdsgraph.reading.extract.frame_sentences import SentenceWriter
from cdsgraph.reading.extract.frames import Grammar
from cdsgraph.reading.extract.lists import ListReader
from cdsgraph.reading.extract.meeting_tasks import at_meetings
from cdsgraph.reading.extract.naming import Named, NameReader
from cdsgraph.reading.extract.quantities import Figures, QuantityWords
from cdsgraph.reading.extract.relations import RelationReader
from cdsgraph.reading.extract.stages import StageReader
from cdsgraph.reading.extract.themes import ThemeReader
from cdsgraph.reading.facts import Event, Fact, Reading, place_of
from cdsgraph.reading.list_words import ListWords
from cdsgraph.reading.taskwords import TaskWords
from cdsgraph.register import Register


class Reader:
    """Reads documents; compiled once from the register and the word lists of `rules`."""

    def __init__(self, register: Register, rules: Path) -> None:
        self._register = register
        self._names = NameReader(register, rules)
        self._quantities = QuantityWords.load(rules)
        self._lists = ListReader(ListWords.load(rules))
        self._event_words = EventWords.load(rules, self._quantities.times)
        self._events = EventReader(self._event_words)
        self._themes = ThemeReader(self._event_words)
        self._tasks = TaskWords.load(rules, self._quantities.times)
        grammar = Grammar.load(rules, self._quantities.numbers)
        writer = SentenceWriter(register, rules, grammar, self._quantities.numbers)
        self._relations = RelationReader(grammar, writer, rules)
        self._stages = StageReader(grammar, writer, rules)

    def read(self, document: Document) -> Reading:
        """Everything the document says that the rules understand, in order of the spans."""
        named = self._names.read(document)
        figures, numbers, links = self._read_figures(document, named)
        events = self._read_events(document, named)
        relations, refused = self._relations.read(document, named.entities, named.references, named.roles, figures)
        given = tasks.extract(document, named.entities, named.references, named.roles, self._tasks)
        facts: list[Fact] = [
            *self._stages.read(document, named.entities, named.references),
            *named.entities,
            *named.roles,
            *figures,
            *events,
            *at_meetings(given, events),
            *relations,
        ]
        return Reading(
            document,
            tuple(sorted(facts, key=place_of)),
            numbers,
            self._themes.read(document, events),
            (*named.rejected, *refused),
            links=links,
        )

    def _read_figures(self, document: Document, named: Named) -> Figures:
        digits = [
            (span, "name")
            for entity in named.entities
            for span in (entity.span, *entity.mentions)
            if any(char.isdigit() for char in span.of(document.text))
        ]
        read = quantities.extract(document, (*named.taken, *digits), named.entities, self._register, self._quantities)
        return read._replace(quantities=self._lists.read(document, read.quantities, named.entities))

    def _read_events(self, document: Document, named: Named) -> tuple[Event, ...]:
        actors = Actors(named.view, named.entities, named.roles, self._event_words.titles)
        return self._events.read(document, named.view, named.entities, actors, [span for span, _ in named.taken])
