"""Where a JSON-LD text describes its named subjects. JSON-LD 1.1, as far as its words tell without being expanded.

Contexts are taken as one for the whole file: terms, prefixes, `@vocab` and `@base`, aliases of `@id` and `@type`.
Subjects without an `@id` have no name and no place.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

from rdflib import RDF, BNode, URIRef

from cdsgraph.checking.places.described import Description, Range, Said
from cdsgraph.checking.rdffiles import labelled

_TOKEN: Final = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\]:,])|([^\s{}\[\]:,"]+))')


@dataclass(slots=True)
class _Object:
    """A JSON object on the way through the text: where it begins, the key it stands at, its own values."""

    start: int
    under: str
    values: list[tuple[str, str, Range]] = field(default_factory=list)
    parts: list["_Object"] = field(default_factory=list)


def descriptions(text: str, base: str, mark: str) -> Iterator[Description]:
    """The descriptions of named subjects; relative IRIs are resolved against `base`, labels belong to `mark`."""
    names = _Names(json.loads(text), base, mark)
    waiting = list(_objects(text))[::-1]
    while waiting:
        each = waiting.pop()
        waiting += reversed(each.parts)
        named = [(words, at) for key, words, at in each.values if names.keyword(key) == "@id"]
        if named:
            words, at = named[0]
            yield Description(names.name(words), at, list(_said(each, names)))


def _said(each: _Object, names: "_Names") -> Iterator[Said]:
    for key, words, at in each.values:
        keyword = names.keyword(key)
        if keyword == "@type":
            yield Said(RDF.type, words, names.term(words), at)
        elif keyword is None:
            yield Said(names.term(key), words, names.name(words), at)
    for part in each.parts:
        # A value object, a set or a reference: what it holds is said of the subject above it.
        for key, words, at in part.values:
            if names.keyword(key) in ("@value", "@id", "@list", "@set"):
                yield Said(names.term(part.under), words, names.name(words), at)


def _objects(text: str) -> Iterator[_Object]:
    """The outermost objects of a JSON text, with the objects within them."""
    open_objects: list[_Object] = []
    keys: list[str] = []
    expects_key: list[bool] = []
    for match in _TOKEN.finditer(text):
        string, mark, other = match.groups()
        start, end = match.start(match.lastindex or 0), match.end()
        if mark == "{":
            fresh = _Object(start, keys[-1] if keys else "")
            if open_objects:
                open_objects[-1].parts.append(fresh)
            open_objects.append(fresh)
            keys.append("")
            expects_key.append(True)
        elif mark == "}":
            keys.pop()
            expects_key.pop()
            closed = open_objects.pop()
            if not open_objects:
                yield closed
        elif mark == "[":
            expects_key.append(False)
        elif mark == "]":
            expects_key.pop()
        elif mark == "," and open_objects and expects_key[-1:] == [True]:
            keys[-1] = ""
        elif string is not None and expects_key[-1:] == [True] and not keys[-1]:
            keys[-1] = json.loads(string, strict=False)
        elif mark is None and open_objects:
            words = json.loads(string, strict=False) if string is not None else other
            open_objects[-1].values.append((keys[-1], words, (start, end)))


class _Names:
    """What the contexts of a file make of its words."""

    def __init__(self, document: Any, base: str, mark: str) -> None:
        self._base = base
        self._mark = mark
        self._vocabulary = ""
        self._terms: dict[str, str] = {}
        waiting = [document]
        while waiting:
            each = waiting.pop()
            if isinstance(each, list):
                waiting += each
            elif isinstance(each, dict):
                self._learn(each.get("@context"))
                waiting += [value for key, value in each.items() if key != "@context"]

    def _learn(self, context: Any) -> None:
        for each in context if isinstance(context, list) else [context]:
            if not isinstance(each, dict):
                continue
            for term, meaning in each.items():
                meant = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if term == "@vocab" and isinstance(meant, str):
                    self._vocabulary = meant
                elif term == "@base" and isinstance(meant, str):
                    self._base = urljoin(self._base, meant)
                elif isinstance(meant, str):
                    self._terms[term] = meant

    def keyword(self, key: str) -> str | None:
        """The keyword that a key is or stands for."""
        meant = self._terms.get(key, key)
        return meant if meant.startswith("@") else None

    def term(self, word: str) -> URIRef:
        """What a key or a type means: a term, a shortened IRI or a word of the vocabulary."""
        return URIRef(self._expanded(word, depth=0) or self._vocabulary + word)

    def name(self, word: str) -> URIRef | BNode:
        """What an `@id` means: a label, a shortened or a relative IRI."""
        if word.startswith("_:"):
            return labelled(self._mark, word[2:])
        prefix, colon, _ = word.partition(":")
        expanded = self._expanded(word, depth=0) if colon and prefix in self._terms else None
        return URIRef(expanded or urljoin(self._base, word))

    def _expanded(self, word: str, depth: int) -> str | None:
        if word in self._terms and depth < len(self._terms):
            meant = self._terms[word]
            return meant if meant == word else self._expanded(meant, depth + 1) or meant
        prefix, colon, local = word.partition(":")
        if colon and prefix in self._terms and not local.startswith("//"):
            return (self._expanded(self._terms[prefix], depth + 1) or self._terms[prefix]) + local
        return word if colon else None
