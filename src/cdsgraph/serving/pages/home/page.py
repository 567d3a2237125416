"""`/`: the programme at a glance, and the questions to begin with."""

import contextlib
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cdsgraph import queries
from cdsgraph.errors import QueryError
from cdsgraph.queries import SavedQuery
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.http.documented import PAGE, UNCHANGED, answer
from cdsgraph.serving.pages.home import glance
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets import scorecard
from cdsgraph.serving.pages.things.view import FIGURE_KINDS, ThingView
from cdsgraph.serving.rdf.descriptions import Description, names, statements
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag, unchanged
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, ELI, ORG, SCHEMA

router = APIRouter(tags=["Pages"])

_NEWEST: Final = 6
_NEWEST_QUERY: Final = (
    f"SELECT ?figure WHERE {{ ?figure a <{CDS}Observation> ; "
    f"<{CDS}asOf> ?day ; <{CDS}periodLabel> ?period ; <{CDS}sentence> ?sentence }} "
    f"ORDER BY DESC(?day) ?figure LIMIT {_NEWEST}"
)
_QUESTIONS: Final = 6
FIRST_STEPS: Final = "first-steps"  # the tag of the questions that a newcomer is offered
_SOON, _LATER = 5, 300  # seconds after which to ask again: while versions are being compared, and else
_LISTS: Final = {"Target": "/targets"}
_COUNTED: Final = (
    ("count.documents", CDS + "SourceText", "/documents"),
    *((f"count.{kind}", CDS + kind, _LISTS.get(kind, f"/id/?class=cds:{kind}")) for kind in FIGURE_KINDS),
    ("count.acts", ELI + "LegalResource", "/id/act/"),
    ("count.bodies", ORG + "Organization", "/id/org/"),
    ("count.people", SCHEMA + "Person", "/id/person/"),
)


@router.get("/", summary="Home", response_class=Response, responses={200: answer("The page.", PAGE), **UNCHANGED})
async def home(request: Request) -> Response:
    """The programme at a glance: targets by status, newest figures, tasks, what changed, and where to go on."""
    state, reader = served(request), Reader(request)
    changes = await glance.of_changes(request, reader)
    comparing = changes is not None and changes.counts is None
    headers = {
        "ETag": entity_tag(
            f"{state.mark} {changes.old.name if changes else ''} {comparing}", "/", BY_SUFFIX["html"], reader.lang
        ),
        "Vary": "Accept, Accept-Language",
        "Cache-Control": f"public, max-age={_SOON if comparing else _LATER}",
    }
    if answer := unchanged(request, headers):
        return answer
    choices = await scorecard.choices(reader)
    view = ThingView(await _newest(state.engine), reader)
    return reader.render(
        "home.html",
        headers=headers,
        counts=await _counts(state.engine),
        figures=view.figures(),
        figures_query=_NEWEST_QUERY,
        choices=choices,
        targets=await glance.of_targets(reader, choices) if choices.all.targets else None,
        tasks=await glance.of_tasks(reader),
        changes=changes,
        questions=_questions(saved_queries(request)),
    )


@router.get("/favicon.ico", include_in_schema=False)
async def icon() -> Response:
    """Browsers ask for it unasked."""
    return RedirectResponse("/static/icon.svg", 301)


def _questions(saved: Sequence[SavedQuery]) -> list[SavedQuery]:
    """Saved queries to begin with: the newcomer's, then one of each theme; none that asks about “this” thing."""
    asked = [query for query in saved if query.question_vi and query.question_en]
    first = [query for query in asked if FIRST_STEPS in query.tags and all(p.type != "iri" for p in query.params)]
    whole = [query for query in asked if query.tags and not query.params]
    by_theme = {query.tags[0]: query for query in reversed(whole)}
    offered = {query.name: query for query in (*first, *reversed(by_theme.values()), *whole)}
    return list(offered.values())[:_QUESTIONS]


async def _counts(engine: Engine) -> list[tuple[str, int, str]]:
    values = " ".join(f"<{kind}>" for _, kind, _ in _COUNTED)
    rows = await engine.select(
        f"SELECT ?kind (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ VALUES ?kind {{ {values} }} ?thing a ?kind }} "
        "GROUP BY ?kind"
    )
    counts = {row["kind"]["value"]: int(row["n"]["value"]) for row in rows if "kind" in row}
    return [(key, counts[kind], href) for key, kind, href in _COUNTED if counts.get(kind)]


async def _newest(engine: Engine) -> Description:
    """The observations of the latest periods that a text states, with the names they need."""
    triples = await statements(engine, [row["figure"]["value"] for row in await engine.select(_NEWEST_QUERY)])
    iris = sorted(
        {str(getattr(node, "value", "")) for t in triples for node in (t.object,) if not hasattr(node, "datatype")}
    )
    return Description("", tuple(sorted([*triples, *await names(engine, iris)], key=str)))


def saved_queries(request: Request) -> list[SavedQuery]:
    """The saved queries; none where one of them is malformed, which the catalogue tells."""
    with contextlib.suppress(QueryError):
        return queries.load_all(served(request).files.queries)
    return []
