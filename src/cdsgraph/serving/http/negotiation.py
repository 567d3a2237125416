"""Content negotiation (RFC 9110, section 12): which of the offers a client wants.

One function over a list of offers in the server's order of preference; it serves media types and, by the same rules
without subtypes, languages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cdsgraph.errors import FormatError

HTML: Final = "text/html"
RESULT_TYPES: Final = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/xml",
)
GRAPH_TYPES: Final = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/json",
    "application/xml",
)

_RANGES_READ = 100
_REMEMBERED = 200  # characters of a header: longer ones are rare, and would take much room
_EXACT, _SAME_TYPE, _ANY = 2, 1, 0


@dataclass(frozen=True, slots=True)
class _Range:
    """One element of an Accept header: `text/*;q=0.5`."""

    name: str
    quality: float
    specificity: int


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that an Accept header prefers, None when it takes none of them.

    Offers are media types without parameters, the server's favourite first. The most specific range decides on the
    quality of an offer, so that `q=0` excludes it; among equal qualities an offer named outright goes before one
    covered by a wildcard, then the order of the offers counts. A range for another charset than UTF-8 matches nothing;
    its other parameters are ignored. No header, an empty one, means that anything will do.

    >>> choose("text/csv;q=0.5, application/*", ["text/csv", "application/json"])
    'application/json'
    >>> choose("text/turtle;q=0, */*;q=0.1", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    """
    if accept is None or not accept.strip():
        return offers[0] if offers else None
    if len(accept) > _REMEMBERED:
        return _chosen(accept, tuple(offers))
    return _remembered(accept, tuple(offers))


def _chosen(accept: str, offers: tuple[str, ...]) -> str | None:
    ranges = _ranges(accept)
    best: str | None = None
    best_rank = (0.0, _ANY)
    for offer in offers:
        family = offer.partition("/")[0] + "/*"
        matching = [r for r in ranges if r.name in (offer, family, "*/*")]
        if not matching:
            continue
        closest = max(matching, key=lambda r: (r.specificity, r.quality))
        rank = (closest.quality, closest.specificity)
        if closest.quality > 0 and (best is None or rank > best_rank):
            best, best_rank = offer, rank
    return best


_remembered = lru_cache(maxsize=1000)(_chosen)


def profiles(accept: str | None, media_type: str) -> list[str]:
    """The profiles (RFC 6906) that an Accept header names for a media type, the preferred ones first.

    >>> profiles('text/turtle;q=0.1, application/ld+json;profile="http://a/b http://a/c"', "application/ld+json")
    ['http://a/b', 'http://a/c']
    """
    found: list[tuple[float, str]] = []
    for part in (accept or "").split(",")[:_RANGES_READ]:
        name, _, parameters = part.partition(";")
        if name.strip().lower() == media_type and (quality := _quality(parameters)) > 0:
            found += [(quality, each) for each in (_parameter(parameters, "profile") or "").split()]
    return [each for _, each in sorted(found, key=lambda pair: -pair[0])]


def choose_language(accept_language: str | None, offers: Sequence[str]) -> str:
    """The offered language (RFC 4647, lookup) that an Accept-Language header prefers, else the first offer.

    >>> choose_language("en-GB, vi;q=0.8", ["vi", "en"])
    'en'
    """
    best, best_quality = offers[0], 0.0
    for part in (accept_language or "").lower().split(",")[:_RANGES_READ]:
        name, _, parameters = part.partition(";")
        quality = _quality(parameters)
        tag = name.strip().partition("-")[0]
        if tag in offers and quality > best_quality:
            best, best_quality = tag, quality
    return best


def _ranges(accept: str) -> list[_Range]:
    ranges = []
    for part in accept.lower().split(",")[:_RANGES_READ]:
        name, _, parameters = part.partition(";")
        name = "*/*" if name.strip() == "*" else name.strip()
        charset = _parameter(parameters, "charset")
        if charset is not None and charset not in ("utf-8", "utf8", "*"):
            continue
        specificity = _ANY if name == "*/*" else _SAME_TYPE if name.endswith("/*") else _EXACT
        ranges.append(_Range(name, _quality(parameters), specificity))
    return ranges


def _quality(parameters: str) -> float:
    """The q-value, 1 where there is none and 0 where it is no number."""
    text = _parameter(parameters, "q")
    if text is None:
        return 1.0
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return min(quality, 1.0) if quality > 0 else 0.0


def _parameter(parameters: str, name: str) -> str | None:
    for parameter in parameters.split(";"):
        key, equals, value = parameter.partition("=")
        if equals and key.strip() == name:
            return value.strip().strip('"')
    return None


def form_of(named: str | None, accept: str | None, forms: Mapping[str, str]) -> str:
    """The media type of the form that an address names (`?format=`), else of the one that the client prefers.

    `forms` are the media types by name, the first being what is given where anything will do. Raises FormatError.
    """
    if named:
        if named not in forms:
            raise FormatError(f"no format {named[:40]}", remedy=f"formats: {', '.join(forms)}")
        return forms[named]
    offered = tuple(dict.fromkeys(forms.values()))
    chosen = choose(accept, offered)
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(offered)}")
    return chosen
