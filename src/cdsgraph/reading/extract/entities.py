"""Named things of a text: one record a thing, its first free-standing mention as span, all other mentions beside it."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import regex

from cdsgraph.reading.abbreviations import definitions
from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.act_names import ActName
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.facts import Certainty, Entity, EntityType
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View, lookup_key

_PREFIXED = frozenset({"local_government", "unit", "government_body", "party_body", "ministry", "system", "platform"})
_PRESIDENT = "Chủ tịch nước"  # before a name, his title and no body
_PRIME_MINISTER = "Thủ tướng Chính phủ"


@dataclass(slots=True)
class _Thing:
    """A thing while its mentions are gathered; `spans` name it, `also` stand for it (short forms, abbreviations)."""

    name: str
    type: EntityType
    rule: str
    certainty: Certainty
    spans: list[Span] = field(default_factory=list)
    also: list[Span] = field(default_factory=list)


_Things = dict[tuple[str, str], _Thing]


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a text: their ranges in the view, short forms with the name meant, the prime minister if named."""

    ranges: Sequence[tuple[int, int]]
    shorts: Sequence[tuple[tuple[int, int], str]]
    prime_minister: str | None


class EntityReader:
    """Makes entity records from names found, persons and programmes; compiled once.

    `themes` are names of pillars that a year's theme sets: common nouns elsewhere, they count only where a sentence
    lists them as pillars.
    """

    def __init__(self, words: NameWords, themes: frozenset[str]) -> None:
        heads = sorted({head.words for head in words.heads if head.short}, key=len, reverse=True)
        forms = "|".join(map(regex.escape, heads))
        self._short = regex.compile(rf"(?<![\p{{L}}\d/&])(?:{forms})(?![\p{{L}}\d&/]| \p{{Lu}}| các )")
        boards = {lookup_key(head.words) for head in words.heads if head.follow == "board"}
        self._boards = frozenset({*boards, *(f"{board} trung ương" for board in boards)})
        tails = "|".join(map(regex.escape, words.act_title_words["tail"]))
        self._scheme_tail = regex.compile(rf",? (?:{tails}).*$")
        self._plurals = words.plurals
        self._themes = themes
        self._pillar = regex.compile(r"trụ cột")

    def read(
        self, document: Document, view: View, names: Sequence[Found], schemes: Sequence[ActName], people: People
    ) -> tuple[tuple[Entity, ...], dict[str, str]]:
        """The entities, in order of their first mention, and which shorter names turned out to mean which of them."""
        things: _Things = {}
        persons = {start for start, _ in people.ranges}
        listed = self._listed_themes(view, names)
        names = [name for name in names if name.name not in self._themes or name.name in listed]
        meant = _bracketed(document, view, names)
        for found in self._with_schemes(names, schemes):
            span = view.span(found.start, found.end)
            if span is None or (people.prime_minister is not None and found.name == _PRIME_MINISTER):
                continue
            if found.name == _PRESIDENT and found.end + 1 in persons:
                continue
            _add(things, meant.get(span.of(document.text), found), span)
        for start, end in people.ranges:
            if (span := view.span(start, end)) is not None:
                person = view.text[start:end]
                name = person.title() if person.isupper() else person
                _add(things, Found(start, end, name, "person", "person/name"), span)
        for (start, end), full in people.shorts:
            key, span = ("person", lookup_key(full)), view.span(start, end)
            if span is not None and key in things:
                things[key].also.append(span)
        fuller = _join_prefixes(things) | self._join_boards(things) | _join_databases(things)
        _add_abbreviations(document, things, meant)
        self._add_shorts(view, things)
        return tuple(_record(document, thing) for thing in _in_order(things)), fuller

    def _join_boards(self, things: _Things) -> dict[str, str]:
        """A board named by its first words alone ("Ban Chỉ đạo") is the one board that the text names in full."""
        fuller: dict[str, str] = {}
        for key in [key for key in things if key[1] in self._boards]:
            longer = [thing for other, thing in things.items() if other[1].startswith(f"{key[1]} ")]
            if len(longer) == 1:
                fuller |= _move(things, key, longer[0])
        return fuller

    def _listed_themes(self, view: View, names: Sequence[Found]) -> set[str]:
        """The theme's pillars that the text lists as such: two or more in a sentence that says "trụ cột"."""
        listed: set[str] = set()
        themes = [name for name in names if name.name in self._themes]
        for match in self._pillar.finditer(view.key):
            span = view.span(match.start(), match.end())
            sentence = view.document.sentence_at(span.start) if span else None
            if sentence is None:
                continue
            first, last = view.at(sentence.span.start), view.at(sentence.span.end - 1)
            begin = bisect_left(themes, first, key=lambda n: n.start)
            inside = {n.name for n in themes[begin : bisect_right(themes, last, key=lambda n: n.start)]}
            if len(inside) > 1:
                listed |= inside
        return listed

    def _with_schemes(self, names: Sequence[Found], schemes: Sequence[ActName]) -> list[Found]:
        """The names, and programmes named as acts; a name inside a programme's is no mention of its own."""
        added: list[Found] = []
        for scheme in schemes:
            if scheme.plural or not scheme.cited or scheme.type == "plan":
                continue
            title = self._scheme_tail.sub("", scheme.title)
            end = min(scheme.end, scheme.start + len(title))
            first = max(0, bisect_left(names, scheme.start, key=lambda n: n.start) - 1)
            near = names[first : bisect_left(names, end, key=lambda n: n.start)]
            known = (n for n in near if n.type == "programme" and scheme.start < n.end)
            if not any(n.end >= end or n.start > scheme.start for n in known):
                name = title[0].upper() + title[1:]
                added.append(Found(scheme.start, end, name, "programme", "name/scheme", certainty="medium"))
        added.sort(key=lambda n: n.start)
        outer = [n for n in names if not _lies_in(added, n.start)]
        return sorted([*outer, *added], key=lambda n: n.start)

    def _add_shorts(self, view: View, things: _Things) -> None:
        """Short forms ("Cục", "Bộ", "Ủy ban"): the one body of the text whose name begins so, if named before."""
        named = _Named(things)
        keys = [(lookup_key(thing.name), thing) for thing in things.values()]
        headed: dict[str, list[_Thing]] = {}
        for match in self._short.finditer(view.text):
            before = view.key[max(0, match.start() - 12) : match.start()].rstrip().split(" ")[-1]
            if before in self._plurals or before[-1:].isdigit():
                continue
            span = view.span(*match.span())
            head = lookup_key(match[0]) + " "
            if head not in headed:
                headed[head] = [thing for key, thing in keys if key.startswith(head)]
            bodies = headed[head]
            if span is None or len(bodies) != 1 or bodies[0].spans[0].start >= span.start:
                continue
            if not named.at(span):
                bodies[0].also.append(span)


class _Named:
    """Where the things are named, which no short form may overlap."""

    def __init__(self, things: _Things) -> None:
        self._spans = sorted(span for thing in things.values() for span in thing.spans)

    def at(self, span: Span) -> bool:
        at = bisect_left(self._spans, span.end, key=lambda other: other.start)
        return at > 0 and self._spans[at - 1].end > span.start


def _bracketed(document: Document, view: View, names: Sequence[Found]) -> Mapping[str, Found]:
    """Abbreviation to the name it stands behind in brackets: "… quốc gia (NDXP)"."""
    ends = {span.end: name for name in names if (span := view.span(name.start, name.end)) is not None}
    meant: dict[str, Found] = {}
    for definition in definitions(document.text):
        end = definition.bracket.start
        while end and document.text[end - 1].isspace():
            end -= 1
        name = ends.get(end)
        if name is not None:
            meant.setdefault(definition.abbreviation, name)
    return meant


def _add_abbreviations(document: Document, things: _Things, meant: Mapping[str, Found]) -> None:
    named = _Named(things)
    known = {
        abbreviation: thing
        for abbreviation, name in meant.items()
        if (thing := things.get((name.type, lookup_key(name.name)))) is not None
    }
    if not known:
        return
    for match in regex.finditer(r"(?<![\w&/\-])\L<words>(?![\w&/\-])", document.text, words=list(known)):
        span = Span(*match.span())
        if not named.at(span):
            known[match[0]].also.append(span)


def _lies_in(names: Sequence[Found], start: int) -> bool:
    at = bisect_right(names, start, key=lambda n: n.start)
    return at > 0 and names[at - 1].end > start


def _add(things: _Things, found: Found, span: Span) -> None:
    key = (found.type, lookup_key(found.name))
    things.setdefault(key, _Thing(found.name, found.type, found.rule, found.certainty)).spans.append(span)


def _join_prefixes(things: _Things) -> dict[str, str]:
    """Shorter names of the one body named in full: "Sở Y tế" is "Sở Y tế tỉnh Hà Giang" where no other Sở Y tế is."""
    fuller: dict[str, str] = {}
    keys = sorted(things)
    for key in list(things):
        if key[0] not in _PREFIXED or (things[key].rule == "register" and key[0] != "local_government"):
            continue
        first = bisect_left(keys, (key[0], f"{key[1]} "))
        longer = keys[first : bisect_left(keys, (key[0], f"{key[1]}!"), first)]  # "!" is next to the blank
        full = things[longer[0]] if len(longer) == 1 else None
        if full is not None and (full.rule != "register" or things[key].rule == "name/board"):
            fuller |= _move(things, key, full)
            keys.remove(key)
    return fuller


def _join_databases(things: _Things) -> dict[str, str]:
    """Databases named with and without "quốc gia": one where the text or the register names the national one."""
    plain: dict[str, tuple[str, str]] = {}
    fuller: dict[str, str] = {}
    for key in sorted((k for k in things if k[0] == "database"), key=lambda k: things[k].rule != "register"):
        bare = " ".join(key[1].replace(" quốc gia", "").replace(" về ", " ").split())
        if bare in plain:
            fuller |= _move(things, key, things[plain[bare]])
        else:
            plain[bare] = key
    return fuller


def _move(things: _Things, key: tuple[str, str], to: _Thing) -> dict[str, str]:
    moved = things.pop(key)
    to.spans += moved.spans
    return {moved.name: to.name}


def _in_order(things: _Things) -> list[_Thing]:
    for thing in things.values():
        thing.spans.sort()
    return sorted(things.values(), key=lambda thing: (thing.spans[0], thing.name))


def _record(document: Document, thing: _Thing) -> Entity:
    first, *further = thing.spans
    sentence = document.sentence_at(first.start)
    spans = sorted({*further, *thing.also} - {first})
    forms = dict.fromkeys(" ".join(span.of(document.text).split()) for span in [first, *spans])
    entity = Entity(
        span=first,
        sentence=first,
        rule=thing.rule,
        certainty=thing.certainty,
        type=thing.type,
        name=thing.name,
        aliases=tuple(form for form in forms if form != thing.name),
        mentions=tuple(spans),
    )
    if sentence is None:
        return entity
    return replace(entity, sentence=Span(min(sentence.span.start, first.start), max(sentence.span.end, first.end)))
