"""Turtle and SPARQL as tokens with their places: where a term, a prefix or a block stands in a file that people write.

The two languages share their terms, strings and comments, so one scanner serves both. It never refuses a text: what
is not well formed is the parser's to report.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""' + r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*>)"
    r"|(?P<blank>_:[\w.-]*\w)"
    r"|(?P<name>(?:[A-Za-z](?:[\w.-]*[\w-])?)?:(?:(?:[\w:%-]|\\.)+(?:\.+(?=[\w:%\\-]))?)*)"
    r"|(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<mark>[{}()\[\];,.])",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)")


class Token(NamedTuple):
    """A piece of the text, as written; `start` counts its characters from 0."""

    kind: str
    text: str
    start: int


class Term(NamedTuple):
    """An IRI in full and where it is written."""

    iri: str
    start: int


class Block(NamedTuple):
    """What a Turtle file says of one subject in one place; `tokens` are its own, the subject's first."""

    subject: str
    start: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Scanned:
    """A text and its tokens without comments."""

    text: str
    given: Mapping[str, str] | None = None  # prefixes declared elsewhere

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens in order."""
        found = _TOKEN.finditer(self.text)
        return tuple(Token(str(m.lastgroup), m[0], m.start()) for m in found if m.lastgroup != "comment")

    @cached_property
    def declarations(self) -> dict[str, tuple[str, int]]:
        """Prefix to namespace and place of its declaration."""
        found: dict[str, tuple[str, int]] = {}
        for at, (_, text, start) in enumerate(self.tokens[:-2]):
            if text.lower() in ("@prefix", "prefix"):
                name, iri = self.tokens[at + 1 : at + 3]
                if name.kind == "name" and iri.kind == "iri":
                    found.setdefault(name.text.removesuffix(":"), (iri.text[1:-1], start))
        return found

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix to namespace."""
        return {**(self.given or {}), **{prefix: iri for prefix, (iri, _) in self.declarations.items()}}

    def iri(self, token: Token) -> str | None:
        """The IRI that a token is; None for other tokens and for a prefix that is not declared."""
        if token.kind == "iri":
            return token.text[1:-1]
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            namespace = self.prefixes.get(prefix)
            return None if namespace is None else namespace + _ESCAPE.sub(r"\1", local)
        return None

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The IRIs used, declarations of prefixes left out."""
        return tuple(Term(iri, token.start) for token in self._used() if (iri := self.iri(token)) is not None)

    @cached_property
    def undeclared(self) -> tuple[Token, ...]:
        """The names whose prefix is declared nowhere."""
        return tuple(token for token in self._used() if token.kind == "name" and self.iri(token) is None)

    @cached_property
    def unused(self) -> tuple[tuple[str, int], ...]:
        """The prefixes declared here that no name has, and where they are declared."""
        used = {token.text.partition(":")[0] for token in self._used() if token.kind == "name"}
        return tuple((name, start) for name, (_, start) in self.declarations.items() if name not in used)

    def _used(self) -> Iterator[Token]:
        declared = {start for _, start in self.declarations.values()}
        passing = 0
        for token in self.tokens:
            if token.start in declared:
                passing = 3
            if passing:
                passing -= 1
            else:
                yield token

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of a Turtle file in order; those of blank nodes left out."""
        found: list[Block] = []
        inside: list[Token] = []
        depth = 0
        for token in self._used():
            if token.text in ("[", "("):
                depth += 1
            elif token.text in ("]", ")"):
                depth -= 1
            if token.text != "." or depth:
                inside.append(token)
                continue
            subject = self.iri(inside[0]) if inside else None
            if subject is not None:
                found.append(Block(subject, inside[0].start, tuple(inside)))
            inside = []
        return tuple(found)

    def place(self, start: int) -> tuple[int, int]:
        """Line and column, from 1, of a character."""
        line = bisect_right(self._lines, start)
        return line, start - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]
