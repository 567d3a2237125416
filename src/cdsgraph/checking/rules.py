"""The rules that data are held against, with their words: those of the shapes, and those that no shape can express."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from cdsgraph.checking.report import SEVERITIES, Report, Result, Rule, Severity, Texts, local_name, stable
from cdsgraph.errors import RulesError
from cdsgraph.files import locate
from cdsgraph.reading.wordlists import read_table
from cdsgraph.vocab import CDS, SHAPE

_CDS: Final = Namespace(CDS)
_SEVERITY: Final[Mapping[Node | None, Severity]] = {SH.Warning: "warning", SH.Info: "info"}
_SAY_NOTHING_OF_DATA: Final = frozenset(
    (
        RDF.type, RDFS.label, RDFS.comment, SH.property, SH.name, SH.description, SH.message, SH.severity,
        SH.deactivated, SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.closed,
        SH.ignoredProperties, _CDS.remedy,
    )
)  # fmt: skip


def of_shapes(shapes: Graph) -> tuple[Rule, ...]:
    """The rules of a shapes graph: its property shapes, and the node shapes with targets and constraints of their own.

    The remedy is `cds:remedy` of a shape, its description `sh:description` or `rdfs:comment`.
    """
    property_shapes = set(shapes.subjects(RDF.type, SH.PropertyShape)) | set(shapes.subjects(SH.path))
    targeted = {shape for each in _TARGETS for shape in shapes.subjects(each)}
    node_shapes = {shape for shape in targeted - property_shapes if _constrains(shapes, shape)}
    return tuple(_rule(shapes, shape) for shape in sorted(property_shapes | node_shapes, key=_content(shapes)))


_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


@lru_cache(maxsize=4)
def beyond_shapes(words: Path | None = None) -> Mapping[str, Rule]:
    """The rules that no shape expresses, by name, from `rules.csv` in the folder of words [default: the project's].

    Raises RulesError naming file and line.
    """
    folder = words or locate().words
    found = {}
    for row in read_table(folder, "rules", ("rule", "severity", "vi", "en")):
        severity = next((each for each in SEVERITIES if each == row["severity"]), None)
        if severity is None:
            raise RulesError(
                f"{row['severity']!r} is no severity",
                path=folder / "rules.csv",
                remedy=f"write {', '.join(SEVERITIES)}",
            )
        messages = (("en", row["en"]), ("vi", row["vi"]))
        found[row["rule"]] = Rule(URIRef(SHAPE + row["rule"]), row["rule"], severity, messages)
    return found


def with_messages(report: Report, shapes: Graph, words: Path | None = None) -> Report:
    """The report with a message for every result of a shape that has none: what its component asks for, vi and en.

    Engines have words of their own for these, in one language and with names of blank nodes that change. The words
    stand in `components.csv` of the folder [default: the project's]. Raises RulesError naming file and line.
    """
    rows = read_table(words or locate().words, "components", ("component", "vi", "en"))
    table = {URIRef(f"{SH}{row['component']}ConstraintComponent"): row for row in rows}
    return replace(report, results=tuple(_with_message(each, report, shapes, table) for each in report.results))


def _with_message(result: Result, report: Report, shapes: Graph, table: Mapping[URIRef, dict[str, str]]) -> Result:
    row = table.get(result.component)
    if row is None or report.rule(result).messages:
        return result
    parameter = URIRef(f"{SH}{row['component'][0].lower()}{row['component'][1:]}")
    asked = " ".join(sorted(_asked(shapes, each) for each in shapes.objects(result.shape, parameter)))
    return replace(result, messages=tuple((language, row[language].format(asked)) for language in ("en", "vi")))


def _asked(shapes: Graph, value: Node) -> str:
    members = list(shapes.items(value)) if isinstance(value, BNode) else [value]
    return ", ".join("[…]" if isinstance(each, BNode) else str(each) for each in members) or "[…]"


def with_remedies(report: Report, words: Path | None = None) -> Report:
    """The report with a remedy for every rule and result: their own, else that of the rule's name or of the component.

    The words stand in `remedies.csv` of the folder [default: the project's]. Raises RulesError naming file and line.
    """
    table = _remedies(words or locate().words)
    own = {rule.shape: rule.remedies or table.get(rule.name, ()) for rule in report.all_rules}
    results = (_with_remedy(each, own[each.shape], table) for each in report.results)
    rules = (replace(each, remedies=own[each.shape] or _together(each, table)) for each in report.all_rules)
    return replace(report, rules=tuple(rules), results=tuple(results))


def _with_remedy(result: Result, of_rule: Texts, table: Mapping[str, Texts]) -> Result:
    found = result.remedies or of_rule or table.get(local_name(result.component)) or table.get("any", ())
    return replace(result, remedies=found)


def _together(rule: Rule, table: Mapping[str, Texts]) -> Texts:
    """What to do about a rule whatever part of it is broken: the remedies of all its components, each once."""
    said = [table[each] for each in rule.components if each in table] or [table.get("any", ())]
    by_language: dict[str, list[str]] = {}
    for language, text in (each for texts in dict.fromkeys(said) for each in texts):
        by_language.setdefault(language, []).append(text)
    return tuple((language, " ".join(texts)) for language, texts in sorted(by_language.items()))


@lru_cache(maxsize=4)
def _remedies(words: Path) -> Mapping[str, Texts]:
    rows = read_table(words, "remedies", ("key", "vi", "en"))
    return {row["key"]: (("en", row["en"]), ("vi", row["vi"])) for row in rows}


def _content(shapes: Graph) -> Callable[[Node], tuple[str, list[str]]]:
    """What shapes are sorted by: shapes without an IRI by what they say, as their names differ from run to run."""

    def key(shape: Node) -> tuple[str, list[str]]:
        if isinstance(shape, URIRef):
            return str(shape), []
        said = (f"{stable(each)} {stable(value)}" for each, value in shapes.predicate_objects(shape))
        return _name(shapes, shape), sorted(said)

    return key


def _constrains(shapes: Graph, shape: Node) -> bool:
    return any(each not in _SAY_NOTHING_OF_DATA for each in shapes.predicates(shape)) or (
        (shape, SH.closed, Literal(True)) in shapes
    )


def _rule(shapes: Graph, shape: Node) -> Rule:
    return Rule(
        shape,
        _name(shapes, shape),
        _SEVERITY.get(shapes.value(shape, SH.severity), "violation"),
        messages=_texts(shapes.objects(shape, SH.message)),
        remedies=_texts(shapes.objects(shape, _CDS.remedy)),
        components=_components(shapes, shape),
        descriptions=_texts(shapes.objects(shape, SH.description)) or _texts(shapes.objects(shape, RDFS.comment)),
    )


def _components(shapes: Graph, shape: Node) -> tuple[str, ...]:
    asked = {str(each) for each in shapes.predicates(shape) if each not in _SAY_NOTHING_OF_DATA}
    names = (each.removeprefix(str(SH)) for each in sorted(asked) if each.startswith(str(SH)))
    return tuple(f"{'SPARQL' if name == 'sparql' else name[0].upper() + name[1:]}ConstraintComponent" for name in names)


def _name(shapes: Graph, shape: Node) -> str:
    if isinstance(shape, URIRef):
        return local_name(shape)
    path = shapes.value(shape, SH.path)
    own = local_name(path) if isinstance(path, URIRef) else "path"
    owner = next(iter(sorted(shapes.subjects(SH.property, shape), key=str)), None)
    return own if owner is None or isinstance(owner, BNode) else f"{local_name(owner)}-{own}"


def _texts(found: Iterable[Node]) -> Texts:
    return tuple(sorted((each.language or "", str(each)) for each in found if isinstance(each, Literal)))
