"""The words around findings, in one language, and terms, numbers and findings as people read them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rdflib import Graph, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.checking.report import SEVERITIES, Report, Result
from cdsgraph.files import locate
from cdsgraph.reading.wordlists import read_table
from cdsgraph.text import Language, squeeze
from cdsgraph.vocab import CDS, SHAPE, prefixes

# Control characters would steer a terminal, and turned-round text would hide what a value says.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_VALUE_LENGTH: Final = 120  # characters of a value shown to people; JSON and Turtle give it whole


@lru_cache(maxsize=8)
def _words(folder: Path, lang: Language) -> Mapping[str, str]:
    return {row["key"]: row[lang] for row in read_table(folder, "validating", ("key", "vi", "en"))}


@dataclass(frozen=True, slots=True)
class Wording:
    """How things are said in a language; the words are those of `validating.csv`."""

    lang: Language
    words: Mapping[str, str]
    graph: Graph

    @classmethod
    def load(cls, lang: Language, folder: Path | None = None) -> "Wording":
        """The wording of a language, from a folder of words [default: the project's]."""
        return cls(lang, _words(folder or locate().words, lang), prefixed())

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def number(self, number: int) -> str:
        """A whole number with its digits grouped."""
        grouped = f"{number:,}"
        return grouped.replace(",", ".") if self.lang == "vi" else grouped

    def counted(self, what: str, number: int) -> str:
        """So many of something: "2 lỗi", "1 warning"."""
        forms = self.words[f"count.{what}"].split("|")
        return (forms[0] if number == 1 else forms[-1]).format(self.number(number))

    def summary(self, report: Report) -> str:
        """How much was checked, and how much found."""
        counts = [self.counted(severity, report.counts[severity]) for severity in SEVERITIES]
        counts += [self.counted("waived", len(report.waived))] if report.waived else []
        triples, shapes = self.number(report.triples), self.number(report.shapes)
        return self.words["summary"].format(triples=triples, shapes=shapes, counts=", ".join(counts))

    def waived(self, result: Result) -> str:
        """Why and how long a waived result is accepted; empty for any other."""
        if result.waived is None:
            return ""
        return self.words["waived"].format(until=result.waived.until.isoformat(), reason=result.waived.reason)

    def term(self, term: Node | PropertyPath | None) -> str:
        """A term or path with prefixes where they fit; nothing for none."""
        if term is None:
            return ""
        if isinstance(term, PropertyPath):
            return str(term.n3(self.graph.namespace_manager))
        if isinstance(term, URIRef):
            for prefix, namespace in self.graph.namespaces():
                if term.startswith(namespace) and len(term) > len(namespace):
                    return f"{prefix}:{term[len(namespace) :]}"
        return str(term.n3(self.graph.namespace_manager))

    def value(self, result: Result) -> str:
        """The value of a result, shortened, with the word for it; empty where the focus node itself is meant."""
        if result.value is None or result.value == result.focus:
            return ""
        shown = _UNPRINTABLE.sub("\ufffd", squeeze(self.term(result.value)))
        shown = shown if len(shown) <= _VALUE_LENGTH else shown[: _VALUE_LENGTH - 1] + "…"
        return f"{self.words['value']}: {shown}"

    def finding(self, result: Result) -> str:
        """Focus node, path and value of a result on one line."""
        parts = (self.term(result.focus), self.term(result.path), self.value(result))
        return "  ".join(part for part in parts if part)

    def places(self, result: Result) -> str:
        """Where a result's words stand: the first place, the others in brackets."""
        if not result.places:
            return ""
        first, *further = map(str, result.places)
        return f"{first} ({self.words['also']} {', '.join(further)})" if further else first

    def told(self, result: Result) -> str:
        """A result in one paragraph: what is needed, what was found, what to do."""
        remedy = result.remedy(self.lang)
        parts = (f"{result.message(self.lang)} {self.finding(result)}", remedy and f"{self.words['remedy']}: {remedy}")
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def prefixed() -> Graph:
    """An empty graph that knows the prefixes of the project, those of terms and shapes included."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (prefixes() | {"cds": CDS, "shape": SHAPE}).items():
        graph.bind(prefix, namespace)
    return graph
