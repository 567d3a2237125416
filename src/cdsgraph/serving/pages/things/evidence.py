"""The words behind a fact: the sentence with the fact's own words set apart, where they stand, where they are cited."""

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from cdsgraph.serving.pages.things.naming import Naming
from cdsgraph.vocab import CDS, OA, PROV

# What a text states between figures (a share, a sum, a change) is marked in its document by one of those figures.
_LINKED: Final = ("percentFigure", "changeFigure", "remainder", "total")

_PLACED: Final = re.compile(r"/id/(?:figure|task|citation|mention|office|statement|event|theme|unread)/[^/#]+$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words behind a fact: sentence in three parts, offsets, and the place in the document's page."""

    before: str
    marked: str
    after: str
    start: int | None
    end: int | None
    href: str | None


class Evidences(Naming):
    """The evidence of the facts of a description."""

    def evidence(self, subject: str) -> Evidence | None:
        """The sentence a fact was read from, its own words set apart; None without a sentence."""
        told = self.told
        sentence = told.value(subject, CDS + "sentence")
        if sentence is None:
            return None
        span = next(iter(self.iris(subject, PROV + "wasDerivedFrom")), "")
        start, end = self._offsets(span)
        sentence_start, _ = self._offsets(next(iter(self.iris(span, CDS + "inSentence")), ""))
        if start is not None and end is not None and sentence_start is not None:
            at, to = start - sentence_start, end - sentence_start
        else:
            printed = next(
                (v.value for n in ("printed", "citedAs", "surface") for v in told.values(subject, CDS + n)), ""
            )
            at = sentence.find(printed) if printed else -1
            to = at + len(printed)
        if not 0 <= at < to <= len(sentence):
            at = to = len(sentence)
        href = self.anchor(subject)
        return Evidence(sentence[:at], sentence[at:to], sentence[to:], start, end, href)

    def span(self, span: str) -> Evidence | None:
        """The words of a span of a text among those before and after it; None for what is no span."""
        selector = next(iter(self.iris(span, OA + "hasSelector")), "")
        exact = self.told.value(selector, OA + "exact")
        if exact is None:
            return None
        before, after = (self.told.value(selector, OA + name) or "" for name in ("prefix", "suffix"))
        start, end = self._offsets(span)
        return Evidence(before, exact, after, start, end, self._document(span))

    def _document(self, span: str) -> str | None:
        source = next(iter(self.iris(span, OA + "hasSource")), None)
        return source and self.reader.url(f"/documents/{source.rsplit('/', 1)[-1]}")

    def _offsets(self, span: str) -> tuple[int | None, int | None]:
        selector = next(iter(self.iris(span, OA + "hasSelector")), "")
        start, end = (self.told.value(selector, OA + name) for name in ("start", "end"))
        return (int(start), int(end)) if start and end and start.isdigit() and end.isdigit() else (None, None)

    def anchor(self, subject: str) -> str | None:
        """Where the fact stands in the page of its document."""
        source = next(iter(self.iris(subject, CDS + "source")), None)
        if source is None:
            return None
        linked = (iri for name in _LINKED for iri in self.iris(subject, CDS + name))
        marked = next(linked, subject)
        return self.reader.url(f"/documents/{source.rsplit('/', 1)[-1]}#{anchor_id(marked)}")

    def certainty(self, subject: str) -> str:
        """How certain the reading of a fact is, in a word; empty where nothing is said of it."""
        return ", ".join(self.name(iri) for iri in self.iris(subject, CDS + "certainty"))

    def register_entry(self) -> Markup | None:
        """File and row of the register behind the thing."""
        for entry in self.iris(self.iri, PROV + "wasDerivedFrom"):
            file, row = (self.told.value(entry, CDS + name) for name in ("file", "row"))
            if file and row:
                text = self.reader.word("figure.register.value", file=file, row=row)
                return Markup('<a href="{}">{}</a>').format(self.reader.href(entry) or "", text)
        return None

    def cite_url(self) -> str:
        """The page that cites the thing, a figure."""
        return self.reader.url(f"/cite/{self.iri.removeprefix(f'{self.reader.base}id/')}")


def anchor_id(fact: str) -> str:
    """The fragment under which a fact stands in the page of its document."""
    return "-".join(fact.rsplit("/", 2)[-2:])


def has_place(fact: str) -> bool:
    """Whether a fact is marked in the page of its document; what links facts of a sentence is not."""
    return _PLACED.search(fact) is not None
