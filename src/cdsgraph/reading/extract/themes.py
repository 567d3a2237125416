"""Themes: the motto of an event ("với chủ đề “…”") or of a year ("chủ đề năm 2024 là …", "năm 2025 là Năm …")."""

from collections.abc import Sequence

import regex

from cdsgraph.reading.document import BlockKind, Document, Sentence, Span
from cdsgraph.reading.event_words import EventWords
from cdsgraph.reading.facts import Event, Theme

_YEAR_ONLY = r"(?:19|20)\d{2}"
_YEAR = rf"(?P<year>{_YEAR_ONLY})"
_QUOTED = r"[“\"«](?P<quoted>[^“”\"«»]{3,300})[”\"»]"
# Words without quotation marks go on to the end of the clause, or to the number of what they consist of.
_PLAIN = r"(?P<plain>\w[^.;:!?…“”\"«»()\n]*?)(?=\s*(?:[.;:!?…(]|,? với \d|, (?:với|nhằm|trong)\s|$))"
_MOST_WORDS = 30


class ThemeReader:
    """Reads themes; compiled once."""

    def __init__(self, words: EventWords) -> None:
        theme = words.groups["theme"]
        link = rf"(?<!\w){words.groups['theme_link']}(?!\w)"
        named = rf"(?<!\w){words.groups['theme_named']}(?!\w)"
        subject = rf"(?P<subject>(?:(?!{link})[^.;:“”\"«»(),]){{0,90}}?)"
        self._theme = regex.compile(
            rf"(?<!\w){theme}{subject}(?:\s(?P<link>{link}|{named})\s*:?|\s?:)?\s*(?:{_QUOTED}|(?(link){_PLAIN}|(?!)))",
            regex.IGNORECASE,
        )
        plain = rf"(?:(?-i:Năm)|(?<={words.groups['theme_named']}\s)năm)\s(?!{_YEAR_ONLY})[^.,;:!?…“”\"«»()\n]+"
        self._of_year = regex.compile(
            rf"(?<!\w)năm\s+{_YEAR}\s+(?:đã\s+)?(?:{named}|{link})\s+(?:(?:năm\s+)?{_QUOTED}|(?P<plain>{plain}))",
            regex.IGNORECASE,
        )
        self._year = regex.compile(rf"(?<!\w)năm\s+{_YEAR}", regex.IGNORECASE)

    def read(self, document: Document, events: Sequence[Event]) -> tuple[Theme, ...]:
        """The themes of a document in order, each once; an event's where the sentence names one, else a year's."""
        found: dict[tuple[str, str | None, str | None], Theme] = {}
        for sentence in document.sentences:
            if sentence.block.kind is BlockKind.BOILERPLATE:
                continue
            for theme in self._in(document, sentence, events):
                found.setdefault((theme.words.casefold(), theme.event, theme.period), theme)
        return tuple(found.values())

    def _in(self, document: Document, sentence: Sentence, events: Sequence[Event]) -> list[Theme]:
        text, start, end = document.text, sentence.span.start, sentence.span.end
        themes = []
        for match in self._theme.finditer(text, start, end):
            year = self._year.search(match["subject"]) or self._year.search(text, start, match.start())
            event = _event_in(events, match.span("subject"))
            if event is None and not self._year.search(match["subject"]):
                event = _event_in(events, (start, match.start()))
            themes.append(self._theme_of(match, sentence, event, year["year"] if year is not None else None, "theme"))
        if not themes:
            for match in self._of_year.finditer(text, start, end):
                themes.append(self._theme_of(match, sentence, None, match["year"], "theme/year"))
        return [theme for theme in themes if theme is not None]

    def _theme_of(
        self, match: "regex.Match[str]", sentence: Sentence, event: str | None, year: str | None, rule: str
    ) -> Theme | None:
        group = "quoted" if match["quoted"] else "plain"
        words = match[group].strip(" ,")
        if (event is None and year is None) or not words or len(words.split()) > _MOST_WORDS:
            return None
        start = match.start(group)
        return Theme(
            span=Span(start, start + len(words)),
            sentence=sentence.span,
            rule=rule,
            certainty="high" if group == "quoted" else "medium",
            words=" ".join(words.split()),
            event=event,
            period=None if event is not None else year,
        )


def _event_in(events: Sequence[Event], bounds: tuple[int, int]) -> str | None:
    """The event whose mention within bounds stands last, an outer one before one inside it."""
    best: tuple[int, int, str] | None = None
    for event in events:
        for span in (event.span, *event.mentions):
            if bounds[0] <= span.start and span.end <= bounds[1]:
                best = max(best or (0, 0, ""), (span.end, -span.start, event.name))
    return best[2] if best is not None else None
