"""SPARQL that does not parse, with the character at which it stops being SPARQL."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import Store

from cdsgraph.checking.sources.tokens import Scanned
from cdsgraph.graph.evaluation import syntax_error
from cdsgraph.queries import ParameterType
from cdsgraph.vocab import DEFAULT_BASE

_EMPTY: Final = Store()
_SERVICE: Final = "SERVICE"
_VALUES: Final[dict[ParameterType, str]] = {"iri": "<*>", "number": "*", "date": '"*"', "string": '"*"'}


def faults(scanned: Scanned, types: Mapping[str, ParameterType] | None = None) -> Iterator[tuple[int, str]]:
    """Where a query is wrong, as an offset in its text, and what is said of it; nothing for SPARQL 1.1.

    `types` are those of its parameters by name.
    """
    if scanned.undeclared:
        for token in scanned.undeclared:
            yield token.start, f"a prefix is not declared: {token.text.partition(':')[0]}:"
        return
    prologue = "".join(f"PREFIX {name}: <{iri}> " for name, iri in (scanned.given or {}).items())
    for token in scanned.tokens:
        if token.kind == "word" and token.text.upper() == _SERVICE:
            yield token.start, "it asks another service"
            return
    try:
        # The answer is not read: an empty store only tells whether the text is a query.
        _EMPTY.query(prologue + _filled_in(scanned, types or {}), base_iri=DEFAULT_BASE)
    except SyntaxError as error:
        told = syntax_error(str(error.msg), prologue + scanned.text)
        line, column = told.line or 1, told.column or 1
        starts = [0, *(match.end() for match in re.finditer("\n", scanned.text))]
        at = starts[min(line, len(starts)) - 1] + column - 1 - (len(prologue) if line == 1 else 0)
        yield max(0, min(at, len(scanned.text))), told.message


def _filled_in(scanned: Scanned, types: Mapping[str, ParameterType]) -> str:
    """The text with a value of the same length for each parameter, so that places stay as they are."""
    text = scanned.text
    for token in scanned.tokens:
        kind = types.get(token.text[2:]) if token.kind == "variable" and token.text[1] == "_" else None
        if kind is not None:
            value = _VALUES[kind].replace("*", "1" * (len(token.text) - len(_VALUES[kind]) + 1))
            text = text[: token.start] + value + text[token.start + len(token.text) :]
    return text
