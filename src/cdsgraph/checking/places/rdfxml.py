"""Where an RDF/XML text describes its named subjects: the element that names one, and the property elements within.

RDF 1.1 XML Syntax. Subjects without `rdf:about`, `rdf:ID` or `rdf:nodeID` have no name and no place.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from rdflib import RDF, BNode, URIRef
from rdflib.term import Node

from cdsgraph.checking.places.described import Description, Range, Said
from cdsgraph.checking.places.lines import Lines
from cdsgraph.checking.rdffiles import labelled

_RDF: Final = str(RDF) + " "
_XML_BASE: Final = "http://www.w3.org/XML/1998/namespace base"


def descriptions(text: str, base: str, mark: str) -> Iterator[Description]:
    """The descriptions of named subjects; IRIs are resolved against `base` and `xml:base`, labels go by `mark`.

    Those of a text that its parser stops at (an entity that grows too large) are told up to there.
    """
    reader = _Reader(Lines(text), base, mark)
    with suppress(expat.ExpatError):
        reader.parser.Parse(text.encode(), True)
    return iter(reader.found)


class _Reader:
    """Follows elements: in turn one that describes a subject and one that names a property of it."""

    def __init__(self, lines: Lines, base: str, mark: str) -> None:
        self.found: list[Description] = []
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._lines = lines
        self._bases = [base]
        self._mark = mark
        # Of each open element: the subject that it describes, if it does and has a name, and whether it describes one.
        self._open: list[tuple[Description | None, bool]] = []
        self._words = ""
        self._property: tuple[str, Range, str] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        base = urljoin(self._bases[-1], attributes.get(_XML_BASE, ""))
        self._bases.append(base)
        at = self._tag()
        if name == _RDF + "RDF":
            self._open.append((None, False))
        elif self._open and self._open[-1][1]:
            self._begin_property(name, attributes, base, at)
        else:
            self._begin_node(name, attributes, base, at)
        self._words = ""

    def _begin_node(self, name: str, attributes: dict[str, str], base: str, at: Range) -> None:
        named = self._named(attributes, "about", base)
        described = Description(named, at) if named is not None else None
        if self._property is not None:
            self._say(self._property[0], "", named, at)
        self._property = None
        self._open.append((described, True))
        if described is None:
            return
        self.found.append(described)
        if name != _RDF + "Description":
            described.said.append(Said(RDF.type, "", _iri(name), at))
        for key, words in attributes.items():
            if " " in key and not key.startswith(_RDF) and key != _XML_BASE:
                described.said.append(Said(_iri(key), words, None, at))

    def _begin_property(self, name: str, attributes: dict[str, str], base: str, at: Range) -> None:
        value = self._named(attributes, "resource", base)
        nested = attributes.get(_RDF + "parseType") == "Resource"
        if value is not None:
            self._open.append((self._open[-1][0], False))
            self._say(name, "", value, at)
            self._property = None
            return
        self._property = None if nested else (name, at, base)
        # What is said within parseType="Resource" is said of a blank node.
        self._open.append((None if nested else self._open[-1][0], nested))

    def _named(self, attributes: dict[str, str], by: str, base: str) -> URIRef | BNode | None:
        """What an element names by `rdf:about` or `rdf:resource`, a label or, of what it describes, `rdf:ID`."""
        if _RDF + by in attributes:
            return URIRef(urljoin(base, attributes[_RDF + by]))
        if _RDF + "nodeID" in attributes:
            return labelled(self._mark, attributes[_RDF + "nodeID"])
        if by == "about" and _RDF + "ID" in attributes:
            return URIRef(base.partition("#")[0] + "#" + attributes[_RDF + "ID"])
        return None

    def _characters(self, words: str) -> None:
        self._words += words

    def _end(self, _: str) -> None:
        self._open.pop()
        self._bases.pop()
        if self._property is not None:
            name, at, _ = self._property
            self._say(name, self._words, None, at)
            self._property = None
        self._words = ""

    def _say(self, name: str, words: str, value: Node | None, at: Range) -> None:
        described = next((each for each, is_node in reversed(self._open) if is_node), None)
        if described is not None:
            described.said.append(Said(_iri(name), words, value, at))

    def _tag(self) -> Range:
        """From where to where the tag stands that the parser is at."""
        line = self.parser.CurrentLineNumber
        start = self._lines.offset(line, self.parser.CurrentColumnNumber + 1)
        end = self._lines.text.find(">", start)
        return start, len(self._lines.text) if end < 0 else end + 1


def _iri(name: str) -> URIRef:
    """An element's or attribute's name as the parser gives it: namespace, blank, local name."""
    return URIRef(name.replace(" ", "", 1))
