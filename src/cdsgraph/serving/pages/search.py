"""Things by name and sentences by their words: diacritics and case do not matter, the closest names come first."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdsgraph.errors import FormatError
from cdsgraph.serving.engine.lookup import Index, Match, Sentence, Thing, key_of
from cdsgraph.serving.http.documented import JSON, NOT_FOUND, PAGE, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.pages.things.view import anchor_id
from cdsgraph.serving.served import served
from cdsgraph.text import fold

router = APIRouter(tags=["Pages"])

LONGEST: Final = 200  # characters of a search that are looked at
_PAGE: Final = 30
_OF_A_KIND: Final = 5  # shown of each kind where all kinds are
_SUGGESTED: Final = 8
_MEANT: Final = 5
SENTENCES: Final = "sentence"
# What people look for by name, in this order; all else is a record or a code.
_MAIN: Final = (
    "org", "person", "act", "indicator", "programme", "platform", "system", "database", "data-centre", "index",
    "topic", "place", "source", "event",
)  # fmt: skip
_NAMED: Final = ("search.kind", "type")  # what the keys of the names of kinds begin with
_HEADERS: Final = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=300"}


@dataclass(frozen=True, slots=True)
class Found:
    """A thing found: its IRI, its name, what it is, where its page is; the name it was found by if that is another."""

    iri: str
    label: str
    kind: str
    href: str
    alias: str = ""

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence found: pieces of it with whether each is marked, and the place in the document's page."""

    pieces: tuple[tuple[str, bool], ...]
    source: str
    href: str
    iri: str

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        text = "".join(piece for piece, _ in self.pieces)
        return {"iri": self.iri, "label": text, "kind": SENTENCES, "href": self.href, "source": self.source}


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: its code, its name, how many, those shown."""

    kind: str
    name: str
    count: int
    found: Sequence[Found | Quoted]


@router.get(
    "/search",
    summary="Things by name, sentences by their words",
    response_class=Response,
    responses={200: answer("What was found.", PAGE, JSON), **NOT_FOUND},
)
async def search(
    request: Request,
    q: str = "",
    kind: str = Query("", description="Only of this kind: org, act, indicator, figure, …, or sentence."),
    page: int = Query(1, ge=1, le=1_000_000, description="Of one kind, or of the JSON form."),
) -> Response:
    """Things with a name, and sentences, that hold the words of `q`, diacritics and case aside: a page, or JSON."""
    reader = Reader(request)
    chosen = choose(request.headers.get("accept"), ("text/html", "application/json"))
    if chosen is None:
        raise FormatError("no accepted format", remedy="accept text/html or application/json")
    asked = q[:LONGEST].strip()
    index = await served(request).lookup.index()
    groups = await run_in_threadpool(_groups, index, asked)
    if kind and kind not in groups and kind not in (*_MAIN, SENTENCES, *map(_kind_of, index.things)):
        allowed = f"{', '.join((*_MAIN, SENTENCES))}, …"
        raise Refusal(400, "error.said.choice", name="kind", value=kind[:40], allowed=allowed)
    wanted = {name: found for name, found in groups.items() if kind in ("", name)}
    total = sum(map(len, wanted.values()))
    paged = bool(kind) or chosen == "application/json"
    pages = max(1, -(-total // _PAGE)) if paged else 1
    if page > pages:
        raise Refusal(404, "error.said.page", page=page)
    if chosen == "application/json":
        every = [(name, each) for name, found in wanted.items() for each in found]
        shown = [_told(each, reader, index, asked).record() for _, each in every[(page - 1) * _PAGE : page * _PAGE]]
        counts = {name: len(found) for name, found in groups.items()}
        told = {"query": asked, "total": total, "page": page, "kinds": counts, "results": shown}
        return JSONResponse(told, headers=_HEADERS)
    start, most = ((page - 1) * _PAGE, _PAGE) if kind else (0, _OF_A_KIND)
    meant, similar = await run_in_threadpool(_meant, index, asked) if asked and not groups else (None, [])
    return reader.render(
        "search.html",
        headers=_HEADERS,
        asked=asked,
        kind=kind,
        total=sum(map(len, groups.values())),
        kinds=[(name, _name_of(name, reader), len(found)) for name, found in groups.items()],
        groups=[
            Group(name, _name_of(name, reader), len(found),
                  [_told(each, reader, index, asked) for each in found[start : start + most]])
            for name, found in wanted.items()
        ],
        address=lambda name="", number=1: _address(reader, asked, name, number),
        meant=meant,
        similar=[_thing(each, "", reader) for each in similar],
        page=page,
        pages=pages,
    )  # fmt: skip


@router.get("/search/suggest", summary="Names that begin so", responses={200: answer("The names.", JSON)})
async def suggest(
    request: Request, q: str = Query("", description="What has been typed so far; diacritics do not matter.")
) -> Response:
    """The few things that are most probably meant by what has been typed, each with its kind and address."""
    reader, asked = Reader(request), q[:LONGEST].strip()
    index = await served(request).lookup.index()
    found = await run_in_threadpool(index.find, asked) if asked else []
    best = sorted(found, key=_importance)[:_SUGGESTED]
    told = [_told(each, reader, index, asked).record() for each in best]
    return JSONResponse({"query": asked, "suggestions": told}, headers=_HEADERS)


def _groups(index: Index, asked: str) -> dict[str, list[Match | Sentence]]:
    """What was found by kind: main things before records, the kind of the best match first."""
    if not asked:
        return {}
    groups: dict[str, list[Match | Sentence]] = {}
    for match in sorted(index.find(asked), key=_importance):
        groups.setdefault(_kind_of(match.thing.iri), []).append(match)
    main = {kind: found for kind, found in groups.items() if kind in _MAIN}
    sentences: list[Match | Sentence] = [*index.say(asked)]
    return main | ({SENTENCES: sentences} if sentences else {}) | groups


def _importance(match: Match) -> tuple[bool, int, int, int, str]:
    kind = _kind_of(match.thing.iri)
    rank = _MAIN.index(kind) if kind in _MAIN else len(_MAIN)
    return (kind not in _MAIN, -match.score, rank, len(match.name), match.thing.iri)


def _meant(index: Index, asked: str) -> tuple[str | None, list[Thing]]:
    """What was probably meant, and the things with the most similar names."""
    return index.mend(asked), index.similar(asked, _MEANT)


def _told(found: Match | Sentence, reader: Reader, index: Index, asked: str) -> Found | Quoted:
    if isinstance(found, Match):
        return _thing(found.thing, found.name, reader)
    about = index.things.get(found.source)
    source = about.label(reader.lang) if about else found.source
    address = f"/documents/{found.source.rsplit('/', 1)[-1]}#{anchor_id(found.fact)}"
    return Quoted(tuple(_marked(found.text, asked)), source, reader.url(address), found.fact)


def _thing(thing: Thing, name: str, reader: Reader) -> Found:
    label = thing.label(reader.lang)
    alias = name if name not in thing.labels.values() and key_of(name) != key_of(label) else ""
    kind = _kind_of(thing.iri)
    if kind == "source":
        href = reader.url(f"/documents/{thing.iri.rsplit('/', 1)[-1]}")
    else:
        own = thing.iri.startswith(reader.base)
        href = reader.url(page_path(thing.iri, reader.base)) if own else thing.iri
    return Found(thing.iri, label, _name_of(kind, reader), href, alias)


def _marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """The text in pieces, those that hold a word of what was asked marked."""
    plain = "".join((fold(char) or " ")[0] for char in text)  # as long as the text, so that places agree
    parts = [re.escape(word) for word in key_of(asked).split()]
    row = r"\W+".join(parts)
    in_row = list(re.finditer(rf"\b{row}\w*", plain)) if parts else []
    each = "|".join(sorted(parts, key=len, reverse=True))
    pieces, at = [], 0
    for match in in_row or (re.finditer(rf"\b(?:{each})\w*", plain) if parts else ()):
        pieces += [(text[at : match.start()], False), (text[match.start() : match.end()], True)]
        at = match.end()
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def _kind_of(iri: str) -> str:
    """The kind in an IRI of ours: of things the type, of codes the scheme; `other` for what has no name as a kind."""
    match = re.search(r"/(?:id|def)/([a-z0-9-]+)(?:/|$)", iri)
    return match[1] if match and any(words.has_word(f"{start}.{match[1]}") for start in _NAMED) else "other"


def _name_of(kind: str, reader: Reader) -> str:
    for key in (f"{start}.{kind}" for start in _NAMED):
        if words.has_word(key):
            return str(reader.word(key))
    return str(reader.word("search.kind.other"))


def _address(reader: Reader, asked: str, kind: str, number: int) -> str:
    told = {"q": asked, "kind": kind, "page": str(number) if number > 1 else ""}
    return reader.url(f"/search?{urlencode({name: value for name, value in told.items() if value})}")
