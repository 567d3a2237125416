"""What a check found: results in a stable order, and whether they let the data through. SHACL 1.0, section 3.6."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from cdsgraph.choices import SEVERITIES as SEVERITIES
from cdsgraph.choices import Severity as Severity
from cdsgraph.vocab import SHAPE

Texts = tuple[tuple[str, str], ...]  # language ("vi", "en", or "" where none is given) and text, sorted


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
class Waived:
    """That a finding is accepted: why, and up to which day, that day included."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that data were held against, whether anything was found or not.

    `name` is short and the same from run to run: the local name of a shape's IRI, for a shape without an IRI the name
    of the shape it belongs to and its path. `components` are the constraint components that it uses.
    """

    shape: Node
    name: str
    severity: Severity = "violation"
    messages: Texts = ()
    remedies: Texts = ()
    descriptions: Texts = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One finding: on which node, along which path, by which shape, with which value.

    `messages` maps a language (vi, en, or "" where none is given) to what the data needs, `remedies` to what to do.
    `places` are where what was found stands, the one to look at first before the others; none where nobody knows.
    A severity that the shapes made up counts as a violation; `own_severity` is its IRI.
    A finding that is `waived` is listed and fails nothing; nor does a `hint`, which is about the check, not the data.
    """

    severity: Severity
    focus: Node
    path: URIRef | PropertyPath | None
    shape: Node
    component: URIRef
    value: Node | None = None
    messages: Texts = ()
    remedies: Texts = ()
    places: tuple[Place, ...] = ()
    waived: Waived | None = None
    hint: bool = False
    own_severity: Node | None = None

    def message(self, language: str) -> str:
        """The message in the language, else in the other one, else the name of the broken constraint."""
        return in_language(self.messages, language) or local_name(self.component)

    def remedy(self, language: str) -> str:
        """What to do, in the language, else in the other one; nothing where nobody has said."""
        return in_language(self.remedies, language)

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
    """All results of one check, sorted, each once; `triples` were looked at under `shapes` rules.

    `rules` are those that were applied, as far as they are known; `checked` the files that were looked at, as the user
    named them.
    `engine` is the one that compared data with shapes. `notes` say what was left out: an import that was not fetched,
    a shape that checks nothing; or left to another engine.
    """

    results: tuple[Result, ...]
    triples: int = 0
    shapes: int = 0
    rules: tuple[Rule, ...] = ()
    checked: tuple[str, ...] = ()
    engine: str = ""
    notes: tuple[str, ...] = ()
    _counts: dict[Severity, int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _rules: dict[Node, Rule] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._rules.update(_named_apart([*self.rules, *_unlisted(self.results, self.rules)]))
        unique = {result.key: result for result in self.results}
        object.__setattr__(self, "results", tuple(sorted(unique.values(), key=self._order)))
        for severity in SEVERITIES:
            self._counts[severity] = sum(
                result.severity == severity and result.waived is None for result in self.results
            )

    @property
    def counts(self) -> dict[Severity, int]:
        """How many results there are of each severity, without the waived ones."""
        return dict(self._counts)

    @property
    def waived(self) -> tuple[Result, ...]:
        """The results that are accepted."""
        return tuple(result for result in self.results if result.waived is not None)

    @property
    def open(self) -> tuple[Result, ...]:
        """The results that nobody has accepted."""
        return tuple(result for result in self.results if result.waived is None)

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rules applied and those that only results tell of, by severity and name; no two have the same name."""
        return tuple(sorted(self._rules.values(), key=lambda rule: (SEVERITIES.index(rule.severity), rule.name)))

    def rule(self, result: Result) -> Rule:
        """The rule that a result of this report breaks."""
        return self._rules[result.shape]

    def conforms(self, fail_on: Severity = "violation") -> bool:
        """Whether nothing fails: no result, but for hints and waived ones, is as grave as `fail_on` or graver."""
        limit = SEVERITIES.index(fail_on)
        return not any(SEVERITIES.index(each.severity) <= limit and not each.hint for each in self.open)

    def with_results(self, more: Iterable[Result]) -> "Report":
        """The same report with the findings of another check."""
        return replace(self, results=(*self.results, *more))

    def with_rules(self, more: Iterable[Rule]) -> "Report":
        """The same report with further rules that were applied."""
        return replace(self, rules=(*self.rules, *more))

    def _order(self, result: Result) -> tuple[object, ...]:
        # Names of blank nodes differ from run to run: where the words stand goes before them.
        places = tuple((each.path, each.line or 0, each.column or 0) for each in result.places)
        return (
            SEVERITIES.index(result.severity),
            self.rule(result).name,
            stable(result.focus),
            notation(result.path),
            str(result.component),
            stable(result.value),
            places,
            result.key,
        )


def _unlisted(results: Iterable[Result], rules: Iterable[Rule]) -> list[Rule]:
    listed = {rule.shape for rule in rules}
    found: dict[Node, Rule] = {}
    for result in results:
        if result.shape not in listed:
            name = local_name(result.component) if isinstance(result.shape, BNode) else local_name(result.shape)
            found.setdefault(result.shape, Rule(result.shape, name, result.severity, result.messages, result.remedies))
    return list(found.values())


def _named_apart(rules: Iterable[Rule]) -> dict[Node, Rule]:
    """The rules by their shapes, the names of those that share one made different."""
    by_shape = {rule.shape: rule for rule in rules}
    by_name: dict[str, list[Rule]] = {}
    for rule in by_shape.values():
        by_name.setdefault(rule.name, []).append(rule)
    for same in by_name.values():
        for number, rule in enumerate(same, 1) if len(same) > 1 else ():
            name = f"{rule.name}-{number}" if isinstance(rule.shape, BNode) else str(rule.shape)
            by_shape[rule.shape] = replace(rule, name=name)
    return by_shape


def in_language(texts: Texts, language: str) -> str:
    """The text in the language, else in the other one, else any; empty where there is none."""
    known = dict(texts)
    for each in (language, "vi", "en", ""):
        if each in known:
            return known[each]
    return next(iter(known.values()), "")


def local_name(term: Node) -> str:
    """What an IRI ends with: behind our own namespace of shapes, else behind the last # or /."""
    iri = str(term)
    if iri.startswith(SHAPE):
        return iri.removeprefix(SHAPE)
    return iri.rstrip("#/").rsplit("#", 1)[-1].rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def stable(term: Node | None) -> str:
    """A term as SPARQL writes it; a blank node without its name, which differs from run to run."""
    return "_:" if isinstance(term, BNode) else notation(term)


def notation(term: Node | PropertyPath | None) -> str:
    """A term or path as SPARQL writes it; nothing for none."""
    if term is None:
        return ""
    if isinstance(term, PropertyPath):
        return str(term.n3(_NO_PREFIXES.namespace_manager))
    return str(term.n3())


_NO_PREFIXES: Final = Graph(bind_namespaces="none")
