"""The saved queries and the rules of derivation: header, syntax, and answers in an order that is always the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rdflib import URIRef

from cdsgraph import queries
from cdsgraph.checking.report import Place, Result
from cdsgraph.checking.sources import syntax
from cdsgraph.checking.sources.project import Source, Sources
from cdsgraph.checking.sources.rules import finding
from cdsgraph.checking.sources.terms import Known
from cdsgraph.checking.sources.tokens import Token
from cdsgraph.errors import QueryError
from cdsgraph.graph import query_rules
from cdsgraph.vocab import DEFAULT_BASE

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_DERIVE: Final = "queries/derive/"
_AFTER_ORDER: Final = ("LIMIT", "OFFSET", "VALUES")


def check(sources: Sources, known: Known) -> Iterator[Result]:
    """What is wrong with the query files."""
    for source in sources.of("queries"):
        types: dict[str, queries.ParameterType] = {}
        try:
            query = queries.read(sources.files.root / source.path)
            types = {each.name: each.type for each in query.params}
            yield from _header(source, query, known)
            if source.path.startswith(_DERIVE):
                yield from _rule(source, sources.files.root / source.path)
        except QueryError as error:
            yield _told(source, "Query-header", error)
        wrong = False
        for at, message in syntax.faults(source.scanned, types):
            wrong = True
            yield finding("Query-syntax", source.iri, source.place(at), value=message)
        if not wrong and not source.path.startswith(_DERIVE):
            yield from _order(source)


def _rule(source: Source, path: Path) -> Iterator[Result]:
    try:
        query_rules.read_rule(path)
    except QueryError as error:
        yield _told(source, "Query-rule", error)


def _told(source: Source, rule: str, error: QueryError) -> Result:
    return finding(
        rule, source.iri, Place(source.path, error.line or 1, error.column), value=error.message, remedy=error.remedy
    )


def _header(source: Source, query: queries.SavedQuery, known: Known) -> Iterator[Result]:
    head = source.place(0)
    for language in ("vi", "en"):
        question = query.question_vi if language == "vi" else query.question_en
        if not question.endswith("?"):
            yield finding("Query-question", source.iri, _line(source, f"#+ question_{language}"), value=question)
        if f"#+ summary_{language}:" not in query.text:
            yield finding("Query-summary", source.iri, head, value=f"summary_{language}")
    if not query.tags:
        yield finding("Query-tags", source.iri, head)
    for parameter in query.params:
        if parameter.type == "iri" and parameter.default is not None:
            iri = parameter.term(parameter.default, DEFAULT_BASE).value
            if not known.defines(iri):
                place = _line(source, f"default: {parameter.default}")
                yield finding("Source-term", source.iri, place, value=URIRef(iri))


def _line(source: Source, words: str) -> Place:
    return source.place(max(0, source.scanned.text.find(words)))


def _order(source: Source) -> Iterator[Result]:
    """A SELECT is ordered by variables, and none of its variables is a misspelling."""
    outer = outer_tokens(source.scanned.tokens)
    form = next((token for token in outer if token.text.upper() in _FORMS and token.kind == "word"), None)
    if form is None or form.text.upper() != "SELECT":
        return
    words = [token.text.upper() for token in outer]
    if "ORDER" not in words:
        if not _gives_one_row(outer, form):
            yield finding("Query-order", source.iri, source.place(form.start))
        return
    at = words.index("ORDER")
    keys = order_keys(outer)
    if not keys:
        yield finding("Query-order", source.iri, source.place(outer[at].start))
    seen = [token.text[1:] for token in source.scanned.tokens if token.kind == "variable"]
    asked = projected(outer)
    for token in {token.text[1:]: token for token in (*asked, *keys)}.values():
        if seen.count(token.text[1:]) == sum(token.text[1:] == each.text[1:] for each in (*asked, *keys)):
            yield finding("Query-variable", source.iri, source.place(token.start), value=token.text)


def order_keys(outer: list[Token]) -> list[Token]:
    """The variables that a query is ordered by; `outer` are its tokens outside braces."""
    keys: list[Token] = []
    ordering = False
    for token in outer:
        if token.text.upper() in ("ORDER", *_AFTER_ORDER):
            ordering = token.text.upper() == "ORDER"
        elif ordering and token.kind == "variable":
            keys.append(token)
    return keys


def projected(outer: list[Token]) -> list[Token]:
    """The variables between SELECT and ORDER BY, of all tokens outside braces."""
    words = [token.text.upper() for token in outer]
    end = words.index("ORDER") if "ORDER" in words else len(words)
    return [token for token in outer[words.index("SELECT") : end] if token.kind == "variable"]


def outer_tokens(tokens: tuple[Token, ...]) -> list[Token]:
    """The tokens of a query outside its braces."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth -= token.text == "}"
        if not depth:
            found.append(token)
        depth += token.text == "{"
    return found


def _gives_one_row(outer: list[Token], form: Token) -> bool:
    """Whether the answer is one row: only aggregates are asked for, without groups."""
    after = outer[outer.index(form) + 1]
    return after.text == "(" and not any(token.text.upper() == "GROUP" for token in outer)
