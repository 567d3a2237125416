"""Where each statement of a Turtle, TriG, N-Triples or N-Quads text stands. RDF 1.1 and 1.2, their concrete syntaxes.

The text has been accepted by the RDF parser before; this reader only tells positions, so it refuses nothing that the
parser takes and repairs nothing: what it does not know (N3's formulas and paths) ends it with UnknownSyntaxError.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin

from rdflib import RDF, BNode, Literal, URIRef

from cdsgraph.checking.rdffiles import anonymous, is_drawn, labelled
from cdsgraph.vocab import XSD

Term = URIRef | BNode | Literal
Range = tuple[int, int]

_LETTER: Final = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHAR: Final = _LETTER + r"_\-0-9\u00B7\u0300-\u036F\u203F\u2040"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN: Final = re.compile(
    rf"""
    (?P<blank>_:[{_LETTER}_0-9](?:\.*[{_CHAR}])*)
    |(?P<name>(?:[{_LETTER}](?:\.*[{_CHAR}])*)?:(?:(?:[{_LETTER}_:0-9]|{_ESCAPED})(?:\.*(?:[{_CHAR}:]|{_ESCAPED}))*)?)
    |(?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    |(?P<long>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*''')
    |(?P<short>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<number>[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
    |(?P<word>[A-Za-z]+)
    |(?P<mark>\^\^|[.;,()\[\]{{}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANKS: Final = re.compile(r"(?:[ \t\r\n]+|\#[^\n\r]*)*")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class UnknownSyntaxError(Exception):
    """The text goes on in a way that this reader does not know."""


class Statement(NamedTuple):
    """A triple, and from where to where its subject and its object stand."""

    subject: Term
    predicate: Term
    object: Term
    subject_range: Range
    object_range: Range

    def moved(self, by: int) -> "Statement":
        """The same statement in a text that has so many more characters before it."""
        (first, second), (third, fourth) = self.subject_range, self.object_range
        return self._replace(subject_range=(first + by, second + by), object_range=(third + by, fourth + by))


class _Anonymous:
    """A blank node without a label; it gets its number where it first stands in a triple, as the RDF parser's do."""

    __slots__ = ("node",)

    def __init__(self) -> None:
        self.node: BNode | None = None


def statements(text: str, base: str, mark: str) -> Iterator[Statement]:
    """The statements in order; a nested blank node's own come before the one that it is the object of.

    `base` resolves relative IRIs; `mark` is what the file's blank nodes are named by in the data. Raises
    UnknownSyntaxError.
    """
    return _Reader(text, base, mark).read()


class _Reader:
    """Goes along the text token by token; `_kind`, `_word`, `_start` and `_end` tell the one it stands on."""

    def __init__(self, text: str, base: str, mark: str) -> None:
        self._text, self._base, self._mark = text, base, mark
        self._prefixes: dict[str, str] = {}
        self._terms: dict[str, URIRef] = {}
        self._numbered = 0
        self._drawn: dict[str, _Anonymous] = {}
        self._found: list[Statement] = []
        self._due: list[tuple[Term | _Anonymous, Term, Term | _Anonymous, Range, Range]] = []
        self._due_at = self._number = 0
        self._kind, self._word, self._start, self._end, self._before = "", "", 0, 0, 0
        self._step()

    def read(self) -> Iterator[Statement]:
        while self._kind:
            self._statement()
            self._give_out()
            yield from self._found
            self._found.clear()

    # Tokens -------------------------------------------------------------------

    def _step(self) -> None:
        """Go to the next token; behind the last one `_kind` is empty."""
        self._before = self._end
        self._number += 1
        blanks = _BLANKS.match(self._text, self._end)
        start = blanks.end() if blanks else self._end
        match = _TOKEN.match(self._text, start)
        if match is None:
            if start < len(self._text):
                raise UnknownSyntaxError
            self._kind = self._word = ""
            return
        self._kind, self._word = match.lastgroup or "", match[0]
        self._start, self._end = match.span()

    def _take(self, word: str) -> bool:
        """Whether the token is this punctuation mark; it is passed then."""
        if self._kind == "mark" and self._word == word:
            self._step()
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise UnknownSyntaxError

    # Statements ---------------------------------------------------------------

    def _statement(self) -> None:
        word = self._word.lower()
        if self._kind == "tag" or (self._kind == "word" and word in ("prefix", "base", "version")):
            self._directive(word.lstrip("@"), dotted=self._kind == "tag")
            return
        if self._kind == "word" and word == "graph":
            self._step()
            self._subject()
            self._graph()
        elif self._kind == "mark" and self._word == "{":
            self._graph()
        else:
            subject, at, complete = self._subject()
            if self._kind == "mark" and self._word == "{":
                self._graph()
                return
            self._about(subject, at, complete)
            self._need(".")

    def _directive(self, word: str, *, dotted: bool) -> None:
        self._step()
        name = ""
        if word == "prefix":
            name = self._word
            self._step()
        if word == "prefix" and self._kind == "iri":
            self._prefixes[name[:-1]] = str(self._iri(self._word))
        elif word == "base" and self._kind == "iri":
            self._base = str(self._iri(self._word))
            self._terms = {key: term for key, term in self._terms.items() if not key.startswith("<")}
        elif word != "version":
            raise UnknownSyntaxError
        self._step()
        if dotted:
            self._need(".")
        if word == "prefix":
            self._terms = {key: term for key, term in self._terms.items() if key.startswith("<")}

    def _graph(self) -> None:
        self._need("{")
        while not self._take("}"):
            subject, at, complete = self._subject()
            self._about(subject, at, complete)
            if not self._take(".") and self._word != "}":
                raise UnknownSyntaxError

    def _about(self, subject: Term | _Anonymous, at: Range, complete: bool) -> None:
        """What is said of a subject, as far as anything must be: a property list may stand alone."""
        if not (complete and self._kind == "mark" and self._word in (".", "}")):
            self._predicates(subject, at)

    def _subject(self) -> tuple[Term | _Anonymous, Range, bool]:
        """A subject, where it stands, and whether it is a statement by itself."""
        start = self._start
        if self._take("["):
            node = _Anonymous()
            if self._take("]"):
                return node, (start, self._before), False
            self._predicates(node, (start, start + 1))
            self._need("]")
            return node, (start, start + 1), True
        if self._take("("):
            return self._list(start, lambda *_: None), (start, start + 1), False
        term = self._term()
        return term, (start, self._before), False

    def _predicates(self, subject: Term | _Anonymous, at: Range) -> None:
        while True:
            predicate = self._verb()
            while True:
                self._object(subject, predicate, at)
                if not self._take(","):
                    break
            # In N-Quads the graph's name follows the object.
            if self._kind in ("iri", "blank"):
                self._step()
            if not self._take(";"):
                return
            while self._take(";"):
                pass
            if self._kind == "mark" and self._word in (".", "]", "}"):
                return

    def _verb(self) -> Term:
        if self._kind == "word" and self._word == "a":
            self._step()
            return RDF.type
        predicate = self._term()
        if isinstance(predicate, _Anonymous):
            raise UnknownSyntaxError
        return predicate

    def _object(self, subject: Term | _Anonymous, predicate: Term, at: Range) -> None:
        start = self._start
        if self._take("["):
            node = _Anonymous()
            if not self._take("]"):
                self._predicates(node, (start, start + 1))
                self._need("]")
            self._say(subject, predicate, node, at, (start, self._before), self._number - 1)
        elif self._take("("):
            self._list(start, lambda head, number: self._say(subject, predicate, head, at, (start, start + 1), number))
        else:
            may_go_on = self._kind in ("short", "long")
            number = self._number
            term = self._term()
            # The parser knows of a string that it is whole at the token behind it, of all else at its last token.
            last = self._number if may_go_on and self._number == number + 1 else self._number - 1
            self._say(subject, predicate, term, at, (start, self._before), last)

    def _list(self, start: int, said: Callable[[Term | _Anonymous, int], None]) -> Term | _Anonymous:
        """A list behind its bracket; `said` states what it is the object of, once its first node is known."""
        head: Term | _Anonymous = RDF.nil
        node: Term | _Anonymous = RDF.nil
        at = (start, start + 1)
        while not (self._kind == "mark" and self._word == ")"):
            if not self._kind:
                raise UnknownSyntaxError
            before, before_at, node = node, at, _Anonymous()
            at = (self._start, self._end)
            if head is RDF.nil:
                head = node
                said(head, self._number)
            else:
                self._say(before, RDF.rest, node, before_at, at, self._number)
            self._object(node, RDF.first, at)
        end = (self._start, self._end)
        self._step()
        if head is RDF.nil:
            said(head, self._number - 1)
        else:
            self._say(node, RDF.rest, RDF.nil, at, end, self._number - 1)
        return head

    def _say(
        self, subject: Term | _Anonymous, predicate: Term, value: Term | _Anonymous, at: Range, to: Range, number: int
    ) -> None:
        """State a triple that the RDF parser is sure of at the token with this number.

        It gives out the triples of one token in reverse, and blank nodes are numbered as they come.
        """
        if number != self._due_at:
            self._give_out()
            self._due_at = number
        self._due.append((subject, predicate, value, at, to))

    def _give_out(self) -> None:
        for subject, predicate, value, at, to in reversed(self._due):
            self._found.append(Statement(self._known(subject), predicate, self._known(value), at, to))
        self._due.clear()

    def _known(self, term: Term | _Anonymous) -> Term:
        if not isinstance(term, _Anonymous):
            return term
        if term.node is None:
            term.node = anonymous(self._mark, self._numbered)
            self._numbered += 1
        return term.node

    # Terms --------------------------------------------------------------------

    def _term(self) -> Term | _Anonymous:
        kind, word = self._kind, self._word
        self._step()
        if kind == "iri":
            return self._iri(word)
        if kind == "name":
            return self._named(word)
        if kind == "blank":
            # Labels that a parser has drawn are numbered like nodes without any.
            label = word[2:]
            return self._drawn.setdefault(label, _Anonymous()) if is_drawn(label) else labelled(self._mark, label)
        if kind in ("short", "long"):
            return self._literal(_unescaped(word[3:-3] if kind == "long" else word[1:-1]))
        if kind == "number":
            name = "double" if "e" in word.lower() else "decimal" if "." in word else "integer"
            return Literal(word, datatype=URIRef(XSD + name), normalize=False)
        if kind == "word" and word in ("true", "false"):
            return Literal(word, datatype=URIRef(XSD + "boolean"), normalize=False)
        raise UnknownSyntaxError

    def _literal(self, value: str) -> Literal:
        if self._kind == "tag":
            language = self._word[1:]
            self._step()
            return Literal(value, lang=language)
        if self._take("^^"):
            datatype = str(self._term())
            return Literal(value, datatype=None if datatype == XSD + "string" else URIRef(datatype), normalize=False)
        return Literal(value)

    def _iri(self, word: str) -> URIRef:
        known = self._terms.get(word)
        if known is None:
            written = _unescaped(word[1:-1])
            known = URIRef(written if _ABSOLUTE.match(written) else _resolved(self._base, written))
            self._terms[word] = known
        return known

    def _named(self, word: str) -> URIRef:
        known = self._terms.get(word)
        if known is None:
            prefix, _, local = word.partition(":")
            if prefix not in self._prefixes:
                raise UnknownSyntaxError
            plain = re.sub(r"\\(.)", r"\1", local)
            known = self._terms[word] = URIRef(self._prefixes[prefix] + plain)
        return known


def _resolved(base: str, written: str) -> str:
    # urljoin knows only some schemes, and drops an empty fragment.
    if not written:
        return base.partition("#")[0]
    if written.startswith("#"):
        return base.partition("#")[0] + written
    return urljoin(base, written)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _LETTERS.get(m[3], m[3]), text)
