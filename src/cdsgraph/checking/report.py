"""What a check found: results in a stable order, and whether they let the data through. SHACL 1.0, section 3.6."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from rdflib import Graph, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

Severity = Literal["violation", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where the words of a finding stand: a file, and in it a line and a column, both from 1, where they are known.

    `path` is as the user named it, else relative to the project's root. The end is the place after the last character.
    For what was read from a text, `span` holds the offsets of its characters in the text as stored, from 0.
    """

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    span: tuple[int, int] | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Result:
    """One finding: on which node, along which path, by which shape, with which value.

    `messages` maps a language (vi, en, or "" where none is given) to what the data needs, `remedies` to what to do.
    `places` are where what was found stands, the one to look at first before the others; none where nobody knows.
    """

    severity: Severity
    focus: Node
    path: URIRef | PropertyPath | None
    shape: Node
    component: URIRef
    value: Node | None = None
    messages: tuple[tuple[str, str], ...] = ()
    remedies: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()

    def message(self, language: str) -> str:
        """The message in the language, else in the other one, else the name of the broken constraint."""
        known = dict(self.messages)
        for each in (language, "vi", "en", ""):
            if each in known:
                return known[each]
        return next(iter(known.values()), str(self.component).rsplit("#", 1)[-1])

    @property
    def key(self) -> tuple[int, str, str, str, str, str]:
        """What a report is ordered by: severity, shape, focus, path, component, value."""
        return (
            SEVERITIES.index(self.severity),
            str(self.shape),
            notation(self.focus),
            notation(self.path),
            str(self.component),
            notation(self.value),
        )


@dataclass(frozen=True)
class Report:
    """All results of one check, sorted, each once; `triples` were looked at under `shapes` rules."""

    results: tuple[Result, ...]
    triples: int = 0
    shapes: int = 0
    _counts: dict[Severity, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        unique = {result.key: result for result in self.results}
        object.__setattr__(self, "results", tuple(unique[key] for key in sorted(unique)))
        for severity in SEVERITIES:
            self._counts[severity] = sum(result.severity == severity for result in self.results)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many results there are of each severity."""
        return dict(self._counts)

    def conforms(self, fail_on: Severity = "violation") -> bool:
        """Whether no result is as grave as `fail_on` or graver."""
        limit = SEVERITIES.index(fail_on)
        return not any(self._counts[severity] for severity in SEVERITIES[: limit + 1])

    def with_results(self, more: Iterable[Result]) -> "Report":
        """The same report with the findings of another check."""
        return Report((*self.results, *more), triples=self.triples, shapes=self.shapes)


def notation(term: Node | PropertyPath | None) -> str:
    """A term or path as SPARQL writes it; nothing for none."""
    if term is None:
        return ""
    if isinstance(term, PropertyPath):
        return str(term.n3(_NO_PREFIXES.namespace_manager))
    return str(term.n3())


_NO_PREFIXES: Final = Graph(bind_namespaces="none")
