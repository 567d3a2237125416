"""What the register takes from the concept schemes: the pillars as named things, and the labels of codes."""

from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from cdsgraph.errors import RegisterError
from cdsgraph.register.model import Entry, Place
from cdsgraph.text import name_key
from cdsgraph.vocab import CDS, DEFAULT_BASE, RDF, SKOS


def read_labels(path: Path) -> dict[tuple[str, str], str]:
    """The preferred labels of a scheme's codes by key (`def/function/bao-chi`) and language."""
    return {
        (key, value.language): value.value
        for key, predicate, value in _triples(path)
        if predicate == SKOS + "prefLabel" and isinstance(value, Literal) and value.language
    }


def read_names(path: Path) -> dict[str, str]:
    """Every Vietnamese name of a scheme's codes, preferred or not, as a comparison key; to the code's key."""
    return {
        name_key(value.value): key
        for key, predicate, value in _triples(path)
        if predicate in (SKOS + "prefLabel", SKOS + "altLabel")
        and isinstance(value, Literal)
        and value.language == "vi"
    }


def read_pillars(path: Path) -> list[Entry]:
    """The pillars of a scheme, named as its labels say."""
    triples = _triples(path)
    names: dict[str, list[str]] = {}
    for key, predicate, value in triples:
        if predicate == SKOS + "altLabel" and isinstance(value, Literal) and value.language == "vi":
            names.setdefault(key, []).append(value.value)
    labels = read_labels(path)
    pillars = sorted(
        key
        for key, predicate, value in triples
        if predicate == RDF + "type" and isinstance(value, NamedNode) and value.value == CDS + "Pillar"
    )
    return [_pillar(key, labels, names.get(key, []), path) for key in pillars]


def _pillar(key: str, labels: dict[tuple[str, str], str], others: list[str], path: Path) -> Entry:
    if (key, "vi") not in labels:
        raise RegisterError(f"{key} has no Vietnamese label", path=path, remedy='add skos:prefLabel "…"@vi')
    return Entry(
        key=key,
        type="pillar",
        name=labels[key, "vi"],
        name_en=labels.get((key, "en")),
        abbreviations=tuple(name for name in others if name.isupper()),
        aliases=tuple(name for name in others if not name.isupper()),
        parent=None,
        first_day=None,
        last_day=None,
        checked=True,
        seen_in=path.stem,
        note="",
        place=Place(path, 1),
    )


def _triples(path: Path) -> list[tuple[str, str, NamedNode | Literal]]:
    """Key, predicate and object of what a scheme says of things below the base."""
    try:
        quads = list(parse(path=path, format=RdfFormat.TURTLE))
    except OSError as error:
        raise RegisterError(f"cannot be read: {error}", path=path, remedy="restore the scheme") from error
    except SyntaxError as error:
        raise RegisterError(
            f"is no Turtle: {error.msg}", path=path, line=error.lineno, remedy="mend the line"
        ) from error
    return [
        (quad.subject.value.removeprefix(DEFAULT_BASE), quad.predicate.value, quad.object)
        for quad in quads
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
    ]
