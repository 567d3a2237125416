"""Lists of things, page by page: `/id/org`, `/id/figure`, … by type, `/id/?class=…` by class, `/id/` of the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.errors import FormatError
from cdsgraph.serving.http import documented
from cdsgraph.serving.http.documented import UNCHANGED, Answers
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.linkeddata.list_columns import COLUMNS, OF_CLASSES, THEMES
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.things.naming import Naming
from cdsgraph.serving.rdf.descriptions import is_iri, named
from cdsgraph.serving.rdf.representations import BY_MEDIA_TYPE, Form, entity_tag, profiled, unchanged, write
from cdsgraph.serving.rdf.terms import context
from cdsgraph.serving.served import served
from cdsgraph.text import fold
from cdsgraph.vocab import CDS, DCTERMS, ELI, ORG, PROV, SCHEMA, VOID, XSD, prefixes, term

PAGE_SIZE: Final = 100
_MEDIA_TYPES: Final = (
    "text/html", "application/ld+json", "text/turtle", "application/n-triples", "application/rdf+xml"
)  # fmt: skip
_PART: Final = NamedNode(DCTERMS + "hasPart")
_CELL: Final = 5  # values in a cell
_Entry = tuple[str, str, int]
_Row = tuple[str, str, list[Markup]]
ANSWERS: Final[Answers] = {
    200: documented.answer("The things, page by page.", *_MEDIA_TYPES),
    **UNCHANGED,
    404: documented.refusal("No such list, or no such page of it."),
}

# The class that every thing of a type has, so that a list need not look at every subject there is.
CLASSES: Final = {
    "org": ORG + "Organization", "person": SCHEMA + "Person", "act": ELI + "LegalResource",
    "event": PROV + "Activity", "run": PROV + "Activity", "place": SCHEMA + "Place",
    **{
        kind: CDS + name
        for kind, name in (
            ("assessment", "TargetAssessment"), ("basis", "Basis"), ("change", "StatedChange"),
            ("citation", "Citation"), ("citation-finding", "CitationFinding"), ("comparison", "FigureComparison"),
            ("coverage", "Coverage"), ("data-centre", "DataCentre"), ("database", "Database"),
            ("fact-count", "FactCount"), ("figure", "Figure"), ("flag", "AmbiguityFlag"),
            ("horizon", "SourceHorizon"), ("index", "Index"), ("indicator-end", "IndicatorEnd"),
            ("ledger", "LedgerEntry"), ("mention", "Mention"), ("office", "OfficeHolding"), ("platform", "Platform"),
            ("programme", "Programme"), ("register", "RegisterEntry"), ("remainder", "StatedRemainder"),
            ("reported-series", "ReportedSeries"), ("responsibility", "Responsibility"), ("rule", "DerivationRule"),
            ("series", "Series"), ("share", "StatedShare"), ("side-by-side", "SideBySide"), ("source", "SourceText"),
            ("span", "EvidenceSpan"), ("statement", "Statement"), ("sum", "StatedSum"), ("system", "System"),
            ("target-relation", "TargetRelation"), ("task", "Task"), ("task-ledger", "TaskLedger"),
            ("task-responsibility", "TaskResponsibility"), ("theme", "Theme"), ("topic", "Topic"),
            ("transfer", "FunctionTransfer"), ("unread", "UnreadNumber"),
        )
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _List:
    """Things that share something: the pattern that finds `?thing`, the IRI and address of the list, its title."""

    pattern: str
    iri: str
    here: str
    title: str
    columns: tuple[str, ...] = ()

    def page(self, number: int) -> str:
        """The address of a page of it."""
        return f"{self.here}{'&' if '?' in self.here else '?'}page={number}"


async def index(request: Request) -> Response:
    """The list of lists: by type, then by class; with `?class=` the things of that class. Raises 404, FormatError."""
    state, reader = served(request), Reader(request)
    if asked := request.query_params.get("class"):
        return await _listed(request, _of_class(reader, asked), _form(request))
    form, start = _form(request), f"{state.base}id/"
    headers = {
        "ETag": entity_tag(state.mark, "/id/", form, reader.lang if form.rdf is None else ""),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": '</id/>; rel="canonical"',
    }
    if answer := unchanged(request, headers):
        return answer
    counts = await state.survey.counts()
    kinds, classes = counts["kinds"], counts["classes"]
    lists = [
        *((_of_kind(reader, kind), count) for kind, count in kinds.items()),
        *((_of_class(reader, iri), count) for iri, count in classes.items()),
    ]
    if form.rdf is not None:
        triples = [Triple(NamedNode(start), _PART, NamedNode(each.iri)) for each, _ in lists]
        triples += [
            Triple(NamedNode(each.iri), term(VOID, "entities"), Literal(str(count), datatype=term(XSD, "integer")))
            for each, count in lists
        ]
        body = write(form, triples, root=start, base=state.base, context=context(state.files, state.base))
        return Response(body, media_type=form.media_type, headers=headers)
    return reader.render("lists.html", headers=headers, themes=_themes(reader, kinds, classes))


def _themes(reader: Reader, kinds: Mapping[str, int], classes: Mapping[str, int]) -> list[tuple[str, list[_Entry]]]:
    """The lists by theme, then those of classes: address, title and length of each."""

    def entry(things: _List, count: int) -> _Entry:
        return reader.url(things.here), things.title, count

    themes = [
        (f"list.theme.{theme}", [entry(_of_kind(reader, kind), kinds[kind]) for kind in members if kind in kinds])
        for theme, members in THEMES.items()
    ]
    known = {kind for members in THEMES.values() for kind in members}
    other = [entry(_of_kind(reader, kind), count) for kind, count in kinds.items() if kind not in known]
    of_classes = sorted(
        (entry(_of_class(reader, iri), n) for iri, n in classes.items()), key=lambda each: fold(each[1])
    )
    return [*themes, ("list.theme.other", other), ("list.theme.classes", of_classes)]


async def listing(request: Request, kind: str) -> Response:
    """The things of a type: a page, JSON-LD, Turtle, N-Triples or RDF/XML. Raises 404 where there are none."""
    return await _listed(request, _of_kind(Reader(request), kind), _form(request))


async def _listed(request: Request, things: _List, form: Form) -> Response:
    state, reader, page = served(request), Reader(request), _page_number(request)
    counted = await state.engine.select(f"SELECT (COUNT(DISTINCT ?thing) AS ?total) WHERE {{ {things.pattern} }}")
    total = int(counted[0]["total"]["value"])
    pages = -(-total // PAGE_SIZE)
    if not 1 <= page <= pages:
        raise Refusal(404, "error.said.page", page=page)
    headers = {
        "ETag": entity_tag(state.mark, things.page(page), form, reader.lang if form.rdf is None else ""),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300",
        "Link": ", ".join(
            f'<{things.page(number)}>; rel="{relation}"'
            for relation, number in (("prev", page - 1), ("next", page + 1))
            if 1 <= number <= pages
        )
        or f'<{things.here}>; rel="canonical"',
    }
    if answer := unchanged(request, headers):
        return answer
    rows = await state.engine.select(
        f"SELECT DISTINCT ?thing WHERE {{ {things.pattern} }} ORDER BY ?thing "
        f"LIMIT {PAGE_SIZE} OFFSET {(page - 1) * PAGE_SIZE}"
    )
    return await _written(reader, things, [row["thing"]["value"] for row in rows], form, headers, (page, pages, total))


async def _written(
    reader: Reader, things: _List, iris: Sequence[str], form: Form, headers: dict[str, str], count: tuple[int, int, int]
) -> Response:
    state, (page, pages, total) = served(reader.request), count
    if form.rdf is not None:
        parts = [Triple(NamedNode(things.iri), _PART, NamedNode(iri)) for iri in iris]
        told = await named(state.engine, things.iri, parts)
        body = write(form, told.triples, root=things.iri, base=state.base, context=context(state.files, state.base))
        return Response(body, media_type=form.media_type, headers=headers)
    columns, shown = await _table(reader, things, iris)
    return reader.render(
        "listing.html",
        headers=headers,
        title=things.title,
        lead=None,
        total=total,
        things=shown,
        columns=columns,
        first=(page - 1) * PAGE_SIZE + 1,
        page=page,
        pages=pages,
        here=things.page(page) if page > 1 else things.here,
        next_url=reader.url(things.page(page + 1)),
        previous_url=reader.url(things.page(page - 1)),
    )


async def _table(reader: Reader, things: _List, iris: Sequence[str]) -> tuple[list[str], list[_Row]]:
    """The names of the columns that hold anything, and a row for each thing: its page, its name, the cells."""
    engine = served(reader.request).engine
    wanted = " ".join(f"<{predicate}>" for predicate in things.columns)
    subjects = " ".join(f"<{iri}>" for iri in iris if is_iri(iri))
    triples = await engine.construct(
        f"CONSTRUCT {{ ?thing ?property ?value }} WHERE {{ VALUES ?thing {{ {subjects} }} "
        f"VALUES ?property {{ {wanted} }} ?thing ?property ?value }}"
    )
    told = await named(
        engine, things.iri, [*triples, *(Triple(NamedNode(things.iri), _PART, NamedNode(i)) for i in iris)]
    )
    naming = Naming(told, reader)
    columns = [each for each in things.columns if any(told.values(iri, each) for iri in iris)]
    rows = [
        (
            reader.href(iri) or iri,
            naming.name(iri),
            [Markup(", ").join(naming.value(v) for v in told.values(iri, each)[:_CELL]) for each in columns],
        )
        for iri in iris
    ]
    return [naming.class_name(each) for each in columns], rows


def _of_kind(reader: Reader, kind: str) -> _List:
    """The things whose IRIs begin with `id/{kind}/`. Raises 404 for what is no part of an IRI."""
    start = f"{reader.base}id/{kind}/"
    if not is_iri(start):
        raise HTTPException(404)
    of_class = f"?thing a <{CLASSES[kind]}> ." if kind in CLASSES else "?thing ?property ?value ."
    pattern = f'{of_class} FILTER(STRSTARTS(STR(?thing), "{start}") && !CONTAINS(STR(?thing), "#"))'
    if words.has_word(f"type.{kind}"):
        title = str(reader.word(f"type.{kind}"))
    else:
        title = reader.term_name(CLASSES[kind]) if kind in CLASSES else kind
    return _List(pattern, start, f"/id/{quote(kind)}/", title, COLUMNS.get(kind, ()))


def _of_class(reader: Reader, asked: str) -> _List:
    """The things of a class, by its IRI or by prefix and name. Raises 404 for what is no IRI."""
    prefix, _, name = asked.partition(":")
    iri = prefixes(reader.base).get(prefix, f"{prefix}:") + name
    if not is_iri(iri):
        raise Refusal(404, "error.said.class", name=asked[:100])
    here = f"/id/?class={quote(reader.short(iri), safe=':')}"
    columns = OF_CLASSES.get(iri) or next((COLUMNS.get(kind, ()) for kind, each in CLASSES.items() if each == iri), ())
    pattern = f"?thing a <{iri}> FILTER(isIRI(?thing))"
    return _List(pattern, f"{reader.base}{here[1:]}", here, reader.term_name(iri), columns)


def _form(request: Request) -> Form:
    accept = request.headers.get("accept")
    chosen = choose(accept, _MEDIA_TYPES)
    if chosen is None:
        raise FormatError("no accepted format", remedy=f"accept {', '.join(_MEDIA_TYPES)}")
    return profiled(BY_MEDIA_TYPE[chosen], accept)


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refusal(400, "error.said.page_number")
    return int(text)
