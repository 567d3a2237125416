"""JSON-LD 1.1 of a description: one tree with the described thing at its root, compacted with our context, inline.

What the thing points to and what is known of it stands nested where it is first met; records that point to the thing
stand under `@reverse` of the property by which they do; the rest under `@included`. The context is cut to the terms
used and embedded, so no client has to fetch anything, and keys are sorted, so the same triples give the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Triple

from cdsgraph.vocab import RDF, XSD

_TYPE: Final = RDF + "type"
# Keys in order: what a thing is first, its properties (5), then what points to it and what else is told.
_ORDER: Final = {"@context": 0, "@id": 1, "@type": 2, "@value": 3, "@language": 4, "@reverse": 6, "@included": 7}
_PROPERTY: Final = 5

Node = dict[str, Any]


def compact(triples: Iterable[Triple], root: str | None, context: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON-LD of the triples; `root` is the IRI at the top, `context` the value of `@context`.

    The triples hold no blank nodes. The answer parses back into exactly these triples.
    """
    tree = _Tree(triples).frame(root)
    options = {"documentLoader": _refuse, "compactArrays": True, "processingMode": "json-ld-1.1"}
    compacted = jsonld.compact(tree, dict(context), options)
    compacted.pop("@context", None)
    if "@reverse" in compacted:
        records = compacted["@reverse"]
        compacted["@reverse"] = {key: _listed(value) for key, value in records.items()}
    document = {"@context": _used(context, compacted), **_sorted(compacted, _aliases(context))}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def expand(triples: Iterable[Triple], root: str | None) -> bytes:
    """The same tree in expanded form, which needs no context."""
    tree = _Tree(triples).frame(root)
    return orjson.dumps(_sorted(_listed(tree), {}), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _refuse(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    raise jsonld.JsonLdError(f"remote documents are not loaded: {url}", "jsonld.LoadDocumentError")


class _Tree:
    """Node objects in expanded form, each subject written once."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for triple in triples:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
                raise ValueError("a published description holds no blank nodes and no quoted triples")
            self._about.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
        self._left = dict.fromkeys(sorted(self._about))

    def frame(self, root: str | None) -> Node | list[Node]:
        """The tree below `root`, or a list of nodes where there is no single one."""
        if root is None or root not in self._about:
            return [self._node(subject) for subject in list(self._left) if subject in self._left]
        self._left.pop(root)
        reverse = self._reverse(root)
        node = self._write(root, {})
        if reverse:
            node["@reverse"] = {
                predicate: [self._write(subject, {predicate: root}) for subject in subjects]
                for predicate, subjects in sorted(reverse.items())
            }
        included = []
        while self._left:
            included.append(self._node(next(iter(self._left))))
        if included:
            node["@included"] = included
        return node

    def _reverse(self, root: str) -> dict[str, list[str]]:
        """Property to the subjects that point to the root by it; a subject stands under its first such property."""
        found: dict[str, list[str]] = {}
        for subject in list(self._left):
            links = sorted(
                predicate
                for predicate, values in self._about[subject].items()
                if predicate != _TYPE and any(isinstance(v, NamedNode) and v.value == root for v in values)
            )
            if links:
                self._left.pop(subject)
                found.setdefault(links[0], []).append(subject)
        return found

    def _node(self, subject: str) -> Node:
        self._left.pop(subject, None)
        return self._write(subject, {})

    def _write(self, subject: str, told: Mapping[str, str]) -> Node:
        """A node object; `told` is the statement that the place of the node in the tree already makes."""
        node: Node = {"@id": subject}
        for predicate, values in sorted(self._about[subject].items()):
            rest = [v for v in values if not (isinstance(v, NamedNode) and told.get(predicate) == v.value)]
            ordered = sorted(rest, key=str)
            if predicate == _TYPE:
                node["@type"] = [value.value for value in ordered]
            elif ordered:
                node[predicate] = [self._value(value) for value in ordered]
        return node

    def _value(self, value: NamedNode | Literal) -> Node:
        if isinstance(value, NamedNode):
            return self._node(value.value) if value.value in self._left else {"@id": value.value}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == XSD + "string":
            return {"@value": value.value}
        return {"@value": value.value, "@type": value.datatype.value}


def _used(context: Mapping[str, Any], document: Node) -> dict[str, Any]:
    """The part of a context that a document uses: its terms, the prefixes they need, the keywords."""
    words: set[str] = set()
    _collect(document, words)
    kept: dict[str, Any] = {}
    open_words: list[str] = sorted(words)
    while open_words:
        word = open_words.pop()
        for name in (word, word.partition(":")[0]):
            if name in context and name not in kept:
                kept[name] = context[name]
                definition = context[name]
                needed: set[str] = set()
                _collect(definition, needed)
                open_words += sorted(needed - set(kept))
    keywords = {key: context[key] for key in sorted(context) if key.startswith("@")}
    return keywords | {key: kept[key] for key in sorted(kept)}


def _collect(value: Any, words: set[str]) -> None:
    """Every key and every string that may be a term or a compact IRI."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            words.add(key)
            if key != "@value":
                _collect(each, words)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            _collect(each, words)
    elif isinstance(value, str) and len(value) < 300 and "://" not in value and " " not in value:
        words.add(value)


def _aliases(context: Mapping[str, Any]) -> dict[str, str]:
    """The names that the context gives to keywords."""
    found = {}
    for name, definition in context.items():
        keyword = definition.get("@id") if isinstance(definition, Mapping) else definition
        if keyword in _ORDER:
            found[name] = keyword
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sorted(value: Any, aliases: Mapping[str, str]) -> Any:
    """The same JSON with keys in order; values with a type in keywords, since rdflib reads no other names there."""
    if isinstance(value, Mapping):
        if "@value" in value:
            value = {aliases.get(key, key): each for key, each in value.items()}
        keys = sorted(value, key=lambda key: (_ORDER.get(aliases.get(key, key), _PROPERTY), key))
        return {key: _sorted(value[key], aliases) for key in keys}
    if isinstance(value, list):
        return [_sorted(each, aliases) for each in value]
    return value
