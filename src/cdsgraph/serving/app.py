"""The application: every route, the workers' lifetime, and how failures are told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdsgraph import release
from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.http.compressed import Compressed
from cdsgraph.serving.http.documented import JSON, REFUSALS, answer
from cdsgraph.serving.http.observing import Observed
from cdsgraph.serving.http.prefix import Prefixed
from cdsgraph.serving.linkeddata import catalog, changes, description, dumps, resources, sitemap
from cdsgraph.serving.operations import checks, metrics
from cdsgraph.serving.operations.headers import EveryAnswer
from cdsgraph.serving.operations.metrics import Metrics
from cdsgraph.serving.operations.problems import problem, problem_of, problem_of_http, said
from cdsgraph.serving.operations.ratelimit import RateLimited, limit_of
from cdsgraph.serving.operations.requestlog import RequestLog
from cdsgraph.serving.pages import assets, search
from cdsgraph.serving.pages.cite import page as cite
from cdsgraph.serving.pages.documents import page as documents
from cdsgraph.serving.pages.home import page as home
from cdsgraph.serving.pages.prepared.preparing import prepare
from cdsgraph.serving.pages.quality import page as quality
from cdsgraph.serving.pages.relations import page as relations
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets import page as targets
from cdsgraph.serving.served import Publication, served
from cdsgraph.serving.settings import Settings
from cdsgraph.serving.sparql import completion, endpoint, saved
from cdsgraph.serving.sparql.direct import Direct

router = APIRouter(tags=["About"])

_FRESH: Final = {"Cache-Control": "no-store"}


def create_app(settings: Settings) -> FastAPI:
    """The application over one dataset; its workers live as long as its lifespan.

    `app.state` holds `publication` (which version is served), `metrics`, and `failure` (the CdsgraphError that kept it
    from starting, or None). Raises DatasetError when the dataset cannot be read, CdsgraphError for a log or a rate
    limit that cannot be; starting raises RdfError when the dataset cannot be parsed.
    """
    publication = Publication(settings, prepare=prepare)
    log = RequestLog(settings.log, with_queries=settings.log_queries) if settings.log else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await publication.start()
        except CdsgraphError as error:
            app.state.failure = error
            raise
        try:
            yield
        finally:
            await publication.stop()
            if log is not None:
                log.close()

    app = FastAPI(
        title="cdsgraph",
        description="Vietnam's digital-transformation programme as a knowledge graph.",
        version=release.package(),
        docs_url=None,
        redoc_url=None,
        servers=[{"url": settings.address}] if settings.url else None,
        redirect_slashes=False,  # the redirect would name the Host header
        lifespan=lifespan,
    )
    app.state.failure = None
    app.state.publication = publication
    app.state.metrics = Metrics(publication)
    listeners = [app.state.metrics.count]
    if log is not None:
        listeners.append(log.write)
    # The last one added is the outermost.
    app.add_middleware(Direct)
    app.add_middleware(Compressed)
    if settings.rate_limit:
        app.add_middleware(RateLimited, limit=limit_of(settings.rate_limit))
    app.add_middleware(EveryAnswer)
    app.add_middleware(Observed, listeners=tuple(listeners))
    if settings.prefix:
        app.add_middleware(Prefixed, prefix=settings.prefix)
    app.add_exception_handler(CdsgraphError, _tell_error)
    app.add_exception_handler(HTTPException, _tell_http_error)
    app.add_exception_handler(RequestValidationError, _tell_bad_parameters)
    # The resources come last: their routes take any path under the base.
    app.include_router(router, responses=REFUSALS)
    about = (metrics, endpoint, completion, checks, description, catalog, dumps, changes, sitemap, saved)
    for module in (*about, assets, home, search, documents, cite, relations, targets, quality, resources):
        app.include_router(module.router, responses=REFUSALS)
    return app


@router.get("/health", summary="Does the server run?", responses={200: answer("It runs.", JSON)})
async def health(request: Request) -> Response:
    """Which version is served, in place of which damaged one if so, how many workers are free, and the release."""
    told = request.app.state.publication.state()
    made_by = {"package": release.package(), "ontology": release.ontology(served(request).files)}
    return JSONResponse(told | {"release": made_by}, headers=_FRESH)


@router.get("/ready", summary="Can the server answer queries?", responses={200: answer("It can.", JSON)})
async def ready(request: Request) -> Response:
    """200 once a worker has loaded the dataset, or the remote store is there, and answers; else 502, 503 or 504."""
    state = served(request)
    await state.engine.ready()
    told = {"endpoint": state.settings.endpoint} if state.settings.endpoint else {}
    return JSONResponse({"status": "ready", **told}, headers=_FRESH)


@router.get("/docs", include_in_schema=False)
async def operations(request: Request) -> Response:
    """The operations of the OpenAPI document, as a page that needs no other host."""
    return Reader(request).render("operations.html", paths=request.app.openapi()["paths"])


async def _tell_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CdsgraphError):
        raise error
    return problem_of(request, error)


async def _tell_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem_of_http(request, error)


async def _tell_bad_parameters(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    told = [f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()]
    names = ", ".join(dict.fromkeys(str(fault["loc"][-1]) for fault in error.errors()))
    return problem(request, 400, said("error.said.parameters", names=names) | {"en": "; ".join(told)})
